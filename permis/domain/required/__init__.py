"""Table 2, what we require: one file a motive, one row a sentence, read by `answer`, `fee`, `notes` and `rights`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, partial
from importlib import import_module

from permis.domain.conditions import minor
from permis.domain.required.table import Answer, Bar, Dated, Deadline, Fee, Need, Note, Required, Row, Rules
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece

CHECKED_TO = dt.date(2026, 1, 31)  # how far the texts were read: what came later is not in the tables
LAW_FROM = dt.date(2024, 1, 1)  # before this day the tables do not say the whole law

_Check = Callable[[Situation], bool]

# Where each motive's rules stand, in the order of the catalogue.
FILES: dict[Motive, str] = {
    Motive.INS: "registration",
    Motive.INS_EXT: "registration_new_category",
    Motive.INS_RET: "registration_after_loss_of_rights",
    Motive.REU: "first_licence",
    Motive.REU_EXT: "new_category",
    Motive.REU_RET: "after_loss_of_rights",
    Motive.FORM_AM: "training_am",
    Motive.FORM_A: "training_a",
    Motive.FORM_B96: "training_b96",
    Motive.FORM_78: "training_manual_gearbox",
    Motive.PERTE: "loss",
    Motive.VOL: "theft",
    Motive.DET: "damage",
    Motive.ROSE: "pink_licence",
    Motive.EC: "civil_status",
    Motive.EXP15: "end_of_card",
    Motive.MED: "medical_renewal",
    Motive.MED_REST: "medical_restriction",
    Motive.SUSP: "end_of_suspension",
    Motive.ECH_EU: "exchange_eu",
    Motive.ECH_HUE: "exchange_non_eu",
    Motive.ECH_COM: "exchange_overseas",
    Motive.ENR_EU: "record_eu",
    Motive.RETAB: "rights_restored",
    Motive.MIL: "military",
    Motive.DIP: "diploma",
    Motive.PCI: "international",
    Motive.ERR: "card_error",
}


@cache
def rules_of(motive: Motive) -> Rules:
    """The rows of this motive."""
    module = import_module(f"permis.domain.required.{FILES[motive]}")
    rules: Rules = module.RULES
    return rules


def in_force(row: Dated, situation: Situation) -> bool:
    """Whether the row was law on the day that its test names. Raises `NotYetKnown` when that day is not known."""
    if row.since is None and row.until is None:
        return True
    day = getattr(situation, row.by)
    if day is None:
        return False
    return (row.since is None or day >= row.since) and (row.until is None or day <= row.until)


def holds(row: Row, situation: Situation) -> bool:
    """Whether the row is law for this person. Raises `NotYetKnown` with the facts on which that hangs."""
    if row.since is None and row.until is None:
        return row.when.check(situation)
    try:
        if not in_force(row, situation):
            return False
    except NotYetKnown as day_missing:
        try:
            if not row.when.check(situation):
                return False
        except NotYetKnown as missing:
            raise NotYetKnown(*day_missing.facts, *missing.facts) from None
        raise
    return row.when.check(situation)


@cache
def _tests(motive: Motive) -> tuple[tuple[tuple[Bar, _Check], ...], tuple[tuple[Need, _Check], ...]]:
    """The bars and the needs of a motive, each with its test; a row without dates is asked without a detour."""
    rules = rules_of(motive)
    return tuple((bar, _test(bar)) for bar in rules.bars), tuple((need, _test(need)) for need in rules.needs)


def _test(row: Row) -> _Check:
    return row.when.check if row.since is None and row.until is None else partial(holds, row)


def answer(situation: Situation) -> Answer:
    """Outcome and documents for this situation, on the law of the day that each row names.

    What hangs on a missing fact is left out and the fact is named in `unknown`; only the day of submission must be
    known (`NotYetKnown`). A request that is not possible before a day is answered with the documents of that day.
    """
    if not situation.knows("motive"):
        return Answer(None, unknown=("motive",))
    bars, needs = _tests(situation.motive)
    lacking: list[str] = []
    for bar, test in bars:
        try:
            if not test(situation):
                continue
            if lacking:  # an undecided bar stands before: this one may not decide yet
                break
            first_day = bar.not_before(situation) if bar.not_before else None
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
            continue
        said = Answer(bar.outcome, bar.because, bar.source, bar.reason, first_day, bar=bar)
        if first_day is None or bar.outcome is not Outcome.NOT_BEFORE:
            return said
        pieces, open_facts = _pieces(needs, situation.on(first_day))
        return replace(said, pieces=pieces, unknown=tuple(dict.fromkeys(open_facts)))
    pieces, open_facts = _pieces(needs, situation)
    return Answer(
        None if lacking else Outcome.FILE,
        pieces=pieces,
        unknown=tuple(dict.fromkeys([*lacking, *open_facts])),
    )


def _pieces(needs: Iterable[tuple[Need, _Check]], situation: Situation) -> tuple[tuple[Required, ...], list[str]]:
    found: dict[Piece, Required] = {}
    lacking: list[str] = []
    for need, test in needs:
        try:
            asked_now = test(situation)
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
            continue
        if asked_now:
            for asked in need.asked:
                first = found.get(asked.piece)
                # A piece that two rows ask for is asked once, for the first reason; a duty prevails over an advice.
                if first is None or (first.recommended and not asked.recommended):
                    found[asked.piece] = asked
    return tuple(found.values()), lacking


def required_pieces(situation: Situation) -> tuple[Required, ...]:
    """The documents asked of this person, in the order of the table."""
    return answer(situation).pieces


def fee(situation: Situation) -> Fee:
    """What this request costs, by the first row that holds. Raises `NotYetKnown` while that is open."""
    for row in rules_of(situation.motive).fees:
        if holds(row, situation):
            return row
    raise LookupError(f"{situation.motive} has no fee on {situation.submitted_on}")


def notes(situation: Situation) -> tuple[Note, ...]:
    """What this person must know beside the documents; what hangs on a fact not yet known is left out."""
    return tuple(row for row in rules_of(situation.motive).notes if surely(row, situation))


def deadlines(situation: Situation) -> tuple[Deadline, ...]:
    """The days that count for this person; what hangs on a fact not yet known is left out."""
    return tuple(row for row in rules_of(situation.motive).deadlines if surely(row, situation))


def surely(row: Row, situation: Situation) -> bool:
    """Whether the row holds, whatever is still unknown."""
    try:
        return holds(row, situation)
    except NotYetKnown:
        return False


def one_paper(situation: Situation) -> dict[Piece, Piece]:
    """Pieces that one and the same paper serves: piece → the piece under which it is asked.

    The parent who hosts a minor is the one who signs: his identity is asked once and counts for both (F31847).
    """
    try:
        return {Piece.ID_HEB: Piece.ID_REP} if minor(situation) else {}
    except NotYetKnown:
        return {}
