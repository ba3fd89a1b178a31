"""Who is asked what for a first licence: expected values are literals, written from the law."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from permis.domain import required, rights
from permis.domain.conditions import always
from permis.domain.legal import PARAMETER
from permis.domain.required import answer, fee, holds, in_force, notes, rules_of
from permis.domain.required.table import Need
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece
from tests.rules.people import FIRST_LICENCE, ask, codes, differences, drives, notes_of, told, who

MINOR = "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP"

CASES = [
    # who                                                 facts                                        asked
    ("a French adult of 26 at home", {}, "ID ADDR PHOTO CEPC"),
    ("learnt in AAC", {"learning_mode": "aac"}, "ID ADDR PHOTO CEPC AAC"),
    ("supervised learning changes nothing", {"learning_mode": "supervised"}, "ID ADDR PHOTO CEPC"),
    ("a free candidate", {"learning_mode": "independent"}, "ID ADDR PHOTO CEPC"),
    ("accompanied for a trade", {"learning_mode": "accompanied_pro"}, "ID ADDR PHOTO CEPC"),
    ("a motorcycle of 125", {"categories": ["A1"]}, "ID ADDR PHOTO CEPC"),
    ("a car and a trailer", {"categories": ["B", "BE"]}, "ID ADDR PHOTO CEPC"),
    ("a car and a lorry", {"categories": ["B", "C"]}, "ID ADDR PHOTO CEPC MED"),
    # For a first licence nobody is asked what he holds: AM does not count.
    ("20, who holds AM", {"birth_date": "2006-06-06", "held_categories": ["AM"]}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    ("20, who did not say", {"birth_date": "2006-06-06", "held_categories": None}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    ("born in 2008: perhaps a minor", {"birth_date": "2008"}, f"{MINOR} ASSR2 JDC"),
    # A car and a heavy vehicle at once, passed earlier than everybody
    ("C the day before 21", {"birth_date": "2005-11-21", "categories": ["B", "C"], "nationality": "MA", "already_given": ["ASSR2"]}, "ID ADDR PHOTO CEPC STAY MED FIMO"),
    ("C at 21", {"birth_date": "2005-11-20", "categories": ["B", "C"], "nationality": "MA"}, "ID ADDR PHOTO CEPC STAY MED"),
    ("D the day before 24", {"birth_date": "2002-11-21", "categories": ["B", "D"], "nationality": "MA"}, "ID ADDR PHOTO CEPC STAY MED FIMO"),
    ("D at 24", {"birth_date": "2002-11-20", "categories": ["B", "D"], "nationality": "MA"}, "ID ADDR PHOTO CEPC STAY MED"),
]  # fmt: skip


def test_the_documents_of():
    assert differences(CASES, lambda facts: codes(ask(**facts))) == []


AAC = {"learning_mode": "aac"}
OLD = {"exam_on": "2023-12-31"}
NEW = {"exam_on": "2024-01-01"}
MAY_FILE = [
    ("17 on the exam day", {"birth_date": "2009-11-20"}, "file"),
    ("17 the day after the exam", {"birth_date": "2009-11-21"}, "not_possible R11 age-b"),
    # The age to sit is the age to obtain, by the law of the exam's day: 18 for B until the end of 2023.
    ("exam of 2023 the day before 18", OLD | {"birth_date": "2006-01-01"}, "not_possible R11 age-b-2023"),
    ("exam of 2023 at 18", OLD | {"birth_date": "2005-12-31"}, "file"),
    ("exam on 1 January 2024 the day before 18", NEW | {"birth_date": "2006-01-02"}, "file"),
    ("exam on 1 January 2024 at 17", NEW | {"birth_date": "2007-01-01"}, "file"),
    ("exam on 1 January 2024 the day before 17", NEW | {"birth_date": "2007-01-02"}, "not_possible R11 age-b"),
    ("exam of 2023 at 17 in AAC", OLD | AAC | {"birth_date": "2006-12-31"}, "file"),
    ("exam of 2023 the day before 17 in AAC", OLD | AAC | {"birth_date": "2007-01-01"}, "not_possible R11 age-b-aac-2023"),
    ("exam on 1 January 2024 the day before 17 in AAC", NEW | AAC | {"birth_date": "2007-01-02"}, "not_possible R11 age-b"),
    ("a motorcycle of 2023 at 16", OLD | {"birth_date": "2007-01-01", "categories": ["A1"]}, "file"),
    ("a motorcycle of 2023 at 16, after AAC for a car", OLD | AAC | {"birth_date": "2007-01-01", "categories": ["A1"]}, "file"),
    ("A2 the day before 18", {"birth_date": "2008-11-21", "categories": ["A2"]}, "not_possible R11 age-a2"),
    ("A2 at 18", {"birth_date": "2008-11-20", "categories": ["A2"]}, "file"),
    ("A1 the day before 16", {"birth_date": "2010-11-21", "categories": ["A1"]}, "not_possible R11 age-light"),
    ("A1 at 16", {"birth_date": "2010-11-20", "categories": ["A1"]}, "file"),
    ("B1 the day before 16", {"birth_date": "2010-11-21", "categories": ["B1"]}, "not_possible R11 age-light"),
    ("B1 at 16", {"birth_date": "2010-11-20", "categories": ["B1"]}, "file"),
    ("car and trailer the day before 18", {"birth_date": "2008-11-21", "categories": ["B", "BE"]}, "not_possible R11 age-be"),
    ("car and trailer at 18", {"birth_date": "2008-11-20", "categories": ["B", "BE"]}, "file"),
    ("car and small lorry the day before 18", {"birth_date": "2008-11-21", "categories": ["B", "C1"]}, "not_possible R11 age-c1"),
    ("car and lorry the day before 18", {"birth_date": "2008-11-21", "categories": ["B", "C"]}, "not_possible R11 age-heavy-trained"),
    ("car and lorry at 18", {"birth_date": "2008-11-20", "categories": ["B", "C"]}, "file"),
    # Not by an exam, or not first
    ("AM, which is no exam", {"categories": ["AM"]}, "not_possible am-by-training"),
    ("A, which is no exam", {"categories": ["A"]}, "not_possible a-by-training"),
    *[(f"{c} before B", {"categories": [c]}, "not_possible reu-needs-b") for c in ("BE", "C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE")],
    # No category at all: nothing is asked for before 16.
    ("nothing passed, 16 tomorrow", {"categories": ["none"], "birth_date": "2010-11-24"}, "not_before R11 2026-11-24 reu-age-16"),
    ("nothing passed, 16 today", {"categories": ["none"], "birth_date": "2010-11-23"}, "file"),
    # The exam
    ("no exam passed", {"exam_on": "none"}, "not_possible R06 no-exam"),
    ("exam tomorrow", {"exam_on": "2026-11-24"}, "not_before 2026-11-24 exam-ahead"),
    ("exam today", {"exam_on": "2026-11-23"}, "file"),
    ("exam five months ago: the right has ended, the request stands", {"exam_on": "2026-06-01"}, "file"),
    ("born in 2009, no more known, exam in November", {"birth_date": "2009"}, "not_possible R11 age-b"),
    ("born in October 2009, exam in November", {"birth_date": "2009-10"}, "file"),
    ("asked by the driving school", {"filer": "school"}, "file"),
]  # fmt: skip


def test_whether_one_may_file():
    assert differences(MAY_FILE, lambda facts: told(ask(**facts))) == []


def test_one_row_alone_says_the_age_of_a_car():
    def said(facts):
        one = who(**facts)
        return " ".join(
            row.key for row in rules_of(one.motive).bars if row.key.startswith("age-b") and holds(row, one)
        )

    at_16 = {"birth_date": "2007-06-06"}
    cases = [
        ("2023, at 16", OLD | at_16, "age-b-2023"),
        ("2023, at 16 in AAC", OLD | AAC | at_16, "age-b-aac-2023"),
        ("2024, at 16", NEW | at_16, "age-b"),
        ("2024, at 16 in AAC", NEW | AAC | at_16, "age-b"),
    ]
    assert differences(cases, said) == []


SAID = [
    (
        {"exam_on": "2026-11-24"},
        "Vous pourrez faire cette demande dès que vous aurez réussi l’examen.",
        "R39502",
    ),
    ({"exam_on": "none"}, "Cette demande se fait après avoir réussi l’examen de conduite.", "R39502"),
    ({"birth_date": "2009-11-21"}, "Le permis B se passe à partir de 17 ans.", "DECRET_2023_1214"),
    (
        OLD | {"birth_date": "2006-01-01"},
        "Le permis B se passait à partir de 18 ans, sauf en conduite accompagnée.",
        "CODE_ROUTE art. R221-5",
    ),
    (
        OLD | AAC | {"birth_date": "2007-01-01"},
        "En conduite accompagnée, le permis B se passait à partir de 17 ans.",
        "CODE_ROUTE art. R221-5",
    ),
    (
        {"birth_date": "2008-11-21", "categories": ["A2"]},
        "Le permis A2 se passe à partir de 18 ans.",
        "CODE_ROUTE art. R221-5",
    ),
    (
        {"birth_date": "2010-11-21", "categories": ["B1"]},
        "Les permis A1 et B1 se passent à partir de 16 ans.",
        "CODE_ROUTE art. R221-5",
    ),
    (
        {"birth_date": "2008-11-21", "categories": ["B", "D"]},
        "Après une longue formation professionnelle, ces permis se passent à partir de 18 ans.",
        "DECRET_2021_542",
    ),
    ({"categories": ["C"]}, "Il faut d’abord le permis B.", "CODE_ROUTE art. R221-5"),
]


def test_who_may_not_file_reads_why_and_by_which_text():
    def said(facts):
        found = ask(**facts)
        return found.because, f"{found.source.key} {found.source.article}".strip()

    assert differences([(because, facts, (because, text)) for facts, because, text in SAID], said) == []


def test_who_may_not_file_yet_reads_from_which_day_and_with_which_documents():
    exam_ahead = ask(exam_on="2026-12-04")
    assert exam_ahead.not_before == dt.date(2026, 12, 4)
    assert codes(exam_ahead) == "ID ADDR PHOTO CEPC"
    # Eighteen on the day of the exam: the documents are those of an adult.
    becoming_adult = ask(exam_on="2026-12-04", birth_date="2008-12-04")
    assert codes(becoming_adult) == "ID ADDR PHOTO CEPC ASSR2 JDC"


def test_who_may_not_file_at_all_is_asked_for_nothing():
    assert ask(birth_date="2009-11-21").pieces == ()


def test_what_is_not_known_is_asked_and_never_guessed():
    found = ask(birth_date=None)
    assert found.outcome is None
    assert "birth_date" in found.unknown
    assert codes(found) == "ID PHOTO CEPC"


def test_a_rule_that_lacks_a_fact_keeps_those_after_it_from_deciding():
    # Arrived yesterday: not before 185 days, but a licence of A would not be possible at all.
    found = ask(nationality="PT", resident_since="2026-11-22", categories=None)
    assert (found.outcome, found.unknown) == (None, ("categories",))


def test_a_sure_no_decides_whatever_is_unknown():
    # A Moroccan is not asked for the JDC, at whatever age.
    found = ask(birth_date=None, nationality="MA")
    assert codes(found) == "ID PHOTO CEPC STAY"


YOUNG_AAC = AAC | {"birth_date": "2006-06-10", "submitted_on": "2024-01-10"}
DRIVING = [
    ("from a 20 November", {"exam_on": "2026-11-20"}, ["B with CEPC ID, 2026-11-20 to 2027-03-20"]),
    ("from a 31 October", {"exam_on": "2026-10-31"}, ["B with CEPC ID, 2026-10-31 to 2027-02-28"]),
    ("from a 31 October before a leap year", {"exam_on": "2027-10-31"}, ["B with CEPC ID, 2027-10-31 to 2028-02-29"]),
    ("from a 31 August", {"exam_on": "2026-08-31"}, ["B with CEPC ID, 2026-08-31 to 2026-12-31"]),
    ("a motorcycle", {"categories": ["A1"]}, ["A1 with CEPC ID, 2026-11-20 to 2027-03-20"]),
    ("a car and a lorry", {"categories": ["C", "B"]}, ["B C with CEPC ID, 2026-11-20 to 2027-03-20"]),
    ("no exam", {"exam_on": "none"}, []),
    # In 2023, accompanied learners passed at 17 and drove at 18, or from 1 January 2024 whichever came first.
    ("passed on the last day of 2023 in AAC at 17", YOUNG_AAC | OLD, ["B with CEPC ID, 2024-01-01 to 2024-05-01"]),
    ("passed in 2023 in AAC, 18 before the end of it", AAC | {"birth_date": "2005-12-20", "exam_on": "2023-11-18"}, ["B with CEPC ID, 2023-12-20 to 2024-04-20"]),
    ("passed in 2023 in AAC on the birthday of 18", AAC | {"birth_date": "2005-11-18", "exam_on": "2023-11-18"}, ["B with CEPC ID, 2023-11-18 to 2024-03-18"]),
    ("passed in 2023 in AAC on the eve of 18", AAC | {"birth_date": "2005-11-19", "exam_on": "2023-11-18"}, ["B with CEPC ID, 2023-11-19 to 2024-03-19"]),
    (
        "passed in 2023 in AAC at 19",
        AAC | {"birth_date": "2004-05-05", "exam_on": "2023-11-18"},
        ["B with CEPC ID, 2023-11-18 to 2024-03-18"],
    ),
    (
        "a motorcycle passed in 2023 at 16",
        OLD | {"birth_date": "2007-05-05", "categories": ["A1"]},
        ["A1 with CEPC ID, 2023-12-31 to 2024-04-30"],
    ),
    (
        "a motorcycle passed in 2023 at 16, while learning the car in AAC",
        OLD | AAC | {"birth_date": "2007-05-05", "categories": ["A1"]},
        ["A1 with CEPC ID, 2023-12-31 to 2024-04-30"],
    ),
    (
        "a car passed in 2023 at 17, not in AAC: whatever it says, the request is barred",
        OLD | {"birth_date": "2006-05-05"},
        ["B with CEPC ID, 2023-12-31 to 2024-04-30"],
    ),
    ("passed on the last day of 2023", OLD, ["B with CEPC ID, 2023-12-31 to 2024-04-30"]),
    ("passed on the first day of 2024", NEW, ["B with CEPC ID, 2024-01-01 to 2024-05-01"]),
    ("passed in 2023 at 18", {"exam_on": "2023-11-18", "birth_date": "2005-11-18"}, ["B with CEPC ID, 2023-11-18 to 2024-03-18"]),
    ("passed on 1 January 2024 in AAC at 17", YOUNG_AAC | NEW, ["B with CEPC ID, 2024-01-01 to 2024-05-01"]),
    ("passed on 2 January 2024 in AAC at 17", YOUNG_AAC | {"exam_on": "2024-01-02"}, ["B with CEPC ID, 2024-01-02 to 2024-05-02"]),
]  # fmt: skip


def test_the_exam_certificate_is_a_licence_for_four_months_date_to_date():
    assert differences(DRIVING, lambda facts: drives(who(**facts))) == []


def test_a_right_to_drive_runs_from_its_first_day_to_its_last():
    (right,) = rights.drive(who())
    assert right.papers_words == "votre certificat d’examen (CEPC) et votre pièce d’identité"
    assert right.source.key == "F2828"
    days = {
        day: right.runs_on(dt.date.fromisoformat(day)) for day in ("2026-11-19", "2026-11-20", "2027-03-20")
    }
    assert days == {"2026-11-19": False, "2026-11-20": True, "2027-03-20": True}
    assert not right.runs_on(dt.date(2027, 3, 21))


@pytest.mark.parametrize("fact", ["exam_on", "categories"])
def test_the_right_to_drive_is_not_guessed(fact):
    with pytest.raises(NotYetKnown) as missing:
        rights.drive(who(**{fact: None}))
    assert missing.value.facts == (fact,)


PROBATION = [
    ("traditional", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("supervised", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("accompanied_pro", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("independent", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("aac", 2, "Votre permis est probatoire pendant 2 ans, avec 6 points au départ."),
]
IN_FRANCE = (
    "Le certificat d’examen permet de conduire en France seulement. À l’étranger, attendez votre carte."
)


def test_probation_lasts_three_years_and_two_after_accompanied_driving():
    def said(mode):
        somebody = who(learning_mode=mode)
        assert [row.code for row in notes(somebody)] == ["106", ""]
        return rights.probation_years(somebody), [row.says for row in notes(somebody)]

    assert differences([(m, m, (years, [words, IN_FRANCE])) for m, years, words in PROBATION], said) == []


def test_probation_is_not_told_while_nobody_said_how_one_learnt():
    somebody = who(learning_mode=None, gearbox="manual", presume=False)
    assert [note.says for note in notes(somebody)] == [IN_FRANCE]
    with pytest.raises(NotYetKnown):
        rights.probation_years(somebody)


NOTES = [
    ("a car", {}, "probation cepc-france"),
    ("a car and a lorry", {"categories": ["B", "C"]}, "probation cepc-france cepc-heavy"),
    ("a car on an automatic gearbox", {"gearbox": "automatic"}, "probation cepc-france automatic"),
    ("a car on a manual gearbox", {"gearbox": "manual"}, "probation cepc-france"),
    (
        "a motorcycle on an automatic gearbox",
        {"gearbox": "automatic", "categories": ["A1"]},
        "probation cepc-france",
    ),
]


def test_what_one_must_know_after_the_exam():
    assert differences(NOTES, lambda facts: notes_of(who(**facts))) == []
    assert [row.code for row in notes(who(gearbox="automatic"))] == ["106", "", "78"]


def test_a_first_licence_is_free_and_says_so():
    def said(postcode):
        paid = fee(who(postcode=postcode))
        return paid.cents, paid.because, paid.source.key

    free = (0, "C’est votre premier permis.", "F34118")
    assert differences([("in Rennes", "35000", free), ("in Cayenne", "97320", free)], said) == []


def test_a_misspelt_fact_is_a_fault_and_never_a_question():
    somebody = who()
    with pytest.raises(AttributeError):
        somebody.birthdate  # noqa: B018
    with pytest.raises(AttributeError):
        somebody.knows("birthdate")
    with pytest.raises(AttributeError):
        Situation(birthdate=1)
    with pytest.raises(AttributeError):
        somebody.nationality = "MA"


# --- The days on which a row is law ----------------------------------------------------------------------

DAYS_OF_A_ROW = [
    # in force since, until         on            law
    ("2024-01-01", None, "2023-12-31", False),
    ("2024-01-01", None, "2024-01-01", True),
    ("2024-01-01", None, "2026-11-23", True),
    (None, "2026-12-31", "2026-12-31", True),
    (None, "2026-12-31", "2027-01-01", False),
    ("2024-01-01", "2024-06-30", "2024-03-01", True),
    ("2024-01-01", "2024-06-30", "2024-07-01", False),
    ("2024-01-01", "2024-06-30", "2023-12-31", False),
    (None, None, "2026-11-23", True),
]


@pytest.mark.parametrize("by", ["submitted_on", "exam_on"])
def test_a_row_is_law_from_its_first_day_to_its_last_on_the_day_that_it_names(by):
    def law(since, until, on):
        first, last = (day and dt.date.fromisoformat(day) for day in (since, until))
        row = Need(
            "invented", ((Piece.ID,),), always, "pour cet essai", PARAMETER, since=first, until=last, by=by
        )
        return in_force(row, who(**{"exam_on": "1990-01-01", by: on}))

    assert differences([(f"{c[:3]}", *c) for c in DAYS_OF_A_ROW], law) == []


def test_a_row_of_a_day_that_nobody_knows_is_open_and_of_a_day_that_never_comes_is_no_law():
    row = Need(
        "invented",
        ((Piece.ID,),),
        always,
        "pour cet essai",
        PARAMETER,
        since=dt.date(2024, 1, 1),
        by="exam_on",
    )
    with pytest.raises(NotYetKnown) as missing:
        in_force(row, who(exam_on=None))
    assert missing.value.facts == ("exam_on",)
    assert not in_force(row, who(exam_on="none"))


def test_a_dossier_keeps_the_law_of_the_day_it_was_sent(monkeypatch):
    rules = rules_of(Motive.REU)
    last = dt.date(2026, 11, 30)
    ended = Need("old", ((Piece.FIMO,),), always, "pour cet essai", PARAMETER, until=last)
    begun = Need(
        "new", ((Piece.PSY,),), always, "pour cet essai", PARAMETER, since=last + dt.timedelta(days=1)
    )
    changed = replace(rules, needs=(*rules.needs, ended, begun))
    monkeypatch.setattr(required, "rules_of", lambda _: changed)
    monkeypatch.setattr(required, "_tests", required._tests.__wrapped__)
    assert codes(ask(on="2026-11-30")) == "ID ADDR PHOTO CEPC FIMO"
    assert codes(ask(on="2026-12-01")) == "ID ADDR PHOTO CEPC PSY"
    assert codes(ask(on="2026-12-01", submitted_on="2026-11-30")) == "ID ADDR PHOTO CEPC FIMO"


def test_who_did_not_say_why_he_comes_is_asked_first():
    found = answer(who({**FIRST_LICENCE, "motive": None}))
    assert (found.outcome, found.unknown) == (None, ("motive",))
    assert ask().outcome is Outcome.FILE
