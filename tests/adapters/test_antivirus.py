"""One contract for the antivirus, run on the embedded rules and on our client with a real clamd; then what each alone owes."""

from __future__ import annotations

import os
import re
import socket
import struct
import threading
import time
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given, settings
from hypothesis import strategies as st

from permis.adapters import adapter
from permis.adapters.antivirus import TEST_FILE, Unknown, Verdict, embedded, unpacking
from permis.adapters.antivirus.clamd import Clamd
from permis.adapters.antivirus.embedded import EmbeddedAntivirus
from permis.cli import doctor
from tests.adapters import antivirus_files as made
from tests.services.clamd import running_clamd

ENGINES = ["embedded", pytest.param("clamd", marks=pytest.mark.clamd)]
papers, attacks, in_many_places = cache(made.papers), cache(made.attacks), cache(made.eicar_in_many_places)
NEVER_S = 300  # of patience: a test that needs it hangs


@pytest.fixture(scope="module")
def server():
    """A real clamd, whose only signature is that of the test file."""
    with running_clamd() as running:
        yield running


@pytest.fixture(scope="module", params=ENGINES)
def antivirus(request):
    """The adapter, by either engine."""
    if request.param == "embedded":
        return EmbeddedAntivirus()
    return Clamd(request.getfixturevalue("server").url, patience_s=60)


# ── The contract ────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("place", sorted(in_many_places()))
def test_the_test_file_is_found_wherever_it_hides(antivirus, place):
    verdict = antivirus.look([in_many_places()[place]])
    assert (verdict.clean, verdict.engine) == (False, antivirus.name)
    assert "eicar" in verdict.signature.lower()


@pytest.mark.parametrize("paper", sorted(papers()))
def test_what_people_really_send_is_clean(antivirus, paper):
    assert antivirus.look([papers()[paper]]) == Verdict(clean=True, engine=antivirus.name)


CUT = [
    made.stream(made.deflated(b"Bonjour" * 900 + TEST_FILE), made.FLATE),
    made.jpeg()[:9000] + TEST_FILE,
    made.stream(made.deflated(b"Bonjour" * 900), made.FLATE),
    made.jpeg()[:9000],
]


@settings(max_examples=60, deadline=None)
@given(which=st.sampled_from(range(4)), at=st.lists(st.integers(0, 9100), max_size=12))
def test_however_a_file_is_cut_its_verdict_is_the_same(antivirus, which, at):
    data, edges = CUT[which], sorted([0, *at, 1 << 20])
    chunks = [data[a:b] for a, b in pairwise(edges)]  # some are empty
    assert antivirus.look(chunks).clean is (which >= 2)


def test_a_file_byte_by_byte_has_the_same_verdict(antivirus):
    assert not antivirus.look(TEST_FILE[i : i + 1] for i in range(len(TEST_FILE))).clean
    assert antivirus.look(bytes([byte]) for byte in b"bonjour").clean


def test_two_files_looked_at_by_many_threads_are_not_mixed_up(antivirus):
    wrong = []

    def look(number):
        data = TEST_FILE if number % 2 else b"bonjour"
        wrong.extend(number for _ in range(20) if antivirus.look([data]).clean is bool(number % 2))

    threads = [threading.Thread(target=look, args=[number]) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_file_that_cannot_be_read_to_its_end_has_no_verdict_and_the_fault_is_that_of_the_reading(antivirus):
    def breaks():
        yield b"half"
        raise FileNotFoundError("the storage lost it")

    with pytest.raises(FileNotFoundError):
        antivirus.look(breaks())
    assert antivirus.look([b"the next one"]).clean


def test_an_operator_reads_which_engine_it_is(antivirus):
    assert re.match(r"embedded rules: \d+, |ClamAV \d+\.\d+", antivirus.about())


# ── The embedded rules ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("attack", sorted(attacks()))
def test_the_rules_find_each_way_of_attacking_that_they_know(attack):
    rule, data = attacks()[attack]
    assert EmbeddedAntivirus().look([data]) == Verdict(clean=False, engine="embedded", signature=rule)


def test_every_rule_has_a_file_that_it_finds():
    rules = Path(embedded.__file__).parent / "rules"
    names = {
        name for path in rules.glob("*.yar") for name in re.findall(r"^rule (\w+)", path.read_text(), re.M)
    }
    assert len(names) == 16
    assert {rule for rule, _ in attacks().values()} == names


def test_no_file_of_ours_is_itself_the_test_file():
    ours = Path(embedded.__file__).parents[3]
    sources = [path for folder in ("permis/adapters", "tests") for path in (ours / folder).rglob("*")]
    assert not [p for p in sources if p.suffix in {".py", ".yar"} and TEST_FILE in p.read_bytes()]


def test_a_stream_that_unpacks_to_three_hundred_megabytes_costs_four():
    bomb = made.stream(made.deflated(bytes(300 << 20)), made.FLATE)
    assert len(bomb) < 400_000
    assert [(piece, len(data)) for piece, data in unpacking.pieces(bomb)] == [
        ("whole", len(bomb)),
        ("stream", 4 << 20),
    ]
    assert EmbeddedAntivirus().look([bomb]).clean  # it is the cage that refuses it


def test_many_streams_are_unpacked_to_a_total_and_no_further():
    packed = made.deflated(bytes(4 << 20))
    one = b"1 0 obj\n<</Filter/FlateDecode>>\nstream\n" + packed + b"\nendstream\nendobj\n"
    sizes = [len(data) for piece, data in unpacking.pieces(b"%PDF-1.4\n" + one * 40) if piece == "stream"]
    assert sizes == [4 << 20] * 12


@pytest.mark.parametrize(
    "torture",
    [
        b"%PDF-" + b"stream\n" * 700_000,
        b"%PDF-" + b"endstream\n" * 500_000,
        b"%PDF-" + b"stream\nx\x9c" * 500_000 + b"endstream",
        b"%PDF-" + b"%%EOF" * 1_000_000,
        b"%PDF-" + b"(a.exe" * 800_000,
        b"\xff\xd8\xff" + b"<img " * 1_000_000,
        b"\xff\xd8\xff" + b"PK\5\6\0\0\0\0" * 600_000,
        b"MZ" * 2_500_000,
        b"PE\0\0L\1" * 800_000,
    ],
    ids=["streams", "ends", "packed", "eof", "names", "events", "archives", "programs", "heads"],
)
def test_a_file_made_to_tire_the_rules_has_a_verdict_all_the_same(torture):
    assert EmbeddedAntivirus(patience_s=60).look([torture]).clean


def test_the_rules_say_unknown_once_their_time_has_passed():
    with pytest.raises(Unknown, match="TimeoutError"):
        EmbeddedAntivirus(patience_s=0).look([b"bonjour"])
    with pytest.raises(Unknown, match="TimeoutError"):
        EmbeddedAntivirus().look([b"bonjour"], within_s=0)


def test_who_waits_in_front_of_a_page_may_be_less_patient_than_clamd_s_own_client_never_more(monkeypatch):
    waits = []

    def nobody(_address, timeout):
        waits.append(timeout)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", nobody)
    for within_s in (3.0, None, 60.0):
        with pytest.raises(Unknown, match="ConnectionRefusedError"):
            Clamd("tcp://localhost:3310", patience_s=20).look([b"bonjour"], within_s=within_s)
    assert waits == [3.0, 20, 20]


def test_the_rules_say_unknown_of_what_is_too_big_and_read_no_further():
    read = []

    def endless():
        while True:
            read.append(1)
            yield bytes(1 << 20)

    with pytest.raises(Unknown, match="SizeLimit"):
        EmbeddedAntivirus().look(endless())
    assert len(read) == 65


# ── clamd: a real one that is hurt ──────────────────────────────────────────────────────────────────────────
@pytest.mark.clamd
def test_a_clamd_that_died_is_unknown_and_is_asked_again_once_it_is_back(server):
    client = Clamd(server.url, patience_s=30)
    server.kill()
    with pytest.raises(Unknown, match="FileNotFoundError"):
        client.look([b"bonjour"])
    with pytest.raises(Unknown):
        client.about()
    server.start()
    assert client.look([b"bonjour"]).clean
    assert not client.look([TEST_FILE]).clean


@pytest.mark.clamd
@pytest.mark.parametrize("size", [10, 8 << 20], ids=["a short file", "more than the line holds"])
def test_a_clamd_that_is_there_and_says_nothing_is_unknown(server, size):
    server.pause()
    try:
        with pytest.raises(Unknown, match="TimeoutError"):
            Clamd(server.url, patience_s=0.5).look([bytes(size)])
    finally:
        server.go_on()
    assert Clamd(server.url, patience_s=60).look([bytes(size)]).clean


@pytest.mark.clamd
def test_a_clamd_answers_by_the_network_as_by_its_socket(server):
    client = Clamd(server.tcp_url, patience_s=60)
    assert not client.look([TEST_FILE]).clean
    assert client.look([b"bonjour"]).clean


@pytest.mark.clamd
def test_a_file_above_the_limit_of_clamd_is_unknown_and_said_to_be_so():
    with running_clamd(StreamMaxLength="1M") as small:
        client = Clamd(small.url, patience_s=60)
        with pytest.raises(Unknown, match="SizeLimit"):
            client.look([made.noise(4 << 20)])
        with pytest.raises(Unknown):
            client.look([made.noise(4 << 20) + TEST_FILE])
        assert client.look([made.noise(1 << 19)]).clean


@pytest.mark.clamd
def test_a_clamd_that_is_full_is_unknown_and_answers_when_there_is_room_again():
    with running_clamd(MaxThreads="1", MaxQueue="4") as full:
        others = [socket.socket(socket.AF_UNIX) for _ in range(8)]
        try:
            for other in others:
                other.settimeout(NEVER_S)
                other.connect(str(full.path))
                other.sendall(b"zINSTREAM\0" + struct.pack(">I", 100))  # and never the hundred bytes
            with pytest.raises(Unknown):
                Clamd(full.url, patience_s=1).look([b"bonjour"])
        finally:
            for other in others:
                other.close()
        assert Clamd(full.url, patience_s=60).look([b"bonjour"]).clean


# ── clamd: what a broken one may say ────────────────────────────────────────────────────────────────────────
class Liar:
    """Listens as clamd does, reads the question and does what it is told."""

    def __init__(self, answer=b"", *, reads=True, drips=False, resets=False):
        self.answer, self.reads, self.drips, self.resets = answer, reads, drips, resets
        self.over = threading.Event()
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"tcp://127.0.0.1:{self.listening.getsockname()[1]}"
        self.asked = b""

    def run(self):
        line, _ = self.listening.accept()
        with line:
            if self.reads:
                while not self.asked.endswith(bytes(4)) and (part := line.recv(1 << 16)):
                    self.asked += part
            if self.resets:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            try:
                line.sendall(self.answer)
                while self.drips and not self.over.wait(0.02):
                    line.sendall(b"s")
            except OSError:  # the one who asked has left
                pass


@contextmanager
def liar(*words, **how):
    one = Liar(*words, **how)
    thread = threading.Thread(target=one.run)
    thread.start()
    try:
        yield one
    finally:
        one.over.set()
        thread.join()
        one.listening.close()


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"stream: OK",  # without the zero: cut short
        b"stream: OK\n",
        b"stream: OK\0stream: OK\0",
        b"stream: OK\0\0",
        b" stream: OK\0",
        b"stream: ok\0",
        b"OK\0",
        b"stream: Win.Test FOUND",
        b"stream:  FOUND\0",
        b"stream: \xff\xfe FOUND\0",
        b"stream: " + b"A" * 201 + b" FOUND\0",
        b"stream: Can't allocate memory ERROR\0",
        b"INSTREAM size limit exceeded. ERROR\0",
        b"COMMAND READ TIMED OUT\0",
        b"UNKNOWN COMMAND\0",
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"\0",
        b"PONG\0",
        b"A" * 10_000,
    ],
)
def test_whatever_is_not_a_verdict_is_unknown(answer):
    with liar(answer) as one, pytest.raises(Unknown):
        Clamd(one.url, patience_s=NEVER_S).look([b"bonjour"])


def test_the_question_is_the_one_of_clamd_and_both_its_answers_are_heard():
    with liar(b"stream: OK\0") as one:
        assert Clamd(one.url).look([b"bon", b"", b"jour"]) == Verdict(clean=True, engine="clamd")
    assert one.asked == b"zINSTREAM\0\0\0\0\3bon\0\0\0\4jour\0\0\0\0"
    with liar(b"stream: Win.Trojan.Own-1 FOUND\0") as one:
        assert Clamd(one.url).look([b"x"]) == Verdict(False, "clamd", "Win.Trojan.Own-1")


def test_an_answer_given_before_the_end_of_the_file_is_unknown():
    with liar(b"stream: OK\0", reads=False) as one, pytest.raises(Unknown):
        Clamd(one.url, patience_s=NEVER_S).look([bytes(1 << 20)] * 64)


def test_a_line_that_is_cut_is_unknown():
    with liar(resets=True) as one, pytest.raises(Unknown, match="ConnectionResetError"):
        Clamd(one.url, patience_s=NEVER_S).look([b"bonjour"])
    with liar(resets=True, reads=False) as one, pytest.raises(Unknown):
        Clamd(one.url, patience_s=NEVER_S).look([bytes(1 << 20)] * 64)


def test_an_answer_that_drips_for_ever_is_unknown_after_the_patience_for_the_whole():
    with liar(drips=True) as one, pytest.raises(Unknown, match="TimeoutError"):
        Clamd(one.url, patience_s=0.4).look([b"bonjour"])


def test_a_file_that_drips_in_for_ever_is_unknown_after_the_patience_for_the_whole():
    def endless():
        while True:
            time.sleep(0.01)
            yield b"x"

    with liar(b"") as one, pytest.raises(Unknown, match="TimeoutError"):
        Clamd(one.url, patience_s=0.4).look(endless())


def test_nobody_there_is_unknown(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(Unknown, match="ConnectionRefusedError"):
        Clamd(f"tcp://127.0.0.1:{port}").look([b"bonjour"])
    with pytest.raises(Unknown, match="FileNotFoundError"):
        Clamd(f"unix://{tmp_path}/nobody.sock").look([b"bonjour"])
    with pytest.raises(Unknown, match="OSError"):
        Clamd(f"unix://{tmp_path}/{'long' * 40}.sock").look([b"bonjour"])


def test_what_is_unknown_says_nothing_of_the_file():
    with liar(b"stream: /tmp/Moreau-carte.jpg ERROR\0") as one, pytest.raises(Unknown) as caught:
        Clamd(one.url).look([b"Moreau"])
    assert "Moreau" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "url", ["", "clamd", "http://127.0.0.1:3310", "tcp://", "tcp://h:x", "unix://", "unix://run/clamd.sock"]
)
def test_an_address_that_is_none_is_refused_with_the_name_of_its_variable(url):
    with pytest.raises(ImproperlyConfigured, match="CLAMD_URL"):
        Clamd(url or " ")


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("tcp://clamav", ("clamav", 3310, "", False)),
        ("tcp://127.0.0.1:4000/", ("127.0.0.1", 4000, "", True)),
        ("tcp://[::1]:4000", ("::1", 4000, "", True)),
        ("unix:///run/clamav/clamd.sock", ("", 3310, "/run/clamav/clamd.sock", True)),
    ],
)
def test_both_kinds_of_address_are_read(url, where):
    client = Clamd(url)
    assert (client.host, client.port, client.path, client.local) == where


# ── The installation ────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def chosen(settings):
    """Chooses an engine as the environment does."""

    def choose(url, *, demo=True):
        name = "clamd.Clamd" if url else "embedded.EmbeddedAntivirus"
        settings.CLAMD_URL, settings.DEMO = url, demo
        settings.ADAPTERS = {**settings.ADAPTERS, "antivirus": f"permis.adapters.antivirus.{name}"}
        adapter.cache_clear()

    yield choose
    adapter.cache_clear()


def test_without_an_address_the_embedded_rules_answer_and_they_are_no_demo(settings):
    if not os.environ.get("CLAMD_URL"):
        assert settings.ADAPTERS["antivirus"] == "permis.adapters.antivirus.embedded.EmbeddedAntivirus"
    assert ".demo." not in settings.ADAPTERS["antivirus"]


def test_the_doctor_says_that_the_embedded_one_answers_and_warns_in_production(chosen):
    chosen("", demo=False)
    (_, well, says), (name, also, warning) = doctor._antivirus()
    assert (well, says) == (True, "embedded rules: 16, as old as this release")
    assert (name, also) == ("antivirus signatures", True)
    assert warning.startswith("warning: no CLAMD_URL")
    chosen("", demo=True)
    assert list(doctor._antivirus())[1][2].startswith("demo: ")


@pytest.mark.clamd
def test_the_doctor_says_which_clamd_answers(chosen, server):
    chosen(server.url, demo=False)
    ((name, well, says),) = doctor._antivirus()
    assert (name, well) == ("antivirus", True)
    assert re.match(r"ClamAV [0-9.]+, signatures", says)


def test_the_doctor_says_that_nobody_answers_and_what_it_means(chosen, tmp_path):
    chosen(f"unix://{tmp_path}/nobody.sock")
    ((_, well, says),) = doctor._antivirus()
    assert not well
    assert "does not answer (FileNotFoundError): what arrives waits for it" in says


def test_the_doctor_does_not_trust_an_engine_that_calls_everything_clean(chosen, monkeypatch):
    chosen("")
    clean = Verdict(clean=True, engine="embedded")
    monkeypatch.setattr(EmbeddedAntivirus, "look", lambda _self, _chunks: clean)
    (_, well, says), _ = doctor._antivirus()
    assert not well
    assert "wrong about the test file" in says
