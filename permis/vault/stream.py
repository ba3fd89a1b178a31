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


def seal_stream(key: DataKey, clear: Iterable[bytes | memoryview], place: str) -> Iterator[bytes]:
    """Seals a stream; memory use stays at two segments. A file cut at a segment does not open."""
    cipher, salt, bound = AESGCM(key.key), os.urandom(SALT), place.encode()
    yield MAGIC + salt
    for counter, (segment, last) in enumerate(_segments(clear)):
        yield cipher.encrypt(_nonce(salt, counter, last), segment, bound)


def _segments(clear: Iterable[bytes | memoryview]) -> Iterator[tuple[bytes | bytearray | memoryview, bool]]:
    """Pieces of SEGMENT bytes, and whether each is the last; what comes as such a piece is not copied.

    An empty stream is one empty piece.
    """
    held = bytearray()
    whole: bytearray | memoryview | None = None  # not the last, if something follows
    for chunk in clear:
        left = memoryview(chunk)
        while left:
            if not held and len(left) >= SEGMENT:
                piece: bytearray | memoryview = left[:SEGMENT]
                left = left[SEGMENT:]
            else:
                more = left[: SEGMENT - len(held)]
                held += more
                left = left[len(more) :]
                if len(held) < SEGMENT:
                    break
                piece, held = held, bytearray()
            if whole is not None:
                yield whole, False
            whole = piece
    if held:
        if whole is not None:
            yield whole, False
        yield held, True
    else:
        yield b"" if whole is None else whole, True


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
