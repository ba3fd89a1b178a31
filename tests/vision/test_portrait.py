"""Whether a photo will do: nobody is refused for what they are, each fault is told with what to do, in a closed room."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench import people
from bench.people import SKINS, Person
from permis.cli import main
from permis.vision import cage, faces, likeness, portrait
from permis.vision.files import Refused

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared" / "vectors" / "photo"

# What a photo without any fault measures.
GOOD = {
    "faces": 1, "turned": 0, "eye_distance": 160, "shape": 0.778, "margin": 0.9, "head_most": 34.0, "head_least": 30.0,
    "centre": 50.0, "eyes_height": 50.0, "roll": 0.0, "yaw": 0.0, "pitch": 0.0, "colour": 6.0, "light": 85.0,
    "burnt": 0.0, "sides": 4.0, "cast": 6.0, "sharp": 0.15, "compression": 92.0, "eyes_open": 0.35, "eyes_seen": 45.0,
    "glare": 0.0, "mouth": 0.02, "teeth": 0.0, "lips": 20.0, "lower_face": 4.0, "ground_light": 84.0,
    "ground_white": 84.0, "ground_colour": 4.0, "ground_even": 1.0, "ground_hues": 1.0, "ground_sides": 1.0,
    "ground_seen": 95.0,
}  # fmt: skip


def said(picture, quality=90):
    """The verdict on a picture, its sure reasons and its doubts."""
    verdict, reasons = portrait.judge(likeness.pages(people.jpeg(picture, quality))[0].said["portrait"])
    return verdict, {r.code for r in reasons if r.sure}, {r.code for r in reasons if not r.sure}


def told(**changes):
    verdict, reasons = portrait.judge(GOOD | changes)
    return verdict, [(r.code, r.sure) for r in reasons]


# ── The table and the judge ─────────────────────────────────────────────────────────────────────────────────
def test_a_photo_without_any_fault_is_conform_and_nothing_is_said():
    assert told() == ("conform", [])


def test_every_row_has_a_value_in_the_good_photo_and_a_sentence_for_each_side():
    assert {row.name for row in portrait.MEASURES} == set(GOOD)
    for row in portrait.MEASURES:
        assert bool(row.below) == (row.low is not None)
        assert bool(row.above) == (row.high is not None)
        for code in (row.below, row.above):
            assert not code or code in portrait.REASONS
        if row.under is not None:
            assert row.under <= row.low
        if row.over is not None:
            assert row.over >= row.high
        assert row.source


def test_every_sentence_says_what_to_do_and_is_said_by_some_row():
    codes = {code for row in portrait.MEASURES for code in (row.below, row.above) if code}
    assert codes | {"unmeasured"} == set(portrait.REASONS)
    for sentence in portrait.REASONS.values():
        assert sentence.endswith(".")
        assert "!" not in sentence
        assert "veuillez" not in sentence.lower()


@pytest.mark.parametrize(
    ("name", "doubt"),
    [("pitch", 40.0), ("sides", 60.0), ("glare", 80.0), ("ground_white", 97.0), ("ground_seen", 0.0)],
)
def test_what_is_measured_with_too_large_an_error_never_refuses_it_goes_to_a_person(name, doubt):
    verdict, reasons = told(**{name: doubt})
    assert verdict == "to_check"
    assert [sure for _, sure in reasons] == [False]


def test_a_skull_between_its_two_estimates_goes_to_a_person():
    assert told(head_most=30.0, head_least=26.0) == ("to_check", [("far", False)])
    assert told(head_most=27.0, head_least=24.0) == ("not_conform", [("far", True)])
    assert told(head_most=40.0, head_least=37.0) == ("to_check", [("near", False)])
    assert told(head_most=44.0, head_least=39.5) == ("not_conform", [("near", True)])


def test_a_dark_face_before_a_light_ground_is_never_refused():
    assert told(light=20.0) == ("to_check", [("dark", False)])
    assert told(light=20.0, ground_light=20.0, ground_white=20.0) == ("not_conform", [("dark", True)])


def test_a_beard_that_leaves_the_lips_is_not_a_mask():
    assert told(lower_face=25.0) == ("conform", [])
    assert told(lower_face=25.0, lips=1.0) == ("not_conform", [("covered", True)])


def test_a_tired_eye_before_a_grey_wall_is_no_coloured_lamp():
    assert told(cast=30.0) == ("to_check", [("cast", False)])
    assert told(cast=30.0, ground_colour=30.0) == ("not_conform", [("cast", True)])


def test_without_a_face_or_with_several_nothing_else_is_said():
    assert portrait.judge({"faces": 0}) == (
        "not_conform", [portrait.Reason("no_face", portrait.REASONS["no_face"], True)],
    )  # fmt: skip
    assert told(faces=2, roll=30.0, sharp=0.0)[1] == [("several_faces", True)]


def test_what_another_fault_spoils_is_not_said_of_it():
    assert told(sharp=0.0, eyes_seen=5.0)[1] == [("blurred", True)]
    assert told(eye_distance=20.0, eyes_open=0.05, sharp=0.01)[1] == [("small", True)]


def test_what_could_not_be_measured_goes_to_a_person():
    assert told(lips=None) == ("to_check", [("unmeasured", False)])
    assert told(lips=float("nan")) == ("to_check", [("unmeasured", False)])


@given(
    st.fixed_dictionaries(
        {}, optional={name: st.none() | st.floats(-1000, 1000) for name in GOOD if name != "faces"}
    )
)
def test_whatever_was_measured_the_verdict_follows_from_its_reasons(changes):
    verdict, reasons = portrait.judge(GOOD | changes)
    assert verdict == (
        "conform" if not reasons else "not_conform" if any(r.sure for r in reasons) else "to_check"
    )
    assert len({r.code for r in reasons}) == len(reasons)


@given(st.sampled_from(sorted(GOOD)), st.floats(-200, 400), st.floats(0, 1))
def test_a_value_nearer_to_the_good_one_is_never_judged_worse(name, far, share):
    rank = ["conform", "to_check", "not_conform"]
    near = GOOD[name] + (far - GOOD[name]) * share
    assert rank.index(told(**{name: near})[0]) <= rank.index(told(**{name: far})[0])


# ── Pictures ────────────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("skin", SKINS)
def test_nobody_is_doubted_for_the_colour_of_their_skin(skin):
    assert said(people.drawn(Person(skin=skin, hair="black"))) == ("conform", set(), set())


@pytest.mark.parametrize(
    "look",
    [
        {"beard": True, "skin": "I", "hair": "black"}, {"beard": True, "skin": "V"}, {"glasses": True},
        {"bald": True, "wrinkles": True}, {"hair": "fair", "skin": "I"}, {"hair_height": 0.08},
        {"ground": (186, 205, 228)},
    ],
    ids=str,
)  # fmt: skip
def test_nobody_is_doubted_for_how_they_look(look):
    assert said(people.drawn(Person(**look))) == ("conform", set(), set())


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"roll": 13.0}, "tilted"), ({"head": 0.45}, "far"), ({"centre": (0.64, 0.52)}, "off_centre"),
        ({"light": 0.15}, "dark"), ({"mouth": 0.7, "teeth": True}, "teeth"), ({"ground": (70, 74, 80)}, "ground_dark"),
        ({"ground": (215, 70, 60)}, "ground_colour"), ({"ground": (255, 255, 255)}, "ground_white"),
    ],
    ids=str,
)  # fmt: skip
def test_a_fault_of_the_list_is_refused_with_its_own_reason(change, code):
    verdict, sure, _ = said(people.drawn(replace(Person(), **change)))
    assert (verdict, code in sure) == ("not_conform", True)


def test_closed_eyes_are_never_called_conform():
    verdict, sure, doubt = said(people.drawn(Person(eyes=0.0)))
    assert verdict != "conform"
    assert "eyes_closed" in sure | doubt


def test_a_blurred_grey_tiny_or_crushed_photo_is_refused_for_that():
    picture = people.drawn(Person())
    grey = np.repeat(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    assert said(cv2.GaussianBlur(picture, (0, 0), 11))[1] == {"blurred"}
    assert said(grey)[1] == {"grey"}
    assert said(cv2.resize(picture, (105, 135), interpolation=cv2.INTER_AREA))[1] == {"small"}
    assert said(picture, quality=4)[1] == {"compressed"}


def test_a_photo_on_its_side_is_known_for_that_and_its_exif_sets_it_right():
    picture = people.drawn(Person())
    aside = np.ascontiguousarray(np.rot90(picture))
    assert said(aside)[1] == {"turned"}
    assert said(np.ascontiguousarray(np.rot90(picture, 2)))[1] == {"turned"}
    out, exif = BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.fromarray(aside).save(out, "JPEG", quality=90, exif=exif)
    assert portrait.judge(likeness.pages(out.getvalue())[0].said["portrait"]) == ("conform", [])


def test_faces_are_counted():
    picture = people.drawn(Person())
    small = cv2.resize(picture, (350, 450), interpolation=cv2.INTER_AREA)
    assert len(faces.look(np.hstack([small, small[:, ::-1], small]))[1]) == 3
    assert faces.look(np.full((300, 300, 3), 180, np.uint8)) == (0, [])


def test_the_code_of_the_package_that_ships_the_models_is_never_run():
    faces.prepare()
    assert faces.PACKAGE not in sys.modules
    for model in (faces.DETECTOR, faces.MESH, faces.IRIS):
        assert (faces.folder() / model).is_file()


# ── The frame and the drawing ───────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(("turn", "roll"), [(0, 0.0), (0, 9.0), (1, -9.0), (2, 0.0)])
def test_the_frame_proposed_in_a_wider_picture_makes_a_photo_that_will_do(turn, roll):
    person = Person(head=0.42, centre=(0.42, 0.45), roll=roll, size=(1000, 1100))
    picture = np.ascontiguousarray(np.rot90(people.drawn(person), turn))
    assert said(picture)[0] == "not_conform"
    cut = likeness.framed(people.jpeg(picture))[0]
    assert abs(cut.width / cut.height - 35 / 45) < 0.004
    assert portrait.judge(cut.said["portrait"])[0] == "conform"
    assert 32.0 <= cut.said["portrait"]["head_most"] <= 36.0


def test_no_frame_is_proposed_where_there_is_no_room_for_one_nor_for_two_people():
    near = people.drawn(Person(head=0.95))
    two = np.hstack([people.drawn(Person())] * 2)
    for picture in (near, two, np.full((400, 400, 3), 200, np.uint8)):
        assert likeness.pages(people.jpeg(picture))[0].said["frame"] is None
        with pytest.raises(Refused) as refusal:
            likeness.framed(people.jpeg(picture))
        assert refusal.value.sentence == portrait.NO_FRAME


def test_what_was_measured_is_drawn_on_a_copy():
    picture, overlay = likeness.pages(people.jpeg(people.drawn(Person())))
    own, drawn = (
        np.asarray(Image.open(BytesIO(m.jpeg)).convert("RGB")).astype(int) for m in (picture, overlay)
    )
    assert own.shape == drawn.shape
    blue = (drawn[:, :, 2] - drawn[:, :, 0] > 120) & (own[:, :, 2] - own[:, :, 0] < 60)
    assert blue.sum() > 1000


# ── In the cage, and as a command ───────────────────────────────────────────────────────────────────────────
def test_a_photo_is_judged_in_the_cage_as_outside_it_within_its_limits():
    data = people.jpeg(people.drawn(Person()))
    costs = []
    made = cage.read(data, "portrait", costs.append)
    assert [m.jpeg for m in made] == [m.jpeg for m in likeness.pages(data)]
    assert made[0].said["portrait"] == likeness.pages(data)[0].said["portrait"]
    assert cage.read(data, "portrait_framed")[0].said["portrait"]["faces"] == 1
    assert costs[0].ended == 0
    assert costs[0].peak < 512 << 20


def test_a_picture_without_a_frame_is_refused_in_the_cage_with_our_sentence():
    blank = people.jpeg(np.full((400, 400, 3), 200, np.uint8))
    with pytest.raises(Refused) as refusal:
        cage.read(blank, "portrait_framed")
    assert refusal.value.sentence == portrait.NO_FRAME


def test_the_command_says_the_verdict_the_measures_and_the_reasons(tmp_path, capsys):
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.jpg"
    good.write_bytes(people.jpeg(people.drawn(Person())))
    bad.write_bytes(people.jpeg(people.drawn(Person(roll=14.0))))
    drawn, framed = tmp_path / "drawn.jpg", tmp_path / "framed.jpg"
    assert main(["photo", str(good), "--drawn", str(drawn), "--framed", str(framed)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["verdict"], answer["faces"], answer["reasons"]) == ("conform", 1, [])
    for measure in answer["measures"].values():
        assert set(measure) == {"value", "unit", "low", "high", "source"}
    with Image.open(drawn) as one, Image.open(framed) as other:
        assert one.size == (700, 900)
        assert other.width > 400
    assert main(["photo", str(bad)]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert [r["code"] for r in answer["reasons"]] == ["tilted"]
    assert set(answer["reasons"][0]) == {"code", "message"}


def test_what_is_no_picture_ends_with_2_and_one_sentence(tmp_path, capsys):
    text = tmp_path / "words.txt"
    text.write_text("no picture")
    for given_file in (text, tmp_path / "nothing.jpg"):
        assert main(["photo", str(given_file)]) == 2
        out, err = capsys.readouterr()
        assert out == ""
        assert len(err.strip().splitlines()) == 1


# ── Pictures that we did not make ───────────────────────────────────────────────────────────────────────────
def test_each_shared_photo_is_judged_as_labelled():
    if not SHARED.is_dir():
        assert not os.environ.get("VECTORS"), "shared/vectors/photo is not beside the project"
        return
    wrong, faces_wrong = [], []
    for label in json.loads((SHARED / "expected.json").read_text("utf-8")):
        path, expected = SHARED / label["file"], label["expected"]
        if not path.is_file():  # some are described and not given
            continue
        measures = likeness.pages(path.read_bytes())[0].said["portrait"]
        verdict = portrait.judge(measures)[0]
        if verdict != ("conform" if expected["compliant_35x45"] else "not_conform"):
            wrong.append((path.name, verdict))
        if isinstance(expected["faces"], int) and measures["faces"] != expected["faces"]:
            faces_wrong.append((path.name, measures["faces"]))
    assert wrong == []
    assert faces_wrong == []
