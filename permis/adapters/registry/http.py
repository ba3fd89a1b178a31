"""A client of our own contract (docs/contracts/registry.openapi.json): PERMIS_REGISTRY_URL = https://user:password@host.

Whoever is entered travels in the body and never in the address, so that no log on the way keeps a name.
"""

from __future__ import annotations

import dataclasses

from django.conf import settings

from permis.adapters import asking
from permis.adapters.registry import NUMBER, Entered, Entry, Refused, Unavailable


class HttpRegistry:
    """One connection a question. Nothing is tried again here: the follow-up that asks is."""

    def __init__(self, url: str | None = None, *, patience_s: float = asking.PATIENCE_S) -> None:
        self.url = asking.checked(url or settings.PERMIS_REGISTRY_URL, "PERMIS_REGISTRY_URL")
        self.patience_s = patience_s

    def enter(self, key: str, entry: Entry) -> Entered:
        """Enters the person under this key."""
        if not key:
            raise ValueError("somebody is entered for a request")
        question = {"key": key, **dataclasses.asdict(entry)}
        try:
            status, body = asking.post(self.url, "/v1/entries", question, self.patience_s)
        except asking.NoAnswer as error:
            raise Unavailable(str(error)) from None
        answer = asking.said(body)
        # The word counts with the status: a 409 of a proxy on the way says nothing about the person.
        if status == 409 and answer.get("title") == "refused" and entry.known:
            raise Refused
        if status != 200:
            raise Unavailable(f"status {status}")
        number, kept = answer.get("number"), answer.get("kept")
        if not (isinstance(number, str) and NUMBER.fullmatch(number) and isinstance(kept, bool)):
            raise Unavailable("an answer that is not of the contract")
        if kept and number != entry.known:
            raise Unavailable("a number that nobody told is said to be kept")
        return Entered(number, kept)
