"""The worked people of the domain sheet whose motive is open, as a table of literals."""

from __future__ import annotations

import pytest

from permis.domain import rights
from permis.domain.pieces import PIECES
from permis.domain.required import FILES, fee, notes, rules_of
from permis.domain.vocabulary import Outcome
from tests.rules.people import ask, codes, who

B = {"motive": "REU", "categories": ["B"]}
LOST_B = {"motive": "PERTE", "held_categories": ["B"]}

PEOPLE = [
    # name, day, facts, documents, cents, may drive until
    (
        "P01 Léa, 18, at her parents'",
        "2026-12-01",
        B | {"birth_date": "2008-05-14", "nationality": "FR", "exam_on": "2026-11-20", "address": "hosted"},
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC ASSR2 JDC",
        0,
        "2027-03-20",
    ),
    (
        "P01 Léa, whose JDC was given at the registration",
        "2026-12-01",
        B
        | {
            "birth_date": "2008-05-14",
            "nationality": "FR",
            "exam_on": "2026-11-20",
            "address": "hosted",
            "already_given": ["JDC"],
        },
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC ASSR2",
        0,
        "2027-03-20",
    ),
    (
        "P02 Tom, 17",
        "2026-12-01",
        B | {"birth_date": "2009-03-02", "nationality": "FR", "exam_on": "2026-11-25"},
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP ASSR2 JDC",
        0,
        "2027-03-25",
    ),
    (
        "P04 Hugo, 17, accompanied driving",
        "2026-12-01",
        B
        | {
            "birth_date": "2009-01-10",
            "nationality": "FR",
            "exam_on": "2026-11-18",
            "learning_mode": "aac",
        },
        "ID HEB ID_HEB ADDR_HEB PHOTO CEPC REP ID_REP ASSR2 JDC AAC",
        0,
        "2027-03-18",
    ),
    (
        "P10 Youssef, Moroccan, 34",
        "2026-12-01",
        B | {"birth_date": "1992-04-04", "nationality": "MA", "exam_on": "2026-11-20", "address": "own"},
        "ID ADDR PHOTO CEPC STAY",
        0,
        "2027-03-20",
    ),
    (
        "P11 Amina, Afghan, asylum seeker with the right to work, in a shelter",
        "2026-12-01",
        B | {"birth_date": "1998-06-01", "nationality": "AF", "exam_on": "2026-11-20", "address": "homeless"},
        "ID DOMICILIATION ADDR PHOTO CEPC STAY",
        0,
        "2027-03-20",
    ),
    (
        "P12 Marie, 45, lost it today",
        "2026-11-30",
        LOST_B | {"birth_date": "1981-01-01", "nationality": "FR", "address": "own", "postcode": "69003"},
        "ID ADDR PHOTO LOSS STAMP",
        2500,
        "2027-03-30",
    ),
    (
        "P12 Marie, if she lived in Cayenne",
        "2026-11-30",
        LOST_B | {"birth_date": "1981-01-01", "nationality": "FR", "address": "own", "postcode": "97300"},
        "ID ADDR PHOTO LOSS STAMP",
        1250,
        "2027-03-30",
    ),
    (
        "P12 Marie, if she drove a bus",
        "2026-11-30",
        LOST_B
        | {
            "birth_date": "1981-01-01",
            "nationality": "FR",
            "address": "own",
            "postcode": "69003",
            "held_categories": ["B", "D"],
        },
        "ID ADDR PHOTO LOSS (MED) STAMP",
        2500,
        "2027-03-30",
    ),
    (
        "P31 Mrs Roy, 30, under guardianship, lost it",
        "2026-12-01",
        LOST_B | {"birth_date": "1996-05-05", "nationality": "FR", "address": "own", "guardianship": "yes"},
        "ID ADDR PHOTO LOSS REP ID_REP STAMP",
        2500,
        "2027-04-01",
    ),
]


@pytest.mark.parametrize(
    ("name", "day", "facts", "documents", "cents", "until"), PEOPLE, ids=[p[0] for p in PEOPLE]
)
def test_what_is_asked_of(name, day, facts, documents, cents, until):
    found = ask(facts, on=day)
    assert (codes(found), found.outcome, found.unknown) == (documents, Outcome.FILE, ())
    somebody = who(facts, on=day)
    assert fee(somebody).cents == cents
    (right,) = rights.drive(somebody)
    assert right.until.isoformat() == until


def test_hugo_is_on_probation_for_two_years_and_tom_for_three():
    tom, hugo = (who(facts, on=day) for name, day, facts, *_ in PEOPLE if name[:3] in {"P02", "P04"})
    assert (rights.probation_years(tom), rights.probation_years(hugo)) == (3, 2)


def test_marie_who_finds_her_old_licence_must_destroy_it_and_cannot_cancel():
    (marie,) = (who(facts, on=day) for name, day, facts, *_ in PEOPLE if name.endswith("lost it today"))
    assert not rules_of(marie.motive).cancellable
    assert "Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le." in [
        note.says for note in notes(marie)
    ]


def test_every_document_that_may_be_asked_is_explained_in_words_but_the_declaration_made_in_the_form():
    asked = {
        piece
        for motive in FILES
        for need in rules_of(motive).needs
        for group in need.pieces
        for piece in group
    }
    assert {piece.value for piece in asked if piece not in PIECES} == {"LOSS"}
