"""What a document says beside what a person typed: folded, compared, and said in words; what is doubtful is left to a person."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permis.standards.compare import addresses, dates, folded, given_names, surnames, whole_name

SAME, DIFFERS, UNKNOWN = "same", "differs", "unknown"


@pytest.mark.parametrize(
    ("read", "typed", "expected"),
    [
        ("MARTIN", ["Martin"], SAME),
        ("HELENE", ["Hélène"], SAME),
        ("LE GALL", ["Le Gall"], SAME),
        ("LEGALL", ["Le Gall"], SAME),
        ("D ARTAGNAN", ["d’Artagnan"], SAME),
        ("DE LA TOUR", ["Latour"], DIFFERS),
        ("TOUR", ["de la Tour"], SAME),
        ("STRASSE", ["Straße"], SAME),
        ("OEUVRE", ["Œuvre"], SAME),
        ("DUPONT MARTIN", ["Dupont", "Martin"], SAME),
        ("MARTIN DUPONT", ["Dupont", "Martin"], SAME),
        ("DUPONT EPOUSE MARTIN", ["Dupont", "Martin"], SAME),
        ("MARTIN", ["Dupont", "Martin"], SAME),
        ("DUPONT MARTIN", ["Dupont"], UNKNOWN),
        ("PETIT", ["Dupont", "Martin"], DIFFERS),
        ("MARTINEZ", ["Martin"], DIFFERS),
        ("", ["Martin"], UNKNOWN),
        ("MARTIN", [""], UNKNOWN),
    ],
)
def test_a_surname_is_the_same_whatever_its_accents_hyphens_and_particles(read, typed, expected):
    assert surnames(read, typed).answer == expected


def test_a_surname_that_fills_its_room_may_have_been_cut():
    assert surnames("DUPONTMA", ["Dupontmartin"], longest=8).answer == SAME
    assert surnames("DUPONTMA", ["Dupontmartin"]).answer == DIFFERS
    assert surnames("DUP", ["Dupont"], longest=8).answer == DIFFERS


@pytest.mark.parametrize(
    ("read", "typed", "expected"),
    [
        (["LEA", "MARIE"], ["Léa", "Marie"], SAME),
        (["LEA"], ["Léa", "Marie"], SAME),
        (["LEA", "MARIE"], ["Léa"], SAME),
        (["JEAN PIERRE"], ["Jean-Pierre"], SAME),
        (["JEAN", "PIERRE"], ["Jean-Pierre"], SAME),
        (["JEAN PIERRE", "LUC"], ["Jean-Pierre"], SAME),
        (["LEA", "MARIE"], ["Léa", "Anne"], UNKNOWN),
        (["MARIE", "LEA"], ["Léa", "Marie"], UNKNOWN),
        (["L"], ["Léa"], UNKNOWN),
        (["JEAN"], ["Jean-Pierre"], UNKNOWN),
        (["ANNE"], ["Annette"], DIFFERS),
        (["TOM"], ["Léa"], DIFFERS),
        ([], ["Léa"], UNKNOWN),
    ],
)
def test_first_names_agree_when_the_first_one_does(read, typed, expected):
    assert given_names(read, typed).answer == expected


@pytest.mark.parametrize(
    ("read", "names", "given", "expected"),
    [
        ("MME PETIT NINA", ["Petit"], ["Nina"], SAME),
        ("M/ECHANTILLON/ARTHUR", ["Échantillon"], ["Arthur"], SAME),
        ("M LEGALL JEAN", ["Le Gall"], ["Jean", "Luc"], SAME),
        ("Jean LE GALL et Anne PETIT", ["Petit"], ["Anne"], SAME),
        ("MME DUPONT EP MARTIN CLAIRE", ["Dupont", "Martin"], ["Claire"], SAME),
        ("M MARTIN J", ["Martin"], ["Jean"], UNKNOWN),
        ("M MARTIN", ["Martin"], ["Jean"], UNKNOWN),
        ("MME MARTIN ANNE", ["Martin"], ["Paul"], DIFFERS),
        ("MME PETIT NINA", ["Martin"], ["Paul"], DIFFERS),
        ("", ["Martin"], ["Paul"], UNKNOWN),
    ],
)
def test_a_name_in_one_line_is_compared_whatever_its_order(read, names, given, expected):
    assert whole_name(read, names, given).answer == expected


def test_days_that_differ_are_said_with_the_day_of_the_document():
    born = dt.date(2007, 5, 3)
    assert dates(born, born, "La date de naissance").words == "La date de naissance est la même."
    swapped = dates(dt.date(2007, 3, 5), born, "La date de naissance")
    assert (swapped.answer, swapped.words) == (
        DIFFERS,
        "La date de naissance a le jour et le mois échangés : 05/03/2007 sur le document.",
    )
    assert dates(dt.date(2007, 5, 4), born).answer == DIFFERS
    assert dates(None, born).answer == UNKNOWN


@pytest.mark.parametrize(
    ("read", "typed", "expected"),
    [
        (("7 PL DU MARCHE", "57000", "METZ"), ("7 place du Marché", "57000", "Metz"), SAME),
        (("12 BD ST MICHEL", "75006", "PARIS"), ("12 boulevard Saint-Michel", "75006", "Paris"), SAME),
        (("12BIS RUE DES LILAS", "29200", "BREST"), ("12 bis, rue des Lilas", "29200", "Brest"), SAME),
        (("3 CHEM VERT", "97400", "ST DENIS"), ("3 chemin Vert", "97400", "Saint-Denis"), SAME),
        (("5 AV DE LA GARE", "44000", "NANTES CEDEX 1"), ("5 avenue de la Gare", "44000", "Nantes"), SAME),
        (("7 PLACE DU MARCHE", "57000", "METZ"), ("9 place du Marché", "57000", "Metz"), DIFFERS),
        (("7 PLACE DU MARCHE", "57000", "METZ"), ("7 place de la Gare", "57000", "Metz"), DIFFERS),
        (("7 PLACE DU MARCHE", "57000", "METZ"), ("7 place du Marché", "57070", "Metz"), DIFFERS),
        (("7 PLACE DU MARCHE", "57000", "METZ"), ("7 place du Marché aux fleurs", "57000", "Metz"), UNKNOWN),
        (("PLACE DU MARCHE", "57000", "METZ"), ("7 place du Marché", "57000", "Metz"), UNKNOWN),
        (("7 RUE HAUTE", "57000", "METZ SUD"), ("7 rue Haute", "57000", "Metz"), UNKNOWN),
        (("", "57000", "METZ"), ("7 rue Haute", "57000", "Metz"), UNKNOWN),
        (("", "", ""), ("7 rue Haute", "57000", "Metz"), UNKNOWN),
    ],
)
def test_an_address_is_the_same_whatever_its_abbreviations(read, typed, expected):
    assert addresses(*read, *typed).answer == expected


@given(st.text(max_size=60))
def test_whatever_is_typed_is_the_same_as_itself_in_capitals_or_cannot_be_told(text):
    assert surnames(folded(text), [text]).answer in {SAME, UNKNOWN}
    assert given_names([folded(text)], [text]).answer in {SAME, UNKNOWN}


@given(st.text(max_size=40), st.text(max_size=10), st.text(max_size=20))
def test_an_address_is_the_same_as_itself(street, postcode, town):
    assert addresses(street, postcode, town, street, postcode, town).answer in {SAME, UNKNOWN}
