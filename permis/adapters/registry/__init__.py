"""The register of rights to drive: it enters a person once, and says the number under which it knows them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Protocol

REGISTRATION, RECORD = "registration", "record"  # for the exam (the number is a NEPH); of a foreign licence
KINDS = frozenset({REGISTRATION, RECORD})
NUMBER = re.compile(r"[0-9]{12}")  # year, month, department, prefecture, rank: domain sheet, 5.1


class Unavailable(Exception):
    """The register did not answer, or not in words that we understand. Try again later."""


class Refused(Exception):
    """The number that the person told is that of somebody else."""


@dataclass(frozen=True)
class Entry:
    """Who is entered, for what. `known`: the number that the person has already, empty when there is none."""

    kind: str
    surname: str
    given_names: str
    birth_date: str  # ISO, in part when the papers say no more
    birth_place: str
    department: str  # of residence
    categories: tuple[str, ...]
    known: str = ""

    def __repr__(self) -> str:
        return f"Entry({self.kind}, …)"  # never a person in a log


@dataclass(frozen=True)
class Entered:
    """The number of the person in the register, twelve digits; `kept`: it was theirs before."""

    number: str
    kept: bool = False

    def __repr__(self) -> str:
        return f"Entered(…, kept={self.kept})"


class Registry(Protocol):
    """The contract. A key is one request for a licence: told again, whatever it then says, it has its first answer."""

    def enter(self, key: str, entry: Entry) -> Entered:
        """Enters the person under this key (not empty) and says the number: a new one, that nobody else ever has, or
        the one that they told. Raises `Refused` when that is somebody else's, `Unavailable` without an answer.
        """
