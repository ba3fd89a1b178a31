"""Who is asked what for a lost licence: expected values are literals, written from the law."""

from __future__ import annotations

import datetime as dt

import pytest

from permis.domain import rights
from permis.domain.required import fee, notes, one_paper, rules_of
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import Motive, Outcome, Reason
from tests.rules.people import LOSS, ask, codes, who

HOSTED = "ID HEB ID_HEB ADDR_HEB PHOTO LOSS"
MINOR = f"{HOSTED} REP ID_REP STAMP"

CASES = [
    # who                                                 facts                                        asked
    ("a French adult at home", {}, "ID ADDR PHOTO LOSS STAMP"),
    # Neither the JDC nor the ASSR2 is asked again: this is not a registration.
    ("a French adult of 19", {"birth_date": "2007-01-01"}, "ID ADDR PHOTO LOSS STAMP"),
    ("18 today", {"birth_date": "2008-11-23"}, "ID ADDR PHOTO LOSS STAMP"),
    ("18 tomorrow", {"birth_date": "2008-11-24"}, MINOR),
    ("hosted", {"address": "hosted"}, f"{HOSTED} STAMP"),
    ("without a stable home", {"address": "homeless"}, "ID DOMICILIATION ADDR PHOTO LOSS STAMP"),
    ("at a hotel", {"address": "hotel"}, "ID HOTEL ADDR PHOTO LOSS STAMP"),
    ("in a caravan", {"address": "caravan"}, "ID HOTEL ADDR PHOTO LOSS STAMP"),
    ("on a boat", {"address": "boat"}, "ID BOAT ADDR PHOTO LOSS STAMP"),
    ("address confirmed by the energy supplier", {"address": "justif_adresse"}, "ID PHOTO LOSS STAMP"),
    ("a Spaniard", {"nationality": "ES"}, "ID ADDR PHOTO LOSS RESN STAMP"),
    ("an Andorran", {"nationality": "AD"}, "ID ADDR PHOTO LOSS RESN STAMP"),
    ("a Swiss", {"nationality": "CH"}, "ID ADDR PHOTO LOSS RESN STAMP"),
    ("a Briton", {"nationality": "GB"}, "ID ADDR PHOTO LOSS STAY STAMP"),
    ("a Moroccan", {"nationality": "MA"}, "ID ADDR PHOTO LOSS STAY STAMP"),
    ("under guardianship", {"guardianship": "yes"}, "ID ADDR PHOTO LOSS REP ID_REP STAMP"),
    ("under guardianship and hosted", {"guardianship": "yes", "address": "hosted"}, MINOR),
    ("in Guyane", {"postcode": "97300"}, "ID ADDR PHOTO LOSS STAMP"),
    # What belongs to the exam is not read.
    (
        "who had learnt in AAC and was unwell",
        {"learning_mode": "aac", "medical_flag": "yes", "categories": ["C"]},
        "ID ADDR PHOTO LOSS STAMP",
    ),
]


@pytest.mark.parametrize(("person", "facts", "expected"), CASES, ids=[case[0] for case in CASES])
def test_the_documents_of(person, facts, expected):
    found = ask(LOSS, **facts)
    assert codes(found) == expected
    assert (found.outcome, found.unknown) == (Outcome.FILE, ())


@pytest.mark.parametrize(
    "address", ["own", "hosted", "homeless", "hotel", "caravan", "boat", "justif_adresse"]
)
def test_a_minor_who_lost_a_licence_is_hosted_by_the_parent_who_signs(address):
    assert codes(ask(LOSS, birth_date="2009-01-01", address=address)) == MINOR


def test_the_parent_of_a_minor_shows_one_paper_for_two_roles():
    assert one_paper(who(LOSS, birth_date="2008-11-24")) == {"ID_HEB": "ID_REP"}
    assert one_paper(who(LOSS, birth_date="2008-11-23", address="hosted")) == {}


@pytest.mark.parametrize("category", ["C1", "C1E", "C", "CE", "D1", "D1E", "D", "DE"])
def test_a_medical_opinion_is_only_recommended_to_who_holds_a_heavy_category(category):
    found = ask(LOSS, held_categories=["B", category])
    assert codes(found) == "ID ADDR PHOTO LOSS (MED) STAMP"
    (asked,) = [p for p in found.pieces if p.recommended]
    assert (asked.because, asked.source.key) == (
        "si vous voulez prolonger vos catégories de poids lourd en même temps",
        "F1727",
    )
    heavy = "Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle."
    assert heavy in [note.says for note in notes(who(LOSS, held_categories=["B", category]))]


@pytest.mark.parametrize("category", ["AM", "A1", "A2", "A", "B1", "B", "BE"])
def test_no_medical_opinion_is_spoken_of_to_who_holds_only_light_ones(category):
    assert codes(ask(LOSS, held_categories=[category])) == "ID ADDR PHOTO LOSS STAMP"
    assert not any("médical" in note.says for note in notes(who(LOSS, held_categories=[category])))


def test_a_driving_school_cannot_ask_in_the_place_of_who_lost_the_licence():
    found = ask(LOSS, filer="school")
    assert (found.outcome, found.reason, found.source.key) == (Outcome.NOT_POSSIBLE, Reason.R21, "F1727")
    assert found.because == (
        "Une auto-école ne peut pas demander un permis perdu à votre place : faites la demande vous-même."
    )
    assert found.pieces == ()
    assert ask(LOSS, filer=None).outcome is Outcome.FILE


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


@pytest.mark.parametrize(("town", "postcode", "cents"), FEES)
def test_the_stamp_costs_25_euros_and_half_of_it_in_guyane(town, postcode, cents):
    assert fee(who(LOSS, postcode=postcode)).cents == cents


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


DRIVING = [
    ("2026-11-30", "2027-03-30"),
    ("2026-10-31", "2027-02-28"),
    ("2027-10-31", "2028-02-29"),
    ("2026-12-31", "2027-04-30"),
]


@pytest.mark.parametrize(("sent", "until"), DRIVING)
def test_the_adcs_lets_one_drive_four_months_from_the_day_the_request_is_sent(sent, until):
    (right,) = rights.drive(who(LOSS, on=sent, held_categories=["B", "A2"]))
    assert (right.start.isoformat(), right.until.isoformat()) == (sent, until)
    assert (right.categories, right.papers, right.source.key) == (("A2", "B"), ("ADCS", "ID"), "F1727")
    assert right.papers_words == "votre attestation de droits à conduire (ADCS) et votre pièce d’identité"
    assert right.runs_on(right.until)
    assert not right.runs_on(right.until + dt.timedelta(days=1))


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


def test_a_loss_takes_one_to_six_weeks_gives_a_card_and_cannot_be_taken_back():
    rules = rules_of(Motive.PERTE)
    assert (rules.delay.low, rules.delay.high, rules.delay.source.key) == (1, 6, "DELAYS")
    assert (rules.motive, rules.makes_card, rules.cancellable) == ("PERTE", True, False)
    assert [row.cents for row in rules.fees] == [1250, 2500]


def test_the_declaration_is_made_in_the_request():
    (asked,) = [p for p in ask(LOSS).pieces if p.piece == "LOSS"]
    assert (asked.because, asked.source.key) == ("vous déclarez la perte dans cette demande", "F1727")
