"""After the crash drill: what was acknowledged is compared with the database, the outside world and the pages."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any, Self

from bench.installation import Installation
from bench.report import Report
from proof.crash_people import Ledger

DATABASE = "telepermis.sqlite3"
LEFT_OUT = ("static", "cache", "*.lock", "*-wal", "*-shm", DATABASE)


def pending() -> dict[str, int]:
    """What has still to happen, and what has given up (Django is ready in this process)."""
    from permis.dossier.models import Dossier, FollowUp, Unexpected
    from permis.notices.models import Notice

    return {
        "follow_ups": FollowUp.objects.filter(done=False).count(),
        "messages": Notice.objects.filter(done=False).count(),
        "on_the_way": Dossier.objects.exclude(state__in=["DELIVERED", "DRAFT", "CANCELLED"]).count(),
        "parked": FollowUp.objects.filter(parked=True).count() + Notice.objects.filter(parked=True).count(),
        "unexpected_news": Unexpected.objects.count(),
    }


def compare(report: Report, ledger: Ledger, data: Path) -> None:
    """Every acknowledged number exists once and got at least as far as was said; nothing happened twice."""
    from permis.dossier.models import Dossier, Event

    states = Counter(Dossier.objects.values_list("state", flat=True))
    verbs: dict[str, Counter[str]] = {}
    for reference, verb in Event.objects.values_list("dossier__reference", "verb"):
        verbs.setdefault(reference, Counter())[verb] += 1
    copies = Counter(Dossier.objects.values_list("reference", flat=True))
    lost, twice = [], []
    for verb, what in (("submit", "submitted"), ("approve", "approved")):
        acknowledged = {row["reference"] for row in ledger.of(what)}
        lost += [
            f"{reference} was {what}" for reference in acknowledged if not verbs.get(reference, {}).get(verb)
        ]
        twice += [
            f"{reference} was {what} {n} times" for reference, said in verbs.items() if (n := said[verb]) > 1
        ]
        happened = {reference for reference, said in verbs.items() if said[verb]}
        report.figures[what] = {"acknowledged": len(acknowledged), "happened": len(happened)}
    twice += [f"{reference} exists {n} times" for reference, n in copies.items() if n > 1]
    lost += list(_documents(report, ledger))
    twice += (
        list(_cards(report, data, verbs)) + list(_letters(report, data, verbs)) + list(_mails(report, data))
    )
    report.figures |= {"states": dict(states), "lost": len(lost), "twice": len(twice)}
    report.wrong += [f"lost: {what}" for what in lost] + [f"twice: {what}" for what in twice]


def _documents(report: Report, ledger: Ledger) -> Iterator[str]:
    """Each place holds the last picture that was acknowledged, or one that was attempted after it."""
    from permis.evidence.models import Upload

    current: dict[str, list[tuple[str, int]]] = {}
    for upload in Upload.objects.filter(current=True):
        current.setdefault(str(upload.slot_id), []).append((upload.read_name(), upload.size))
    names: dict[str, list[str]] = {}
    for row in ledger.attempts:
        if row["what"] == "uploaded":
            names.setdefault(row["slot"], []).append(row["name"])
    acknowledged = ledger.of("uploaded")
    for row in acknowledged:
        there = current.get(row["slot"], [])
        later = names[row["slot"]][names[row["slot"]].index(row["name"]) :]
        if len(there) != 1 or there[0][0] not in later or there[0][1] != row["bytes"]:
            yield f"{row['reference']} {row['name']}: the place holds {there}"
    report.figures["uploaded"] = {
        "acknowledged": len(acknowledged),
        "attempted": sum(len(tried) for tried in names.values()),
        "current": sum(len(there) for there in current.values()),
    }


def _cards(report: Report, data: Path, verbs: dict[str, Counter[str]]) -> Iterator[str]:
    """One order for each approval, none for anybody else."""
    orders = Counter(order["reference"] for order in _read(data / "outside" / "plant" / "orders"))
    report.figures["cards_ordered"] = orders.total()
    for reference in set(orders) | {r for r, said in verbs.items() if said["approve"]}:
        wanted = verbs.get(reference, Counter())["approve"]
        if orders[reference] != wanted:
            yield f"{reference}: {orders[reference]} cards ordered for {wanted} approvals"


def _letters(report: Report, data: Path, verbs: dict[str, Counter[str]]) -> Iterator[str]:
    """One letter at the post for each sending that was said, and each of them known to us."""
    from permis.delivery.models import Letter

    at_the_post = Counter(letter["number"] for letter in _read(data / "outside" / "post" / "letters"))
    ours = Counter(letter.read_number() for letter in Letter.objects.all())
    said = sum(count["post"] + count["repost"] for count in verbs.values())
    report.figures["letters"] = at_the_post.total()
    if at_the_post != ours:
        yield f"letters at the post and letters of ours differ: {(at_the_post - ours) + (ours - at_the_post)}"
    if at_the_post.total() != said:
        yield f"{at_the_post.total()} letters for {said} sendings"


def _mails(report: Report, data: Path) -> Iterator[str]:
    """Each message once at the outside, under its own Message-ID; one message for each event that tells."""
    from permis.dossier.models import Event
    from permis.notices.models import Notice
    from permis.tracking.work import told_by

    sent: Counter[str] = Counter()
    for path in (data / "outside" / "mail").glob("[0-9]*.eml"):
        identifier = str(message_from_bytes(path.read_bytes(), policy=policy.default)["Message-ID"])
        sent[identifier.strip("<>").partition("@")[0]] += 1
    notices = {str(pk): key for pk, key in Notice.objects.values_list("pk", "key")}
    report.figures["mails"] = sent.total()
    yield from (f"message {notices.get(pk, pk)} was sent {n} times" for pk, n in sent.items() if n > 1)
    if set(sent) != set(notices):
        yield f"{len(set(sent) - set(notices))} mails of nobody, {len(set(notices) - set(sent))} never sent"
    told = {f"event-{event.pk}" for event in Event.objects.all() if told_by(event)}
    wrote = {key for key in notices.values() if key.startswith("event-")}
    if told != wrote:
        yield f"{len(told - wrote)} events told nobody, {len(wrote - told)} messages for events that tell nothing"


def _read(folder: Path) -> Iterator[dict[str, Any]]:
    for path in folder.glob("[!.]*.json"):
        yield json.loads(path.read_text("utf-8"))


# --- verify: whole, and not blind -------------------------------------------------------------------------


def verify(here: Installation) -> tuple[int, dict[str, Any]]:
    """`permis verify --all`: its exit code and what it says."""
    done = here.command("verify", "--all")
    try:
        return done.returncode, json.loads(done.stdout)
    except ValueError:
        return done.returncode, {"whole": None, "faults": [], "error": done.stderr.strip()[-300:]}


def copy(data: Path, to: Path) -> None:
    """A copy of the data folder; the database by SQLite's own backup, so that it is of one instant."""
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(data, to, ignore=shutil.ignore_patterns(*LEFT_OUT))
    if (data / DATABASE).exists():
        with (
            contextlib.closing(sqlite3.connect(data / DATABASE)) as source,
            contextlib.closing(sqlite3.connect(to / DATABASE)) as target,
        ):
            source.backup(target)


def plant(report: Report, here: Installation, reference: str) -> None:
    """Three faults in one request, one after the other, each mended before the next: verify must name it each time.

    Works on `here`, which is a copy (SQLite) or a database that is thrown away afterwards (PostgreSQL).
    """
    found: dict[str, bool] = {}
    for name, fault in (
        ("one byte of an event", _spoil_a_byte),
        ("one follow-up deleted", _delete_a_follow_up),
        ("one stored file deleted", _delete_a_file),
    ):
        with fault(here, reference):
            code, said = verify(here)
        named = {fault["reference"] for fault in said["faults"]}
        found[name] = code == 1 and named == {reference}
        report.expect(
            found[name], f"planted: {name} of {reference}: verify exits {code} and names {sorted(named)}"
        )
    code, said = verify(here)
    found["mended, whole again"] = code == 0
    report.expect(code == 0, f"planted and mended: verify exits {code}: {said['faults'][:3]}")
    report.figures["planted"] = found


class _Sql:
    """The database of an installation, without Django: what somebody does who goes round the product."""

    def __init__(self, here: Installation) -> None:
        if here.database_url:
            import psycopg

            self.mark, self.connection = "%s", psycopg.connect(here.database_url, autocommit=True)
        else:
            self.mark = "?"
            self.connection = sqlite3.connect(here.data / DATABASE, isolation_level=None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Runs one statement; the rows, if it has any."""
        cursor = self.connection.execute(query.replace("?", self.mark), values)
        return cursor.fetchall() if cursor.description else []


@contextlib.contextmanager
def _spoil_a_byte(here: Installation, reference: str) -> Iterator[None]:
    with _Sql(here) as sql:
        event, detail = sql.rows(
            "SELECT e.id, e.detail FROM dossier_event e JOIN dossier_dossier d ON d.id = e.dossier_id "
            "WHERE d.reference = ? ORDER BY e.n LIMIT 1",
            reference,
        )[0]
        detail = bytes(detail)
        middle = len(detail) // 2
        spoilt = detail[:middle] + bytes([detail[middle] ^ 1]) + detail[middle + 1 :]
        sql.rows("UPDATE dossier_event SET detail = ? WHERE id = ?", spoilt, event)
        yield
        sql.rows("UPDATE dossier_event SET detail = ? WHERE id = ?", detail, event)


@contextlib.contextmanager
def _delete_a_follow_up(here: Installation, reference: str) -> Iterator[None]:
    columns = "id, event_id, follower, done, parked, attempts, next_try, lease, lease_until, last_error"
    with _Sql(here) as sql:
        row = sql.rows(
            f"SELECT {', '.join(f'f.{c}' for c in columns.split(', '))} FROM dossier_followup f "
            "JOIN dossier_event e ON e.id = f.event_id JOIN dossier_dossier d ON d.id = e.dossier_id "
            "WHERE d.reference = ? ORDER BY e.n LIMIT 1",
            reference,
        )[0]
        sql.rows("DELETE FROM dossier_followup WHERE id = ?", row[0])
        yield
        marks = ", ".join("?" * len(row))
        sql.rows(f"INSERT INTO dossier_followup ({columns}) VALUES ({marks})", *row)


@contextlib.contextmanager
def _delete_a_file(here: Installation, reference: str) -> Iterator[None]:
    with _Sql(here) as sql:
        files = sql.rows(
            "SELECT u.files FROM evidence_upload u JOIN dossier_slot s ON s.id = u.slot_id "
            "JOIN dossier_dossier d ON d.id = s.dossier_id WHERE d.reference = ? AND u.current LIMIT 1",
            reference,
        )[0][0]
    pages = json.loads(files) if isinstance(files, str) else files
    path = here.data / "files" / pages[0]["key"]
    kept = path.read_bytes()
    path.unlink()
    yield
    path.write_bytes(kept)
