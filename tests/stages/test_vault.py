"""What is sealed opens only where it was sealed, whole, with the right key."""

from __future__ import annotations

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from permis.vault import (
    Broken,
    KeyRing,
    new_data_key,
    open_stream,
    open_value,
    seal_stream,
    seal_value,
    unwrap,
)
from permis.vault.keys import WeakKeys, load
from permis.vault.sealing import blind
from permis.vault.stream import SEGMENT


@given(st.binary(max_size=3000))
def test_a_value_opens_where_it_was_sealed_and_nowhere_else(clear):
    key, wrapped = new_data_key("here")
    sealed = seal_value(key, clear, "table.column:1")
    assert open_value(unwrap(wrapped, "here"), sealed, "table.column:1") == clear
    with pytest.raises(Broken):
        open_value(key, sealed, "table.column:2")
    with pytest.raises(Broken):
        unwrap(wrapped, "there")


@given(st.binary(min_size=1, max_size=200), st.data())
def test_one_spoilt_byte_is_always_seen(clear, data):
    key, _ = new_data_key("here")
    sealed = bytearray(seal_value(key, clear, "x"))
    at = data.draw(st.integers(0, len(sealed) - 1))
    sealed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Broken):
        open_value(key, bytes(sealed), "x")


@pytest.mark.parametrize("size", [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 2 * SEGMENT, 2 * SEGMENT + 7])
def test_a_file_opens_whole_whatever_its_size_and_its_chunks(size):
    key, _ = new_data_key("f")
    clear = os.urandom(size)
    sealed = b"".join(seal_stream(key, [clear[:100], clear[100:]], "p"))
    chunks = [sealed[i : i + 70_001] for i in range(0, len(sealed), 70_001)]
    assert b"".join(open_stream(key, chunks, "p")) == clear
    assert clear[:50] not in sealed or size < 16


def test_a_file_cut_between_two_segments_or_shuffled_does_not_open():
    key, _ = new_data_key("f")
    sealed = b"".join(seal_stream(key, [b"a" * SEGMENT + b"b" * SEGMENT + b"c"], "p"))
    head, one = sealed[:11], SEGMENT + 16
    first, second, last = sealed[11 : 11 + one], sealed[11 + one : 11 + 2 * one], sealed[11 + 2 * one :]
    for spoilt in (
        head + first,
        head + first + second,
        head + second + first + last,
        head + first + last,
        head,
        b"",
    ):
        with pytest.raises(Broken):
            b"".join(open_stream(key, [spoilt], "p"))
    with pytest.raises(Broken):
        b"".join(open_stream(key, [sealed], "elsewhere"))


def test_a_blind_index_finds_a_name_however_it_is_written_and_tells_nothing():
    assert (
        blind("name", "Léa", "Le Gall") == blind("name", "LEA", "le-gall") == blind("name", "léa", "Le  Gall")
    )
    assert blind("name", "Léa") != blind("neph", "Léa")
    assert blind("name", "a", "b") != blind("name", "ab", "")
    assert "LEA" not in blind("name", "Léa")


def test_the_key_file_is_made_once_for_its_owner_alone(tmp_path):
    path = tmp_path / "keys.json"
    first = load(None, path, make=True)
    assert load(None, path, make=True) == first
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    with pytest.raises(WeakKeys, match="chmod"):
        load(None, path, make=True)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"current": "k1", "keys": {}, "index": "", "secret": ""}',
        KeyRing("k1", {"k1": b"\0" * 32}, b"\0" * 32, "x" * 50).dump(),
        KeyRing("k2", {"k1": os.urandom(32)}, os.urandom(32), "x" * 50).dump(),
        KeyRing("k1", {"k1": os.urandom(16)}, os.urandom(32), "x" * 50).dump(),
        KeyRing("k1", {"k1": os.urandom(32)}, os.urandom(32), "short").dump(),
    ],
)
def test_a_weak_or_broken_ring_is_refused(text):
    with pytest.raises(WeakKeys):
        KeyRing.parse(text)


def test_a_missing_ring_is_not_made_in_production(tmp_path):
    with pytest.raises(WeakKeys):
        load(None, tmp_path / "keys.json", make=False)
    with pytest.raises(WeakKeys):
        load(str(tmp_path / "given.json"), tmp_path / "keys.json", make=True)
