"""Looks at every page in each state as people do who see little, who use no mouse, or whose screen is small.

    make proof-accessibility             every second page, each in one of the four views, within 50 seconds
    LONG=1 make proof-accessibility      each page in the four views

The four views are 320 and 1280 px, light and dark. In each: axe finds nothing; one title; nothing scrolls sideways
at 320 px; what takes the focus shows it; targets are 24 px at least, 44 px for main controls. Faults are planted on a
page first, and each must be found. Raw material: out/proof-accessibility/findings.jsonl.

Not seen here: what a screen reader says, other browsers, whether the words are plain.
"""

from __future__ import annotations

import sys
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from bench.installation import installed
from bench.report import Report, json_lines, long_form, publish
from proof.pages import PAGES, VISITOR, Seen, cast, enter
from tests.services.chromium import LAUNCH_FLAGS, chromium_path

VIEWS = ((320, "light"), (1280, "dark"), (320, "dark"), (1280, "light"))
HEIGHT = {320: 640, 1280: 900}
# In the short form: of each eight pages of the table, which four are seen, and in which view. Not the even ones:
# a page and the same page in error follow one another.
SHORT = {0: 0, 3: 1, 5: 2, 6: 3}
SMALLEST, MAIN = 24, 44
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']"
# The controls that somebody came for; links in a sentence and the agents' small tools are not.
MAIN_CONTROLS = (
    ".fr-btn:not(.fr-btn--sm), .fr-input, .fr-select, .fr-radio-group label, .fr-checkbox-group label, summary, "
    ".fr-header__tools a, .fr-header__tools button, .fr-tile__link, .tp-jumps a"
)

# What the focus may change: the control itself, the label that draws it, or what stands around it.
FOCUS = """(selector) => {
    const seen = (node) => node && node.nodeType === 1
        ? ['', '::before', '::after'].map((part) => {
            const s = getComputedStyle(node, part || undefined);
            return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor,
                    s.textDecorationLine, s.clipPath, s.clip].join('|');
        }).join('§') : '';
    const around = (node) => [node, node.nextElementSibling, node.parentElement, ...(node.labels || [])]
        .map(seen).join('¶');
    // .is-focus: the page of components draws the focus on what has it not.
    const shown = (node) => node.checkVisibility({visibilityProperty: true}) && !node.disabled
        && !node.matches('.is-focus');
    const all = [...document.querySelectorAll(selector)].filter(shown);
    const step = Math.max(1, Math.ceil(all.length / 40));
    const blind = [];
    for (const node of all.filter((_, rank) => rank % step === 0)) {
        document.activeElement.blur();
        const before = around(node);
        node.focus({preventScroll: true, focusVisible: true});
        if (document.activeElement === node && around(node) === before)
            blind.push(node.outerHTML.slice(0, 120));
    }
    document.activeElement.blur();
    return blind;
}"""

# A link inside a sentence is as high as its line: WCAG 2.5.8 leaves it out.
TARGETS = """([selector, main, smallest, wanted]) => {
    const inSentence = (node) => {
        const display = getComputedStyle(node).display;
        return node.tagName === 'A' && display === 'inline'
            && node.parentElement.textContent.trim().length > node.textContent.trim().length;
    };
    // A tile or a card leads to its link wherever it is touched.
    const box = (node) => {
        const boxes = [node, node.closest('.fr-enlarge-link'), ...(node.labels || [])].filter(Boolean).map((one) => one.getBoundingClientRect());
        return {width: Math.max(...boxes.map((b) => b.width)), height: Math.max(...boxes.map((b) => b.height))};
    };
    const small = [];
    for (const node of document.querySelectorAll(`${selector}, ${main}`)) {
        if (!node.checkVisibility({visibilityProperty: true}) || inSentence(node)) continue;
        if ([...node.querySelectorAll('img[loading=lazy]')].some((img) => !img.naturalWidth)) continue;  // not here yet
        const {width, height} = box(node);
        if (width <= 1 && height <= 1) continue;  // shown only when it has the focus
        const floor = node.matches(main) ? wanted : smallest;
        if (height < floor - 0.5 || width < smallest - 0.5)
            small.push(`${Math.round(width)} × ${Math.round(height)}: ${node.outerHTML.slice(0, 120)}`);
    }
    return small;
}"""

PLANTED = {
    "axe: label": "() => document.querySelector('label[for=identifier]').remove()",
    "axe: color-contrast": "() => { document.querySelector('h1').style.color = '#bbb'; }",
    "sideways": "() => { const wide = document.createElement('p'); wide.style.width = '500px';"
    " wide.textContent = '…'; document.querySelector('main').append(wide); }",
    "title": "() => document.querySelector('main').append(document.createElement('h1'))",
    "focus": "() => document.styleSheets[0].insertRule("
    "':focus{outline:none!important;box-shadow:none!important;border-color:#000!important}') || "
    "document.styleSheets[0].insertRule('input,button{border-color:#000!important}')",
    "target": "() => { const small = document.createElement('button'); small.textContent = 'x';"
    " small.style.cssText = 'all:unset;font-size:8px;width:12px;height:12px'; document.querySelector('main').append(small); }",
    "target, main": "() => { document.querySelector('main .fr-btn').style.cssText = 'min-height:30px;padding:0'; }",
}


def findings(page: Page, width: int) -> list[tuple[str, str]]:
    """What is wrong with the page on the screen: (kind, where)."""
    found = [
        (f"axe: {rule['id']}", "; ".join(node["html"][:160] for node in rule["nodes"][:3]))
        for rule in Axe().run(page).response["violations"]
    ]
    if width == 320 and (wide := page.evaluate("document.scrollingElement.scrollWidth")) > width:
        found.append(("sideways", f"{wide} px wide"))
    titles = page.locator("h1").count()
    if titles != 1:
        found.append(("title", f"{titles} h1"))
    if not page.title().strip():
        found.append(("title", "no title"))
    found += [("focus", where) for where in page.evaluate(FOCUS, FOCUSABLE)]
    small = page.evaluate(TARGETS, [FOCUSABLE, MAIN_CONTROLS, SMALLEST, MAIN])
    return found + [("target", where) for where in small]


def _window(browser: Browser, url: str, width: int, scheme: Any) -> Page:
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": HEIGHT[width]},
        color_scheme=scheme,
        reduced_motion="reduce",  # so that a style is read at its end and not on its way
        locale="fr-FR",
    )
    page = context.new_page()
    page.set_default_timeout(15_000)
    return page


def brought_to(page: Page, seen: Seen, made: dict[str, str]) -> None:
    """Opens the page and brings it to its state."""
    page.goto(seen.path.format(**made))
    for name, value in seen.fill.items():
        page.fill(f"[name={name}]", value)
    if seen.press:
        page.locator(seen.press).first.click()
        page.wait_for_load_state()


def _plant(browser: Browser, url: str) -> list[str]:
    """The planted faults that were not found."""
    missed = []
    page = _window(browser, url, 320, "light")
    for name, script in PLANTED.items():
        page.goto("/compte/connexion/")
        page.evaluate(script)
        kinds = {kind for kind, _ in findings(page, 320)}
        if name.partition(",")[0] not in kinds:
            missed.append(f"{name} (found: {sorted(kinds)})")
    page.context.close()
    return missed


def body(report: Report) -> str:
    """Plants, then looks at every page of the table."""
    rows: list[dict[str, Any]] = []
    seen_views = 0
    with installed(report.folder / "serve.log", web_workers=1) as here, sync_playwright() as playwright:
        made = cast(here)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        report.versions["chromium"] = browser.version
        missed = _plant(browser, here.url)
        report.figures["planted"] = f"{len(PLANTED) - len(missed)} of {len(PLANTED)} found"
        report.expect(not missed, f"planted and not found: {missed}")
        for turn, (width, scheme) in enumerate(VIEWS):
            for who in dict.fromkeys(seen.who for seen in PAGES):
                mine = [(rank, seen) for rank, seen in enumerate(PAGES) if seen.who == who]
                chosen = [seen for rank, seen in mine if long_form() or SHORT.get(rank % 8) == turn]
                if not chosen:
                    continue
                page = _window(browser, here.url, width, scheme)
                if who != VISITOR:
                    enter(page, who)
                for seen in chosen:
                    brought_to(page, seen, made)
                    seen_views += 1
                    for kind, where in findings(page, width):
                        rows.append({"page": seen.name, "state": seen.state, "width": width, "scheme": scheme,
                                     "kind": kind, "where": where})  # fmt: skip
                page.context.close()
        browser.close()
    json_lines(report.folder / "findings.jsonl", rows)
    report.cases = seen_views
    pages = len(PAGES) if long_form() else sum(rank % 8 in SHORT for rank in range(len(PAGES)))
    report.figures |= {"pages": pages, "of": len(PAGES), "views": seen_views, "findings": len(rows)}
    for row in rows:
        report.expect(
            False, f"{row['page']}, {row['width']} px, {row['scheme']}: {row['kind']}: {row['where']}"
        )
    return f"{pages} of {len(PAGES)} pages in {seen_views} views: {len(rows)} findings; {report.figures['planted']}"


if __name__ == "__main__":
    sys.exit(publish("proof-accessibility", body))
