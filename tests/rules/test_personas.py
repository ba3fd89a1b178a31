"""The worked people of the domain sheet, as a table of literals that a lawyer can check line by line."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import door
from permis.domain.pieces import PIECES
from permis.domain.required import FILES, rules_of

HOSTED = "ID HEB ID_HEB ADDR_HEB PHOTO"
# Each person: what is known (the keys of the JSON door), then what the law answers. What is not written is not there:
# no reason, no first day, no right to drive, no end that follows an opinion, no probation, no deadline.
LEA = {
    "motive": "REU",
    "birth_date": "2008-05-14",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "categories": ["B"],
    "exam_on": "2026-11-20",
    "address": "hosted",
}
TOM = LEA | {"birth_date": "2009-03-02", "exam_on": "2026-11-25"}
HUGO = LEA | {"birth_date": "2009-01-10", "exam_on": "2026-11-18", "learning_mode": "aac"}
YOUSSEF = LEA | {"birth_date": "1992-04-04", "nationality": "MA", "address": "own"}
MARIE = {
    "motive": "PERTE",
    "birth_date": "1981-01-01",
    "nationality": "FR",
    "submitted_on": "2026-11-30",
    "lost_on": "2026-11-30",
    "held_categories": ["B"],
    "address": "own",
}
JEAN = {
    "motive": "VOL",
    "birth_date": "1975-01-01",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "theft_receipt_on": "2026-11-15",
    "held_categories": ["B"],
    "address": "own",
}
SOPHIE = {
    "motive": "DET",
    "birth_date": "1990-01-01",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "held_categories": ["B"],
    "address": "own",
}
RENE = {
    "motive": "MED",
    "birth_date": "1968-04-02",
    "nationality": "FR",
    "submitted_on": "2026-12-02",
    "categories": ["C", "CE"],
    "category_ends_on": {"C": "2027-01-15", "CE": "2027-01-15"},
    "medical_opinion_on": "2026-12-01",
    "address": "own",
}
ODILE = {
    "motive": "MED",
    "birth_date": "1965-10-10",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "categories": ["C", "D"],
    "category_ends_on": {"C": "2026-11-19", "D": "2027-02-01"},
    "medical_opinion_on": "2026-11-20",
    "address": "own",
}
BRUNO = {
    "motive": "SUSP",
    "birth_date": "1985-10-10",
    "nationality": "FR",
    "submitted_on": "2026-12-15",
    "ban_starts_on": "2026-05-15",
    "ban_ends_on": "2026-12-15",
    "categories": ["B"],
    "address": "own",
}
WEI = {
    "motive": "ECH_HUE",
    "birth_date": "2002-02-02",
    "nationality": "CN",
    "submitted_on": "2026-12-01",
    "licence_country": "CN",
    "licence_obtained_on": "2021-06-01",
    "stay_started_on": "2026-09-01",
    "resident_since": "2026-08-25",
    "categories": ["B"],
    "student": True,
    "address": "own",
}
OLIVER = {
    "motive": "ECH_EU",
    "birth_date": "1990-10-10",
    "nationality": "GB",
    "submitted_on": "2026-12-01",
    "licence_country": "GB",
    "licence_obtained_on": "2019-05-05",
    "stay_started_on": "2026-05-05",
    "resident_since": "2026-04-20",
    "categories": ["B"],
    "address": "own",
}
ENZO = {
    "motive": "DIP",
    "birth_date": "2008-03-10",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "categories": ["C"],
    "held_categories": [],
    "medical_opinion_on": "2026-11-10",
    "address": "own",
}
ROY = MARIE | {"birth_date": "1996-05-05", "submitted_on": "2026-12-01", "guardianship": True}
EVA = {
    "motive": "ERR",
    "birth_date": "2004-06-06",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "received_on": "2026-09-01",
    "error_kind": "category",
    "address": "own",
}
BEN = {
    "motive": "PCI",
    "birth_date": "1995-05-05",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "needed_on": "2027-02-10",
    "held_categories": ["B"],
    "address": "own",
}
GRANDMOTHER = {
    "motive": "ROSE",
    "birth_date": "1948-08-08",
    "nationality": "FR",
    "submitted_on": "2026-12-01",
    "held_categories": ["B"],
    "address": "own",
}
THREE_YEARS = "Votre permis est probatoire pendant 3 ans, avec 6 points au départ."
TWO_YEARS = "Votre permis est probatoire pendant 2 ans, avec 6 points au départ."
FOUND_AGAIN = "Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le."
LATE = "Le délai habituel est de 6 mois : le permis international risque d’arriver après votre départ."

PEOPLE = {
    "P01 Léa, 18, at her parents'": (
        LEA,
        {
            "pieces": f"{HOSTED} CEPC ASSR2 JDC",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-20 to 2027-03-20"],
            "probation": 3,
            "warns": THREE_YEARS,
        },
    ),
    "P01 Léa, whose JDC was given at the registration": (
        LEA | {"already_given": ["JDC"]},
        {
            "pieces": f"{HOSTED} CEPC ASSR2",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-20 to 2027-03-20"],
            "probation": 3,
        },
    ),
    "P02 Tom, 17, drives alone": (
        TOM,
        {
            "pieces": f"{HOSTED} CEPC REP ID_REP ASSR2 JDC",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-25 to 2027-03-25"],
            "probation": 3,
        },
    ),
    "P02 Tom, whose exam was the day before he was 17": (
        TOM | {"exam_on": "2026-03-01"},
        {"outcome": "not_possible", "reason": "R11"},
    ),
    "P04 Hugo, 17, accompanied driving": (
        HUGO,
        {
            "pieces": f"{HOSTED} CEPC REP ID_REP ASSR2 JDC AAC",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-18 to 2027-03-18"],
            "probation": 2,
            "warns": TWO_YEARS,
        },
    ),
    "somebody like Hugo in 2023: born in 2006, drives alone from 1 January 2024": (
        HUGO | {"birth_date": "2006-06-10", "exam_on": "2023-11-18", "submitted_on": "2024-01-10"},
        {
            "pieces": f"{HOSTED} CEPC REP ID_REP ASSR2 JDC AAC",
            "fee": 0,
            "drive": ["B with CEPC ID, 2024-01-01 to 2024-05-01"],
            "probation": 2,
        },
    ),
    "somebody like Léa in 2023: 17, exam of 20 December, filed on 10 January: the law of the exam's day": (
        LEA | {"birth_date": "2006-06-10", "exam_on": "2023-12-20", "submitted_on": "2024-01-10"},
        {"outcome": "not_possible", "reason": "R11"},
    ),
    "P10 Youssef, Moroccan, 34": (
        YOUSSEF,
        {
            "pieces": "ID ADDR PHOTO CEPC STAY",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-20 to 2027-03-20"],
            "probation": 3,
        },
    ),
    "P11 Amina, Afghan, asylum seeker, in a shelter": (
        YOUSSEF | {"birth_date": "1998-06-01", "nationality": "AF", "address": "homeless"},
        {
            "pieces": "ID DOMICILIATION ADDR PHOTO CEPC STAY",
            "fee": 0,
            "drive": ["B with CEPC ID, 2026-11-20 to 2027-03-20"],
            "probation": 3,
        },
    ),
    "P12 Marie, 45, lost it today": (
        MARIE,
        {
            "pieces": "ID ADDR PHOTO LOSS STAMP",
            "fee": 2500,
            "drive": ["B with ADCS, 2026-11-30 to 2027-03-30"],
            "cancellable": False,
            "warns": FOUND_AGAIN,
        },
    ),
    "P12 Marie, and her attestation of loss": (
        MARIE,
        {
            "pieces": "ID ADDR PHOTO LOSS STAMP",
            "fee": 2500,
            "drive": ["B with ADCS, 2026-11-30 to 2027-03-30"],
            "cancellable": False,
            "warns": "Pour B, vous pouvez aussi conduire avec votre attestation de perte jusqu’au 30 janvier 2027.",
        },
    ),
    "P12 Marie, if she lived in Cayenne": (
        MARIE | {"department": "973"},
        {
            "pieces": "ID ADDR PHOTO LOSS STAMP",
            "fee": 1250,
            "drive": ["B with ADCS, 2026-11-30 to 2027-03-30"],
            "cancellable": False,
        },
    ),
    "P12 Marie, if a school asked for her": (
        MARIE | {"filer": "school"},
        {"outcome": "not_possible", "reason": "R21", "cancellable": False},
    ),
    "P12 Marie, if she drove a bus": (
        MARIE | {"held_categories": ["B", "D"], "medical_opinion_on": None},
        {
            "pieces": "ID ADDR PHOTO LOSS (MED) STAMP",
            "fee": 2500,
            "drive": ["B D with ADCS, 2026-11-30 to 2027-03-30"],
            "cancellable": False,
            "warns": "Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle.",
        },
    ),
    "P13 Jean, stolen": (
        JEAN,
        {
            "pieces": "ID ADDR PHOTO THEFT STAMP",
            "fee": 2500,
            "drive": ["B with THEFT, 2026-11-15 to 2027-01-15"],
            "warns": "Le récépissé de vol permet de conduire 2 mois, en France seulement.",
        },
    ),
    "P13 Jean, without a receipt": (
        JEAN | {"theft_receipt_on": None},
        {"outcome": "not_possible", "warns": "Déclarez le vol à la police ou à la gendarmerie"},
    ),
    "P14 Sophie, cut in two": (
        SOPHIE,
        {
            "pieces": "ID ADDR PHOTO LIC",
            "fee": 0,
            "drive": ["B with LIC, 2026-12-01 to None"],
            "warns": "Quand vous recevrez la nouvelle carte, détruisez l’ancienne.",
        },
    ),
    "P14 Sophie, whose request says what it is about and not what she holds": (
        {name: value for name, value in SOPHIE.items() if name != "held_categories"} | {"categories": ["B"]},
        {
            "pieces": "ID ADDR PHOTO LIC",
            "fee": 0,
            "drive": ["B with LIC, 2026-12-01 to None"],
            "warns": "Nous supposons : catégories de la demande déjà sur votre permis.",
        },
    ),
    "P16 Michel, who moved": (
        {"motive": "ADR", "birth_date": "1970-07-07"},
        {"outcome": "not_needed", "reason": "R19", "result": None, "cancellable": False},
    ),
    "P17 René, lorry driver of 58, opinion before the end": (
        RENE,
        {
            "pieces": "ID ADDR PHOTO LIC MED",
            "fee": 0,
            "drive": ["C CE with LIC MED, 2026-12-02 to decision"],
            "validity": {"C": "2031-12-01", "CE": "2031-12-01"},
            "deadlines": ["2028-12-01"],
            "warns": "elle reste valable jusqu’à la décision du préfet",
        },
    ),
    "P17 René, if the opinion came the day after the end": (
        RENE | {"category_ends_on": {"C": "2026-11-30", "CE": "2026-11-30"}},
        {
            "pieces": "ID ADDR PHOTO LIC MED",
            "fee": 0,
            "validity": {"C": "2031-12-01", "CE": "2031-12-01"},
            "deadlines": ["2028-12-01"],
        },
    ),
    "P19 Odile, bus driver of 61, whose C ended the day before the opinion": (
        ODILE,
        {
            "pieces": "ID ADDR PHOTO LIC MED",
            "fee": 0,
            "drive": ["D with LIC MED, 2026-12-01 to decision"],
            "validity": {"C": "2028-11-20", "D": "2027-11-20"},
            "deadlines": ["2028-11-20"],
        },
    ),
    "P24 Bruno, suspended for 7 months, on the last day": (
        BRUNO,
        {
            "pieces": "ID ADDR PHOTO MED PSY DECISION",
            "fee": 0,
            "deadlines": ["2026-12-15"],
            "warns": "L’avis médical seul ne permet pas de conduire",
        },
    ),
    "P24 Bruno, the day before": (
        BRUNO | {"submitted_on": "2026-12-14"},
        {
            "outcome": "not_before",
            "reason": "R13",
            "not_before": "2026-12-15",
            "pieces": "ID ADDR PHOTO MED PSY DECISION",
            "deadlines": ["2026-12-15"],
        },
    ),
    "P26 Wei, Chinese student: no exchange during the studies": (
        WEI,
        {"outcome": "not_possible", "reason": "R17", "warns": "un agent regarde votre cas"},
    ),
    "P27 Oliver, British licence of 2019": (OLIVER, {"outcome": "not_needed"}),
    "P27 Oliver, asked as an exchange from outside Europe": (
        OLIVER | {"motive": "ECH_HUE"},
        {"outcome": "not_needed"},
    ),
    "P27 Oliver, whose licence of 2019 was lost": (
        OLIVER | {"licence_lost": True},
        {
            "pieces": "ID ADDR PHOTO LOSS STAY STAMP",
            "fee": 2500,
            "deadlines": ["2027-02-01"],
            "warns": "Cet échange est obligatoire",
        },
    ),
    "P27 Oliver, whose licence of 2019 expired yesterday": (
        OLIVER | {"licence_expires_on": "2026-11-30"},
        {"pieces": "ID ADDR PHOTO FLIC STAY", "fee": 0, "deadlines": ["2027-02-01"]},
    ),
    "P27 Oliver, whose licence of 2019 expires today": (
        OLIVER | {"licence_expires_on": "2026-12-01"},
        {"outcome": "not_needed"},
    ),
    "P27 Oliver, after an offence": (
        OLIVER | {"sanction": True},
        {"pieces": "ID ADDR PHOTO FLIC STAY DECISION MED", "fee": 0, "deadlines": ["2027-02-01"]},
    ),
    "P27 Oliver, licence of 2022, treated as from outside Europe": (
        OLIVER | {"motive": "ECH_HUE", "licence_obtained_on": "2022-05-05"},
        {
            "pieces": "ID ADDR PHOTO FLIC TRAD STAY ADC",
            "fee": 0,
            "drive": ["B with FLIC, 2026-12-01 to 2027-05-05"],
            "deadlines": ["2027-05-05", "2027-02-01"],
        },
    ),
    "P27 Oliver, licence of 2022, asked as an exchange from Europe": (
        OLIVER | {"licence_obtained_on": "2022-05-05"},
        {"outcome": "not_possible", "warns": "Choisissez « Échange d’un permis non européen »."},
    ),
    "P30 Enzo, 18, professional diploma for C": (
        ENZO,
        {
            "pieces": "ID ADDR PHOTO DIPLOMA MED",
            "fee": 0,
            "validity": {"C": "2031-11-10"},
            "probation": 3,
            "warns": "Le diplôme ne permet pas de conduire : attendez la carte.",
        },
    ),
    "P30 Enzo, the day before he is 18": (
        ENZO | {"submitted_on": "2026-03-09", "medical_opinion_on": "2026-03-01"},
        {
            "outcome": "not_before",
            "reason": "R11",
            "not_before": "2026-03-10",
            "pieces": "ID ADDR PHOTO DIPLOMA MED",
            "validity": {"C": "2031-03-01"},
            "probation": 3,
        },
    ),
    "P31 Mrs Roy, 30, under guardianship, lost it": (
        ROY,
        {
            "pieces": "ID ADDR PHOTO LOSS REP ID_REP STAMP",
            "fee": 2500,
            "drive": ["B with ADCS, 2026-12-01 to 2027-04-01"],
            "cancellable": False,
        },
    ),
    "P33 Eva, whose card of 3 months ago lacks A1": (
        EVA,
        {"pieces": "LIC CEPC", "fee": 0, "result": "corrected_card", "deadlines": ["2027-03-01"]},
    ),
    "P33 Eva, at 7 months: a whole request": (
        EVA | {"received_on": "2026-05-01"},
        {"outcome": "not_possible", "result": "corrected_card", "warns": "Faites une demande complète"},
    ),
    "P34 Ben, who leaves in ten weeks: too late": (
        BEN,
        {
            "pieces": "ID ADDR PHOTO LIC",
            "fee": 0,
            "result": "booklet",
            "deadlines": ["2026-12-16"],
            "warns": LATE,
        },
    ),
    "P36 a grandmother's pink licence": (
        GRANDMOTHER,
        {
            "pieces": "ID ADDR PHOTO LIC",
            "fee": 0,
            "drive": ["B with LIC, 2026-12-01 to 2033-01-19"],
            "deadlines": ["2033-01-19"],
            "warns": "Ne déclarez pas une perte pour l’obtenir",
        },
    ),
}


def answered(facts):
    """What the door says of these facts, as the table writes it."""
    said = door.answer(door.read(facts, dt.date(2026, 12, 1)))
    return {
        "outcome": said["outcome"],
        "reason": said["reason"],
        "not_before": said["not_before"],
        "pieces": " ".join(f"({p['code']})" if p["recommended"] else p["code"] for p in said["pieces"]),
        "fee": said["fee_cents"],
        "drive": [
            f"{' '.join(r['categories'])} with {' '.join(r['with'])}, {r['from']} to {r['until']}"
            for r in said["drive"]
        ],
        "result": said["result"],
        "validity": said["validity"],
        "probation": said["probation_years"],
        "cancellable": said["cancellable"],
        "deadlines": [row["date"] for row in said["deadlines"]],
        "unknown": said["unknown"],
    }, said["warnings"]


NOTHING_MORE = {
    "outcome": "file",
    "reason": None,
    "not_before": None,
    "pieces": "",
    "fee": None,
    "drive": [],
    "result": "card",
    "validity": {},
    "probation": None,
    "cancellable": True,
    "deadlines": [],
    "unknown": [],
}


@pytest.mark.parametrize("name", PEOPLE)
def test_the_law_answers(name):
    facts, written = PEOPLE[name]
    expected = NOTHING_MORE | written
    sentence = expected.pop("warns", "")
    said, warnings = answered(facts)
    assert said == expected
    assert any(sentence in warning for warning in warnings) or not sentence, warnings


def test_ben_is_warned_until_six_months_before_he_leaves():
    said = {day: answered(BEN | {"needed_on": day})[1] for day in ("2027-05-31", "2027-06-01")}
    assert [LATE in warnings for warnings in said.values()] == [True, False]


def test_every_document_that_may_be_asked_is_explained_in_words_but_the_declaration_made_in_the_form():
    asked = {
        piece
        for motive in FILES
        for need in rules_of(motive).needs
        for group in need.pieces
        for piece in group
    }
    assert {piece.value for piece in asked if piece not in PIECES} == {"LOSS"}
