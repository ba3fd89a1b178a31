"""Reads scans of the sheet on which a photo and a signature come by post: finds its codes, straightens it, cuts it.

What the main code says is not believed here: `permis.evidence.fps` holds the key. Loaded in the cage and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image

from permis.vision import decoding, files, page
from permis.vision.files import Made, Refused
from permis.vision.layout import BORDER, CORNERS, KIND, MAIN, PHOTO, SIGNATURE, Frame, matrix

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Points = np.ndarray[Any, np.dtype[np.float32]]

LONG_SIDE = 3600  # pixels: A4 at 300 dots an inch
MOST_PX_MM = 600 / 25.4
FIT_MM = 1.2  # how far a code may stand from where the others place it
SIGNATURE_SIZE = (1200, 400)  # pixels kept, as for a signature made on the screen
SIGNATURE_MARGIN = 40
PHOTO_PLAY = 6.0  # mm: how far from its frame a photo may have been glued
QUALITY = 92
MOST_PAGES = 10  # of one scan: each gives two pictures

TOO_MANY = f"Ce scan a plus de {MOST_PAGES} pages. Numérisez les feuilles par {MOST_PAGES} au plus."
SENTENCES = frozenset({TOO_MANY})


@dataclass(frozen=True)
class Cut:
    """One picture cut from a page. `side`: photo, signature, or page when no code was found on it."""

    side: str
    rgb: Picture
    code: str  # what the main code says, believed for nothing; empty when it was not read
    sure: bool  # straightened by the corners, and not by one code alone
    empty: bool
    page: int


def prepare() -> None:
    """Loads the decoders, and reads a sheet made here: whatever is loaded late is loaded now, not in the cage."""
    files.prepare()
    for cut in cuts(_rehearsed(), 1):
        made(cut)


def _rehearsed() -> Picture:
    """A sheet with its codes, a grey photo and a stroke, at six pixels a millimetre."""
    paper = np.full((297 * 6, 210 * 6), 255, np.uint8)
    for text, frame in (*CORNERS.items(), (f"{KIND}TP-0000-0000;1;AAAAAAAAAA", MAIN)):
        (side,), *runs = matrix(text)
        dark = np.full((side, side), 255, np.uint8)
        for column, row, length in runs:
            dark[row, column : column + length] = 0
        size = round(frame.width * 6)
        x, y = round(frame.x * 6), round(frame.y * 6)
        paper[y : y + size, x : x + size] = cv2.resize(dark, (size, size), interpolation=cv2.INTER_NEAREST)
    x, y = round(PHOTO.x * 6), round(PHOTO.y * 6)
    paper[y : y + round(PHOTO.height * 6), x : x + round(PHOTO.width * 6)] = 90
    start = (round(SIGNATURE.x * 6) + 60, round(SIGNATURE.y * 6) + 60)
    cv2.line(paper, start, (start[0] + 300, start[1] + 80), 0, 4)
    drawn: Picture = cv2.cvtColor(paper, cv2.COLOR_GRAY2RGB)
    return drawn


def pages(data: bytes) -> list[Made]:
    """What stands on the sheets of a scan: two pictures a sheet, or the whole page when no code was read on it.

    `said` is `code`, `side`, `sure`, `empty` and `page` as `Cut` says them, beside what is measured on any page.
    Called in the cage alone. Raises `Refused`.
    """
    found: list[Made] = []
    for n, picture in enumerate(decoding.pictures(data, LONG_SIDE), 1):
        if n > MOST_PAGES:
            raise Refused(TOO_MANY)
        found += [made(cut) for cut in cuts(np.asarray(picture), n)]
    return found


def made(cut: Cut) -> Made:
    """The picture as a JPEG of ours, with its thumbnail and what is said of it."""
    image = Image.fromarray(cut.rgb)
    image.thumbnail((files.LONG_SIDE, files.LONG_SIDE))
    small = image.copy()
    small.thumbnail((files.THUMB_SIDE, files.THUMB_SIDE))
    kept = np.asarray(image)
    said = {
        "code": cut.code,
        "side": cut.side,
        "sure": cut.sure,
        "empty": cut.empty,
        "page": cut.page,
        "measures": page.measure(kept),
        "look": page.look(kept),
    }
    return Made(_jpeg(image, QUALITY), _jpeg(small, 75), image.width, image.height, said)


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def cuts(rgb: Picture, n: int) -> list[Cut]:
    """The photo and the signature of one page, upright; the whole page, upright if it can be, without a code."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    seen = codes(grey)
    texts = [text for text in seen if text.startswith(KIND)]
    text = texts[0] if len(texts) == 1 else ""  # two sheets on one page: a person must look
    placed = None if len(texts) > 1 else place(seen)
    if placed is None:
        return [Cut("page", rgb, "", False, False, n)]
    to_page, sure = placed
    photo, no_photo = _photo(rgb, to_page)
    signature, no_signature = _signature(rgb, to_page)
    return [
        Cut("photo", photo, text, sure, no_photo, n),
        Cut("signature", signature, text, sure, no_signature, n),
    ]


def codes(grey: Picture) -> dict[str, Points]:
    """The codes of ours on a page: what each says, with its four corners in pixels.

    First the whole page; then, where one code tells where the others must stand, closer and larger.
    """
    found = dict(_read(grey))
    if not found:
        for part, at in _parts(grey):
            found |= {text: points + at for text, points in _read(part)}
    for _ in range(2):
        missing = [text for text in CORNERS if text not in found]
        if not any(text.startswith(KIND) for text in found):
            missing.append(KIND)
        placed = place(found)
        if not missing or placed is None:
            break
        for text in missing:
            found |= _closer(grey, placed[0], text)
    return found


def _corners(frame: Frame) -> Points:
    return np.array(frame.points(), np.float32)


def _read(grey: Picture) -> Iterable[tuple[str, Points]]:
    for code in zxingcpp.read_barcodes(
        np.ascontiguousarray(grey), formats=zxingcpp.BarcodeFormat.DataMatrix, try_invert=False
    ):
        if code.text in CORNERS or code.text.startswith(KIND):
            at = code.position
            corners = (at.top_left, at.top_right, at.bottom_right, at.bottom_left)
            yield code.text, np.array([(p.x, p.y) for p in corners], np.float32)


def _parts(grey: Picture) -> Iterable[tuple[Picture, Points]]:
    """The page in nine parts that overlap by half: a code is read more surely when it is alone."""
    high, wide = grey.shape[0] // 2, grey.shape[1] // 2
    for y in (0, high // 2, high):
        for x in (0, wide // 2, wide):
            yield grey[y : y + high, x : x + wide], np.array([x, y], np.float32)


def _closer(grey: Picture, to_page: Points, text: str) -> dict[str, Points]:
    """Looks for one code where the others place it, enlarged."""
    frame = (MAIN if text == KIND else CORNERS[text]).inside(-10)
    around = cv2.perspectiveTransform(_corners(frame)[None], to_page)[0]
    left, top = np.maximum(np.floor(around.min(0)), 0).astype(int)
    right, low = np.ceil(around.max(0)).astype(int)
    part = grey[top:low, left:right]
    if min(part.shape, default=0) < 16 or max(part.shape) > max(grey.shape):
        return {}
    for times, soften in ((1, False), (2, False), (2, True)):
        larger = (
            part if times == 1 else cv2.resize(part, None, fx=times, fy=times, interpolation=cv2.INTER_CUBIC)
        )
        larger = cv2.GaussianBlur(larger, (0, 0), 1.5) if soften else larger
        for said, points in _read(larger):
            if said == text or (text == KIND and said.startswith(KIND)):
                return {said: points / times + np.array([left, top], np.float32)}
    return {}


def place(found: dict[str, Points]) -> tuple[Points, bool] | None:
    """How millimetres of the sheet become pixels of the scan, and whether it is sure; None without a code.

    With two corners or more, what does not fit with the rest is left out; with one code, its own four corners say it.
    """
    pairs = [(_corners(CORNERS.get(text, MAIN)), points) for text, points in found.items()]
    if not pairs:
        return None
    there = np.concatenate([frame for frame, _ in pairs])
    here = np.concatenate([points for _, points in pairs])
    scale = float(np.median([_side(points) / _side(frame) for frame, points in pairs]))
    if scale <= 0:
        return None
    if len(pairs) >= 3:
        to_page, good = cv2.findHomography(there, here, cv2.RANSAC, FIT_MM * scale)
        corners = {text for text in found if text in CORNERS}
        if to_page is not None and good.sum() >= 0.75 * len(there):
            return to_page, len(corners) >= 3 and _like_a_page(to_page)
    affine, _ = cv2.estimateAffinePartial2D(there, here, method=cv2.LMEDS)
    if affine is None:
        return None
    return np.vstack([affine, [0, 0, 1]]), False


def _side(points: Points) -> float:
    """The mean side of a square given by its corners."""
    return float(np.linalg.norm(points - np.roll(points, 1, 0), axis=1).mean())


def _like_a_page(to_page: Points) -> bool:
    """Whether the sheet so placed is a sheet: not turned over, nor seen from its edge."""
    corners = cv2.perspectiveTransform(_corners(Frame(0, 0, 210, 297))[None], to_page)[0]
    sides = np.linalg.norm(corners - np.roll(corners, 1, 0), axis=1)  # left, top, right, bottom
    left, top, right, bottom = (float(side) for side in sides)
    turned_over = float(cv2.contourArea(corners, oriented=True)) < 0
    ratio = (left + right) / (top + bottom) / (297 / 210)
    return not turned_over and 0.85 < ratio < 1.18 and 0.8 < left / right < 1.25 and 0.8 < top / bottom < 1.25


def _px_mm(to_page: Points) -> float:
    """Pixels for a millimetre, in the middle of the sheet."""
    return _side(cv2.perspectiveTransform(_corners(Frame(90, 190, 20, 20))[None], to_page)[0]) / 20


def _warp(rgb: Picture, corners: Points, size: tuple[int, int]) -> Picture:
    """What stands between four corners, as a picture of this size (width, height)."""
    width, height = size
    goal = _corners(Frame(0, 0, width, height))
    how = cv2.getPerspectiveTransform(np.asarray(corners, np.float32), goal)
    flat: Picture = cv2.warpPerspective(
        rgb, how, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(255, 255, 255)
    )
    return flat


def _cut(rgb: Picture, to_page: Points, frame: Frame, px_mm: float) -> Picture:
    corners = cv2.perspectiveTransform(_corners(frame)[None], to_page)[0]
    return _warp(rgb, corners, (round(frame.width * px_mm), round(frame.height * px_mm)))


def _photo(rgb: Picture, to_page: Points) -> tuple[Picture, bool]:
    """The photo, cut at its own edges when they are seen, else at its frame; and whether there is none."""
    px_mm = min(_px_mm(to_page), MOST_PX_MM)
    wide = PHOTO.inside(-PHOTO_PLAY)
    around = _cut(rgb, to_page, wide, px_mm)
    grey = cv2.GaussianBlur(cv2.cvtColor(around, cv2.COLOR_RGB2GRAY), (0, 0), max(0.6, px_mm / 6))
    paper = float(np.percentile(grey, 95))
    play = PHOTO_PLAY * px_mm
    inner = grey[round(play * 1.6) : round(-play * 1.6), round(play * 1.6) : round(-play * 1.6)]
    empty = float(np.mean(inner < paper - 35)) < 0.04
    size = (round(PHOTO.width * px_mm), round(PHOTO.height * px_mm))
    corners = None if empty else _edges(grey, paper, px_mm)
    if corners is None:
        corners = (_corners(PHOTO) - np.array([wide.x, wide.y], np.float32)) * px_mm
    return _warp(around, corners, size), empty


def _edges(grey: Picture, paper: float, px_mm: float) -> Points | None:
    """The corners of a glued photo, if it is seen whole: a rectangle of about 35 by 45 mm, nearly upright."""
    mask = (grey < paper - 10).astype(np.uint8)
    kernel = np.ones((max(3, round(px_mm * 1.2)),) * 2, np.uint8)
    mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)  # without the marks round the frame
    mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel)
    shapes, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    if not shapes:
        return None
    largest = max(shapes, key=cv2.contourArea)
    middle, (a, b), angle = cv2.minAreaRect(largest)
    if not 0 <= abs(angle) <= 90:
        return None
    if abs(angle) > 45:
        a, b, angle = b, a, angle - 90 if angle > 0 else angle + 90
    filled = cv2.contourArea(largest) / max(1.0, a * b)
    right_size = 31 <= a / px_mm <= 37.5 and 40 <= b / px_mm <= 47.5
    if not right_size or abs(angle) > 9 or filled < 0.93:
        return None
    inset = 0.6 * px_mm  # the shadow of its edge, and the marks under it
    points = cv2.boxPoints((middle, (a - 2 * inset, b - 2 * inset), angle))
    top = points[np.argsort(points[:, 1])]
    upper, lower = top[:2], top[2:]
    upper, lower = upper[np.argsort(upper[:, 0])], lower[np.argsort(lower[:, 0])]
    return np.array([upper[0], upper[1], lower[1], lower[0]], np.float32)


def _signature(rgb: Picture, to_page: Points) -> tuple[Picture, bool]:
    """The signature, black on white and in the middle of a picture of its usual size; and whether there is none."""
    px_mm = min(_px_mm(to_page), MOST_PX_MM)
    flat = _cut(rgb, to_page, SIGNATURE.inside(BORDER), px_mm)
    grey = flat.min(axis=2)  # blue and violet inks are ink
    # The paper, its shadow and the grey of a copier: what stays when strokes are filled from around them.
    wide = max(3, round(px_mm * 5)) | 1
    small = cv2.resize(grey, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, _disc(wide // 2 | 1)), min(wide // 2 | 1, 255))
    ground = cv2.resize(ground, (grey.shape[1], grey.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = np.clip(grey.astype(np.float32) / np.maximum(ground, 1) * 255, 0, 255).astype(np.uint8)
    strokes = (cv2.GaussianBlur(even, (0, 0), max(0.6, px_mm / 12)) < 175).astype(np.uint8)
    strokes = _without_specks(strokes, px_mm)
    empty = _is_empty(strokes, px_mm)
    sheet = np.full((SIGNATURE_SIZE[1], SIGNATURE_SIZE[0]), 255, np.uint8)
    if not empty:
        near = cv2.dilate(strokes, np.ones((max(3, round(px_mm / 2)),) * 2, np.uint8))
        ink = np.where(near > 0, even, np.uint8(255))
        _centre(ink, strokes, sheet)
    return cv2.cvtColor(sheet, cv2.COLOR_GRAY2RGB), empty


@cache
def _disc(side: int) -> Picture:
    disc: Picture = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
    return disc


def _without_specks(strokes: Picture, px_mm: float) -> Picture:
    """Strokes without dust: what is smaller than a fifth of a square millimetre."""
    count, labels, about, _ = cv2.connectedComponentsWithStats(strokes, connectivity=8)
    keep = np.zeros(count, np.uint8)
    keep[1:] = about[1:, cv2.CC_STAT_AREA] >= 0.2 * px_mm * px_mm
    kept: Picture = keep[labels]
    return kept


def _is_empty(strokes: Picture, px_mm: float) -> bool:
    """Whether the ink is less than a signature: under 8 mm wide and high together, or a few square millimetres of it."""
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    if not len(rows):
        return True
    spread = (rows[-1] - rows[0] + columns[-1] - columns[0]) / px_mm
    return bool(spread < 8 or strokes.sum() < 2 * px_mm * px_mm)


def _centre(ink: Picture, strokes: Picture, sheet: Picture) -> None:
    """Draws the ink into the middle of the sheet, as large as it fits and at most twice its size, paper white."""
    rows, columns = np.flatnonzero(strokes.any(1)), np.flatnonzero(strokes.any(0))
    part = ink[max(0, rows[0] - 2) : rows[-1] + 3, max(0, columns[0] - 2) : columns[-1] + 3]
    room = (sheet.shape[1] - 2 * SIGNATURE_MARGIN, sheet.shape[0] - 2 * SIGNATURE_MARGIN)
    scale = min(room[0] / part.shape[1], room[1] / part.shape[0], 2.0)
    size = (max(1, round(part.shape[1] * scale)), max(1, round(part.shape[0] * scale)))
    part = cv2.resize(part, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    # The ink, however pale, becomes black and the paper white; the edges keep their greys.
    black = float(np.percentile(ink[strokes > 0], 25))
    part = np.clip((part.astype(np.float32) - black) * 255 / max(20.0, 215 - black), 0, 255).astype(np.uint8)
    x, y = (sheet.shape[1] - size[0]) // 2, (sheet.shape[0] - size[1]) // 2
    sheet[y : y + size[1], x : x + size[0]] = part
