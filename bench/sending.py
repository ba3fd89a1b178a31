"""A file sent as a browser's script sends it: the tus protocol over one connection of this machine, and nothing more.

It is small on purpose: what it costs itself must not be taken for what the server costs.
"""

from __future__ import annotations

import base64
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from bench.client import Browser, NoAnswer, Unexpected

OFFSET = "application/offset+octet-stream"
PATIENCE_S = 40.0


@dataclass(frozen=True)
class Answer:
    """What the server said."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    text: str

    @property
    def offset(self) -> int:
        """How far the file is safe, by the server. Raises `Unexpected`."""
        said = self.headers.get("upload-offset", "")
        if not said.isdigit():
            raise Unexpected(f"{self.status} says no offset")
        return int(said)


@dataclass(frozen=True)
class Pass:
    """What lets somebody send: the cookies of a browser that signed in, and the token of its forms."""

    cookies: str
    token: str

    @classmethod
    def of(cls, browser: Browser) -> Pass:
        """Of this browser, which stands on a page with a form."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in browser._http.cookies.jar)
        token = next(t for form in browser.page.forms if (t := form.hidden.get("csrfmiddlewaretoken")))
        return cls(cookies, token)

    @property
    def headers(self) -> dict[str, str]:
        """What every request bears."""
        return {"Cookie": self.cookies, "X-CSRFToken": self.token, "Tus-Resumable": "1.0.0"}


class Sender:
    """One connection, kept open; made again after it was cut."""

    def __init__(self, url: str, who: Pass, patience: float = PATIENCE_S) -> None:
        parts = urlsplit(url)
        self.who = who
        self.line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=patience)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Answer:
        """One request. Raises `NoAnswer` when the line is cut."""
        try:
            self.line.request(method, path, body or None, {**self.who.headers, **headers})
            response = self.line.getresponse()
            text = response.read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException) as error:
            self.line.close()
            raise NoAnswer(type(error).__name__) from error
        return Answer(response.status, {n.lower(): v for n, v in response.getheaders()}, text)

    def create(self, path: str, name: str, length: int, data: bytes = b"", **more: str) -> Answer:
        """Announces a file; its first bytes may come with it."""
        said = {"filename": name, **more}
        pairs = ",".join(f"{n} {base64.b64encode(v.encode()).decode()}" for n, v in said.items())
        headers = {"Upload-Length": str(length), "Upload-Metadata": pairs}
        return self.ask("POST", path, headers | ({"Content-Type": OFFSET} if data else {}), data)

    def patch(self, path: str, offset: int, data: bytes) -> Answer:
        """The bytes from there on."""
        return self.ask("PATCH", path, {"Upload-Offset": str(offset), "Content-Type": OFFSET}, data)

    def head(self, path: str) -> Answer:
        """Where the file is."""
        return self.ask("HEAD", path, {})


def begun(answer: Answer) -> str:
    """The address of the file that was announced. Raises `Unexpected` when it was not taken."""
    if answer.status != 201:
        raise Unexpected(f"a file cannot be announced: {answer.status} {answer.text[:200]}")
    return urlsplit(answer.headers["location"]).path
