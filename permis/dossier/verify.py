"""Is a dossier whole? Raw rows are read first, so that a spoilt byte is named instead of raising while listing.

Checked: each event's hash and link, its columns against its hashed header, state = fold of the events by table 3,
version = n of the last event, every follower named by an event has its row, what was witnessed still holds.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from permis.domain.lifecycle import ROWS
from permis.domain.vocabulary import SlotStatus, State
from permis.dossier import chain
from permis.dossier.models import Dossier
from permis.vault import Broken


@dataclass
class Report:
    """What was checked and what is wrong: (reference, what), the reference first."""

    checked: int = 0
    events: int = 0
    documents: int = 0
    pending: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)

    def fault(self, reference: str, what: str) -> None:
        """Notes one fault, once."""
        if (reference, what) not in self.faults:
            self.faults.append((reference, what))


PATHS = {(row.before.value, row.verb.value, row.after.value) for row in ROWS}
# Where nobody may write a document any more: they must stand as the last decision saw them.
SETTLED = {
    State.SUBMITTED,
    State.COMPLETED,
    State.APPROVED,
    State.IN_PRODUCTION,
    State.POSTED,
    State.AT_POST_OFFICE,
    State.DELIVERED,
    State.RETURNED,
    State.MISSING,
    State.REGISTERED,
}
UNCHECKED = {SlotStatus.RECEIVED.value, SlotStatus.CHECKING.value}
CHECKED = {*UNCHECKED, SlotStatus.READY.value, SlotStatus.REFUSED.value}
STATES = {state.value for state in State}

DOSSIER = ("id", "reference", "motive", "owner_id", "state", "version")
EVENT = ("id", "dossier_id", "n", "key", "verb", "role", "actor", "before", "after", "at", "day")
BINARY = ("header", "detail")
FOLLOWUP = ("event_id", "follower", "done")


def _rows(table: str, texts: tuple[str, ...], binaries: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    """Every row with its columns as text (unreadable bytes become U+FFFD) and its binaries as bytes."""
    sqlite = connection.vendor == "sqlite"
    quote = connection.ops.quote_name
    columns = [f"CAST({quote(c)} AS BLOB)" if sqlite else f"{quote(c)}::text" for c in texts]
    columns += [f"CAST({quote(c)} AS BLOB)" if sqlite else quote(c) for c in binaries]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {quote(table)}")  # noqa: S608  names of ours only
        found = cursor.fetchall()
    names = (*texts, *binaries)
    return [
        {
            name: (bytes(value or b"") if name in binaries else _text(value))
            for name, value in zip(names, row, strict=True)
        }
        for row in found
    ]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (bytes, memoryview)):
        return bytes(value).decode("utf-8", "replace")
    return str(value)


def _plain(identifier: str) -> str:
    """A UUID as 32 digits: SQLite keeps it without dashes."""
    return identifier.replace("-", "")


def verify(only: str | None = None) -> Report:
    """Checks one dossier or all. Never raises for what is spoilt: it names it."""
    report = Report()
    dossiers = _rows("dossier_dossier", DOSSIER)
    by_id = {_plain(d["id"]): d for d in dossiers}
    events: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for event in _rows("dossier_event", (*EVENT, "hash"), BINARY):
        home = _home(event, by_id)
        if home is None:
            report.fault("?", f"event {event['id']}: of no dossier")
        else:
            events[home].append(event)
    followers: dict[str, set[str]] = defaultdict(set)
    waiting: dict[str, int] = defaultdict(int)
    for row in _rows("dossier_followup", FOLLOWUP):
        followers[_plain(row["event_id"])].add(row["follower"])
        waiting[_plain(row["event_id"])] += row["done"] in {"0", "false", "f"}
    for identifier, dossier in by_id.items():
        if only is not None and dossier["reference"] != only:
            continue
        report.checked += 1
        mine = events.get(identifier, [])
        report.events += len(mine)
        report.pending += sum(waiting[_plain(e["id"])] for e in mine)
        for what in _dossier_faults(identifier, dossier, mine, followers):
            report.fault(dossier["reference"], what)
    if only is not None:
        report.faults = [f for f in report.faults if f[0] == only]
    return report


def _home(event: dict[str, Any], by_id: dict[str, Any]) -> str | None:
    """The dossier of an event: by its column, or by its header when the column is spoilt."""
    for candidate in (event["dossier_id"], str(_header(event).get("dossier", ""))):
        if _plain(candidate) in by_id:
            return _plain(candidate)
    return None


def _header(event: dict[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(event["header"])
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _dossier_faults(
    identifier: str, dossier: dict[str, Any], events: list[dict[str, Any]], followers: dict[str, set[str]]
) -> list[str]:
    faults: list[str] = []
    events = sorted(events, key=lambda e: int(e["n"]) if e["n"].isascii() and e["n"].isdigit() else -1)
    previous, state = chain.START, State.DRAFT.value
    for rank, event in enumerate(events, 1):
        here = f"event {rank} ({event['verb']})"
        header = _header(event)
        if chain.next_hash(previous, event["header"], event["detail"]) != event["hash"]:
            faults.append(f"{here}: the chain is broken")
        previous = event["hash"]
        faults += [f"{here}: {name} is not what was hashed" for name in _differences(event, header)]
        if event["n"] != str(rank):
            faults.append(f"{here}: numbered {event['n']}")
        if event["before"] != state or (event["before"], event["verb"], event["after"]) not in PATHS:
            faults.append(f"{here}: not a row of table 3 from {state}")
        state = event["after"]
        missing = set(header.get("followers", [])) - followers.get(_plain(event["id"]), set())
        faults += [f"{here}: follow-up {name} is lost" for name in sorted(missing)]
    if dossier["state"] != state or dossier["state"] not in STATES:
        faults.append(f"state is {dossier['state']}, the events say {state}")
    if dossier["version"] != str(len(events)):
        faults.append(f"version is {dossier['version']}, there are {len(events)} events")
    if not faults:
        try:
            faults += _witness_faults(identifier)
        except Exception as error:  # noqa: BLE001  whatever a spoilt column raises, the dossier is named
            faults.append(f"cannot be read: {type(error).__name__}")
    return faults


def _differences(event: dict[str, Any], header: dict[str, Any]) -> list[str]:
    wrong = [
        name
        for name, column in (("id", "id"), ("dossier", "dossier_id"))
        if _plain(str(header.get(name, ""))) != _plain(event[column])
    ]
    wrong += [
        name
        for name in ("key", "verb", "role", "actor", "before", "after", "day")
        if str(header.get(name, "")) != event[name]
    ]
    if str(header.get("n", "")) != event["n"]:
        wrong.append("n")
    if _digits(str(header.get("at", ""))) != _digits(event["at"]):
        wrong.append("at")
    return wrong


def _digits(instant: str) -> str:
    """An instant as its digits, whatever the database writes around them (UTC, microseconds)."""
    body = instant.replace("T", " ").split("+")[0].rstrip("Z")
    day, _, fraction = body.partition(".")
    return f"{day}.{fraction.ljust(6, '0')}"


def _as_decided(now: list[list[str]], then: list[list[str]]) -> bool:
    """Whether the documents stand as they were; a check that was still to be made may have ended since."""
    return len(now) == len(then) and all(
        here == there or (here[:2] == there[:2] and there[2] in UNCHECKED and here[2] in CHECKED)
        for here, there in zip(now, then, strict=True)
    )


def _witness_faults(identifier: str) -> list[str]:
    """What the last witnessed event says of owner, motive, reference and answers must still hold."""
    dossier = Dossier.objects.get(pk=identifier)
    try:
        key = dossier.key()
        details = [(event, event.read_detail(key)) for event in dossier.events.order_by("n")]
        dossier.all_answers()
    except (Broken, ValueError):
        return ["what is sealed does not open"]
    witnessed = [detail for _, detail in details if "answers" in detail]
    if not witnessed:
        return []
    last = witnessed[-1]
    faults = []
    for name, value in (
        ("reference", dossier.reference),
        ("motive", dossier.motive),
        ("owner", str(dossier.owner_id)),
    ):
        if last[name] != value:
            faults.append(f"{name} is not what was submitted")
    if dossier.state in SETTLED:
        now = [list(slot) for slot in dossier.slots.filter(asked=True).values_list("piece", "side", "status")]
        if not _as_decided(now, last["slots"]):
            faults.append("the documents are not as they were when it was decided")
    last_event = details[-1][0] if details else None
    for row in ROWS:
        if last_event and (row.verb, row.before, row.after) == (
            last_event.verb,
            last_event.before,
            last_event.after,
        ):
            lost = {term.what for term in row.terms} - set(dossier.dues.values_list("what", flat=True))
            faults += [f"deadline {what} is lost" for what in sorted(lost) if last_event.role in row.actors]
    if chain.answers_digest(last["answers"]["salt"], bytes(dossier.answers)) != last["answers"]["digest"]:
        faults.append("the answers are not those that were submitted")
    return faults
