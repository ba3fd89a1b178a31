"""NF Z10-011: six lines of 38, capitals at the end, and a sentence for what does not fit."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.standards.postal_address import (
    Address,
    box_line,
    capitals,
    lines,
    name_line,
    street_line,
    too_long,
)


def envelope(**parts):
    """The texts of the lines."""
    return [line.text for line in lines(Address(**parts))]


def test_an_ordinary_address_is_written_as_the_post_wants_it():
    assert envelope(
        given_names="Léa Jeanne Inès",
        name="Moreau",
        box="Moreau",
        extra="Appartement 12, 3e étage",
        street="8, rue des Lices",
        place="Les Œillets",
        postcode="35000",
        town="Rennes",
    ) == [
        "Léa Jeanne Inès Moreau",
        "Appartement 12, 3e étage",
        "8 RUE DES LICES",
        "LES OEILLETS",
        "35000 RENNES",
    ]


def test_another_name_on_the_box_is_said_with_chez():
    assert box_line("Le Gall", "Léa Moreau") == "chez Le Gall"
    assert box_line("Chez M. Le Gall", "Léa Moreau") == "Chez M. Le Gall"
    assert box_line("c/o Le Gall", "Léa Moreau") == "c/o Le Gall"
    assert box_line("moreau", "Léa Moreau") == ""
    assert box_line("Chezeau", "Léa Moreau") == "chez Chezeau"


def test_somebody_without_a_given_name_has_an_address_too():
    assert envelope(name="Sukarno", street="1 rue A", postcode="75014", town="Paris") == [
        "Sukarno",
        "1 RUE A",
        "75014 PARIS",
    ]


@pytest.mark.parametrize(
    ("given", "name", "line"),
    [
        ("Léa Jeanne Inès", "Moreau", "Léa Jeanne Inès Moreau"),
        ("Marie-Antoinette Joséphine", "de La Rochefoucauld", "Marie-Antoinette de La Rochefoucauld"),
        ("Marie-Antoinette", "de La Rochefoucauld-Doudeauville", "M de La Rochefoucauld-Doudeauville"),
        ("Ana", "x" * 40, "x" * 38),
    ],
)
def test_a_long_name_is_shortened_by_its_given_names_first(given, name, line):
    assert name_line(given, name) == line


def test_the_official_example_of_abbreviation():
    # The standard's own: 48 signs, then 41, 36, 33 and 30. It stops as soon as the name fits in 32.
    assert street_line("BOULEVARD DU MARECHAL JEAN DE LATTRE DE TASSIGNY") == "BD MAL J DE LATTRE DE TASSIGNY"


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        # 17 signs: the standard says not to abbreviate
        ("avenue des fleurs", "AVENUE DES FLEURS"),
        ("12 avenue des Fleurs", "12 AVENUE DES FLEURS"),
        ("8bis, rue de l’Étang", "8 BIS RUE DE L ETANG"),
        ("15/17 place de la Mairie", "15 PLACE DE LA MAIRIE"),
        ("3 B rue Saint-Jean", "3 B RUE SAINT JEAN"),
        ("La Ville-ès-Nonais", "LA VILLE ES NONAIS"),
        ("25", "25"),
        # exactly 32 signs: whole; 33: abbreviated
        ("1 rue " + "A" * 28, "1 RUE " + "A" * 28),
        ("1 avenue " + "A" * 26, "1 AV " + "A" * 26),
        # a rare type is cut to four letters, and only at the end
        ("1 chemin " + "A" * 26, "1 CHEM " + "A" * 26),
    ],
)
def test_streets_are_abbreviated_only_when_they_must_be(typed, line):
    assert street_line(typed) == line


@pytest.mark.parametrize(
    ("town", "line"),
    [
        ("L’Haÿ-les-Roses", "94240 L HAY LES ROSES"),
        ("Créteil CEDEX 9", "94240 CRETEIL CEDEX 9"),
        ("Saint-Cœur", "94240 SAINT COEUR"),
    ],
)
def test_the_last_line_has_neither_accents_nor_punctuation(town, line):
    assert envelope(postcode="94240", town=town) == [line]


def test_a_line_that_is_too_long_says_which_by_how_much_and_what_to_do():
    found = too_long(Address(name="Moreau", extra="b" * 41, street="12 rue " + "X" * 33))
    assert found == {
        "extra": "La ligne de l’appartement, de l’étage ou du bâtiment a 41 caractères, et une enveloppe en prend 38 : "
        "il y en a 3 de trop. Gardez l’essentiel : appartement, étage, bâtiment.",
        "street": "La ligne du numéro et de la rue a 40 caractères, et une enveloppe en prend 38 : il y en a 2 de trop. "
        "Abrégez un prénom du nom de la rue, ou écrivez le bâtiment dans la case de l’appartement.",
    }


@pytest.mark.parametrize(("length", "wrong"), [(37, False), (38, False), (39, True)])
def test_38_signs_fit_and_39_do_not(length, wrong):
    assert bool(too_long(Address(extra="b" * length))) is wrong
    assert bool(too_long(Address(place="b" * length))) is wrong
    assert bool(too_long(Address(town="b" * length))) is wrong


TEXTS = st.text(st.characters(codec="utf-8", categories=["L", "M", "N", "P", "Zs", "S"]), max_size=60)


@settings(max_examples=200, deadline=None)
@given(st.builds(Address, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS, TEXTS))
def test_whatever_is_typed_there_are_six_lines_and_each_is_short_or_told(address):
    made = lines(address)
    told = too_long(address)
    assert len(made) <= 6
    assert len([line for line in made if line.part == "name" and len(line.text) > 38]) == 0
    for line in made:
        assert line.text.strip()
        assert (len(line.text) > 38) == (line.part in told)
        if line.part in {"street", "place", "town"}:
            assert line.text == line.text.upper() or not line.text.isascii()
            assert not re.search(r"[^\w ]|_|  ", line.text)


@settings(deadline=None)
@given(TEXTS)
def test_capitals_said_twice_are_the_same(text):
    assert capitals(capitals(text)) == capitals(text)


@settings(deadline=None)
@given(TEXTS)
def test_a_street_written_as_the_post_wants_it_stays_so(text):
    once = street_line(text)
    if len(once) <= 32:
        assert street_line(once) == once
