"""A signature on paper: found and cleaned, or refused with its reason when it is none."""

from __future__ import annotations

import json
import random
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bench import people, photo
from bench.people import Person
from permis.cli import main
from permis.vision import cage, signature, signed_paper


def judged(picture):
    verdict, reasons = signature.judge(signed_paper.found(picture)[0])
    return verdict, {r.code for r in reasons}


@pytest.mark.parametrize("name", sorted(photo.SHEETS))
@pytest.mark.parametrize("seed", [1, 2])
def test_a_sheet_is_taken_or_refused_with_its_own_reason(name, seed):
    how, right = photo.SHEETS[name]
    verdict, codes = judged(photo.signed(random.Random(seed), **how))
    assert (verdict == "conform") == (not right)
    assert codes <= right


def test_a_face_is_not_a_signature():
    assert judged(people.drawn(Person())) == ("not_conform", {"other"})


def test_a_signature_is_cleaned_to_black_on_white_and_framed():
    how = {"table": True, "ink": (50, 80, 180), "paper": 200}
    _, cleaned = signed_paper.found(photo.signed(random.Random(4), **how))
    assert cleaned.size == signature.SIZE
    pixels = np.asarray(cleaned.convert("L"))
    assert np.asarray(cleaned).std(axis=2).max() == 0
    assert (pixels > 250).mean() > 0.85
    assert (pixels < 40).sum() > 1000
    ink = np.argwhere(pixels < 128)
    assert ink.min(axis=0).min() >= signature.MARGIN - 2
    middle = (ink.min(axis=0) + ink.max(axis=0)) / 2
    assert np.allclose(middle, (200, 600), atol=6)


def test_a_cleaned_signature_is_itself_a_signature():
    _, cleaned = signed_paper.found(photo.signed(random.Random(5)))
    assert judged(np.asarray(cleaned)) == ("conform", set())


@given(
    st.dictionaries(st.sampled_from([row.name for row in signature.MEASURES]), st.floats(0, 2000), max_size=9)
)
def test_whatever_was_measured_the_verdict_follows_from_its_reasons(measures):
    verdict, reasons = signature.judge(measures)
    assert verdict == (
        "conform" if not reasons else "not_conform" if any(r.sure for r in reasons) else "to_check"
    )
    assert all(signature.REASONS[r.code] == r.message for r in reasons)


def test_the_command_reads_a_signature_in_the_cage(tmp_path, capsys):
    good, empty, cleaned = tmp_path / "good.png", tmp_path / "empty.jpg", tmp_path / "clean.jpg"
    Image.fromarray(photo.signed(random.Random(6))).save(good)
    Image.new("RGB", (900, 600), "white").save(empty)
    assert main(["signature", str(good), "--cleaned", str(cleaned)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["verdict"] == "conform"
    assert {frozenset(m) for m in answer["measures"].values()} == {
        frozenset({"value", "unit", "low", "high", "source"})
    }
    with Image.open(cleaned) as image:
        assert image.size == signature.SIZE
    assert main(["signature", str(empty)]) == 1
    assert [r["code"] for r in json.loads(capsys.readouterr().out)["reasons"]] == ["empty"]


def test_a_signature_is_read_within_the_limits_of_the_cage():
    out, costs = BytesIO(), []
    Image.fromarray(photo.signed(random.Random(7))).save(out, "JPEG", quality=85)
    (page,) = cage.read(out.getvalue(), "signed_paper", costs.append)
    assert signature.judge(page.said["signature"])[0] == "conform"
    assert costs[0].ended == 0
