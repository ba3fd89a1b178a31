"""Table 2, what we require: one file a motive, one row a sentence, read by `required_pieces` and `outcome`."""

from __future__ import annotations

import datetime as dt
from functools import cache
from importlib import import_module

from permis.domain.conditions import minor
from permis.domain.required.table import Answer, Fee, Need, Note, Required, Rules
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece

# Where each motive's rules stand. A motive that is absent cannot be filed yet: the pages say so.
FILES: dict[Motive, str] = {Motive.REU: "first_licence", Motive.PERTE: "loss"}


@cache
def rules_of(motive: Motive) -> Rules:
    """The rows of this motive; KeyError when the motive cannot be filed here yet."""
    module = import_module(f"permis.domain.required.{FILES[motive]}")
    rules: Rules = module.RULES
    return rules


def in_force(row: Need | Fee | Note, on: dt.date) -> bool:
    """Whether the row was law on that day."""
    return (row.since is None or on >= row.since) and (row.until is None or on <= row.until)


def answer(situation: Situation) -> Answer:
    """Outcome and documents for this situation, on the law of its day of submission.

    What hangs on a missing fact is left out and the fact is named in `unknown`; only the motive and the day of
    submission must be known (`NotYetKnown`), and the motive open (KeyError).
    """
    if not situation.knows("motive"):
        return Answer(None, unknown=("motive",))
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


def fee(situation: Situation) -> Fee:
    """What this request costs, by the first row that holds. Raises `NotYetKnown` while that is open."""
    for row in rules_of(situation.motive).fees:
        if in_force(row, situation.submitted_on) and row.when(situation):
            return row
    raise LookupError(f"{situation.motive} has no fee on {situation.submitted_on}")


def notes(situation: Situation) -> tuple[Note, ...]:
    """What this person must know beside the documents; what hangs on a fact not yet known is left out."""
    found = []
    for row in rules_of(situation.motive).notes:
        try:
            if in_force(row, situation.submitted_on) and row.when(situation):
                found.append(row)
        except NotYetKnown:
            continue
    return tuple(found)


def one_paper(situation: Situation) -> dict[Piece, Piece]:
    """Pieces that one and the same paper serves: piece → the piece under which it is asked.

    The parent who hosts a minor is the one who signs: his identity is asked once and counts for both (F31847).
    """
    try:
        return {Piece.ID_HEB: Piece.ID_REP} if minor(situation) else {}
    except NotYetKnown:
        return {}
