"""Somebody who asks: a plain French adult at home, and this person but for a few facts."""

from __future__ import annotations

import datetime as dt

from permis.domain.required import answer
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
