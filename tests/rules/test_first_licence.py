"""Who is asked what for a first licence: expected values are literals, written from the law."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from permis.domain import required, rights
from permis.domain.conditions import always
from permis.domain.legal import PARAMETER
from permis.domain.required import FILES, answer, fee, in_force, notes, one_paper, rules_of
from permis.domain.required.table import Need
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Outcome, Piece, Reason
from tests.rules.people import FIRST_LICENCE, ask, codes, who

HOSTED = "ID HEB ID_HEB ADDR_HEB PHOTO CEPC"
MINOR = f"{HOSTED} REP ID_REP"

CASES = [
    # who                                                 facts                                        asked
    ("a French adult of 26 at home", {}, "ID ADDR PHOTO CEPC"),
    ("25 today: no more JDC", {"birth_date": "2001-11-23"}, "ID ADDR PHOTO CEPC"),
    ("25 tomorrow: JDC still", {"birth_date": "2001-11-24"}, "ID ADDR PHOTO CEPC JDC"),
    ("21 today: no more ASSR2", {"birth_date": "2005-11-23"}, "ID ADDR PHOTO CEPC JDC"),
    ("21 tomorrow: ASSR2 still", {"birth_date": "2005-11-24"}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    ("18 today: own home counts", {"birth_date": "2008-11-23"}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    ("18 tomorrow: hosted by a parent who signs", {"birth_date": "2008-11-24"}, f"{MINOR} ASSR2 JDC"),
    ("17 today: JDC", {"birth_date": "2009-11-23", "categories": ["A1"]}, f"{MINOR} ASSR2 JDC"),
    ("17 tomorrow: no JDC yet", {"birth_date": "2009-11-24", "categories": ["A1"]}, f"{MINOR} ASSR2"),
    # Where one lives.
    ("hosted", {"address": "hosted"}, HOSTED),
    ("without a stable home", {"address": "homeless"}, "ID DOMICILIATION ADDR PHOTO CEPC"),
    ("at a hotel", {"address": "hotel"}, "ID HOTEL ADDR PHOTO CEPC"),
    ("in a caravan", {"address": "caravan"}, "ID HOTEL ADDR PHOTO CEPC"),
    ("on a boat", {"address": "boat"}, "ID BOAT ADDR PHOTO CEPC"),
    ("address confirmed by the energy supplier", {"address": "justif_adresse"}, "ID PHOTO CEPC"),
    # Nationality: stay or residence, and the JDC of the French alone.
    ("a Frenchman of 20", {"birth_date": "2006-01-01"}, "ID ADDR PHOTO CEPC ASSR2 JDC"),
    (
        "a Portuguese of 20",
        {"birth_date": "2006-01-01", "nationality": "PT"},
        "ID ADDR PHOTO CEPC RESN ASSR2",
    ),
    (
        "a Moroccan of 20",
        {"birth_date": "2006-01-01", "nationality": "MA"},
        "ID ADDR PHOTO CEPC STAY ASSR2",
    ),
    ("a Moroccan of 17", {"birth_date": "2009-01-01", "nationality": "MA"}, f"{MINOR} STAY ASSR2"),
    ("a German of 17", {"birth_date": "2009-01-01", "nationality": "DE"}, f"{MINOR} RESN ASSR2"),
    # Who signs.
    ("under guardianship", {"guardianship": "yes"}, "ID ADDR PHOTO CEPC REP ID_REP"),
    ("under guardianship and hosted", {"guardianship": "yes", "address": "hosted"}, MINOR),
    (
        "a minor under guardianship signs once",
        {"guardianship": "yes", "birth_date": "2009-01-01"},
        f"{MINOR} ASSR2 JDC",
    ),
    # How one learnt, and health.
    ("learnt in AAC", {"learning_mode": "aac"}, "ID ADDR PHOTO CEPC AAC"),
    ("supervised learning changes nothing", {"learning_mode": "supervised"}, "ID ADDR PHOTO CEPC"),
    ("a free candidate", {"learning_mode": "independent"}, "ID ADDR PHOTO CEPC"),
    ("a health problem", {"medical_flag": "yes"}, "ID ADDR PHOTO CEPC MED"),
    ("a motorcycle of 125", {"categories": ["A1"]}, "ID ADDR PHOTO CEPC"),
    ("BE is not a heavy category", {"categories": ["BE"]}, "ID ADDR PHOTO CEPC"),
    (
        "a heavy category and a health problem: one opinion",
        {"categories": ["C"], "medical_flag": "yes"},
        "ID ADDR PHOTO CEPC MED",
    ),
    # Given at the registration.
    (
        "JDC given at the registration",
        {"birth_date": "2004-01-01", "already_given": ["JDC"]},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "exemption from the JDC given at the registration",
        {"birth_date": "2004-01-01", "already_given": ["JDC_EXEMPTION"]},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "word of the situation given at the registration",
        {"birth_date": "2004-01-01", "already_given": ["JDC_SITUATION"]},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "provisional word given at the registration",
        {"birth_date": "2004-01-01", "already_given": ["JDC_PROVISOIRE"]},
        "ID ADDR PHOTO CEPC",
    ),
    (
        "17 and JDC given at the registration",
        {"birth_date": "2009-01-01", "already_given": ["JDC"]},
        f"{MINOR} ASSR2",
    ),
    (
        "ASSR2 given at the registration",
        {"birth_date": "2006-01-01", "already_given": ["ASSR2"]},
        "ID ADDR PHOTO CEPC JDC",
    ),
    (
        "ASR given at the registration",
        {"birth_date": "2006-01-01", "already_given": ["ASR"]},
        "ID ADDR PHOTO CEPC JDC",
    ),
    (
        "only an ASSR of the first level was given",
        {"birth_date": "2006-01-01", "already_given": ["ASSR1"]},
        "ID ADDR PHOTO CEPC ASSR2 JDC",
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
    # Papers that give no day, or no month: the youngest that the person can be.
    ("born in 2001: perhaps not yet 25", {"birth_date": "2001"}, "ID ADDR PHOTO CEPC JDC"),
    ("born in October 2001: surely 25", {"birth_date": "2001-10"}, "ID ADDR PHOTO CEPC"),
    ("born in November 2001: perhaps not yet 25", {"birth_date": "2001-11"}, "ID ADDR PHOTO CEPC JDC"),
    ("born in 2008: perhaps a minor", {"birth_date": "2008"}, f"{MINOR} ASSR2 JDC"),
]


@pytest.mark.parametrize(("person", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_documents_of(person, facts, expected):
    found = ask(**facts)
    assert codes(found) == expected
    assert (found.outcome, found.unknown) == (Outcome.FILE, ())


@pytest.mark.parametrize(
    "address", ["own", "hosted", "homeless", "hotel", "caravan", "boat", "justif_adresse"]
)
def test_a_minor_is_hosted_by_the_parent_who_signs_whatever_the_answer(address):
    assert codes(ask(birth_date="2009-01-01", address=address)) == f"{MINOR} ASSR2 JDC"


def test_a_minor_need_not_say_where_he_lives():
    found = ask(birth_date="2009-01-01", address=None)
    assert (codes(found), found.unknown) == (f"{MINOR} ASSR2 JDC", ())


def test_the_parent_of_a_minor_shows_one_paper_for_two_roles_and_the_guardian_of_an_adult_does_not():
    assert one_paper(who(birth_date="2008-11-24")) == {"ID_HEB": "ID_REP"}
    assert one_paper(who(birth_date="2008-11-23", guardianship="yes", address="hosted")) == {}
    assert one_paper(who(birth_date=None)) == {}


# EU, EEA, Switzerland, Andorra, Monaco, San Marino, Vatican: written again here, not read from the table.
EUROPEANS = [
    "AD",
    "AT",
    "BE",
    "BG",
    "CH",
    "CY",
    "CZ",
    "DE",
    "DK",
    "EE",
    "ES",
    "FI",
    "GR",
    "HR",
    "HU",
    "IE",
    "IS",
    "IT",
    "LI",
    "LT",
    "LU",
    "LV",
    "MC",
    "MT",
    "NL",
    "NO",
    "PL",
    "PT",
    "RO",
    "SE",
    "SI",
    "SK",
    "SM",
    "VA",
]


@pytest.mark.parametrize("nationality", EUROPEANS)
def test_a_european_shows_residence_and_no_stay(nationality):
    assert codes(ask(nationality=nationality)) == "ID ADDR PHOTO CEPC RESN"


@pytest.mark.parametrize(
    "nationality",
    ["GB", "MA", "TR", "UA", "RS", "AL", "BA", "ME", "MK", "MD", "BY", "RU", "US", "CN", "DZ", "GL", "FO"],
)
def test_somebody_from_elsewhere_shows_a_lawful_stay(nationality):
    assert codes(ask(nationality=nationality)) == "ID ADDR PHOTO CEPC STAY"


@pytest.mark.parametrize("category", ["C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"])
def test_each_heavy_category_needs_a_medical_opinion(category):
    assert codes(ask(categories=[category])) == "ID ADDR PHOTO CEPC MED"


def any_of(found):
    """The papers that will do for each piece."""
    return {str(p.piece): " ".join(p.any_of) for p in found.pieces}


def test_an_assr2_may_be_replaced_by_an_asr_or_a_word_of_honour():
    assert any_of(ask(birth_date="2006-01-01"))["ASSR2"] == "ASSR2 ASR HONOUR"


@pytest.mark.parametrize(
    ("birth", "papers"),
    [
        ("2009-11-20", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE RECENSEMENT"),
        ("2008-11-24", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE RECENSEMENT"),
        ("2008-11-23", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE"),
        ("2001-11-24", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE"),
    ],
    ids=["17", "18 tomorrow", "18 today", "25 tomorrow"],
)
def test_at_17_and_no_later_the_paper_of_the_census_will_do_for_the_jdc(birth, papers):
    assert any_of(ask(birth_date=birth))["JDC"] == papers


def test_every_other_document_has_no_replacement():
    asked = any_of(ask(birth_date="2009-01-01", nationality="MA", learning_mode="aac", medical_flag="yes"))
    del asked["ASSR2"]
    assert asked == {
        p: p
        for p in ["ID", "HEB", "ID_HEB", "ADDR_HEB", "PHOTO", "CEPC", "REP", "ID_REP", "STAY", "AAC", "MED"]
    }


REASONS = [
    ({}, "ID", "pour vérifier que c’est bien vous", "ARR_2016 art. 1"),
    ({}, "ADDR", "pour envoyer la carte à la bonne adresse", "F31847"),
    ({"address": "hosted"}, "HEB", "parce qu’une autre personne vous héberge", "F31847"),
    ({"address": "homeless"}, "ADDR", "parce que vous n’avez pas de domicile stable", "F31847"),
    (
        {"birth_date": "2009-01-01"},
        "HEB",
        "parce que vous êtes mineur : un de vos parents vous héberge",
        "F31847",
    ),
    ({"birth_date": "2009-01-01"}, "REP", "parce que vous êtes mineur : un parent signe avec vous", "SEED"),
    (
        {"guardianship": "yes"},
        "REP",
        "parce que vous êtes sous tutelle : votre tuteur signe avec vous",
        "SEED",
    ),
    (
        {"birth_date": "2009-01-01"},
        "JDC",
        "parce que vous êtes de nationalité française et avez 17 ans",
        "SN_114_6",
    ),
    (
        {"birth_date": "2004-01-01"},
        "JDC",
        "parce que vous êtes de nationalité française et avez moins de 25 ans",
        "SN_114_6",
    ),
    ({"medical_flag": "yes"}, "MED", "parce que vous signalez un problème de santé", "F2686"),
    (
        {"categories": ["C"], "medical_flag": "yes"},
        "MED",
        "parce que les poids lourds demandent un avis médical",
        "CODE_ROUTE art. R221-10",
    ),
]


@pytest.mark.parametrize(("facts", "piece", "because", "source"), REASONS)
def test_a_document_is_asked_for_the_reason_of_this_person(facts, piece, because, source):
    (asked,) = [p for p in ask(**facts).pieces if p.piece == piece]
    assert asked.because == because
    assert f"{asked.source.key} {asked.source.article}".strip() == source


BARS = [
    ("17 on the exam day", {"birth_date": "2009-11-20"}, Outcome.FILE, None),
    ("17 the day after the exam", {"birth_date": "2009-11-21"}, Outcome.NOT_POSSIBLE, Reason.R11),
    (
        "exam of 2023 the day before 18: the law of that day wants 18",
        {"birth_date": "2006-01-01", "exam_on": "2023-12-31"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("exam of 2023 at 18", {"birth_date": "2005-12-31", "exam_on": "2023-12-31"}, Outcome.FILE, None),
    (
        "exam on 1 January 2024 the day before 18: the law of that day wants 17",
        {"birth_date": "2006-01-02", "exam_on": "2024-01-01"},
        Outcome.FILE,
        None,
    ),
    (
        "exam on 1 January 2024 at 17",
        {"birth_date": "2007-01-01", "exam_on": "2024-01-01"},
        Outcome.FILE,
        None,
    ),
    (
        "exam on 1 January 2024 the day before 17",
        {"birth_date": "2007-01-02", "exam_on": "2024-01-01"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    (
        "exam of 2023 at 17 in AAC",
        {"birth_date": "2006-12-31", "exam_on": "2023-12-31", "learning_mode": "aac"},
        Outcome.FILE,
        None,
    ),
    (
        "exam of 2023 the day before 17 in AAC",
        {"birth_date": "2007-01-01", "exam_on": "2023-12-31", "learning_mode": "aac"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    (
        "a motorcycle of 2023 at 16",
        {"birth_date": "2007-01-01", "exam_on": "2023-12-31", "categories": ["A1"]},
        Outcome.FILE,
        None,
    ),
    (
        "a motorcycle of 2023 at 16, after AAC for a car",
        {"birth_date": "2007-01-01", "exam_on": "2023-12-31", "categories": ["A1"], "learning_mode": "aac"},
        Outcome.FILE,
        None,
    ),
    (
        "A2 the day before 18",
        {"birth_date": "2008-11-21", "categories": ["A2"]},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("A2 at 18", {"birth_date": "2008-11-20", "categories": ["A2"]}, Outcome.FILE, None),
    (
        "A1 the day before 16",
        {"birth_date": "2010-11-21", "categories": ["A1"]},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("A1 at 16", {"birth_date": "2010-11-20", "categories": ["A1"]}, Outcome.FILE, None),
    (
        "B1 the day before 16",
        {"birth_date": "2010-11-21", "categories": ["B1"]},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("B1 at 16", {"birth_date": "2010-11-20", "categories": ["B1"]}, Outcome.FILE, None),
    (
        "AM the day before 16",
        {"birth_date": "2010-11-24", "categories": ["AM"]},
        Outcome.NOT_BEFORE,
        Reason.R11,
    ),
    ("AM at 16", {"birth_date": "2010-11-23", "categories": ["AM"]}, Outcome.FILE, None),
    ("exam tomorrow", {"exam_on": "2026-11-24"}, Outcome.NOT_BEFORE, None),
    ("exam today", {"exam_on": "2026-11-23"}, Outcome.FILE, None),
    (
        "exam five months ago: the right has ended, the request stands",
        {"exam_on": "2026-06-01"},
        Outcome.FILE,
        None,
    ),
    (
        "born in 2009, no more known, exam in November",
        {"birth_date": "2009"},
        Outcome.NOT_POSSIBLE,
        Reason.R11,
    ),
    ("born in October 2009, exam in November", {"birth_date": "2009-10"}, Outcome.FILE, None),
    ("asked by the driving school", {"filer": "school"}, Outcome.FILE, None),
]


@pytest.mark.parametrize(("person", "facts", "outcome", "reason"), BARS, ids=[bar[0] for bar in BARS])
def test_whether_one_may_file(person, facts, outcome, reason):
    found = ask(**facts)
    assert (found.outcome, found.reason) == (outcome, reason)


SAID = [
    (
        {"exam_on": "2026-11-24"},
        "Vous pourrez faire cette demande dès que vous aurez réussi l’examen.",
        "R39502",
    ),
    ({"birth_date": "2009-11-21"}, "Le permis B se passe à partir de 17 ans.", "DECRET_2023_1214"),
    (
        {"birth_date": "2006-01-01", "exam_on": "2023-12-31"},
        "Avant 2024, le permis B se passait à partir de 18 ans.",
        "CODE_ROUTE art. R221-5",
    ),
    (
        {"birth_date": "2007-01-01", "exam_on": "2023-12-31", "learning_mode": "aac"},
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
        {"birth_date": "2010-11-24", "categories": ["AM"]},
        "Un permis ne peut pas être demandé avant 16 ans.",
        "ARR_2012 art. 1",
    ),
]


@pytest.mark.parametrize(("facts", "because", "source"), SAID)
def test_who_may_not_file_reads_why_and_by_which_text(facts, because, source):
    found = ask(**facts)
    assert found.because == because
    assert f"{found.source.key} {found.source.article}".strip() == source


def test_who_may_not_file_yet_reads_from_which_day_and_with_which_documents():
    exam_ahead = ask(exam_on="2026-12-04")
    assert exam_ahead.not_before == dt.date(2026, 12, 4)
    assert codes(exam_ahead) == "ID ADDR PHOTO CEPC"
    too_young = ask(birth_date="2010-12-02", categories=["AM"])
    assert too_young.not_before == dt.date(2026, 12, 2)
    assert codes(too_young) == f"{MINOR} ASSR2"


def test_who_may_not_file_at_all_is_asked_for_nothing():
    assert ask(birth_date="2009-11-21").pieces == ()


def test_what_is_not_known_is_asked_and_never_guessed():
    found = ask(birth_date=None)
    assert found.outcome is None
    assert "birth_date" in found.unknown
    assert codes(found) == "ID PHOTO CEPC"


def test_a_rule_that_lacks_a_fact_keeps_those_after_it_from_deciding():
    # 15 years old: a licence of AM would wait until 16, one of A1 is not possible at all.
    found = ask(birth_date="2010-11-24", categories=None)
    assert (found.outcome, found.unknown) == (None, ("categories",))


def test_a_sure_no_decides_whatever_is_unknown():
    # A Moroccan is not asked for the JDC, at whatever age.
    found = ask(birth_date=None, nationality="MA")
    assert codes(found) == "ID PHOTO CEPC STAY"


DRIVING = [
    ("2026-11-20", "2027-03-20"),
    ("2026-10-31", "2027-02-28"),
    ("2027-10-31", "2028-02-29"),
    ("2026-08-31", "2026-12-31"),
    ("2026-12-01", "2027-04-01"),
]


@pytest.mark.parametrize(("exam", "until"), DRIVING)
def test_the_exam_certificate_is_a_licence_for_four_months_date_to_date(exam, until):
    (right,) = rights.drive(who(exam_on=exam))
    assert (right.start.isoformat(), right.until.isoformat()) == (exam, until)
    assert (right.categories, right.papers, right.source.key) == (("B",), ("CEPC", "ID"), "F2828")
    assert right.papers_words == "votre certificat d’examen (CEPC) et votre pièce d’identité"
    assert right.runs_on(right.start)
    assert not right.runs_on(right.start - dt.timedelta(days=1))
    assert right.runs_on(right.until)
    assert not right.runs_on(right.until + dt.timedelta(days=1))


def test_the_right_to_drive_is_for_the_category_that_was_passed():
    (right,) = rights.drive(who(categories=["A1"]))
    assert right.categories == ("A1",)


@pytest.mark.parametrize("fact", ["exam_on", "categories"])
def test_the_right_to_drive_is_not_guessed(fact):
    with pytest.raises(NotYetKnown) as missing:
        rights.drive(who(**{fact: None}))
    assert missing.value.facts == (fact,)


PROBATION = [
    ("traditional", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("supervised", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("independent", 3, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."),
    ("aac", 2, "Votre permis est probatoire pendant 2 ans, avec 6 points au départ."),
]
IN_FRANCE = (
    "Le certificat d’examen permet de conduire en France seulement. À l’étranger, attendez votre carte."
)


@pytest.mark.parametrize(("mode", "years", "sentence"), PROBATION)
def test_probation_lasts_three_years_and_two_after_accompanied_driving(mode, years, sentence):
    somebody = who(learning_mode=mode)
    assert rights.probation_years(somebody) == years
    assert [note.says for note in notes(somebody)] == [sentence, IN_FRANCE]
    assert [note.source.key for note in notes(somebody)] == ["F2390", "F2828"]


def test_probation_is_not_told_while_nobody_said_how_one_learnt():
    somebody = who(learning_mode=None, presume=False)
    assert [note.says for note in notes(somebody)] == [IN_FRANCE]
    with pytest.raises(NotYetKnown):
        rights.probation_years(somebody)


@pytest.mark.parametrize("postcode", ["35000", "97320"])
def test_a_first_licence_is_free_everywhere(postcode):
    paid = fee(who(postcode=postcode))
    assert (paid.cents, paid.source.key) == (0, "F34118")
    assert paid.because == "C’est votre premier permis."


def test_a_first_licence_takes_two_to_eight_weeks_gives_a_card_and_can_be_given_up():
    rules = rules_of(Motive.REU)
    assert (rules.delay.low, rules.delay.high, rules.delay.source.key) == (2, 8, "DELAYS")
    assert (rules.motive, rules.makes_card, rules.cancellable) == ("REU", True, True)
    assert [row.cents for row in rules.fees] == [0]


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


@pytest.mark.parametrize(("since", "until", "on", "law"), DAYS_OF_A_ROW)
def test_a_row_is_law_from_its_first_day_to_its_last(since, until, on, law):
    first, last = (day and dt.date.fromisoformat(day) for day in (since, until))
    row = Need("invented", ((Piece.ID,),), always, "pour cet essai", PARAMETER, since=first, until=last)
    assert in_force(row, dt.date.fromisoformat(on)) is law


def test_a_dossier_keeps_the_law_of_the_day_it_was_sent(monkeypatch):
    rules = rules_of(Motive.REU)
    last = dt.date(2026, 11, 30)
    ended = Need("old", ((Piece.FIMO,),), always, "pour cet essai", PARAMETER, until=last)
    begun = Need(
        "new", ((Piece.PSY,),), always, "pour cet essai", PARAMETER, since=last + dt.timedelta(days=1)
    )
    changed = replace(rules, needs=(*rules.needs, ended, begun))
    monkeypatch.setattr(required, "rules_of", lambda _: changed)
    assert codes(ask(on="2026-11-30")) == "ID ADDR PHOTO CEPC FIMO"
    assert codes(ask(on="2026-12-01")) == "ID ADDR PHOTO CEPC PSY"
    assert codes(ask(on="2026-12-01", submitted_on="2026-11-30")) == "ID ADDR PHOTO CEPC FIMO"


def test_a_first_licence_and_a_loss_are_open():
    assert {"REU", "PERTE"} <= set(FILES)


def test_a_motive_that_is_not_open_has_no_rules():
    with pytest.raises(KeyError):
        answer(who({**FIRST_LICENCE, "motive": "VOL"}))
