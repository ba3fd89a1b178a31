"""Where sealed files are kept: it sees keys and sealed bytes only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol


class Storage(Protocol):
    """The contract. A key is letters, digits, `-`, `.` and `/`."""

    def put(self, key: str, chunks: Iterable[bytes]) -> int:
        """Keeps a file, whole or not at all, safe from a power cut on return. Returns its size in bytes."""

    def get(self, key: str) -> Iterator[bytes]:
        """The file in chunks. Raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Whether the file is there."""

    def delete(self, key: str) -> None:
        """Removes the file; one that is not there is already removed."""

    def keys(self) -> Iterator[str]:
        """Every key."""
