"""Asks the law about people drawn at random, sane and hostile: no exception, and nothing said against itself.

    make proof-situations             5,000 situations, and as many hostile inputs
    LONG=1 make proof-situations      100,000 of each
    SEED=7 make proof-situations      other people

What must be true of each answer stands in tests/rules/situations.py, where a test asks a few of them each time. Each
answer is also held against its JSON Schema. What contradicts is written with the situation that shows it:
out/proof-situations/faults.jsonl, at most twenty of a kind.
"""

from __future__ import annotations

import os
import random
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from bench.report import Report, json_lines, long_form, publish
from permis.domain import door
from permis.domain.door.schema import output_schema
from tests.rules import shapes, situations

SHORT, LONG = 5_000, 100_000
KNOWN = (0.2, 0.5, 0.8, 1.0)  # how many of the facts are told
KEPT = 20
SEED = int(os.environ.get("SEED", "20261123"))


class Faults:
    """What was found wrong, counted by motive and sentence, with some situations that show it."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.rows: list[dict[str, Any]] = []

    def note(self, sentence: str, given: object) -> None:
        """One fault, and the input that shows it."""
        motive = given.get("motive", "") if isinstance(given, dict) else "hostile"
        kind = f"{motive}: {sentence}"
        self.counts[kind] += 1
        if self.counts[kind] <= KEPT:
            self.rows.append({"fault": kind, "given": given})

    def gather(self, look: Callable[[], Iterable[str]], given: object) -> None:
        """Notes what this look finds; an exception is a fault like another."""
        try:
            for sentence in look():
                self.note(sentence, given)
        except Exception as error:  # noqa: BLE001  that none comes out is what is proved
            last = traceback.extract_tb(error.__traceback__)[-1]
            self.note(f"{type(error).__name__} in {last.name}", given)


def shape(given: dict[str, Any], schema: dict[str, Any]) -> Iterable[str]:
    """Where the answer is not what its schema promises."""
    try:
        said = door.answer(door.read(given, situations.TODAY), why=True)
    except door.Wrong:
        return []
    return shapes.faults(said, schema)


def hostile(raw: bytes) -> Iterable[str]:
    """What is wrong with how these bytes are refused; an answer to them is no fault when they are a situation."""
    try:
        door.reply(raw, situations.TODAY)
    except door.Wrong as wrong:
        if "\n" in wrong.sentence or not wrong.sentence:
            return ["not one sentence"]
        wrong.sentence.encode("utf-8")
    return []


def body(report: Report) -> str:
    """Draws, asks, and tells."""
    count = LONG if long_form() else SHORT
    rng = random.Random(SEED)
    found = Faults()
    schema = output_schema()
    outcomes: Counter[str] = Counter()
    for n in range(count):
        given = situations.sane(rng, rng.choice(KNOWN))
        found.gather(lambda g=given: situations.faults(g), given)
        found.gather(lambda g=given: situations.contradictions(rng, g), given)
        found.gather(lambda g=given: situations.growing_older(g), given)
        if n % 10 == 0:
            found.gather(lambda g=given: shape(g, schema), given)
            outcomes[_outcome(given)] += 1
        raw = situations.hostile(rng)
        found.gather(lambda r=raw: hostile(r), repr(raw[:2000]))
    report.cases = 2 * count
    json_lines(report.folder / "faults.jsonl", found.rows)
    report.figures |= {
        "situations": count,
        "hostile": count,
        "faults": sum(found.counts.values()),
        "kinds_of_fault": len(found.counts),
        "outcomes_of_one_in_ten": dict(sorted(outcomes.items())),
    }
    for kind, times in found.counts.most_common():
        report.expect(not times, f"{kind} ({times} times)")
    return f"{count:,} situations and {count:,} hostile inputs, {sum(found.counts.values())} faults"


def _outcome(given: dict[str, Any]) -> str:
    try:
        return str(door.answer(door.read(given, situations.TODAY))["outcome"])
    except door.Wrong:
        return "contradiction"


if __name__ == "__main__":
    sys.exit(publish("proof-situations", body, SEED))
