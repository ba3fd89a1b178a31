"""The people of the crash drill: they keep every acknowledgement, and try again as people do when nothing answers."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client import (
    REFERENCE,
    Agent,
    Browser,
    Citizen,
    Letterbox,
    NoAnswer,
    Page,
    Unexpected,
    answers_of,
)
from bench.installation import Installation
from bench.papers import of_first_licence

PATIENCE_S = 90.0  # how long a person insists before the drill calls it a loss
CODE_S = 6.0  # before asking for another code
PICTURE = (
    90_000,
    (900, 1200),
)  # bytes, pixels: as small as it may be, the drill is about moves and not about pictures
PAPERS = 6  # of one person: no two slots of a request hold the same


@dataclass
class Ledger:
    """What was acknowledged, and what was attempted: one JSON object a line, written before anything else is done."""

    path: Path
    started: float = field(default_factory=time.monotonic)
    rows: list[dict[str, Any]] = field(default_factory=list)
    attempts: list[dict[str, Any]] = field(default_factory=list)
    interrupted: int = 0  # requests without an answer
    errors: list[str] = field(default_factory=list)  # answers of 500 and more: a kill is no excuse for them
    faults: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def acknowledged(self, who: str, what: str, reference: str, **more: Any) -> None:
        """The server said yes, and the person has it on the screen."""
        row = {
            "at": round(time.monotonic() - self.started, 3),
            "who": who,
            "what": what,
            "reference": reference,
        }
        with self._lock, self.path.open("a", encoding="utf-8") as file:
            self.rows.append(row | more)
            file.write(json.dumps(row | more, ensure_ascii=False) + "\n")

    def attempted(self, what: str, reference: str, **more: Any) -> None:
        """Something is about to be sent: without an answer, it may have happened or not."""
        with self._lock:
            self.attempts.append({"what": what, "reference": reference, **more})

    def interruption(self, silence: NoAnswer) -> None:
        """A request got no answer, or one that says that the server failed."""
        with self._lock:
            self.interrupted += 1
            if silence.status:
                self.errors.append(str(silence))

    def fault(self, who: str, error: BaseException) -> None:
        """Something that a person would not understand."""
        with self._lock:
            self.faults.append(f"{who}: {type(error).__name__}: {error}")

    def of(self, what: str) -> list[dict[str, Any]]:
        """The acknowledgements of one sort."""
        with self._lock:
            return [row for row in self.rows if row["what"] == what]


class Person(threading.Thread):
    """Somebody who works until the drill is over, and finishes what was begun."""

    def __init__(self, name: str, seed: int, ledger: Ledger, over: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.rng = random.Random(seed)
        self.ledger = ledger
        self.over = over

    def run(self) -> None:
        """Works; what goes wrong is written down and ends this person."""
        try:
            self.work()
        except Exception as error:  # noqa: BLE001  the drill reports it
            self.ledger.fault(self.name, error)

    def work(self) -> None:
        """What this person does."""
        raise NotImplementedError

    def patiently(
        self, browser: Browser, act: Callable[[], Any], arrived: Callable[[Page], bool] | None = None
    ) -> Any:
        """Does it until it is answered. After a silence, half of the people press the reload button first.

        `arrived` says whether a form sent again by that button came through; then it is done.
        """
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                return act()
            except NoAnswer as silence:
                self.ledger.interruption(silence)
                if time.monotonic() > end:
                    raise Unexpected(f"no answer in {PATIENCE_S:.0f} s: {silence}") from silence
            time.sleep(self.rng.uniform(0.05, 0.4))
            if arrived and browser.sent_form and self.rng.random() < 0.5:
                try:
                    if arrived(browser.again()):
                        return None
                except NoAnswer as silence:
                    self.ledger.interruption(silence)


class Applicant(Person):
    """Signs up, then asks for one licence after the other."""

    def __init__(self, here: Installation, n: int, seed: int, ledger: Ledger, over: threading.Event) -> None:
        super().__init__(f"applicant-{n}", seed, ledger, over)
        self.citizen = Citizen(here.url, Letterbox(here.data), f"applicant-{n}@drill.example", patience=10)
        self.answers = answers_of(f"Le Gall {'ABCDEFGHIJ'[n % 10]}", "Anne Marie")
        self.papers = of_first_licence(seed * PAPERS, *PICTURE)
        self.sent: list[str] = []

    def work(self) -> None:
        """Until it is over; the request that was begun is sent all the same."""
        self.patiently(self.citizen, self._arrive)
        while not self.over.is_set():
            reference = self.patiently(self.citizen, self.citizen.begin)
            self._steps(reference)
            slots = self.patiently(self.citizen, lambda r=reference: self.citizen.slots(r))
            for slot, paper in zip(slots, self.papers, strict=True):
                self._give(reference, slot, paper)
            self._send(reference)
            self.sent.append(reference)

    def _arrive(self) -> None:
        """Creates the account, or signs in when the account was made in spite of the silence."""
        if not self.citizen.sign_in():
            self.citizen.sign_up()

    def _steps(self, reference: str) -> None:
        saved: set[str] = set()

        def act() -> None:
            page = self.citizen.resume(reference)
            while (slug := page.path.rstrip("/").rpartition("/")[2]) in self.answers:
                if slug in saved:
                    raise Unexpected(f"{reference}: the step {slug} was saved and is asked again")
                page = self.citizen.fill_step(page, self.answers)
                saved.add(slug)

        self.patiently(self.citizen, act)

    def _give(self, reference: str, slot: str, paper: bytes) -> None:
        given = 0
        name = ""

        def act() -> None:
            nonlocal given, name
            given += 1
            name = f"{reference}-{slot[:8]}-{given}.jpg"
            self.ledger.attempted("uploaded", reference, slot=slot, name=name)
            self.citizen.give(reference, slot, name, paper)

        base = f"/demandes/{reference}/documents/"
        self.patiently(self.citizen, act, lambda page: page.path == base and page.status == 200)
        self.ledger.acknowledged(self.name, "uploaded", reference, slot=slot, name=name, bytes=len(paper))

    def _send(self, reference: str) -> None:
        def act() -> None:
            page = self.citizen.resume(reference)
            if page.path == f"/demandes/{reference}/suivi/":  # it was sent, in spite of the silence
                if not self.citizen.is_sent(reference):
                    raise Unexpected(f"{reference}: sent, and without a receipt")
                return
            if page.path != f"/demandes/{reference}/recapitulatif/":
                raise Unexpected(f"{reference}: all was given, and {page.path} is asked again")
            self.ledger.attempted("submitted", reference)
            self.citizen.submit(reference, CODE_S)

        receipt = f"/demandes/{reference}/recu/"
        self.patiently(self.citizen, act, lambda page: page.path == receipt and page.status == 200)
        self.ledger.acknowledged(self.name, "submitted", reference)


class Reader(Person):
    """An agent: takes up what waits, accepts every document, grants; goes on until nothing waits any more."""

    def __init__(
        self, here: Installation, address: str, seed: int, ledger: Ledger, over: threading.Event
    ) -> None:
        super().__init__(address.partition("@")[0], seed, ledger, over)
        self.agent = Agent(here.url, address, patience=10)
        self.doubt = False  # after a silence, first look at what is already in hand
        self.finished = threading.Event()  # set by the drill: nothing more will come

    def work(self) -> None:
        """Until the drill says that nothing more will come."""
        self.patiently(self.agent, self.agent.sign_in)
        while not self.finished.is_set():
            try:
                page = self._next()
            except NoAnswer as silence:
                self._was_silent(silence)
                continue
            if page is None:
                self.finished.wait(0.3)
                continue
            try:
                self._grant(self.agent.accept_all(page))
            except NoAnswer as silence:
                self._was_silent(silence)

    def _was_silent(self, silence: NoAnswer) -> None:
        self.ledger.interruption(silence)
        self.doubt = True
        time.sleep(self.rng.uniform(0.05, 0.4))

    def _next(self) -> Page | None:
        if self.doubt:
            mine = self.agent.in_hand()
            if mine:
                return self.agent.opens(mine[0])
            self.doubt = False
        return self.agent.take_next()

    def _grant(self, page: Page) -> None:
        """Presses the button; without an answer, half of the agents press it again, the others look first."""
        match = REFERENCE.search(page.path)
        assert match is not None
        while True:
            self.ledger.attempted("approved", match[0])
            try:
                if self.agent.approve(page):
                    self.ledger.acknowledged(self.name, "approved", match[0])
                else:  # a file is not checked yet, since the process that checked it died: opened again later
                    self.doubt = True
                    self.finished.wait(0.5)
                return
            except NoAnswer as silence:
                if self.rng.random() < 0.5:
                    raise
                self.ledger.interruption(silence)
                time.sleep(self.rng.uniform(0.05, 0.4))


class Outside(threading.Thread):
    """The factory and the postman, by what `permis outside` and /demo/ call; Django is ready in this process.

    They act on what is in their own trays, as soon as it is there: also before we have written down that it is.
    """

    def __init__(self, ledger: Ledger, stop: threading.Event) -> None:
        super().__init__(name="outside", daemon=True)
        self.ledger, self.stop = ledger, stop

    def run(self) -> None:
        """Two rounds a second."""
        from django.db import connections

        while not self.stop.wait(0.5):
            try:
                self.round()
            except Exception as error:  # noqa: BLE001  the drill reports it
                self.ledger.fault("outside", error)
                return
        connections.close_all()

    def round(self) -> None:
        """The factory makes what was ordered; the postman delivers, misses one in six, brings one in ten back."""
        from permis.adapters.plant import demo as plant
        from permis.adapters.post import demo as post

        plant.answer("made")
        for letter in post.letters():
            if act := self._next_act(letter, post.FINAL):
                post.scan(act, {letter["number"]})

    @staticmethod
    def _next_act(letter: dict[str, Any], final: set[str]) -> str:
        """What the postman does with this letter now; nothing while his last word was not heard yet."""
        from permis.delivery.models import Letter
        from permis.vault.sealing import blind

        said = set(letter["history"])
        if said & final:
            return ""
        ours = (
            Letter.objects.filter(number_index=blind("letter", letter["number"]))
            .select_related("dossier")
            .first()
        )
        if ours is None:
            return "deliver"  # it is in his tray, and we were killed before we could say so
        if "absent" in said:
            return "collect" if ours.dossier.state == "AT_POST_OFFICE" else ""
        fate = int(letter["number"][2:10]) % 30
        if fate < 5:
            return "absent"
        return "return" if fate < 8 and ours.dossier.letters.count() == 1 else "deliver"


class Prober(threading.Thread):
    """Asks /healthz ten times a second: how long does nobody answer?"""

    def __init__(self, here: Installation, stop: threading.Event) -> None:
        super().__init__(name="prober", daemon=True)
        self.here, self.stop = here, stop
        self.gaps: list[float] = []  # seconds between two answers, when there was a silence between them

    def run(self) -> None:
        """Until it is told to stop."""
        last, silent = time.monotonic(), False
        while not self.stop.wait(0.1):
            if self.here.is_ready():
                if silent:
                    self.gaps.append(time.monotonic() - last)
                last, silent = time.monotonic(), False
            else:
                silent = True
