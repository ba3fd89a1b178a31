"""The shapes of table 2: a need, a bar, the rules of a motive, and the answer they give."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from permis.domain.conditions import Test
from permis.domain.legal import Source
from permis.domain.situation import Situation
from permis.domain.vocabulary import Motive, Outcome, Piece, Reason

ALTERNATIVES = tuple[Piece, ...]


@dataclass(frozen=True)
class Need:
    """We ask for these pieces, when this holds, because of this, by this source.

    `pieces` lists groups: each group must be given; inside a group any one will do, the first is the usual one.
    """

    key: str
    pieces: tuple[ALTERNATIVES, ...]
    when: Test
    because: str
    source: Source
    since: dt.date | None = None
    until: dt.date | None = None
    recommended: bool = False
    who: str = ""  # of whom it is asked, as the list of all documents says it: « Si … »; empty: of everybody


@dataclass(frozen=True)
class Bar:
    """A rule of outcome: the request is not needed, not possible, or not before a date."""

    key: str
    outcome: Outcome
    when: Test
    because: str
    source: Source
    reason: Reason | None = None
    not_before: Callable[[Situation], dt.date] | None = None


@dataclass(frozen=True)
class Fee:
    """What the request costs when this holds, in cents; of several rows, the first that holds decides."""

    key: str
    cents: int
    when: Test
    because: str
    source: Source
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Note:
    """Something that the person must know when this holds, beside the documents."""

    key: str
    when: Test
    says: str
    source: Source
    since: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True)
class Delay:
    """How long it usually takes from the sending to the letter, in weeks."""

    low: int
    high: int
    source: Source


@dataclass(frozen=True)
class Required:
    """One piece asked of one person, with the reason the person reads."""

    piece: Piece
    any_of: ALTERNATIVES
    because: str
    source: Source
    recommended: bool
    key: str


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


@dataclass(frozen=True)
class Rules:
    """The rows of one motive."""

    motive: Motive
    bars: tuple[Bar, ...]
    needs: tuple[Need, ...]
    fees: tuple[Fee, ...]
    delay: Delay
    notes: tuple[Note, ...] = ()
    makes_card: bool = True
    cancellable: bool = True
