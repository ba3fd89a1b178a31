"""Counting time as the law does: months date to date, the 15 days of the post office, working days."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from functools import lru_cache

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def french_day(day: dt.date) -> str:
    """23 novembre 2026."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number} {MONTHS[day.month - 1]} {day.year}"


def months(start: dt.date, count: int) -> dt.date:
    """The day that stands `count` months after `start`, date to date.

    When that day does not exist the last day of the month is taken (31 October + 4 months = 28 or
    29 February). The day returned is included in the term. Source: docs/law.md (no text says it).
    """
    index = start.year * 12 + start.month - 1 + count
    year, month = divmod(index, 12)
    month += 1
    return dt.date(year, month, min(start.day, monthrange(year, month)[1]))


@lru_cache(maxsize=65536)
def reaches_age(birth: dt.date, years: int) -> dt.date:
    """The day on which a person born on `birth` is `years` old: one function for every rule of age."""
    return months(birth, 12 * years)


def aged_at_least(birth: dt.date, years: int, on: dt.date) -> bool:
    """Whether the person is `years` old or more on the day `on`."""
    gap = on.year - birth.year - years
    return gap > 0 or (gap == 0 and on >= reaches_age(birth, years))  # the day counts in one year only


def age_on(birth: dt.date, on: dt.date) -> int:
    """The age in whole years on the day `on` (negative before birth)."""
    years = on.year - birth.year
    return years if on >= reaches_age(birth, years) else years - 1


def days(start: dt.date, count: int) -> dt.date:
    """The day `count` calendar days after `start`; the last day is included in the term."""
    return start + dt.timedelta(days=count)


def latest_day(text: str) -> dt.date:
    """The last day that "1965-03-02", "1965-03" or "1965" can mean: some papers give no day, or no month.

    The youngest the person can be, so that no age is granted that may not be reached (docs/law.md).
    Raises ValueError for anything else.
    """
    parts = text.split("-", 2)
    if len(parts) == 3:
        return dt.date.fromisoformat(text)
    if len(parts[0]) != 4 or not text.replace("-", "").isdecimal():
        raise ValueError(text)
    year, month = int(parts[0]), int(parts[1]) if len(parts) == 2 else 12
    return dt.date(year, month, monthrange(year, month)[1])


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian year (the anonymous computus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return dt.date(year, month, day + 1)


def is_holiday(day: dt.date) -> bool:
    """Whether the day is one of the eleven public holidays of metropolitan France (Code du travail L3133-1)."""
    fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
    return (day.month, day.day) in fixed or (day - easter(day.year)).days in {1, 39, 50}


def working_days(start: dt.date, count: int) -> dt.date:
    """The day that stands `count` working days (Monday to Friday, no holiday) after `start`."""
    day = start
    while count > 0:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and not is_holiday(day):
            count -= 1
    return day
