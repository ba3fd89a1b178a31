"""The demo's register: one file an entry under outside/registry/entries/, one empty file a number ever given."""

from __future__ import annotations

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from permis import clock
from permis.adapters import files
from permis.adapters.registry import NUMBER, Entered, Entry, Refused, Unavailable
from permis.vault.sealing import fold

PREFECTURE = "10"  # one prefecture a department
NOWHERE = "99"  # of whom no department is known


class DemoRegistry:
    """Draws numbers of the shape that the true ones have."""

    def enter(self, key: str, entry: Entry) -> Entered:
        """The number of this key: that of the first time, the one that was told, or a fresh one."""
        if not key:
            raise ValueError("somebody is entered for a request")
        if shut().exists():
            raise Unavailable("shut")
        with _alone():
            path = files.outside("registry", "entries") / f"{_name(key)}.json"
            before = files.read_json(path)
            if before is None:
                kept = bool(NUMBER.fullmatch(entry.known))
                if kept and any(_is_anothers(one, entry) for one in entries()):
                    raise Refused
                before = {
                    "key": key,
                    "number": entry.known if kept else _draw(entry.department),
                    "kept": kept,
                    "kind": entry.kind,
                    "surname": entry.surname,
                    "given_names": entry.given_names,
                    "birth_date": entry.birth_date,
                    "birth_place": entry.birth_place,
                    "department": entry.department,
                    "categories": list(entry.categories),
                    "entered": clock.now().isoformat(timespec="microseconds"),
                }
                files.write_json(path, before)
            return Entered(before["number"], before["kept"])


def entries() -> list[dict[str, Any]]:
    """Everybody in the register, oldest first: for the pages of the demo."""
    found = [files.read_json(path) for path in files.names(files.outside("registry", "entries"), ".json")]
    return sorted((entry for entry in found if entry), key=lambda entry: entry["entered"])


def shut() -> Path:
    """While this file is there the register does not answer."""
    return files.outside("registry") / "shut"


def _name(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:40]  # a key becomes the name of a file


def _is_anothers(one: dict[str, Any], entry: Entry) -> bool:
    """The number that is told was given to somebody else: twins have one surname and one day of birth."""
    same = (fold(one["surname"]), one["birth_date"]) == (fold(entry.surname), entry.birth_date)
    return one["number"] == entry.known and not (same and _fit(one["given_names"], entry.given_names))


def _fit(names: str, others: str) -> bool:
    """Whether they may be the given names of one person, who wrote all of them once and the first ones another time."""
    ours, theirs = (fold(text).replace(",", " ").split() for text in (names, others))
    return all(one == other for one, other in zip(ours, theirs, strict=False))


def _draw(department: str) -> str:
    """A number that was never given: the numbers given are those of the whole world, also while a part stands apart."""
    given = Path(settings.PERMIS_DATA, "outside", "registry", "numbers")
    given.mkdir(parents=True, exist_ok=True)
    head = f"{clock.today():%y%m}{_place(department)}"
    for _ in range(20_000):
        number = f"{head}{secrets.randbelow(10_000):04d}"
        try:
            (given / number).touch(exist_ok=False)
        except FileExistsError:
            continue
        return number
    raise Unavailable("every number of this month and department was given")


def _place(department: str) -> str:
    """Department and prefecture, two digits each; Corsica was 20, and overseas the third digit names the place."""
    if department[:2] in {"2A", "2B"}:
        return f"20{PREFECTURE}"
    if department[:2] in {"97", "98"} and department[2:].isdecimal():
        return f"{department[:2]}{department[2]}0"
    return f"{department}{PREFECTURE}" if department.isdecimal() and len(department) == 2 else f"{NOWHERE}00"


@contextmanager
def _alone() -> Iterator[None]:
    """One process at a time: a request that is told twice at one moment has one number."""
    with (files.outside("registry") / ".lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
