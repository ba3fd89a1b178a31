"""The demo's post: letters and scans are files; `permis outside post` and /demo/ send the postman out."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from permis import clock
from permis.adapters import files
from permis.adapters.post import Scan

WEIGHTS = (8, 6, 4, 2, 3, 5, 9, 7)
OFFICE = "Rennes République"
FINAL = {"collect", "deliver", "return"}


def s10(serial: int) -> str:
    """A letter number of the Universal Postal Union (S10): two letters, eight digits, a check digit, FR."""
    digits = f"{serial % 10**8:08d}"
    rest = 11 - sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11
    return f"LL{digits}{ {10: 0, 11: 5}.get(rest, rest) }FR"


class DemoPost:
    """Keeps letters and scans under outside/post/."""

    def take(self, key: str, lines: tuple[str, ...]) -> str:
        """Keeps the letter unless it is there already; its number follows from the key, so it never changes."""
        number = s10(int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big"))
        path = files.outside("post", "letters") / f"{number}.json"
        if not path.exists():
            files.write_json(
                path,
                {
                    "number": number,
                    "key": key,
                    "lines": list(lines),
                    "taken": clock.now().isoformat(timespec="microseconds"),
                },
            )
        return number

    def scans(self) -> list[Scan]:
        """What was said and not yet acknowledged, in the order of the postman's work."""
        found = [files.read_json(path) for path in files.names(files.outside("post", "scans"), ".json")]
        return [
            Scan(data["id"], data["number"], data["kind"], dt.date.fromisoformat(data["day"]), data["office"])
            for data in found
            if data
        ]

    def acknowledge(self, scan_id: str) -> None:
        """Moves the scan to the told ones."""
        path = files.outside("post", "scans") / f"{scan_id}.json"
        if path.exists():
            path.replace(files.outside("post", "told") / path.name)


def letters() -> list[dict[str, Any]]:
    """Every letter, oldest first, each with `history`: the kinds of its scans, told or not."""
    history: dict[str, list[str]] = {}
    for folder in ("told", "scans"):
        for path in files.names(files.outside("post", folder), ".json"):
            data = files.read_json(path)
            if data:
                history.setdefault(data["number"], []).append(data["kind"])
    found = [files.read_json(path) for path in files.names(files.outside("post", "letters"), ".json")]
    found = [letter for letter in found if letter]
    return sorted(
        ({**letter, "history": history.get(letter["number"], [])} for letter in found),
        key=lambda letter: letter["taken"],
    )


def scan(kind: str, numbers: set[str]) -> list[str]:
    """The postman does `kind` with these letters, those already at their end left aside. Returns their numbers."""
    done = []
    for letter in letters():
        if letter["number"] not in numbers or FINAL & set(letter["history"]):
            continue
        serial = f"{clock.ticks():017.6f}-{kind}-{letter['number']}"
        files.write_json(
            files.outside("post", "scans") / f"{serial}.json",
            {
                "id": serial,
                "number": letter["number"],
                "kind": kind,
                "day": clock.today().isoformat(),
                "office": OFFICE if kind == "absent" else "",
            },
        )
        done.append(letter["number"])
    return done
