"""Who is asked what for a certificate of training (AM, A2 to A, B96, end of code 78): literals written from the law."""

from __future__ import annotations

from permis.domain.required import notes
from tests.rules.people import ask, codes, days_of, differences, drives, notes_of, told, who

# Somebody of 26 whose driving school asks for the card.
SCHOOL = {
    "birth_date": "2000-01-01",
    "nationality": "FR",
    "held_categories": ["B"],
    "course_on": "2026-11-20",
    "address": "own",
    "postcode": "35000",
    "filer": "school",
}
AM = SCHOOL | {"motive": "FORM_AM", "held_categories": ["none"]}
A = SCHOOL | {"motive": "FORM_A", "held_categories": ["A2", "B"], "a2_obtained_on": "2024-11-20"}
B96 = SCHOOL | {"motive": "FORM_B96"}
MANUAL = SCHOOL | {"motive": "FORM_78", "licence_first_issued_on": "2026-11-01"}
OLD_LAW = MANUAL | {"course_on": "2024-02-10", "licence_first_issued_on": "2023-11-29"}

WHO_MAY = [
    # Born before 1988: a moped is driven without a licence, whoever asks.
    ("AM, born on the last day of 1987", AM | {"birth_date": "1987-12-31"}, "not_needed am-free"),
    ("AM, born before 1988, asks alone", AM | {"birth_date": "1987-12-31", "filer": "self"}, "not_needed am-free"),
    ("AM, born on the first day of 1988", AM | {"birth_date": "1988-01-01"}, "file"),
    ("AM, asks alone", AM | {"filer": "self"}, "not_possible R21 only-by-school"),
    ("AM, 14 today", AM | {"birth_date": "2012-11-23"}, "file"),
    ("AM, 14 tomorrow", AM | {"birth_date": "2012-11-24"}, "not_before R11 2026-11-24 am-age"),
    # A2 for two years; the course in the three months before, at the earliest
    ("A, A2 for two years today", A | {"a2_obtained_on": "2024-11-23"}, "file"),
    ("A, A2 for two years tomorrow", A | {"a2_obtained_on": "2024-11-24"}, "not_before 2026-11-24 a-two-years"),
    ("A, without A2", A | {"a2_obtained_on": "none"}, "not_possible a-no-a2"),
    ("A, course on the first day", A | {"course_on": "2026-08-20"}, "file"),
    ("A, course on the eve", A | {"course_on": "2026-08-19"}, "not_possible a-course"),
    ("A, no course yet", A | {"course_on": "none"}, "file"),
    ("A, asks alone", A | {"filer": "self"}, "not_possible R21 only-by-school"),
    # Manual gearbox: three months of wait until 29 February 2024
    ("78, three weeks after the licence", MANUAL, "file"),
    ("78, on 29 February 2024, three months today", OLD_LAW | {"submitted_on": "2024-02-29"}, "file"),
    (
        "78, on 29 February 2024, a licence of 30 November: three months on the last day of the month",
        OLD_LAW | {"submitted_on": "2024-02-29", "licence_first_issued_on": "2023-11-30"},
        "file",
    ),
    (
        "78, on 28 February 2024, three months tomorrow",
        OLD_LAW | {"submitted_on": "2024-02-28"},
        "not_before 2024-02-29 m78-wait",
    ),
    (
        "78, on 29 February 2024, a licence of December: the wait is dropped the next day",
        OLD_LAW | {"submitted_on": "2024-02-29", "licence_first_issued_on": "2023-12-15"},
        "not_before 2024-03-01 m78-wait",
    ),
    (
        "78, on 1 March 2024, a licence of December",
        OLD_LAW | {"submitted_on": "2024-03-01", "licence_first_issued_on": "2023-12-15"},
        "file",
    ),
    ("78, nobody knows since when", MANUAL | {"licence_first_issued_on": None}, "file"),
    (
        "78 in 2024, no day of issue",
        OLD_LAW | {"submitted_on": "2024-02-10", "licence_first_issued_on": "none"},
        "file",
    ),
]  # fmt: skip


def test_who_may_ask_for_it():
    assert differences(WHO_MAY, lambda facts: told(ask(facts))) == []


def test_a_wait_that_nobody_can_count_is_asked_about_under_the_old_law_alone():
    found = ask(OLD_LAW | {"submitted_on": "2024-02-10", "licence_first_issued_on": None})
    assert (found.outcome, found.unknown) == (None, ("licence_first_issued_on",))
    assert ask(MANUAL | {"licence_first_issued_on": None}).unknown == ()


def test_the_documents_of_the_first_day_are_told():
    found = ask(AM | {"birth_date": "2012-12-24"})
    assert codes(found) == "ID HEB ID_HEB ADDR_HEB PHOTO FORM REP ID_REP ASSR1"


DRIVING = [
    ("AM", AM, ["AM with FORM, 2026-11-20 to 2027-03-20"]),
    ("AM, from a 31 October", AM | {"course_on": "2026-10-31"}, ["AM with FORM, 2026-10-31 to 2027-02-28"]),
    ("AM, no course yet", AM | {"course_on": "none"}, []),
    # The course for A and for B96 gives no right: only the card does.
    ("A", A, []),
    ("B96", B96, []),
    ("78", MANUAL, ["B with FORM LIC, 2026-11-20 to 2027-03-20"]),
    ("78, no course yet", MANUAL | {"course_on": "none"}, []),
]


def test_what_one_may_drive_meanwhile():
    assert differences(DRIVING, lambda facts: drives(who(facts))) == []


NOTES = [
    ("AM", AM, "am-france am-no-probation"),
    ("A", A, "a-keep a-no-right destroy"),
    ("B96", B96, "b96-keep b96-no-right destroy"),
    ("78", MANUAL, "m78-keep m78-france m78-medical destroy"),
]


def test_what_one_must_know():
    assert differences(NOTES, lambda facts: notes_of(who(facts))) == []
    assert [row.code for row in notes(who(B96)) if row.code] == ["96"]


def test_the_first_day_of_the_course_for_a_is_told_to_who_has_a2():
    cases = [
        ("since two years and three days", A, "a-course-from 2026-08-20"),
        ("since a 31 May", A | {"a2_obtained_on": "2024-05-31"}, "a-course-from 2026-02-28"),
        ("never", A | {"a2_obtained_on": "none"}, ""),
    ]
    assert differences(cases, lambda facts: days_of(who(facts))) == []


def test_no_certificate_of_training_opens_a_jdc_but_those_of_the_law():
    at_20 = {"birth_date": "2006-06-06"}
    cases = [
        ("AM", AM | at_20, "ID ADDR PHOTO FORM ASSR1 JDC"),
        ("A", A | at_20, "ID ADDR PHOTO FORM LIC JDC"),
        ("B96", B96 | at_20, "ID ADDR PHOTO FORM LIC"),
        ("78", MANUAL | at_20, "ID ADDR PHOTO FORM LIC"),
    ]
    assert differences(cases, lambda facts: codes(ask(facts))) == []
