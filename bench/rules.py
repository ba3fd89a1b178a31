"""How many people a second get their list of documents: `required_pieces` on one core, over all motives.

    make bench-rules              2 seconds of 1,400 situations, fifty a motive
    LONG=1 make bench-rules       20 seconds

The situations are drawn once, with what each motive asks for; then the same ones are answered round after round. The
median round is the figure, the slowest one is told too. `door` is the whole answer of `permis pieces` for the same
people (rights, price, days, warnings), from a situation already read. Raw material: out/bench-rules/motives.jsonl.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence

from bench.report import Report, json_lines, long_form, publish
from permis.domain import door, required
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive
from tests.rules import situations

AIM = 50_000  # answers a second
EACH = 50
SEED = 20261123


def drawn(motive: Motive, count: int, rng: random.Random) -> list[Situation]:
    """So many people who ask for this, nobody contradicting himself."""
    found: list[Situation] = []
    while len(found) < count:
        given = {**situations.sane(rng, known=0.8), "motive": motive.value}
        try:
            found.append(door.read(given, situations.TODAY).situation)
        except door.Wrong:
            continue
    return found


def rounds(act: Callable[[Situation], object], people: Sequence[Situation], seconds: float) -> list[float]:
    """Seconds of processor that each round over these people took."""
    took: list[float] = []
    end = time.monotonic() + seconds
    while not took or time.monotonic() < end:
        start = time.process_time()
        for person in people:
            act(person)
        took.append(time.process_time() - start)
    return took


def body(report: Report) -> str:
    """Measures; the aim is told and not a bound: machines differ."""
    rng = random.Random(SEED)
    people = {motive: drawn(motive, EACH, rng) for motive in Motive}
    everybody = [person for crowd in people.values() for person in crowd]
    rng.shuffle(everybody)
    seconds = 20.0 if long_form() else 2.0
    rounds(required.required_pieces, everybody, 0.3)  # warm
    took = rounds(required.required_pieces, everybody, seconds)
    rate = len(everybody) / statistics.median(took)
    whole = rounds(
        lambda person: door.answer(door.Asked(person.submitted_on, person)), everybody, seconds / 4
    )
    rows = []
    for motive, crowd in people.items():
        median = statistics.median(rounds(required.required_pieces, crowd, 0.05))
        rows.append({"motive": motive.value, "answers_per_s": round(len(crowd) / median)})
    json_lines(report.folder / "motives.jsonl", rows)
    report.cases = len(everybody) * len(took)
    report.figures |= {
        "answers_per_s": round(rate),
        "slowest_round_per_s": round(len(everybody) / max(took)),
        "aim_per_s": AIM,
        "situations": len(everybody),
        "door_per_s": round(len(everybody) / statistics.median(whole)),
    }
    report.expect(
        all(required.answer(person).unknown or required.answer(person).outcome for person in everybody),
        "a situation got no answer",
    )
    return (
        f"{rate:,.0f} answers a second on one core (aim {AIM:,}), {report.figures['door_per_s']:,} whole ones"
    )


if __name__ == "__main__":
    sys.exit(publish("bench-rules", body, SEED))
