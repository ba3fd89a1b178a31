"""What may be driven meanwhile and until when, and how long the probation lasts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from permis.domain.legal import F2390, F2828, Source
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Category, LearningMode, Motive

CEPC_MONTHS = 4  # F2828: four months from the exam day, date to date, last day included
PROBATION_YEARS = 3  # F2390
PROBATION_YEARS_AAC = 2  # F2390


@dataclass(frozen=True)
class Drive:
    """One right to drive shown by papers: which categories, from when, until when (included)."""

    categories: tuple[Category, ...]
    start: dt.date
    until: dt.date
    papers: tuple[str, ...]
    source: Source

    def runs_on(self, today: dt.date) -> bool:
        """Whether the right holds on that day."""
        return self.start <= today <= self.until


def drive(situation: Situation) -> tuple[Drive, ...]:
    """The rights to drive that this request shows. Raises `NotYetKnown` when the exam day is missing."""
    if situation.motive is not Motive.REU:
        return ()
    exam_on = situation.exam_on
    categories = tuple(sorted(situation.categories))
    return (Drive(categories, exam_on, months(exam_on, CEPC_MONTHS), ("CEPC", "ID"), F2828),)


def probation_years(situation: Situation) -> int:
    """Years of probation of a first licence."""
    return PROBATION_YEARS_AAC if situation.learning_mode is LearningMode.AAC else PROBATION_YEARS


PROBATION_SOURCE = F2390
