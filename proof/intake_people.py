"""Who gives documents while everything fails, what they were told, and what the database says of it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client import Citizen, Letterbox, NoAnswer, Unexpected, answers_of
from bench.report import Report
from bench.sending import Answer, Pass, Sender, begun
from proof.crash_checks import DATABASE
from proof.intake_canary import Canary
from proof.intake_faults import Settled

PATIENCE_S = 45.0
LOOK_EVERY_S = 0.05


@dataclass
class Given:
    """One file that the service said it has: nothing of it may be lost, and nothing of it may happen twice."""

    name: str
    sha256: str
    slot: str
    how: str  # tus, tuspy, form
    arrival: str = ""
    refused: bool = False  # the antivirus found something: it must not be kept


@dataclass
class Ledger:
    """What was acknowledged."""

    path: Path
    rows: list[Given] = field(default_factory=list)

    def add(self, canary: Canary, slot: str, how: str, arrival: str = "", *, refused: bool = False) -> Given:
        """The service said yes."""
        row = Given(canary.name, hashlib.sha256(canary.data).hexdigest(), slot, how, arrival, refused)
        self.rows.append(row)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row.__dict__) + "\n")
        return row


class Sight:
    """The rows as they are now, read beside the product (SQLite)."""

    def __init__(self, data: Path) -> None:
        self.path = data / DATABASE

    def rows(self, query: str, *values: object) -> list[dict[str, Any]]:
        """What a query finds."""
        with contextlib.closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=20)) as line:
            line.row_factory = sqlite3.Row
            return [dict(row) for row in line.execute(query, values)]

    def slot(self, pk: str) -> str:
        """The status of a slot."""
        return str(self.rows("SELECT status FROM dossier_slot WHERE id = ?", _hex(pk))[0]["status"])

    def slots(self, reference: str) -> list[dict[str, Any]]:
        """The slots that are asked in a request: `id`, `piece`, `side`, `status`."""
        found = self.rows(
            "SELECT s.id, s.piece, s.side, s.status FROM dossier_slot s JOIN dossier_dossier d ON d.id = s.dossier_id "
            "WHERE d.reference = ? AND s.asked",
            reference,
        )
        return [{**row, "id": str(uuid.UUID(row["id"]))} for row in found]

    def arrival(self, pk: str) -> dict[str, Any]:
        """One arrival."""
        return self.rows("SELECT * FROM evidence_arrival WHERE id = ?", _hex(pk))[0]

    def last_arrival(self, slot: str) -> str:
        """The id of the last file that began to arrive for a slot."""
        query = "SELECT id FROM evidence_arrival WHERE slot_id = ? ORDER BY began_at DESC LIMIT 1"
        return str(uuid.UUID(self.rows(query, _hex(slot))[0]["id"]))

    def uploads(self, slot: str) -> list[dict[str, Any]]:
        """What is or was in a slot."""
        return self.rows("SELECT id, current, held FROM evidence_upload WHERE slot_id = ?", _hex(slot))


def _hex(pk: str) -> str:
    return uuid.UUID(pk).hex


@dataclass
class Scene:
    """An installation, somebody with a draft on it, and where the run is written down."""

    report: Report
    here: Settled
    ledger: Ledger
    citizen: Citizen
    reference: str
    who: Pass
    slots: dict[tuple[str, str], str]  # piece and side → id
    sight: Sight

    @classmethod
    def open(cls, report: Report, here: Settled, ledger: Ledger, address: str, name: str) -> Scene:
        """Signs somebody up, who answers everything and stands before the documents."""
        citizen = Citizen(here.url, Letterbox(here.data), address, patience=PATIENCE_S)
        citizen.sign_up()
        reference = citizen.begin()
        citizen.fill_steps(reference, answers_of(name, "Léa Jeanne"))
        citizen.slots(reference)
        sight = Sight(here.data)
        slots = {(row["piece"], row["side"]): row["id"] for row in sight.slots(reference)}
        return cls(report, here, ledger, citizen, reference, Pass.of(citizen), slots, sight)

    @property
    def base(self) -> str:
        """The page of the documents."""
        return f"/demandes/{self.reference}/documents/"

    @property
    def paper(self) -> str:
        """The slot of the proof of address: a paper, several files."""
        return next(pk for (piece, _), pk in self.slots.items() if piece == "ADDR")

    def sender(self, url: str = "") -> Sender:
        """A connection of this person."""
        return Sender(url or self.here.url, self.who)

    def announce(self, canary: Canary, slot: str, url: str = "") -> str:
        """Announces a file; the address where it goes."""
        with self.sender(url) as sender:
            return begun(sender.create(f"{self.base}{slot}/envois/", canary.name, len(canary.data)))

    def send(self, canary: Canary, slot: str, *, refused: bool = False) -> Given:
        """Sends a whole file; it is acknowledged on return."""
        where = self.announce(canary, slot)
        with self.sender() as sender:
            answer = sender.patch(where, 0, canary.data)
        return self.acknowledged(answer, canary, slot, where, refused=refused)

    def acknowledged(
        self,
        answer: Answer,
        canary: Canary,
        slot: str,
        where: str,
        how: str = "tus",
        *,
        refused: bool = False,
    ) -> Given:
        """Writes down that this file is with the service. Raises `Unexpected` when the answer does not say so."""
        if answer.status != 204 or answer.offset != len(canary.data):
            raise Unexpected(f"not acknowledged: {answer.status} {answer.text[:200]}")
        return self.ledger.add(canary, slot, how, where.rstrip("/").rpartition("/")[2], refused=refused)

    def go_on(self, canary: Canary, slot: str, where: str, chunk: int = 1 << 16) -> Given:
        """Asks where the file is and sends the rest, as often as the line is cut."""
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                with self.sender() as sender:
                    offset = sender.head(where).offset
                    while True:
                        answer = sender.patch(where, offset, canary.data[offset : offset + chunk])
                        if answer.status != 204:
                            raise Unexpected(
                                f"does not go on at {offset}: {answer.status} {answer.text[:200]}"
                            )
                        offset = answer.offset
                        if offset >= len(canary.data):
                            return self.acknowledged(answer, canary, slot, where)
            except (NoAnswer, Unexpected):
                if time.monotonic() > end:
                    raise
                time.sleep(0.1)

    def give(self, canary: Canary, slot: str) -> int:
        """The plain form; the status of what comes back. 200: acknowledged."""
        page = self.citizen.get(self.base)
        form = page.form(action=f"{self.base}{slot}/")
        try:
            page = self.citizen.send(form, file=(canary.name, canary.data))
        except NoAnswer as silence:
            return silence.status
        if page.status == 200:
            self.ledger.add(canary, slot, "form", self.sight.last_arrival(slot))
        return page.status

    def waits(self, so: Callable[[], object], what: str, seconds: float = PATIENCE_S) -> bool:
        """Waits until this is so; otherwise the run has not passed."""
        true = wait_for(so, seconds)
        self.report.expect(true, f"after {seconds:.0f} s it is not so: {what}")
        return true

    def ended(self, given: Given) -> bool:
        """Whether the check of this file has ended."""
        return bool(self.sight.arrival(given.arrival)["done"])

    def taken(self, given: Given, what: str, seconds: float = PATIENCE_S) -> None:
        """Its check ends by itself, and its slot is ready."""
        if self.waits(lambda: self.ended(given), f"the check ends: {what}", seconds):
            row, status = self.sight.arrival(given.arrival), self.sight.slot(given.slot)
            outcome = row["outcome"]
            self.report.expect(
                outcome == "taken", f"{what}: the file is {outcome or 'nowhere'}: {row['said']}"
            )
            self.report.expect(status == "ready", f"{what}: the slot is {status}")

    def unknown_is_not_safe(self, given: Given, what: str) -> None:
        """While nobody knows whether it is safe: it is acknowledged, it counts nowhere, and the pages say so."""
        row = self.sight.arrival(given.arrival)
        self.report.expect(not row["done"], f"{what}: its check ended, and nobody had answered")
        self.report.expect(not row["upload_id"], f"{what}: it became a document, and nobody had answered")
        status = self.sight.slot(given.slot)
        self.report.expect(status == "received", f"{what}: its slot is {status} and should be received")
        page = self.citizen.get(self.base)
        self.report.expect(page.status == 200, f"{what}: the page of the documents answers {page.status}")
        said = page.text.partition(given.name)[2][:900]
        self.report.expect(
            given.name in page.text and ("Nous regardons" in said or "Bien reçu" in said),
            f"{what}: the page does not say that the file is there and looked at",
        )


def wait_for(so: Callable[[], object], seconds: float) -> bool:
    """Whether this became so in time."""
    end = time.monotonic() + seconds
    while not so():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_EVERY_S)
    return True
