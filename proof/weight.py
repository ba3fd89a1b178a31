"""Weighs every page as a phone receives it: the first page of a visit, then each next one.

    make proof-weight             two pages in three as a next one, one in six as a first one, within 50 seconds
    LONG=1 make proof-weight      every page as both

Every byte is counted as it passes on the wire, headers included, in Chromium over HTTP. A first page (nothing kept
by the browser) must weigh 100 KB at most in 10 requests at most; a next page 15 KB at most. A person's own documents
are weighed apart: they are what the page is about. Raw material: out/proof-weight/pages.jsonl.
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.installation import installed
from bench.report import Report, json_lines, long_form, publish
from proof.pages import PAGES, VISITOR, Seen, cast, enter
from tests.services.chromium import LAUNCH_FLAGS, chromium_path

FIRST_BYTES, FIRST_REQUESTS, NEXT_BYTES = 100_000, 10, 15_000
PATIENCE_S = 8.0
# A person's own pictures, whatever page shows them.
DOCUMENTS = ("/documents/voir/", "/voir/")


@dataclass
class Weighed:
    """What one page made pass on the wire."""

    bytes: int = 0
    requests: int = 0
    own: int = 0  # bytes of the person's documents
    heaviest: list[tuple[int, str]] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)  # asked for, and not there when we stopped waiting

    def as_row(self) -> dict[str, Any]:
        """For the raw material."""
        heavy = [{"bytes": size, "what": what} for size, what in sorted(self.heaviest, reverse=True)[:4]]
        row = {"bytes": self.bytes, "requests": self.requests, "documents": self.own, "heaviest": heavy}
        return row | ({"unanswered": self.unanswered} if self.unanswered else {})


class Scale:
    """Counts what one page of the browser receives. What its cache answers weighs nothing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._sums = Weighed()
        self._urls: dict[str, str] = {}
        self._cached: set[str] = set()
        self._waiting: set[str] = set()
        self._asked_by: dict[str, str] = {}  # request → the page that wanted it
        wire = page.context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.on("Network.requestWillBeSent", self._asked)
        wire.on("Network.requestServedFromCache", lambda said: self._kept(said["requestId"]))
        wire.on("Network.responseReceived", self._answered)
        wire.on("Network.loadingFinished", self._ended)
        wire.on("Network.loadingFailed", lambda said: self._waiting.discard(said["requestId"]))

    def _asked(self, said: dict[str, Any]) -> None:
        self._urls[said["requestId"]] = said["request"]["url"]
        self._asked_by[said["requestId"]] = said["documentURL"].partition("#")[0]
        self._waiting.add(said["requestId"])

    def _answered(self, said: dict[str, Any]) -> None:
        if said["response"].get("fromDiskCache"):
            self._kept(said["requestId"])

    def _kept(self, request: str) -> None:
        # The browser had it: nothing passes, and the end is not always told.
        self._cached.add(request)
        self._waiting.discard(request)

    def _ended(self, said: dict[str, Any]) -> None:
        self._waiting.discard(said["requestId"])
        url = self._urls.get(said["requestId"], "")
        if said["requestId"] in self._cached or url.startswith("data:"):
            return
        size = int(said["encodedDataLength"])
        if any(part in url for part in DOCUMENTS):
            self._sums.own += size
            return
        self._sums.bytes += size
        self._sums.requests += 1
        self._sums.heaviest.append((size, url.split("/", 3)[-1]))

    def weigh(self, path: str) -> Weighed:
        """Opens a page and waits until what it asked for is there; what never came is named in the raw material."""
        self._sums = Weighed()
        self._waiting.clear()
        self.page.goto(path, wait_until="load")
        end = time.monotonic() + PATIENCE_S
        while self._missing() and time.monotonic() < end:
            self.page.wait_for_timeout(10)
        self._sums.unanswered = [self._urls[one].split("/", 3)[-1] for one in self._missing()]
        return self._sums

    def _missing(self) -> list[str]:
        """What this page still waits for. A picture that the page before had begun to ask never comes: it is gone."""
        here = self.page.url.partition("#")[0]
        return [one for one in self._waiting if self._asked_by[one] == here]


def too_heavy(seen: Weighed, first: bool) -> str:
    """What is wrong with this weight, in words; empty when nothing is."""
    if first and seen.bytes > FIRST_BYTES:
        return f"{seen.bytes} bytes as a first page, over {FIRST_BYTES}"
    if first and seen.requests > FIRST_REQUESTS:
        return f"{seen.requests} requests as a first page, over {FIRST_REQUESTS}"
    if not first and seen.bytes > NEXT_BYTES:
        return f"{seen.bytes} bytes as a next page, over {NEXT_BYTES}"
    return ""


def _window(browser: Browser, url: str) -> BrowserContext:
    return browser.new_context(
        base_url=url, viewport={"width": 360, "height": 740}, locale="fr-FR", reduced_motion="reduce"
    )


def _first(browser: Browser, url: str, seen: Seen, path: str, cookies: list[Any]) -> Weighed:
    """As the first page of a visit: a browser that has kept nothing but who the person is."""
    context = _window(browser, url)
    try:
        context.add_cookies(cookies)
        return Scale(context.new_page()).weigh(path)
    finally:
        context.close()


def _planted(browser: Browser, url: str) -> list[str]:
    """A page that asks for its own sheet twelve times more must be found too heavy, in bytes and in requests."""
    context = _window(browser, url)
    try:
        page = context.new_page()
        page.add_init_script(
            """addEventListener('DOMContentLoaded', () => {
                const sheet = document.querySelector('link[rel=stylesheet]').href;
                for (let n = 0; n < 12; n++) {
                    const more = document.createElement('link');
                    more.rel = 'stylesheet';
                    more.href = `${sheet}?planted=${n}`;
                    document.head.append(more);
                }
            })"""
        )
        weighed = Scale(page).weigh("/")
        return [
            too_heavy(Weighed(bytes=weighed.bytes), first=True),
            too_heavy(Weighed(requests=weighed.requests), first=True),
            too_heavy(Weighed(bytes=weighed.bytes), first=False),
        ]
    finally:
        context.close()


def _turns(rank: int) -> tuple[bool, ...]:
    """How this page is weighed: as a first page (True), as a next one (False), or not at all in the short form."""
    if long_form() or rank % 6 == 0:
        return (True, False)
    return () if rank % 3 == 2 else (False,)


def body(report: Report) -> str:
    """Weighs every page of the table, cold and warm."""
    rows: list[dict[str, Any]] = []
    with installed(report.folder / "serve.log", web_workers=1) as here, sync_playwright() as playwright:
        made = cast(here)
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=LAUNCH_FLAGS)
        report.versions["chromium"] = browser.version
        found = _planted(browser, here.url)
        report.figures["planted"] = found
        report.expect(all(found), f"the planted sheets were not all found: {found}")
        people = list(dict.fromkeys(seen.who for seen in PAGES))
        for who in people:
            context = _window(browser, here.url)
            page = context.new_page()
            enter(page, who)
            scale = Scale(page)
            scale.weigh(
                "/" if who == VISITOR else page.url
            )  # what is common to all pages is kept from here on
            for rank, seen in enumerate(one for one in PAGES if one.who == who and not one.press):
                path = seen.path.format(**made)
                for first in _turns(rank):
                    weighed = (
                        _first(browser, here.url, seen, path, context.cookies())
                        if first
                        else scale.weigh(path)
                    )
                    report.cases += 1
                    rows.append({"page": seen.name, "first": first} | weighed.as_row())
                    # Only the mark in the window's corner, which every page shares, may be left unanswered.
                    lost = [what for what in weighed.unanswered if "/img/" not in what]
                    report.expect(not lost, f"{seen.name}: {lost} never came")
                    wrong = too_heavy(weighed, first)
                    report.expect(not wrong, f"{seen.name}: {wrong}")
            context.close()
        browser.close()
    json_lines(report.folder / "pages.jsonl", rows)
    first = max((row for row in rows if row["first"]), key=lambda row: row["bytes"])
    following = max((row for row in rows if not row["first"]), key=lambda row: row["bytes"])
    report.figures |= {
        "pages": sum(not row["first"] for row in rows),
        "first_pages": sum(row["first"] for row in rows),
        "heaviest_first": {"page": first["page"], "bytes": first["bytes"]},
        "most_requests": max(row["requests"] for row in rows if row["first"]),
        "heaviest_next": {"page": following["page"], "bytes": following["bytes"]},
    }
    return (
        f"{report.figures['pages']} pages: at most {first['bytes'] / 1000:.1f} KB in {report.figures['most_requests']} "
        f"requests as a first page, {following['bytes'] / 1000:.1f} KB as a next one"
    )


if __name__ == "__main__":
    sys.exit(publish("proof-weight", body))
