"""Who is asked what for a first licence: expected values are literals, written from the law."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import rights
from permis.domain.required import answer
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Outcome, Reason

BASE = {
    "motive": "REU",
    "birth_date": "2000-03-14",
    "nationality": "FR",
    "categories": ["B"],
    "exam_on": "2026-11-20",
    "address": "own",
    "guardianship": "no",
    "learning_mode": "traditional",
    "medical_flag": "no",
}


def ask(on="2026-11-23", **changes):
    """The answer of table 2 for somebody like BASE but for these facts (None: not yet known)."""
    facts = {k: v for k, v in {**BASE, **changes}.items() if v is not None}
    return answer(Situation.from_answers(facts, today=dt.date.fromisoformat(on)))


def codes(**changes):
    """The pieces asked, as text."""
    return " ".join(p.piece.value for p in ask(**changes).pieces)


CASES = [
    # who                                                 facts                                        asked
    ("a French adult of 26 at home", {}, "ID ADDR PHOTO CEPC"),
    ("hosted", {"address": "hosted"}, "ID HEB ID_HEB ADDR_HEB PHOTO CEPC"),
    ("25 today: no more JDC", {"birth_date": "2001-11-23"}, "ID ADDR PHOTO CEPC"),
    ("25 tomorrow: JDC still", {"birth_date": "2001-11-24"}, "ID ADDR PHOTO CEPC JDC"),
    ("21 today: no more ASSR2", {"birth_date": "2005-11-23"}, "ID ADDR PHOTO CEPC JDC"),
    ("21 tomorrow: ASSR2 still", {"birth_date": "2005-11-24"}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    ("18 today: own home counts", {"birth_date": "2008-11-23"}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    (
        "18 tomorrow: hosted by a parent who signs",
        {"birth_date": "2008-11-24"},
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP ASSR2 JDC",
    ),
    (
        "a Portuguese of 20",
        {"birth_date": "2006-01-01", "nationality": "PT"},
        "ID ADDR PHOTO CEPC RESN ASSR2",
    ),
    ("a Moroccan of 34", {"birth_date": "1992-04-04", "nationality": "MA"}, "ID ADDR PHOTO CEPC STAY"),
    ("a Swiss", {"nationality": "CH"}, "ID ADDR PHOTO CEPC RESN"),
    ("a Briton", {"nationality": "GB"}, "ID ADDR PHOTO CEPC STAY"),
    ("under guardianship", {"guardianship": "yes"}, "ID ADDR PHOTO CEPC REP ID_REP"),
    ("learnt in AAC", {"learning_mode": "aac"}, "ID ADDR PHOTO CEPC AAC"),
    ("a health problem", {"medical_flag": "yes"}, "ID ADDR PHOTO CEPC MED"),
    (
        "JDC given at the registration",
        {"birth_date": "2004-01-01", "already_given": ["JDC"]},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "ASSR2 given at the registration",
        {"birth_date": "2006-01-01", "already_given": ["ASSR2"]},
        "ID ADDR PHOTO CEPC JDC",
    ),
    (
        "P01 Léa, 18, at her parents'",
        {"birth_date": "2008-05-14", "address": "hosted", "on": "2026-12-01"},
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC ASSR2 JDC",
    ),
    (
        "P04 Hugo, 17, AAC",
        {"birth_date": "2009-01-10", "learning_mode": "aac", "exam_on": "2026-11-18", "on": "2026-12-01"},
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP ASSR2 JDC AAC",
    ),
    (
        "born on a 29 February, 25 on 28 February",
        {"birth_date": "2004-02-29", "on": "2029-02-28"},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "born on a 29 February, 24 on 27 February",
        {"birth_date": "2004-02-29", "on": "2029-02-27"},
        "ID ADDR PHOTO CEPC JDC",
    ),
]


@pytest.mark.parametrize(("who", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_documents_of(who, facts, expected):
    found = ask(**facts)
    assert " ".join(p.piece.value for p in found.pieces) == expected
    assert (found.outcome, found.unknown) == (Outcome.FILE, ())


def test_an_assr2_may_be_replaced_by_an_asr_or_a_word_of_honour():
    asked = {p.piece.value: [a.value for a in p.any_of] for p in ask(birth_date="2006-01-01").pieces}
    assert asked["ASSR2"] == ["ASSR2", "ASR", "HONOUR"]
    assert asked["JDC"] == ["JDC", "JDC_EXEMPTION", "JDC_SITUATION", "JDC_PROVISOIRE"]


def test_every_document_says_why_and_by_which_text():
    for need in ask(birth_date="2006-01-01", nationality="MA", address="hosted", medical_flag="yes").pieces:
        assert len(need.because) > 15
        assert len(str(need.source)) > 5


BARS = [
    ("17 on the exam day", {"birth_date": "2009-11-20"}, Outcome.FILE, None),
    ("17 the day after the exam", {"birth_date": "2009-11-21"}, Outcome.NOT_POSSIBLE, Reason.R11),
    (
        "exam of 2023 at 17: the law of that day wants 18",
        {"birth_date": "2006-01-01", "exam_on": "2023-12-31"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    (
        "exam of 2023 at 17 in AAC",
        {"birth_date": "2006-01-01", "exam_on": "2023-12-31", "learning_mode": "aac"},
        Outcome.FILE,
        None,
    ),
    (
        "exam on 1 January 2024 at 17",
        {"birth_date": "2006-06-01", "exam_on": "2024-01-01"},
        Outcome.FILE,
        None,
    ),
    ("exam of 2023 at 18", {"birth_date": "2005-12-31", "exam_on": "2023-12-31"}, Outcome.FILE, None),
    (
        "A2 the day before 18",
        {"birth_date": "2008-11-21", "categories": ["A2"]},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("A2 at 18", {"birth_date": "2008-11-20", "categories": ["A2"]}, Outcome.FILE, None),
    (
        "A1 the day before 16",
        {"birth_date": "2010-11-24", "categories": ["A1"]},
        Outcome.NOT_BEFORE,
        Reason.R11,
    ),
    (
        "A1 at 16",
        {"birth_date": "2010-11-23", "categories": ["A1"], "exam_on": "2026-11-23"},
        Outcome.FILE,
        None,
    ),
    (
        "exam of 2023 at 16 in AAC",
        {"birth_date": "2007-01-01", "exam_on": "2023-12-31", "learning_mode": "aac"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("exam tomorrow", {"exam_on": "2026-11-24"}, Outcome.NOT_BEFORE, None),
    ("exam today", {"exam_on": "2026-11-23"}, Outcome.FILE, None),
    (
        "exam five months ago: the right has ended, the request stands",
        {"exam_on": "2026-06-01"},
        Outcome.FILE,
        None,
    ),
]


@pytest.mark.parametrize(("who", "facts", "outcome", "reason"), BARS, ids=[bar[0] for bar in BARS])
def test_whether_one_may_file(who, facts, outcome, reason):
    found = ask(**facts)
    assert (found.outcome, found.reason) == (outcome, reason)


def test_what_is_not_known_is_asked_and_never_guessed():
    found = ask(birth_date=None)
    assert found.outcome is None
    assert "birth_date" in found.unknown
    assert "JDC" not in [p.piece for p in found.pieces]


def test_a_sure_no_decides_whatever_is_unknown():
    # A Moroccan is not asked for the JDC, at whatever age.
    found = ask(birth_date=None, nationality="MA", exam_on="2026-11-20")
    assert "STAY" in [p.piece.value for p in found.pieces]
    assert "JDC" not in [p.piece.value for p in found.pieces]


@pytest.mark.parametrize(
    ("exam", "until"),
    [
        ("2026-11-20", "2027-03-20"),
        ("2026-10-31", "2027-02-28"),
        ("2027-10-31", "2028-02-29"),
        ("2026-08-31", "2026-12-31"),
        ("2026-12-01", "2027-04-01"),
    ],
)
def test_the_exam_certificate_is_a_licence_for_four_months_date_to_date(exam, until):
    (right,) = rights.drive(Situation.from_answers({**BASE, "exam_on": exam}, today=dt.date(2026, 11, 23)))
    assert (right.start.isoformat(), right.until.isoformat()) == (exam, until)
    assert right.papers == ("CEPC", "ID")
    assert right.runs_on(right.until)
    assert not right.runs_on(right.until + dt.timedelta(days=1))


def test_the_right_to_drive_is_not_guessed_without_the_exam_day():
    with pytest.raises(NotYetKnown):
        rights.drive(Situation.from_answers({"motive": "REU"}, today=dt.date(2026, 11, 23)))


def test_probation_lasts_three_years_and_two_after_aac():
    today = dt.date(2026, 11, 23)
    assert rights.probation_years(Situation.from_answers(BASE, today=today)) == 3
    assert rights.probation_years(Situation.from_answers({**BASE, "learning_mode": "aac"}, today=today)) == 2


def test_a_misspelt_fact_is_a_fault_and_never_a_question():
    situation = Situation.from_answers(BASE, today=dt.date(2026, 11, 23))
    with pytest.raises(AttributeError):
        situation.birthdate  # noqa: B018
    with pytest.raises(AttributeError):
        Situation(birthdate=1)
