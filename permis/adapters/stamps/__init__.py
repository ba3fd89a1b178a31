"""The fiscal stamps: a number bought elsewhere is looked at, reserved for one request, used, or given back."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Protocol

UNUSED, RESERVED, USED, REFUNDED = "unused", "reserved", "used", "refunded"
STATES = frozenset({UNUSED, RESERVED, USED, REFUNDED})
LICENCE, FINE = "licence", "fine"  # the kinds that people mix up; there are others
NUMBER = re.compile(r"[0-9]{16}")  # sent by SMS, or printed on the PDF of the stamp


class Unknown(Exception):
    """Nobody sold a stamp with this number."""


class Unavailable(Exception):
    """The service of the stamps did not answer, or not in words that we understand. Try again later."""


class Refused(Exception):
    """This stamp cannot be had: used, refunded, out of date, or kept for somebody else's request."""


@dataclass(frozen=True)
class Stamp:
    """One stamp as its service knows it. `yours`: reserved or used under the key that asks."""

    number: str
    cents: int
    kind: str  # licence, fine, …
    state: str  # unused, reserved, used, refunded
    valid_until: dt.date  # last day included
    yours: bool = False

    def __repr__(self) -> str:
        return f"Stamp(…, {self.kind}, {self.state})"  # whoever holds the number holds the money


class Stamps(Protocol):
    """The contract. A key keeps one stamp at a time: to reserve or use another gives the former back.

    All raise `Unavailable` when there is no answer; those told a number raise `Unknown` when nobody sold it.
    """

    def look(self, number: str, key: str = "") -> Stamp:
        """The stamp as it is now, seen by whoever has this key. Changes nothing."""

    def reserve(self, number: str, key: str) -> Stamp:
        """Keeps the stamp for this key (not empty); told twice, it is kept once. Raises `Refused` otherwise."""

    def use(self, number: str, key: str) -> Stamp:
        """Spends the stamp for this key, reserved or still free; told twice, it is spent once.

        A stamp reserved in time may be used after its last day. Raises `Refused` when it cannot be had.
        """

    def release(self, key: str) -> int:
        """Gives back whatever this key (not empty) reserved, and says how many stamps that was.

        No number is told: a request that changed its stamp may have reserved another one than it names now. What
        the key used stays used, what is another's stays so: never refused.
        """
