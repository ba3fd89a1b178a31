"""A stand-in that speaks docs/contracts/registry.openapi.json: `python -m permis.adapters.registry.standin --port 8198`.

It is no real register of rights: its entries are those of the demo, under $PERMIS_DATA/outside/registry/. It answers
on this machine only. `--port 0` takes a free port; the first line printed says where it answers.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from http.server import ThreadingHTTPServer
from typing import Any

from permis.adapters.registry import KINDS, NUMBER, Entry, Refused, Unavailable
from permis.adapters.registry.demo import DemoRegistry
from permis.adapters.stamps.standin import HOST, Counter

TEXTS = ("surname", "given_names", "birth_date", "birth_place", "department")
LONGEST_KEY = 80


class Desk(Counter):
    """One question, one answer, as the counter of the stamps gives them."""

    def do_POST(self) -> None:  # noqa: N802  the name that the server calls
        """`/v1/entries` with a key and whoever is entered."""
        if not self._let_in():
            self._answer(401, {"title": "unauthorized"})
            return
        if self.path != "/v1/entries":
            self._answer(405, {"title": "no such act"})
            return
        question = self._question()
        key, entry = question.get("key"), _entry(question)
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or entry is None:
            self._answer(422, {"title": "not a question of the contract"})
            return
        try:
            entered = DemoRegistry().enter(key, entry)
        except Refused:
            self._answer(409, {"title": "refused"})
        except Unavailable:
            self._answer(503, {"title": "unavailable"})
        else:
            self._answer(200, {"number": entered.number, "kept": entered.kept})


def _entry(question: dict[str, Any]) -> Entry | None:
    """Whoever is entered, when the question is as the contract says."""
    texts = {name: question.get(name) for name in TEXTS}
    kind, known, categories = question.get("kind"), question.get("known", ""), question.get("categories")
    sound = (
        kind in KINDS
        and all(isinstance(text, str) for text in texts.values())
        and isinstance(known, str)
        and (not known or NUMBER.fullmatch(known))
        and isinstance(categories, list)
        and all(isinstance(code, str) for code in categories)
    )
    return Entry(kind=kind, known=known, categories=tuple(categories or ()), **texts) if sound else None  # type: ignore[arg-type]


def main(words: Sequence[str] | None = None) -> None:
    """Answers until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8198)
    parser.add_argument("--secret", default="", help="user:password that callers must give")
    given = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    handler = type("Desk", (Desk,), {"secret": given.secret})
    with ThreadingHTTPServer((HOST, given.port), handler) as server:
        sys.stdout.write(f"http://{HOST}:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
