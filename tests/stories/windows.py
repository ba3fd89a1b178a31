"""Windows of a real browser on a real installation: opened for a person, looked at in every state."""

from __future__ import annotations

import hashlib
import json
import re
import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

from bench.installation import installed
from tests.services.chromium import LAUNCH_FLAGS, chromium_path

PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 640}
CONTRAST = {"runOnly": ["color-contrast"]}
WIDE_AND_FOCUS = (
    """() => [document.scrollingElement.scrollWidth, document.querySelectorAll("main h1").length]"""
)


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    """Télépermis, running: web server, worker, the people who can sign in."""
    with installed(tmp_path_factory.mktemp("serve") / "serve.log") as installation:
        yield installation


@pytest.fixture(scope="module")
def chromium():
    """The browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def window(service, chromium):
    """Opens windows of the browser, each with its own person; closes them at the end."""
    yield from _windows(service, chromium)


@pytest.fixture(scope="module")
def office(service, chromium):
    """Opens windows that stay until the last story of the file: those of people who work all day."""
    yield from _windows(service, chromium)


def _windows(service, chromium):
    contexts = []

    def opens(*, javascript=True, size=DESK, scheme="light", lens=False):
        context = chromium.new_context(
            base_url=service.url,
            bypass_csp=lens,  # what another window shows is written into it, which our policy refuses
            java_script_enabled=javascript,
            viewport=size,
            color_scheme=scheme,
            reduced_motion="reduce",
            locale="fr-FR",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.javascript = javascript
        page.lens = (
            None if javascript else opens(size=size, lens=True)
        )  # axe is a script: it reads the page elsewhere
        page.trouble = []
        page.on("pageerror", lambda error: page.trouble.append(str(error)))
        page.on(
            "console",
            lambda m: (
                page.trouble.append(m.text) if m.type == "error" and "status of 4" not in m.text else None
            ),
        )
        return page

    yield opens
    for context in contexts:
        context.close()


def outside(service, *words):
    """`permis outside …`, until it has something to say."""
    for _ in range(60):
        done = service.command("outside", *words)
        if done.returncode == 0:
            return json.loads(done.stdout)
        time.sleep(0.25)
    raise AssertionError(f"permis outside {' '.join(words)}: {done.stdout} {done.stderr}")


def code_after(service, address, previous=""):
    """The newest code sent to this address, once it is another than `previous`."""
    for _ in range(60):
        found = outside(service, "mail", "--last", address)
        if found["codes"] and found["codes"][0] != previous:
            return found["codes"][0]
        time.sleep(0.25)
    raise AssertionError("no code came")


def until(page: Page, url: str, words: str):
    """Opens a page again until the worker has done what it had to."""
    for _ in range(60):
        page.goto(url)
        if words in said(page):
            return page
        time.sleep(0.25)
    raise AssertionError(f"{words!r} never came on {url}: {page.locator('main').inner_text()}")


def said(page: Page) -> str:
    """What the page says, with plain spaces."""
    return page.locator("main").inner_text().replace("\u00a0", " ").replace("\u202f", " ")


def checked(page: Page) -> Page:
    """The page as it is now is sound: at 1280 and 320 px, light and dark, axe finds nothing and nothing scrolls sideways.

    What depends on neither the width nor the colours is looked at twice, the contrast four times.
    """
    if _known_shape(page):
        assert page.trouble == []
        return page
    seen = _shown(page)
    size = seen.viewport_size
    for width, scheme, options in (
        (DESK, "light", None),
        (DESK, "dark", CONTRAST),
        (NARROW, "dark", None),
        (NARROW, "light", CONTRAST),
    ):
        seen.set_viewport_size(width)
        seen.emulate_media(color_scheme=scheme)
        _is_sound(seen, page.url, scheme, options)
    seen.emulate_media(color_scheme="light")
    seen.set_viewport_size(size)
    return page


# What axe judges: the elements, their classes and roles, what is said of them; not the words that differ each time.
_SHAPE = re.compile(
    r"<(/?[a-z0-9]+)|\b(class|role|type|hidden|aria-[a-z]+|autocomplete|for|lang)(?:=\"([a-z _-]*))?"
)
_known: set[bytes] = set()


def _known_shape(page: Page) -> bool:
    """Whether a page of just this shape was checked before in this run: axe would say the same of it."""
    shape = repr(_SHAPE.findall(page.content())).encode()
    mark = hashlib.sha256(shape + page.title().encode()).digest()
    if mark in _known:
        return True
    _known.add(mark)
    return False


def glanced(page: Page) -> Page:
    """The page is sound in the window as it stands: for a page whose like another story looks at in every state."""
    if _known_shape(page):
        assert page.trouble == []
        return page
    _is_sound(_shown(page), page.url, "light", None)
    return page


def _shown(page: Page) -> Page:
    """Where axe can read the page: itself, or a window with scripts that shows the same."""
    assert page.trouble == []
    if page.lens is None:
        return page
    page.lens.goto(page.url if page.url.endswith("/") else "/")
    page.lens.set_content(page.content())
    page.lens.wait_for_load_state()
    return page.lens


def _is_sound(seen: Page, url: str, scheme: str, options: dict[str, list[str]] | None) -> None:
    width = seen.viewport_size["width"]
    found = Axe().run(seen, options=options).response["violations"]
    faults = [(v["id"], [n["html"][:200] for n in v["nodes"]]) for v in found]
    assert not faults, f"{url} at {width} px, {scheme}: {faults}"
    wide, titles = seen.evaluate(WIDE_AND_FOCUS)
    assert wide <= width, f"{url} is {wide} px wide at {width} px"
    assert titles == 1, f"{url} has {titles} titles"
