"""How many calls a second the open door answers: POST /api/v1/pieces on a running server, and how long a call waits.

    make bench-api                8 seconds
    LONG=1 make bench-api         60 seconds

Four programs call at once, each keeping its connection, with the situations of `bench-rules`; the server has its usual
two web workers and shares the machine with them. The calls come from many addresses of this machine (127.0.0.0/8), as
from many partners: the pace of one address is not what is measured. Raw material: out/bench-api/waits.jsonl.
"""

from __future__ import annotations

import http.client
import itertools
import json
import random
import sys
import threading
import time
from dataclasses import dataclass, field

from bench.installation import HOST, Installation, installed
from bench.report import Report, json_lines, long_form, publish, waits
from permis.domain import door
from tests.rules import situations

PROGRAMS = 4
SITUATIONS = 2_000
SEED = 20261123
OF_ONE_ADDRESS = 300  # calls: half of what permis/checklist/api.py lets one address do in a minute


@dataclass
class Called:
    """What one program saw."""

    seconds: list[float] = field(default_factory=list)
    statuses: dict[int, int] = field(default_factory=dict)
    bytes: int = 0


def bodies() -> list[bytes]:
    """Situations that are answered with 200, as they are sent."""
    rng = random.Random(SEED)
    found: list[bytes] = []
    while len(found) < SITUATIONS:
        raw = json.dumps(situations.sane(rng, 0.8)).encode()
        try:
            door.reply(raw, situations.TODAY)
        except door.Wrong:
            continue
        found.append(raw)
    return found


def program(here: Installation, sent: list[bytes], number: int, end: float, called: Called) -> None:
    """One program: a call after the other until the time is over."""
    rounds = itertools.count()
    bodies_of_mine = itertools.cycle(sent[number::PROGRAMS])
    while time.monotonic() < end:
        address = f"127.{number + 1}.{next(rounds) % 250}.7"
        line = http.client.HTTPConnection(HOST, here.port, timeout=20, source_address=(address, 0))
        for _ in range(OF_ONE_ADDRESS):
            start = time.perf_counter()
            line.request("POST", "/api/v1/pieces", next(bodies_of_mine), {"Content-Type": "application/json"})
            answer = line.getresponse()
            called.bytes += len(answer.read())
            called.seconds.append(time.perf_counter() - start)
            called.statuses[answer.status] = called.statuses.get(answer.status, 0) + 1
            if time.monotonic() >= end:
                break
        line.close()


def body(report: Report) -> str:
    """Calls for a while; the figures depend on the machine, only wrong answers fail."""
    sent = bodies()
    seconds = 60.0 if long_form() else 8.0
    with installed(report.folder / "server.log") as here:
        for _ in range(10):  # so that each web worker has answered before anything is measured
            program(here, sent, PROGRAMS, time.monotonic() + 0.2, Called())
        crew = [Called() for _ in range(PROGRAMS)]
        start = time.monotonic()
        cpu = here.cpu()
        threads = [
            threading.Thread(target=program, args=(here, sent, n, start + seconds, called))
            for n, called in enumerate(crew)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - start
        cpu = here.cpu() - cpu
    every = [wait for called in crew for wait in called.seconds]
    statuses: dict[int, int] = {}
    for called in crew:
        for status, count in called.statuses.items():
            statuses[status] = statuses.get(status, 0) + count
    rate = len(every) / took
    report.cases = len(every)
    report.figures |= {
        "calls_per_s": round(rate),
        **waits(every),
        "statuses": {str(status): count for status, count in sorted(statuses.items())},
        "server_cpu_ms_per_call": round(1000 * cpu / max(1, len(every)), 2),
        "bytes_per_answer": round(sum(called.bytes for called in crew) / max(1, len(every))),
        "programs": PROGRAMS,
    }
    json_lines(
        report.folder / "waits.jsonl", [{"program": n, "seconds": c.seconds} for n, c in enumerate(crew)]
    )
    report.expect(len(every) > 0, "no call was answered")
    report.expect(set(statuses) == {200}, f"answers other than 200: {statuses}")
    return f"{rate:,.0f} calls a second, median {report.figures['p50_ms']} ms, worst {report.figures['worst_ms']} ms"


if __name__ == "__main__":
    sys.exit(publish("bench-api", body, SEED))
