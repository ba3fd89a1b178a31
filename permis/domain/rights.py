"""What may be driven meanwhile and until when, how long categories last on the future card, and the probation."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from permis.domain import required
from permis.domain.legal import CODE_ROUTE, F1255, F2390, Source
from permis.domain.required.table import Right
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.terms import aged_at_least, months
from permis.domain.vocabulary import HEAVY, HEAVY_C, HEAVY_D, Category

# What is carried, in words that follow "avec".
PAPERS = {
    "CEPC": "votre certificat d’examen (CEPC)",
    "FORM": "votre attestation de formation",
    "THEFT": "votre récépissé de déclaration de vol",
    "LIC": "votre permis actuel",
    "FLIC": "votre permis étranger",
    "ID": "votre pièce d’identité",
    "MED": "votre avis médical",
    "ADCS": "votre attestation de droits à conduire (ADCS)",
    "LOSS_PAPER": "votre attestation de perte",
    "ADS": "votre attestation de dépôt (ADS)",
}
ORDER = {category: rank for rank, category in enumerate(Category)}


@dataclass(frozen=True)
class Drive:
    """One right to drive shown by papers: which categories, from when, until when.

    `until` is a day (included), "decision" (until the prefect decides), or None: no day is known beforehand.
    """

    categories: tuple[Category, ...]
    start: dt.date
    until: dt.date | Literal["decision"] | None
    papers: tuple[str, ...]
    source: Source

    @property
    def papers_words(self) -> str:
        """The papers to carry, as a person reads them."""
        return " et ".join(PAPERS[paper] for paper in self.papers)

    @property
    def last_day(self) -> dt.date | None:
        """The last day, when one is known beforehand."""
        return self.until if isinstance(self.until, dt.date) else None

    def over(self, today: dt.date) -> bool:
        """Whether the right has ended before that day."""
        return self.last_day is not None and self.last_day < today

    def runs_on(self, today: dt.date) -> bool:
        """Whether the right holds on that day."""
        return self.start <= today and not self.over(today)


def every_right(situation: Situation) -> tuple[Drive, ...]:
    """All the rights that this request shows, several papers for a category included. Raises `NotYetKnown`."""
    found = []
    lacking: list[str] = []
    for row in required.rules_of(situation.motive).rights:
        try:
            if not required.holds(row, situation):
                continue
            found.extend(_of_row(row, situation))
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
    if lacking:
        raise NotYetKnown(*lacking)
    return tuple(found)


def _of_row(row: Right, situation: Situation) -> list[Drive]:
    categories = sorted(row.categories(situation), key=ORDER.__getitem__)
    if not categories:
        return []
    begins, ends = row.begins(situation), row.ends(situation)
    by_end: dict[dt.date | Literal["decision"] | None, list[Category]] = {}
    for category in categories:
        own = situation.category_ends_on.get(category) if row.within_category and category in HEAVY else None
        last = ends if own is None or (isinstance(ends, dt.date) and ends < own) else own
        if not isinstance(last, dt.date) or last >= begins:
            by_end.setdefault(last, []).append(category)
    return [Drive(tuple(those), begins, last, row.papers, row.source) for last, those in by_end.items()]


def drive(situation: Situation) -> tuple[Drive, ...]:
    """The rights to drive that this request shows, each category once: the first paper that covers it.

    Raises `NotYetKnown` when a day or the categories are missing.
    """
    told: set[Category] = set()
    found = []
    for right in every_right(situation):
        fresh = tuple(category for category in right.categories if category not in told)
        if fresh:
            told.update(fresh)
            found.append(Drive(fresh, right.start, right.until, right.papers, right.source))
    return tuple(found)


def others(situation: Situation) -> tuple[Drive, ...]:
    """Further papers for categories that `drive` already covers. Raises `NotYetKnown` likewise."""
    told: set[Category] = set()
    found = []
    for right in every_right(situation):
        if told.issuperset(right.categories):
            found.append(right)
        told.update(right.categories)
    return tuple(found)


# ── How long a category lasts after a medical opinion, at most ─────────────────────────────────────────────


@dataclass(frozen=True)
class Period:
    """These categories last so many years at most when the person is younger than so on the day of the opinion."""

    categories: frozenset[Category]
    under: int  # years of age, not reached
    years: int
    source: Source


OPINION_MONTHS = 24  # F2727: an opinion serves two years
FOR_EVER = 500  # older than anybody: the last row of a group
LIGHT = frozenset(Category) - HEAVY
R221_11 = CODE_ROUTE.art("art. R221-11")
PERIODS: tuple[Period, ...] = (
    Period(HEAVY_C, 60, 5, R221_11),
    Period(HEAVY_C, 76, 2, R221_11),
    Period(HEAVY_C, FOR_EVER, 1, R221_11),
    Period(HEAVY_D, 60, 5, R221_11),
    Period(HEAVY_D, FOR_EVER, 1, R221_11),
    # Light categories driven for a living, or limited for a reason of health
    Period(LIGHT, 60, 5, F1255),
    Period(LIGHT, 76, 2, F1255),
    Period(LIGHT, FOR_EVER, 1, F1255),
)


def latest_end(category: Category, birth: dt.date, opinion_on: dt.date) -> dt.date:
    """The last day that a category may bear after this opinion, counted from its day at the age of that day."""
    for period in PERIODS:
        if category in period.categories and not aged_at_least(birth, period.under, opinion_on):
            return months(opinion_on, 12 * period.years)
    raise LookupError(category)


def validity(situation: Situation) -> dict[Category, dt.date]:
    """The ends that follow the medical opinion, by category; raises `NotYetKnown` while that is open."""
    renewed = required.rules_of(situation.motive).renews(situation)
    categories = sorted(renewed, key=ORDER.__getitem__)
    opinion: dt.date | None = situation.medical_opinion_on if categories else None
    if opinion is None or situation.submitted_on > months(opinion, OPINION_MONTHS):
        return {}  # an opinion that is too old prolongs nothing
    return {c: latest_end(c, situation.birth_date, opinion) for c in categories}


def probation_years(situation: Situation) -> int | None:
    """Years of probation that the request opens, or None; raises `NotYetKnown` while that is open."""
    for test, years in required.rules_of(situation.motive).probation:
        if test(situation):
            return years
    return None


PROBATION_SOURCE = F2390
