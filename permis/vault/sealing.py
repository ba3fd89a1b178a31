"""Sealing of values: AES-256-GCM under a data key, which is wrapped by a key-encryption key of the ring.

A sealed value is bound to its place (table, column, row): moved elsewhere, it does not open.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from permis.vault.keys import KEY_BYTES, keyring

VERSION = b"\x01"
NONCE = 12


class Broken(Exception):
    """What was sealed does not open: spoilt, moved, or sealed by a key that is gone."""


@dataclass(frozen=True)
class DataKey:
    """An opened data key. Keep it no longer than the work at hand."""

    key: bytes

    def __repr__(self) -> str:
        return "DataKey(…)"


def _seal(key: bytes, clear: bytes, place: str) -> bytes:
    nonce = os.urandom(NONCE)
    return VERSION + nonce + AESGCM(key).encrypt(nonce, clear, place.encode())


def _open(key: bytes, sealed: bytes, place: str) -> bytes:
    if sealed[:1] != VERSION:
        raise Broken(place)
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], place.encode())
    except (InvalidTag, ValueError) as error:
        raise Broken(place) from error


def new_data_key(place: str) -> tuple[DataKey, bytes]:
    """A fresh data key, and the wrapped form to store beside what it seals."""
    ring = keyring()
    key = os.urandom(KEY_BYTES)
    name = ring.current.encode()
    return DataKey(key), bytes([len(name)]) + name + _seal(ring.keys[ring.current], key, place)


def unwrap(wrapped: bytes | memoryview, place: str) -> DataKey:
    """Opens a wrapped data key. Raises `Broken` when the ring no longer has its key."""
    wrapped = bytes(wrapped)
    if not wrapped:
        raise Broken(place)
    length = wrapped[0]
    key = keyring().keys.get(wrapped[1 : 1 + length].decode("ascii", "replace"))
    if key is None:
        raise Broken(place)
    return DataKey(_open(key, wrapped[1 + length :], place))


def seal_value(key: DataKey, clear: bytes, place: str) -> bytes:
    """Seals a value at its place, for instance `dossier_dossier.answers:<id>`."""
    return _seal(key.key, clear, place)


def open_value(key: DataKey, sealed: bytes | memoryview, place: str) -> bytes:
    """Opens a value sealed at this place. Raises `Broken` otherwise."""
    return _open(key.key, bytes(sealed), place)


def fold(text: str) -> str:
    """Upper case without accents, marks, or double spaces: two spellings of one name are equal."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(bare.upper().replace("-", " ").replace("’", " ").replace("'", " ").split())


def blind(kind: str, *parts: str) -> str:
    """The blind index of these values: equality can be searched, nothing can be read back."""
    text = "\x1f".join((kind, *(fold(part) for part in parts)))
    return hmac.new(keyring().index, text.encode(), hashlib.sha256).hexdigest()
