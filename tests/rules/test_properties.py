"""What holds for everybody, row by row: a fact more contradicts nothing, a year more adds nothing, nothing is asked twice."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from permis.domain import door, required, rights
from permis.domain.situation import FACTS, NotYetKnown, Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Motive, Outcome, Piece
from tests.rules import situations

SEED = 20261124
EACH = 4  # people a motive
ASKED = {"motive", "birth_date", "submitted_on"}  # what everybody says
CENSUS = {Piece.RECENSEMENT}
JDC = {Piece.JDC, Piece.JDC_EXEMPTION, Piece.JDC_SITUATION, Piece.JDC_PROVISOIRE}


def drawn(rng, motive):
    """Everything there is to know of somebody who makes this request; nothing that contradicts itself."""
    while True:
        given = {**situations.sane(rng, known=1.0), "motive": motive.value}
        try:
            told = door.read(given, situations.TODAY).situation.told()
        except door.Wrong:
            continue
        return told


@pytest.fixture(scope="module")
def people():
    """So many people a motive, the same ones each time."""
    rng = random.Random(SEED)
    return [drawn(rng, motive) for motive in Motive for _ in range(EACH)]


def decided(situation):
    """What each row of the motive answers: yes, no, or None when that hangs on a fact not yet known."""
    said = {}
    for row in required.rules_of(situation.motive).rows:
        try:
            said[type(row).__name__, row.key] = required.holds(row, situation)
        except NotYetKnown:
            said[type(row).__name__, row.key] = None
    return said


def sure(read, situation):
    """What is read of the situation, or None when that is not yet known; any other exception is a fault."""
    lacking = ()
    try:
        return read(situation)
    except NotYetKnown as missing:
        lacking = missing.facts
    assert lacking
    assert not any(situation.knows(fact) for fact in lacking)
    return None


def shown(found):
    """What a person would not forgive to see change."""
    return found.outcome, found.reason, found.not_before, found.because


def test_one_fact_more_never_contradicts_what_was_said_of_somebody(people):
    rng = random.Random(SEED)
    for told in people:
        late = rng.sample(sorted(set(told) - ASKED), k=len(set(told) - ASKED))
        known = {name: value for name, value in told.items() if name in ASKED}
        before = None
        # From almost nothing to everything, some facts at a time and in any order.
        for n in (0, 6, 12, 18, 24, len(late)):
            somebody = Situation(presume=False, **known, **{name: told[name] for name in late[:n]})
            rows, found = decided(somebody), required.answer(somebody)
            prices = (
                sure(required.fee, somebody),
                sure(rights.drive, somebody),
                sure(rights.validity, somebody),
            )
            if before:
                old_rows, old_found, old_prices = before
                assert {key: rows[key] for key, was in old_rows.items() if was is not None} == {
                    key: was for key, was in old_rows.items() if was is not None
                }, told
                assert old_found.outcome is None or shown(old_found) == shown(found), told
                assert all(was is None or was == now for was, now in zip(old_prices, prices, strict=True)), (
                    told
                )
                if found.outcome is old_found.outcome:
                    asked = {(piece.piece, piece.any_of) for piece in found.pieces}
                    assert {(piece.piece, piece.any_of) for piece in old_found.pieces} <= asked, told
            before = rows, found, prices
        assert found.unknown == (), told


def test_growing_older_never_asks_anybody_for_the_road_safety_certificate(people):
    def asked(told, birth):
        somebody = Situation(**{**told, "birth_date": birth})
        return any(
            not need.recommended and Piece.ASSR2 in group and required.surely(need, somebody)
            for need in required.rules_of(somebody.motive).needs
            for group in need.pieces
        )

    assert any(asked(told, told["birth_date"]) for told in people)
    for told in people:
        birth = told["birth_date"]
        older = [birth - dt.timedelta(days=1), months(birth, -12), months(birth, -120)]
        if not asked(told, birth) and birth.year > 1910:
            assert not any(asked(told, day) for day in older), told


def test_nobody_is_asked_for_a_document_twice_nor_for_both_the_census_and_the_jdc(people):
    several = 0
    for told in people:
        for presume in (True, False):
            pieces = required.answer(Situation(presume=presume, **told)).pieces
            several += len(pieces) > 1
            firsts = [piece.piece for piece in pieces]
            assert len(set(firsts)) == len(firsts), told
            assert all(piece.any_of[0] is piece.piece for piece in pieces)
            assert len({*firsts} & (CENSUS | JDC)) <= 1, told
            for piece in pieces:
                others = {code for other in pieces if other is not piece for code in other.any_of}
                # A declaration on honour stands for one lost paper each time.
                assert not (set(piece.any_of) & others) - {Piece.HONOUR}, told
    assert several > len(people) / 2


def test_every_answer_to_somebody_quotes_a_text_and_says_why(people):
    outcomes = set()
    for told in people:
        somebody = Situation(**told)
        found = required.answer(somebody)
        outcomes.add(found.outcome)
        if found.outcome is not Outcome.FILE:
            assert found.because.endswith("."), told
            assert str(found.source), told
        for said in (*found.pieces, required.fee(somebody), *required.deadlines(somebody)):
            assert str(said.source), told
            assert getattr(said, "because", "") or getattr(said, "what", ""), told
        assert all(note.says.endswith(".") and str(note.source) for note in required.notes(somebody)), told
        assert all(str(right.source) and right.papers_words for right in rights.every_right(somebody)), told
    assert outcomes == set(Outcome)


def test_a_day_before_which_nothing_can_be_asked_lies_ahead_and_is_the_first_on_which_it_can(people):
    met = 0
    for told in people:
        somebody = Situation(**told)
        found = required.answer(somebody)
        assert (found.not_before is not None) is (found.outcome is Outcome.NOT_BEFORE), told
        if found.not_before is not None:
            met += 1
            assert found.not_before > told["submitted_on"], told
            eve = found.not_before - dt.timedelta(days=1)
            assert required.surely(found.bar, somebody.on(eve)), told
            assert not required.surely(found.bar, somebody.on(found.not_before)), told
    assert met > 2


def test_a_price_is_never_below_nothing_and_a_stamp_goes_with_each_price(people):
    paid = 0
    for told in people:
        somebody = Situation(**told)
        price = required.fee(somebody)
        paid += price.cents > 0
        assert price.cents >= 0
        found = required.answer(somebody)
        if found.outcome is Outcome.FILE:
            stamps = [p for p in found.pieces if p.piece is Piece.STAMP and not p.recommended]
            assert len(stamps) == (price.cents > 0), told
    assert paid


def test_what_somebody_may_drive_is_said_once_a_category_and_ends_after_it_begins(people):
    met = 0
    for told in people:
        found = rights.drive(Situation(**told))
        met += bool(found)
        once = [category for right in found for category in right.categories]
        assert len(set(once)) == len(once), told
        for right in found:
            assert right.last_day is None or right.start <= right.last_day, told
            assert set(right.papers) <= set(rights.PAPERS)
    assert met > 8


def test_a_presumption_that_somebody_says_aloud_changes_nothing(people):
    for told in people:
        motive = told["motive"]
        usual = {fact.name: fact.presumed(motive) for fact in FACTS}
        silent = {name: value for name, value in told.items() if usual[name] is None}
        aloud = silent | {name: given.value for name, given in usual.items() if given}
        assert required.answer(Situation(**silent)) == required.answer(Situation(presume=False, **aloud))
        assert required.fee(Situation(**silent)) == required.fee(Situation(presume=False, **aloud))
