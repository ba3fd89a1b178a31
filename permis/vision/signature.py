"""A signature made on the screen: black on white, centred, whatever the device sent; dots or one line are none."""

from __future__ import annotations

import math
from io import BytesIO

from PIL import Image

from permis.vision import files
from permis.vision.files import Made, Refused

SIZE = (1200, 400)  # pixels kept: the shape of the place on the card
MARGIN = 40
INK = 160  # a grey darker than this is ink
MIN_LENGTH = 0.08  # part of the frame's width that the strokes must cover; gaps do not count
# How far the strokes leave a straight line, as a part of its length. A ruler's line measures 0 to 0.01, one drawn by
# hand about 0.02, a wave of 8 points over 600 0.03, initials and flourishes more than 0.15.
MIN_SWING = 0.025
MEASURED = 200  # pixels of the longer side: enough for a line of a hand
MAX_SCALE = 2.0  # a small signature is drawn larger, not its pen into a brush
MAX_INK = 0.4  # part of the frame: more is a picture of something else

EMPTY = "Le cadre est vide, ou presque. Signez dans le cadre comme sur une feuille, puis enregistrez."
A_LINE = (
    "Un seul trait droit ne suffit pas. Signez comme sur une feuille, par exemple avec votre nom ou vos initiales, puis "
    "enregistrez."
)
NOT_ONE = "Ce dessin ne ressemble pas à une signature. Effacez-le, puis signez d’un trait fin et noir."


SENTENCES = frozenset({EMPTY, A_LINE, NOT_ONE})


def pages(data: bytes) -> list[Made]:
    """The drawing as one page of ours. Raises `Refused` when it is empty, dots, one straight line, or no drawing.

    Called in the cage alone.
    """
    from permis.vision import decoding  # noqa: PLC0415  the decoders are loaded in the cage and nowhere else

    drawing = files.pages(data)[0]
    with Image.open(BytesIO(drawing.jpeg)) as image:
        grey = image.convert("L")
    return [decoding.made(_sheet(grey))]


def prepare() -> None:
    """Loads the decoders."""
    files.prepare()


def _sheet(grey: Image.Image) -> Image.Image:
    strokes = grey.point(lambda value: 255 if value < INK else 0)
    box = strokes.getbbox()
    if box is None:
        raise Refused(EMPTY)
    width, height = box[2] - box[0], box[3] - box[1]
    if strokes.histogram()[255] > MAX_INK * grey.width * grey.height:
        raise Refused(NOT_ONE)
    length, swing = _measured(strokes.crop(box))
    if length < MIN_LENGTH * grey.width:
        raise Refused(EMPTY)
    if swing < MIN_SWING:
        raise Refused(A_LINE)
    cut = grey.crop(box)
    room = (SIZE[0] - 2 * MARGIN, SIZE[1] - 2 * MARGIN)
    scale = min(room[0] / width, room[1] / height, MAX_SCALE)
    cut = cut.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
    sheet = Image.new("L", SIZE, 255)
    sheet.paste(cut, ((SIZE[0] - cut.width) // 2, (SIZE[1] - cut.height) // 2))
    # Pale and coloured strokes become black, and paper becomes white; the edges keep their greys.
    sheet = sheet.point(lambda value: max(0, min(255, round((value - 90) * 255 / 110))))
    return sheet.convert("RGB")


def _measured(ink: Image.Image) -> tuple[float, float]:
    """Of strokes in white on black, cut to their box: the pixels that they cover along their main direction, gaps left
    out, and how far they leave that direction beside their own thickness, as a part of their length."""
    scale = min(1.0, MEASURED / max(ink.size))
    small = ink.resize(
        (max(1, round(ink.width * scale)), max(1, round(ink.height * scale))), Image.Resampling.BOX
    )
    points = [
        (n % small.width, n // small.width, value / 255) for n, value in enumerate(small.tobytes()) if value
    ]
    weight = sum(w for *_, w in points)
    if not weight:  # specks too fine to measure
        return 0.0, 0.0
    middle_x, middle_y = (sum(p[i] * p[2] for p in points) / weight for i in (0, 1))
    around = [(x - middle_x, y - middle_y, w) for x, y, w in points]
    wide, high = sum(x * x * w for x, _, w in around), sum(y * y * w for _, y, w in around)
    both = sum(x * y * w for x, y, w in around)
    angle = math.atan2(2 * both, wide - high) / 2  # of the longer axis of the ink
    cos, sin = math.cos(angle), math.sin(angle)
    along = [x * cos + y * sin for x, y, _ in around]
    across = [y * cos - x * sin for x, y, _ in around]
    length, breadth = max(along) - min(along) + 1, max(across) - min(across) + 1
    thickness = weight / length  # of a pen that drew all of this ink in one straight line
    return len({math.floor(a) for a in along}) / scale, (breadth - thickness) / length
