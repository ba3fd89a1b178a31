"""The post: it takes a letter once and gives it a number, and tells later where it went."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Scan:
    """What the post says of a letter: `pass`, `absent`, `collect`, `deliver` or `return`, on a day."""

    id: str  # of the scan: told twice, it is one
    number: str  # of the letter
    kind: str
    day: dt.date
    office: str = ""  # where the letter waits, when it does


class Post(Protocol):
    """The contract."""

    def take(self, key: str, lines: tuple[str, ...]) -> str:
        """Takes a letter for this address (6 lines of 38 at most) and returns its number; the same key, the same."""

    def scans(self) -> list[Scan]:
        """What was not yet acknowledged, oldest first."""

    def acknowledge(self, scan_id: str) -> None:
        """The scan is safe with us. Acknowledging twice is nothing."""
