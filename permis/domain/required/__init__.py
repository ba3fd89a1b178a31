"""Table 2, what we require: one file a motive, one row a sentence, read by `required_pieces` and `outcome`."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import import_module

from permis.domain.required.table import Answer, Need, Required, Rules
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece

# Where each motive's rules stand. A motive that is absent cannot be filed yet: the pages say so.
FILES: dict[Motive, str] = {Motive.REU: "first_licence"}


@cache
def rules_of(motive: Motive) -> Rules:
    """The rows of this motive; KeyError when the motive cannot be filed here yet."""
    module = import_module(f"permis.domain.required.{FILES[motive]}")
    rules: Rules = module.RULES
    return rules


def in_force(row: Need, on: dt.date) -> bool:
    """Whether the row was law on that day."""
    return (row.since is None or on >= row.since) and (row.until is None or on <= row.until)


def answer(situation: Situation) -> Answer:
    """Outcome and documents for this situation, on the law of its day of submission.

    Never raises for a missing fact: what hangs on it is left out and the fact is named in `unknown`.
    """
    rules = rules_of(situation.motive)
    lacking: list[str] = []
    for bar in rules.bars:
        try:
            if bar.when(situation):
                if lacking:  # an undecided bar stands before: this one may not decide yet
                    break
                first_day = bar.not_before(situation) if bar.not_before else None
                pieces = _pieces(rules, situation, lacking) if bar.outcome is Outcome.NOT_BEFORE else ()
                return Answer(bar.outcome, bar.because, bar.source, bar.reason, first_day, pieces, tuple(lacking))
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
    undecided = bool(lacking)
    pieces = _pieces(rules, situation, lacking)
    return Answer(None if undecided else Outcome.FILE, pieces=pieces, unknown=tuple(dict.fromkeys(lacking)))


def _pieces(rules: Rules, situation: Situation, lacking: list[str]) -> tuple[Required, ...]:
    found: dict[Piece, Required] = {}
    for need in rules.needs:
        if not in_force(need, situation.submitted_on):
            continue
        try:
            holds = need.when(situation)
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
            continue
        if holds:
            for group in need.pieces:  # a piece that two rows ask for is asked once, for the first reason
                found.setdefault(
                    group[0],
                    Required(group[0], group, need.because, need.source, need.recommended, need.key),
                )
    return tuple(found.values())


def required_pieces(situation: Situation) -> tuple[Required, ...]:
    """The documents asked of this person, in the order of the table."""
    return answer(situation).pieces
