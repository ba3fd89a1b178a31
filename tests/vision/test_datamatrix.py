"""A 2D-Doc is found on pictures, scans and PDFs, in the cage, and the command says what it is worth."""

from __future__ import annotations

import io
import json
import random
import sys
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from bench import twodoc as drawn
from permis import clock
from permis.cli import main
from permis.cli import twodoc as command
from permis.vision import cage, datamatrix, files
from proof import twodoc_made as made
from proof.twodoc_made import GS, Authority

PER_MM = 200 / 25.4
CEPC = f"60LEA{GS}62MARTIN{GS}6903052007D320261106E9123456{GS}EAPEC06112026EDB{GS}EF0"


@pytest.fixture(scope="module")
def authority():
    return Authority("FR42")


@pytest.fixture(scope="module")
def issuer(authority):
    return authority.issuer("AB01")


@pytest.fixture(scope="module")
def payload(issuer):
    return issuer.seal(CEPC)


@pytest.fixture(scope="module")
def trusted(authority, issuer, tmp_path_factory):
    folder = tmp_path_factory.mktemp("trusted")
    (folder / "authority.pem").write_bytes(made.pem(authority.x509))
    (folder / "issuer.pem").write_bytes(made.pem(issuer.x509))
    return folder


@pytest.fixture(autouse=True)
def on_that_day(monkeypatch):
    monkeypatch.setattr(clock, "day_in_paris", lambda: made.TODAY)


@pytest.fixture
def permis(capsys):
    def run(*words):
        code = main(["2ddoc", *map(str, words)])
        out, err = capsys.readouterr()
        return code, json.loads(out) if out else None, err.strip()

    return run


def piped(monkeypatch, data):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(BytesIO(data)))


def sheet(payload, **how):
    ways = {"blur": 0.5, "turn": 4.0, "quarters": 0} | how
    rng = random.Random(5)
    return drawn.scan(rng, drawn.page(rng, payload, 0.5, 200), **ways)


def saved(image, kind):
    out = BytesIO()
    image.save(out, kind)
    return out.getvalue()


def found(data):
    return [[bytes.fromhex(code) for code in page.said["codes"]] for page in cage.read(data, "2ddoc")]


# ── Where it is found ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("quarters", [0, 1, 2, 3])
@pytest.mark.parametrize("turn", [-10, 10])
def test_a_scan_is_read_whatever_way_it_lies(payload, turn, quarters):
    assert payload in found(sheet(payload, turn=turn, quarters=quarters, blur=1.0))[0]


@pytest.mark.parametrize("version", ["01", "02", "03", "04"])
def test_every_version_comes_through_byte_by_byte(issuer, version):
    payload = issuer.seal(made.bill(random.Random(3)), kind="01", version=version)
    assert payload in found(sheet(payload))[0]


def test_a_code_on_the_second_page_of_a_pdf_is_found_there(payload):
    pages = [Image.new("RGB", (1654, 2339), "white"), Image.open(BytesIO(sheet(payload))).convert("RGB")]
    out = BytesIO()
    pages[0].save(out, "PDF", save_all=True, append_images=pages[1:], resolution=200)
    first, second = found(out.getvalue())
    assert first == []
    assert payload in second


def test_a_code_cut_out_alone_is_read_even_where_it_is_smaller_than_a_page_may_be(payload):
    code = drawn.symbol(payload, 0.4, 7.5)
    assert max(code.size) < files.MIN_SIDE * 2
    tight = code.crop(Image.eval(code, lambda v: 255 - v).getbbox())
    assert found(saved(tight.convert("RGB"), "PNG")) == [[payload]]
    small = drawn.symbol(issuer_note(), 0.5, PER_MM)
    assert max(small.size) < files.MIN_SIDE
    assert found(saved(small, "PNG")) == [[issuer_note()]]


def issuer_note():
    """A code too short to be large."""
    return b"DC02FR0AXT4A0E840E8A01"


def test_a_tiny_picture_that_is_no_code_is_refused_or_says_nothing():
    assert found(saved(Image.new("RGB", (40, 40), "white"), "PNG")) == [[]]
    with pytest.raises(files.Refused):
        found(b"\x89PNG\r\n\x1a\n" + bytes(40))
    with pytest.raises(files.Refused) as told:
        found(saved(Image.new("L", (20, 3700), "white"), "PNG"))
    assert told.value.sentence == files.TOO_SMALL


def test_other_codes_of_the_page_are_given_too_and_believed_for_nothing(payload):
    page = Image.new("L", (900, 900), "white")
    page.paste(drawn.symbol(b"https://exemple.fr/", 0.6, PER_MM), (40, 40))
    page.paste(drawn.symbol(payload, 0.5, PER_MM), (400, 400))
    assert found(saved(page, "PNG")) == [[b"https://exemple.fr/", payload]]


def test_a_page_without_a_code_says_that_there_is_none():
    assert datamatrix.codes(np.full((800, 600), 230, np.uint8)) == []
    noise = np.random.default_rng(3).integers(0, 255, (800, 600)).astype(np.uint8)
    assert datamatrix.codes(noise) == []


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────
def test_the_command_reads_a_scan_and_says_what_it_found(permis, tmp_path, payload, trusted):
    (tmp_path / "scan.jpg").write_bytes(sheet(payload))
    code, said, err = permis(tmp_path / "scan.jpg", "--trust", trusted)
    assert (code, err) == (0, "")
    assert said == {
        "valid": True, "version": "04", "type": "AD", "issuer": "FR42", "certificate": "AB01",
        "issued_on": "2026-11-20", "signed_on": "2026-11-20", "reasons": [],
        "fields": {"60": "LEA", "62": "MARTIN", "69": "03052007", "D3": "20261106", "E9": "123456", "EA": "P",
                   "EC": "06112026", "ED": "B", "EF": "0"},
    }  # fmt: skip


@pytest.mark.parametrize("end", [b"", b"\n", b"\r\n"])
def test_the_command_reads_the_payload_as_it_is(permis, monkeypatch, payload, trusted, end):
    piped(monkeypatch, payload + end)
    assert permis("-", "--trust", trusted)[0] == 0


def test_a_payload_that_was_changed_is_read_and_not_believed(permis, monkeypatch, payload, trusted):
    piped(monkeypatch, payload.replace(b"MARTIN", b"MARTYN"))
    code, said, err = permis("-", "--trust", trusted)
    assert (code, said["valid"], err) == (1, False, "")
    assert said["fields"]["62"] == "MARTYN"
    assert [reason["code"] for reason in said["reasons"]] == ["signature"]


def test_without_certificates_nobody_is_believed(permis, monkeypatch, tmp_path, payload):
    monkeypatch.setenv("PERMIS_DATA", str(tmp_path))
    piped(monkeypatch, payload)
    assert permis("-")[1]["reasons"][0]["code"] == "unknown_authority"


def test_the_certificates_of_the_installation_are_used_when_none_are_named(
    permis, monkeypatch, tmp_path, payload, trusted
):
    (tmp_path / "2ddoc").symlink_to(trusted)
    monkeypatch.setenv("PERMIS_DATA", str(tmp_path))
    piped(monkeypatch, payload)
    assert permis("-")[0] == 0


def test_issuers_of_tests_are_believed_only_when_asked(permis, monkeypatch, tmp_path):
    one = Authority("FR00").issuer("TEST")
    (tmp_path / "one.pem").write_bytes(made.pem(one.x509))
    payload = one.seal(CEPC)
    piped(monkeypatch, payload)
    code, said, _ = permis("-", "--trust", tmp_path)
    assert (code, said["reasons"][0]["code"]) == (1, "test_issuer")
    piped(monkeypatch, payload)
    assert permis("-", "--trust", tmp_path, "--test-issuers")[0] == 0


def test_what_is_no_2d_doc_is_told_in_one_sentence(permis, monkeypatch, tmp_path, trusted):
    piped(monkeypatch, b"hello\n")
    assert permis("-")[0] == 2
    (tmp_path / "empty.png").write_bytes(saved(Image.new("RGB", (600, 600), "white"), "PNG"))
    assert permis(tmp_path / "empty.png") == (2, None, command.NO_CODE)
    assert permis(tmp_path / "none.png") == (2, None, command.NO_FILE)
    (tmp_path / "notes.txt").write_text("rien")
    assert permis(tmp_path / "notes.txt") == (2, None, files.WRONG_TYPE)
    assert permis("-", "--trust", tmp_path / "none") == (2, None, command.NO_FOLDER)
