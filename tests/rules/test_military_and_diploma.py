"""Who is asked what to turn a military certificate or a professional diploma into a licence."""

from __future__ import annotations

from functools import partial

import pytest

from tests.rules.people import ask
from tests.rules.readings import (
    ADULT,
    DAY,
    asked_of_everybody,
    because,
    drives,
    each,
    ends,
    expected_of_everybody,
    made,
    papers,
    price,
    probation,
    terms,
    told,
    verdict,
)

SOLDIER = ADULT | {"motive": "MIL", "categories": ["B"], "held_categories": ["none"]}
GRADUATE = ADULT | {"motive": "DIP", "categories": ["B"], "held_categories": ["none"]}


def test_each_kind_of_person_is_asked_for_a_home_a_representative_and_a_stay_of_that_kind():
    expected = expected_of_everybody("ID {home} PHOTO MIL {people}")
    assert asked_of_everybody(SOLDIER) == expected


def test_a_graduate_of_each_kind_is_asked_the_same_and_who_is_18_tomorrow_as_an_adult():
    expected = expected_of_everybody("ID {home} PHOTO DIPLOMA {people}")
    # The documents are those of the day on which the request will be possible.
    expected["18 tomorrow"] = "ID ADDR PHOTO DIPLOMA"
    assert asked_of_everybody(GRADUATE) == expected


POSSIBLE = [
    ("a Spaniard here for 185 days", {"nationality": "ES", "resident_since": "2026-05-30"}, "file"),
    (
        "a Spaniard here for 184 days",
        {"nationality": "ES", "resident_since": "2026-05-31"},
        "not_before R10 2026-12-02 residence",
    ),
    ("a French person back yesterday", {"resident_since": "2026-11-30"}, "file"),
    ("a Moroccan here since yesterday", {"nationality": "MA", "resident_since": "2026-11-30"}, "file"),
    (
        "whose licence is suspended",
        {"sanction": "yes", "resident_since": "2020-01-01"},
        "not_possible R13 sanction",
    ),
]


@pytest.mark.parametrize("request_", [SOLDIER, GRADUATE], ids=["MIL", "DIP"])
def test_it_is_asked_after_185_days_here_by_a_european_and_not_under_a_suspension(request_):
    found, expected = each(POSSIBLE, partial(verdict, request_))
    assert found == expected


@pytest.mark.parametrize(("request_", "proof"), [(SOLDIER, "MIL"), (GRADUATE, "DIPLOMA")], ids=["MIL", "DIP"])
def test_a_licence_that_is_held_is_shown_and_bad_health_asks_for_a_doctor(request_, proof):
    assert papers(request_, held_categories=["B"], categories=["A2"]) == f"ID ADDR PHOTO {proof} LIC"
    assert papers(request_, held_categories=["AM"]) == f"ID ADDR PHOTO {proof} LIC"
    assert papers(request_, medical_flag="yes") == f"ID ADDR PHOTO {proof} MED"
    assert papers(request_, medical_flag="yes", categories=["C"]).count("MED") == 1


@pytest.mark.parametrize("request_", [SOLDIER, GRADUATE], ids=["MIL", "DIP"])
def test_neither_census_nor_road_safety_is_asked_of_a_young_soldier_or_graduate(request_):
    asked = papers(request_, birth_date="2007-01-01").split()
    assert not {"JDC", "RECENSEMENT", "ASSR2", "CEPC"} & set(asked)


# ── MIL ────────────────────────────────────────────────────────────────────────────────────────────────────

OLD, YOUNG = {"birth_date": "2005-12-01"}, {"birth_date": "2005-12-02"}  # 21 today, 21 tomorrow
TRAINING = [
    ("B at 20", YOUNG | {"categories": ["B"]}, ""),
    ("BE at 20", YOUNG | {"categories": ["BE"]}, ""),
    *((f"{code} at 21", OLD | {"categories": [code]}, "MED") for code in ("C1", "C1E", "C", "CE")),
    *((f"{code} at 20", YOUNG | {"categories": [code]}, "MED FORM") for code in ("C1", "C1E", "C", "CE")),
    *((f"{code} at 45", {"categories": [code]}, "MED FORM") for code in ("D1", "D1E", "D", "DE")),
    ("C and D at 20", YOUNG | {"categories": ["C", "D"]}, "MED FORM"),
]


def test_a_soldier_shows_a_training_for_a_lorry_before_21_and_for_a_bus_at_any_age():
    found, expected = each(TRAINING, partial(papers, SOLDIER))
    assert found == {name: f"ID ADDR PHOTO MIL {more}".strip() for name, more in expected.items()}


def test_a_long_professional_training_serves_as_training():
    (training,) = [p for p in ask(SOLDIER, on=DAY, categories=["D"]).pieces if p.piece == "FORM"]
    assert (training.any_of, training.source.key) == (("FORM", "FIMO"), "ARR_JUN_1999")
    (training,) = [p for p in ask(SOLDIER, on=DAY, categories=["C"], **YOUNG).pieces if p.piece == "FORM"]
    assert (training.any_of, training.key) == (("FORM", "FIMO"), "mil-form-c")


def test_a_military_certificate_lets_nobody_drive_before_the_card():
    assert (drives(SOLDIER), terms(SOLDIER), price(SOLDIER)) == ([], {}, 0)
    assert (told(SOLDIER), made("MIL")) == ("mil-no-right mil-signed", "card 2-8 can be taken back")
    assert ends(SOLDIER, categories=["B", "D"], medical_opinion_on="2026-11-20") == {"D": "2031-11-20"}
    assert probation(SOLDIER) is None


# ── DIP ────────────────────────────────────────────────────────────────────────────────────────────────────

ENZO = GRADUATE | {"birth_date": "2008-03-10", "categories": ["B", "C"], "address": "hosted"}
AGES = [
    ("at 18", "2026-03-10", "file"),
    ("a day before", "2026-03-09", "not_before R11 2026-03-10 dip-age"),
    ("at 17", "2025-03-10", "not_before R11 2026-03-10 dip-age"),
    ("at 16", "2024-03-10", "not_before R11 2026-03-10 dip-age"),
]


def test_a_diploma_is_worth_a_licence_from_18():
    assert [(when, day, verdict(ENZO, on=day)) for when, day, _ in AGES] == AGES
    assert papers(ENZO, on="2026-03-09") == papers(ENZO) == "ID HEB ID_HEB ADDR_HEB PHOTO DIPLOMA MED"


def test_a_diploma_of_driver_asks_for_a_doctor_for_each_heavy_category_alone():
    asked = {
        code: papers(GRADUATE, categories=[code]).split()[-1] for code in ("B", "BE", "C1", "CE", "D", "D1E")
    }
    assert asked == {
        "B": "DIPLOMA", "BE": "DIPLOMA", "C1": "MED", "CE": "MED", "D": "MED", "D1E": "MED",
    }  # fmt: skip


PROBATION = [
    # Held before,  probation in years, words
    ("none", 3, "dip-no-right dip-probation"),
    ("AM", 3, "dip-keep dip-no-right dip-probation"),
    ("B", None, "dip-keep dip-no-right"),
    ("A1", None, "dip-keep dip-no-right"),
]


def test_a_first_licence_by_diploma_is_on_probation_for_three_years():
    for held, years, words in PROBATION:
        holder = GRADUATE | {"held_categories": [held], "categories": ["C"]}
        assert (held, probation(holder), told(holder)) == (held, years, words)


def test_a_diploma_lets_nobody_drive_before_the_card():
    assert (drives(ENZO), terms(ENZO), price(ENZO)) == ([], {}, 0)
    assert made("DIP") == "card 2-8 can be taken back"
    assert ends(ENZO, medical_opinion_on="2026-11-20") == {"C": "2031-11-20"}
    assert because(ENZO, on="2026-03-09") == "F10036"
