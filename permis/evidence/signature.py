"""A signature made on the screen: black on white, centred, whatever the device sent; a dot is no signature."""

from __future__ import annotations

from io import BytesIO

from PIL import Image

from permis.evidence import intake

SIZE = (1200, 400)  # pixels kept: the shape of the place on the card
MARGIN = 40
INK = 160  # a grey darker than this is ink
MIN_LENGTH = 0.08  # part of the frame's width that the strokes must cover, one way or the other
MAX_SCALE = 2.0  # a small signature is drawn larger, not its pen into a brush
MAX_INK = 0.4  # part of the frame: more is a picture of something else

EMPTY = "Le cadre est vide, ou presque. Signez dans le cadre comme sur une feuille, puis enregistrez."
NOT_ONE = "Ce dessin ne ressemble pas à une signature. Effacez-le, puis signez d’un trait fin et noir."


def page(data: bytes) -> intake.Page:
    """The drawing as a page of ours. Raises `intake.Refused` when it is empty, a dot, or no drawing."""
    drawing = intake.read(data)[0]
    with Image.open(BytesIO(drawing.jpeg)) as image:
        grey = image.convert("L")
    strokes = grey.point(lambda value: 255 if value < INK else 0)
    box = strokes.getbbox()
    if box is None:
        raise intake.Refused(EMPTY)
    width, height = box[2] - box[0], box[3] - box[1]
    if max(width, height) < MIN_LENGTH * grey.width:
        raise intake.Refused(EMPTY)
    if strokes.histogram()[255] > MAX_INK * grey.width * grey.height:
        raise intake.Refused(NOT_ONE)
    cut = grey.crop(box)
    room = (SIZE[0] - 2 * MARGIN, SIZE[1] - 2 * MARGIN)
    scale = min(room[0] / width, room[1] / height, MAX_SCALE)
    cut = cut.resize((max(1, round(width * scale)), max(1, round(height * scale))), Image.Resampling.LANCZOS)
    sheet = Image.new("L", SIZE, 255)
    sheet.paste(cut, ((SIZE[0] - cut.width) // 2, (SIZE[1] - cut.height) // 2))
    # Pale and coloured strokes become black, and paper becomes white; the edges keep their greys.
    sheet = sheet.point(lambda value: max(0, min(255, round((value - 90) * 255 / 110))))
    out = BytesIO()
    sheet.convert("RGB").save(out, "JPEG", quality=90)
    return intake.Page(out.getvalue(), *SIZE)
