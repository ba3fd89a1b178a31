"""The shapes of table 2: a need, a bar, a right, a term, the rules of a motive, and the answer they give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Literal

from permis.domain.conditions import Test
from permis.domain.legal import Source
from permis.domain.situation import Situation
from permis.domain.vocabulary import Category, Motive, Outcome, Piece, Reason, Result

ALTERNATIVES = tuple[Piece, ...]
DECISION: Literal["decision"] = "decision"  # a right that lasts until the prefect decides


@dataclass(frozen=True)
class Required:
    """One piece asked of one person, with the reason the person reads."""

    piece: Piece
    any_of: ALTERNATIVES
    because: str
    source: Source
    recommended: bool
    key: str


@dataclass(frozen=True, kw_only=True)
class Dated:
    """A row of law: law on the days from `since` to `until`, both included; None means as far as the texts go.

    `by` names the fact whose day says which law applies: the submission for documents, fees and terms, the exam for
    ages, the paper's own day for the right that it shows (docs/law.md).
    """

    since: dt.date | None = None
    until: dt.date | None = None
    by: str = "submitted_on"


@dataclass(frozen=True)
class Need(Dated):
    """We ask for these pieces, when this holds, because of this, by this source.

    `pieces` lists groups: each group must be given; inside a group any one will do, the first is the usual one.
    """

    key: str
    pieces: tuple[ALTERNATIVES, ...]
    when: Test
    because: str
    source: Source
    recommended: bool = False
    who: str = ""  # of whom it is asked, as the list of all documents says it: « Si … »; empty: of everybody
    asked: tuple[Required, ...] = field(init=False, repr=False, compare=False)  # what it asks, made once

    def __post_init__(self) -> None:
        asked = tuple(
            Required(group[0], group, self.because, self.source, self.recommended, self.key)
            for group in self.pieces
        )
        object.__setattr__(self, "asked", asked)


@dataclass(frozen=True)
class Bar(Dated):
    """A rule of outcome: the request is not needed, not possible, or not before a date."""

    key: str
    outcome: Outcome
    when: Test
    because: str
    source: Source
    reason: Reason | None = None
    not_before: Callable[[Situation], dt.date] | None = None
    instead: str = ""  # what the person can do now; empty: the words of the reason say it
    leads_to: tuple[Motive, ...] = ()  # the requests that `instead` names


@dataclass(frozen=True)
class Fee(Dated):
    """What the request costs when this holds, in cents; of several rows, the first that holds decides."""

    key: str
    cents: int
    when: Test
    because: str
    source: Source


@dataclass(frozen=True)
class Note(Dated):
    """Something that the person must know when this holds, beside the documents."""

    key: str
    when: Test
    says: str
    source: Source
    code: str = ""  # the code that will stand on the card because of this
    keeps: str = ""  # the licence that goes on being valid meanwhile, in words that follow "avec"


@dataclass(frozen=True)
class Right(Dated):
    """What may be driven meanwhile when this holds: with these papers together, these categories, these days.

    `ends` gives the last day (included), DECISION, or None when no day is known beforehand.
    """

    key: str
    papers: tuple[str, ...]  # of rights.PAPERS
    when: Test
    categories: Callable[[Situation], Iterable[Category]]
    begins: Callable[[Situation], dt.date]
    ends: Callable[[Situation], dt.date | Literal["decision"] | None]
    source: Source
    within_category: bool = False  # a heavy category that ends sooner on the licence ends sooner here
    says: str = ""  # the right in one sentence, for a row that has its days of law


@dataclass(frozen=True)
class Deadline(Dated):
    """A day that counts for the person when this holds: the last one to do this, or the first."""

    key: str
    what: str
    when: Test
    day: Callable[[Situation], dt.date]
    source: Source


Row = Need | Bar | Fee | Note | Right | Deadline


@dataclass(frozen=True)
class Delay:
    """How long it usually takes from the sending to the letter, in weeks."""

    low: int
    high: int
    source: Source


@dataclass(frozen=True)
class Answer:
    """What table 2 says of a situation; `unknown` are the facts that some row still lacks."""

    outcome: Outcome | None
    because: str = ""
    source: Source | None = None
    reason: Reason | None = None
    not_before: dt.date | None = None
    pieces: tuple[Required, ...] = ()
    unknown: tuple[str, ...] = ()
    bar: Bar | None = None  # the row that decided


@dataclass(frozen=True)
class Rules:
    """The rows of one motive."""

    motive: Motive
    bars: tuple[Bar, ...]
    needs: tuple[Need, ...]
    fees: tuple[Fee, ...]
    delay: Delay
    notes: tuple[Note, ...] = ()
    rights: tuple[Right, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    result: Result = Result.CARD
    cancellable: bool = True
    probation: tuple[
        tuple[Test, int], ...
    ] = ()  # years, by the first test that holds; none: no probation opens
    # The categories whose end on the future card follows a medical opinion.
    renews: Callable[[Situation], Iterable[Category]] = lambda _: ()

    @property
    def makes_card(self) -> bool:
        """Whether the factory makes something that the post carries."""
        return self.result in {Result.CARD, Result.CORRECTED_CARD, Result.BOOKLET}

    @property
    def rows(self) -> tuple[Row, ...]:
        """Every row, outcome first: what the time axis of the law reads."""
        return (*self.bars, *self.needs, *self.fees, *self.notes, *self.rights, *self.deadlines)
