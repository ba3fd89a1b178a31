"""What a picture of a document is worth: sharp, lit, whole, straight, in colour, and whether it was sent before.

Measures and no opinions: `measure` says numbers, the table `MEASURES` says from where on each is a fault and what the
person then does. Nothing is read here, and nothing is refused: a fault is a reason to try again, or to insist.

A blur counts by what it destroys. The document's size in millimetres comes from its outline (A4, card, small booklet)
or from the height of its letters; the width of its edges is then a length on paper, told as the smallest text that can
be read through it. Figures: `make bench-page-quality`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # the cage has no thread to give, and figures are then the same everywhere

Rgb = NDArray[np.uint8]
Array = NDArray[Any]
Severity = Literal["sure", "doubt"]

LONG_SIDE = 2400  # pixels: the largest picture that is measured as it is
BENCH = "bench-page-quality"


@dataclass(frozen=True)
class Measure:
    """One row: a number told of each page, and the limit past which it is a fault of this code.

    Without `low` and `high` it is told only. Past `sure` nobody doubts it; between the two, somebody looks.
    """

    name: str
    label: str
    unit: str
    low: float | None
    high: float | None
    sure: float | None
    code: str
    message: str
    source: str = BENCH


@dataclass(frozen=True)
class Fault:
    """Something to do better, with the sentence of what to do."""

    code: str
    message: str
    severity: Severity
    measure: str


# fmt: off
MEASURES: tuple[Measure, ...] = (
    #       name          what it is                                       unit         low    high   sure  code
    Measure("resolution", "Points de l’image par pouce de document",       "ppp",       88.0,  None,  70.0, "small",
            "Le document est trop petit sur l’image. Rapprochez-vous jusqu’à ce qu’il remplisse presque tout l’écran, "
            "puis reprenez la photo."),
    Measure("ink",        "Part du document où quelque chose est écrit",   "%",         0.12,  None,  0.06, "blank",
            "La page semble vide. Vérifiez que vous avez photographié le bon côté, puis reprenez la photo."),
    Measure("finest",     "Plus petit texte qui reste lisible",            "points",    None,  8.0,   11.0, "blurred",
            "L’image est floue : les petits caractères ne se lisent pas. Posez le document à plat, touchez l’écran "
            "pour faire la mise au point, ne bougez plus, puis reprenez la photo."),
    Measure("light",      "Clarté du papier (0 : noir, 255 : blanc)",      "",          80.0,  None,  60.0, "dark",
            "L’image est trop sombre. Allumez une lampe ou approchez-vous d’une fenêtre, puis reprenez la photo."),
    Measure("contrast",   "Contraste de l’encre et du papier",             "%",         30.0,  None,  22.0, "bright",
            "L’image est trop claire : l’encre se voit à peine. Éloignez la lampe ou coupez le flash, puis reprenez "
            "la photo."),
    Measure("glare",      "Part du document sous un reflet",               "%",         None,  0.4,   1.5,  "glare",
            "Un reflet cache une partie du document. Inclinez-le un peu ou éloignez la lampe, sans flash, puis "
            "reprenez la photo."),
    Measure("cut",        "Part d’un bord qui sort de l’image",            "%",         None,  3.0,   15.0, "cut",
            "Une partie du document sort de l’image. Reculez un peu pour voir ses quatre coins, puis reprenez la "
            "photo."),
    Measure("tilt",       "Inclinaison",                                   "°",         None,  10.0,  20.0, "tilted",
            "Le document est de travers. Placez-le droit devant vous, puis reprenez la photo."),
    Measure("colour",     "Part du document en couleur",                   "%",         2.0,   None,  0.5,  "grey",
            "L’image est en noir et blanc. Photographiez l’original en couleur, et non une photocopie."),
    Measure("fill",       "Part de l’image que le document occupe",        "%",         None,  None,  None, "", ""),
)
# fmt: on
BY_NAME = {row.name: row for row in MEASURES}

# The limits of what follows were chosen on the tuning seeds of the bench, never on those that judge.
_SMALL = 480  # pixels of the picture in which outline, light and colour are looked for
_PER_MM = 5.0  # pixels a millimetre at which edges are measured: a text of 8 points has letters of 7 pixels
_NARROW, _WIDE = 1.0, 2.0  # the two known blurs whose answers tell the third
_ALONG, _ACROSS = (
    0.77,
    1.54,
)  # pixels of blur that lose a text of 8 points or a 2D-Doc: along the lines, across them
_A4, _BOOKLET, _CARD = 297.0, 115.0, 85.6  # mm of the longer side
_LETTER = 2.3  # mm: the median letter of a document of unknown size (10 points, capitals among them)


def measure(rgb: Rgb) -> dict[str, float]:
    """Every measure of the table on one upright page (height × width × 3), whatever it shows. Never raises."""
    rgb = _sound(rgb)
    small = _shrunk(rgb, _SMALL)
    outline = _outline(small)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    per_mm = _scale(grey, outline, rgb.shape[1] / small.shape[1])
    edges = _edges(grey, outline, per_mm)
    found = {
        "resolution": per_mm * 25.4,
        "ink": edges.ink,
        "finest": 8 * edges.blur,
        "light": _light(small, outline),
        "contrast": edges.contrast,
        "glare": _glare(small, outline),
        "cut": outline.cut,
        "tilt": edges.tilt,
        "colour": _colour(small, outline),
        "fill": 100 * outline.share,
    }
    return {name: round(float(value), 3) for name, value in found.items()}


def judge(measures: Mapping[str, float]) -> list[Fault]:
    """The faults that these measures are, the first to mend first. Whether a piece needs colour is for its check."""
    found: dict[str, Fault] = {}
    for row in MEASURES:
        value = measures.get(row.name)
        if value is None or (row.low is None and row.high is None):
            continue
        below = row.low is not None and value < row.low
        above = row.high is not None and value > row.high
        if not (below or above):
            continue
        sure = row.sure is not None and (value < row.sure if below else value > row.sure)
        found[row.code] = Fault(row.code, row.message, "sure" if sure else "doubt", row.name)
    if "blank" in found:  # nothing to be sharp, pale or straight
        for code in ("blurred", "bright", "tilted", "small", "glare"):
            found.pop(code, None)
    if "small" in found:
        found.pop("blurred", None)  # what to do is to come nearer
    if "dark" in found:
        found.pop("bright", None)
        found.pop("grey", None)  # no colour shows in the dark
    return list(found.values())


# ── The picture ─────────────────────────────────────────────────────────────────────────────────────────────
def _sound(rgb: Rgb) -> Rgb:
    """A picture of three channels of at least 32 pixels a side and at most LONG_SIDE, whatever was given."""
    if rgb.ndim == 2:
        rgb = np.repeat(rgb[:, :, None], 3, axis=2)
    rgb = np.ascontiguousarray(rgb[:, :, :3])
    if rgb.dtype != np.uint8:
        rgb = np.clip(rgb, 0, 255).astype(np.uint8)
    if max(rgb.shape[:2]) > LONG_SIDE:
        rgb = _shrunk(rgb, LONG_SIDE)
    lack = [max(0, 32 - side) for side in rgb.shape[:2]]
    if any(lack):
        rgb = cv2.copyMakeBorder(rgb, 0, lack[0], 0, lack[1], cv2.BORDER_REPLICATE)
    return rgb


def _shrunk(picture: Rgb, side: int) -> Rgb:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    size = (max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA)


# ── The outline ─────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Outline:
    """Where the document is, in the small picture."""

    mask: Array  # 1 inside, as uint8
    share: float
    sides: tuple[float, float]  # longer and shorter side, pixels of the small picture
    whole: bool  # its four sides are known: its size may be
    found: bool  # it stands out from something; otherwise it is the whole picture
    cut: float  # % of the most hidden side


def _outline(small: Rgb) -> _Outline:
    """The largest four-sided thing that stands out from what surrounds it; else the whole picture."""
    h, w = small.shape[:2]
    lab = cv2.cvtColor(cv2.GaussianBlur(small, (0, 0), 1.5), cv2.COLOR_RGB2LAB).astype(np.float32)
    best: tuple[float, Array, Array] | None = None
    for mask in _candidates(lab):
        got = _largest(mask)
        if got is None:
            continue
        filled, hull, score = got
        if best is None or score > best[0]:
            best = (score, filled, hull)
    everything = np.ones((h, w), np.uint8)
    if best is None:
        return _Outline(everything, 1.0, (max(h, w), min(h, w)), True, False, 0.0)
    _, filled, hull = best
    share = float(filled.mean())
    touched = _touched(filled)
    if share > 0.94 or sum(t > 0.75 for t in touched) >= 3:  # as a scanner gives it
        return _Outline(everything, 1.0, (max(h, w), min(h, w)), True, False, 0.0)
    sides = _sides(hull)
    worst = 100 * max(touched)
    return _Outline(filled, share, sides, worst <= 3.0, True, worst)


def _candidates(lab: Array) -> list[Array]:
    """Masks of what may be the document: what is lighter than the rest, and what differs from the picture's rim."""
    light = lab[:, :, 0].astype(np.uint8)
    masks = [cv2.threshold(light, 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[1]]
    rim = np.concatenate(
        [
            lab[:4].reshape(-1, 3),
            lab[-4:].reshape(-1, 3),
            lab[:, :4].reshape(-1, 3),
            lab[:, -4:].reshape(-1, 3),
        ]
    )
    away = np.linalg.norm(lab - np.median(rim, axis=0), axis=2)
    masks.append(
        cv2.threshold(np.clip(away * 2, 0, 255).astype(np.uint8), 0, 1, cv2.THRESH_BINARY + cv2.THRESH_OTSU)[
            1
        ]
    )
    spread = float(np.percentile(np.linalg.norm(rim - np.median(rim, axis=0), axis=1), 80))
    masks.append((away > max(14.0, 1.6 * spread)).astype(np.uint8))
    return masks


def _largest(mask: Array) -> tuple[Array, Array, float] | None:
    """The largest piece, filled, with its hull and how much it looks like a document; None when nothing does."""
    kernel = np.ones((5, 5), np.uint8)
    mask = cv2.morphologyEx(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel), cv2.MORPH_OPEN, kernel)
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not contours:
        return None
    contour = max(contours, key=cv2.contourArea)
    area = float(cv2.contourArea(contour))
    if area < 0.03 * mask.size:
        return None
    hull = cv2.convexHull(contour)
    (_, (a, b), _) = cv2.minAreaRect(hull)
    hull_area = float(cv2.contourArea(hull))
    solid, square = area / max(hull_area, 1.0), hull_area / max(a * b, 1.0)
    if solid < 0.85 or square < 0.75 or min(a, b) < 0.08 * max(mask.shape):
        return None
    filled = np.zeros(mask.shape, np.uint8)
    cv2.drawContours(filled, [hull], -1, 1, cv2.FILLED)
    return filled, hull, solid**2 * square * math.sqrt(area / mask.size)


def _touched(mask: Array) -> tuple[float, float, float, float]:
    """The part of each side of the picture that the document runs into."""
    return tuple(float(line.mean()) for line in (mask[1], mask[-2], mask[:, 1], mask[:, -2]))  # type: ignore[return-value]


def _sides(hull: Array) -> tuple[float, float]:
    """Longer and shorter side of the four-sided figure."""
    around = cv2.arcLength(hull, True)
    for part in (0.02, 0.03, 0.05, 0.08):
        four = cv2.approxPolyDP(hull, part * around, True)
        if len(four) == 4:
            points = four[:, 0].astype(np.float64)
            lengths = [float(np.linalg.norm(points[n] - points[(n + 1) % 4])) for n in range(4)]
            one, two = (lengths[0] + lengths[2]) / 2, (lengths[1] + lengths[3]) / 2
            return max(one, two), max(1.0, min(one, two))
    (_, (a, b), _) = cv2.minAreaRect(hull)
    return max(a, b), max(1.0, min(a, b))


# ── The size on paper ───────────────────────────────────────────────────────────────────────────────────────
def _scale(grey: Array, outline: _Outline, zoom: float) -> float:
    """Pixels of the picture for a millimetre of the document."""
    letter = _letter(grey, outline)
    longer, shorter = outline.sides[0] * zoom, outline.sides[1] * zoom
    ratio = longer / shorter
    choices: list[float] = []
    if outline.whole and 1.3 <= ratio < 1.5:
        choices = [_A4, _BOOKLET]
    elif outline.whole and 1.5 <= ratio <= 1.95:
        choices = [_CARD]
    for length in choices:
        per_mm = longer / length
        if not letter or length != _A4 or letter / per_mm <= 4.6:  # otherwise no page has such letters
            return per_mm
    if letter:
        return letter / _LETTER
    return longer / _A4


def _letter(grey: Array, outline: _Outline) -> float:
    """Pixels of height of the median sign on the document; 0 when there are too few to tell."""
    inside = _inside(outline, grey.shape, 0.03)
    span = max(15, round(max(grey.shape) / 60)) | 1
    mean = cv2.blur(grey, (span, span))
    ink = ((grey.astype(np.int16) < mean.astype(np.int16) * 0.82 - 3) & (inside > 0)).astype(np.uint8)
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 2:
        return 0.0
    wide, tall, area = (
        stats[1:, cv2.CC_STAT_WIDTH],
        stats[1:, cv2.CC_STAT_HEIGHT],
        stats[1:, cv2.CC_STAT_AREA],
    )
    most = max(grey.shape) / 12
    signs = (
        (tall >= 4)
        & (tall <= most)
        & (wide >= 2)
        & (area >= 8)
        & (area >= 0.12 * wide * tall)
        & (wide <= 14 * tall)
    )
    if int(signs.sum()) < 12:
        return 0.0
    return float(np.median(tall[signs]))


def _inside(outline: _Outline, shape: tuple[int, ...], margin: float) -> Array:
    """The document without its rim, at the size of a picture."""
    reach = max(1, round(margin * outline.sides[1]))
    padded = cv2.copyMakeBorder(outline.mask, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    if outline.found:
        padded = cv2.erode(padded, np.ones((2 * reach + 1, 2 * reach + 1), np.uint8))
    cut = padded[1:-1, 1:-1]
    return cv2.resize(cut, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)


# ── Edges: blur, ink, contrast, tilt ────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class _Edges:
    """What the edges on the document tell."""

    blur: float  # 1: a text of 8 points is just lost
    ink: float  # %
    contrast: float  # %
    tilt: float  # degrees


def _edges(grey: Array, outline: _Outline, per_mm: float) -> _Edges:
    """Looks at the document at a known number of pixels a millimetre."""
    factor = _PER_MM / max(per_mm, 0.1)
    factor = min(factor, 3.0, 1800 / max(grey.shape))  # the memory of the cage is counted
    factor = max(factor, 200 / max(grey.shape))
    size = (max(32, round(grey.shape[1] * factor)), max(32, round(grey.shape[0] * factor)))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    plain = cv2.resize(grey, size, interpolation=way) if abs(factor - 1) > 0.01 else grey
    inside = _inside(outline, plain.shape, 0.03) > 0
    x, y, w, h = cv2.boundingRect(inside.astype(np.uint8))
    if min(w, h) >= 32:  # the table costs time
        plain, inside = plain[y : y + h, x : x + w], inside[y : y + h, x : x + w]
    rim = 4
    inside[:rim] = inside[-rim:] = False
    inside[:, :rim] = inside[:, -rim:] = False
    narrow = cv2.GaussianBlur(plain.astype(np.float32), (0, 0), _NARROW)
    wide = cv2.GaussianBlur(narrow, (0, 0), math.sqrt(_WIDE**2 - _NARROW**2))
    x1, y1 = (
        cv2.Sobel(narrow, cv2.CV_32F, 1, 0, scale=0.125),
        cv2.Sobel(narrow, cv2.CV_32F, 0, 1, scale=0.125),
    )
    steep = cv2.magnitude(x1, y1)
    if not inside.any():
        return _Edges(0.0, 0.0, 100.0, 0.0)
    paper = float(np.percentile(plain[inside][::7], 85))
    noise = float(np.median(steep[inside][::7]))
    least = max(0.018 * paper, 5.0 * noise if noise < 0.02 * paper else 0.05 * paper, 1.2)
    strong = (steep > least) & inside
    ink = _written(strong, inside)
    if int(strong.sum()) < 60:
        return _Edges(0.0, ink, 100.0, 0.0)
    local = cv2.dilate(steep, np.ones((7, 7), np.uint8))
    ys, xs = np.nonzero(strong & (steep >= 0.8 * local))
    if not len(ys):  # the steepest stand in the rim, all of them
        return _Edges(0.0, ink, 100.0, 0.0)
    step = max(1, len(ys) // 40000)
    ys, xs = ys[::step], xs[::step]
    x2, y2 = cv2.Sobel(wide, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(wide, cv2.CV_32F, 0, 1, scale=0.125)
    gx, gy = x1[ys, xs], y1[ys, xs]
    blur = _blur((x1, y1), (x2, y2), strong, inside) * _PER_MM / (per_mm * factor)
    span = np.ones((9, 9), np.uint8)
    high, low = (
        cv2.dilate(plain, span)[ys, xs].astype(np.float32),
        cv2.erode(plain, span)[ys, xs].astype(np.float32),
    )
    contrast = 100 * float(np.percentile((high - low) / np.maximum(high, 1), 75))
    return _Edges(blur, ink, contrast, _tilt(gx, gy))


def _blur(narrow: tuple[Array, Array], wide: tuple[Array, Array], strong: Array, inside: Array) -> float:
    """How near the blur is to what loses a text of 8 points (1: it is lost), in the direction where it is worst.

    A further blur weakens sharp edges much and blurred ones little. Looked at in the energy of what is written and not
    edge by edge: a hand that moves wipes the edges across its way out, and none of them would be left to measure.
    Lines of text are dark rows: across the rows even a sharp page looks soft, hence two limits.
    """
    written = (cv2.dilate(strong.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0) & inside
    empty = inside & ~written
    step = max(1, int(written.sum()) // 100_000)
    x1, y1, x2, y2 = (part[written][::step] for part in (*narrow, *wide))
    bare = [part[empty][::step] for part in (*narrow, *wide)] if int(empty.sum()) > 500 * step else None
    found = []
    for turn in range(0, 180, 30):
        c, s = math.cos(math.radians(turn)), math.sin(math.radians(turn))
        e1, e2 = float(np.mean((c * x1 + s * y1) ** 2)), float(np.mean((c * x2 + s * y2) ** 2))
        if bare is not None:  # what noise alone has
            e1 -= float(np.mean((c * bare[0] + s * bare[1]) ** 2))
            e2 -= float(np.mean((c * bare[2] + s * bare[3]) ** 2))
        found.append((turn, max(e1, 0.0), max(e2, 1e-6)))
    across_rows, _, most = max((one for one in found if one[0] in {0, 90}), key=lambda one: one[2])
    worst = 0.0
    for turn, e1, e2 in found:
        if e2 < 0.04 * most:  # nothing is written across this direction
            continue
        r2 = min(max(e1 / e2, 1.0004), (_WIDE / _NARROW) ** 2)
        sigma = math.sqrt(max(0.0, (_WIDE**2 - r2 * _NARROW**2) / (r2 - 1)))
        along = abs(math.cos(math.radians(turn - across_rows)))
        worst = max(worst, sigma / (_ALONG + (_ACROSS - _ALONG) * along))
    return min(worst, 10.0)


def _written(strong: Array, inside: Array) -> float:
    """% of the document's cells (16 pixels a side) where an edge is."""
    cells = cv2.boxFilter(strong.astype(np.float32), -1, (16, 16), normalize=False)[8::16, 8::16]
    room = inside[8::16, 8::16]
    return 100 * float(((cells >= 4) & room).sum()) / max(1, int(room.sum()))


def _tilt(gx: Array, gy: Array) -> float:
    """Degrees by which the strokes of the document leave the upright, 0 to 45."""
    turn = np.degrees(np.arctan2(gy, gx)) % 90
    counts, _ = np.histogram(turn, bins=180, range=(0, 90), weights=np.hypot(gx, gy))
    smooth = np.convolve(np.concatenate([counts[-6:], counts, counts[:6]]), np.hanning(9), "same")[6:-6]
    if smooth.max() < 1.6 * smooth.mean():  # no direction stands out
        return 0.0
    found = (int(smooth.argmax()) + 0.5) / 2
    return min(found, 90 - found)


# ── Light and colour ────────────────────────────────────────────────────────────────────────────────────────
def _light(small: Rgb, outline: _Outline) -> float:
    """How light the paper is: 0 to 255."""
    inside = _inside(outline, small.shape, 0.03) > 0
    return float(np.percentile(small.mean(axis=2)[inside], 75)) if inside.any() else float(small.mean())


def _glare(small: Rgb, outline: _Outline) -> float:
    """% of the document in soft-edged spots without colour that are much lighter than its own paper."""
    inside = _inside(outline, small.shape, 0.01) > 0
    if not inside.any():
        return 0.0
    low = cv2.GaussianBlur(small.min(axis=2), (0, 0), 1.0)
    paper = float(np.percentile(low[inside], 60))
    if paper > 236:  # white paper: nothing can be lighter
        return 0.0
    spots = ((low >= 246) & inside).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    slope = cv2.magnitude(
        *(cv2.Sobel(low.astype(np.float32), cv2.CV_32F, dx, dy, scale=0.125) for dx, dy in ((1, 0), (0, 1)))
    )
    total = 0
    for n in range(1, count):
        area = int(stats[n, cv2.CC_STAT_AREA])
        if area < 0.0008 * inside.sum():
            continue
        one = (labels == n).astype(np.uint8)
        rim = (cv2.dilate(one, np.ones((7, 7), np.uint8)) > 0) & (one == 0)
        if float(np.median(slope[rim])) < 12.0:
            total += area
    return 100 * total / float(inside.sum())


def _colour(small: Rgb, outline: _Outline) -> float:
    """% of the document whose colour differs from that of its light: a copy under a warm lamp has none."""
    inside = _inside(outline, small.shape, 0.03) > 0
    soft = cv2.GaussianBlur(small, (0, 0), 2.0).astype(np.float32)
    total = soft.sum(axis=2)
    seen = inside & (total > 90) & (total < 750)
    if int(seen.sum()) < 50:
        return 0.0
    shares = soft[seen] / total[seen][:, None]
    light = np.median(shares[total[seen] >= np.percentile(total[seen], 40)], axis=0)
    # a lamp tints everything by the same factor; what it has nothing of (a flat brown without any blue) tells nothing
    own = np.divide(shares, light, out=np.ones_like(shares), where=light > 0)
    own /= own.sum(axis=1, keepdims=True) / 3
    return 100 * float((np.abs(own - 1).max(axis=1) > 0.09).sum()) / float(inside.sum())


# ── The same picture again ──────────────────────────────────────────────────────────────────────────────────
_GRID = 40  # cells a side
SAME = 530  # see `distance`


def look(rgb: Rgb) -> str:
    """What the picture looks like, as hexadecimal digits: one a cell of a grid, its light beside its neighbours'."""
    rgb = _sound(rgb)
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    cells = cv2.resize(grey, (_GRID, _GRID), interpolation=cv2.INTER_AREA).astype(np.float32)
    flat = cells - cv2.GaussianBlur(cells, (0, 0), 2.0)
    around = np.sqrt(cv2.GaussianBlur(flat**2, (0, 0), 2.5))  # what is pale on a dark table counts as much
    flat /= np.maximum(around, max(1.0, 0.02 * float(around.max())))
    levels = np.clip(np.round(7.5 + 3.0 * flat), 0, 15).astype(np.uint8)
    shape = min(255, round(64 * rgb.shape[1] / rgb.shape[0]))
    return f"{shape:02x}" + "".join(f"{value:x}" for value in levels.ravel())


def distance(a: str, b: str) -> int:
    """How much two pictures differ where they differ most, laid on one another: SAME or less is the same one again.

    Thousandths of their own contrast, in the three hundredths of the cells that differ most: one changed line on a
    page counts, and a saving in another size or quality, which spoils every cell a little, does not.
    """
    if len(a) != len(b) or len(a) != 2 + _GRID * _GRID:
        return 10_000
    if a == b:
        return 0
    if not 0.88 < int(a[:2], 16) / max(1, int(b[:2], 16)) < 1.14:
        return 10_000
    one, two = (np.array([int(c, 16) for c in text[2:]], np.float32).reshape(_GRID, _GRID) for text in (a, b))
    one, two = one - one.mean(), two - two.mean()
    if one.std() < 0.5 or two.std() < 0.5:  # two sheets with nothing on them
        return 10_000
    to = _onto(one, two)
    way = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    laid = cv2.warpAffine(two, to, (_GRID, _GRID), flags=way)
    there = cv2.warpAffine(np.ones_like(two), to, (_GRID, _GRID), flags=way) > 0.98
    there[:2] = there[-2:] = False
    there[:, :2] = there[:, -2:] = False
    if int(there.sum()) < 200:
        return 10_000
    soft_one, soft_two = (cv2.GaussianBlur(cells, (0, 0), 0.8) for cells in (one, laid))
    apart = np.sort(np.abs(soft_one - soft_two)[there])
    return min(
        10_000,
        round(1000 * float(apart[-(len(apart) // 33) :].mean()) / max(float(soft_one[there].std()), 0.1)),
    )


def _onto(one: Array, two: Array) -> Array:
    """The small shift, turn and stretch that brings the second grid onto the first; none when nothing does."""
    still = np.eye(2, 3, dtype=np.float32)
    to = still.copy()
    ends = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 100, 1e-5)
    for soft in (2.0, 0.8):
        try:
            blurred = [cv2.GaussianBlur(cells, (0, 0), soft) for cells in (one, two)]
            to = np.asarray(cv2.findTransformECC(*blurred, to, cv2.MOTION_AFFINE, ends, None, 1)[1])
        except cv2.error:
            continue
    if (
        np.abs(to[:, :2] - still[:, :2]).max() > 0.12
        or not np.isfinite(to).all()
        or np.abs(to[:, 2]).max() > 5
    ):
        return still
    return to
