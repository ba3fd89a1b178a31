"""Addresses and numbers: what people type is made one, what cannot be reached is told."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.standards.contact import normalise_email, normalise_phone, spoken


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("06.12.34.56.78", "+33612345678"),
        ("07-12-34-56-78", "+33712345678"),
        ("+33 (0)6 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("06\u202f12\u00a034 56 78", "+33612345678"),
        ("+262 692 12 34 56", "+262692123456"),
        ("+44 7911 123456", "+447911123456"),
    ],
)
def test_a_mobile_number_is_the_same_however_it_is_written(typed, kept):
    assert normalise_phone(typed) == kept
    assert normalise_phone(spoken(kept)) == kept


@pytest.mark.parametrize(
    "typed", ["01 23 45 67 89", "+33123456789", "0612", "six", "", "٠٦١٢٣٤٥٦٧٨", "06123456789"]
)
def test_a_number_that_cannot_receive_a_code_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match="Exemple : 06 12 34 56 78"):
        normalise_phone(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "+1 900 555 0100",  # premium rate
        "+1 876 555 0100",  # an island with the code of the United States
        "+882 16 12345678",  # satellites
        "+881 6 1234 5678",
        "+870 773 123 456",
        "+979 1 1234 5678",  # premium rate, all countries
        "+44 70 1234 5678",  # personal numbers
        "+371 81 000 000",
        "+690 1234",
        "+262 262 12 34 56",  # La Réunion, not a mobile
    ],
)
def test_no_message_goes_to_a_premium_number_a_satellite_or_a_telephone_that_is_no_mobile(typed):
    with pytest.raises(ValueError, match="Nous ne pouvons pas envoyer de SMS à ce numéro"):
        normalise_phone(typed)


@pytest.mark.parametrize(
    "typed",
    ["+32 470 12 34 56", "+49 151 23456789", "+34 612 34 56 78", "+212 6 12 34 56 78", "+41 79 123 45 67"],
)
def test_a_mobile_number_of_a_country_of_the_list_is_taken(typed):
    assert normalise_phone(typed) == typed.replace(" ", "")


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lea@Exemple.FR", "lea@exemple.fr"),
        (" lea.moreau+permis@exemple.fr\u200b", "lea.moreau+permis@exemple.fr"),
        ("o'brien@exemple.fr", "o'brien@exemple.fr"),
        ("lea@sous-domaine.exemple.co.uk", "lea@sous-domaine.exemple.co.uk"),
        ("lea@académie.fr", "lea@académie.fr"),
        ("a@b.fr", "a@b.fr"),
        ("lea@exemple.fr\n", "lea@exemple.fr"),
        ("x" * 64 + "@exemple.fr", "x" * 64 + "@exemple.fr"),
    ],
)
def test_an_address_that_exists_is_taken(typed, kept):
    assert normalise_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "lea",
        "lea@",
        "@exemple.fr",
        "lea@exemple",
        "lea@exemple.f",
        "lea@exemple..fr",
        "lea@-exemple.fr",
        "lea..m@exemple.fr",
        ".lea@exemple.fr",
        "lea moreau@exemple.fr",
        "lea@a@exemple.fr",
        "lea@10.0.0.1",
        "léa@exemple.fr\nBcc: x@y.fr",
        "x" * 65 + "@exemple.fr",
        "lea@" + "a." * 130 + "fr",
    ],
)
def test_an_address_that_no_mail_can_reach_is_refused_with_an_example(typed):
    with pytest.raises(ValueError, match=r"Exemple : lea@exemple\.fr"):
        normalise_email(typed)


@settings(deadline=None)
@given(st.text(max_size=80))
def test_whatever_is_typed_is_made_one_or_refused_in_french(text):
    for normalise in (normalise_email, normalise_phone):
        try:
            kept = normalise(text)
        except ValueError as error:
            assert str(error).startswith("Écrivez ")  # noqa: PT017  the sentence is what is tested
        else:
            assert normalise(kept) == kept
            assert "\n" not in kept
