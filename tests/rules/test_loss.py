"""Who is asked what for a lost licence: expected values are literals, written from the law."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import rights
from permis.domain.required import fee, notes
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import Outcome, Reason
from tests.rules.people import LOSS, ask, codes, differences, drives, notes_of, who

HOSTED = "ID HEB ID_HEB ADDR_HEB PHOTO LOSS"
MINOR = f"{HOSTED} REP ID_REP STAMP"

CASES = [
    # who                                                 facts                                        asked
    ("a French adult at home", {}, "ID ADDR PHOTO LOSS STAMP"),
    # Neither the JDC nor the ASSR2 is asked again: this is not a registration.
    ("a French adult of 19", {"birth_date": "2007-01-01"}, "ID ADDR PHOTO LOSS STAMP"),
    ("under guardianship and hosted", {"guardianship": "yes", "address": "hosted"}, MINOR),
    ("in Guyane", {"postcode": "97300"}, "ID ADDR PHOTO LOSS STAMP"),
    ("who lost it months ago", {"lost_on": "2026-01-01"}, "ID ADDR PHOTO LOSS STAMP"),
    # What belongs to the exam is not read.
    ("who had learnt in AAC", {"learning_mode": "aac", "categories": ["C"]}, "ID ADDR PHOTO LOSS STAMP"),
]


def test_the_documents_of():
    assert differences(CASES, lambda facts: codes(ask(LOSS, **facts))) == []


def test_a_medical_opinion_prolongs_heavy_categories_and_is_no_duty():
    found = ask(LOSS, held_categories=["B", "C"])
    (asked,) = [p for p in found.pieces if p.recommended]
    assert (asked.because, asked.source.key) == (
        "si vous voulez prolonger vos catégories de poids lourd en même temps",
        "F1727",
    )
    heavy = "Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle."
    assert heavy in [note.says for note in notes(who(LOSS, held_categories=["B", "C"]))]
    assert heavy not in [note.says for note in notes(who(LOSS, held_categories=["B", "BE"]))]


def test_a_driving_school_cannot_ask_in_the_place_of_who_lost_the_licence():
    found = ask(LOSS, filer="school")
    assert (found.outcome, found.reason, found.source.key) == (Outcome.NOT_POSSIBLE, Reason.R21, "ANTS_AE1")
    assert found.because == "Une auto-école ne peut pas faire cette demande à la place de la personne."
    assert found.pieces == ()


FEES = [
    ("Rennes", "35000", 2500),
    ("Paris", "75014", 2500),
    ("Ajaccio", "20000", 2500),
    ("La Réunion", "97410", 2500),
    ("Martinique", "97200", 2500),
    ("Cayenne", "97300", 1250),
    ("Saint-Laurent-du-Maroni", "97320", 1250),
    ("Kourou", "97310", 1250),
]


def test_the_stamp_costs_25_euros_and_half_of_it_in_guyane():
    assert differences(FEES, lambda postcode: fee(who(LOSS, postcode=postcode)).cents) == []


def test_the_department_that_was_given_counts_before_the_postcode():
    assert fee(who(LOSS, department="973", postcode="35000")).cents == 1250
    assert fee(who(LOSS, department="35", postcode="97300")).cents == 2500


def test_the_stamp_says_why_and_by_which_text():
    plain, guyane = fee(who(LOSS)), fee(who(LOSS, postcode="97300"))
    assert plain.because == "C’est le timbre demandé quand l’ancien permis ne peut pas être présenté."
    assert guyane.because == "Le timbre coûte moins cher en Guyane."
    assert (plain.source.key, guyane.source.key) == ("F34118", "F34118")
    stamps = [p for p in ask(LOSS).pieces if p.piece == "STAMP"]
    assert [(p.because, p.source.key) for p in stamps] == [
        ("l’ancien permis ne peut pas être présenté", "F34118")
    ]


def test_the_stamp_is_presumed_to_be_the_usual_one_and_not_guessed_when_nothing_is_presumed():
    assert fee(who(LOSS, postcode=None)).cents == 2500
    with pytest.raises(NotYetKnown) as missing:
        fee(who(LOSS, postcode=None, presume=False))
    assert missing.value.facts == ("department",)


ADCS, PAPER = "with ADCS,", "with LOSS_PAPER,"
DRIVING = [
    (
        "sent on 30 November",
        "2026-11-30",
        [f"A2 B {ADCS} 2026-11-30 to 2027-03-30", f"A2 B {PAPER} 2026-11-30 to 2027-01-30"],
    ),
    (
        "sent on 31 October",
        "2026-10-31",
        [f"A2 B {ADCS} 2026-10-31 to 2027-02-28", f"A2 B {PAPER} 2026-10-31 to 2026-12-31"],
    ),
    (
        "sent on 31 October before a leap year",
        "2027-10-31",
        [f"A2 B {ADCS} 2027-10-31 to 2028-02-29", f"A2 B {PAPER} 2027-10-31 to 2027-12-31"],
    ),
    # The ADCS exists since 4 December 2024.
    (
        "sent on its first day",
        "2024-12-04",
        [f"A2 B {ADCS} 2024-12-04 to 2025-04-04", f"A2 B {PAPER} 2024-12-04 to 2025-02-04"],
    ),
    ("sent on the eve", "2024-12-03", [f"A2 B {PAPER} 2024-12-03 to 2025-02-03"]),
]


def test_the_adcs_lets_one_drive_four_months_from_the_day_the_request_is_sent_and_the_attestation_two():
    assert differences(DRIVING, lambda sent: drives(who(LOSS, on=sent, held_categories=["B", "A2"]))) == []


def test_the_adcs_is_carried_alone():
    right = rights.drive(who(LOSS))[0]
    assert (right.papers, right.source.key) == (("ADCS",), "DECRET_2024_1075")
    assert right.papers_words == "votre attestation de droits à conduire (ADCS)"


def test_the_right_to_drive_does_not_move_with_the_day_of_the_loss():
    (right,) = rights.drive(who(LOSS, on="2026-11-30", lost_on="2026-09-01"))
    assert right.until == dt.date(2027, 3, 30)


def test_the_right_to_drive_is_not_guessed_without_the_categories():
    with pytest.raises(NotYetKnown) as missing:
        rights.drive(who(LOSS, held_categories=None))
    assert missing.value.facts == ("held_categories",)


def test_what_one_must_know_after_a_loss():
    assert [(note.says, note.source.key) for note in notes(who(LOSS))] == [
        ("Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le.", "F34773"),
        ("Une déclaration de perte ne peut pas être annulée.", "F34773"),
        (
            "L’attestation de droits à conduire (ADCS) se télécharge sur le site Mes Points Permis. Elle peut être redemandée.",
            "DECRET_2024_1075",
        ),
    ]
    assert notes_of(who(LOSS, on="2024-12-04")) == "perte-found perte-final perte-adcs"
    assert notes_of(who(LOSS, on="2024-12-03")) == "perte-found perte-final"


def test_the_declaration_is_made_in_the_request():
    (asked,) = [p for p in ask(LOSS).pieces if p.piece == "LOSS"]
    assert (asked.because, asked.source.key) == ("vous déclarez la perte dans cette demande", "F1727")
