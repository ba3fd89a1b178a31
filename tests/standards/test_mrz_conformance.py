"""The strings that the project did not make: 29 zones of specimens and of the standard, 79 spoilt ones."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from permis.standards import mrz

TODAY = date(2026, 11, 23)
VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "mrz" / "vectors.json"
KINDS = {"FR_DL_1x30": "FR_LICENCE", "FR_CNI_OLD_2x36": "FR_ID", "MRV-A": "MRVA", "MRV-B": "MRVB"}
FIELDS = {
    "surname": "surname", "given_names": "given_names", "document_number": "number", "sex": "sex",
    "nationality": "nationality", "issuer": "issuing_state",
}  # fmt: skip


@pytest.fixture(scope="module")
def vectors():
    """They lie beside the project, not in it: without them nothing is said, but where VECTORS=1 wants them."""
    if VECTORS.is_file():
        found = json.loads(VECTORS.read_text("utf-8"))
        assert {part: len(rows) for part, rows in found.items()} == {
            "valid_and_edge": 29,
            "derived_negative": 79,
        }
        return found
    assert not os.environ.get("VECTORS"), "shared/vectors/mrz is not beside the project"
    return {"valid_and_edge": [], "derived_negative": []}


def test_each_string_is_of_its_kind_with_its_fields_and_right_when_its_digits_are(vectors):
    for one in vectors["valid_and_edge"]:
        zone = mrz.parse(one["lines"], TODAY)
        assert zone.kind == KINDS.get(one["format"], one["format"]), one["name"]
        assert zone.valid == one["all_check_digits_ok"], one["name"]
        for theirs, ours in FIELDS.items():
            if theirs in one["fields"]:
                assert getattr(zone.fields, ours) == one["fields"][theirs], (one["name"], ours)
        for theirs, ours in (("birth", "birth_date"), ("expiry", "expires_on"), ("issue_yymm", "issued_on")):
            day, told = getattr(zone.fields, ours), one["fields"].get(theirs)
            if told is not None and day is not None:
                assert day.replace("-", "")[2:] == told.rstrip("<"), (one["name"], ours)


def test_each_spoilt_string_is_seen(vectors):
    for one in vectors["derived_negative"]:
        assert not mrz.parse(one["lines"], TODAY).valid, one
