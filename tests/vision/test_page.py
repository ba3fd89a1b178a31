"""What a picture of a document is worth: each fault is told to the person who can mend it, and nobody is told wrongly."""

from __future__ import annotations

import json
import random
import sys
from io import BytesIO

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from bench import page_quality as drawn
from permis.cli import main
from permis.vision import page

SEED = 4


@pytest.fixture(scope="module")
def letter():
    return drawn.a4(random.Random(SEED), drawn.TUNE)


@pytest.fixture(scope="module")
def card():
    return drawn.card(random.Random(SEED), drawn.TUNE)


def shot(sheet, **ways):
    rng = random.Random(SEED)
    taken = drawn.photographed(sheet, rng, long_side=2000)
    taken.shade, taken.warm, taken.gain, taken.noise, taken.table = 0.1, 0.0, 0.9, 2.0, "wood"
    for name, value in ways.items():
        setattr(taken, name, value)
    return drawn.taken(sheet, taken, rng)[0]


def codes(picture):
    return {fault.code for fault in page.judge(page.measure(picture))}


# ── The table ───────────────────────────────────────────────────────────────────────────────────────────────
def test_every_row_with_a_limit_says_what_to_do_in_french_and_once():
    told = [row for row in page.MEASURES if row.low is not None or row.high is not None]
    assert [row.code for row in told] == [
        "small", "blank", "blurred", "dark", "bright", "glare", "cut", "tilted", "grey",
    ]  # fmt: skip
    for row in told:
        assert (row.low is None) != (row.high is None)
        assert row.message.endswith(".")
        assert "!" not in row.message
        assert row.label
        assert row.source == "bench-page-quality"
        assert row.sure < row.low if row.low is not None else row.sure > row.high
    assert len({row.message for row in told}) == len(told)


def test_what_is_measured_is_what_the_table_names(letter):
    assert set(page.measure(letter.pixels)) == {row.name for row in page.MEASURES}


@pytest.mark.parametrize("row", [row for row in page.MEASURES if row.code], ids=lambda row: row.code)
def test_at_its_limit_a_page_is_fine_past_it_doubtful_and_far_past_it_sure(row):
    def said(value):
        return [(f.code, f.severity) for f in page.judge({row.name: value})]

    past = -0.001 if row.low is not None else 0.001
    limit = row.low if row.low is not None else row.high
    assert said(limit) == []
    assert said(limit + past) == [(row.code, "doubt")]
    assert said(row.sure) == [(row.code, "doubt")]
    assert said(row.sure + past) == [(row.code, "sure")]


def test_whoever_sent_an_empty_sheet_is_not_told_that_it_is_blurred_too():
    assert [f.code for f in page.judge({"ink": 0.0, "finest": 40.0, "tilt": 30.0, "light": 200.0})] == [
        "blank"
    ]


def test_whoever_stood_too_far_away_is_told_to_come_nearer_and_not_to_focus():
    assert [f.code for f in page.judge({"resolution": 40.0, "finest": 30.0})] == ["small"]


# ── People ──────────────────────────────────────────────────────────────────────────────────────────────────
def test_a_careful_photo_of_a_letter_or_of_a_card_is_fine(letter, card):
    assert codes(shot(letter)) - {"grey"} == set()
    assert codes(shot(card)) == set()


def test_a_scan_that_the_page_fills_exactly_is_not_cut(letter, card):
    for sheet in (letter, card):
        assert codes(
            drawn.taken(sheet, drawn.scanned(sheet, random.Random(1), 200), random.Random(1))[0]
        ) <= {"grey"}


def test_a_hand_that_moved_and_a_lens_out_of_focus_are_called_blurred(letter, card):
    assert "blurred" in codes(shot(letter, blur=4.0))
    assert "blurred" in codes(shot(card, blur=14.0))
    assert "blurred" in codes(shot(letter, motion=18.0, angle=0.0))
    assert "blurred" in codes(shot(letter, motion=18.0, angle=np.pi / 2))


def test_a_photo_in_a_dark_room_is_called_dark_and_not_pale(letter):
    assert "dark" in codes(shot(letter, gain=0.12))
    assert "bright" not in codes(shot(letter, gain=0.12))


def test_a_lamp_too_near_makes_the_ink_pale_and_is_called_so(letter):
    assert "bright" in codes(shot(letter, gain=1.2, haze=0.88))


def test_the_flash_on_a_card_is_called_a_glare_and_white_paper_is_not(letter, card):
    assert "glare" in codes(shot(card, spots=[(0.5, 0.5, 0.15, 2.0)]))
    assert "glare" not in codes(shot(letter, gain=1.1))


def test_a_card_that_leaves_the_picture_is_called_cut(card):
    whole = drawn.photographed(card, random.Random(SEED), long_side=2000)
    assert "cut" in codes(shot(card, corners=whole.corners + np.float32([500, 0])))


def test_a_page_aslant_is_called_tilted(letter):
    aslant = drawn.photographed(letter, random.Random(SEED), long_side=2000, tilt=25, fill=0.8)
    measured = page.measure(drawn.taken(letter, aslant, random.Random(1))[0])
    assert measured["tilt"] == pytest.approx(25, abs=2)
    assert "tilted" in {f.code for f in page.judge(measured)}


def test_the_empty_back_of_a_letter_is_called_blank_and_one_line_of_text_is_not():
    empty = drawn.a4(random.Random(2), drawn.TUNE, text=False)
    assert codes(shot(empty)) - {"grey"} == {"blank"}
    line = np.full((2000, 1414, 3), 245, np.uint8)
    cv2.putText(line, "Lu et approuve, le 12 novembre 2026", (200, 900), 0, 1.0, (20, 20, 20), 2, cv2.LINE_AA)
    assert "blank" not in codes(line)


def test_a_copy_in_black_and_white_is_grey_under_a_warm_lamp_too(card):
    copy = drawn.Sheet(
        np.repeat(cv2.cvtColor(card.pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2),
        card.per_mm, card.block, card.signs, card.typeface, False,
    )  # fmt: skip
    assert "grey" in codes(shot(copy))
    assert "grey" in codes(shot(copy, warm=0.15))
    assert "grey" not in codes(shot(card))


def test_a_letter_far_away_is_called_small(letter):
    far = drawn.photographed(letter, random.Random(SEED), long_side=1200, fill=0.3)
    assert "small" in codes(drawn.taken(letter, far, random.Random(1))[0])


# ── The same picture again ──────────────────────────────────────────────────────────────────────────────────
def again(picture, quality=70, scale=1.0):
    image = Image.fromarray(picture)
    image = image.resize((round(image.width * scale), round(image.height * scale)))
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return np.asarray(Image.open(out))


def test_the_same_picture_saved_again_smaller_or_lighter_is_known(letter, card):
    for sheet in (letter, card):
        picture = shot(sheet)
        mine = page.look(picture)
        assert page.distance(mine, mine) == 0
        assert page.distance(mine, page.look(again(picture, 60))) <= page.SAME
        assert page.distance(mine, page.look(again(picture, 80, 0.5))) <= page.SAME
        lighter = np.clip(picture * 1.08 + 4, 0, 255).astype(np.uint8)
        assert page.distance(mine, page.look(lighter)) <= page.SAME


def test_the_two_sides_of_a_card_and_two_letters_are_not_the_same(letter, card):
    back = drawn.card(random.Random(SEED), drawn.TUNE, back=True)
    other = drawn.a4(random.Random(SEED + 1), drawn.TUNE)
    assert page.distance(page.look(shot(card)), page.look(shot(back))) > page.SAME
    assert page.distance(page.look(shot(letter)), page.look(shot(other))) > page.SAME


def test_the_next_bill_of_the_same_company_is_another_document(letter):
    next_one = drawn._twin(letter, random.Random(8))
    assert page.distance(page.look(shot(letter)), page.look(shot(next_one))) > page.SAME


def test_a_look_that_is_none_resembles_nothing():
    assert page.distance("", page.look(np.zeros((50, 50, 3), np.uint8))) > page.SAME


# ── Whatever is given ───────────────────────────────────────────────────────────────────────────────────────
@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 90),
    st.integers(1, 90),
    st.integers(0, 2**32 - 1),
    st.sampled_from(["noise", "flat", "split"]),
)
@example(1, 1, 532351, "noise")  # one colour without any blue
@example(2, 59, 0, "split")  # no edge but at the rim
def test_any_picture_is_measured_the_same_way_twice_and_never_fails(h, w, seed, kind):
    make = np.random.default_rng(seed)
    picture = make.integers(0, 256, (h, w, 3), dtype=np.uint8)
    if kind == "flat":
        picture[:] = picture[0, 0]
    if kind == "split":
        picture[: h // 2] = 0
        picture[h // 2 :] = 255
    measures = page.measure(picture)
    assert all(np.isfinite(value) for value in measures.values())
    json.dumps(measures)
    assert page.measure(picture) == measures
    page.judge(measures)
    assert page.distance(page.look(picture), page.look(picture)) in {0, 10_000}


@pytest.mark.parametrize("value", [0, 255, 128])
def test_a_picture_of_one_colour_is_blank(value):
    assert "blank" in codes(np.full((2400, 1700, 3), value, np.uint8))


def test_a_picture_without_colours_and_one_with_a_layer_too_many_are_measured_too():
    assert page.measure(np.zeros((60, 60), np.uint8))["colour"] == 0
    assert page.measure(np.zeros((60, 60, 4), np.uint8))["colour"] == 0


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def permis(capsys):
    def run(*words):
        code = main(list(words))
        out, err = capsys.readouterr()
        assert len(err.splitlines()) <= 1, err
        return code, json.loads(out) if out.strip() else None, err.strip()

    return run


def test_the_command_says_conform_or_why_not_or_no_such_thing(permis, tmp_path, card):
    fine, dark, nothing = tmp_path / "a.png", tmp_path / "b.jpg", tmp_path / "c.txt"
    Image.fromarray(shot(card)).save(fine)
    Image.fromarray(shot(card, gain=0.1)).save(dark)
    nothing.write_text("bonjour")
    code, answer, _ = permis("page", str(fine))
    assert (code, answer["verdict"], answer["reasons"]) == (0, "conform", [])
    assert set(answer["pages"][0]["measures"]["finest"]) == {"value", "unit", "low", "high", "source"}
    code, answer, _ = permis("page", str(dark))
    assert (code, answer["verdict"]) == (1, "not_conform")
    assert "dark" in [reason["code"] for reason in answer["pages"][0]["reasons"]]
    code, answer, sentence = permis("page", str(nothing))
    assert (code, answer) == (2, None)
    assert sentence.startswith("Ce fichier n’est pas")
    assert permis("page", str(tmp_path / "nobody"))[0] == 2
    assert permis("page", str(tmp_path))[0] == 2
    assert permis("page")[0] == 2


def test_a_copy_of_a_letter_is_conform_unless_its_colours_are_asked_for(permis, tmp_path):
    copy = tmp_path / "copy.png"
    page_of = drawn.a4(random.Random(3), drawn.TUNE, colour=False)
    Image.fromarray(page_of.pixels).save(copy)
    assert permis("page", str(copy))[0] == 0
    code, answer, _ = permis("page", str(copy), "--colour")
    assert (code, [reason["code"] for reason in answer["reasons"]]) == (1, ["grey"])


def test_the_command_loads_no_django():
    import subprocess

    told = subprocess.run(
        [sys.executable, "-c", "import sys, permis.cli.page as p, permis.vision.page; print('django' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "False"


def test_an_eye_that_finds_everything_fine_does_not_pass_the_bench():
    rows = [
        {
            "truth": dict.fromkeys(drawn.ASKED, so),
            "said": {f.code: f.severity for f in page.judge(drawn.blind(None))},
        }
        for so in (True, False)
    ]
    assert len(drawn.faults_of(drawn.confusion(rows))) == len(drawn.ASKED)
