"""The open door for programs: the API, the command and the pages give the same answer, and refuse with the same words."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys

import pytest
from django.test import Client

from permis import clock
from permis.checklist import api
from permis.domain import door
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece
from tests.rules import shapes
from tests.stages.test_explorer import Visitor

TODAY = dt.date(2026, 11, 23)
LEA = {
    "motive": "REU",
    "birth_date": "2008-05-14",
    "nationality": "FR",
    "submitted_on": "2026-11-23",
    "categories": ["B"],
    "exam_on": "2026-11-12",
    "address": "hosted",
}
MARIE = {
    "motive": "PERTE",
    "birth_date": "1981-01-01",
    "nationality": "FR",
    "submitted_on": "2026-11-23",
    "held_categories": ["B"],
    "address": "own",
}


@pytest.fixture(autouse=True)
def the_day(monkeypatch):
    """The 23rd of November 2026, whatever the machine's day."""
    monkeypatch.setattr(clock, "today", lambda: TODAY)


def calls(given, query="", **headers):
    """A program asks, without a key and without a cookie."""
    raw = given if isinstance(given, bytes) else json.dumps(given).encode()
    program = Client(enforce_csrf_checks=True, headers=headers)
    return program.post(f"/api/v1/pieces{query}", raw, content_type="application/json")


def test_a_program_gets_the_answer_of_the_door_and_nothing_of_it_is_kept_on_the_way():
    answer = calls(LEA)
    assert answer.status_code == 200
    assert answer.json() == door.reply(json.dumps(LEA).encode(), TODAY)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "why" not in answer.json()


def test_why_is_added_when_it_is_asked_for():
    answer = calls(LEA, "?why=1")
    assert answer.json() == door.reply(json.dumps(LEA).encode(), TODAY, why=True)
    assert len(answer.json()["why"]) == len(Piece)


def test_what_cannot_be_filed_is_an_answer_too():
    answer = calls({**MARIE, "filer": "school"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "not_possible")


def test_without_a_day_it_is_asked_today_in_paris():
    given = {name: value for name, value in LEA.items() if name != "submitted_on"}
    assert calls(given).json()["law_on"] == "2026-11-23"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({**LEA, "categories": "B"}, "#/categories"),
        ({**LEA, "held_categories": ["B"]}, "#/held_categories"),
        ({**LEA, "a/b": 1}, "#/a~1b"),
        (b'{"motive": "REU", "motive": "REU", "birth_date": "1990-01-01"}', "#/motive"),
        (b'{"motive": "REU", "birth_date": 1e999}', "#/birth_date"),
        (b'{"motive": "REU", "birth_date": ' + b"[" * 100_000, "#/birth_date"),
        (b"", "#"),
        (b"\xff", "#"),
        (b"[]", "#"),
        (b'{"motive": "REU", "\\ud800": 1, "birth_date": "1990-01-01"}', "#/?"),
    ],
)
def test_what_is_no_situation_is_a_problem_that_names_the_field(given, pointer):
    answer = calls(given)
    assert (answer.status_code, answer.headers["Content-Type"]) == (422, "application/problem+json")
    said = answer.json()
    assert (said["status"], said["title"]) == (422, "Champ à corriger")
    assert said["errors"] == [{"pointer": pointer, "detail": said["detail"]}]


def test_a_body_that_is_far_too_long_is_not_read():
    answer = calls(b" " * (door.LIMIT + 1))
    assert (answer.status_code, answer.json()["title"]) == (413, "Appel trop lourd")
    assert calls(json.dumps(LEA).encode() + b" " * 1000).status_code == 200


def test_another_method_is_a_problem_like_the_others():
    answer = Client().get("/api/v1/pieces")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_whoever_calls_too_fast_waits_and_the_others_do_not(monkeypatch):
    monkeypatch.setattr(api, "CALLS", 3)
    monkeypatch.setattr(clock, "ticks", lambda: 1_800_000_000.0)  # one and the same minute
    assert [calls(LEA).status_code for _ in range(4)] == [200, 200, 200, 429]
    slow = calls(LEA)
    assert (slow.headers["Retry-After"], slow.headers["Content-Type"]) == ("60", "application/problem+json")
    other = Client(REMOTE_ADDR="192.0.2.7")
    raw = json.dumps(LEA)
    assert other.post("/api/v1/pieces", raw, content_type="application/json").status_code == 200


def test_the_document_of_the_api_describes_what_goes_in_and_what_comes_out():
    described = Client().get("/api/v1/openapi.json").json()["paths"]["/api/v1/pieces"]["post"]
    asked = described["requestBody"]["content"]["application/json"]["schema"]
    answered = described["responses"]["200"]["content"]["application/json"]["schema"]
    assert list(shapes.faults(LEA, asked)) == []
    assert list(shapes.faults({**LEA, "gearbox": "manual"}, asked)) != []
    assert list(shapes.faults(calls(LEA, "?why=1").json(), answered)) == []
    assert set(described["responses"]) == {"200", "411", "413", "422", "429"}
    assert "security" not in described


# ── The page, the command and the API ──────────────────────────────────────────────────────────────────────


def explores(given):
    """Somebody answers page by page whatever is asked, up to the list; the boxes stay empty."""
    visitor = Visitor().arrives()
    for _ in range(12):
        if visitor.url == "/pieces/liste/":
            return visitor
        fields = visitor.names()
        asked = [name for name in given if name in fields or f"{name}_day" in fields]
        if not asked:
            visitor.goes_on()
        elif f"{asked[0]}_day" in fields:
            visitor.dates(asked[0], given[asked[0]])
        else:
            form = next(form for form in visitor.page.forms if asked[0] in form.names)
            visitor.send(form.action, **{asked[0]: given[asked[0]]})
    raise AssertionError(f"no list at the end: {visitor.url}")


@pytest.mark.django_db
def test_the_list_that_lea_reads_is_the_one_that_a_program_gets():
    lea = explores({**LEA, "categories": "B"})
    said = calls({**LEA, "guardianship": False, "already_given": []}).json()
    codes = {piece["code"] for piece in said["pieces"]}
    lea.sees(f"{len(codes)} documents à préparer", "0 €", "Jusqu’au 12 mars 2027")
    assert (said["fee_cents"], said["drive"][0]["until"]) == (0, "2027-03-12")
    for code in codes:
        assert PIECES[Piece(code)].label in lea.page.text
    for code in ("CIVIL", "DECISION", "FLIC", "STAMP"):
        assert PIECES[Piece(code)].label not in lea.page.text


def command(*words, given=b""):
    """Runs `permis …` as a program."""
    return subprocess.run(
        [sys.executable, "-m", "permis.cli", *words],
        input=given,
        capture_output=True,
        timeout=30,
        check=False,
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("given", "code"), [(LEA, 0), ({**LEA, "nationality": None}, 0), ({**MARIE, "filer": "school"}, 1)]
)
def test_the_command_answers_like_the_door_and_its_code_tells_whether_it_can_be_filed(given, code):
    raw = json.dumps(given).encode()
    found = command("pieces", "--why", given=raw)
    assert (found.returncode, found.stderr) == (code, b"")
    assert json.loads(found.stdout) == door.reply(raw, TODAY, why=True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "raw", [b"", b"[" * 60_000, b'{"motive": 1e999}', b'{"\\ud800": 1}', b"\xff", b" " * 300_000]
)
def test_the_command_refuses_with_one_sentence_and_the_code_two(raw):
    found = command("pieces", given=raw)
    assert (found.returncode, found.stdout) == (2, b"")
    assert found.stderr.count(b"\n") == 1
    assert b"Traceback" not in found.stderr


@pytest.mark.slow
def test_the_law_command_answers_and_refuses():
    found = command("law", "--changes", "2024-01-01", "2024-01-01")
    assert found.returncode == 0
    assert "17 ans" in found.stdout.decode()
    assert json.loads(command("law", "--on", "2026-12-01").stdout)["on"] == "2026-12-01"
    for words in (["--on", "2023-12-31"], ["--on", "hier"], ["--changes", "2024-02-01", "2024-01-01"]):
        found = command("law", *words)
        assert (found.returncode, found.stdout, found.stderr.count(b"\n")) == (2, b"", 1)


@pytest.mark.slow
def test_asking_for_documents_loads_no_django_and_little_time():
    program = (
        "import sys, time; start = time.perf_counter(); import permis.domain.door, permis.domain.axis; "
        "took = time.perf_counter() - start; import permis.cli.pieces, permis.cli.law, permis.clock; "
        "print([m for m in sys.modules if m.partition('.')[0] in {'django', 'pydantic', 'ninja'}], took < 1)"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=True
    )
    assert found.stdout == "[] True\n"


def test_where_nothing_is_a_program_hears_a_problem_and_a_person_sees_a_page(client):
    for path in ("/api/v1/nulle-part/", "/api/v1/pieces/"):
        nothing = client.post(path, data="{}", content_type="application/json")
        assert (nothing.status_code, nothing.headers["Content-Type"]) == (404, "application/problem+json")
        assert nothing.json()["title"] == "Introuvable"
    assert "<h1" in client.get("/nulle-part/").content.decode()


def test_a_body_sent_in_pieces_is_told_to_say_its_length(client):
    refused = client.generic("POST", "/api/v1/pieces", b"", headers={"Transfer-Encoding": "chunked"})
    assert refused.status_code == 411
    assert "Content-Length" in refused.json()["detail"]
