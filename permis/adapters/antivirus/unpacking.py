"""What the embedded engine looks at: the file, then each stream of a PDF unpacked, as far as it stays cheap.

Bounded on purpose: a stream is unpacked to its first megabytes, a picture inside a PDF to less, a file to a total.
What lies deeper is not looked at; it reaches nobody, since pages are drawn anew in the cage and nothing else is kept.
"""

from __future__ import annotations

import base64
import re
import zlib
from collections.abc import Iterator
from contextlib import suppress

PICTURE, PDF, OTHER = "picture", "pdf", "other"  # what a file begins as
WHOLE, STREAM = "whole", "stream"  # which piece of it

STREAMS = 10_000
OF_A_STREAM = 4 << 20  # bytes unpacked
OF_A_PICTURE = 1 << 18  # unpacked, of a picture inside a PDF: a scanned page has 25 MB of them
OF_A_FILE = 48 << 20  # unpacked, of all its streams
READ_AGAIN = 2  # times the file: streams that overlap are read more than once, and only to tire who reads
ASCII85 = 1 << 18  # packed bytes: this decoding is slow
STEP = 1 << 14
HEAD = 1024  # where a PDF may begin, and how much of a stream's dictionary is read

_PICTURES = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n\x1a\n|RIFF....WEBP|GIF8[79]a|BM....\0\0\0\0|II\*\0|MM\0\*"
    rb"|....ftyp(?:hei[cxms]|hev[cx]|mif1|msf1|avif)",
    re.DOTALL,
)
_BEGINS = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
_ENDS = re.compile(rb"endstream")
_SPACE = b" \t\r\n\f\0"
_NO_DIGIT = bytes(set(range(256)) - set(b"0123456789abcdefABCDEF"))


def kind(data: bytes) -> str:
    """What the first bytes say that the file is."""
    if _PICTURES.match(data):
        return PICTURE
    return PDF if b"%PDF-" in data[:HEAD] else OTHER


def pieces(data: bytes) -> Iterator[tuple[str, bytes]]:
    """(which piece, its bytes): the file itself, then what the streams of a PDF unpack to."""
    yield WHOLE, data
    if kind(data) == PDF:
        for content in _streams(data):
            yield STREAM, content


def _streams(data: bytes) -> Iterator[bytes]:
    ends = (found.start() for found in _ENDS.finditer(data))
    view = memoryview(data)
    end = read = made = 0
    for number, found in enumerate(_BEGINS.finditer(data)):
        while end < found.end():
            end = next(ends, len(data))
        read += end - found.end()
        if number >= STREAMS or read > READ_AGAIN * len(data) or made >= OF_A_FILE:
            return
        said = (
            data[max(0, found.start() - HEAD) : found.start()]
            .rpartition(b"endstream")[2]
            .rpartition(b" obj")[2]
        )
        limit = min(OF_A_PICTURE if re.search(rb"/Subtype\s*/Image", said) else OF_A_STREAM, OF_A_FILE - made)
        if content := _unpacked(view[found.end() : end], said, limit):
            made += len(content)
            yield content


def _unpacked(packed: memoryview, said: bytes, limit: int) -> bytes:
    """The first bytes of a stream without its packing; empty when it has none that we know (it is seen in the file)."""
    begins = bytes(packed[:64]).lstrip(_SPACE)
    skipped = min(64, len(packed)) - len(begins)
    if b"ASCIIHexDecode" in said or b"/AHx" in said:
        digits = bytes(packed[: 2 * limit]).partition(b">")[0].translate(None, _NO_DIGIT)
        plain = bytes.fromhex(digits[: len(digits) // 2 * 2].decode("ascii"))
    elif b"ASCII85Decode" in said or b"/A85" in said:
        letters = bytes(packed[:ASCII85]).partition(b"~>")[0].translate(None, _SPACE)
        try:
            plain = base64.a85decode(letters)
        except ValueError:
            return b""
    else:
        return _inflated(packed[skipped:], limit)
    return _inflated(memoryview(plain), limit) or plain


def _inflated(packed: memoryview, limit: int) -> bytes:
    """What it inflates to, up to the limit and to the first fault; empty when it is not deflated."""
    if len(packed) < 2 or packed[0] & 0x0F != 8 or (packed[0] << 8 | packed[1]) % 31:
        return b""
    inflater = zlib.decompressobj(-15)  # past the head and without the checksum, as readers of PDF forgive it
    out = bytearray()
    with suppress(zlib.error):  # what came before the fault is looked at
        for at in range(2, len(packed), STEP):
            out += inflater.decompress(packed[at : at + STEP], limit - len(out))
            if len(out) >= limit or inflater.eof:
                break
    return bytes(out)
