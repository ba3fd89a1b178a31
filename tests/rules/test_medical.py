"""Who is asked what after a medical opinion and at the end of a suspension, and how long each category then lasts."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from permis.domain import rights
from permis.domain.vocabulary import Category
from tests.rules.people import ask, who
from tests.rules.readings import (
    ADULT,
    DAY,
    asked_of_everybody,
    because,
    counted,
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

# A lorry driver whose C ends in January.
LORRY = ADULT | {
    "motive": "MED",
    "categories": ["C"],
    "medical_opinion_on": "2026-11-20",
    "category_ends_on": {"C": "2027-01-15"},
}
GLASSES = ADULT | {"motive": "MED_REST", "categories": ["B"], "medical_opinion_on": "2026-11-20"}
SUSPENDED = ADULT | {
    "motive": "SUSP",
    "categories": ["B"],
    "ban_starts_on": "2026-07-15",
    "ban_ends_on": "2026-12-01",
}

DOCUMENTS = [
    (LORRY, "ID {home} PHOTO LIC {people} MED"),
    (GLASSES, "ID {home} PHOTO LIC {people} MED"),
    (SUSPENDED, "ID {home} PHOTO {people} MED DECISION"),
]


@pytest.mark.parametrize(("request_", "text"), DOCUMENTS, ids=["MED", "MED_REST", "SUSP"])
def test_each_kind_of_person_is_asked_for_a_home_a_representative_and_a_stay_of_that_kind(request_, text):
    assert asked_of_everybody(request_) == expected_of_everybody(text)


RESIDENCE = [
    ("a Spaniard here for 185 days", {"nationality": "ES", "resident_since": "2026-05-30"}, "file"),
    (
        "a Spaniard here for 184 days",
        {"nationality": "ES", "resident_since": "2026-05-31"},
        "not_before R10 2026-12-02 residence",
    ),
    ("a French person back yesterday", {"resident_since": "2026-11-30"}, "file"),
    ("a Moroccan here since yesterday", {"nationality": "MA", "resident_since": "2026-11-30"}, "file"),
]


@pytest.mark.parametrize("request_", [LORRY, GLASSES, SUSPENDED], ids=["MED", "MED_REST", "SUSP"])
def test_it_is_asked_after_185_days_here_by_a_european_and_at_once_by_others(request_):
    found, expected = each(RESIDENCE, partial(verdict, request_))
    assert found == expected


# ── MED and MED_REST ───────────────────────────────────────────────────────────────────────────────────────

OPINIONS = [
    ("of today", "2026-12-01", "file"),
    ("two years old", "2024-12-01", "file"),
    ("two years and a day old", "2024-11-30", "not_possible R12 med-old"),
    ("of tomorrow", "2026-12-02", "not_before R12 2026-12-02 med-ahead"),
    ("not had yet", "none", "not_possible R12 med-none"),
    ("of an unknown day", None, "open: medical_opinion_on"),
]


@pytest.mark.parametrize("request_", [LORRY, GLASSES], ids=["MED", "MED_REST"])
def test_a_medical_opinion_serves_two_years(request_):
    for age, opinion, expected in OPINIONS:
        assert (age, verdict(request_, medical_opinion_on=opinion)) == (age, expected)


@pytest.mark.parametrize("request_", [LORRY, GLASSES], ids=["MED", "MED_REST"])
def test_a_suspended_licence_is_not_renewed(request_):
    assert verdict(request_, sanction="yes") == "not_possible R13 sanction"
    assert verdict(request_, sanction=None) == "file"


@pytest.mark.parametrize("request_", [LORRY, GLASSES], ids=["MED", "MED_REST"])
def test_the_last_day_of_an_opinion_is_told(request_):
    assert terms(request_) == {"med-opinion-end": "2028-11-20"}
    assert counted(request_, medical_opinion_on="none") == ""
    assert price(request_) == 0


KEPT = [
    # The end of the category,               what is driven meanwhile
    ("after the opinion", "2027-01-15", ["C with LIC MED, 2026-12-01 to decision"]),
    ("the day of the opinion", "2026-11-20", ["C with LIC MED, 2026-12-01 to decision"]),
    ("a day before the opinion", "2026-11-19", []),
    # The opinion came in time: that the end has gone by since changes nothing.
    ("between the opinion and the request", "2026-11-25", ["C with LIC MED, 2026-12-01 to decision"]),
]


def test_a_category_that_ends_is_driven_until_the_decision_when_the_opinion_came_in_time():
    for when, end, expected in KEPT:
        assert (when, drives(LORRY, category_ends_on={"C": end})) == (when, expected)


def test_each_category_is_judged_by_its_own_end():
    both = {"categories": ["B", "C", "D"], "category_ends_on": {"C": "2027-01-15", "D": "2026-11-01"}}
    assert drives(LORRY, **both) == ["C with LIC MED, 2026-12-01 to decision"]
    assert ends(LORRY, **both) == {"B": "2031-11-20", "C": "2031-11-20", "D": "2031-11-20"}


def test_a_right_is_not_guessed_without_the_ends_of_the_categories():
    assert verdict(LORRY, category_ends_on=None) == "file"
    with pytest.raises(rights.NotYetKnown) as missing:
        rights.drive(who(LORRY, on=DAY, category_ends_on=None))
    assert missing.value.facts == ("category_ends_on",)


def test_a_restriction_on_glasses_gives_no_end_to_a_light_category_and_no_right():
    assert (ends(GLASSES), drives(GLASSES)) == ({}, [])
    assert ends(GLASSES, categories=["B", "CE"]) == {"CE": "2031-11-20"}


def test_what_one_must_know_after_a_medical_opinion():
    assert told(LORRY) == "med-in-time periodic doctor commission destroy"
    assert told(GLASSES) == "rest-keep rest-code doctor commission destroy"
    assert (made("MED"), made("MED_REST")) == ("card 2-9 can be taken back", "card 2-8 can be taken back")


def test_each_answer_about_an_opinion_quotes_its_text():
    assert because(LORRY, medical_opinion_on="none") == "F2686"
    assert because(LORRY, medical_opinion_on="2024-11-30") == "F2727"
    assert because(LORRY).split()[-1] == because(GLASSES).split()[-1] == "CODE_ROUTE"


def test_a_driver_of_58_keeps_driving_until_the_decision_and_gets_five_years():
    rene = {
        "birth_date": "1968-04-02",
        "categories": ["C", "CE"],
        "medical_opinion_on": "2026-12-01",
        "category_ends_on": {"C": "2027-01-15", "CE": "2027-01-15"},
    }
    assert papers(LORRY, on="2026-12-02", **rene) == "ID ADDR PHOTO LIC MED"
    assert drives(LORRY, on="2026-12-02", **rene) == ["C CE with LIC MED, 2026-12-02 to decision"]
    assert ends(LORRY, on="2026-12-02", **rene) == {"C": "2031-12-01", "CE": "2031-12-01"}


@pytest.mark.parametrize("request_", [LORRY, GLASSES, SUSPENDED], ids=["MED", "MED_REST", "SUSP"])
def test_it_opens_no_new_probation(request_):
    assert probation(request_, held_categories=["AM"]) is None


# ── How long a category lasts ──────────────────────────────────────────────────────────────────────────────

LASTING = [
    # The age on the day of the opinion (20 November 2026), born on,      C group,      D group,      light
    ("18", "2008-11-20", "2031-11-20", "2031-11-20", "2031-11-20"),
    ("60 tomorrow", "1966-11-21", "2031-11-20", "2031-11-20", "2031-11-20"),
    ("60 today", "1966-11-20", "2028-11-20", "2027-11-20", "2028-11-20"),
    ("76 tomorrow", "1950-11-21", "2028-11-20", "2027-11-20", "2028-11-20"),
    ("76 today", "1950-11-20", "2027-11-20", "2027-11-20", "2027-11-20"),
    ("99", "1927-11-20", "2027-11-20", "2027-11-20", "2027-11-20"),
]
C_GROUP = ["C1", "C1E", "C", "CE"]
D_GROUP = ["D1", "D1E", "D", "DE"]
LIGHT = ["AM", "A1", "A2", "A", "B1", "B", "BE"]


@pytest.mark.parametrize(("age", "birth", "lorry", "bus", "light"), LASTING, ids=[row[0] for row in LASTING])
def test_how_long_each_category_lasts_at_the_age_of_the_day_of_the_opinion(age, birth, lorry, bus, light):
    everything = {"birth_date": birth, "categories": [*LIGHT, *C_GROUP, *D_GROUP]}
    assert ends(LORRY, **everything) == {
        **dict.fromkeys(LIGHT, light),
        **dict.fromkeys(C_GROUP, lorry),
        **dict.fromkeys(D_GROUP, bus),
    }


def test_the_age_counts_on_the_day_of_the_opinion_and_not_on_that_of_the_request():
    assert ends(LORRY, birth_date="1966-11-25", categories=["D"]) == {"D": "2031-11-20"}


def test_a_bus_driver_of_61_gets_two_years_for_the_lorry_and_one_for_the_bus():
    odile = {"birth_date": "1965-10-10", "categories": ["C", "D"]}
    assert ends(LORRY, **odile) == {"C": "2028-11-20", "D": "2027-11-20"}


def test_an_opinion_of_29_february_ends_on_28_february():
    end = rights.latest_end(Category.D, dt.date(1960, 1, 1), dt.date(2028, 2, 29))
    assert end == dt.date(2029, 2, 28)


def test_the_longest_life_still_has_an_end():
    end = rights.latest_end(Category.C, dt.date(1900, 1, 1), dt.date(2100, 12, 31))
    assert end == dt.date(2101, 12, 31)


# ── SUSP ───────────────────────────────────────────────────────────────────────────────────────────────────

BANS = [
    # From,           to,             outcome,                                    documents
    ("2026-06-01", "2026-12-01", "file", "ID ADDR PHOTO MED PSY DECISION"),
    ("2026-06-02", "2026-12-01", "file", "ID ADDR PHOTO MED DECISION"),
    ("2025-12-01", "2026-12-01", "file", "ID ADDR PHOTO MED PSY DECISION"),
    ("2026-05-15", "2026-12-15", "not_before R13 2026-12-15 susp-runs", "ID ADDR PHOTO MED PSY DECISION"),
    ("2026-11-01", "2026-12-02", "not_before R13 2026-12-02 susp-runs", "ID ADDR PHOTO MED DECISION"),
    ("2026-02-28", "2026-08-28", "file", "ID ADDR PHOTO MED PSY DECISION"),
    ("2025-08-31", "2026-02-28", "file", "ID ADDR PHOTO MED PSY DECISION"),
    ("2025-08-31", "2026-02-27", "file", "ID ADDR PHOTO MED DECISION"),
]


@pytest.mark.parametrize(("starts", "stops", "outcome", "documents"), BANS)
def test_a_suspended_licence_is_asked_back_from_the_last_day_and_a_psychologist_sees_who_waited_six_months(
    starts, stops, outcome, documents
):
    ban = {"ban_starts_on": starts, "ban_ends_on": stops}
    assert (verdict(SUSPENDED, **ban), papers(SUSPENDED, **ban)) == (outcome, documents)
    assert terms(SUSPENDED, **ban) == {"susp-end": stops}


def test_a_suspension_without_a_known_end_has_no_term_and_no_psychologist():
    assert counted(SUSPENDED, ban_ends_on="none") == ""
    assert papers(SUSPENDED, ban_ends_on="none") == "ID ADDR PHOTO MED DECISION"
    assert papers(SUSPENDED, ban_starts_on="none") == "ID ADDR PHOTO MED DECISION"
    assert verdict(SUSPENDED, ban_ends_on=None) == "open: ban_ends_on"
    assert ask(SUSPENDED, on=DAY, ban_starts_on=None).unknown == ("ban_starts_on",)


def test_nothing_lets_drive_at_the_end_of_a_suspension_before_the_card():
    assert drives(SUSPENDED, medical_opinion_on="2026-11-20") == []
    short = "susp-no-right susp-short susp-commission doctor commission"
    assert told(SUSPENDED) == short
    assert told(SUSPENDED, ban_starts_on="2026-06-02") == short
    assert told(SUSPENDED, ban_starts_on="2026-06-01") == "susp-no-right susp-commission doctor commission"
    assert (price(SUSPENDED), made("SUSP")) == (0, "card 2-8 can be taken back")


def test_the_heavy_categories_of_a_suspended_licence_last_from_the_opinion():
    seen = {"categories": ["B", "C"], "medical_opinion_on": "2026-11-20"}
    assert ends(SUSPENDED, **seen) == {"C": "2031-11-20"}
    assert ends(SUSPENDED, **seen | {"categories": ["B"]}) == {}


def test_a_sanction_does_not_stop_the_request_that_ends_it():
    assert verdict(SUSPENDED, sanction="yes") == "file"
