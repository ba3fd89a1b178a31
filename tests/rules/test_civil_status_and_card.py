"""Who is asked what when the name changed, when the card ends, when it bears an error, and to drive abroad."""

from __future__ import annotations

from functools import partial

import pytest

from tests.rules.people import ask
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

NAME = ADULT | {"motive": "EC", "civil_status_reason": "change", "held_categories": ["B"]}
END = ADULT | {"motive": "EXP15", "held_categories": ["B"], "licence_expires_on": "2027-06-01"}
WRONG = ADULT | {"motive": "ERR", "received_on": "2026-09-01", "error_kind": "category"}
ABROAD = ADULT | {"motive": "PCI", "held_categories": ["B"], "needed_on": "2027-06-01"}

DOCUMENTS = [
    (NAME, "ID {home} PHOTO LIC {people} CIVIL"),
    (END, "ID {home} PHOTO LIC {people}"),
    (ABROAD, "ID {home} PHOTO LIC {people}"),
]


@pytest.mark.parametrize(("request_", "text"), DOCUMENTS, ids=["EC", "EXP15", "PCI"])
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
    (
        "whose licence is suspended",
        {"sanction": "yes", "resident_since": "2020-01-01"},
        "not_possible R13 sanction",
    ),
    ("whose licence is not suspended", {"sanction": "no", "resident_since": "2020-01-01"}, "file"),
]


@pytest.mark.parametrize("request_", [NAME, END, ABROAD], ids=["EC", "EXP15", "PCI"])
def test_it_is_asked_after_185_days_here_by_a_european_and_not_under_a_suspension(request_):
    found, expected = each(RESIDENCE, partial(verdict, request_))
    assert found == expected


@pytest.mark.parametrize("request_", [NAME, END, WRONG, ABROAD], ids=["EC", "EXP15", "ERR", "PCI"])
def test_it_opens_no_probation_even_for_a_young_holder(request_):
    assert probation(request_, birth_date="2008-01-01", held_categories=["AM"]) is None


@pytest.mark.parametrize("request_", [END, WRONG, ABROAD], ids=["EXP15", "ERR", "PCI"])
def test_it_prolongs_no_heavy_category(request_):
    heavy = {"categories": ["C"], "held_categories": ["B", "C"], "medical_opinion_on": "2026-11-20"}
    assert ends(request_, **heavy) == {}


# ── EC ─────────────────────────────────────────────────────────────────────────────────────────────────────

CHANGES = [
    # What changed,                                outcome,                        documents
    ("change", "file", "ID ADDR PHOTO LIC CIVIL"),
    ("divorce", "file", "ID ADDR PHOTO LIC CIVIL"),
    ("marriage", "not_needed R19 ec-marriage", ""),
    ("none", "not_needed ec-nothing", ""),
]


@pytest.mark.parametrize(("change", "outcome", "documents"), CHANGES)
def test_a_new_name_is_printed_but_not_the_name_of_a_marriage(change, outcome, documents):
    assert (verdict(NAME, civil_status_reason=change), papers(NAME, civil_status_reason=change)) == (
        outcome,
        documents,
    )


def test_what_changed_is_never_presumed():
    assert verdict(NAME, civil_status_reason=None) == "open: civil_status_reason"
    assert papers(NAME, civil_status_reason=None) == "ID ADDR PHOTO LIC"


def test_a_divorce_is_shown_by_its_judgment_and_a_new_name_by_its_act():
    def act(change):
        (asked,) = [p for p in ask(NAME, civil_status_reason=change).pieces if p.piece == "CIVIL"]
        return asked.key, asked.source.key

    assert act("divorce") == ("ec-divorce", "F2695")
    assert act("change") == ("ec-act", "F2695")
    assert told(NAME, civil_status_reason="divorce") == "ec-keep ec-divorce-name destroy"
    assert told(NAME) == "ec-keep destroy"


NAMED = [
    ("who is well and holds B", {}, "ID ADDR PHOTO LIC CIVIL", "ec-keep destroy"),
    ("who is unwell", {"medical_flag": "yes"}, "ID ADDR PHOTO LIC CIVIL MED", "ec-keep destroy"),
    (
        "who holds C",
        {"held_categories": ["B", "C"]},
        "ID ADDR PHOTO LIC CIVIL (MED)",
        "ec-keep heavy-end destroy",
    ),
    ("who holds BE", {"held_categories": ["B", "BE"]}, "ID ADDR PHOTO LIC CIVIL", "ec-keep destroy"),
    (
        "who holds C and is unwell",
        {"held_categories": ["B", "C"], "medical_flag": "yes"},
        "ID ADDR PHOTO LIC CIVIL MED",
        "ec-keep heavy-end destroy",
    ),
]


def test_a_new_name_asks_for_a_doctor_of_the_unwell_and_advises_one_to_lorry_drivers():
    for person, facts, documents, words in NAMED:
        assert (person, papers(NAME, **facts), told(NAME, **facts)) == (person, documents, words)


def test_with_a_new_name_one_drives_on_with_the_licence_one_has():
    assert drives(NAME) == ["B with LIC, 2026-12-01 to None"]
    assert drives(NAME, held_categories=["A2", "B", "C"]) == ["A2 B C with LIC, 2026-12-01 to None"]
    assert (price(NAME), made("EC"), terms(NAME)) == (0, "card 2-8 can be taken back", {})


def test_a_new_name_prolongs_the_heavy_categories_on_the_licence_of_who_brings_an_opinion():
    seen = {"held_categories": ["B", "C"], "categories": ["D"], "medical_opinion_on": "2026-11-20"}
    assert ends(NAME, **seen) == {"C": "2031-11-20"}
    assert ends(NAME, **seen | {"medical_opinion_on": "none"}) == {}
    assert ends(NAME) == {}


def test_each_answer_about_a_new_name_quotes_its_page():
    assert (
        because(NAME, civil_status_reason="marriage") == because(NAME, civil_status_reason="none") == "F2695"
    )


# ── EXP15 ──────────────────────────────────────────────────────────────────────────────────────────────────

WINDOW = [
    ("six months before the end", "2027-06-01", "file"),
    ("six months and a day before the end", "2027-06-02", "not_before 2026-12-02 exp-early"),
    ("a year before the end", "2027-12-01", "not_before 2027-06-01 exp-early"),
    ("on the last day", "2026-12-01", "file"),
    ("after the end", "2026-11-30", "file"),
    ("a licence without an end", "none", "not_needed exp-no-end"),
]


def test_the_card_of_fifteen_years_is_renewed_in_its_last_six_months():
    for when, end, expected in WINDOW:
        assert (when, verdict(END, licence_expires_on=end)) == (when, expected)


def test_the_end_of_a_card_is_never_presumed():
    assert verdict(END, licence_expires_on=None) == "open: licence_expires_on"


def test_one_drives_with_a_card_to_its_last_day_and_not_after():
    assert drives(END) == ["B with LIC, 2026-12-01 to 2027-06-01"]
    assert drives(END, licence_expires_on="2026-12-01") == ["B with LIC, 2026-12-01 to 2026-12-01"]
    assert drives(END, licence_expires_on="2026-11-30") == []
    assert told(END, licence_expires_on="2026-12-01") == "exp-no-exam destroy"
    assert told(END, licence_expires_on="2026-11-30") == "exp-no-exam exp-ended destroy"


def test_the_end_of_a_card_is_told_and_costs_nothing():
    assert terms(END) == {"exp-end": "2027-06-01"}
    assert counted(END, licence_expires_on="none") == ""
    assert (price(END), made("EXP15")) == (0, "card 2-8 can be taken back")


def test_neither_a_heavy_category_nor_youth_asks_for_more_at_the_end_of_a_card_but_bad_health_does():
    assert papers(END, held_categories=["B", "C"]) == "ID ADDR PHOTO LIC"
    assert papers(END, birth_date="2007-01-01") == "ID ADDR PHOTO LIC"
    assert papers(END, medical_flag="yes") == "ID ADDR PHOTO LIC MED"


# ── ERR ────────────────────────────────────────────────────────────────────────────────────────────────────

RECEIVED = [
    ("today", "2026-12-01", "file"),
    ("six months ago", "2026-06-01", "file"),
    ("six months and a day ago", "2026-05-31", "not_possible err-late"),
    ("seven months ago", "2026-05-01", "not_possible err-late"),
    ("tomorrow", "2026-12-02", "not_before 2026-12-02 err-ahead"),
    ("never", "none", "not_possible err-not-received"),
]


def test_an_error_is_told_within_six_months_of_a_card_received():
    for when, received, expected in RECEIVED:
        assert (when, verdict(WRONG, received_on=received)) == (when, expected)


ERRORS = [
    ("name", "LIC CIVIL"),
    ("category", "LIC CEPC"),
    ("validity", "LIC MED"),
    ("restriction", "LIC MED"),
]


def test_an_error_is_proved_by_the_card_and_by_the_paper_that_says_better():
    assert [(kind, papers(WRONG, error_kind=kind)) for kind, _ in ERRORS] == ERRORS


PEOPLE_WITH_AN_ERROR = [
    ("a minor", {"birth_date": "2008-12-02"}, "LIC CEPC REP ID_REP"),
    ("18 today", {"birth_date": "2008-12-01"}, "LIC CEPC"),
    ("under guardianship", {"guardianship": "yes"}, "LIC CEPC REP ID_REP"),
    ("a Spaniard", {"nationality": "ES"}, "LIC CEPC"),
    ("a Moroccan who is hosted and unwell", {"nationality": "MA", "address": "hosted", "medical_flag": "yes"}, "LIC CEPC"),
]  # fmt: skip


def test_an_error_of_ours_asks_nothing_about_home_or_stay():
    found, expected = each(PEOPLE_WITH_AN_ERROR, partial(papers, WRONG))
    assert found == expected


def test_nobody_tells_an_error_in_the_place_of_the_person():
    assert verdict(WRONG, filer="school") == "not_possible R21 by-school"
    assert verdict(WRONG, filer=None) == "file"


def test_an_error_has_a_last_day_costs_nothing_and_ends_with_a_corrected_card():
    assert terms(WRONG) == {"err-last": "2027-03-01"}
    assert counted(WRONG, received_on="none") == ""
    assert (price(WRONG), told(WRONG)) == (0, "err-keep")
    assert made("ERR") == "corrected_card 2-8 can be taken back"
    assert drives(WRONG) == []


def test_an_error_hangs_on_the_day_the_card_came_and_on_what_is_wrong():
    assert verdict(WRONG, received_on=None) == "open: received_on"
    assert ask(WRONG, on=DAY, error_kind=None).unknown == ("error_kind",)


# ── PCI ────────────────────────────────────────────────────────────────────────────────────────────────────

LEAVING = [
    (
        "six months ahead",
        "2027-06-01",
        "pci-post pci-three-years pci-not-everywhere pci-ask-embassy pci-keep",
    ),
    (
        "a day less",
        "2027-05-31",
        "pci-post pci-late pci-three-years pci-not-everywhere pci-ask-embassy pci-keep",
    ),
    (
        "Ben, in ten weeks",
        "2027-02-10",
        "pci-post pci-late pci-three-years pci-not-everywhere pci-ask-embassy pci-keep",
    ),
    ("no day of departure", "none", "pci-post pci-three-years pci-not-everywhere pci-ask-embassy pci-keep"),
]


def test_who_leaves_within_six_months_is_told_that_the_booklet_may_come_too_late():
    for when, leaves, words in LEAVING:
        assert (when, told(ABROAD, needed_on=leaves)) == (when, words)
        assert verdict(ABROAD, needed_on=leaves) == "file"


def test_the_envelope_is_posted_within_fifteen_days_of_the_request():
    assert terms(ABROAD) == {"pci-envelope": "2026-12-16"}
    assert terms(ABROAD, on="2027-02-20") == {"pci-envelope": "2027-03-07"}


def test_the_international_licence_is_a_free_booklet_that_gives_no_right_here():
    assert (price(ABROAD), made("PCI"), drives(ABROAD)) == (0, "booklet 8-26 can be taken back", [])
    assert papers(ABROAD, medical_flag="yes", held_categories=["B", "C"]) == "ID ADDR PHOTO LIC"
