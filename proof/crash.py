"""Kills our processes (kill -9) under people who work: nothing acknowledged is lost, nothing happens twice.

    make proof-crash              12 kills on SQLite, within 50 seconds
    LONG=1 make proof-crash       60 kills
    SEED=7 make proof-crash       other moments
    DATABASE_URL=own make proof-crash    on a PostgreSQL of its own (or on the empty one that the address names)

It ends with planted faults that `permis verify` must find. Raw material: out/proof-crash/.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import statistics
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.client import AGENTS, Citizen
from bench.installation import Installation, Running, temporary_data
from bench.report import OUT, Report, json_lines, long_form, publish
from proof import crash_checks as checks
from proof.crash_people import Applicant, Ledger, Outside, Prober, Reader

APPLICANTS = 4
# In the short form those that may hold a lease are killed first: a lease of a dead worker runs out by itself,
# and the drill has to wait for it.
KINDS = ("supervisor", "worker", "web", "web worker")
KILLS = {False: 12, True: 60}
IN_TRANSACTION, WITH_A_LEASE = "inside a transaction", "with a lease held"
GRACE_S = 6.0  # for the children of a killed process to end by themselves


@dataclass
class Killer:
    """Chooses whom and when, from a seed; starts the supervisor again when it was the one killed."""

    here: Installation
    rng: random.Random
    started: float
    kills: list[dict[str, Any]] = field(default_factory=list)
    survivors: list[str] = field(default_factory=list)

    def plan(self, number: int) -> list[str]:
        """The kinds in turn, in an order of chance; in the short form the lease holders come first."""
        kinds = [KINDS[n % len(KINDS)] for n in range(number)]
        self.rng.shuffle(kinds)
        if not long_form():
            kinds.sort(key=lambda kind: kind in {"web", "web worker"})
        return kinds

    def run(self, kinds: list[str]) -> None:
        """One kill after the other; four in five wait until the service answers again, the fifth does not."""
        for kind in kinds:
            if self.rng.random() < 0.8:
                self.here.wait_ready(30)
            time.sleep(self.rng.uniform(0.1, 3.0 if long_form() else 1.2))
            victim = self._find(kind)
            aimed = self._aim(victim)
            os.kill(victim.pid, signal.SIGKILL)
            self.kills.append({
                "at": round(time.monotonic() - self.started, 3),
                "kind": kind,
                "aimed": aimed,
                "leases_held": _leases_held() if kind in {"worker", "supervisor"} else 0,
            })  # fmt: skip
            if kind == "supervisor":
                assert self.here.supervisor is not None
                self.here.supervisor.wait()
                self._bury(kind)
                time.sleep(self.rng.uniform(0, 0.4))
                self.here.start()
            elif kind == "web":
                self._bury(kind)

    def _find(self, kind: str) -> Running:
        """A living process of this kind; waits for one."""
        for _ in range(600):
            found = [process for process in self.here.processes() if process.kind == kind]
            if found:
                return self.rng.choice(found)
            time.sleep(0.05)
        raise TimeoutError(f"there is no {kind} to kill")

    def _aim(self, victim: Running) -> str:
        """Waits a moment for one of the worst instants to die, more often than not; what it was, or nothing."""
        instants = {
            "web worker": [self._in_transaction],
            "worker": [self._in_transaction, self._with_a_lease],
        }
        chosen = self.rng.choice([*instants.get(victim.kind, []), None])
        end = time.monotonic() + 1.0
        while chosen and time.monotonic() < end:
            if said := chosen(victim):
                return said
        return ""

    def _in_transaction(self, victim: Running) -> str:
        """The victim holds the write lock (SQLite)."""
        time.sleep(0.0005)  # a transaction takes a few milliseconds
        with contextlib.suppress(OSError):
            holder = Path(f"{self.here.data / checks.DATABASE}.lock").read_bytes()[:10].strip()
            return IN_TRANSACTION if holder == str(victim.pid).encode() else ""
        return ""

    def _with_a_lease(self, _: Running) -> str:
        """Somebody has claimed a row, and there is one worker."""
        time.sleep(0.002)
        return WITH_A_LEASE if _leases_held() else ""

    def _bury(self, kind: str) -> None:
        """The children of the dead must end by themselves; those that live on are noted, then killed."""
        end = time.monotonic() + GRACE_S
        while (orphans := self._orphans()) and time.monotonic() < end:
            time.sleep(0.05)
        for orphan in orphans:
            self.survivors.append(f"{orphan.kind} outlived the {kind} that was killed")
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan.pid, signal.SIGKILL)

    def _orphans(self) -> list[Running]:
        """Living processes that do not descend from the living supervisor."""
        living = self.here.processes()
        family = {process.pid for process in living if process.kind == "supervisor"}
        for _ in range(3):
            family |= {process.pid for process in living if process.parent in family}
        return [process for process in living if process.pid not in family]


def _leases_held() -> int:
    """Rows that a worker had claimed and not closed when it died."""
    from permis import clock
    from permis.dossier.models import FollowUp
    from permis.notices.models import Notice

    now = clock.ticks()
    return sum(model.objects.filter(done=False, lease_until__gt=now).count() for model in (FollowUp, Notice))


def drill(report: Report) -> str:
    """Fills the report; returns the line."""
    shutil.rmtree(OUT / report.name, ignore_errors=True)
    with contextlib.ExitStack() as stack:
        url = _database(stack, os.environ.get("DATABASE_URL", ""))
        data = stack.enter_context(temporary_data())
        here = Installation(data, report.folder / "serve.log", database_url=url)
        stack.callback(here.stop)
        here.start()
        here.wait_ready()
        _ready_here(here)
        if checks.pending()["on_the_way"]:
            raise RuntimeError("this database has requests in it: the drill wants an empty one")
        ledger = Ledger(report.folder / "acknowledgements.jsonl")
        killer = Killer(here, random.Random(report.seed), ledger.started)
        people = _under_fire(report, here, ledger, killer)
        _afterwards(report, here, ledger, killer, people)
        left = here.stop()
        report.expect(not left, f"left running after the end: {[process.kind for process in left]}")
        report.figures["left_running"] = len(left)
    return _line(report)


def _database(stack: contextlib.ExitStack, asked: str) -> str:
    if asked != "own":
        return asked
    from tests.services.postgres import running_postgres

    return stack.enter_context(running_postgres())


def _ready_here(here: Installation) -> None:
    """Django in this process, on the installation: the checks read through the product's own models."""
    import django

    os.environ.update(here.environment())
    django.setup()


@dataclass
class People:
    """Everybody who takes part."""

    applicants: list[Applicant]
    readers: list[Reader]
    outside: Outside
    prober: Prober
    closing: threading.Event


def _under_fire(report: Report, here: Installation, ledger: Ledger, killer: Killer) -> People:
    """The people work while processes die; ends when the last kill is done and the last request was sent."""
    over, closing = threading.Event(), threading.Event()
    applicants = [Applicant(here, n, report.seed * 100 + n, ledger, over) for n in range(APPLICANTS)]
    readers = [Reader(here, address, report.seed + n, ledger, over) for n, address in enumerate(AGENTS)]
    people = People(applicants, readers, Outside(ledger, closing), Prober(here, closing), closing)
    for thread in (*applicants, *readers, people.outside, people.prober):
        thread.start()
    end = time.monotonic() + 20
    while len({row["who"] for row in ledger.of("uploaded")}) < APPLICANTS and time.monotonic() < end:
        time.sleep(0.1)  # everybody is at work before the first blow
    killer.run(killer.plan(KILLS[long_form()]))
    here.wait_ready(30)
    over.set()
    for applicant in applicants:
        applicant.join(120)
        report.expect(not applicant.is_alive(), f"{applicant.name} never finished")
    return people


def _afterwards(report: Report, here: Installation, ledger: Ledger, killer: Killer, people: People) -> None:
    sqlite = not here.database_url
    if not ledger.of("submitted"):
        raise RuntimeError("nobody could send anything: " + "; ".join(ledger.faults or ["no fault noted"]))
    reference = ledger.of("submitted")[-1]["reference"]
    if sqlite:  # on a copy, while the rest is still on its way
        spoilt = report.folder / "spoilt"
        checks.copy(here.data, spoilt)
        checks.plant(report, Installation(spoilt, here.log), reference)
        shutil.rmtree(spoilt)
    _drain(report, killer)
    for reader in people.readers:
        reader.finished.set()
        reader.join(30)
    people.closing.set()
    code, said = checks.verify(here)
    report.expect(code == 0, f"verify exits {code}: {said['faults'][:5]} {said.get('error', '')}")
    report.figures["verify"] = {
        name: said.get(name) for name in ("whole", "checked", "events", "documents", "pending")
    }
    checks.compare(report, ledger, here.data)
    _lists(report, people.applicants)
    report.wrong += [f"{who}" for who in ledger.faults] + sorted(set(killer.survivors))
    _figures(report, ledger, killer, people)
    if sqlite:
        checks.copy(here.data, report.folder / "data")
    else:
        checks.plant(report, here, reference)
    report.figures["database"] = (
        f"out/{report.name}/data/{checks.DATABASE}" if sqlite else "PostgreSQL, thrown away"
    )


def _drain(report: Report, killer: Killer) -> None:
    """Waits until everything that was submitted is delivered and told; a lease may first have to run out."""
    from permis.database.leases import LEASE_S

    last = killer.started + killer.kills[-1]["at"]
    end = time.monotonic() + LEASE_S + (60 if long_form() else 15)
    while time.monotonic() < end:
        left = checks.pending()
        if not any(left.values()):
            break
        time.sleep(0.2)
    report.figures["drained_after_s"] = round(time.monotonic() - last, 1)
    report.figures["left"] = left = checks.pending()
    report.expect(not any(left.values()), f"not drained: {left}")


def _lists(report: Report, applicants: list[Applicant]) -> None:
    """What the person's own list shows is what was acknowledged (it shows the fifty newest)."""
    missing = 0
    for applicant in applicants:
        citizen: Citizen = applicant.citizen
        listed = set(citizen.get("/demandes/").references)
        missing += len(set(applicant.sent[-40:]) - listed)
        for reference in applicant.sent[-5:]:
            citizen.tracks(reference)
    report.figures["missing_in_lists"] = missing
    report.expect(not missing, f"{missing} acknowledged requests are not in the person's list")


def _figures(report: Report, ledger: Ledger, killer: Killer, people: People) -> None:
    kinds = [kill["kind"] for kill in killer.kills]
    gaps = people.prober.gaps
    report.cases = len(killer.kills)
    report.figures |= {
        "kills": {kind: kinds.count(kind) for kind in KINDS},
        "kills_inside_a_transaction": sum(kill["aimed"] == IN_TRANSACTION for kill in killer.kills),
        "kills_with_a_lease_held": sum(bool(kill["leases_held"]) for kill in killer.kills),
        "requests_without_an_answer": ledger.interrupted,
        "answers_500": len(ledger.errors),
        "silences": len(gaps),
        "silence_median_s": round(statistics.median(gaps), 1) if gaps else 0.0,
        "silence_longest_s": round(max(gaps, default=0.0), 1),
        "survivors": len(killer.survivors),
    }
    json_lines(report.folder / "kills.jsonl", killer.kills)
    json_lines(report.folder / "attempts.jsonl", ledger.attempts)
    report.expect(len(kinds) == KILLS[long_form()], f"{len(kinds)} kills of {KILLS[long_form()]}")
    report.expect(not ledger.errors, f"the server answered that it failed: {sorted(set(ledger.errors))}")
    report.expect(ledger.interrupted, "no request was interrupted: the faults did not happen")
    if long_form():
        report.expect(
            report.figures["kills_with_a_lease_held"], "nobody died with a lease: the fault did not happen"
        )


def _line(report: Report) -> str:
    figures = report.figures
    return (
        f"{report.cases} kills, {figures['submitted']['acknowledged']} requests, "
        f"{figures['uploaded']['acknowledged']} documents and {figures['approved']['acknowledged']} approvals "
        f"acknowledged, {figures['lost']} lost, {figures['twice']} twice, "
        f"{sum(figures['planted'].values())} of {len(figures['planted'])} planted checks seen"
    )


if __name__ == "__main__":
    sys.exit(publish("proof-crash", drill, seed=int(os.environ.get("SEED", "1"))))
