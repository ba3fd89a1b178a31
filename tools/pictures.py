"""`make pictures`: walks Léa's story in Chromium and keeps a picture of every page, under out/pictures/.

Two widths, light and dark, and an index page to look at them all.
"""

import html
import os
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
os.environ.setdefault("PERMIS_MODE", "demo")

import django

django.setup()

from bench.installation import installed  # noqa: E402
from tests.services import Unavailable  # noqa: E402
from tests.services.chromium import LAUNCH_FLAGS, chromium_path  # noqa: E402
from tests.stories import test_browser as story  # noqa: E402

FOLDER = Path(__file__).resolve().parent.parent / "out" / "pictures"
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
taken: list[str] = []


def picture(page: Page) -> Page:
    """Keeps the page as it is now, in each width and scheme."""
    slug = page.url.split("/", 3)[3].split("#")[0].strip("/").replace("/", "-") or "accueil"
    name = f"{len(taken) + 1:02d}-{slug}"
    taken.append(name)
    kept = page.viewport_size
    for width, size in SIZES.items():
        for scheme in ("light", "dark"):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            page.screenshot(path=FOLDER / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(kept)
    return page


def index() -> None:
    """One page with all of them."""
    rows = "".join(
        f"<h2>{html.escape(name)}</h2>"
        + "".join(
            f'<a href="{name}-{width}-{scheme}.png"><img src="{name}-{width}-{scheme}.png" height="500" alt=""></a> '
            for width in SIZES
            for scheme in ("light", "dark")
        )
        for name in taken
    )
    (FOLDER / "index.html").write_text(f"<!DOCTYPE html><meta charset=utf-8>{rows}", "utf-8")


def main() -> int:
    """Plays the story with a camera in place of the checks."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    try:
        browser_path = chromium_path()
    except Unavailable as missing:
        print(f"NOT RUN: pictures ({missing})")
        return 1
    story.checked = picture
    with installed(FOLDER / "serve.log") as service, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=LAUNCH_FLAGS)

        def window(**_):
            page = browser.new_context(
                base_url=service.url, viewport=SIZES["1280"], locale="fr-FR"
            ).new_page()
            page.trouble = []
            return page

        story.test_lea_goes_from_her_account_to_her_letterbox(service, window, True, SIZES["1280"])
        page = window()
        for url in ("/demo/", "/pieces/", "/compte/connexion/", "/nulle-part/"):
            page.goto(url)
            picture(page)
        browser.close()
    index()
    print(f"{len(taken)} pages, {4 * len(taken)} pictures: out/pictures/index.html")
    return 0


if __name__ == "__main__":
    sys.exit(main())
