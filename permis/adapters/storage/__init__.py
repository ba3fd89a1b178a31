"""Where sealed files are kept: it sees keys and sealed bytes only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

KEY = re.compile(r"^[A-Za-z0-9][A-Za-z0-9-]*(/[A-Za-z0-9][A-Za-z0-9.-]*)*\Z")
CHUNK = 1 << 20

ROOM = re.compile(r"(\d{1,15})\s*(%|[KMGT]?)", re.IGNORECASE)
UNITS = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}


class StorageDown(OSError):
    """The storage does not answer, or not as it should: nothing is known of what was asked. Try again later."""


class StorageFull(StorageDown):
    """It answers and has no room for this file. What it keeps can still be read."""


class Storage(Protocol):
    """The contract. A key is letters, digits, `-`, `.` and `/`; a file has at most some 21 MB, sealed.

    Whatever hinders raises `StorageDown`, after a bounded time; an absent file is told from a storage that does
    not answer.
    """

    def put(self, key: str, chunks: Iterable[bytes], *, reserve: bool = False) -> int:
        """Keeps a file, whole or not at all, safe from a power cut on return. Returns its size in bytes.

        Raises `StorageFull` when less room is left than PERMIS_ROOM says. `reserve`: may use that last room too,
        for what makes something of a file that was acknowledged already.
        """

    def get(self, key: str) -> Iterator[bytes]:
        """The file in chunks. Raises FileNotFoundError."""

    def exists(self, key: str) -> bool:
        """Whether the file is there."""

    def delete(self, key: str) -> None:
        """Removes the file; one that is not there is already removed."""

    def keys(self) -> Iterator[str]:
        """Every key."""

    def written(self) -> Iterator[tuple[str, float]]:
        """Every key, with when it was written in the seconds of `clock.ticks()`, give or take the storage's clock."""

    def tidy(self, before: float) -> int:
        """Removes what interrupted writes left before this tick, which no key names. Returns how many."""

    def room(self) -> float | None:
        """The part of the room that is free, from 0 to 1; None where the storage does not say."""

    def tight(self) -> bool:
        """Whether new files are refused, or will soon be: under twice the room that PERMIS_ROOM keeps free."""


def adapter_for(url: str, room: str) -> str:
    """The dotted name of the storage that STORAGE_URL and PERMIS_ROOM ask for. Raises ValueError, naming no secret.

    Both are read here once, when the settings are: what is faulty is told at the start and not to a citizen.
    """
    from permis.adapters.storage import local, s3  # noqa: PLC0415  they import this module

    floor(room, 0)
    match url.partition("://")[0]:
        case "file":
            local.folder_of(url)
            return "permis.adapters.storage.local.LocalStorage"
        case "s3":
            s3.Address.read(url)
            return "permis.adapters.storage.s3.S3Storage"
    raise ValueError("STORAGE_URL must begin with file:// or s3://.")


def floor(said: str, total: int) -> int:
    """The bytes that must stay free, by PERMIS_ROOM: `10%` of the disk, or `500M`, `20G`. Raises ValueError."""
    found = ROOM.fullmatch(said.strip())
    if found is None or (found[2] == "%" and int(found[1]) > 100):
        raise ValueError("PERMIS_ROOM is a part of the disk (10%) or a size (500M, 20G).")
    number, unit = int(found[1]), found[2].upper()
    return total * number // 100 if unit == "%" else number * UNITS[unit]


def checked(key: str) -> str:
    """The key, if it is one: no way out of the folder, nothing hidden. Raises ValueError."""
    if not KEY.match(key):
        raise ValueError("not a storage key")
    return key
