"""Sealing of files as segments of 1 MiB, each bound to its counter and to whether it is the last."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from permis.vault.sealing import Broken, DataKey

MAGIC = b"TPF1"
SEGMENT = 1 << 20
TAG = 16
SALT = 7  # nonce = 7 random bytes of the file, 4 of the counter, 1 of the last-flag


def _nonce(salt: bytes, counter: int, last: bool) -> bytes:
    return salt + struct.pack(">IB", counter, last)


def seal_stream(key: DataKey, clear: Iterable[bytes], place: str) -> Iterator[bytes]:
    """Seals a stream; memory use stays at two segments. A file cut at a segment does not open."""
    cipher, salt = AESGCM(key.key), os.urandom(SALT)
    yield MAGIC + salt
    held, counter = bytearray(), 0
    for chunk in clear:
        held += chunk
        while len(held) > SEGMENT:
            yield cipher.encrypt(_nonce(salt, counter, False), bytes(held[:SEGMENT]), place.encode())
            del held[:SEGMENT]
            counter += 1
    yield cipher.encrypt(_nonce(salt, counter, True), bytes(held), place.encode())


def open_stream(key: DataKey, sealed: Iterable[bytes], place: str) -> Iterator[bytes]:
    """Opens a sealed stream segment by segment. Raises `Broken` at the first byte that is not ours."""
    cipher, held, counter, head = AESGCM(key.key), bytearray(), 0, len(MAGIC) + SALT
    salt: bytes | None = None

    def segment(data: bytes, last: bool) -> bytes:
        if salt is None:
            raise Broken(place)
        try:
            return cipher.decrypt(_nonce(salt, counter, last), data, place.encode())
        except (InvalidTag, ValueError) as error:
            raise Broken(place) from error

    for chunk in sealed:
        held += chunk
        if salt is None and len(held) >= head:
            if held[: len(MAGIC)] != MAGIC:
                raise Broken(place)
            salt = bytes(held[len(MAGIC) : head])
            del held[:head]
        while salt is not None and len(held) > SEGMENT + TAG:
            yield segment(bytes(held[: SEGMENT + TAG]), False)
            del held[: SEGMENT + TAG]
            counter += 1
    yield segment(bytes(held), True)
