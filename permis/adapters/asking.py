"""One question over HTTP to a service of our own contract: a JSON body, a short patience, and no second try."""

from __future__ import annotations

import base64
import json
import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

PATIENCE_S = 5.0  # to connect, then for the question and its whole answer
LONGEST_ANSWER = 1 << 16
LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class NoAnswer(Exception):
    """Nobody answered; the text names the class of the fault, never what was sent."""


def checked(url: str, name: str) -> SplitResult:
    """The address that the variable `name` gives. Raises `ImproperlyConfigured` when it would travel in clear."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise ImproperlyConfigured(f"{name} begins with https:// (http:// on the same machine only).")
    return parts


def post(url: SplitResult, path: str, question: dict[str, Any], patience_s: float) -> tuple[int, bytes]:
    """(status, body) of one question, with the user and the password of the address. Raises `NoAnswer`.

    `patience_s`: seconds to connect, then as many for all the rest, however slowly it drips.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if url.username:
        pair = f"{unquote(url.username)}:{unquote(url.password or '')}"
        headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    host, port = url.hostname or "", url.port
    connection: HTTPConnection
    if url.scheme == "https":
        connection = HTTPSConnection(host, port, timeout=patience_s, context=ssl.create_default_context())
    else:
        connection = HTTPConnection(host, port, timeout=patience_s)
    late = threading.Event()
    bell: threading.Timer | None = None
    try:
        connection.connect()
        # The patience of a socket begins again with each byte: a bell ends the whole.
        bell = threading.Timer(patience_s, _hang_up, (connection.sock, late))
        bell.daemon = True
        bell.start()
        connection.request("POST", f"{url.path.rstrip('/')}{path}", json.dumps(question).encode(), headers)
        response = connection.getresponse()
        status, body = response.status, response.read(LONGEST_ANSWER)
    except (OSError, HTTPException) as error:
        name = "TimeoutError" if late.is_set() else type(error).__name__
        raise NoAnswer(name) from None  # its text may carry what was sent
    finally:
        if bell:
            bell.cancel()
        connection.close()
    if late.is_set():  # what came before the end may look whole
        raise NoAnswer("TimeoutError")
    return status, body


def _hang_up(line: socket.socket, late: threading.Event) -> None:
    late.set()
    with suppress(OSError):  # it ended meanwhile
        # That of the plain socket: with TLS, the one that ends the reading at once and waits for nobody.
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def said(answer: bytes) -> dict[str, Any]:
    """The JSON object of an answer; empty when it is none."""
    try:
        found = json.loads(answer)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
