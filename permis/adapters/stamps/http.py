"""A client of our own contract (docs/contracts/stamps.openapi.json): PERMIS_STAMPS_URL = https://user:password@host.

The number travels in the body and never in the address, so that no log on the way keeps it.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from permis.adapters.stamps import NUMBER, STATES, Refused, Stamp, Unavailable, Unknown

PATIENCE_S = 5.0  # to connect, then for each part of the answer: a person is waiting behind it
LONGEST_ANSWER = 1 << 16
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class HttpStamps:
    """One connection a question. Nothing is tried again here: the caller knows whether somebody waits."""

    def __init__(self, url: str | None = None, *, patience_s: float = PATIENCE_S) -> None:
        self.url = _checked(url or settings.PERMIS_STAMPS_URL)
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
        path = f"{self.url.path.rstrip('/')}/v1/stamps/{act}"
        try:
            return self._post(path, json.dumps(question).encode())
        except (OSError, HTTPException) as error:
            raise Unavailable(type(error).__name__) from None  # its text may carry what was sent

    def _post(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.url.username:
            pair = f"{unquote(self.url.username)}:{unquote(self.url.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        connection: HTTPConnection
        host, port = self.url.hostname or "", self.url.port
        if self.url.scheme == "https":
            connection = HTTPSConnection(
                host, port, timeout=self.patience_s, context=ssl.create_default_context()
            )
        else:
            connection = HTTPConnection(host, port, timeout=self.patience_s)
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            return response.status, response.read(LONGEST_ANSWER)
        finally:
            connection.close()


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ImproperlyConfigured(
            "PERMIS_STAMPS_URL begins with https:// (http:// on the same machine only)."
        )
    return parts


def _title(answer: bytes) -> object:
    return _field(answer, "title")


def _released(answer: bytes) -> int:
    """How many were given back; an answer that does not say so is no answer."""
    many = _field(answer, "released")
    if type(many) is not int or many < 0:
        raise Unavailable("an answer that is not of the contract")
    return many


def _field(answer: bytes, name: str) -> object:
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    return said.get(name) if isinstance(said, dict) else None


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
