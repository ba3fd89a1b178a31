"""A file of 5 MB until it is acknowledged, beside the cost of writing, hashing and syncing the same bytes.

    make bench-upload           5 rounds
    LONG=1 make bench-upload    15 rounds

Of a real installation over HTTP on this machine, alone and 8 people at once; both sides in turn, in one run. What is
sent in the rounds is noise: an acknowledgement looks at no content, and the check that follows must not disturb the
next round. The times until a result is there are taken with a photograph of the same size.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import random
import statistics
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.client import Citizen, Letterbox, Unexpected, answers_of
from bench.installation import Installation, installed
from bench.papers import picture
from bench.report import Report, json_lines, long_form, percentile, publish
from bench.sending import Pass, Sender, begun
from bench.writers import OTHERS, TICKS_A_SECOND

BYTES = 5_000_000
AT_ONCE = 8
MOST = 3.0  # times the baseline
PATIENCE_S = 60.0
STATE_EVERY_S = 0.1  # the page's own script asks less often


@dataclass
class Giver:
    """Somebody with a draft, and the place where the file goes."""

    citizen: Citizen
    reference: str
    slot: str
    who: Pass

    @property
    def base(self) -> str:
        """The page of the documents."""
        return f"/demandes/{self.reference}/documents/"


def giver(here: Installation, number: int) -> Giver:
    """Signs somebody up, who answers the form and stands before the documents."""
    citizen = Citizen(here.url, Letterbox(here.data), f"depot-{number}@bench.example", patience=PATIENCE_S)
    citizen.sign_up()
    reference = citizen.begin()
    citizen.fill_steps(reference, answers_of("Moreau", f"Léa {'ABCDEFGH'[number]}"))
    slots = citizen.slots(reference)
    return Giver(citizen, reference, slots[0], Pass.of(citizen))


def baseline(folder: Path, data: bytes) -> float:
    """Writes, hashes and syncs: the file, then its folder."""
    start = time.perf_counter()
    path = folder / os.urandom(8).hex()
    hashlib.sha256(data).digest()
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(file, left) :]
        os.fsync(file)
    finally:
        os.close(file)
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
    took = time.perf_counter() - start
    path.unlink()
    return took


def sent(here: Installation, one: Giver, data: bytes, name: str = "papier.jpg") -> dict[str, float]:
    """Sends a file on an open connection, announced by the request that bears it; seconds until it is acknowledged."""
    with Sender(here.url, one.who) as sender:
        sender.head("/healthz")  # the connection is open: a page that was read before has one
        start = time.perf_counter()
        answer = sender.create(f"{one.base}{one.slot}/envois/", name, len(data), data)
        end = time.perf_counter()
    begun(answer)
    if answer.offset != len(data):
        raise Unexpected(f"not acknowledged: {answer.status} {answer.text[:200]}")
    return {"s": end - start}


def together(acts: list[Callable[[], Any]]) -> list[Any]:
    """All at the same moment, a thread each; raises what one of them raised."""
    start, found = threading.Barrier(len(acts)), [None] * len(acts)
    faults: list[BaseException] = []

    def run(n: int) -> None:
        start.wait()
        try:
            found[n] = acts[n]()
        except BaseException as error:  # noqa: BLE001  told below
            faults.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]
    return found


def settled(givers: list[Giver]) -> None:
    """Waits until nothing is checked any more, so that the next round is alone."""
    end = time.monotonic() + PATIENCE_S
    for one in givers:
        while "/abandonner/" in one.citizen.get(f"{one.base}etat/").text:
            if time.monotonic() > end:
                raise TimeoutError("the checks do not end")
            time.sleep(STATE_EVERY_S)


def others(here: Installation) -> Callable[[], float]:
    """Begins to look at the processors; what comes back says which share of them went neither to us nor to the server."""

    def looked() -> tuple[float, float, float]:
        words = Path("/proc/stat").read_text("ascii").split("\n", 1)[0].split()[1:9]
        idle = (int(words[3]) + int(words[4])) / TICKS_A_SECOND
        return sum(map(int, words)) / TICKS_A_SECOND, idle, sum(os.times()[:4]) + here.cpu()

    before = looked()

    def share() -> float:
        total, idle, ours = (now - then for now, then in zip(looked(), before, strict=True))
        return max(0.0, (total - idle - ours) / max(total, 0.01))

    return share


def measure(report: Report) -> str:
    """Fills the report; returns the line."""
    rounds = 15 if long_form() else 5
    rng = random.Random(report.seed)
    rows: list[dict[str, Any]] = []
    with installed(report.folder / "serve.log") as here, contextlib.ExitStack() as stack:
        givers = [giver(here, n) for n in range(AT_ONCE)]
        for one in givers:
            stack.enter_context(one.citizen)
        folder = here.data / "baseline"
        folder.mkdir()
        noise = [b"\xff\xd8\xff\xe0" + rng.randbytes(BYTES - 4) for _ in givers]
        sent(here, givers[0], noise[0])  # warm: both web processes, and the cage
        together([lambda g=g, d=d: sent(here, g, d) for g, d in zip(givers, noise, strict=True)])
        settled(givers)
        busy = others(here)
        for n in range(rounds):
            rows.append({"round": n, "what": "baseline", "at_once": 1, "s": baseline(folder, noise[0])})
            rows.append({"round": n, "what": "upload", "at_once": 1, **sent(here, givers[0], noise[0])})
            settled(givers[:1])
            took = together([lambda d=d: baseline(folder, d) for d in noise])
            rows.extend({"round": n, "what": "baseline", "at_once": AT_ONCE, "s": s} for s in took)
            acts = [lambda g=g, d=d: sent(here, g, d) for g, d in zip(givers, noise, strict=True)]
            rows.extend({"round": n, "what": "upload", "at_once": AT_ONCE, **one} for one in together(acts))
            settled(givers)
        share = busy()
        rows += results(here, givers[0], 3 if long_form() else 1)
    json_lines(report.folder / "times.jsonl", rows)
    return judged(report, rows, rounds, share)


def results(here: Installation, one: Giver, times: int) -> list[dict[str, Any]]:
    """With a photograph: what the plain form takes until it answers, and how long after an acknowledgement all is known."""
    rows = []
    for n in range(times):
        photo = picture(n, BYTES, (4000, 3000))
        start = time.perf_counter()
        one.citizen.give(one.reference, one.slot, "papier.jpg", photo)
        rows.append({"round": n, "what": "form", "bytes": len(photo), "s": time.perf_counter() - start})
        settled([one])
        sent(here, one, photo)
        start = time.perf_counter()
        settled([one])
        rows.append({"round": n, "what": "result", "bytes": len(photo), "s": time.perf_counter() - start})
    return rows


def judged(report: Report, rows: list[dict[str, Any]], rounds: int, share: float) -> str:
    """The medians, the ratios, and whether they hold."""

    def median(what: str, at_once: int, name: str) -> float:
        found = [row[name] for row in rows if row["what"] == what and row.get("at_once") == at_once]
        return statistics.median(found)

    ratios = {}
    for at_once in (1, AT_ONCE):
        base, took = median("baseline", at_once, "s"), median("upload", at_once, "s")
        worst = [r["s"] for r in rows if r["what"] == "upload" and r["at_once"] == at_once]
        ratios[at_once] = took / base
        report.figures["alone" if at_once == 1 else f"{at_once}_at_once"] = {
            "baseline_ms": round(base * 1000, 1),
            "upload_ms": round(took * 1000, 1),
            "upload_p90_ms": round(percentile(worst, 0.9) * 1000, 1),
            "ratio": round(ratios[at_once], 2),
        }
    told = {what: statistics.median(r["s"] for r in rows if r["what"] == what) for what in ("form", "result")}
    report.cases = sum(row["what"] == "upload" for row in rows)
    report.figures |= {
        "bytes": BYTES,
        "rounds": rounds,
        "form_until_it_answers_s": round(told["form"], 2),
        "acknowledged_until_result_s": round(told["result"], 2),
        "others_percent_of_the_machine": round(share * 100),
    }
    over = [n for n, ratio in ratios.items() if ratio > MOST]
    if over and share >= OTHERS:
        report.figures["not_judged"] = "the ratio: this machine was busy with something else"
    else:
        for n in over:
            report.expect(False, f"{n} at once: {ratios[n]:.1f} times the baseline, {MOST:.0f} at most")
    return (
        f"5 MB acknowledged in {median('upload', 1, 's') * 1000:.0f} ms, {ratios[1]:.1f} times writing, hashing and "
        f"syncing them; {AT_ONCE} at once {ratios[AT_ONCE]:.1f} times; a result {told['result']:.1f} s later"
    )


if __name__ == "__main__":
    sys.exit(publish("bench-upload", measure, seed=int(os.environ.get("SEED", "1"))))
