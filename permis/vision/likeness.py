"""What can be measured on a photo of a face, the picture that shows it, and the frame to propose. In the cage alone.

Numbers and no opinions: `portrait.py` says what they mean.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from permis.vision import decoding, faces, files, page, portrait
from permis.vision.faces import Eye, Face
from permis.vision.files import Made, Refused
from permis.vision.portrait import Frame

Rgb = NDArray[np.uint8]
Array = NDArray[Any]

LOOKED_AT = 1600  # pixels of the longer side in which faces are looked for
QUALITY = 92  # the photo is printed
LEAST = 32  # pixels: smaller than any face that can be found; what is too small for a licence is measured
OUT = (826, 1062)  # pixels of 35 by 45 mm at 600 dpi: a frame is cut at this size at most
_EYES = 120.0  # pixels between the eyes in which a face is measured
_FACE = (360, 400)  # pixels of that picture; the eyes stand in its middle, at this height:
_LEVEL = 150.0
_HEAD = 34.0  # mm: what a frame gives to the head, the middle of what is allowed
_ABOVE = 4.5  # mm over the skull
_SKULL = (
    1.28  # from chin to skull, when chin to the mesh's forehead is 1: the mean of people; hair is not in it
)
_HAIRY = 1.25  # how much more than that the head's outline may be before it is hair

_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_MOUTH = (78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308, 324, 318, 402, 317, 14, 87, 178, 88, 95)
_CHEEK_LEFT, _CHEEK_RIGHT = (117, 118, 101, 205, 50), (346, 347, 330, 425, 280)
_JAW = (
    206,
    214,
    210,
    211,
    32,
    208,
    199,
    428,
    262,
    431,
    430,
    434,
    426,
)  # between mouth and chin, and its sides


def pages(data: bytes) -> list[Made]:
    """See `portrait.pages`."""
    image, native = _opened(data, LOOKED_AT)
    rgb = np.asarray(image)
    seen = _look(rgb)
    measures = measured(rgb, seen, native, _saved(data))
    return _made(rgb, seen, measures)


def framed(data: bytes) -> list[Made]:
    """See `portrait.framed`."""
    image, native = _opened(data, files.LONG_SIDE)
    rgb = np.asarray(image)
    seen = _look(_smaller(rgb, LOOKED_AT))
    frame = proposed(seen)
    if frame is None:
        raise Refused(portrait.NO_FRAME)
    cut = cut_out(rgb, frame)
    again = _look(cut)
    # how many points of the original stand for one of the cut
    scale = native * frame.height * _turned_size(rgb, frame.turn)[1] / cut.shape[0]
    return _made(cut, again, measured(cut, again, min(1.0, scale), _saved(data)))


def _opened(data: bytes, long_side: int) -> tuple[Image.Image, float]:
    """The first picture of a file, and how many points of the original stand for one of its own."""
    image = next(iter(decoding.pictures(data, long_side, least=LEAST)))
    native = 1.0
    if files.kind(data) not in {"pdf", "heif"}:
        with Image.open(BytesIO(data)) as original:  # its head alone
            native = max(original.size) / max(image.size)
    return image, max(1.0, native)


def _saved(data: bytes) -> float | None:
    """The quality at which a JPEG was saved, as most programs count it (1 to 100); None for other files."""
    if files.kind(data) != "jpeg":
        return None
    with Image.open(BytesIO(data)) as original:
        tables = getattr(original, "quantization", None) or {}
    if 0 not in tables:
        return None
    # The mean step of the table of the standard is 57.6 at quality 50; steps follow quality as libjpeg does it.
    percent = 100 * float(np.mean(tables[0])) / 57.6
    return round(50 * 100 / percent if percent > 100 else 100 - percent / 2, 1)


class _Seen:
    """A picture in which faces were looked for."""

    def __init__(self, rgb: Rgb) -> None:
        self.turn, self.found = faces.look(rgb)
        self.rgb = np.ascontiguousarray(np.rot90(rgb, self.turn))
        self.face: Face | None = self.found[0] if self.found else None
        self.eyes: tuple[Eye, Eye] | None = faces.eyes(self.rgb, self.face) if self.face else None
        self.skull: tuple[float, float, float] | None = (
            None  # heights in pixels: at least, at most, the likeliest
        )
        if self.face:
            self.skull = _head(self.rgb, self.face)

    @property
    def apart(self) -> float:
        """Pixels between the eyes."""
        assert self.eyes  # noqa: S101  asked only where there is a face
        return max(1.0, float(np.linalg.norm(self.eyes[1].iris - self.eyes[0].iris)))

    @property
    def roll(self) -> float:
        """Degrees by which the line of the eyes leans, clockwise."""
        assert self.eyes  # noqa: S101
        across = self.eyes[1].iris - self.eyes[0].iris
        return math.degrees(math.atan2(across[1], across[0]))


def _look(rgb: Rgb) -> _Seen:
    return _Seen(np.asarray(rgb))


def _smaller(rgb: Rgb, long_side: int) -> Rgb:
    scale = long_side / max(rgb.shape[:2])
    if scale >= 1:
        return rgb
    size = (max(1, round(rgb.shape[1] * scale)), max(1, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _turned_size(rgb: Rgb, turn: int) -> tuple[int, int]:
    height, width = rgb.shape[:2]
    return (height, width) if turn % 2 else (width, height)


# ── Measures ────────────────────────────────────────────────────────────────────────────────────────────────
def measured(rgb: Rgb, seen: _Seen, native: float, saved: float | None) -> dict[str, float | None]:
    """Every measure of the table on one picture; those of the face only where there is exactly one."""
    told: dict[str, float | None] = {"faces": len(seen.found)}
    if seen.face is None or seen.eyes is None or seen.skull is None or len(seen.found) != 1:
        return told
    told["turned"] = (0, 1, 2, 1)[seen.turn]
    told |= _placed(seen, native)
    if saved is not None:
        told["compression"] = saved
    told |= _face(seen)
    told |= _ground(seen)
    return {name: None if v is None or v != v else round(float(v), 3) for name, v in told.items()}  # noqa: PLR0124


def _placed(seen: _Seen, native: float) -> dict[str, float | None]:
    """Where the face is in the picture, how large, and which way it looks."""
    assert seen.face  # noqa: S101
    assert seen.eyes  # noqa: S101
    assert seen.skull  # noqa: S101
    height, width = seen.rgb.shape[:2]
    points = seen.face.points
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    middle = (seen.eyes[0].iris + seen.eyes[1].iris) / 2
    left, right, down = (
        seen.face.at(faces.EYE_LEFT[0]),
        seen.face.at(faces.EYE_RIGHT[1]),
        points[faces.CHIN] - points[faces.FOREHEAD],
    )
    across = points[faces.EYE_RIGHT[1]] - points[faces.EYE_LEFT[0]]
    least, most, _ = seen.skull
    # The face's own middle: eyes alone are off when the head leans.
    axis = float((middle[0] + (left[0] + right[0]) / 2 + (low[0] + high[0]) / 2) / 3)
    return {
        "eye_distance": seen.apart * native,
        "shape": width / height,
        "margin": float(min(low[0], low[1], width - high[0], height * 0.995 - high[1])) / seen.apart,
        "head_most": portrait.HIGH * most / height,
        "head_least": portrait.HIGH * least / height,
        "centre": 100 * axis / width,
        "eyes_height": 100 * float(middle[1]) / height,
        "roll": seen.roll,
        "yaw": math.degrees(math.atan2(across[2], math.hypot(across[0], across[1]))),
        # Of the plane from forehead to chin, less what it is on people who look straight ahead.
        "pitch": math.degrees(math.atan2(down[2], math.hypot(down[0], down[1]))) - 10.0,
    }


def _head(rgb: Rgb, face: Face) -> tuple[float, float, float]:
    """Pixels from the chin to the top of the skull: at least, at most, the likeliest.

    Two estimates bracket it: the proportions of people, blind to who has a high forehead, and the outline of the head,
    hair included.
    """
    chin, forehead = face.at(faces.CHIN), face.at(faces.FOREHEAD)
    own = _SKULL * float(np.linalg.norm(chin - forehead))
    outline = _outline_top(rgb, face)
    shown = own if outline is None else float(chin[1]) - outline
    likely = min(max(shown, own), _HAIRY * own)
    return min(shown, own), max(shown, own), likely


def _outline_top(rgb: Rgb, face: Face) -> float | None:
    """The row where the head begins under the ground, hair included; None when the ground cannot be told from it."""
    scale = 60.0 / max(face.width, 1.0)
    small = _smaller(rgb, max(32, round(scale * max(rgb.shape[:2]))))
    scale = small.shape[1] / rgb.shape[1]
    lab = _lab(cv2.GaussianBlur(small, (0, 0), 0.8))
    low, high = face.points[:, :2].min(0) * scale, face.points[:, :2].max(0) * scale
    tall = high[1] - low[1]
    left, right = (
        int(max(0, low[0] + 0.25 * (high[0] - low[0]))),
        int(min(lab.shape[1], high[0] - 0.25 * (high[0] - low[0]))),
    )
    top = int(max(0, low[1] - 0.9 * tall))
    bottom = int(min(lab.shape[0], max(low[1], 0) + 0.05 * tall))
    if right - left < 4 or bottom - top < 3:
        return None
    column = lab[top:bottom, left:right]
    ground = np.median(column[:2].reshape(-1, 3), axis=0)
    corner = np.median(
        np.vstack(
            [
                lab[top : top + 3, : max(2, left // 3)].reshape(-1, 3),
                lab[top : top + 3, -max(2, left // 3) :].reshape(-1, 3),
            ]
        ),
        axis=0,
    )
    if float(np.linalg.norm(ground - corner)) > 15:  # the head, or something else, already fills the top
        return 0.0 if top == 0 else None
    differs = np.linalg.norm(column - ground, axis=2) > 10
    share = differs.mean(axis=1)
    rows = np.flatnonzero(share > 0.35)
    if not len(rows):
        return None
    return float(top + rows[0]) / scale


def _lab(rgb: Array) -> Array:
    """CIE L*a*b*: lightness 0 to 100, colours about 0."""
    return np.asarray(cv2.cvtColor(np.asarray(rgb, np.float32) / 255, cv2.COLOR_RGB2LAB))


def _straight(seen: _Seen) -> tuple[Rgb, Array]:
    """The face alone, upright, `_EYES` pixels between the eyes; and its points there."""
    assert seen.face  # noqa: S101
    assert seen.eyes  # noqa: S101
    middle = (seen.eyes[0].iris + seen.eyes[1].iris) / 2
    scale = _EYES / seen.apart
    angle = math.radians(seen.roll)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    turn = np.array([[cos, sin], [-sin, cos]])
    to = np.column_stack([turn, np.array([_FACE[0] / 2, _LEVEL]) - turn @ middle])
    source, there = seen.rgb, to
    if scale < 1:
        size = (max(1, round(source.shape[1] * scale)), max(1, round(source.shape[0] * scale)))
        source = np.asarray(cv2.resize(source, size, interpolation=cv2.INTER_AREA), np.uint8)
        there = to @ np.array(
            [[seen.rgb.shape[1] / size[0], 0, 0], [0, seen.rgb.shape[0] / size[1], 0], [0, 0, 1]]
        )
    face = cv2.warpAffine(source, there, _FACE, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    points = seen.face.points[:, :2] @ turn.T + to[:, 2]
    return np.asarray(face, np.uint8), points


def _within(points: Array, shape: tuple[int, ...]) -> Array:
    """A mask of the inside of these points."""
    mask = np.zeros(shape[:2], np.uint8)
    cv2.fillConvexPoly(mask, np.round(cv2.convexHull(points.astype(np.float32))).astype(np.int32), 1)
    return mask > 0


def _face(seen: _Seen) -> dict[str, float | None]:
    """Light, colour and sharpness of the face; eyes and mouth."""
    assert seen.eyes  # noqa: S101
    rgb, points = _straight(seen)
    lab = _lab(rgb)
    light = lab[:, :, 0]
    oval = _within(points[list(faces.OVAL)], rgb.shape)
    inner = cv2.erode(oval.astype(np.uint8), np.ones((9, 9), np.uint8)) > 0
    if inner.sum() < 500:
        return dict.fromkeys(("light", "burnt", "sharp"))
    p98 = float(np.percentile(light[inner], 98))
    skin_left = _within(points[list(_CHEEK_LEFT)], rgb.shape)
    skin_right = _within(points[list(_CHEEK_RIGHT)], rgb.shape)
    skin = skin_left | skin_right
    cheeks = np.median(lab[skin if skin.any() else inner], axis=0)
    ab = lab[:, :, 1:][inner]
    half = points[faces.NOSE][0]
    x = np.arange(rgb.shape[1])[None, :]
    between = [float(np.median(light[inner & s])) for s in (x < half, x >= half) if (inner & s).sum() > 200]
    told: dict[str, float | None] = {
        "colour": float(np.hypot(*ab.std(axis=0))),
        "light": p98,
        "burnt": 100 * float((rgb.min(axis=2)[inner] >= 245).mean()),
        "sides": abs(between[0] - between[1]) if len(between) == 2 else None,
        "sharp": _sharp(rgb, inner),
        "eyes_open": min(eye.opening for eye in seen.eyes),
    }
    told |= _eyes(seen, lab, points, p98)
    # The white of an eye is light whatever the skin: without it a dark skin would pass for a dark photo.
    told["light"] = max(p98, told.pop("whites", None) or 0.0)
    told |= _mouth(lab, points, cheeks)
    return told


def _sharp(rgb: Rgb, inner: Array) -> float:
    """Fine detail beside all detail, what noise adds taken off."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = cv2.Laplacian(grey, cv2.CV_32F)[inner]
    noise = 1.4826 * float(np.median(np.abs(fine)))  # of skin, which has next to no detail of its own
    energy = float(np.mean(fine**2)) - min(noise, 40.0) ** 2
    return math.sqrt(max(0.0, energy)) / max(1.0, float(grey[inner].std()))


def _eyes(seen: _Seen, lab: Array, points: Array, face_light: float) -> dict[str, float | None]:
    """How well the eyes are seen, and the colour of their white."""
    contrast, whites, glare = [], [], []
    for corners, upper, lower in ((faces.EYE_LEFT, 159, 145), (faces.EYE_RIGHT, 386, 374)):
        one, two = points[corners[0]], points[corners[1]]
        middle, width = (one + two) / 2, float(np.linalg.norm(two - one))
        high = max(0.22 * width, abs(float(points[upper][1] - points[lower][1])) * 0.75)
        x0, x1 = (round(float(v)) for v in (middle[0] - 0.55 * width, middle[0] + 0.55 * width))
        y0, y1 = (round(float(v)) for v in (middle[1] - high, middle[1] + high))
        patch = lab[max(0, y0) : y1, max(0, x0) : x1].reshape(-1, 3)
        if len(patch) < 20:
            return {"eyes_seen": None}
        low, top = np.percentile(patch[:, 0], [10, 90])
        contrast.append(float(top - low) * 75 / max(face_light, 25.0))
        whites.append(np.median(patch[patch[:, 0] >= np.percentile(patch[:, 0], 80)], axis=0))
        glare.append(100 * float((patch[:, 0] > 97).mean()))
    away = [float(np.hypot(w[1] - 4, w[2] - 5)) for w in whites]
    return {
        "eyes_seen": min(contrast),
        "glare": max(glare),
        "cast": min(away),
        "whites": max(float(w[0]) for w in whites),
    }


def _mouth(lab: Array, points: Array, cheeks: Array) -> dict[str, float | None]:
    """Open or closed, teeth, and whether lips and chin are skin at all."""
    wide = max(1.0, float(np.linalg.norm(points[faces.MOUTH_RIGHT] - points[faces.MOUTH_LEFT])))
    gap = float(np.linalg.norm(points[faces.LIP_LOWER] - points[faces.LIP_UPPER])) / wide
    mouth = np.zeros(lab.shape[:2], np.uint8)
    cv2.fillPoly(mouth, [np.round(points[list(_MOUTH)]).astype(np.int32)], 1)
    lips = np.zeros(lab.shape[:2], np.uint8)
    cv2.fillPoly(lips, [np.round(points[list(_LIPS)]).astype(np.int32)], 1)
    open_ = mouth > 0
    lip = (lips > 0) & (cv2.dilate(mouth, np.ones((3, 3), np.uint8)) == 0)
    jaw = _within(points[list(_JAW)], lab.shape) & (cv2.dilate(lips, np.ones((5, 5), np.uint8)) == 0)
    if lip.sum() < 50 or jaw.sum() < 50:
        return {"mouth": gap, "lips": None, "lower_face": None}
    red = np.median(lab[lip], axis=0)
    below = np.median(lab[jaw], axis=0)
    teeth = 0.0
    if open_.sum() > 0.04 * lips.sum():
        inside = lab[open_]
        pale = np.hypot(inside[:, 1] - red[1], inside[:, 2] - red[2]) > 6
        white = (inside[:, 0] > red[0] + 8) & pale & (inside[:, 1] < red[1] - 4)
        teeth = 100 * float(white.sum()) / float(lips.sum())
    return {
        "mouth": gap,
        "teeth": teeth,
        "lips": float(np.linalg.norm(red - below)),
        "lower_face": float(np.hypot(below[1] - cheeks[1], below[2] - cheeks[2])),
    }


def _ground(seen: _Seen) -> dict[str, float | None]:
    """The ground, looked at in the upper corners of the frame: where no head of the right size stands."""
    assert seen.face  # noqa: S101
    frame = _around(seen)
    scale = min(1.0, 200.0 / frame[3])
    small = _smaller(seen.rgb, max(16, round(scale * max(seen.rgb.shape[:2]))))
    scale = small.shape[1] / seen.rgb.shape[1]
    x0, y0, wide, high = (v * scale for v in frame)
    height, width = small.shape[:2]
    x, y = np.arange(width)[None, :] + 0.5, np.arange(height)[:, None] + 0.5
    x0, x1, y0 = max(0.0, x0), min(float(width), x0 + wide), max(0.0, y0)
    deep, broad = 0.32 * high, 0.15 * wide
    rows = (y >= y0) & (y < y0 + deep)
    sides = [rows & (x >= x0) & (x < x0 + broad), rows & (x < x1) & (x >= x1 - broad)]
    if min(int(s.sum()) for s in sides) < 20:
        return {"ground_seen": 0.0}
    lab = _lab(cv2.GaussianBlur(small, (0, 0), 1.2))
    both = sides[0] | sides[1]
    if _filled(seen, lab, scale):
        return {"ground_seen": 0.0}
    # What most of the two corners look like; hair that reaches into them is another thing, joined to the head.
    usual = _commonest(lab[both])
    other = np.linalg.norm(lab - usual, axis=2) > 14
    hull = _within(seen.face.points[list(faces.OVAL), :2] * scale, small.shape)
    marks = cv2.connectedComponents((other | hull).astype(np.uint8), connectivity=4)[1]
    head = np.isin(marks, np.unique(marks[hull & (marks > 0)]))
    kept = [side & ~head for side in sides]
    shares = [float(k.sum()) / float(s.sum()) for k, s in zip(kept, sides, strict=True)]
    ground = kept[0] | kept[1]
    told: dict[str, float | None] = {"ground_seen": 100 * min(shares)}
    if int(ground.sum()) < 20:
        return told
    pixels = lab[ground]
    middle = np.median(pixels, axis=0)
    chroma = float(np.hypot(middle[1], middle[2]))
    told |= {
        "ground_light": float(middle[0]),
        "ground_colour": chroma,
        "ground_even": float(pixels[:, 0].std()),
        # A little hair in a corner is no ground; of a wall with things on it little is left once they are left out.
        "ground_hues": float(np.hypot(*(pixels if min(shares) > 0.65 else lab[both])[:, 1:].std(axis=0))),
    }
    if chroma < 5:
        # White is white only without any colour at all: a very pale blue is not refused.
        told["ground_white"] = float(middle[0]) if chroma < 3 else min(float(middle[0]), 97.0)
    if min(shares) > 0.25:
        halves = [float(np.median(lab[k][:, 0])) for k in kept]
        told["ground_sides"] = abs(halves[0] - halves[1])
    return told


def _filled(seen: _Seen, lab: Array, scale: float) -> bool:
    """Whether the head leaves the picture at the top, all its width: the corners are then hair and no ground."""
    assert seen.face  # noqa: S101
    points = seen.face.points[:, :2] * scale
    low, high = points.min(0), points.max(0)
    tall = float(high[1] - low[1])
    left, right = max(0, int(low[0])), min(lab.shape[1], int(high[0]))
    rows = slice(max(0, int(low[1] - 0.12 * tall)), max(1, int(low[1] - 0.03 * tall)))
    hair = lab[rows, left:right].reshape(-1, 3)
    top = lab[:2, left:right].reshape(-1, 3)
    if not len(hair) or low[1] > 0.35 * tall:
        return low[1] <= 0
    return float(np.linalg.norm(np.median(hair, axis=0) - np.median(top, axis=0))) < 12


def _commonest(pixels: Array) -> Array:
    """The colour round which most pixels lie, of the medians of the lighter and darker halves."""
    order = np.argsort(pixels[:, 0])
    best, most = np.median(pixels, axis=0), -1
    for part in (order[: len(order) // 2], order[len(order) // 2 :], order):
        middle = np.median(pixels[part], axis=0)
        near = int((np.linalg.norm(pixels - middle, axis=1) < 14).sum())
        if near > most:
            best, most = middle, near
    return np.asarray(best)


# ── The frame ───────────────────────────────────────────────────────────────────────────────────────────────
def _around(seen: _Seen, head: float = _HEAD) -> tuple[float, float, float, float]:
    """Left, top, width and height in pixels of a frame of 35 by 45 mm in which the head has this many."""
    assert seen.face  # noqa: S101
    assert seen.eyes  # noqa: S101
    assert seen.skull  # noqa: S101
    tall = seen.skull[2] * portrait.HIGH / head
    wide = tall * portrait.SHAPE
    points = seen.face.points
    axis = (
        float(points[:, 0].min() + points[:, 0].max()) / 2
        + float((seen.eyes[0].iris + seen.eyes[1].iris)[0]) / 2
    ) / 2
    top = float(points[faces.CHIN][1]) - seen.skull[2] - (_ABOVE - (head - _HEAD) / 2) / portrait.HIGH * tall
    return axis - wide / 2, top, wide, tall


def proposed(seen: _Seen) -> Frame | None:
    """The frame of 35 by 45 mm to propose in a wider picture, straightened if there is room; None when none fits."""
    if len(seen.found) != 1 or seen.eyes is None:
        return None
    height, width = seen.rgb.shape[:2]
    lean = seen.roll if 5.0 < abs(seen.roll) < 25.0 else 0.0
    for angle in dict.fromkeys((lean, 0.0)):
        for head in (_HEAD, 35.0, 36.0, 33.0):
            left, top, wide, tall = _around(seen, head)
            x, y = _pivoted(seen, left + wide / 2, top + tall / 2, angle)
            # Moved a little rather than not at all: within 1.5 mm the face stays in its place.
            slack = 1.5 / portrait.HIGH * tall
            reach = _reach(wide, tall, angle)
            moved = (_kept(x, reach[0], width), _kept(y, reach[1], height))
            if None in moved or abs(moved[0] - x) > slack or abs(moved[1] - y) > slack:
                continue
            return Frame(
                seen.turn, round(angle, 2), moved[0] / width, moved[1] / height, wide / width, tall / height
            )
    return None


def _pivoted(seen: _Seen, x: float, y: float, angle: float) -> tuple[float, float]:
    """Where the middle of an upright frame goes when it leans with the eyes."""
    assert seen.eyes  # noqa: S101
    middle = (seen.eyes[0].iris + seen.eyes[1].iris) / 2
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    dx, dy = x - float(middle[0]), y - float(middle[1])
    if angle:
        dx = 0.0
    return float(middle[0]) + cos * dx - sin * dy, float(middle[1]) + sin * dx + cos * dy


def _reach(wide: float, tall: float, angle: float) -> tuple[float, float]:
    cos, sin = abs(math.cos(math.radians(angle))), abs(math.sin(math.radians(angle)))
    return (wide * cos + tall * sin) / 2, (wide * sin + tall * cos) / 2


def _kept(at: float, reach: float, size: int) -> float:
    """The nearest place where it is inside; far away when there is none."""
    if 2 * reach > size:
        return at if 2 * reach <= size * 1.005 else -1e9
    return min(max(at, reach), size - reach)


def cut_out(rgb: Rgb, frame: Frame) -> Rgb:
    """The part of a picture that a frame shows, at its own fineness and at most `OUT`."""
    turned = np.ascontiguousarray(np.rot90(rgb, frame.turn))
    height, width = turned.shape[:2]
    wide = frame.width * width
    scale = min(1.0, OUT[0] / wide)
    size = (max(2, round(wide * scale)), max(2, round(wide * scale / portrait.SHAPE)))
    angle = math.radians(frame.angle)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    turn = np.array([[cos, sin], [-sin, cos]])
    middle = np.array([frame.x * width, frame.y * height])
    source = turned
    if scale < 1:
        small = _smaller(turned, round(max(height, width) * scale))
        back = turned.shape[1] / small.shape[1]
        turn, middle, source = turn * back, middle / back, small
    to = np.column_stack([turn, np.array(size) / 2 - turn @ middle])
    cut = cv2.warpAffine(source, to, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(cut, np.uint8)


# ── What is given back ──────────────────────────────────────────────────────────────────────────────────────
def _made(rgb: Rgb, seen: _Seen, measures: dict[str, float | None]) -> list[Made]:
    frame = proposed(seen)
    said = {
        "portrait": measures,
        "frame": asdict(frame) if frame else None,
        "look": page.look(rgb),
    }
    return [_page(rgb, said), _page(drawn(seen), {})]


def _page(rgb: Rgb, said: dict[str, Any]) -> Made:
    image = Image.fromarray(rgb)
    jpeg, thumb = BytesIO(), BytesIO()
    image.save(jpeg, "JPEG", quality=QUALITY)
    small = image.copy()
    small.thumbnail((files.THUMB_SIDE, files.THUMB_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    small.save(thumb, "JPEG", quality=decoding.THUMB_QUALITY)
    return Made(jpeg.getvalue(), thumb.getvalue(), image.width, image.height, said)


_BLUE, _LIGHT = (0, 80, 200), (255, 255, 255)


def drawn(seen: _Seen) -> Rgb:
    """The picture with what was measured on it: outline, eyes, axis, chin, the two tops of the skull, the frame."""
    small = _smaller(seen.rgb, 900).copy()
    scale = small.shape[1] / seen.rgb.shape[1]
    thick = max(1, round(max(small.shape[:2]) / 450))

    def line(points: Array, *, closed: bool) -> None:
        at = [np.round(points * scale * 16).astype(np.int32)]
        for colour, width in ((_LIGHT, thick + 2), (_BLUE, thick)):  # seen on any ground
            cv2.polylines(small, at, closed, colour, width, cv2.LINE_AA, 4)

    for face in seen.found:
        line(face.points[list(faces.OVAL), :2], closed=True)
    if len(seen.found) == 1 and seen.face and seen.eyes and seen.skull:
        for eye in seen.eyes:
            line(np.vstack([eye.outline[:9], eye.outline[9:][::-1]]), closed=True)
        line(np.stack([eye.iris for eye in seen.eyes]), closed=False)
        low, high = seen.face.points[:, 0].min(), seen.face.points[:, 0].max()
        chin = float(seen.face.at(faces.CHIN)[1])
        for row in (chin, chin - seen.skull[0], chin - seen.skull[1]):
            line(np.array([[low, row], [high, row]]), closed=False)
        frame = proposed(seen)
        if frame is not None:
            line(_corners(frame, seen.rgb.shape), closed=True)
    return small


def _corners(frame: Frame, shape: tuple[int, ...]) -> Array:
    height, width = shape[:2]
    half = np.array([frame.width * width, frame.height * height]) / 2
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    angle = math.radians(frame.angle)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray(square @ turn.T + np.array([frame.x * width, frame.y * height]))


def prepare() -> None:
    """Measures a picture once, so that whatever is loaded for it is loaded before the cage shuts."""
    seen = _look(np.full((120, 90, 3), 200, np.uint8))
    _made(seen.rgb, seen, measured(seen.rgb, seen, 1.0, None))
