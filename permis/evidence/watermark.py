"""The reference of the request drawn across identity papers wherever they are shown: a copy says where it comes from."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from permis.domain.vocabulary import Piece

# Papers with which somebody could pass for another.
MARKED = frozenset(
    {Piece.ID, Piece.ID_HEB, Piece.ID_REP, Piece.STAY, Piece.LIC, Piece.FLIC, Piece.CIVIL, Piece.RESN}
)
FONT = Path(__file__).resolve().parent.parent / "design" / "fonts" / "NotoSans-Bold.ttf"
TILT = 28  # degrees: it crosses the lines of the document, and hides none
STRENGTH = 70  # of 255: seen, and read through
QUALITY = 85


def words(reference: str) -> str:
    """What is written."""
    return f"Copie pour Télépermis {reference}"


def stamp(jpeg: bytes, reference: str) -> bytes:
    """The same picture with the reference across it, as JPEG."""
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as image:
        page = image.convert("RGB")
    width, height = page.size
    size = max(11, width // 28)
    text = f"{words(reference)}   "
    font = _font(size)
    left, top, right, bottom = font.getbbox(text)
    step_x, step_y = int(right - left), int((bottom - top) * 7)
    side = int((width**2 + height**2) ** 0.5) + step_x
    layer = Image.new("L", (side, side), 0)
    pen = ImageDraw.Draw(layer)
    for row, y in enumerate(range(0, side, step_y)):
        for x in range(-(row % 2) * step_x // 2, side, step_x):
            pen.text((x, y), text, fill=STRENGTH, font=font)
    layer = layer.rotate(TILT, resample=Image.Resampling.BILINEAR)
    at = ((side - width) // 2, (side - height) // 2)
    mask = layer.crop((*at, at[0] + width, at[1] + height))
    page.paste((20, 40, 120), (0, 0, width, height), mask)
    out = BytesIO()
    page.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size)
