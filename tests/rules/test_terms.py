"""Time and territory as the law counts them: partial dates, ages, months, holidays, departments."""

from __future__ import annotations

import datetime as dt

from permis.domain import terms
from permis.domain.territory import department_of
from tests.rules.people import differences

day = dt.date.fromisoformat


def read(written):
    """The day that was read, or how it was refused."""
    try:
        return terms.latest_day(written).isoformat()
    except ValueError:
        return "refused"


LATEST = [
    ("1965-03-02", "1965-03-02"),
    ("1965-03", "1965-03-31"),
    ("1965-04", "1965-04-30"),
    ("1965-02", "1965-02-28"),
    ("1964-02", "1964-02-29"),
    ("1965-12", "1965-12-31"),
    ("1965", "1965-12-31"),
    ("2000", "2000-12-31"),
]


def test_a_birth_date_without_day_or_month_is_the_last_day_it_can_mean():
    assert differences([(written, written, latest) for written, latest in LATEST], read) == []


NO_DATES = [
    "",
    "-",
    "65",
    "1965-",
    "1965-13",
    "1965-00",
    "1965-02-30",
    "0000",
    "196",
    "19650",
    "abcd",
    "1965-ab",
]
NO_DATES += ["1965-03-02-01", "-1965", "²²²²"]


def test_what_is_not_a_birth_date_is_refused():
    assert differences([(written, written, "refused") for written in NO_DATES], read) == []


def test_a_partial_birth_date_makes_nobody_older_and_stays_in_its_month_and_year():
    for year in (1900, 1904, 1999, 2000, 2100):
        for month in range(1, 13):
            for born in (dt.date(year, month, 1), dt.date(year, month, 17), dt.date(year, month, 28)):
                latest = terms.latest_day(f"{born:%Y-%m}")
                assert terms.latest_day(f"{born:%Y-%m-%d}") == born
                assert born <= latest <= terms.latest_day(f"{year}") == dt.date(year, 12, 31)
                assert (latest.month, (latest + dt.timedelta(days=1)).day) == (month, 1)


def test_months_keep_the_day_or_take_the_last_of_the_month():
    for start in (dt.date(2023, 1, 31) + dt.timedelta(days=7 * n) for n in range(60)):
        for count in (-24, -3, 0, 1, 2, 4, 6, 9, 13, 18, 24, 60, 240):
            end = terms.months(start, count)
            assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
            if end.day != start.day:
                assert end.day < start.day
                assert (end + dt.timedelta(days=1)).day == 1


MONTHS = [
    ("2026-10-31", 4, "2027-02-28"),
    ("2027-10-31", 4, "2028-02-29"),
    ("2026-11-20", 4, "2027-03-20"),
    ("2026-12-31", 2, "2027-02-28"),
    ("2026-01-31", 1, "2026-02-28"),
    ("2026-11-23", 60, "2031-11-23"),
    ("2028-02-29", 12, "2029-02-28"),
    ("2026-03-31", -1, "2026-02-28"),
    ("2024-11-20", 21, "2026-08-20"),
    ("2026-12-15", 0, "2026-12-15"),
]
BIRTHDAYS = [
    ("2008-02-29", 17, "2025-02-28"),
    ("2008-02-29", 18, "2026-02-28"),
    ("2008-02-29", 20, "2028-02-29"),
    ("2008-11-24", 18, "2026-11-24"),
]


def test_months_are_counted_date_to_date():
    cases = [(f"{start} + {count}", start, count, end) for start, count, end in MONTHS]
    assert differences(cases, lambda start, count: terms.months(day(start), count).isoformat()) == []


def test_an_age_is_reached_on_the_birthday():
    cases = [(f"{birth} + {years}", birth, years, reached) for birth, years, reached in BIRTHDAYS]
    assert differences(cases, lambda birth, years: terms.reaches_age(day(birth), years).isoformat()) == []


def test_an_age_is_told_in_whole_years():
    birth = dt.date(2008, 11, 24)
    assert [terms.age_on(birth, dt.date(2026, 11, day)) for day in (23, 24, 25)] == [17, 18, 18]
    assert terms.age_on(birth, dt.date(2008, 11, 23)) == -1


def test_days_of_the_calendar_are_counted_after_the_first():
    assert terms.days(dt.date(2026, 12, 12), 15) == dt.date(2026, 12, 27)


# The calendar of 2026 and of a few others, as printed.
HOLIDAYS = [
    "2026-01-01",
    "2026-04-06",
    "2026-05-01",
    "2026-05-08",
    "2026-05-14",
    "2026-05-25",
    "2026-07-14",
    "2026-08-15",
    "2026-11-01",
    "2026-11-11",
    "2026-12-25",
]
EASTERS = [
    "1961-04-02",
    "2000-04-23",
    "2008-03-23",
    "2024-03-31",
    "2025-04-20",
    "2026-04-05",
    "2027-03-28",
    "2038-04-25",
    "2049-04-18",
]


def test_a_year_has_eleven_holidays():
    year = [dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365)]
    assert [day.isoformat() for day in year if terms.is_holiday(day)] == HOLIDAYS


def test_easter_falls_on_its_sunday():
    assert [terms.easter(int(sunday[:4])).isoformat() for sunday in EASTERS] == EASTERS


WORKING = [
    ("2026-11-23", 1, "2026-11-24"),
    ("2026-11-27", 1, "2026-11-30"),
    ("2026-11-27", 5, "2026-12-04"),
    ("2026-12-24", 1, "2026-12-28"),
    ("2026-05-13", 1, "2026-05-15"),
    ("2026-11-23", 0, "2026-11-23"),
]


def test_working_days_leave_out_week_ends_and_holidays():
    cases = [(f"{start} + {count}", start, count, end) for start, count, end in WORKING]
    assert differences(cases, lambda start, count: terms.working_days(day(start), count).isoformat()) == []


DEPARTMENTS = [
    ("35000", "35"),
    ("01000", "01"),
    ("75116", "75"),
    ("20000", "2A"),
    ("20137", "2A"),
    ("20200", "2B"),
    ("20600", "2B"),
    ("97110", "971"),
    ("97200", "972"),
    ("97300", "973"),
    ("97320", "973"),
    ("97400", "974"),
    ("97600", "976"),
    ("98800", "988"),
    ("19100", "19"),
    ("21000", "21"),
]


def test_a_postcode_tells_its_department():
    assert differences([(code, code, department) for code, department in DEPARTMENTS], department_of) == []
