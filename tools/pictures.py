"""`make pictures`: keeps a picture of every page of every journey, under out/pictures/, with a page to look at them.

A journey is a story of tests/stories/ whose pages are kept where it checks them, in two widths; then the living
demo, whose requests stand in every state; then the pages of proof/pages.py, light and dark. Four pictures of the demo
are kept for the README, small, in docs/pictures/.

    make pictures                      all of it, a quarter of an hour
    tools/pictures.py demo tom         only the journeys whose name has one of these words
"""

from __future__ import annotations

import html
import io
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("PERMIS_MODE", "demo")

import django

django.setup()

from bench.installation import Installation, installed  # noqa: E402
from permis import clock  # noqa: E402
from permis.demo.applicants import applicants  # noqa: E402
from permis.demo.people import PASSWORD, SIGN_INS  # noqa: E402
from proof.accessibility import brought_to  # noqa: E402
from proof.pages import PAGES, VISITOR, cast, enter  # noqa: E402
from tests.services import Unavailable  # noqa: E402
from tests.services.chromium import LAUNCH_FLAGS, chromium_path  # noqa: E402
from tests.stories import test_browser as stories  # noqa: E402
from tests.stories import test_browser_loss as losses  # noqa: E402
from tests.stories import test_browser_personas as personas  # noqa: E402

Journey = Callable[[Installation, Callable[..., Page]], None]
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "out" / "pictures"
KEPT = ROOT / "docs" / "pictures"
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
# journey → (file name, what is said of it, schemes)
taken: dict[str, list[tuple[str, str, tuple[str, ...]]]] = defaultdict(list)


def keep(page: Page, journey: str, name: str = "", schemes: tuple[str, ...] = ("light",)) -> Page:
    """Keeps the page as it is now in each width and these schemes, under its journey; gives it back as it was."""
    said = name or page.title().removesuffix(" — Télépermis")
    slug = re.sub(r"[^a-z0-9]+", "-", f"{journey} {said}".lower().translate(_PLAIN)).strip("-")[:60]
    file = f"{slug}-{len(taken[journey]) + 1:02d}"
    taken[journey].append((file, said, schemes))
    before = page.viewport_size
    for width, size in SIZES.items():
        page.set_viewport_size(size)
        for scheme in schemes:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=FOLDER / f"{file}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(before or SIZES["1280"])
    return page


_PLAIN = str.maketrans("àâäçéèêëîïôöùûü’", "aaaceeeeiioouuu ")


def index() -> None:
    """One page with all of them, a journey after the other."""
    parts = []
    for journey, pages in taken.items():
        parts.append(f"<h2>{html.escape(journey)} ({len(pages)})</h2>")
        for file, said, schemes in pages:
            shots = "".join(
                f'<a href="{file}-{width}-{scheme}.png"><img src="{file}-{width}-{scheme}.png" height="420" '
                f'loading="lazy" alt="{width} px, {scheme}"></a> '
                for width in SIZES
                for scheme in schemes
            )
            parts.append(f"<h3>{html.escape(said)}</h3><div>{shots}</div>")
    links = "".join(f"<li>{html.escape(journey)} ({len(pages)})</li>" for journey, pages in taken.items())
    page = f'<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Images</title><ul>{links}</ul>{"".join(parts)}'
    (FOLDER / "index.html").write_text(page, "utf-8")


def windows(browser: Browser, service: Installation) -> Callable[..., Page]:
    """What a story opens its windows with, whatever size it asks for."""

    def opens(*, javascript: bool = True, size: Any = SIZES["1280"], **_: Any) -> Page:
        context = browser.new_context(
            base_url=service.url, viewport=size, locale="fr-FR", java_script_enabled=javascript
        )
        page = context.new_page()
        page.set_default_timeout(20_000)
        vars(page).update(
            trouble=[], javascript=javascript, lens=None
        )  # what the stories read on their windows
        return page

    return opens


def story(journey: str, played: Callable[..., Any], **more: Any) -> Journey:
    """A story of tests/stories/ as a journey: every page that it checks is kept instead."""

    def plays(service: Installation, window: Callable[..., Page]) -> None:
        def camera(page: Page) -> Page:
            return keep(page, journey)

        modules = [module for name, module in sys.modules.items() if name.startswith("tests.stories.")]
        before = {module: module.checked for module in modules if hasattr(module, "checked")}
        for module in before:
            module.checked = camera
        try:
            played(service, window, **more)
        finally:
            for module, checked in before.items():
                module.checked = checked

    return plays


def every_page(service: Installation, window: Callable[..., Page]) -> None:
    """The table of pages, each in its state, grouped by who meets it."""
    made = cast(service)
    names = {VISITOR: "Toutes les pages : qui ne s’est pas nommé"}
    for who in dict.fromkeys(seen.who for seen in PAGES):
        page = window()
        if who != VISITOR:
            enter(page, who)
        for seen in (one for one in PAGES if one.who == who):
            brought_to(page, seen, made)
            keep(page, names.get(who, f"Toutes les pages : {who.capitalize()}"), seen.name, SCHEMES)
        page.context.close()


LIVING = "La démonstration, avec ses quarante-deux demandes"
PATIENCE_S = 240


def living_demo(service: Installation, window: Callable[..., Page]) -> None:
    """Each person of the demo before their own request, and an agent of each kind; then the README's four."""
    page = window()
    end = time.monotonic() + PATIENCE_S
    while not all_arrived(page):
        if time.monotonic() > end:
            raise TimeoutError("the people of the demo have not all arrived")
        page.wait_for_timeout(1000)
    keep(page, LIVING)
    page.goto("/")
    keep(page, LIVING)
    small(page, "accueil-360", "360")
    for who, identifier, _ in SIGN_INS:
        here = signed_in(window, identifier)
        keep(here, LIVING, f"{who} : à l’entrée")
        place = "/agent/dossiers/" if "/agent/" in here.url else "/demandes/TP-"
        for link in [a.get_attribute("href") for a in here.locator(f"main a[href^='{place}']").all()][:1]:
            here.goto(str(link))
            keep(here, LIVING, f"{who} : {here.title().removesuffix(' — Télépermis')}")
        here.context.close()
    for_the_readme(window)


def all_arrived(page: Page) -> bool:
    """Whether the demo's page says that every request is there (just after the start none has begun to arrive)."""
    page.goto("/demo/")
    whole = f"{len(applicants(clock.today()))} demandes sont là"
    return whole in page.locator("[aria-labelledby=comptes]").inner_text().replace("\u00a0", " ")


def signed_in(window: Callable[..., Page], identifier: str) -> Page:
    """A window of this person of the demo, on the page where they land."""
    page = window()
    page.goto("/compte/connexion/")
    page.fill("[name=identifier]", identifier)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button[type=submit]").click()
    page.wait_for_url(lambda url: "/connexion/" not in url)
    return page


def for_the_readme(window: Callable[..., Page]) -> None:
    """A step, a tracking page and an agent's desk, as somebody sees them first: the height of a screen."""
    logins = {who.split(",", 1)[0]: identifier for who, identifier, _ in SIGN_INS}
    sami = signed_in(window, logins["Sami Haddad"])
    sami.locator("main a[href^='/demandes/TP-']").first.click()
    sami.wait_for_load_state()
    reference = sami.url.split("/demandes/", 1)[1].split("/", 1)[0]
    sami.goto(f"/demandes/{reference}/identite/")
    small(sami, "etape-1280", "1280")
    youssef = signed_in(window, logins["Youssef El Amrani"])
    youssef.locator("main a[href$='/suivi/']").first.click()
    youssef.wait_for_load_state()
    small(youssef, "suivi-360", "360")
    camille = signed_in(window, logins["Camille Roux"])
    camille.goto("/agent/?vue=en-cours")
    camille.locator("main a[href^='/agent/dossiers/']").first.click()
    camille.wait_for_load_state("networkidle")
    small(camille, "agent-1280", "1280")


def small(page: Page, name: str, width: str) -> None:
    """Keeps what is on the screen, in 128 colours, for docs/pictures/."""
    page.set_viewport_size({"width": int(width), "height": 900})
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(300)
    whole = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    KEPT.mkdir(parents=True, exist_ok=True)
    whole.quantize(128, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE).save(
        KEPT / f"{name}.png", optimize=True
    )
    page.set_viewport_size(SIZES["1280"])  # type: ignore[arg-type]


# word to choose it by → journey. The demo's people take a minute to arrive: the last one has its own installation.
JOURNEYS: dict[str, Journey] = {
    "lea": story(
        "Léa, de son compte à sa boîte aux lettres",
        stories.test_lea_goes_from_her_account_to_her_letterbox,
        javascript=True,
        size=SIZES["1280"],
    ),
    "hosted": story("Léa, 18 ans, hébergée", personas.test_p01_lea_18_is_hosted_by_her_parents),
    "tom": story("Tom, 17 ans, et sa mère", personas.test_p02_tom_17_and_his_mother_on_her_own_telephone),
    "youssef": story("Youssef, Marocain", personas.test_p10_youssef_is_moroccan),
    "marie": story("Marie, permis perdu", losses.test_p12_marie_lost_her_licence_and_has_no_javascript),
    "roy": story("Madame Roy, sous tutelle", losses.test_p31_madame_roy_is_under_guardianship),
    "pages": every_page,
    "demo": living_demo,
}


def main(words: list[str]) -> int:
    """Plays the journeys with a camera in place of the checks; all of them when no word chooses."""
    if unknown := set(words) - set(JOURNEYS):
        print(f"no journey {' '.join(sorted(unknown))}: {' '.join(JOURNEYS)}")
        return 2
    chosen = [word for word in JOURNEYS if not words or word in words]
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    try:
        browser_path = chromium_path()
    except Unavailable as missing:
        print(f"NOT RUN: pictures ({missing})")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_FLAGS)
        for with_people in (False, True):
            here = [JOURNEYS[word] for word in chosen if (JOURNEYS[word] is living_demo) == with_people]
            if not here:
                continue
            with installed(FOLDER / "serve.log", with_people=with_people) as service:
                for journey in here:
                    journey(service, windows(browser, service))
        browser.close()
    index()
    pages = [schemes for kept in taken.values() for *_, schemes in kept]
    print(f"{len(pages)} pages, {sum(map(len, pages)) * len(SIZES)} pictures: out/pictures/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
