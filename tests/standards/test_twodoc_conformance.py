"""2D-Doc: the official specimens, which this project did not make, where they lie beside it."""

import datetime as dt
import functools
import json
import os
from pathlib import Path

import pytest

from permis.standards.twodoc import NotOne, read, verify
from permis.standards.twodoc_trust import Trust

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "vectors" / "2ddoc"
TODAY = dt.date(2026, 11, 20)
MARKS = {"<GS>": "\x1d", "<RS>": "\x1e", "<US>": "\x1f"}


pytestmark = pytest.mark.usefixtures("specimens")


@pytest.fixture(scope="module")
def specimens():
    """They lie beside the project, not in it: without them nothing is said, but where VECTORS=1 wants them."""
    if not VECTORS.is_dir():
        assert not os.environ.get("VECTORS"), "shared/vectors/2ddoc is not beside the project"


@functools.cache
def trust():
    return Trust.of(VECTORS if VECTORS.is_dir() else None)


@functools.cache
def told(name):
    """One of the files; empty where they do not lie."""
    if not VECTORS.is_dir():
        return [] if name == "vectors.json" else {"tampered": [], "extra_signed_with_published_test_key": []}
    return json.loads((VECTORS / name).read_text("utf-8"))


def raw(text):
    for mark, sign in MARKS.items():
        text = text.replace(mark, sign)
    return text.encode()


def test_every_official_specimen_is_read_field_by_field_and_verified():
    specimens = told("vectors.json")
    assert len(specimens) == 73 or not VECTORS.is_dir()
    for one in specimens:
        seal, head = read(bytes.fromhex(one["payload_hex"])), one["header"]
        assert list(seal.fields.items()) == [(f["id"], f["value"]) for f in one["fields"]], one["name"]
        header = seal.header
        assert (header.version, header.authority, header.certificate, header.kind) == (
            head["version"], head["ca_id"], head["cert_id"], head["doc_type"]
        ), one["name"]  # fmt: skip
        days = [str(day) if day else None for day in (header.issued_on, header.signed_on)]
        assert days == [head["emission_date"], head["signature_date"]], one["name"]
        assert (seal.signed.hex(), seal.signature.hex()) == (one["signed_data_hex"], one["signature_raw_hex"])
        assert verify(seal, trust(), TODAY, test_issuers=True).reasons == (), one["name"]


def test_production_believes_none_of_them():
    for one in told("vectors.json"):
        assert "test_issuer" in verify(read(bytes.fromhex(one["payload_hex"])), trust(), TODAY).reasons


def test_none_of_the_tampered_ones_is_believed():
    tampered = told("negative_and_extra.json")["tampered"]
    assert len(tampered) == 115 or not VECTORS.is_dir()
    for one in tampered:
        try:
            seal = read(raw(one["payload"]))
        except NotOne:
            continue
        assert not verify(seal, trust(), TODAY, test_issuers=True).valid, one["kind"]


def test_the_four_extra_ones_are_right():
    extra = told("negative_and_extra.json")["extra_signed_with_published_test_key"]
    if not VECTORS.is_dir():
        return
    assert len(extra) == 4
    seals = {one["name"]: read(bytes.fromhex(one["payload_hex"])) for one in extra}
    for name, seal in seals.items():
        assert verify(seal, trust(), TODAY, test_issuers=True).valid, name
    assert seals["v04_01_truncated_RS"].truncated == {"18"}
    assert seals["v04_01_with_annexe"].annexe.startswith(b"\x1d01ABC123")
    assert seals["v04_AD_theory"].fields["EA"] == "T"
    assert seals["v04_00_expired_proof"].header.issued_on == dt.date(2022, 6, 6)


def test_the_newest_published_list_of_authorities_is_loaded():
    if not VECTORS.is_dir():
        return
    assert trust().sequence == 23
    assert trust().next_update == dt.date(2027, 5, 11)
    assert set(trust().authorities) == {"FR01", "FR03", "FR04", "FR05", "FR06", "FR07", "FR09"}
    assert all(len(certificates) == 1 for certificates in trust().authorities.values())
    assert not trust().expired(TODAY)


def test_the_code_of_every_specimen_is_found_in_its_picture():
    import cv2

    from permis.vision.datamatrix import codes

    lost = []
    for one in told("vectors.json"):
        picture = cv2.imread(str(VECTORS / (one["image"] or one["image_generated"])), cv2.IMREAD_GRAYSCALE)
        if bytes.fromhex(one["payload_hex"]) not in codes(picture):
            lost.append(one["name"])
    assert lost == []
