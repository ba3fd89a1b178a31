"""Yes, no, not yet known: what nobody said is named and never guessed, and knowing more contradicts nothing."""

from __future__ import annotations

import datetime as dt
import random

import pytest

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
    wants,
    ward,
)
from permis.domain.required import FILES, answer, fee, notes
from permis.domain.situation import FACTS, NotYetKnown, Situation, noting_presumptions
from permis.domain.vocabulary import AddressMode, Category, Filer, Gearbox, LearningMode, Motive, Piece
from tests.rules.people import FIRST_LICENCE, LOSS, ask, codes, differences, who

TODAY = dt.date(2026, 11, 23)

# Days that stand on both sides of every age and term of the motives below, on this day and on the day of the exam.
BIRTHS = [
    dt.date(year, month, day)
    for year in (1981, 1987, 1988, 2001, 2005, 2006, 2007, 2008, 2009, 2010, 2011, 2012)
    for month, day in ((1, 1), (11, 20), (11, 21), (11, 23), (11, 24), (12, 31))
]
EXAMS = [
    dt.date(2023, 12, 31),
    dt.date(2024, 1, 1),
    dt.date(2026, 11, 20),
    TODAY,
    dt.date(2026, 11, 24),
    None,
]
VALUES = {
    "birth_date": BIRTHS,
    "nationality": ["FR", "PT", "CH", "GB", "MA", None],
    "categories": [
        frozenset({c}) for c in (Category.B, Category.A1, Category.A2, Category.A, Category.CE, Category.D)
    ],
    "held_categories": [
        frozenset({Category.B}),
        frozenset({Category.B, Category.C}),
        frozenset({Category.AM}),
        frozenset(),
    ],
    "learning_mode": list(LearningMode),
    "exam_on": EXAMS,
    "theory_exam_on": EXAMS,
    "theory_only": [True, False],
    "course_on": [dt.date(2026, 8, 22), dt.date(2026, 8, 23), None],
    "a2_obtained_on": [dt.date(2024, 11, 23), dt.date(2024, 11, 24), None],
    "address": list(AddressMode),
    "department": ["35", "973", "974"],
    "filer": list(Filer),
    "guardianship": [True, False],
    "medical_flag": [True, False],
    "sanction": [True, False],
    "student": [True, False],
    "medical_opinion_on": [dt.date(2024, 11, 22), dt.date(2024, 11, 23), None],
    "resident_since": [dt.date(2026, 5, 22), dt.date(2026, 5, 23), None],
    "theft_receipt_on": [TODAY, dt.date(2026, 11, 24), None],
    "already_given": [frozenset(), frozenset({Piece.JDC}), frozenset({Piece.ASSR2})],
}
MOTIVES = list(FILES)[: list(FILES).index(Motive.EC)]  # the other half: tests/rules/test_properties.py


def knowing(motive, facts):
    """A situation where nothing is presumed."""
    return Situation(presume=False, motive=motive, submitted_on=TODAY, **facts)


def said(found):
    """All that a person reads of an answer."""
    asked = tuple((p.piece, p.any_of, p.recommended, p.because) for p in found.pieces)
    return found.outcome, found.reason, found.because, found.not_before, asked


def test_a_fact_that_is_lacking_is_named_or_changes_nothing():
    rng = random.Random(20261123)
    named = 0
    for motive in MOTIVES * 12:
        facts = {name: rng.choice(values) for name, values in VALUES.items()}
        whole = answer(knowing(motive, facts))
        assert whole.outcome is not None
        assert whole.unknown == ()
        lacking = rng.choice(list(VALUES))
        found = answer(knowing(motive, {n: v for n, v in facts.items() if n != lacking}))
        assert set(found.unknown) <= {lacking}
        named += bool(found.unknown)
        if not found.unknown:
            for value in VALUES[lacking]:
                assert said(answer(knowing(motive, {**facts, lacking: value}))) == said(found), (
                    motive,
                    lacking,
                )
    assert named > 20  # the draw reaches what it is about


def test_a_price_that_was_said_stays_whatever_is_learnt():
    rng = random.Random(20261124)
    for motive in MOTIVES * 4:
        facts = {name: rng.choice(values) for name, values in VALUES.items()}
        known = {n: v for n, v in facts.items() if rng.random() < 0.5}
        before, after = knowing(motive, known), knowing(motive, facts)
        assert {row.key for row in notes(before)} <= {row.key for row in notes(after)}
        try:
            paid = fee(before).cents
        except NotYetKnown as missing:
            assert missing.facts == ("department",)  # noqa: PT017  what is named, not that it was raised
        else:
            assert fee(after).cents == paid


# What each motive never reads to decide and to list its documents: it is not asked for.
UNREAD = {
    Motive.REU: {"held_categories", "department", "filer", "sanction", "course_on", "theory_exam_on"},
    Motive.REU_RET: {"held_categories", "sanction", "medical_flag", "filer", "department"},
    Motive.PERTE: {"categories", "learning_mode", "exam_on", "already_given", "lost_on"},
    Motive.VOL: {"categories", "learning_mode", "exam_on", "already_given", "lost_on"},
    Motive.ROSE: {"categories", "filer", "exam_on", "already_given"},
    Motive.FORM_AM: {"categories", "held_categories", "sanction", "exam_on", "course_on"},
    Motive.FORM_B96: {"categories", "held_categories", "already_given", "course_on"},
}


def test_nothing_is_asked_for_that_the_motive_does_not_read():
    for motive, unread in UNREAD.items():
        nobody = answer(knowing(motive, {}))
        assert nobody.outcome is None
        assert not set(nobody.unknown) & unread, motive


def test_of_a_stranger_everything_that_decides_is_asked():
    assert set(ask({"motive": "REU"}, presume=False).unknown) == {
        "exam_on",
        "categories",
        "learning_mode",
        "birth_date",
        "address",
        "guardianship",
        "nationality",
        "resident_since",
        "already_given",
        "medical_flag",
        "medical_opinion_on",
    }
    assert set(ask({"motive": "PERTE"}, presume=False).unknown) == {
        "filer",
        "sanction",
        "resident_since",
        "address",
        "birth_date",
        "guardianship",
        "nationality",
        "medical_flag",
        "held_categories",
    }


WHOLE_LOSS = LOSS | {"sanction": "no", "medical_flag": "no"}
SURE = "ID ADDR PHOTO LOSS STAMP"
# One fact less of a complete person: is it named, is the outcome still sure, and which documents?
LACKING = [
    (FIRST_LICENCE, "birth_date", ("birth_date", "already_given"), None, "ID PHOTO CEPC"),
    # A European would have to be settled for 185 days.
    (FIRST_LICENCE, "nationality", ("nationality", "resident_since"), None, "ID ADDR PHOTO CEPC"),
    # A heavy one would bring an opinion, of less than two years.
    (FIRST_LICENCE, "categories", ("categories", "medical_opinion_on"), None, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "exam_on", ("exam_on",), None, "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "address", ("address",), "file", "ID PHOTO CEPC"),
    (FIRST_LICENCE, "guardianship", ("guardianship",), "file", "ID ADDR PHOTO CEPC"),
    # Of a minor it does not matter: a parent signs.
    (
        FIRST_LICENCE | {"birth_date": "2009-01-01", "already_given": ["JDC", "ASSR2"]},
        "guardianship",
        (),
        "file",
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP",
    ),
    (FIRST_LICENCE, "learning_mode", ("learning_mode",), "file", "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "medical_flag", ("medical_flag",), "file", "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "postcode", (), "file", "ID ADDR PHOTO CEPC"),
    (FIRST_LICENCE, "filer", (), "file", "ID ADDR PHOTO CEPC"),
    (WHOLE_LOSS, "birth_date", ("birth_date",), "file", "ID PHOTO LOSS STAMP"),
    (WHOLE_LOSS, "nationality", ("nationality", "resident_since"), None, SURE),
    (WHOLE_LOSS, "held_categories", ("held_categories",), "file", SURE),
    (WHOLE_LOSS, "address", ("address",), "file", "ID PHOTO LOSS STAMP"),
    (WHOLE_LOSS, "guardianship", ("guardianship",), "file", SURE),
    (WHOLE_LOSS, "filer", ("filer",), None, SURE),
    (WHOLE_LOSS, "sanction", ("sanction",), None, SURE),
    (WHOLE_LOSS, "medical_flag", ("medical_flag",), "file", SURE),
    (WHOLE_LOSS, "postcode", (), "file", SURE),
]


def test_who_left_out_one_fact_is_told_the_rest():
    def told(like, lacking):
        found = ask(like, presume=False, **{lacking: None})
        return found.unknown, found.outcome, codes(found)

    cases = [(f"{x[0]['motive']} without {x[1]}", *x[:2], x[2:]) for x in LACKING]
    assert differences(cases, told) == []


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


def test_two_tests_meet_in_three_values():
    opposite = {YES: NO, NO: YES}
    for under_guardianship, health, both, either in MEETINGS:
        given = {"guardianship": under_guardianship, "medical_flag": health}
        facts = {name: value for name, value in given.items() if value is not None}
        assert three(ward & unwell, **facts) == both
        assert three(ward | unwell, **facts) == either
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


BECAUSE = [
    # the test, what is known, then: what it answers, the sentence of the part that decided, what is lacking
    ("yes", french, {"nationality": "FR"}, (True, "vous êtes de nationalité française", ())),
    ("no", french, {"nationality": "MA"}, (False, "vous n’êtes pas français", ())),
    ("open", french, {}, (None, "", ("nationality",))),
    ("turned", ~french, {"nationality": "FR"}, (False, "vous êtes de nationalité française", ())),
    ("turned, no", ~french, {"nationality": "MA"}, (True, "vous n’êtes pas français", ())),
    ("turned, open", ~french, {}, (None, "", ("nationality",))),
    (
        "both",
        french & ward,
        {"nationality": "FR", "guardianship": True},
        (True, "vous êtes de nationalité française et vous êtes sous tutelle", ()),
    ),
    (
        "of both, the second fails",
        french & ward,
        {"nationality": "FR", "guardianship": False},
        (False, "vous n’êtes pas sous tutelle", ()),
    ),
    ("of both, one is open", french & ward, {"nationality": "FR"}, (None, "", ("guardianship",))),
    (
        "of both, the open one does not matter",
        french & ward,
        {"guardianship": False},
        (False, "vous n’êtes pas sous tutelle", ()),
    ),
    (
        "either, the second holds",
        french | ward,
        {"nationality": "MA", "guardianship": True},
        (True, "vous êtes sous tutelle", ()),
    ),
    (
        "either, the open one does not matter",
        french | ward,
        {"guardianship": True},
        (True, "vous êtes sous tutelle", ()),
    ),
    (
        "neither",
        french | ward,
        {"nationality": "MA", "guardianship": False},
        (False, "vous n’êtes pas français et vous n’êtes pas sous tutelle", ()),
    ),
    ("both open", french | ward, {}, (None, "", ("nationality", "guardianship"))),
]


def test_a_test_says_which_part_decided():
    def said(test, facts):
        because = test.explain(Situation(presume=False, **facts))
        return because.holds, because.sentence, because.facts

    assert differences(BECAUSE, said) == []


SENTENCES = [
    (wants(Category.B), "vous demandez la catégorie B", "vous ne demandez pas la catégorie B"),
    (
        wants(Category.A1, Category.B1),
        "vous demandez l’une des catégories A1 ou B1",
        "vous ne demandez pas l’une des catégories A1 ou B1",
    ),
    (aged(17, 25), "vous avez entre 17 et 24 ans", "vous n’avez pas entre 17 et 24 ans"),
    (aged(None, 21), "vous avez moins de 21 ans", "vous avez 21 ans ou plus"),
    (aged(16, None), "vous avez 16 ans ou plus", "vous avez moins de 16 ans"),
    (
        aged_at_exam(17),
        "vous aviez 17 ans le jour de l’examen",
        "vous n’aviez pas encore 17 ans le jour de l’examen",
    ),
]


HOMES = [
    ("own", "vous avez un logement à votre nom", "vous n’avez pas de logement à votre nom"),
    ("boat", "vous vivez sur un bateau", "vous ne vivez pas sur un bateau"),
    (
        "justif_adresse",
        "votre fournisseur d’énergie confirme votre adresse",
        "votre fournisseur d’énergie ne confirme pas votre adresse",
    ),
]


def test_a_home_is_said_as_people_say_it():
    cases = [(home, home, (yes, no)) for home, yes, no in HOMES]
    assert differences(cases, lambda home: (lives(home).yes, lives(home).no)) == []


def test_a_test_is_said_as_people_say_it():
    assert differences([(yes, test, (yes, no)) for test, yes, no in SENTENCES], lambda t: (t.yes, t.no)) == []


FIRST = [
    # A licence of AM does not count as a first one; for a first licence nobody is asked what he holds.
    (Motive.VOL, {Category.AM}, YES),
    (Motive.VOL, set(), YES),
    (Motive.VOL, {Category.A1}, NO),
    (Motive.VOL, {Category.AM, Category.B}, NO),
    (Motive.REU, {Category.B}, YES),
]


def test_a_licence_is_the_first_when_only_am_was_held():
    def said(motive, held):
        return three(only_am, motive=motive, held_categories=frozenset(held))

    assert differences([(f"{case[:2]}", *case) for case in FIRST], said) == []


AGES = [
    ("2008-11-24", YES, NO),
    ("2008-11-23", NO, YES),
]


def test_one_is_a_minor_until_the_eve_of_18():
    for birth, is_minor, is_adult in AGES:
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
    "gearbox": (Gearbox.MANUAL, "boîte manuelle"),
    "department": ("", "résidence hors de Guyane"),
    "filer": (Filer.SELF, "demande faite par vous-même"),
    "guardianship": (False, "pas de tutelle"),
    "medical_flag": (False, "pas de problème de santé à signaler"),
    "already_given": (frozenset(), "aucun document déjà donné à l’inscription"),
    "theory_only": (False, "épreuve pratique repassée"),
    "sanction": (False, "pas de suspension ni d’annulation du permis"),
    "licence_lost": (False, "permis étranger en votre possession"),
    "student": (False, "pas de titre de séjour d’étudiant"),
    "resident_since": (None, "résidence en France depuis assez longtemps"),
    "stay_started_on": (None, "séjour en règle et délai d’échange respecté"),
}
NEVER_PRESUMED = [
    "motive",
    "birth_date",
    "nationality",
    "submitted_on",
    "categories",
    "held_categories",
    "address",
    "civil_status_reason",
    "error_kind",
    "licence_country",
    "category_ends_on",
    # Every other day
    "exam_on",
    "theory_exam_on",
    "course_on",
    "a2_obtained_on",
    "lost_on",
    "theft_receipt_on",
    "received_on",
    "licence_obtained_on",
    "licence_expires_on",
    "licence_first_issued_on",
    "licence_surrendered_on",
    "ban_starts_on",
    "ban_ends_on",
    "medical_opinion_on",
    "needed_on",
]


def test_what_is_presumed_is_told_once_and_only_where_it_is_allowed():
    for fact, (value, sentence) in PRESUMED.items():
        with noting_presumptions() as noted:
            assert getattr(Situation(), fact) == value
            assert getattr(Situation(), fact) == value
        assert noted == [sentence]
        assert not Situation().knows(fact)
        with pytest.raises(NotYetKnown) as missing:
            getattr(Situation(presume=False), fact)
        assert missing.value.facts == (fact,)


def test_what_decides_is_never_presumed():
    assert {fact.name for fact in FACTS} == {*PRESUMED, *NEVER_PRESUMED}
    for fact in NEVER_PRESUMED:
        with pytest.raises(NotYetKnown) as missing:
            getattr(Situation(), fact)
        assert missing.value.facts == (fact,)


def test_what_is_presumed_hangs_on_the_motive_where_the_motive_says_who_files_or_what_is_valid():
    filers = {m: Situation(motive=m).filer for m in Motive}
    schools = {Motive.FORM_AM, Motive.FORM_A, Motive.FORM_B96, Motive.FORM_78}
    assert {m for m, filer in filers.items() if filer is Filer.SCHOOL} == schools
    with noting_presumptions() as noted:
        assert Situation(motive=Motive.ECH_EU).licence_expires_on is None
        assert Situation(motive=Motive.ECH_HUE).licence_expires_on is None
        assert Situation(motive=Motive.FORM_A).filer is Filer.SCHOOL
    assert noted == ["permis étranger en cours de validité", "demande faite par l’auto-école"]
    with pytest.raises(NotYetKnown):
        Situation(motive=Motive.EXP15).licence_expires_on  # noqa: B018


def test_what_a_worn_licence_is_about_stands_on_it_unless_somebody_says_what_is_held():
    lorry = frozenset({Category.B, Category.C})
    with noting_presumptions() as noted:
        assert Situation(motive=Motive.DET, categories=lorry).held_categories == lorry
    assert noted == ["catégories de la demande déjà sur votre permis"]
    assert (
        Situation(motive=Motive.DET, categories=lorry, held_categories=frozenset()).held_categories
        == frozenset()
    )
    told = {"categories": lorry}
    assert three(lambda s: s.held_categories, motive=Motive.DET, **told) == "not known: held_categories"
    for motive in (Motive.PERTE, Motive.VOL, Motive.REU_EXT, Motive.DIP):
        with pytest.raises(NotYetKnown):
            Situation(motive=motive, categories=lorry).held_categories  # noqa: B018
    with pytest.raises(NotYetKnown):
        Situation(motive=Motive.DET).held_categories  # noqa: B018


def test_a_fact_that_was_given_is_not_a_presumption():
    with noting_presumptions() as noted:
        assert who(guardianship="no").guardianship is False
    assert noted == []
    assert who(guardianship="no").knows("guardianship")


def test_only_what_a_rule_relied_on_is_noted():
    with noting_presumptions() as noted:
        answer(who(guardianship=None, learning_mode=None, filer=None))
    assert sorted(noted) == ["apprentissage traditionnel", "pas de tutelle"]
    with noting_presumptions() as noted:
        answer(who(LOSS, filer=None, guardianship=None, nationality="PT"))
    assert sorted(noted) == [
        "demande faite par vous-même",
        "pas de problème de santé à signaler",
        "pas de suspension ni d’annulation du permis",
        "pas de tutelle",
        "résidence en France depuis assez longtemps",
    ]


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
