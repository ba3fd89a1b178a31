"""A stand-in that speaks docs/contracts/stamps.openapi.json: `python -m permis.adapters.stamps.standin --port 8199`.

It is no real service of stamps: its stamps are those of the demo, under $PERMIS_DATA/outside/stamps/. It
answers on this machine only. `--port 0` takes a free port; the first line printed says where it answers.
"""

from __future__ import annotations

import argparse
import base64
import hmac
import json
import os
import sys
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from permis.adapters.stamps import NUMBER, Refused, Stamp, Unknown
from permis.adapters.stamps.demo import DemoStamps

HOST = "127.0.0.1"
ACTS = frozenset({"look", "reserve", "use", "release"})
WITH_KEY = ACTS - {"look"}
LONGEST_QUESTION = 1 << 12


def said(stamp: Stamp) -> dict[str, Any]:
    """A stamp as the contract writes it."""
    return {
        "number": stamp.number,
        "cents": stamp.cents,
        "kind": stamp.kind,
        "state": stamp.state,
        "valid_until": stamp.valid_until.isoformat(),
        "yours": stamp.yours,
    }


class Counter(BaseHTTPRequestHandler):
    """One question, one answer."""

    server_version, sys_version = "stand-in", ""
    timeout = 10  # of whoever connects and says nothing
    secret = ""  # user:password, or empty for everybody

    def do_POST(self) -> None:
        """`/v1/stamps/<act>` with a number and a key; to give back, with the key alone."""
        if not self._let_in():
            self._answer(401, {"title": "unauthorized"})
            return
        before, _, act = self.path.rpartition("/")
        if before != "/v1/stamps" or act not in ACTS:
            self._answer(405, {"title": "no such act"})
            return
        question = self._question()
        number, key = (question.get(name, "") for name in ("number", "key"))
        named = act == "release" or (isinstance(number, str) and NUMBER.fullmatch(number))
        if not named or not isinstance(key, str) or (act in WITH_KEY and not key):
            self._answer(422, {"title": "not a question of the contract"})
            return
        if act == "release":
            self._answer(200, {"released": DemoStamps().release(key)})
            return
        try:
            stamp: Stamp = getattr(DemoStamps(), act)(number, key)
        except Unknown:
            self._answer(404, {"title": "unknown"})
        except Refused:
            self._answer(409, {"title": "refused"})
        else:
            self._answer(200, said(stamp))

    def _let_in(self) -> bool:
        wanted = f"Basic {base64.b64encode(self.secret.encode()).decode()}"
        given = self.headers.get("Authorization", "")
        return not self.secret or hmac.compare_digest(given.encode(), wanted.encode())

    def _question(self) -> dict[str, Any]:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LONGEST_QUESTION:
            return {}
        try:
            found = json.loads(self.rfile.read(int(length)))
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def _answer(self, status: int, words: dict[str, Any]) -> None:
        body = json.dumps(words).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json" if status == 200 else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name of http.server
        """Says nothing: a log would be one more place where something of a person stays."""


def main(words: Sequence[str] | None = None) -> None:
    """Answers until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8199)
    parser.add_argument("--secret", default="", help="user:password that callers must give")
    given = parser.parse_args(words)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    handler = type("Counter", (Counter,), {"secret": given.secret})
    with ThreadingHTTPServer((HOST, given.port), handler) as server:
        sys.stdout.write(f"http://{HOST}:{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    main()
