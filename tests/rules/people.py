"""Somebody who asks: a plain French adult at home, this person but for a few facts, and tables of what is answered."""

from __future__ import annotations

import datetime as dt

from permis.domain import rights
from permis.domain.required import answer, deadlines, notes
from permis.domain.situation import Situation

TODAY = "2026-11-23"

# 26 years old, French, at home, no health problem: asked for the least.
FIRST_LICENCE = {
    "motive": "REU",
    "birth_date": "2000-03-14",
    "nationality": "FR",
    "categories": ["B"],
    "exam_on": "2026-11-20",
    "address": "own",
    "postcode": "35000",
    "filer": "self",
    "guardianship": "no",
    "learning_mode": "traditional",
    "medical_flag": "no",
}
LOSS = {
    "motive": "PERTE",
    "birth_date": "1981-01-01",
    "nationality": "FR",
    "held_categories": ["B"],
    "address": "own",
    "postcode": "35000",
    "filer": "self",
    "guardianship": "no",
}


def who(like=FIRST_LICENCE, on=TODAY, presume=True, **changes):
    """The situation of somebody like this but for these facts (None: not yet known)."""
    facts = {name: value for name, value in {**like, **changes}.items() if value is not None}
    return Situation.from_answers(facts, today=dt.date.fromisoformat(on), presume=presume)


def ask(like=FIRST_LICENCE, **changes):
    """What table 2 answers to somebody like this."""
    return answer(who(like, **changes))


def codes(found):
    """The pieces of an answer, in their order, as text; a recommended one stands between brackets."""
    return " ".join(f"({p.piece})" if p.recommended else str(p.piece) for p in found.pieces)


def told(found):
    """An outcome as one line: what may be done, the code of the reason, from which day, by which row."""
    parts = (found.outcome, found.reason, found.not_before, found.bar and found.bar.key)
    return " ".join(str(part) for part in parts if part)


def differences(cases, said):
    """Of cases (name, …, expected), those whose answer differs: one test for a whole table, each fault named.

    An exception is an answer as another one: it differs, and does not hide the rest of the table.
    """
    found = []
    for name, *given, expected in cases:
        try:
            got = said(*given)
        except Exception as error:  # noqa: BLE001  whatever it is, the case is named beside it
            got = error
        if got != expected:
            found.append(f"{name}: {got!r}, not {expected!r}")
    return found


def notes_of(situation):
    """The keys of what this person must know, in their order."""
    return " ".join(row.key for row in notes(situation))


def days_of(situation):
    """The days that count for this person, each after the key of its row."""
    return " ".join(f"{row.key} {row.day(situation)}" for row in deadlines(situation))


def drives(situation):
    """What this person may drive meanwhile, a line a right: categories, papers, first and last day."""
    return [
        f"{' '.join(r.categories)} with {' '.join(r.papers)}, {r.start} to {r.until}"
        for r in (*rights.drive(situation), *rights.others(situation))
    ]
