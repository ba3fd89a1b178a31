"""One contract for the stamps, run on the demo and on our HTTP client with the stand-in in a process of its own."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer, ThreadingHTTPServer
from itertools import chain, repeat
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from permis import clock
from permis.adapters.stamps import Refused, Stamp, Unavailable, Unknown, demo
from permis.adapters.stamps.demo import DemoStamps
from permis.adapters.stamps.http import HttpStamps
from permis.demo import world

ROOT = Path(__file__).parents[2]
CONTRACT = json.loads((ROOT / "docs/contracts/stamps.openapi.json").read_text("utf-8"))


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
    line = [sys.executable, "-m", "permis.adapters.stamps.standin", "--port", "0", "--secret", "tp:word"]
    process = subprocess.Popen(line, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


@pytest.fixture(params=["demo", "http"])
def stamps(request):
    """The adapter, by either way."""
    if request.param == "demo":
        return DemoStamps()
    address = request.getfixturevalue("standin")
    return HttpStamps(address.replace("//", "//tp:word@"))


def test_a_stamp_is_what_was_sold_and_is_good_for_a_year(stamps):
    number = demo.sell(2500)
    assert len(number) == 16
    stamp = stamps.look(number)
    assert stamp == Stamp(number, 2500, "licence", "unused", stamp.valid_until)
    today = clock.today()
    assert (stamp.valid_until.year, stamp.valid_until.month) == (today.year + 1, today.month)
    assert stamps.look(demo.sell(13500, "fine")).kind == "fine"


@pytest.mark.parametrize(
    "number", ["0" * 16, "123", "", "../../../../etc/pw", "１２３４５６７８９０１２３４５６", "0" * 17]
)
def test_a_number_that_nobody_sold_is_unknown(stamps, number):
    for act in (stamps.look, lambda n: stamps.use(n, "k"), lambda n: stamps.reserve(n, "k")):
        with pytest.raises(Unknown):
            act(number)


def test_looking_changes_nothing(stamps):
    number = demo.sell(2500)
    before = demo.stamps()
    for key in ("", "one"):
        assert stamps.look(number, key).state == "unused"
    assert demo.stamps() == before


def test_told_twice_a_stamp_is_reserved_and_used_once(stamps):
    number = demo.sell(2500)
    for _ in range(2):
        kept = stamps.reserve(number, "one")
        assert (kept.state, kept.yours) == ("reserved", True)
    assert stamps.look(number, "one").yours
    assert not stamps.look(number, "other").yours
    for _ in range(2):
        spent = stamps.use(number, "one")
        assert (spent.state, spent.yours) == ("used", True)
    assert stamps.reserve(number, "one").state == "used"  # an old word told again spoils nothing


def test_a_stamp_that_another_request_holds_is_refused(stamps):
    number = demo.sell(2500)
    stamps.reserve(number, "one")
    for act in (stamps.reserve, stamps.use):
        with pytest.raises(Refused):
            act(number, "other")
    assert stamps.release("other") == 0  # not theirs to give back
    assert stamps.look(number).state == "reserved"
    stamps.use(number, "one")
    for act in (stamps.reserve, stamps.use):
        with pytest.raises(Refused):
            act(number, "other")


def test_a_stamp_given_back_may_be_taken_by_another_request(stamps):
    number = demo.sell(2500)
    stamps.reserve(number, "one")
    assert stamps.release("one") == 1
    assert stamps.release("one") == 0  # told twice, it was given back once
    assert stamps.look(number).state == "unused"
    assert stamps.reserve(number, "other").yours
    assert stamps.release("one") == 0  # told late: the other keeps it
    assert stamps.look(number).state == "reserved"
    assert stamps.use(number, "other").state == "used"


def test_what_was_used_is_not_given_back(stamps):
    number = demo.sell(2500)
    stamps.use(number, "one")
    assert stamps.release("one") == 0
    assert stamps.look(number).state == "used"


def test_a_request_that_changes_its_stamp_gives_the_first_one_back(stamps):
    first, second = demo.sell(2500), demo.sell(2500)
    stamps.reserve(first, "one")
    stamps.reserve(second, "one")
    assert [stamps.look(n).state for n in (first, second)] == ["unused", "reserved"]


def test_a_request_that_spends_another_stamp_than_it_kept_gives_the_first_one_back(stamps):
    kept, spent = demo.sell(2500), demo.sell(2500)
    stamps.reserve(kept, "one")
    stamps.use(spent, "one")
    assert [stamps.look(n).state for n in (kept, spent)] == ["unused", "used"]


def test_a_refunded_stamp_is_refused(stamps):
    number = demo.sell(2500)
    demo.refund(number)
    assert stamps.look(number).state == "refunded"
    for act in (stamps.reserve, stamps.use):
        with pytest.raises(Refused):
            act(number, "one")


def test_after_a_year_a_stamp_is_refused_but_for_whom_it_was_reserved(stamps):
    late, in_time = demo.sell(2500), demo.sell(2500)
    stamps.reserve(in_time, "one")
    last = stamps.look(late).valid_until
    world.set_offset(((last - clock.today()).days + 1) * 86400.0)
    for act in (stamps.reserve, stamps.use):
        with pytest.raises(Refused):
            act(late, "other")
    assert stamps.use(in_time, "one").state == "used"


def test_of_ten_requests_at_the_same_moment_one_has_the_stamp(stamps):
    number = demo.sell(2500)

    def tries(n):
        try:
            return stamps.reserve(number, f"key-{n}").yours
        except Refused:
            return False

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(tries, range(10))) == 1


def test_the_shop_takes_back_no_stamp_that_a_request_holds():
    number = demo.sell(2500)
    DemoStamps().reserve(number, "one")
    with pytest.raises(Refused):
        demo.refund(number)


def test_a_stamp_never_says_its_number_in_a_log():
    number = demo.sell(2500)
    assert number not in repr(DemoStamps().look(number))


# ── Only on the way ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_caller_without_the_word_learns_nothing(standin):
    number = demo.sell(2500)
    for address in (standin, standin.replace("//", "//tp:wrong@")):
        with pytest.raises(Unavailable):
            HttpStamps(address).look(number)


def test_nobody_there_is_said_as_such():
    with pytest.raises(Unavailable):
        HttpStamps("http://127.0.0.1:9/").look("0" * 16)


class Odd(BaseHTTPRequestHandler):
    """A server that answers beside the point."""

    status, body = 200, b""

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.server.paths.append(self.path)
        if self.body is None:
            self.server.released.wait(30)
            return
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def odd(status, body, asks=lambda stamps: stamps.look("1234567890123456")):
    """A stamp asked of an odd server; gives the paths that it saw."""
    server = HTTPServer(("127.0.0.1", 0), type("This", (Odd,), {"status": status, "body": body}))
    server.paths, server.released = [], threading.Event()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        asks(HttpStamps(f"http://127.0.0.1:{server.server_port}/", patience_s=0.2))
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
    return server.paths


GOOD = {
    "number": "1234567890123456",
    "cents": 2500,
    "kind": "licence",
    "state": "unused",
    "valid_until": "2027-01-01",
    "yours": False,
}


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"\xff"),
        (200, json.dumps({**GOOD, "number": "9" * 16}).encode()),
        (200, json.dumps({**GOOD, "cents": "2500"}).encode()),
        (200, json.dumps({**GOOD, "cents": True}).encode()),
        (200, json.dumps({**GOOD, "state": "lent"}).encode()),
        (200, json.dumps({**GOOD, "valid_until": "soon"}).encode()),
        (200, json.dumps({k: v for k, v in GOOD.items() if k != "yours"}).encode()),
        (404, b"<html>a proxy</html>"),
        (409, b"{}"),
        (302, json.dumps(GOOD).encode()),
        (500, b'{"title": "unknown"}'),
        (200, None),
    ],
)
def test_an_answer_that_is_not_of_the_contract_is_no_answer(status, body):
    with pytest.raises(Unavailable) as caught:
        odd(status, body)
    assert "1234567890123456" not in str(caught.value)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"released": true}'),
        (200, b'{"released": -1}'),
        (404, b'{"title": "unknown"}'),
        (500, b'{"released": 1}'),
    ],
)
def test_what_does_not_say_that_a_stamp_was_given_back_is_no_answer(status, body):
    with pytest.raises(Unavailable):
        odd(status, body, lambda stamps: stamps.release("one"))


def test_the_number_is_in_no_address():
    assert odd(200, json.dumps(GOOD).encode()) == ["/v1/stamps/look"]


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
            HttpStamps(f"http://127.0.0.1:{server.server_port}/", patience_s=0.3).look("1234567890123456")
    finally:
        server.hung_up.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("url", ["http://timbres.exemple.fr/", "ftp://timbres.exemple.fr/", "timbres"])
def test_an_address_without_encryption_is_refused(url):
    with pytest.raises(ImproperlyConfigured):
        HttpStamps(url)


# ── The published contract ──────────────────────────────────────────────────────────────────────────────────
def fits(value, schema):
    """Whether a value is as a schema of the contract says (what our schemas use of JSON Schema, no more)."""
    if "$ref" in schema:
        return fits(value, CONTRACT["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    kinds = {"object": dict, "string": str, "integer": int, "boolean": bool}
    assert type(value) is kinds[schema["type"]], (value, schema)
    assert value in schema.get("enum", [value]), (value, schema)
    assert re.search(schema.get("pattern", ""), str(value)), (value, schema)
    if schema.get("format") == "date":
        dt.date.fromisoformat(value)
    if schema["type"] == "object":
        assert set(schema["required"]) <= set(value), (value, schema)
        for name, inside in value.items():
            assert fits(inside, schema["properties"][name])
    return True


def post(address, path, body):
    """(status, content type, JSON) of one raw question."""
    connection = HTTPConnection(address.removeprefix("http://"), timeout=10)
    headers = {"Authorization": "Basic dHA6d29yZA=="}
    connection.request("POST", path, body if isinstance(body, bytes) else json.dumps(body), headers)
    response = connection.getresponse()
    answer = response.status, response.headers["Content-Type"], json.loads(response.read())
    connection.close()
    return answer


def test_the_stand_in_answers_as_the_published_contract_says(standin):
    free, held = demo.sell(2500), demo.sell(2500)
    DemoStamps().reserve(held, "other")
    seen = set()
    for path, acts in CONTRACT["paths"].items():
        for body in (
            {"number": free, "key": "one"},
            {"number": held, "key": "one"},
            {"number": "0" * 16, "key": "one"},
            {"number": "abc", "key": "one"},
            {"number": free, "key": 3},
            b"not JSON",
            b"[]",
        ):
            status, kind, answer = post(standin, path, body)
            promised = acts["post"]["responses"][str(status)]["$ref"].rsplit("/", 1)[1]
            (content,) = CONTRACT["components"]["responses"][promised]["content"].items()
            assert kind == content[0]
            assert fits(answer, content[1]["schema"])
            seen.add((path.rsplit("/", 1)[1], status))
    promised = {
        (path.rsplit("/", 1)[1], int(status))
        for path, acts in CONTRACT["paths"].items()
        for status in acts["post"]["responses"]
    }
    assert promised - seen == {(act, 401) for act in ("look", "reserve", "use", "release")}  # see above
