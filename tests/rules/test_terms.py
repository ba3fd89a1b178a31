"""Time and territory as the law counts them: partial dates, ages, months, holidays, departments."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permis.domain import terms
from permis.domain.territory import department_of

a_day = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def read(written):
    """The day that was read, or how it was refused."""
    try:
        return terms.latest_day(written).isoformat()
    except ValueError as error:
        return type(error).__name__


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


@pytest.mark.parametrize(("written", "day"), LATEST)
def test_a_birth_date_without_day_or_month_is_the_last_day_it_can_mean(written, day):
    assert read(written) == day


@pytest.mark.parametrize(
    "written",
    ["", "-", "65", "1965-", "1965-13", "1965-00", "1965-02-30", "0000", "196", "19650", "abcd", "1965-ab",
     "1965-03-02-01", "-1965", "²²²²"],
)  # fmt: skip
def test_what_is_not_a_birth_date_is_refused(written):
    with pytest.raises(ValueError):  # noqa: PT011  three readers, one kind of error
        terms.latest_day(written)


@given(a_day)
def test_a_partial_birth_date_makes_nobody_older_and_stays_in_its_month_and_year(day):
    whole, month, year = f"{day:%Y-%m-%d}", f"{day:%Y-%m}", f"{day:%Y}"
    assert terms.latest_day(whole) == day
    assert day <= terms.latest_day(month) <= terms.latest_day(year)
    assert f"{terms.latest_day(month):%Y-%m}" == month
    assert f"{terms.latest_day(month) + dt.timedelta(days=1):%Y-%m}" != month
    assert terms.latest_day(year) == dt.date(day.year, 12, 31)


@given(a_day, st.integers(1, 90), a_day)
def test_an_age_that_is_granted_on_a_partial_date_is_reached_whatever_the_day(birth, years, on):
    for written in (f"{birth:%Y-%m}", f"{birth:%Y}"):
        if terms.aged_at_least(terms.latest_day(written), years, on):
            assert terms.aged_at_least(birth, years, on)


@given(a_day, st.integers(1, 240))
def test_months_keep_the_day_or_take_the_last_of_the_month(start, count):
    end = terms.months(start, count)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == count
    if end.day != start.day:
        assert end.day < start.day
        assert (end + dt.timedelta(days=1)).day == 1


BIRTHDAYS = [
    ("2008-02-29", 17, "2025-02-28"),
    ("2008-02-29", 18, "2026-02-28"),
    ("2008-02-29", 20, "2028-02-29"),
    ("2008-11-24", 18, "2026-11-24"),
]


@pytest.mark.parametrize(("birth", "years", "day"), BIRTHDAYS)
def test_an_age_is_reached_on_the_birthday(birth, years, day):
    assert terms.reaches_age(dt.date.fromisoformat(birth), years) == dt.date.fromisoformat(day)


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


@pytest.mark.parametrize("day", EASTERS)
def test_easter_falls_on(day):
    assert terms.easter(int(day[:4])).isoformat() == day


WORKING = [
    ("2026-11-23", 1, "2026-11-24"),
    ("2026-11-27", 1, "2026-11-30"),
    ("2026-11-27", 5, "2026-12-04"),
    ("2026-12-24", 1, "2026-12-28"),
    ("2026-05-13", 1, "2026-05-15"),
    ("2026-11-23", 0, "2026-11-23"),
]


@pytest.mark.parametrize(("start", "count", "day"), WORKING)
def test_working_days_leave_out_week_ends_and_holidays(start, count, day):
    assert terms.working_days(dt.date.fromisoformat(start), count) == dt.date.fromisoformat(day)


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


@pytest.mark.parametrize(("postcode", "department"), DEPARTMENTS)
def test_a_postcode_tells_its_department(postcode, department):
    assert department_of(postcode) == department
