"""One contract for the register of rights, run on the demo and on our HTTP client with the stand-in in its own process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from itertools import chain, repeat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from permis import clock
from permis.adapters import files
from permis.adapters.registry import Entered, Entry, Refused, Unavailable, demo
from permis.adapters.registry.demo import DemoRegistry
from permis.adapters.registry.http import HttpRegistry

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "docs/contracts/registry.openapi.json").read_text("utf-8"))
LEA = Entry("registration", "Moreau", "Léa", "2008-05-14", "Rennes", "35", ("B",))
YVES = Entry("registration", "Tanguy", "Yves", "1970-01-01", "Brest", "29", ("C",))
KNOWN = "091135101234"


@pytest.fixture(autouse=True)
def own_world(settings, tmp_path):
    """A world of its own, read by us and by the stand-in."""
    settings.PERMIS_DATA = tmp_path
    return tmp_path


@pytest.fixture
def standin(own_world):
    """The stand-in, as a process of its own; gives its address."""
    environment = {
        **os.environ,
        "PERMIS_DATA": str(own_world),
        "PERMIS_MODE": "demo",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    line = [sys.executable, "-m", "permis.adapters.registry.standin", "--port", "0", "--secret", "tp:word"]
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


@pytest.fixture(params=["demo", "http"])
def registry(request):
    """The adapter, by either way."""
    if request.param == "demo":
        return DemoRegistry()
    address = request.getfixturevalue("standin")
    return HttpRegistry(address.replace("//", "//tp:word@"))


def test_somebody_who_registers_has_a_number_of_this_month_and_of_their_department(registry):
    entered = registry.enter("one", LEA)
    assert re.fullmatch(rf"{clock.today():%y%m}3510\d{{4}}", entered.number)
    assert not entered.kept


def test_told_twice_somebody_is_entered_once(registry):
    first = registry.enter("one", LEA)
    assert registry.enter("one", LEA) == first
    assert registry.enter("one", replace(LEA, department="29", known=KNOWN)) == first
    assert len(demo.entries()) == 1


def test_two_requests_never_have_one_number(registry):
    numbers = {registry.enter(f"key-{n}", LEA).number for n in range(30)}
    assert len(numbers) == 30


def test_a_number_that_the_person_has_is_kept(registry):
    assert registry.enter("one", replace(LEA, known=KNOWN)) == Entered(KNOWN, kept=True)
    assert registry.enter("later", replace(LEA, surname="MOREAU", known=KNOWN)).kept  # the same person again


def test_a_number_that_is_somebody_elses_is_refused_and_nobody_is_entered(registry):
    registry.enter("one", replace(YVES, known=KNOWN))
    with pytest.raises(Refused):
        registry.enter("two", replace(LEA, known=KNOWN))
    assert [entry["surname"] for entry in demo.entries()] == ["Tanguy"]


def test_the_number_of_a_twin_is_somebody_elses(registry):
    registry.enter("one", replace(LEA, known=KNOWN))
    with pytest.raises(Refused):
        registry.enter("two", replace(LEA, given_names="Zoé", known=KNOWN))
    assert registry.enter("three", replace(LEA, given_names="LEA, Anne", known=KNOWN)).kept  # all her names


def test_while_it_is_shut_nobody_is_entered(registry):
    demo.shut().touch()
    with pytest.raises(Unavailable):
        registry.enter("one", LEA)
    demo.shut().unlink()
    assert registry.enter("one", LEA).number


def test_somebody_is_entered_for_a_request(registry):
    with pytest.raises(ValueError, match="for a request"):
        registry.enter("", LEA)


def test_told_ten_times_at_one_moment_there_is_one_number(registry):
    with ThreadPoolExecutor(10) as pool:
        assert len({e.number for e in pool.map(lambda _: registry.enter("one", LEA), range(10))}) == 1


@pytest.mark.parametrize(
    ("department", "place"),
    [("35", "3510"), ("2A", "2010"), ("974", "9740"), ("", "9900"), ("x/../y", "9900")],
)
def test_corsica_and_overseas_have_numbers_of_twelve_digits_too(department, place):
    number = DemoRegistry().enter("one", replace(LEA, department=department)).number
    assert re.fullmatch(rf"\d{{4}}{place}\d{{4}}", number)


def test_a_number_drawn_in_a_world_apart_is_never_drawn_again(own_world, monkeypatch):
    drawn = iter([7, 7, 8])
    monkeypatch.setattr(demo.secrets, "randbelow", lambda _: next(drawn))
    with files.apart(own_world / "arriving"):
        apart = DemoRegistry().enter("one", LEA).number
    assert apart.endswith("0007")
    assert DemoRegistry().enter("two", LEA).number.endswith("0008")


def test_nobody_is_named_in_a_log():
    assert "Moreau" not in repr(LEA)
    assert KNOWN not in repr(Entered(KNOWN))


# ── Only on the way ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_caller_without_the_word_enters_nobody(standin):
    for address in (standin, standin.replace("//", "//tp:wrong@")):
        with pytest.raises(Unavailable):
            HttpRegistry(address).enter("one", LEA)
    assert demo.entries() == []


def test_nobody_there_is_said_as_such():
    with pytest.raises(Unavailable):
        HttpRegistry("http://127.0.0.1:9/").enter("one", LEA)


class Odd(BaseHTTPRequestHandler):
    """A server that answers beside the point."""

    status, body = 200, b""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def odd(status, body, entry=LEA):
    """Somebody entered at an odd server; gives what it said and the paths that it saw."""
    server = HTTPServer(("127.0.0.1", 0), type("This", (Odd,), {"status": status, "body": body}))
    server.paths = []
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        entered = HttpRegistry(f"http://127.0.0.1:{server.server_port}/", patience_s=2.0).enter("one", entry)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    return entered, server.paths


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"\xff"),
        (200, b'{"number": "123", "kept": false}'),
        (200, b'{"number": 261135101234, "kept": false}'),
        (200, b'{"number": "261135101234"}'),
        (200, b'{"number": "261135101234", "kept": "no"}'),
        (200, b'{"number": "261135101234", "kept": true}'),
        (409, b"<html>a proxy</html>"),
        (409, b'{"title": "refused"}'),  # of whom no number was told
        (302, b'{"number": "261135101234", "kept": false}'),
        (500, b'{"title": "refused"}'),
    ],
)
def test_an_answer_that_is_not_of_the_contract_is_no_answer(status, body):
    with pytest.raises(Unavailable) as caught:
        odd(status, body)
    assert "Moreau" not in str(caught.value)


def test_a_name_is_in_no_address():
    entered, paths = odd(200, b'{"number": "261135101234", "kept": false}')
    assert (entered.number, paths) == ("261135101234", ["/v1/entries"])


class Dripping(BaseHTTPRequestHandler):
    """A server whose answer lasts: a byte at a time, each long before anybody's patience is over."""

    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        answer = (
            chain(self.head, repeat(0x20, 600))
            if self.server.with_head
            else chain(b"HTTP/1.1 200 ", repeat(0x4F, 600))
        )
        with suppress(OSError):
            for byte in answer:
                self.connection.sendall(bytes([byte]))
                if self.server.hung_up.wait(0.01):
                    return

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("with_head", [True, False], ids=["the body", "the status"])
def test_a_service_that_answers_drop_by_drop_does_not_hold_who_asks(with_head):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    server.with_head, server.hung_up = with_head, threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with pytest.raises(Unavailable, match="TimeoutError"):
            HttpRegistry(f"http://127.0.0.1:{server.server_port}/", patience_s=0.3).enter("one", LEA)
    finally:
        server.hung_up.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("url", ["http://registre.exemple.fr/", "ftp://registre.exemple.fr/", "registre"])
def test_an_address_without_encryption_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="PERMIS_REGISTRY_URL"):
        HttpRegistry(url)


# ── The published contract ──────────────────────────────────────────────────────────────────────────────────
def fits(value, schema):
    """Whether a value is as a schema of the contract says (what our schemas use of JSON Schema, no more)."""
    if "$ref" in schema:
        return fits(value, CONTRACT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    kinds = {"object": dict, "string": str, "boolean": bool}
    assert type(value) is kinds[schema["type"]], (value, schema)
    assert re.search(schema.get("pattern", ""), str(value)), (value, schema)
    if schema["type"] == "object":
        assert set(schema["required"]) <= set(value), (value, schema)
        for name, inside in value.items():
            assert fits(inside, schema["properties"][name])
    return True


def test_the_stand_in_answers_as_the_published_contract_says(standin):
    DemoRegistry().enter("other", replace(YVES, known=KNOWN))
    whole = {
        "key": "one",
        "kind": "record",
        "surname": "Moreau",
        "given_names": "",
        "birth_date": "1990",
        "birth_place": "Rennes",
        "department": "35",
        "categories": ["B"],
    }
    promised = CONTRACT["paths"]["/v1/entries"]["post"]["responses"]
    seen = set()
    for body in (
        whole,
        {**whole, "key": "two", "known": KNOWN},
        {**whole, "kind": "gift"},
        {**whole, "known": "12"},
        {**whole, "categories": "B"},
        {**whole, "key": ""},
        {**whole, "key": "k" * 81},
        {"key": "three"},
        "shut",
        b"not JSON",
        b"[]",
    ):
        if body == "shut":
            demo.shut().touch()
            body = {**whole, "key": "four"}  # noqa: PLW2901  the same question, to a register that is shut
        connection = HTTPConnection(standin.removeprefix("http://"), timeout=10)
        headers = {"Authorization": "Basic dHA6d29yZA=="}
        connection.request(
            "POST", "/v1/entries", body if isinstance(body, bytes) else json.dumps(body), headers
        )
        response = connection.getresponse()
        answer = json.loads(response.read())
        name = promised[str(response.status)]["$ref"].rsplit("/", 1)[1]
        (content,) = CONTRACT["components"]["responses"][name]["content"].items()
        assert response.headers["Content-Type"] == content[0]
        assert fits(answer, content[1]["schema"])
        seen.add(str(response.status))
        connection.close()
    assert set(promised) - seen == {"401"}  # see above
