"""Finds the DataMatrix and QR codes on a page and gives their bytes, which it does not understand.

Loaded in the cage and nowhere else. What the bytes say is read and judged by `permis.standards.twodoc`.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image

from permis.vision import decoding, files
from permis.vision.files import Made, Refused

Grey = np.ndarray[Any, np.dtype[np.uint8]]

LONG_SIDE = (
    3600  # pixels looked at: A4 at 300 dots an inch; the modules of a 2D-Doc are then 4 pixels or more
)
MOST = 12  # codes told of one page
MOST_BYTES = 4096  # of one code; the largest symbols hold fewer
SMALL = 4_000_000  # pixels of a picture that is thinner than a page may be: a code cut out of one
QUIET = 12  # pixels of white around a code that was cut out to its edge
_KINDS = [zxingcpp.BarcodeFormat.DataMatrix, zxingcpp.BarcodeFormat.QRCode]


def pages(data: bytes) -> list[Made]:
    """A thumbnail of each page, and in `said` its `codes`: the bytes of each in hexadecimal digits, from the top down.

    Called in the cage alone. Raises `Refused`. A picture of a code alone may be smaller than a page may be.
    """
    return [_made(picture) for picture in _pictures(data)]


def prepare() -> None:
    """Loads the decoders, and reads one code made here."""
    files.prepare()
    drawn = zxingcpp.create_barcode("REHEARSED", zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=5)
    codes(np.array(drawn, np.uint8))
    codes(np.full((300, 300), 255, np.uint8))


def _pictures(data: bytes) -> Iterator[Image.Image]:
    try:
        yield from decoding.pictures(data, LONG_SIDE)
    except Refused as refused:
        if refused.sentence != files.TOO_SMALL or files.kind(data) not in {"jpeg", "png", "webp"}:
            raise
        yield _cut_out(data)


def _cut_out(data: bytes) -> Image.Image:
    """A small picture, which the decoders of pages refuse for its size alone."""
    try:
        with Image.open(BytesIO(data), formats=(files.kind(data).upper(),)) as image:
            if image.width * image.height > SMALL or max(image.size) > LONG_SIDE:
                raise Refused(files.TOO_SMALL)
            seen = image.convert("RGBA")
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything at a hostile file
        raise Refused(files.UNREADABLE) from error
    white = Image.new("RGBA", seen.size, "white")
    return Image.alpha_composite(white, seen).convert("RGB")


def _made(picture: Image.Image) -> Made:
    found = codes(np.asarray(picture.convert("L")))
    small = picture.convert("RGB")
    small.thumbnail((files.THUMB_SIDE, files.THUMB_SIDE))
    shown = BytesIO()
    small.save(shown, "JPEG", quality=75)
    jpeg = shown.getvalue()
    return Made(jpeg, jpeg, small.width, small.height, {"codes": [one.hex() for one in found]})


def codes(grey: Grey) -> list[bytes]:
    """The bytes of every DataMatrix and QR code on a page, from the top down; what cannot be read is not there.

    A page on which no 2D-Doc was found is looked at again, enlarged and then sharpened: a bill often bears codes of
    its own that are larger and easier to read.
    """
    found: dict[bytes, None] = {}
    for way in _ways(grey):
        found |= dict.fromkeys(_read(way))
        if any(_is_seal(one) for one in found):
            break
    return list(found)[:MOST]


def _is_seal(payload: bytes) -> bool:
    """Whether these bytes begin as a 2D-Doc does, which says nothing about the rest."""
    return payload[:2] == b"DC" or payload[:2] == b"\xdc\x04"


def _ways(grey: Grey) -> Iterator[Grey]:
    """The page as it is, then as its small and soft codes are easier to see."""
    yield grey
    if min(grey.shape) < 400:  # a code alone: it may have been cut at its very edge
        grey = cv2.copyMakeBorder(grey, QUIET, QUIET, QUIET, QUIET, cv2.BORDER_CONSTANT, value=255)  # type: ignore[assignment]
    factor = min(2.0 if max(grey.shape) > 1200 else 4.0, 4800 / max(grey.shape))
    wide = (
        cv2.resize(grey, None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC) if factor > 1.05 else grey
    )
    yield wide  # type: ignore[misc]
    soft = cv2.GaussianBlur(wide, (0, 0), 1.5 * factor)
    yield cv2.addWeighted(wide, 2.5, soft, -1.5, 0)  # type: ignore[misc]


def _read(grey: Grey) -> list[bytes]:
    found = zxingcpp.read_barcodes(grey, formats=_KINDS)
    found = [one for one in found if one.valid and 0 < len(one.bytes) <= MOST_BYTES]
    found.sort(key=lambda one: (one.position.top_left.y, one.position.top_left.x))
    return [one.bytes for one in found]
