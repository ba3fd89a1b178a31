"""A signature, made on the screen or photographed on paper: black on white, centred; dots or one line are none.

On the screen the person is told at once and signs again (`pages`). On paper it is looked for, cleaned and measured by
`signed_paper.py`; what its measures mean is the table below, as a pure function.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from io import BytesIO

from PIL import Image

from permis.vision import files
from permis.vision.files import Made, Refused
from permis.vision.portrait import Measure, Reason, Verdict

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
    return [decoding.made(sheet(grey))]


def prepare() -> None:
    """Loads the decoders, and all that reads a signature."""
    from permis.vision import signed_paper  # noqa: PLC0415  the same

    files.prepare()
    signed_paper.prepare()


def sheet(grey: Image.Image) -> Image.Image:
    """Dark strokes on a light ground as the sheet that is kept. Raises `Refused` when they are no signature."""
    strokes = grey.point(lambda value: 255 if value < INK else 0)
    box = strokes.getbbox()
    if box is None:
        raise Refused(EMPTY)
    if strokes.histogram()[255] > MAX_INK * grey.width * grey.height:
        raise Refused(NOT_ONE)
    length, swing = measured(strokes.crop(box))
    if length < MIN_LENGTH * grey.width:
        raise Refused(EMPTY)
    if swing < MIN_SWING:
        raise Refused(A_LINE)
    return centred(grey.crop(box))


def centred(cut: Image.Image) -> Image.Image:
    """What is drawn, cut to its box, in the middle of the sheet that is kept, black on white."""
    room = (SIZE[0] - 2 * MARGIN, SIZE[1] - 2 * MARGIN)
    scale = min(room[0] / cut.width, room[1] / cut.height, MAX_SCALE)
    cut = cut.resize(
        (max(1, round(cut.width * scale)), max(1, round(cut.height * scale))), Image.Resampling.LANCZOS
    )
    whole = Image.new("L", SIZE, 255)
    whole.paste(cut, ((SIZE[0] - cut.width) // 2, (SIZE[1] - cut.height) // 2))
    # Pale and coloured strokes become black, and paper becomes white; the edges keep their greys.
    whole = whole.point(lambda value: max(0, min(255, round((value - 90) * 255 / 110))))
    return whole.convert("RGB")


def measured(ink: Image.Image) -> tuple[float, float]:
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


# ── On paper ────────────────────────────────────────────────────────────────────────────────────────────────
BENCH = "bench-photo"
# fmt: off
MEASURES: tuple[Measure, ...] = (
    #       name        what it is                                              unit      low   high   under  over  codes
    Measure("paper",    "Part de l’image où l’on voit du papier",               "%",      55.0, None,  35.0,  None, "other", "", BENCH),
    Measure("ink",      "Part du papier couverte d’encre",                      "%",      None, 12.0,  None,  25.0, "", "other", BENCH),
    Measure("pieces",   "Traits séparés",                                       "",       None, 25.0,  None,  60.0, "", "other", BENCH),
    Measure("rest",     "Encre hors de la signature",                           "%",      None, 20.0,  None,  60.0, "", "other", BENCH),
    Measure("length",   "Longueur de la signature, en points de l’image",       "",       180.0, None, 120.0,  None, "too_small", "", BENCH),
    Measure("stroke",   "Épaisseur du trait, pour une longueur de 100",         "",       None, 9.0,   None,  16.0, "", "other", BENCH),
    Measure("margin",   "Place entre la signature et le bord du papier",        "%",      1.0,  None,  0.3,   None, "cut", "", BENCH),
    Measure("swing",    "Écart du trait avec une ligne droite, pour 1",         "",       0.05, None,  MIN_SWING, None, "a_line", "", BENCH),
    Measure("contrast", "Contraste de l’encre et du papier",                    "%",      30.0, None,  None,  None, "pale", "", BENCH),
)
# fmt: on
REASONS = {
    "empty": "Nous ne voyons pas de signature sur cette image. Signez au stylo noir ou bleu sur une feuille blanche, puis "
    "photographiez-la de près.",
    "other": "Cette image semble montrer autre chose qu’une signature. Photographiez la signature seule, sur une feuille "
    "blanche, sans autre texte.",
    "too_small": "La signature est trop petite dans l’image. Rapprochez-vous jusqu’à ce qu’elle remplisse presque tout "
    "l’écran, puis reprenez la photo.",
    "cut": "La signature sort de l’image ou de la feuille. Laissez de la place tout autour, puis reprenez la photo.",
    "a_line": "Un seul trait droit ne suffit pas. Signez par exemple avec votre nom ou vos initiales, puis reprenez la "
    "photo.",
    "pale": "La signature se voit à peine. Signez au stylo noir ou bleu, sous une bonne lumière, puis reprenez la photo.",
}
_ALONE = ("empty", "other")  # nothing else can be said then


def judge(measures: Mapping[str, float | None]) -> tuple[Verdict, list[Reason]]:
    """What the measures of a signature on paper mean: the verdict and its reasons. Without `length` there is none."""
    found: dict[str, Reason] = {}
    for row in MEASURES:
        value = measures.get(row.name)
        if value is None or (
            row.name == "stroke" and "too_small" in found
        ):  # a small drawing is all thickness
            continue
        below, above = row.low is not None and value < row.low, row.high is not None and value > row.high
        if not (below or above):
            continue
        code = row.below if below else row.above
        limit = row.under if below else row.over
        sure = limit is not None and (value < limit if below else value > limit)
        sure = sure or (code == "other" and code in found)  # two doubts of the same thing
        if code not in found or (sure and not found[code].sure):
            found[code] = Reason(code, REASONS[code], sure)
    if measures.get("length") is None and "other" not in found:
        found = {"empty": Reason("empty", REASONS["empty"], True)}
    for code in _ALONE:
        if code in found and found[code].sure:
            found = {code: found[code]}
    reasons = sorted(found.values(), key=lambda reason: not reason.sure)
    if not reasons:
        return "conform", []
    return ("not_conform" if reasons[0].sure else "to_check"), reasons


def clean(measures: Mapping[str, float | None] | None) -> bool:
    """Whether `on_paper` found a signature to clean: its page is then that signature, and not the picture."""
    return bool(measures) and measures.get("length") is not None  # type: ignore[union-attr]


def on_paper(data: bytes) -> list[Made]:
    """The signature of a photographed paper, cleaned, as one page; the picture itself where there is none to clean.

    What is said of it: `signature` (name → value). Raises `Refused`. Called in the cage alone.
    """
    from permis.vision import signed_paper  # noqa: PLC0415  the decoders are loaded in the cage and nowhere else

    return signed_paper.pages(data)
