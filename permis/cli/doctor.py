"""`permis doctor`: examines an installation; each check has a name, an answer and what to do."""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from permis.cli import NO, YES, setup_django

LONG_CHECK_M = 10
LATE_S = 60.0

Finding = tuple[str, bool, str]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What an operator does once the cause is mended."""
    parser.add_argument("--retry", action="store_true", help="put parked rows back to work")
    parser.add_argument("--settle", action="store_true", help="the unexpected news have been looked at")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0 when all is well, 1 with what is not."""
    setup_django()
    if args.retry or args.settle:
        _mend(args)
    checks: list[dict[str, Any]] = []
    for part in (_database, _pending, _worker, _storage, _files, _antivirus, _people, _outside):
        checks += [{"check": n, "well": ok, "says": says} for n, ok, says in _safely(part)]
    well = all(check["well"] for check in checks)
    return (YES if well else NO), {"well": well, "checks": checks}


def _mend(args: argparse.Namespace) -> None:
    from django.db import transaction  # noqa: PLC0415

    from permis.dossier.models import FollowUp, Unexpected  # noqa: PLC0415
    from permis.evidence.models import Arrival  # noqa: PLC0415
    from permis.notices.models import Notice  # noqa: PLC0415

    if args.retry:
        FollowUp.try_again()
        Notice.try_again()
        Arrival.try_again()
    if args.settle:
        with transaction.atomic():
            Unexpected.objects.filter(settled=False).update(settled=True)


def _safely(part: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from part()
    except Exception as error:  # noqa: BLE001  a doctor names what hurts, whatever it is
        yield part.__name__.strip("_"), False, f"could not be examined: {type(error).__name__}"


def _database() -> Iterator[Finding]:
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield "database", True, f"{connection.vendor} answers"
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check")
            whole = cursor.fetchone()[0]
        yield (
            "database file",
            whole == "ok",
            "the file is whole" if whole == "ok" else "the file is damaged: restore it",
        )
    executor = MigrationExecutor(connection)
    left = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield "migrations", not left, f"{len(left)} to run: start permis serve" if left else "all are done"


def _pending() -> Iterator[Finding]:
    from permis import clock  # noqa: PLC0415
    from permis.dossier.models import Due, FollowUp, Unexpected  # noqa: PLC0415
    from permis.evidence.models import Arrival  # noqa: PLC0415
    from permis.notices.models import Notice  # noqa: PLC0415

    for name, model in (("follow-ups", FollowUp), ("messages", Notice), ("files to check", Arrival)):
        parked = list(model.objects.filter(parked=True)[:5])
        says = ", ".join(f"{row} ({row.last_error})" for row in parked)
        yield (
            f"{name} parked",
            not parked,
            f"after too many tries: {says}. Mend the cause, then permis doctor --retry" if parked else "none",
        )
        late = model.objects.filter(
            done=False,
            parked=False,
            next_try__lt=clock.ticks() - LATE_S,
            lease_until__lt=clock.ticks() - LATE_S,
        ).count()
        yield (
            f"{name} late",
            not late,
            f"{late} wait for over a minute: is a worker running?" if late else "none",
        )
    waiting = Arrival.objects.filter(
        done=False, whole_at__lt=clock.now() - dt.timedelta(minutes=LONG_CHECK_M)
    )
    why = ", ".join(sorted(set(waiting.values_list("last_error", flat=True)) - {""}))
    yield (
        "files unchecked",
        not waiting.exists(),
        f"{waiting.count()} wait for their check for over {LONG_CHECK_M} minutes: {why or 'is a worker running?'}"
        if waiting.exists()
        else "none for long",
    )
    yesterday = clock.today() - dt.timedelta(days=1)
    overdue = Due.objects.filter(status=Due.OPEN, day__lt=yesterday).count()
    yield (
        "deadlines",
        not overdue,
        f"{overdue} passed without being done: see the log" if overdue else "none passed",
    )
    odd = list(Unexpected.objects.filter(settled=False)[:5])
    says = "; ".join(str(row) for row in odd)
    yield "unexpected news", not odd, f"{says}. Once looked at: permis doctor --settle" if odd else "none"


def _worker() -> Iterator[Finding]:
    from permis import clock, journey  # noqa: PLC0415

    try:
        age = clock.ticks() - float(journey.beat_file().read_text("ascii"))
    except (OSError, ValueError):
        yield "worker", False, "no worker has ever beaten here: start permis serve or permis worker"
        return
    yield "worker", age < LATE_S, f"last beat {age:.0f} s ago"


def _storage() -> Iterator[Finding]:
    from permis.adapters import adapter  # noqa: PLC0415

    storage = adapter("storage")
    tight, room = storage.tight(), storage.room()
    free = "the storage does not say" if room is None else f"{room:.0%} of the room is free"
    yield "storage room", not tight, f"{free}: new documents are refused, or soon will be" if tight else free
    storage.put("doctor/probe", [b"probe"], reserve=True)
    found = b"".join(storage.get("doctor/probe"))
    storage.delete("doctor/probe")
    yield "storage", found == b"probe", "writes and reads"


def _files() -> Iterator[Finding]:
    from permis import clock  # noqa: PLC0415
    from permis.evidence import purge  # noqa: PLC0415
    from permis.evidence.models import Purge  # noqa: PLC0415

    last = purge.last()
    if last is None:
        yield "files", True, "database and storage were not compared yet: the worker does it once a day"
    else:
        said = [f"{last.files} files compared with the database on {last.day}"]
        if last.danglers:
            said.append(f"{last.danglers} are missing: permis storage check names them")
        if last.held_back:
            said.append(f"{last.orphans} belong to nothing: is this the right database? See docs/operate.md")
        elif last.orphans:
            said.append(f"{last.orphans} belong to nothing and go after 30 days")
        old = last.day < clock.today() - dt.timedelta(days=3)
        if old:
            said.append("not since: is a worker running, and does the storage answer?")
        yield "files", not (last.danglers or last.held_back or old), "; ".join(said)
    late = Purge.objects.filter(due_at__lt=clock.now() - dt.timedelta(days=2)).count()
    yield (
        "purge",
        not late,
        f"{late} files should be gone: permis storage purge" if late else "nothing is late",
    )


def _antivirus() -> Iterator[Finding]:
    from django.conf import settings  # noqa: PLC0415

    from permis.adapters import adapter  # noqa: PLC0415
    from permis.adapters.antivirus import TEST_FILE, Unknown  # noqa: PLC0415

    antivirus = adapter("antivirus")
    try:
        about = antivirus.about()
        right = not antivirus.look([TEST_FILE]).clean and antivirus.look([b"probe"]).clean
    except Unknown as fault:
        yield (
            "antivirus",
            False,
            f"{settings.CLAMD_URL or 'the embedded one'} does not answer ({fault}): what arrives waits for it",
        )
        return
    yield "antivirus", right, about if right else f"{about}: wrong about the test file or about a clean one"
    if not settings.CLAMD_URL:
        # Said and not judged: it may run without, and that is a choice.
        alone = "no CLAMD_URL: no known virus is recognised, see docs/operate.md"
        yield "antivirus signatures", True, f"demo: {alone}" if settings.DEMO else f"warning: {alone}"
    elif not antivirus.local:
        yield "antivirus line", True, "documents travel in clear to clamd: keep that network to yourself"


def _people() -> Iterator[Finding]:
    from permis.accounts.models import Cert  # noqa: PLC0415
    from permis.dossier.models import Dossier  # noqa: PLC0415

    centres = Cert.objects.count()
    yield (
        "centres",
        centres > 0,
        f"{centres} centres" if centres else "no centre: nobody can read the requests",
    )
    lost = Dossier.objects.filter(cert=None).exclude(submitted_at=None).count()
    yield (
        "dossiers without a centre",
        not lost,
        f"{lost} submitted dossiers belong to no centre" if lost else "none",
    )


def _outside() -> Iterator[Finding]:
    from django.conf import settings  # noqa: PLC0415

    demo = sorted(name for name, path in settings.ADAPTERS.items() if ".demo." in path)
    yield "adapters", settings.DEMO or not demo, f"demo: {', '.join(demo)}" if demo else "all real"
    yield (
        "operator",
        settings.DEMO or bool(settings.PERMIS_OPERATOR),
        settings.PERMIS_OPERATOR or "none (demo)",
    )
    if settings.PERMIS_SKIN == "dsfr":
        # Said and not judged: an operator who is entitled to it must not see an ill installation for ever.
        yield "skin", True, "the State's: reserved to sites of the State, see docs/skins.md"
