"""The demo's stamps: one file each under outside/stamps/; `sell()` is the shop."""

from __future__ import annotations

import datetime as dt
import fcntl
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from permis import clock
from permis.adapters import files
from permis.adapters.stamps import (
    LICENCE,
    NUMBER,
    REFUNDED,
    RESERVED,
    UNUSED,
    USED,
    Refused,
    Stamp,
    Unknown,
)
from permis.domain.terms import months

VALID_MONTHS = 12  # F34118: an electronic stamp is valid for one year


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: two requests that want one stamp must not both have it."""
    with (files.outside("stamps") / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(number: str) -> dict[str, Any]:
    if not NUMBER.fullmatch(number):  # before it becomes the name of a file
        raise Unknown
    found: dict[str, Any] | None = files.read_json(files.outside("stamps") / f"{number}.json")
    if found is None:
        raise Unknown
    return found


def _write(stamp: dict[str, Any], **changes: str) -> dict[str, Any]:
    stamp = {**stamp, **changes}
    files.write_json(files.outside("stamps") / f"{stamp['number']}.json", stamp)
    return stamp


def _seen(stamp: dict[str, Any], key: str) -> Stamp:
    return Stamp(
        number=stamp["number"],
        cents=stamp["cents"],
        kind=stamp["kind"],
        state=stamp["state"],
        valid_until=dt.date.fromisoformat(stamp["valid_until"]),
        yours=_has(key, stamp),
    )


def _has(key: str, stamp: dict[str, Any]) -> bool:
    return bool(key) and stamp["key"] == key


class DemoStamps:
    """Keeps each stamp, and the key that has it, under outside/stamps/."""

    def look(self, number: str, key: str = "") -> Stamp:
        """The stamp as it is now."""
        return _seen(_read(number), key)

    def reserve(self, number: str, key: str) -> Stamp:
        """Keeps it for this key, and gives back the one that this key kept before."""
        with _alone():
            stamp = _read(number)
            if not _has(key, stamp):
                _refuse_unless_free(stamp)
                _give_back(key)
                stamp = _write(stamp, state=RESERVED, key=_named(key))
            return _seen(stamp, key)

    def use(self, number: str, key: str) -> Stamp:
        """Spends it for this key, and gives back another that this key kept."""
        with _alone():
            stamp = _read(number)
            if not _has(key, stamp):
                _refuse_unless_free(stamp)
            if stamp["state"] != USED:
                _give_back(key)
                stamp = _write(stamp, state=USED, key=_named(key))
            return _seen(stamp, key)

    def release(self, key: str) -> int:
        """Gives back what this key had reserved."""
        with _alone():
            return _give_back(_named(key))


def _give_back(key: str) -> int:
    """Frees what this key reserved; how many. Under the lock."""
    kept = [stamp for stamp in _all() if _has(key, stamp) and stamp["state"] == RESERVED]
    for stamp in kept:
        _write(stamp, state=UNUSED, key="")
    return len(kept)


def _named(key: str) -> str:
    if not key:
        raise ValueError("a stamp is kept for somebody")
    return key


def _refuse_unless_free(stamp: dict[str, Any]) -> None:
    if stamp["state"] != UNUSED or dt.date.fromisoformat(stamp["valid_until"]) < clock.today():
        raise Refused


def _all() -> list[dict[str, Any]]:
    found = [files.read_json(path) for path in files.names(files.outside("stamps"), ".json")]
    return [stamp for stamp in found if stamp]


def sell(cents: int, kind: str = LICENCE) -> str:
    """The shop sells a stamp of so many cents, valid from today for a year. Returns its number."""
    with _alone():
        number = f"{secrets.randbelow(10**16):016d}"
        _write(
            {
                "number": number,
                "cents": cents,
                "kind": kind,
                "state": UNUSED,
                "key": "",
                "sold": clock.now().isoformat(timespec="microseconds"),
                "valid_until": months(clock.today(), VALID_MONTHS).isoformat(),
            }
        )
    return number


def refund(number: str) -> None:
    """The shop takes a stamp back that nobody has. Raises `Unknown`, or `Refused` when it is reserved or used."""
    with _alone():
        stamp = _read(number)
        if stamp["state"] not in {UNUSED, REFUNDED}:
            raise Refused
        _write(stamp, state=REFUNDED)


def stamps() -> list[dict[str, Any]]:
    """Every stamp that was sold, oldest first: for the pages of the demo."""
    return sorted(_all(), key=lambda stamp: stamp["sold"])
