"""Yes, no, not yet known: what nobody said is named and never guessed, and knowing more contradicts nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.domain import rights
from permis.domain.conditions import (
    adult,
    aged,
    aged_at_exam,
    asks,
    by_school,
    french,
    in_guyane,
    lives,
    minor,
    only_am,
    unwell,
    ward,
)
from permis.domain.required import answer, fee, notes
from permis.domain.situation import NotYetKnown, Situation, noting_presumptions
from permis.domain.vocabulary import AddressMode, Category, Filer, LearningMode, Motive, Outcome, Piece
from tests.rules.people import FIRST_LICENCE, LOSS, ask, codes, who

TODAY = dt.date(2026, 11, 23)

# Days that stand on both sides of every age of the two motives, on this day and on the day of the exam.
BIRTHS = [
    dt.date(year, month, day)
    for year in (1981, 2001, 2005, 2006, 2007, 2008, 2009, 2010)
    for month, day in ((1, 1), (11, 20), (11, 21), (11, 23), (11, 24), (12, 31))
]
VALUES = {
    "birth_date": BIRTHS,
    "nationality": ["FR", "PT", "CH", "GB", "MA"],
    "categories": [frozenset({c}) for c in (Category.B, Category.A1, Category.A2, Category.B1, Category.C)],
    "held_categories": [
        frozenset({Category.B}),
        frozenset({Category.B, Category.C}),
        frozenset({Category.AM}),
    ],
    "learning_mode": list(LearningMode),
    "exam_on": [
        dt.date(2023, 12, 31),
        dt.date(2024, 1, 1),
        dt.date(2026, 11, 20),
        TODAY,
        dt.date(2026, 11, 24),
    ],
    "address": list(AddressMode),
    "department": ["35", "973", "974"],
    "filer": list(Filer),
    "guardianship": [True, False],
    "medical_flag": [True, False],
    "already_given": [frozenset(), frozenset({Piece.JDC}), frozenset({Piece.ASSR2})],
}
open_motives = st.sampled_from([Motive.REU, Motive.PERTE])
somebody = st.fixed_dictionaries({name: st.sampled_from(values) for name, values in VALUES.items()})


def knowing(motive, facts):
    """A situation where nothing is presumed."""
    return Situation(presume=False, motive=motive, submitted_on=TODAY, **facts)


def said(found):
    """All that a person reads of an answer."""
    asked = tuple((p.piece, p.any_of, p.recommended, p.because) for p in found.pieces)
    return found.outcome, found.reason, found.because, found.not_before, asked


@settings(max_examples=150, deadline=None)
@given(open_motives, somebody, st.sampled_from(list(VALUES)))
def test_a_fact_that_is_lacking_is_named_or_changes_nothing(motive, facts, lacking):
    whole = answer(knowing(motive, facts))
    assert whole.unknown == ()
    assert whole.outcome is not None
    found = answer(knowing(motive, {n: v for n, v in facts.items() if n != lacking}))
    assert set(found.unknown) <= {lacking}
    if not found.unknown:
        for value in VALUES[lacking]:
            assert said(answer(knowing(motive, {**facts, lacking: value}))) == said(found)


@settings(max_examples=150, deadline=None)
@given(open_motives, somebody, st.sets(st.sampled_from(list(VALUES))), st.sampled_from(list(VALUES)))
def test_knowing_one_more_fact_never_contradicts(motive, facts, known, learnt):
    before = knowing(motive, {n: facts[n] for n in known - {learnt}})
    after = knowing(motive, {n: facts[n] for n in known | {learnt}})
    first, then = answer(before), answer(after)
    if first.outcome is not None:
        assert said(then)[:4] == said(first)[:4]
    if then.outcome is not Outcome.NOT_POSSIBLE:
        assert {p.piece for p in first.pieces} <= {p.piece for p in then.pieces}
    assert set(then.unknown) <= set(first.unknown) - {learnt}
    assert {note.says for note in notes(before)} <= {note.says for note in notes(after)}
    try:
        paid = fee(before).cents
    except NotYetKnown as missing:
        assert set(missing.facts) <= {"department"}  # noqa: PT017  what is named, not that it was raised
    else:
        assert fee(after).cents == paid


# What each motive never reads: whatever is answered there, nothing changes, and it is not asked for.
UNREAD = {
    Motive.REU: {"held_categories", "department", "filer"},
    Motive.PERTE: {"categories", "learning_mode", "exam_on", "medical_flag", "already_given"},
}


@pytest.mark.parametrize("motive", list(UNREAD))
def test_nothing_is_asked_for_that_the_motive_does_not_read(motive):
    nobody = answer(knowing(motive, {}))
    assert nobody.outcome is None
    assert not set(nobody.unknown) & UNREAD[motive]


def test_of_a_stranger_everything_that_decides_is_asked():
    assert set(ask({"motive": "REU"}, presume=False).unknown) == {
        "exam_on",
        "categories",
        "learning_mode",
        "birth_date",
        "address",
        "guardianship",
        "nationality",
        "already_given",
        "medical_flag",
    }
    assert set(ask({"motive": "PERTE"}, presume=False).unknown) == {
        "filer",
        "address",
        "birth_date",
        "guardianship",
        "nationality",
        "held_categories",
    }


# One fact less of a complete person: is it named, and which documents are still sure?
LACKING = [
    (FIRST_LICENCE, "birth_date", ("birth_date", "already_given"), None, "ID PHOTO CEPC"),
    (FIRST_LICENCE, "nationality", ("nationality",), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "categories", ("categories",), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "exam_on", ("exam_on",), None, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "address", ("address",), Outcome.FILE, "ID PHOTO CEPC"),
    (FIRST_LICENCE, "guardianship", ("guardianship",), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "learning_mode", ("learning_mode",), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "medical_flag", ("medical_flag",), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "postcode", (), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "filer", (), Outcome.FILE, "ID ADDR PHOTO CEPC"),
    (LOSS, "birth_date", ("birth_date",), Outcome.FILE, "ID PHOTO LOSS STAMP"),
    (LOSS, "nationality", ("nationality",), Outcome.FILE, "ID ADDR PHOTO LOSS STAMP"),
    (LOSS, "held_categories", ("held_categories",), Outcome.FILE, "ID ADDR PHOTO LOSS STAMP"),
    (LOSS, "address", ("address",), Outcome.FILE, "ID PHOTO LOSS STAMP"),
    (LOSS, "guardianship", ("guardianship",), Outcome.FILE, "ID ADDR PHOTO LOSS STAMP"),
    (LOSS, "filer", ("filer",), None, "ID ADDR PHOTO LOSS STAMP"),
    (LOSS, "postcode", (), Outcome.FILE, "ID ADDR PHOTO LOSS STAMP"),
]


@pytest.mark.parametrize(
    ("like", "lacking", "named", "outcome", "asked"),
    LACKING,
    ids=[f"{x[0]['motive']} {x[1]}" for x in LACKING],
)
def test_without(like, lacking, named, outcome, asked):
    found = ask(like, presume=False, **{lacking: None})
    assert (found.unknown, found.outcome, codes(found)) == (named, outcome, asked)


def test_whether_papers_were_given_before_is_asked_of_the_young_alone():
    assert ask(presume=False).unknown == ()
    young = ask(presume=False, birth_date="2004-01-01")
    assert (young.unknown, codes(young)) == (("already_given",), "ID ADDR PHOTO CEPC")
    moroccan = ask(presume=False, birth_date="2004-01-01", nationality="MA")
    assert moroccan.unknown == ()


# --- The three values themselves -------------------------------------------------------------------------

YES, NO, OPEN = "yes", "no", "not known"


def three(test, **facts):
    """What a test says of a situation where nothing is presumed."""
    try:
        return YES if test(Situation(presume=False, **facts)) else NO
    except NotYetKnown as missing:
        return f"{OPEN}: {' '.join(missing.facts)}"


MEETINGS = [
    # ward, unwell            both            one of them
    (True, True, YES, YES),
    (True, False, NO, YES),
    (False, True, NO, YES),
    (False, False, NO, NO),
    (True, None, f"{OPEN}: medical_flag", YES),
    (False, None, NO, f"{OPEN}: medical_flag"),
    (None, True, f"{OPEN}: guardianship", YES),
    (None, False, NO, f"{OPEN}: guardianship"),
    (None, None, f"{OPEN}: guardianship medical_flag", f"{OPEN}: guardianship medical_flag"),
]


@pytest.mark.parametrize(("under_guardianship", "health", "both", "either"), MEETINGS)
def test_two_tests_meet_in_three_values(under_guardianship, health, both, either):
    given = {"guardianship": under_guardianship, "medical_flag": health}
    facts = {name: value for name, value in given.items() if value is not None}
    assert three(ward & unwell, **facts) == both
    assert three(ward | unwell, **facts) == either
    opposite = {YES: NO, NO: YES}
    assert three(~(ward & unwell), **facts) == opposite.get(both, both)
    assert three(~(ward | unwell), **facts) == opposite.get(either, either)
    assert three(~~ward, **facts) == three(ward, **facts)


def test_a_test_made_of_many_says_why_and_why_not():
    test = french & (ward | unwell) & by_school
    assert test.yes == (
        "vous êtes de nationalité française et vous êtes sous tutelle ou vous signalez un problème de santé "
        "et une auto-école fait la demande"
    )
    assert test.no == (
        "vous n’êtes pas français ou vous n’êtes pas sous tutelle et vous ne signalez pas de problème de santé "
        "ou vous faites la demande vous-même"
    )
    assert (~french).yes == french.no
    assert (~french).no == french.yes


SENTENCES = [
    (aged(17, 25), "vous avez entre 17 et 24 ans", "vous n’avez pas entre 17 et 24 ans"),
    (aged(None, 21), "vous avez moins de 21 ans", "vous avez 21 ans ou plus"),
    (aged(16, None), "vous avez 16 ans ou plus", "vous avez moins de 16 ans"),
    (
        aged_at_exam(17),
        "vous aviez 17 ans le jour de l’examen",
        "vous n’aviez pas encore 17 ans le jour de l’examen",
    ),
]


@pytest.mark.parametrize(("test", "yes", "no"), SENTENCES)
def test_an_age_is_said_as_people_say_it(test, yes, no):
    assert (test.yes, test.no) == (yes, no)


FIRST = [
    # A licence of AM does not count as a first one; for a first licence nobody is asked what he holds.
    (Motive.VOL, {Category.AM}, YES),
    (Motive.VOL, set(), YES),
    (Motive.VOL, {Category.A1}, NO),
    (Motive.VOL, {Category.AM, Category.B}, NO),
    (Motive.REU, {Category.B}, YES),
]


@pytest.mark.parametrize(("motive", "held", "first"), FIRST)
def test_a_licence_is_the_first_when_only_am_was_held(motive, held, first):
    assert three(only_am, motive=motive, held_categories=frozenset(held)) == first


AGES = [
    ("2008-11-24", YES, NO),
    ("2008-11-23", NO, YES),
]


@pytest.mark.parametrize(("birth", "is_minor", "is_adult"), AGES)
def test_one_is_a_minor_until_the_eve_of_18(birth, is_minor, is_adult):
    facts = {"birth_date": dt.date.fromisoformat(birth), "submitted_on": TODAY}
    assert (three(minor, **facts), three(adult, **facts)) == (is_minor, is_adult)


def test_a_test_about_another_fact_is_not_known_and_says_which():
    assert three(in_guyane) == "not known: department"
    assert three(lives("boat")) == "not known: address"
    assert three(asks(Motive.REU)) == "not known: motive"
    assert three(minor) == "not known: birth_date"
    assert three(asks(Motive.REU), motive=Motive.PERTE) == NO
    assert asks(Motive.PERTE).yes == "votre demande est : permis perdu"
    assert asks(Motive.PERTE).no == "votre demande n’est pas : permis perdu"


# --- What is presumed ------------------------------------------------------------------------------------

PRESUMED = {
    "learning_mode": (LearningMode.TRADITIONAL, "apprentissage traditionnel"),
    "department": ("", "résidence hors de Guyane"),
    "filer": (Filer.SELF, "demande faite par vous-même"),
    "guardianship": (False, "pas de tutelle"),
    "medical_flag": (False, "pas de problème de santé à signaler"),
    "already_given": (frozenset(), "aucun document déjà donné à l’inscription"),
}
NEVER_PRESUMED = [
    "motive",
    "birth_date",
    "nationality",
    "submitted_on",
    "categories",
    "held_categories",
    "exam_on",
    "address",
]


@pytest.mark.parametrize("fact", PRESUMED)
def test_what_is_presumed_is_told_once_and_only_where_it_is_allowed(fact):
    value, sentence = PRESUMED[fact]
    with noting_presumptions() as noted:
        assert getattr(Situation(), fact) == value
        assert getattr(Situation(), fact) == value
    assert noted == [sentence]
    assert not Situation().knows(fact)
    with pytest.raises(NotYetKnown) as missing:
        getattr(Situation(presume=False), fact)
    assert missing.value.facts == (fact,)


@pytest.mark.parametrize("fact", NEVER_PRESUMED)
def test_what_decides_is_never_presumed(fact):
    with pytest.raises(NotYetKnown) as missing:
        getattr(Situation(), fact)
    assert missing.value.facts == (fact,)


def test_a_fact_that_was_given_is_not_a_presumption():
    with noting_presumptions() as noted:
        assert who(guardianship="no").guardianship is False
    assert noted == []
    assert who(guardianship="no").knows("guardianship")


def test_only_what_a_rule_relied_on_is_noted():
    with noting_presumptions() as noted:
        answer(who(guardianship=None, learning_mode=None, filer=None))
    assert sorted(noted) == ["apprentissage traditionnel", "pas de tutelle"]


def test_the_answers_of_a_dossier_are_read_once_into_facts():
    read = Situation.from_answers(
        {
            "motive": "REU",
            "birth_date": "2000-02",
            "categories": "B",
            "held_categories": ["B", "AM"],
            "exam_on": "2026-11-20",
            "address": "boat",
            "postcode": "97320",
            "filer": "school",
            "guardianship": "yes",
            "medical_flag": True,
            "already_given": ["JDC"],
            "learning_mode": "aac",
            "nationality": "",
            "town": "Mana",
        },
        today=TODAY,
    )
    assert (read.motive, read.birth_date, read.exam_on) == (
        "REU",
        dt.date(2000, 2, 29),
        dt.date(2026, 11, 20),
    )
    assert (read.categories, read.held_categories) == ({"B"}, {"B", "AM"})
    assert (read.address, read.department, read.filer) == ("boat", "973", "school")
    assert (read.guardianship, read.medical_flag) == (True, True)
    assert (read.already_given, read.learning_mode) == ({"JDC"}, "aac")
    assert read.submitted_on == TODAY
    assert not read.knows("nationality")


@pytest.mark.parametrize("value", ["no", False])
def test_a_no_is_an_answer(value):
    read = Situation.from_answers({"guardianship": value, "medical_flag": value}, today=TODAY)
    assert (read.guardianship, read.medical_flag) == (False, False)
    assert read.knows("guardianship")
    assert read.knows("medical_flag")


def test_a_dossier_keeps_the_day_it_was_sent():
    read = Situation.from_answers({"motive": "PERTE", "submitted_on": "2026-11-01", **LOSS}, today=TODAY)
    assert read.submitted_on == dt.date(2026, 11, 1)
    (right,) = rights.drive(read)
    assert right.until == dt.date(2027, 3, 1)
