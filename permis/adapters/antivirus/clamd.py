"""ClamAV's own server: CLAMD_URL = unix:///path/clamd.sock or tcp://host:3310, one connection a question.

Nothing of this travels sealed: the server belongs on the same machine, or behind a network that nobody else hears.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from urllib.parse import unquote

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from permis.adapters.antivirus import Unknown, Verdict
from permis.adapters.asking import LOCAL

PATIENCE_S = 20.0  # for the question and its whole answer; 20 MB take a server at rest two seconds at most
PORT = 3310
FORM = re.compile(r"unix://(?P<path>/.+)|tcp://(?P<host>\[[0-9a-f:]+\]|[\w.-]+)(?::(?P<port>\d{1,5}))?/?")
CLEAN = b"stream: OK\0"
FOUND = re.compile(rb"stream: ([!-~]{1,200}) FOUND\0")
VERSION = re.compile(rb"(ClamAV [0-9.]{1,20})(?:[^\0/]{0,40})?(?:/(\d{1,9})/([ -~]{1,40}))?\0")
LONGEST_ANSWER = 1 << 12


class Clamd:
    """The client: INSTREAM and VERSION, the only two words of clamd's language that we need."""

    name = "clamd"

    def __init__(self, url: str | None = None, *, patience_s: float = PATIENCE_S) -> None:
        self.patience_s = patience_s
        form = FORM.fullmatch(url or settings.CLAMD_URL)
        if not form:
            raise ImproperlyConfigured("CLAMD_URL is unix:///path/clamd.sock or tcp://host:3310.")
        self.path, self.host = unquote(form["path"] or ""), (form["host"] or "").strip("[]")
        self.port = int(form["port"] or PORT)
        self.local = not self.host or self.host in LOCAL

    def look(self, chunks: Iterable[bytes], *, within_s: float | None = None) -> Verdict:
        """The verdict on the file that these bytes make, however they are cut. Raises `Unknown`.

        What the bytes themselves raise, as they are read, passes unchanged: that is no fault of the engine.
        """
        whole = False
        with self._line(within_s) as line:
            # It may hang up before the end, after it said why: that it is too big, or that it is full.
            with suppress(_HungUp):
                line.say(b"zINSTREAM\0")
                for chunk in chunks:
                    if chunk:  # an empty one would mean the end
                        line.say(struct.pack(">I", len(chunk)))
                        line.say(chunk)
                line.say(struct.pack(">I", 0))
                whole = True
            answer = line.hear()
        if whole and answer == CLEAN:
            return Verdict(clean=True, engine=self.name)
        if whole and (found := FOUND.fullmatch(answer)):
            return Verdict(clean=False, engine=self.name, signature=found[1].decode("ascii"))
        # Its limit of size, an error of its own, a word cut short: it has not looked at the whole file.
        raise Unknown("SizeLimit" if b"size limit exceeded" in answer else "an answer that is no verdict")

    def about(self) -> str:
        """The server's version, with the number and the day of its signatures. Raises `Unknown`."""
        with self._line() as line:
            with suppress(_HungUp):
                line.say(b"zVERSION\0")
            found = VERSION.fullmatch(line.hear())
        if not found:
            raise Unknown("an answer that is no version")
        engine, number, day = (part.decode("ascii") if part else "" for part in found.groups())
        return f"{engine}, signatures {number} of {day}" if number else f"{engine}, signatures of its own"

    @contextmanager
    def _line(self, within_s: float | None = None) -> Iterator[_Line]:
        """A connection with one deadline for all that is said on it; any fault of it is `Unknown`."""
        patience_s = self.patience_s if within_s is None else min(within_s, self.patience_s)
        until = time.monotonic() + patience_s
        line = socket.socket(socket.AF_UNIX) if self.path else None
        try:
            if line:
                line.settimeout(patience_s)
                line.connect(self.path)
            else:
                line = socket.create_connection((self.host, self.port), timeout=patience_s)
        except OSError as error:
            if line:
                line.close()
            raise Unknown(type(error).__name__) from None
        with line:
            yield _Line(line, until)


class _HungUp(Exception):
    """The other end reads no more; what it said before may still be heard."""


class _Line:
    """A socket whose patience does not begin again with each byte."""

    def __init__(self, line: socket.socket, until: float) -> None:
        self.line, self.until = line, until

    def say(self, words: bytes) -> None:
        try:
            self.line.settimeout(self._left())
            self.line.sendall(words)  # its time-out is that of the whole, not of each packet
        except (BrokenPipeError, ConnectionResetError):
            raise _HungUp from None
        except OSError as error:
            raise Unknown(type(error).__name__) from None

    def hear(self) -> bytes:
        """All that is answered, up to the zero that ends it or the end of the line."""
        heard = b""
        try:
            while not heard.endswith(b"\0") and len(heard) < LONGEST_ANSWER:
                self.line.settimeout(self._left())
                part = self.line.recv(LONGEST_ANSWER)
                if not part:
                    break
                heard += part
        except OSError as error:
            raise Unknown(type(error).__name__) from None
        return heard

    def _left(self) -> float:
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
