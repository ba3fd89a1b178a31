"""What each kind of person is asked for, whatever the motive: home, age, nationality, guardian, health, sanctions."""

from __future__ import annotations

import pytest

from permis.domain import rights
from permis.domain.required import deadlines, fee, holds, one_paper, rules_of
from permis.domain.vocabulary import Motive
from tests.rules.people import ask, codes, differences, told, who

# A French adult of 36, at home in Rennes, in good health, who holds B and gave everything that the motive asks for.
PLAIN = {
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "address": "own",
    "postcode": "35000",
    "filer": "self",
    "guardianship": "no",
    "learning_mode": "traditional",
    "medical_flag": "no",
    "sanction": "no",
    "resident_since": "none",
    "categories": ["B"],
    "held_categories": ["B"],
    "exam_on": "2026-11-23",
    "course_on": "2026-11-20",
    "submitted_on": "2026-11-23",
}
# Motive, what is particular to it, the documents in their order (the slots are filled by each person below).
MOTIVES = {
    "INS": (
        {"held_categories": ["none"]},
        "ID {home} PHOTO {signs} {stay} {assr_advised} {census} {jdc} {heavy_asked} {health}",
    ),
    "INS_EXT": (
        {"categories": ["A1"]},
        "ID {home} PHOTO LIC {signs} {stay} {jdc} {heavy_asked} {health}",
    ),
    "INS_RET": (
        {
            "ban_starts_on": "2026-01-10",
            "ban_ends_on": "2026-07-10",
            "licence_surrendered_on": "none",
            "licence_first_issued_on": "2010-01-01",
        },
        "ID {home} PHOTO {signs} {stay} {jdc} MED DECISION (PSY)",
    ),
    "REU": (
        {"categories": ["A1"], "held_categories": ["none"]},
        "ID {home} PHOTO CEPC {signs} {stay} {assr} {jdc} {health}",
    ),
    "REU_EXT": (
        {"categories": ["A1"]},
        "ID {home} PHOTO CEPC LIC {signs} {stay} {jdc} {heavy_asked} {health} {fimo}",
    ),
    "REU_RET": (
        {"theory_only": "no", "ban_ends_on": "2026-07-10", "categories": ["A1"]},
        "ID {home} PHOTO CEPC {signs} {stay} {jdc} MED PSY DECISION",
    ),
    "FORM_AM": (
        {"filer": "school", "held_categories": ["none"]},
        "ID {home} PHOTO FORM {signs} {stay} {assr_of_am} {jdc} {health}",
    ),
    "FORM_A": (
        {"filer": "school", "a2_obtained_on": "2024-11-23"},
        "ID {home} PHOTO FORM LIC {signs} {stay} {jdc} {health}",
    ),
    "FORM_B96": ({"filer": "school"}, "ID {home} PHOTO FORM LIC {signs} {stay} {health}"),
    "FORM_78": ({"filer": "school"}, "ID {home} PHOTO FORM LIC {signs} {stay} {health}"),
    "PERTE": ({"lost_on": "2026-11-20"}, "ID {home} PHOTO LOSS {signs} {stay} {health} {heavy_held} STAMP"),
    "VOL": (
        {"theft_receipt_on": "2026-11-20"},
        "ID {home} PHOTO THEFT {signs} {stay} {health} {heavy_held} STAMP",
    ),
    "DET": ({}, "ID {home} PHOTO LIC {signs} {stay} {health} {heavy_held}"),
    "ROSE": ({}, "ID {home} PHOTO LIC {signs} {stay} {health} {heavy_held}"),
}
NOBODY = {
    "home": "ADDR",
    "signs": "",
    "stay": "",
    "assr": "",
    "assr_advised": "",
    "assr_of_am": "ASSR1",
    "census": "",
    "jdc": "",
    "health": "",
    "heavy_asked": "",
    "heavy_held": "",
    "fimo": "",
}
HOSTED = {"home": "HEB ID_HEB ADDR_HEB"}
MINOR = HOSTED | {"signs": "REP ID_REP"}
ASSR = {"assr": "ASSR2", "assr_advised": "(ASSR2)"}
JDC = {"jdc": "JDC"}
AT_20 = {"birth_date": "2006-06-06"}

PERSONS = [
    # who                                    facts                                  what differs from the plain person
    ("a French adult at home", {}, {}),
    ("hosted", {"address": "hosted"}, HOSTED),
    ("without a stable home", {"address": "homeless"}, {"home": "DOMICILIATION ADDR"}),
    ("at a hotel", {"address": "hotel"}, {"home": "HOTEL ADDR"}),
    ("in a caravan", {"address": "caravan"}, {"home": "HOTEL ADDR"}),
    ("on a boat", {"address": "boat"}, {"home": "BOAT ADDR"}),
    ("address confirmed by the energy supplier", {"address": "justif_adresse"}, {"home": ""}),
    # Ages, on the day of the request
    ("16 today", {"birth_date": "2010-11-23"}, MINOR | ASSR | {"census": "(RECENSEMENT)"}),
    ("17 tomorrow", {"birth_date": "2009-11-24"}, MINOR | ASSR | {"census": "(RECENSEMENT)"}),
    ("17 tomorrow, Moroccan", {"birth_date": "2009-11-24", "nationality": "MA"}, MINOR | ASSR | {"stay": "STAY"}),
    ("17 today", {"birth_date": "2009-11-23"}, MINOR | ASSR | JDC),
    ("17 today, German", {"birth_date": "2009-11-23", "nationality": "DE"}, MINOR | ASSR | {"stay": "RESN"}),
    ("18 tomorrow", {"birth_date": "2008-11-24"}, MINOR | ASSR | JDC),
    ("18 tomorrow, on a boat", {"birth_date": "2008-11-24", "address": "boat"}, MINOR | ASSR | JDC),
    ("18 tomorrow, address not said", {"birth_date": "2008-11-24", "address": None}, MINOR | ASSR | JDC),
    ("18 tomorrow, under guardianship", {"birth_date": "2008-11-24", "guardianship": "yes"}, MINOR | ASSR | JDC),
    ("18 today", {"birth_date": "2008-11-23"}, ASSR | JDC),
    ("21 tomorrow", {"birth_date": "2005-11-24"}, ASSR | JDC),
    ("21 today", {"birth_date": "2005-11-23"}, JDC),
    ("25 tomorrow", {"birth_date": "2001-11-24"}, JDC),
    ("25 today", {"birth_date": "2001-11-23"}, {}),
    ("born on a 29 February, 25 today", {"birth_date": "2004-02-29", "submitted_on": "2029-02-28"}, {}),
    ("born on a 29 February, 25 tomorrow", {"birth_date": "2004-02-29", "submitted_on": "2029-02-27"}, JDC),
    ("born in 2001: perhaps not yet 25", {"birth_date": "2001"}, JDC),
    ("born in October 2001: surely 25", {"birth_date": "2001-10"}, {}),
    # Given at the registration
    ("20", AT_20, ASSR | JDC),
    ("20, JDC given", AT_20 | {"already_given": ["JDC"]}, ASSR),
    ("20, exemption given", AT_20 | {"already_given": ["JDC_EXEMPTION"]}, ASSR),
    ("20, word of the situation given", AT_20 | {"already_given": ["JDC_SITUATION"]}, ASSR),
    ("20, provisional word given", AT_20 | {"already_given": ["JDC_PROVISOIRE"]}, ASSR),
    ("20, census given", AT_20 | {"already_given": ["RECENSEMENT"]}, ASSR | JDC),
    ("17, JDC given", {"birth_date": "2009-01-01", "already_given": ["JDC"]}, MINOR | ASSR),
    ("20, ASSR2 given", AT_20 | {"already_given": ["ASSR2"]}, JDC | {"assr_of_am": ""}),
    ("20, ASR given", AT_20 | {"already_given": ["ASR"]}, JDC | {"assr_of_am": ""}),
    ("20, ASSR1 given", AT_20 | {"already_given": ["ASSR1"]}, ASSR | JDC | {"assr_of_am": ""}),
    # Nationality: stay or residence, and the JDC of the French alone
    ("a Moroccan", {"nationality": "MA"}, {"stay": "STAY"}),
    ("a Briton", {"nationality": "GB"}, {"stay": "STAY"}),
    ("a stateless person", {"nationality": "none"}, {"stay": "STAY"}),
    ("a Spaniard", {"nationality": "ES"}, {"stay": "RESN"}),
    ("a Norwegian", {"nationality": "NO"}, {"stay": "RESN"}),
    ("a Swiss", {"nationality": "CH"}, {"stay": "RESN"}),
    ("a Moroccan of 20", AT_20 | {"nationality": "MA"}, ASSR | {"stay": "STAY"}),
    ("a Portuguese of 20", AT_20 | {"nationality": "PT"}, ASSR | {"stay": "RESN"}),
    # Who signs, and health
    ("under guardianship", {"guardianship": "yes"}, {"signs": "REP ID_REP"}),
    ("under guardianship and hosted", {"guardianship": "yes", "address": "hosted"}, MINOR),
    ("a health problem", {"medical_flag": "yes"}, {"health": "MED"}),
]  # fmt: skip


def somebody(motive, **facts):
    """The plain person of this motive, but for these facts."""
    return {"motive": motive, **PLAIN, **MOTIVES[motive][0], **facts}


@pytest.mark.parametrize("motive", MOTIVES)
def test_each_person_is_asked_for_the_documents_of(motive):
    shape = MOTIVES[motive][1]
    cases = [
        (name, facts, f"file: {' '.join(shape.format_map(NOBODY | differs).split())}")
        for name, facts, differs in PERSONS
    ]

    def said(facts):
        found = ask(somebody(motive, **facts))
        assert found.unknown == (), facts
        return f"{told(found)}: {codes(found)}"

    assert differences(cases, said) == []


HEAVY = ["C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"]
LIGHT = ["AM", "A1", "A2", "A", "B1", "B", "BE"]


def _medical(motive, fact, category):
    found = ask(somebody(motive, **{fact: ["B", category]}))
    return [f"({p.piece})" if p.recommended else str(p.piece) for p in found.pieces if p.piece == "MED"]


def test_a_medical_opinion_is_due_for_each_heavy_category_and_for_no_light_one():
    cases = [
        (f"{motive} {category}", motive, "categories", category, ["MED"] if category in HEAVY else [])
        for motive in ("INS", "REU")
        for category in [*HEAVY, "A1", "A2", "B1", "BE"]
    ]
    # Of what is lost, stolen or worn, the opinion only prolongs the heavy categories.
    cases += [
        (
            f"{motive} {category}",
            motive,
            "held_categories",
            category,
            ["(MED)"] if category in HEAVY else [],
        )
        for motive in ("PERTE", "VOL", "DET", "ROSE")
        for category in HEAVY + LIGHT
    ]
    assert differences(cases, _medical) == []


def test_a_heavy_category_and_a_health_problem_ask_for_one_opinion_which_is_a_duty():
    facts = {"held_categories": ["B", "C"], "medical_flag": "yes"}
    assert codes(ask(somebody("PERTE", **facts))) == "ID ADDR PHOTO LOSS MED STAMP"
    assert (
        codes(ask(somebody("REU_EXT", categories=["C"], medical_flag="yes"))) == "ID ADDR PHOTO CEPC LIC MED"
    )


def any_of(found):
    """The papers that will do for each piece."""
    return {str(p.piece): " ".join(p.any_of) for p in found.pieces}


CHOICES = [
    ("INS", "2009-11-23", "JDC", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE RECENSEMENT"),
    ("REU", "2008-11-24", "JDC", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE RECENSEMENT"),
    ("REU", "2008-11-23", "JDC", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE"),
    ("FORM_A", "2001-11-24", "JDC", "JDC JDC_EXEMPTION JDC_SITUATION JDC_PROVISOIRE"),
    ("REU", "2006-01-01", "ASSR2", "ASSR2 ASR HONOUR"),
    ("INS", "2006-01-01", "ASSR2", "ASSR2 ASR HONOUR"),
    ("FORM_AM", "2006-01-01", "ASSR1", "ASSR1 ASSR2 ASR"),
]


def test_at_17_and_no_later_the_paper_of_the_census_will_do_for_the_jdc():
    cases = [
        (f"{motive}, born {birth}", motive, birth, piece, papers) for motive, birth, piece, papers in CHOICES
    ]

    def said(motive, birth, piece):
        return any_of(ask(somebody(motive, birth_date=birth)))[piece]

    assert differences(cases, said) == []


def test_every_other_document_has_no_replacement():
    worst = {"birth_date": "2009-01-01", "nationality": "MA", "medical_flag": "yes", "learning_mode": "aac"}
    for motive in MOTIVES:
        asked = any_of(ask(somebody(motive, **worst)))
        assert {p for p, papers in asked.items() if p != papers} <= {"ASSR1", "ASSR2"}, motive


def test_the_parent_of_a_minor_shows_one_paper_for_two_roles_and_the_guardian_of_an_adult_does_not():
    for motive in MOTIVES:
        assert one_paper(who(somebody(motive, birth_date="2008-11-24"))) == {"ID_HEB": "ID_REP"}
    hosted = {"birth_date": "2008-11-23", "guardianship": "yes", "address": "hosted"}
    assert one_paper(who(somebody("PERTE", **hosted))) == {}
    assert one_paper(who(somebody("PERTE", birth_date=None))) == {}


def test_one_row_alone_asks_for_the_jdc_the_home_and_the_one_who_signs():
    def said(piece, facts):
        one = who(somebody("REU", **facts))
        return " ".join(
            row.key
            for row in rules_of(one.motive).needs
            if holds(row, one) and (piece,) in [g[:1] for g in row.pieces]
        )

    cases = [
        ("17 today", "JDC", {"birth_date": "2009-11-23"}, "jdc-17"),
        ("18 tomorrow", "JDC", {"birth_date": "2008-11-24"}, "jdc-17"),
        ("18 today", "JDC", {"birth_date": "2008-11-23"}, "jdc"),
        ("18 tomorrow, hosted", "HEB", {"birth_date": "2008-11-24", "address": "hosted"}, "heb-minor"),
        ("18 today, hosted", "HEB", {"birth_date": "2008-11-23", "address": "hosted"}, "heb"),
        (
            "a minor under guardianship",
            "REP",
            {"birth_date": "2008-11-24", "guardianship": "yes"},
            "rep-minor",
        ),
        (
            "18 today, under guardianship",
            "REP",
            {"birth_date": "2008-11-23", "guardianship": "yes"},
            "rep-ward",
        ),
    ]
    assert differences(cases, said) == []


# EU, EEA, Switzerland, Andorra, Monaco, San Marino, Vatican: written again here, not read from the table.
EUROPEANS = (
    "AD AT BE BG CH CY CZ DE DK EE ES FI GR HR HU IE IS IT LI LT LU LV MC MT NL NO PL PT RO SE SI SK SM VA"
)
OTHERS = "GB MA TR UA RS AL BA ME MK MD BY RU US CN DZ GL FO"


def test_a_european_shows_residence_and_somebody_from_elsewhere_a_lawful_stay():
    cases = [(land, land, "ID ADDR PHOTO CEPC RESN") for land in EUROPEANS.split()]
    cases += [(land, land, "ID ADDR PHOTO CEPC STAY") for land in OTHERS.split()]
    assert differences(cases, lambda land: codes(ask(somebody("REU", nationality=land)))) == []


REASONS = [
    ({}, "ID", "pour vérifier que c’est bien vous", "ARR_2016 art. 1"),
    ({}, "ADDR", "pour vous écrire à la bonne adresse", "F31847"),
    ({}, "PHOTO", "elles servent à fabriquer votre permis", "R45443"),
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
        {"categories": ["B", "C"], "medical_flag": "yes"},
        "MED",
        "parce que les poids lourds demandent un avis médical",
        "CODE_ROUTE art. R221-10",
    ),
]


def test_a_document_is_asked_for_the_reason_of_this_person():
    def said(facts, piece):
        (asked,) = [p for p in ask(somebody("REU", **facts)).pieces if p.piece == piece]
        return asked.because, f"{asked.source.key} {asked.source.article}".strip()

    cases = [(piece, facts, piece, (because, source)) for facts, piece, because, source in REASONS]
    assert differences(cases, said) == []


# ── What stops a request, whatever the motive ──────────────────────────────────────────────────────────────

EARLY = "not_before R10 2026-11-24 residence"
SANCTION = "not_possible R13 sanction"
HERSELF = "not_possible R21 by-school"
SCHOOL = "not_possible R21 only-by-school"
STOPS = {
    # motive: arrived 184 days ago, under a sanction, filed by a school, filed by the person
    "INS": (EARLY, "file", "file", "file"),
    "INS_EXT": (EARLY, SANCTION, "file", "file"),
    "INS_RET": (EARLY, "file", "file", "file"),
    "REU": (EARLY, "file", "file", "file"),
    "REU_EXT": (EARLY, SANCTION, "file", "file"),
    "REU_RET": (EARLY, "file", "file", "file"),
    "FORM_AM": (EARLY, "file", "file", SCHOOL),
    "FORM_A": (EARLY, SANCTION, "file", SCHOOL),
    "FORM_B96": (EARLY, SANCTION, "file", SCHOOL),
    "FORM_78": (EARLY, SANCTION, "file", SCHOOL),
    "PERTE": (EARLY, SANCTION, HERSELF, "file"),
    "VOL": (EARLY, SANCTION, HERSELF, "file"),
    "DET": (EARLY, SANCTION, "file", "file"),
    "ROSE": (EARLY, SANCTION, "file", "file"),
}


@pytest.mark.parametrize("motive", STOPS)
def test_what_stops_the_request(motive):
    def said(facts):
        return told(ask(somebody(motive, **facts)))

    early, sanctioned, school, self = STOPS[motive]
    cases = [
        ("a Portuguese here for 184 days", {"nationality": "PT", "resident_since": "2026-05-23"}, early),
        ("a Portuguese here for 185 days", {"nationality": "PT", "resident_since": "2026-05-22"}, "file"),
        ("a Frenchman here for 184 days", {"resident_since": "2026-05-23"}, "file"),
        ("a Moroccan here for 184 days", {"nationality": "MA", "resident_since": "2026-05-23"}, "file"),
        ("under a sanction", {"sanction": "yes"}, sanctioned),
        ("asked by the school", {"filer": "school"}, school),
        ("asked by the person", {"filer": "self"}, self),
    ]
    assert differences(cases, said) == []


def test_who_does_not_file_or_files_elsewhere_reads_what_to_do():
    cases = [
        ("PERTE", {"filer": "school"}, "La personne fait la demande elle-même, ici, avec son propre compte."),
        (
            "FORM_B96",
            {"filer": "self"},
            "Demandez-le à votre auto-école. Préparez avec elle les documents de la liste.",
        ),
        (
            "DET",
            {"sanction": "yes"},
            (
                "À la fin d’une suspension, faites la demande « Fin de suspension ». Après une annulation ou une "
                "invalidation, inscrivez-vous à l’examen."
            ),
        ),
    ]
    for motive, facts, instead in cases:
        found = ask(somebody(motive, **facts))
        assert (found.bar.instead, found.pieces) == (instead, ())


def test_when_nobody_says_who_files_a_school_is_presumed_for_its_certificates_and_the_person_elsewhere():
    said = {m: told(ask(somebody(m, filer=None))) for m in MOTIVES}
    assert set(said.values()) == {"file"}, said


# ── Price, delay, result, probation, validity, deadlines ───────────────────────────────────────────────────

CARD = ("card", True)
REGISTRATION = ("registration", True)
ENDS = {
    # motive: cents in Rennes and in Cayenne, weeks, result and whether it can be cancelled, probation, deadlines
    "INS": (0, 0, (1, 3), REGISTRATION, None, ["ins-valid 2031-11-23"]),
    "INS_EXT": (0, 0, (1, 3), REGISTRATION, None, ["ins-valid 2031-11-23"]),
    "INS_RET": (
        0,
        0,
        (1, 3),
        REGISTRATION,
        None,
        ["ins-valid 2031-11-23", "insret-theory 2027-04-10"],
    ),
    "REU": (0, 0, (2, 8), CARD, 3, []),
    "REU_EXT": (0, 0, (2, 8), CARD, None, []),
    "REU_RET": (0, 0, (2, 8), CARD, 3, []),
    "FORM_AM": (0, 0, (2, 8), CARD, None, []),
    "FORM_A": (0, 0, (2, 8), CARD, None, ["a-course-from 2026-08-23"]),
    "FORM_B96": (0, 0, (2, 8), CARD, None, []),
    "FORM_78": (0, 0, (2, 8), CARD, None, []),
    "PERTE": (2500, 1250, (1, 6), ("card", False), None, []),
    "VOL": (2500, 1250, (1, 6), CARD, None, []),
    "DET": (0, 0, (2, 8), CARD, None, []),
    "ROSE": (0, 0, (2, 8), CARD, None, ["rose-end 2033-01-19"]),
}


def test_the_price_the_weeks_and_the_days_of_each_motive():
    def said(motive):
        rules = rules_of(Motive(motive))
        here, cayenne = (who(somebody(motive, postcode=postcode)) for postcode in ("35000", "97300"))
        assert rules.makes_card is (rules.result == "card")
        return (
            fee(here).cents,
            fee(cayenne).cents,
            (rules.delay.low, rules.delay.high),
            (rules.result, rules.cancellable),
            rights.probation_years(here),
            [f"{row.key} {row.day(here)}" for row in deadlines(here)],
        )

    assert differences([(motive, motive, ends) for motive, ends in ENDS.items()], said) == []


# The ends on the future card follow an opinion for heavy categories alone, and only where the motive renews them.
RENEWED = {
    "INS": {},
    "INS_EXT": {},
    "INS_RET": {},
    "REU": {"C": "2031-11-02"},
    "REU_EXT": {"C": "2031-11-02"},
    "REU_RET": {"C": "2031-11-02"},
    "FORM_AM": {},
    "FORM_A": {},
    "FORM_B96": {},
    "FORM_78": {},
    "PERTE": {"D": "2031-11-02"},
    "VOL": {"D": "2031-11-02"},
    "DET": {"D": "2031-11-02"},
    "ROSE": {"D": "2031-11-02"},
}


def test_the_ends_on_the_card_follow_the_opinion_of_who_drives_heavy_vehicles():
    def said(motive, opinion):
        heavy = {"categories": ["B", "C"], "held_categories": ["B", "D"], "medical_opinion_on": opinion}
        return {
            c.value: day.isoformat() for c, day in rights.validity(who(somebody(motive, **heavy))).items()
        }

    assert differences([(m, m, "2026-11-02", ends) for m, ends in RENEWED.items()], said) == []
    assert differences([(m, m, "none", {}) for m in RENEWED], said) == []
