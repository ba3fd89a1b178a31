"""Zones on pictures: read whatever the kind, told to be certain only when they are, and never a fault for a bad picture."""

from __future__ import annotations

import json
import random
from datetime import date
from io import BytesIO

import cv2
import numpy as np
import pytest
from PIL import Image

from bench import mrz as drawn
from permis.cli import main
from permis.standards.mrz import ALPHABET, Kind, grammar
from permis.vision import mrz_file, mrz_reader, ocr

TODAY = date(2026, 11, 23)
FACE = str((drawn.faces(drawn.OCR_B) or [str(drawn.HOUSE / "DejaVuSans.ttf")])[0])


def document(kind, seed=3):
    return drawn.Printed().card(kind, random.Random(seed), FACE)


def scanned(kind, seed=3):
    card, lines = document(kind, seed)
    return drawn._turned(card, 2.0, (250, 250, 250), 1.2), lines


def saved(pixels, kind="PNG"):
    out = BytesIO()
    Image.fromarray(pixels).save(out, kind)
    return out.getvalue()


def test_the_model_is_installed_with_the_rest():
    assert ocr.available()


@pytest.mark.parametrize("kind", Kind)
def test_a_clean_document_of_each_kind_is_read_exactly(kind):
    picture, lines = scanned(kind, seed=5)
    found = mrz_reader.read(picture, TODAY)
    assert found.kind is kind
    assert list(found.lines) == lines


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_180, cv2.ROTATE_90_COUNTERCLOCKWISE])
def test_a_document_laid_on_its_side_or_on_its_head_is_read_all_the_same(turn):
    picture, lines = scanned(Kind.FR_LICENCE)
    assert list(mrz_reader.read(cv2.rotate(picture, turn), TODAY).lines) == lines


def test_a_good_picture_of_a_licence_is_certain():
    assert mrz_reader.read(scanned(Kind.FR_LICENCE)[0], TODAY).certain


def test_a_document_whose_digits_are_wrong_is_never_certain():
    card, lines = document(Kind.FR_LICENCE)
    false = [lines[0][:15] + "350101" + lines[0][21:]]
    image = Image.fromarray(np.full_like(card, 235))
    mm = 300 / 25.4
    drawn._written(drawn.ImageDraw.Draw(image), false, FACE, mm, (6, 46), 6.35, (20, 20, 20))
    found = mrz_reader.read(np.asarray(image), TODAY)
    assert found is not None
    assert not found.certain
    assert found.doubts


def test_a_second_reading_that_differs_makes_a_reading_uncertain(monkeypatch):
    picture, lines = scanned(Kind.FR_LICENCE)
    calls = []

    def spoilt(strip, alphabet, real=ocr.columns):
        said = real(strip, alphabet)
        calls.append(1)
        if len(calls) > 1:  # the second reading no longer tells the letters M and N apart
            m, n = 1 + ALPHABET.index("M"), 1 + ALPHABET.index("N")
            said[:, [m, n]] = said[:, [n, m]]
        return said

    assert {"M", "N"} & set(lines[0])
    monkeypatch.setattr(ocr, "columns", spoilt)
    found = mrz_reader.read(picture, TODAY)
    assert not found.certain


@pytest.mark.parametrize("shape", [(200, 200, 3), (900, 1400, 3), (300, 2400, 3)])
def test_a_picture_without_a_zone_gives_nothing(shape):
    noise = np.random.default_rng(4).integers(0, 255, shape, np.uint8)
    assert mrz_reader.read(noise, TODAY) is None
    assert mrz_reader.read(np.full(shape, 200, np.uint8), TODAY) is None


# ── From columns to signs ───────────────────────────────────────────────────────────────────────────────────
def columns(text, doubt=0.02):
    """What a model would say that sees this text: a column of nothing, then one of each sign."""
    said = np.full((2 * len(text) + 1, 1 + len(ALPHABET)), doubt / len(ALPHABET), np.float32)
    said[0::2, 0] = 1 - doubt
    for rank, sign in enumerate(text):
        said[2 * rank + 1, 1 + ALPHABET.index(sign)] = 1 - doubt
    return said


@pytest.mark.parametrize("kind", Kind)
def test_the_best_path_under_the_grammar_is_the_text_itself_when_it_keeps_it(kind):
    for seed in range(5):
        lines = drawn.zone(kind, random.Random(seed), drawn.TEST)
        for line, rules in zip(lines, grammar(kind), strict=True):
            assert mrz_reader._forced(columns(line), rules).text == line


def test_where_only_a_letter_may_stand_a_nought_is_taken_for_the_letter_o():
    assert mrz_reader._forced(columns("0A0"), ["ABO", "ABO", "01"]).text == "OA0"


def test_too_few_columns_for_the_signs_give_nothing():
    assert mrz_reader._forced(columns("A")[:2], ["A", "A", "A"]) is None


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────
def test_the_command_reads_a_picture_in_the_cage_within_600_megabytes(tmp_path, capsys):
    picture, lines = scanned(Kind.FR_LICENCE)
    file = tmp_path / "permis.png"
    file.write_bytes(saved(picture))
    assert main(["mrz", str(file)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["kind"], said["valid"], said["certain"]) == ("FR_LICENCE", True, True)
    assert said["fields"]["number"] == lines[0][5:14]
    costs = []
    reader = mrz_file.cage()
    reader.read(saved(picture, "PDF"), "mrz", costs.append)
    reader.close()
    assert costs[0].peak < 600 << 20


def test_the_command_reads_typed_lines_and_says_what_is_wrong_with_them(monkeypatch, capsys):
    lines = drawn.zone(Kind.TD3, random.Random(1), drawn.TEST)

    def typed(text):
        monkeypatch.setattr("sys.stdin", type("In", (), {"buffer": BytesIO(text.encode())}))
        code = main(["mrz", "-"])
        out = capsys.readouterr()
        return code, json.loads(out.out) if out.out else out.err

    code, said = typed("\n".join(lines))
    assert (code, said["valid"], said["certain"], said["kind"]) == (0, True, True, "TD3")
    code, said = typed("\n".join([lines[0], lines[1][:43] + str((int(lines[1][43]) + 1) % 10)]))
    assert (code, said["valid"], said["certain"]) == (1, False, False)
    assert [one["code"] for one in said["reasons"]] == ["check_all"]
    for nonsense in ("", "bonjour", "\0" * 9, "A" * 3000, "É" * 44 + "\n" + "É" * 44):
        code, said = typed(nonsense)
        assert code == 2
        assert said.strip().endswith(".")


def test_a_picture_without_a_zone_and_a_file_that_is_none_are_one_sentence(tmp_path, capsys):
    empty, wrong = tmp_path / "vide.png", tmp_path / "texte.txt"
    empty.write_bytes(saved(np.full((400, 600, 3), 220, np.uint8)))
    wrong.write_text("bonjour", "utf-8")
    for file in (empty, wrong, tmp_path / "absent.png"):
        assert main(["mrz", str(file)]) == 2
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.strip().endswith(".")
