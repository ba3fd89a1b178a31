"""A client of our own contract (docs/contracts/stamps.openapi.json): PERMIS_STAMPS_URL = https://user:password@host.

The number travels in the body and never in the address, so that no log on the way keeps it.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.conf import settings

from permis.adapters import asking
from permis.adapters.stamps import NUMBER, STATES, Refused, Stamp, Unavailable, Unknown


class HttpStamps:
    """One connection a question. Nothing is tried again here: the caller knows whether somebody waits."""

    def __init__(self, url: str | None = None, *, patience_s: float = asking.PATIENCE_S) -> None:
        self.url = asking.checked(url or settings.PERMIS_STAMPS_URL, "PERMIS_STAMPS_URL")
        self.patience_s = patience_s

    def look(self, number: str, key: str = "") -> Stamp:
        """The stamp as it is now."""
        return self._ask("look", number, key)

    def reserve(self, number: str, key: str) -> Stamp:
        """Keeps it for this key."""
        return self._ask("reserve", number, key)

    def use(self, number: str, key: str) -> Stamp:
        """Spends it for this key."""
        return self._ask("use", number, key)

    def release(self, key: str) -> int:
        """Gives back what this key kept."""
        status, answer = self._told("release", {"key": key})
        if status != 200:
            raise Unavailable(f"status {status}")
        return _released(answer)

    def _ask(self, act: str, number: str, key: str) -> Stamp:
        if not NUMBER.fullmatch(number):
            raise Unknown
        status, answer = self._told(act, {"number": number, "key": key})
        # The word counts with the status: a 404 of a proxy on the way says nothing about the stamp.
        match status, _title(answer):
            case 200, _:
                return _stamp(answer, number)
            case 404, "unknown":
                raise Unknown
            case 409, "refused":
                raise Refused
        raise Unavailable(f"status {status}")

    def _told(self, act: str, question: dict[str, str]) -> tuple[int, bytes]:
        try:
            return asking.post(self.url, f"/v1/stamps/{act}", question, self.patience_s)
        except asking.NoAnswer as error:
            raise Unavailable(str(error)) from None


def _title(answer: bytes) -> object:
    return asking.said(answer).get("title")


def _released(answer: bytes) -> int:
    """How many were given back; an answer that does not say so is no answer."""
    many = asking.said(answer).get("released")
    if type(many) is not int or many < 0:
        raise Unavailable("an answer that is not of the contract")
    return many


def _stamp(answer: bytes, number: str) -> Stamp:
    """The stamp of an answer; one that is not as the contract says is no answer."""
    try:
        said: dict[str, Any] = json.loads(answer)
        stamp = Stamp(
            number=said["number"],
            cents=said["cents"],
            kind=said["kind"],
            state=said["state"],
            valid_until=dt.date.fromisoformat(said["valid_until"]),
            yours=said["yours"],
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Unavailable("an answer that is not of the contract") from None
    sound = (
        stamp.number == number
        and type(stamp.cents) is int
        and stamp.cents >= 0
        and isinstance(stamp.kind, str)
        and stamp.state in STATES
        and isinstance(stamp.yours, bool)
    )
    if not sound:
        raise Unavailable("an answer that is not of the contract")
    return stamp
