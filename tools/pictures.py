"""`make pictures`: keeps a picture of every page of every journey, under out/pictures/, with a page to look at them.

Two widths, light and dark. A journey is a story of tests/stories/ that lets somebody look at its pages: it calls
`keep(page, journey, name)` where it checks them. The pages that no story meets stand in proof/pages.py.
"""

from __future__ import annotations

import html
import os
import re
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("PERMIS_MODE", "demo")

import django

django.setup()

from bench.installation import Installation, installed  # noqa: E402
from proof.accessibility import brought_to  # noqa: E402
from proof.pages import PAGES, VISITOR, cast, enter  # noqa: E402
from tests.services import Unavailable  # noqa: E402
from tests.services.chromium import LAUNCH_FLAGS, chromium_path  # noqa: E402
from tests.stories import test_browser as stories  # noqa: E402

Journey = Callable[[Installation, Callable[..., Page]], None]
FOLDER = Path(__file__).resolve().parent.parent / "out" / "pictures"
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
SCHEMES = ("light", "dark")
taken: dict[str, list[tuple[str, str]]] = defaultdict(list)  # journey → (file name, what is said of it)


def keep(page: Page, journey: str, name: str = "") -> Page:
    """Keeps the page as it is now in each width and scheme, under its journey; gives it back as it was."""
    said = name or page.title().removesuffix(" — Télépermis")
    slug = re.sub(r"[^a-z0-9]+", "-", f"{journey} {said}".lower().translate(_PLAIN)).strip("-")[:60]
    file = f"{slug}-{len(taken[journey]) + 1:02d}"
    taken[journey].append((file, said))
    before = page.viewport_size
    for width, size in SIZES.items():
        page.set_viewport_size(size)
        for scheme in SCHEMES:
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
        for file, said in pages:
            shots = "".join(
                f'<a href="{file}-{width}-{scheme}.png"><img src="{file}-{width}-{scheme}.png" height="420" '
                f'loading="lazy" alt="{width} px, {scheme}"></a> '
                for width in SIZES
                for scheme in SCHEMES
            )
            parts.append(f"<h3>{html.escape(said)}</h3><div>{shots}</div>")
    links = "".join(f"<li>{html.escape(journey)} ({len(pages)})</li>" for journey, pages in taken.items())
    page = f'<!DOCTYPE html><html lang="fr"><meta charset="utf-8"><title>Images</title><ul>{links}</ul>{"".join(parts)}'
    (FOLDER / "index.html").write_text(page, "utf-8")


def windows(browser: Browser, service: Installation) -> Callable[..., Page]:
    """What a story opens its windows with, whatever size it asks for."""

    def opens(**_: Any) -> Page:
        context = browser.new_context(base_url=service.url, viewport=SIZES["1280"], locale="fr-FR")
        page = context.new_page()
        page.set_default_timeout(20_000)
        vars(page).update(trouble=[], javascript=True, lens=None)  # what the stories read on their windows
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
            keep(page, names.get(who, f"Toutes les pages : {who.capitalize()}"), seen.name)
        page.context.close()


JOURNEYS: tuple[Journey, ...] = (
    story(
        "Léa, de son compte à sa boîte aux lettres",
        stories.test_lea_goes_from_her_account_to_her_letterbox,
        javascript=True,
        size=SIZES["1280"],
    ),
    every_page,
)


def main() -> int:
    """Plays the journeys with a camera in place of the checks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    try:
        browser_path = chromium_path()
    except Unavailable as missing:
        print(f"NOT RUN: pictures ({missing})")
        return 1
    with installed(FOLDER / "serve.log") as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_FLAGS)
        for journey in JOURNEYS:
            journey(service, windows(browser, service))
        browser.close()
    index()
    pages = sum(len(kept) for kept in taken.values())
    print(f"{pages} pages, {len(SIZES) * len(SCHEMES) * pages} pictures: out/pictures/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
