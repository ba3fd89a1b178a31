"""What may be driven meanwhile and until when, and how long the probation lasts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from permis.domain.legal import F1727, F2390, F2828, Source
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Category, LearningMode, Motive

CEPC_MONTHS = 4  # F2828: four months from the exam day, date to date, last day included
ADCS_MONTHS = 4  # F1727: attestation de droits à conduire sécurisée, four months, may be asked for again
PROBATION_YEARS = 3  # F2390
PROBATION_YEARS_AAC = 2  # F2390


# What is carried, in words that follow "avec".
PAPERS = {
    "CEPC": "votre certificat d’examen (CEPC)",
    "ADCS": "votre attestation de droits à conduire (ADCS)",
    "ID": "votre pièce d’identité",
}


@dataclass(frozen=True)
class Drive:
    """One right to drive shown by papers: which categories, from when, until when (included)."""

    categories: tuple[Category, ...]
    start: dt.date
    until: dt.date
    papers: tuple[str, ...]
    source: Source

    @property
    def papers_words(self) -> str:
        """The papers to carry, as a person reads them."""
        return " et ".join(PAPERS[paper] for paper in self.papers)

    def runs_on(self, today: dt.date) -> bool:
        """Whether the right holds on that day."""
        return self.start <= today <= self.until


def drive(situation: Situation) -> tuple[Drive, ...]:
    """The rights to drive that this request shows. Raises `NotYetKnown` when a day or the categories are missing."""
    if situation.motive is Motive.REU:
        exam_on, passed = situation.exam_on, tuple(sorted(situation.categories))
        return (Drive(passed, exam_on, months(exam_on, CEPC_MONTHS), ("CEPC", "ID"), F2828),)
    if situation.motive is Motive.PERTE:
        filed, held = situation.submitted_on, tuple(sorted(situation.held_categories))
        return (Drive(held, filed, months(filed, ADCS_MONTHS), ("ADCS", "ID"), F1727),)
    return ()


def probation_years(situation: Situation) -> int:
    """Years of probation of a first licence."""
    return PROBATION_YEARS_AAC if situation.learning_mode is LearningMode.AAC else PROBATION_YEARS


PROBATION_SOURCE = F2390
