"""Whose foreign licence may be exchanged, in which months, against which papers: each bound from both sides."""

from __future__ import annotations

from functools import partial

import pytest

from permis.domain import rights
from permis.domain.required import fee
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
    line,
    made,
    papers,
    price,
    probation,
    terms,
    told,
    verdict,
)

FROM_SPAIN = ADULT | {
    "motive": "ECH_EU",
    "categories": ["B"],
    "licence_country": "ES",
    "licence_obtained_on": "2015-05-05",
    "licence_expires_on": "2029-05-05",
}
# A Moroccan whose first card was handed over in June, with a licence of Morocco.
FROM_MOROCCO = ADULT | {
    "motive": "ECH_HUE",
    "nationality": "MA",
    "categories": ["B"],
    "licence_country": "MA",
    "licence_obtained_on": "2015-05-05",
    "licence_expires_on": "2029-05-05",
    "stay_started_on": "2026-06-10",
}
FROM_NOUMEA = ADULT | {
    "motive": "ECH_COM",
    "categories": ["B"],
    "licence_country": "NC",
    "licence_expires_on": "2029-05-05",
}
RECORD = ADULT | {"motive": "ENR_EU", "licence_country": "ES", "licence_obtained_on": "2015-05-05"}
BACK = ADULT | {"motive": "RETAB", "categories": ["B"], "licence_country": "CA"}
OLIVER = FROM_SPAIN | {
    "nationality": "GB",
    "licence_country": "GB",
    "licence_obtained_on": "2019-05-05",
}

DOCUMENTS = [
    (FROM_NOUMEA, "ID {home} PHOTO FLIC {people} ADC"),
    (RECORD, "ID {home} FLIC {people}"),
    (BACK, "ID {home} PHOTO FLIC {people}"),
]


@pytest.mark.parametrize(("request_", "text"), DOCUMENTS, ids=["ECH_COM", "ENR_EU", "RETAB"])
def test_each_kind_of_person_is_asked_for_a_home_a_representative_and_a_stay_of_that_kind(request_, text):
    assert asked_of_everybody(request_) == expected_of_everybody(text)


def test_an_exchange_of_a_european_licence_asks_a_european_to_prove_the_name_of_birth():
    expected = expected_of_everybody("ID {home} PHOTO FLIC {people}")
    european = {
        name: f"{documents} CIVIL" if "RESN" in documents else documents
        for name, documents in expected.items()
    }
    assert asked_of_everybody(FROM_SPAIN) == european
    assert european["a Spaniard"] == "ID ADDR PHOTO FLIC RESN CIVIL"


def test_an_exchange_from_outside_europe_asks_europeans_and_french_people_since_when_they_live_here():
    asked = asked_of_everybody(FROM_MOROCCO | {"nationality": "FR", "resident_since": "2026-03-01"})
    home = "ID ADDR PHOTO FLIC TRAD"
    hosted = "ID HEB ID_HEB ADDR_HEB PHOTO FLIC TRAD"
    dates = "RESN ARRIV ADC RESAB"
    assert asked == {
        "a French adult at home": f"{home} {dates}",
        "18 today": f"{home} {dates}",
        "18 tomorrow": f"{hosted} REP ID_REP {dates}",
        "hosted": f"{hosted} {dates}",
        "without a stable home": f"ID DOMICILIATION ADDR PHOTO FLIC TRAD {dates}",
        "at a hotel": f"ID HOTEL ADDR PHOTO FLIC TRAD {dates}",
        "in a caravan": f"ID HOTEL ADDR PHOTO FLIC TRAD {dates}",
        "on a boat": f"ID BOAT ADDR PHOTO FLIC TRAD {dates}",
        "confirmed by the energy supplier": f"ID PHOTO FLIC TRAD {dates}",
        "under guardianship": f"{home} REP ID_REP {dates}",
        "a Spaniard": f"{home} {dates}",
        "a Norwegian": f"{home} {dates}",
        "a Swiss": f"{home} {dates}",
        "an Andorran": f"{home} {dates}",
        "a Moroccan": f"{home} STAY ADC",
        "a Briton": f"{home} STAY ADC RESAB",
    }


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
SETTLED = [FROM_SPAIN, FROM_NOUMEA, RECORD, BACK]


@pytest.mark.parametrize("request_", SETTLED, ids=["ECH_EU", "ECH_COM", "ENR_EU", "RETAB"])
def test_it_is_asked_after_185_days_here_by_a_european_and_at_once_by_others(request_):
    found, expected = each(RESIDENCE, partial(verdict, request_))
    assert found == expected


# ── What the four exchanges share ──────────────────────────────────────────────────────────────────────────

EXCHANGES = [
    # The request,      its documents, with the places where something may come
    (FROM_SPAIN, "ID ADDR PHOTO {licence} {after}"),
    (FROM_MOROCCO, "ID ADDR PHOTO {licence} TRAD STAY ADC {after}"),
    (FROM_NOUMEA, "ID ADDR PHOTO {licence} ADC {after}"),
]
CASES = [
    ("in hand", {}, "FLIC", ""),
    ("lost", {"licence_lost": "yes"}, "LOSS", "STAMP"),
    ("after a sanction", {"sanction": "yes"}, "FLIC", "DECISION MED"),
    ("with C", {"categories": ["B", "C"]}, "FLIC", "MED"),
    ("with D1E", {"categories": ["B", "D1E"]}, "FLIC", "MED"),
    ("with BE", {"categories": ["B", "BE"]}, "FLIC", ""),
    ("of somebody unwell", {"medical_flag": "yes"}, "FLIC", "MED"),
]


@pytest.mark.parametrize(("request_", "text"), EXCHANGES, ids=["ECH_EU", "ECH_HUE", "ECH_COM"])
def test_what_is_asked_for_a_foreign_licence(request_, text):
    for state, facts, licence, after in CASES:
        assert (state, papers(request_, **facts)) == (state, line(text, licence=licence, after=after))


IDS = ["ECH_EU", "ECH_HUE", "ECH_COM", "RETAB"]


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO, FROM_NOUMEA, BACK], ids=IDS)
def test_who_holds_a_heavy_category_brings_an_opinion_or_gives_it_up(request_):
    def choices(**facts):
        return [p.any_of for p in ask(request_, on=DAY, **facts).pieces if p.piece == "MED"]

    assert choices(categories=["B", "CE"]) == [("MED", "RENON")]
    assert choices(categories=["B", "A"]) == []
    # Whether a waiver will do is not said before it is known that the person is well.
    assert choices(categories=["B", "CE"], medical_flag=None, presume=False) == []
    # Who is unwell sees a doctor for the other categories too.
    assert choices(categories=["B", "CE"], medical_flag="yes") == [("MED",)]
    assert choices(categories=["B", "A"], medical_flag="yes") == [("MED",)]


def test_the_rights_given_back_on_the_return_ask_for_a_doctor_only_of_the_heavy_and_the_unwell():
    assert papers(BACK, categories=["B", "C"]) == "ID ADDR PHOTO FLIC MED"
    assert papers(BACK, medical_flag="yes") == "ID ADDR PHOTO FLIC MED"
    assert papers(RECORD, medical_flag="yes", categories=["C"]) == "ID ADDR FLIC"


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO, FROM_NOUMEA], ids=IDS[:3])
def test_after_a_sanction_a_doctor_is_seen_even_by_who_gives_the_heavy_categories_up(request_):
    found = ask(request_, on=DAY, sanction="yes", categories=["B", "C"])
    assert [p.any_of for p in found.pieces if p.piece == "MED"] == [("MED",)]


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO, FROM_NOUMEA], ids=IDS[:3])
def test_a_lost_foreign_licence_is_told_by_a_declaration_or_by_a_receipt_of_the_police(request_):
    (told_by,) = [p.any_of for p in ask(request_, on=DAY, licence_lost="yes").pieces if p.piece == "LOSS"]
    assert told_by == ("LOSS", "THEFT")


PRICES = [
    ("in hand", {}, 0),
    ("in hand, in Guyane", {"postcode": "97300"}, 0),
    ("lost", {"licence_lost": "yes"}, 2500),
    ("lost, in Guyane", {"licence_lost": "yes", "postcode": "97300"}, 1250),
    ("lost, in Martinique", {"licence_lost": "yes", "postcode": "97200"}, 2500),
    ("expired", {"licence_expires_on": "2026-11-30"}, 0),
]


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO, FROM_NOUMEA], ids=IDS[:3])
def test_an_exchange_is_free_unless_the_licence_cannot_be_shown(request_):
    found, expected = each(PRICES, partial(price, request_))
    assert found == expected
    assert fee(who(request_, on=DAY)).source.key == "F34118"


def test_neither_a_record_nor_rights_given_back_cost_anything_even_lost():
    assert price(RECORD, licence_lost="yes") == price(BACK, licence_lost="yes") == 0


def test_two_months_of_silence_refuse_an_exchange():
    assert terms(FROM_SPAIN) == terms(FROM_NOUMEA) == {"exchange-silence": "2027-02-01"}
    assert terms(FROM_SPAIN, on="2026-12-31") == {"exchange-silence": "2027-02-28"}
    assert terms(FROM_MOROCCO) == {"hue-last": "2027-06-10", "exchange-silence": "2027-02-01"}
    assert terms(RECORD) == terms(BACK) == {}


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO, FROM_NOUMEA, BACK], ids=IDS)
def test_the_heavy_categories_that_are_exchanged_last_from_the_opinion(request_):
    seen = {"categories": ["B", "C", "D"], "medical_opinion_on": "2026-11-20"}
    assert ends(request_, **seen) == {"C": "2031-11-20", "D": "2031-11-20"}
    assert ends(request_, **seen | {"medical_opinion_on": "none"}) == {}


RESULTS = [
    ("ECH_EU", "card 13-52 can be taken back"),
    ("ECH_HUE", "card 13-52 can be taken back"),
    ("ECH_COM", "card 13-52 can be taken back"),
    ("RETAB", "card 13-52 can be taken back"),
    ("ENR_EU", "record 2-8 can be taken back"),
]


def test_what_comes_of_it_and_when():
    assert [(motive, made(motive)) for motive, _ in RESULTS] == RESULTS


YEARS = [
    # Category, the least age in France, born that many years before the day of the request
    ("A1", "2010-12-01", "2010-12-02", "exchange-age-light"),
    ("B1", "2010-12-01", "2010-12-02", "exchange-age-light"),
    ("B", "2009-12-01", "2009-12-02", "exchange-age-b"),
    ("A2", "2008-12-01", "2008-12-02", "exchange-age-a2"),
    ("A", "2008-12-01", "2008-12-02", "exchange-age-a2"),
    ("BE", "2008-12-01", "2008-12-02", "exchange-age-a2"),
    ("C1", "2008-12-01", "2008-12-02", "exchange-age-c1"),
    ("C1E", "2008-12-01", "2008-12-02", "exchange-age-c1"),
    ("C", "2005-12-01", "2005-12-02", "exchange-age-heavy"),
    ("CE", "2005-12-01", "2005-12-02", "exchange-age-heavy"),
    ("D1", "2005-12-01", "2005-12-02", "exchange-age-heavy"),
    ("D1E", "2005-12-01", "2005-12-02", "exchange-age-heavy"),
    ("D", "2002-12-01", "2002-12-02", "exchange-age-d"),
    ("DE", "2002-12-01", "2002-12-02", "exchange-age-d"),
]


@pytest.mark.parametrize("request_", [FROM_SPAIN, FROM_MOROCCO], ids=IDS[:2])
def test_a_category_is_exchanged_from_the_age_that_it_asks_for_here(request_):
    for category, old_enough, too_young, row in YEARS:
        said = [verdict(request_, categories=[category], birth_date=day) for day in (old_enough, too_young)]
        assert (category, *said) == (category, "file", f"not_before R11 2026-12-02 {row}")


@pytest.mark.parametrize(
    "request_", [*SETTLED, FROM_MOROCCO], ids=["ECH_EU", "ECH_COM", "ENR_EU", "RETAB", "ECH_HUE"]
)
def test_a_foreign_licence_brings_no_new_probation(request_):
    assert probation(request_, held_categories=["none"], birth_date="2005-01-01") is None


def test_a_record_makes_no_card_and_so_gives_no_end():
    assert ends(RECORD, categories=["C"], medical_opinion_on="2026-11-20") == {}


# ── ECH_EU, ENR_EU ─────────────────────────────────────────────────────────────────────────────────────────

COUNTRIES = [
    # The licence comes from,  an exchange as European,        as other,                        a record
    ("DE", "file", "not_possible hue-european", "file"),
    ("NO", "file", "not_possible hue-european", "file"),
    ("HR", "file", "not_possible hue-european", "file"),
    ("CH", "not_possible eu-not-eu", "file", "not_possible enr-not-eu"),
    ("AD", "not_possible eu-not-eu", "file", "not_possible enr-not-eu"),
    ("MC", "not_possible eu-not-eu", "file", "not_possible enr-not-eu"),
    ("US", "not_possible eu-not-eu", "file", "not_possible enr-not-eu"),
    ("NC", "not_possible eu-not-eu", "not_possible hue-overseas", "not_possible enr-not-eu"),
]


def test_which_request_a_foreign_licence_belongs_to():
    requests = (FROM_SPAIN, FROM_MOROCCO, RECORD)
    found = [(row[0], *(verdict(one, licence_country=row[0]) for one in requests)) for row in COUNTRIES]
    assert found == COUNTRIES


def test_a_licence_of_ours_is_neither_exchanged_nor_recorded_as_a_foreign_one():
    assert verdict(FROM_SPAIN, licence_country="FR") == "not_possible eu-not-eu"
    assert verdict(RECORD, licence_country="FR") == "not_possible enr-not-eu"
    assert verdict(FROM_MOROCCO, licence_country="FR") == "not_possible hue-european"


def test_the_licence_of_an_overseas_collectivity_has_its_own_exchange():
    for country in ("NC", "PF", "WF", "PM", "BL", "MF"):
        assert (country, verdict(FROM_NOUMEA, licence_country=country)) == (country, "file")
        assert verdict(FROM_MOROCCO, licence_country=country) == "not_possible hue-overseas"


def test_no_other_licence_is_exchanged_as_one_of_an_overseas_collectivity():
    others = [verdict(FROM_NOUMEA, licence_country=country) for country in ("ES", "MA", "FR", "GB", "RE")]
    assert others == ["not_possible com-elsewhere"] * 5


FREE_OR_BOUND = [
    # The licence,                                        must be exchanged, and may be driven with meanwhile until
    ("valid", {}, False, "2029-05-05"),
    ("without an end", {"licence_expires_on": "none"}, False, "None"),
    ("in its last day", {"licence_expires_on": "2026-12-01"}, False, "2026-12-01"),
    ("expired yesterday", {"licence_expires_on": "2026-11-30"}, True, None),
    ("lost", {"licence_lost": "yes"}, True, None),
    ("under a sanction", {"sanction": "yes"}, True, None),
]


@pytest.mark.parametrize(
    ("state", "facts", "bound", "until"), FREE_OR_BOUND, ids=[row[0] for row in FREE_OR_BOUND]
)
def test_a_european_licence_may_be_kept_while_it_is_valid_and_in_hand(state, facts, bound, until):
    spanish = told(FROM_SPAIN, **facts).split()
    assert spanish[0] == ("eu-must" if bound else "eu-voluntary")
    assert ("exchange-original" in spanish) is ("licence_lost" not in facts)
    kanak = told(FROM_NOUMEA, **facts).split()
    assert ("com-must" in kanak) is bound
    assert ("com-lost" in kanak) is ("licence_lost" in facts)
    expected = [] if until is None else [f"B with FLIC, 2026-12-01 to {until}"]
    assert drives(FROM_SPAIN, **facts) == drives(FROM_NOUMEA, **facts) == expected
    assert verdict(FROM_SPAIN, **facts) == verdict(FROM_NOUMEA, **facts) == "file"


def test_what_one_must_know_of_an_exchange():
    assert told(FROM_SPAIN) == "eu-voluntary exchange-original exchange-code"
    heavy = {"categories": ["B", "C"]}
    assert told(FROM_SPAIN, **heavy) == "eu-voluntary exchange-original exchange-code exchange-waiver"
    assert told(FROM_NOUMEA) == "com-adc-age exchange-original exchange-code"
    assert told(FROM_NOUMEA, **heavy) == "com-adc-age exchange-original exchange-code exchange-waiver"
    assert told(FROM_NOUMEA, licence_lost="yes") == "com-must com-adc-age com-lost exchange-code"
    assert told(RECORD) == "enr-optional enr-keep"
    assert told(BACK) == "retab-added retab-original"
    assert drives(RECORD) == drives(BACK) == []


# ── A British licence ──────────────────────────────────────────────────────────────────────────────────────

BRITISH = [
    # The licence,                                    as European,                   from outside Europe
    ("of 31 December 2020", {"licence_obtained_on": "2020-12-31"}, "not_needed uk-recognised", "not_needed uk-recognised"),
    ("of 1 January 2021", {"licence_obtained_on": "2021-01-01"}, "not_possible eu-not-eu", "file"),
    ("of an unknown day", {"licence_obtained_on": None}, "open: licence_obtained_on", "open: licence_obtained_on"),
    ("of 2019, in its last day", {"licence_expires_on": "2026-12-01"}, "not_needed uk-recognised", "not_needed uk-recognised"),
    ("of 2019, expired yesterday", {"licence_expires_on": "2026-11-30"}, "file", "file"),
    ("of 2019, lost", {"licence_lost": "yes"}, "file", "file"),
    ("of 2019, after an offence", {"sanction": "yes"}, "file", "file"),
    ("of 2019, of a student", {"student": "yes"}, "not_needed uk-recognised", "not_needed uk-recognised"),
    ("of 2019, lost by a student", {"student": "yes", "licence_lost": "yes"}, "file", "file"),
    ("of 2019, lost four years after settling", {"licence_lost": "yes", "stay_started_on": "2022-12-01"}, "file", "file"),
    ("of 2019, lost, got after settling", {"licence_lost": "yes", "stay_started_on": "2018-12-01"}, "file", "file"),
    ("of 2022, of a student", {"licence_obtained_on": "2022-05-05", "student": "yes"}, "not_possible eu-not-eu", "not_possible R17 hue-student"),
    ("of 2022, expired", {"licence_obtained_on": "2022-05-05", "licence_expires_on": "2026-11-30"}, "not_possible eu-not-eu", "not_possible R17 hue-expired"),
]  # fmt: skip


def test_a_british_licence_of_before_2021_is_kept_and_a_newer_one_comes_from_outside_europe():
    other = OLIVER | {"motive": "ECH_HUE"}
    for licence, facts, europe, world in BRITISH:
        assert (licence, verdict(OLIVER, **facts), verdict(other, **facts)) == (licence, europe, world)


LOST_BRITISH = [
    ("a Briton", {"nationality": "GB"}, "ID ADDR PHOTO LOSS STAY STAMP"),
    ("a Spaniard", {"nationality": "ES"}, "ID ADDR PHOTO LOSS RESN CIVIL STAMP"),
    ("a French person", {"nationality": "FR"}, "ID ADDR PHOTO LOSS STAMP"),
    ("a driver of C", {"categories": ["C"]}, "ID ADDR PHOTO LOSS STAY MED STAMP"),
    ("under guardianship", {"guardianship": "yes"}, "ID ADDR PHOTO LOSS REP ID_REP STAY STAMP"),
]


def test_an_old_british_licence_that_is_lost_asks_the_same_of_both_exchanges():
    for person, facts, documents in LOST_BRITISH:
        europe = OLIVER | {"licence_lost": "yes"} | facts
        world = europe | {"motive": "ECH_HUE"}
        assert (person, papers(europe)) == (person, documents)
        for read in (papers, price, terms, told, drives, because):
            assert (person, read.__name__, read(world)) == (person, read.__name__, read(europe))


def test_a_spaniard_with_an_old_british_licence_waits_185_days_in_both_exchanges():
    europe = OLIVER | {"nationality": "ES", "licence_lost": "yes", "resident_since": "2026-05-31"}
    world = europe | {"motive": "ECH_HUE"}
    assert verdict(europe) == verdict(world) == "not_before R10 2026-12-02 residence"
    assert (
        verdict(europe, resident_since="2026-05-30") == verdict(world, resident_since="2026-05-30") == "file"
    )


def test_an_old_british_licence_may_be_recorded_and_a_newer_one_not():
    british = {"licence_country": "GB", "licence_obtained_on": "2020-12-31"}
    assert verdict(RECORD, **british) == "file"
    assert verdict(RECORD, **british | {"licence_obtained_on": "2021-01-01"}) == "not_possible enr-not-eu"


# ── ECH_HUE ────────────────────────────────────────────────────────────────────────────────────────────────

IN_TIME = [
    # Who,                                          the fact that counts,           outcome
    ("a Moroccan whose year ends today", {"stay_started_on": "2025-12-01"}, "file"),
    ("a Moroccan whose year ended yesterday", {"stay_started_on": "2025-11-30"}, "not_possible R17 hue-late"),
    ("a Moroccan here for years, with a card of June", {"resident_since": "2020-01-01"}, "file"),
    ("a Moroccan here for three months", {"resident_since": "2026-09-01"}, "file"),
    ("a Spaniard at the 6th month", {"nationality": "ES", "resident_since": "2026-06-01"}, "file"),
    ("a Spaniard a day before the 6th month", {"nationality": "ES", "resident_since": "2026-06-02"}, "not_before R10 2026-12-02 hue-early"),
    ("a Spaniard at the 18th month", {"nationality": "ES", "resident_since": "2025-06-01"}, "file"),
    ("a Spaniard a day after the 18th month", {"nationality": "ES", "resident_since": "2025-05-31"}, "not_possible R17 hue-late-european"),
    ("a Swiss a day after the 18th month", {"nationality": "CH", "resident_since": "2025-05-31"}, "not_possible R17 hue-late-european"),
    ("a French person settled a year ago", {"nationality": "FR", "resident_since": "2025-12-01"}, "file"),
    ("a French person settled a year and a day ago", {"nationality": "FR", "resident_since": "2025-11-30"}, "not_possible R17 hue-late-french"),
    ("a French person settled yesterday", {"nationality": "FR", "resident_since": "2026-11-30"}, "file"),
    ("a Briton with a licence of 2022, whose year ended yesterday", {"nationality": "GB", "licence_country": "GB", "licence_obtained_on": "2022-05-05", "stay_started_on": "2025-11-30"}, "not_possible R17 hue-late"),
    # A residence of 185 days is not asked here: the 6th month is.
    ("a Spaniard here for six months of 184 days", {"nationality": "ES", "resident_since": "2026-05-31"}, "file"),
]  # fmt: skip


def test_a_licence_from_outside_europe_is_exchanged_in_time():
    found, expected = each(IN_TIME, partial(verdict, FROM_MOROCCO))
    assert found == expected


OBTAINED = [
    ("the day of the first card", {"licence_obtained_on": "2026-06-10"}, "file"),
    ("a day after the first card", {"licence_obtained_on": "2026-06-11"}, "not_possible R17 hue-after"),
    ("the day one settled", {"resident_since": "2026-03-01", "licence_obtained_on": "2026-03-01"}, "file"),
    ("a day after one settled", {"resident_since": "2026-03-01", "licence_obtained_on": "2026-03-02"}, "not_possible R17 hue-after"),
    ("after a French person settled", {"nationality": "FR", "stay_started_on": None, "resident_since": "2026-03-01", "licence_obtained_on": "2026-03-02"}, "not_possible R17 hue-after"),
]  # fmt: skip


def test_the_licence_was_obtained_before_settling():
    found, expected = each(OBTAINED, partial(verdict, FROM_MOROCCO))
    assert found == expected


def test_the_day_of_the_licence_is_not_asked_of_who_settled_in_good_time_as_presumed():
    settled = {"stay_started_on": None, "licence_obtained_on": None}
    assert verdict(FROM_MOROCCO, **settled) == "file"
    assert verdict(FROM_MOROCCO, licence_obtained_on=None) == "open: licence_obtained_on"


def test_a_student_keeps_the_foreign_licence_until_the_end_of_the_studies():
    wei = FROM_MOROCCO | {"nationality": "CN", "licence_country": "CN"}
    assert verdict(wei, student="yes") == "not_possible R17 hue-student"
    assert verdict(wei, student="no") == verdict(wei) == "file"
    assert because(wei, student="yes") == "F1460"


EXPIRIES = [("2026-12-01", "file"), ("2026-11-30", "not_possible R17 hue-expired"), ("none", "file")]


def test_a_licence_from_outside_europe_is_exchanged_to_its_last_day():
    assert [(end, verdict(FROM_MOROCCO, licence_expires_on=end)) for end, _ in EXPIRIES] == EXPIRIES


def test_a_licence_of_the_country_whose_national_one_is_asks_no_proof_of_life_there():
    assert "RESAB" not in papers(FROM_MOROCCO).split()
    assert "RESAB" in papers(FROM_MOROCCO, licence_country="TN").split()
    assert "RESAB" in papers(FROM_MOROCCO, nationality="TN").split()


DRIVING = [
    # Who,                                                                   may drive with the foreign licence until
    ("a Moroccan with a card of June", {}, "2027-06-10"),
    ("a Spaniard here since April", {"nationality": "ES", "resident_since": "2026-04-15"}, "2027-10-15"),
    ("a French person back in April", {"nationality": "FR", "resident_since": "2026-04-15"}, "2027-04-15"),
    ("whose licence ends first", {"licence_expires_on": "2027-01-31"}, "2027-01-31"),
    ("whose licence ends the day after", {"licence_expires_on": "2027-06-11"}, "2027-06-10"),
    ("whose licence has no end", {"licence_expires_on": "none"}, "2027-06-10"),
]


def test_a_foreign_licence_lets_drive_in_its_year_and_while_it_is_valid():
    for person, facts, until in DRIVING:
        expected = [f"B with FLIC, 2026-12-01 to {until}"]
        assert (person, drives(FROM_MOROCCO, **facts)) == (person, expected)


LAST_DAYS = [
    ("a Moroccan", {}, "2027-06-10"),
    ("a Spaniard", {"nationality": "ES", "resident_since": "2026-04-15"}, "2027-10-15"),
    ("a French person", {"nationality": "FR", "resident_since": "2026-04-15"}, "2027-04-15"),
    ("a Moroccan without a known card", {"stay_started_on": "none"}, None),
    ("a Spaniard who came on an unknown day", {"nationality": "ES", "resident_since": "none"}, None),
]


def test_the_last_day_of_an_exchange_is_told_when_it_is_known():
    for person, facts, last in LAST_DAYS:
        keys = "exchange-silence" if last is None else "hue-last exchange-silence"
        assert (person, counted(FROM_MOROCCO, **facts)) == (person, keys)
        assert last is None or terms(FROM_MOROCCO, **facts)["hue-last"] == last
        assert (drives(FROM_MOROCCO, **facts) == []) is (last is None)


def test_a_foreign_licence_lets_nobody_drive_after_its_year():
    spaniard, french = {"nationality": "ES"}, {"nationality": "FR"}
    last_days = (
        {"stay_started_on": "2025-12-01"},
        spaniard | {"resident_since": "2025-06-01"},
        french | {"resident_since": "2025-12-01"},
    )
    too_late = (
        {"stay_started_on": "2025-11-30"},
        spaniard | {"resident_since": "2025-05-31"},
        french | {"resident_since": "2025-11-30"},
    )
    today = ["B with FLIC, 2026-12-01 to 2026-12-01"]
    assert [drives(FROM_MOROCCO, **facts) for facts in last_days] == [today] * 3
    assert [drives(FROM_MOROCCO, **facts) for facts in too_late] == [[]] * 3


@pytest.mark.parametrize(
    "facts", [{"licence_lost": "yes"}, {"sanction": "yes"}, {"licence_expires_on": "2026-11-30"}]
)
def test_a_licence_from_outside_europe_that_is_lost_expired_or_sanctioned_lets_nobody_drive(facts):
    assert drives(FROM_MOROCCO, **facts) == []


WORDS = "hue-reciprocity hue-no-restart hue-adc-age exchange-original exchange-code"
TOLD = [
    ("a Moroccan", {}, WORDS),
    ("a French person", {"nationality": "FR"}, WORDS.replace(" hue-no-restart", "")),
    ("a Spaniard", {"nationality": "ES"}, WORDS.replace(" hue-no-restart", "")),
    ("a rider", {"categories": ["A"]}, WORDS.replace("hue-adc-age", "hue-a2 hue-adc-age")),
    ("a rider of A2", {"categories": ["A2"]}, WORDS),
    ("with a licence of Ukraine", {"licence_country": "UA"}, WORDS.replace("exchange-o", "hue-ukraine exchange-o")),
    ("who lost it", {"licence_lost": "yes"}, WORDS.replace("exchange-original", "hue-lost")),
    ("after a sanction", {"sanction": "yes"}, WORDS.replace("exchange-o", "hue-sanction exchange-o")),
    ("a driver of C", {"categories": ["C"]}, f"{WORDS} exchange-waiver"),
]  # fmt: skip


def test_what_one_must_know_of_an_exchange_from_outside_europe():
    found, expected = each(TOLD, partial(told, FROM_MOROCCO))
    assert found == expected


def test_nothing_is_guessed_of_an_exchange_when_nothing_is_presumed():
    little = {"motive": "ECH_HUE", "birth_date": "1981-01-01", "licence_country": "MA", "nationality": "MA"}
    found = ask(little, on=DAY, presume=False)
    assert found.outcome is None
    assert set(found.unknown) >= {"student", "licence_expires_on", "stay_started_on", "resident_since"}
    with pytest.raises(rights.NotYetKnown):
        rights.drive(who(little, on=DAY, presume=False))
