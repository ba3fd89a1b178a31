"""A signature photographed on paper: looked for, measured, cleaned to black on white. In the cage alone.

Numbers and no opinions: `signature.py` says what they mean.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from permis.vision import decoding, signature
from permis.vision.files import Made

Rgb = NDArray[np.uint8]
Array = NDArray[Any]

LOOKED_AT = 1600  # pixels of the longer side in which strokes are looked for
LEAST = 32  # pixels of the shorter side: what is too small is measured
_DARK = 0.80  # of the paper's light beside it: darker than this is ink


def pages(data: bytes) -> list[Made]:
    """See `signature.on_paper`."""
    image = next(iter(decoding.pictures(data, LOOKED_AT, least=LEAST)))
    measures, cleaned = found(np.asarray(image))
    page = decoding.made(cleaned or image)
    page.said["signature"] = measures
    return [page]


def found(rgb: Rgb) -> tuple[dict[str, float], Image.Image | None]:
    """Every measure that can be made on a picture, and the signature on its sheet if there is one."""
    # Ink of any colour is dark in one of the three; paper is in none.
    low = cv2.GaussianBlur(rgb.min(axis=2), (0, 0), 0.8).astype(np.float32)
    light, paper = _paper(low)
    share = low / np.maximum(light, 1.0)
    measures = {"paper": 100 * float(paper.mean())}
    if not paper.any():
        return _rounded(measures), None
    ink = _without_lines((share < _limit(share, paper)) & paper)
    measures["ink"] = 100 * float(ink.sum()) / float(paper.sum())
    chosen, pieces, rest = _signature(ink)
    if chosen is None:
        return _rounded(measures), None
    x, y, w, h = cv2.boundingRect(chosen.astype(np.uint8))
    strokes = Image.fromarray(chosen[y : y + h, x : x + w].astype(np.uint8) * 255)
    _, swing = signature.measured(strokes)
    depth = cv2.distanceTransform(chosen[y : y + h, x : x + w].astype(np.uint8), cv2.DIST_L2, 3)
    ridge = depth[(depth > 0) & (depth >= cv2.dilate(depth, np.ones((3, 3), np.uint8)))]
    # Where the paper ends, be it the picture's edge or its own.
    outside = cv2.distanceTransform(np.pad(paper, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    measures |= {
        "pieces": float(pieces),
        "rest": 100 * rest,
        "stroke": 100 * 2 * float(np.median(ridge)) / max(w, h),
        "length": float(max(w, h)),
        "margin": 100 * float(outside[chosen].min()) / max(rgb.shape[:2]),
        "swing": swing,
        "contrast": 100 * (1 - float(np.percentile(share[chosen], 25))),
    }
    return _rounded(measures), signature.centred(_cleaned(share, chosen, (x, y, w, h)))


def _rounded(measures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 3) for name, value in measures.items()}


def _paper(low: Array) -> tuple[Array, Array]:
    """How light the paper is at each point, strokes looked through, and where there is paper."""
    scale = 200 / max(low.shape)
    size = (max(8, round(low.shape[1] * scale)), max(8, round(low.shape[0] * scale)))
    small = cv2.resize(low, size, interpolation=cv2.INTER_AREA)
    # A stroke is narrow and gives way; a table, a dress or a face is broad and stays.
    closed = cv2.morphologyEx(
        small, cv2.MORPH_CLOSE, np.ones((11, 11), np.uint8), borderType=cv2.BORDER_REFLECT
    )
    smooth = cv2.GaussianBlur(closed, (0, 0), 4)
    bright = float(np.percentile(closed, 95))
    # Paper is light, changes slowly from place to place, and is one sheet.
    steep = cv2.magnitude(
        *(cv2.Sobel(closed, cv2.CV_32F, dx, dy, scale=0.125) for dx, dy in ((1, 0), (0, 1)))
    )
    is_paper = (closed > max(90.0, 0.55 * bright)) & (steep < 0.05 * max(bright, 1.0))
    is_paper_8 = cv2.morphologyEx(is_paper.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, marks, stats, _ = cv2.connectedComponentsWithStats(is_paper_8, connectivity=4)
    if count > 1:
        is_paper_8 = (marks == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())).astype(np.uint8)
        is_paper_8 = _filled(is_paper_8)
    whole = (low.shape[1], low.shape[0])
    light = cv2.resize(smooth, whole, interpolation=cv2.INTER_LINEAR)
    return light, cv2.resize(is_paper_8, whole, interpolation=cv2.INTER_NEAREST) > 0


def _filled(mask: Array) -> Array:
    """The same without its small holes: thick letters make some."""
    count, marks, stats, _ = cv2.connectedComponentsWithStats(1 - mask, connectivity=4)
    out = mask.copy()
    for n in range(1, count):
        if stats[n, cv2.CC_STAT_AREA] < 0.01 * mask.size:
            out[marks == n] = 1
    return out


def _limit(share: Array, paper: Array) -> float:
    """What is ink, beside the grain of this paper."""
    usual = share[paper]
    grain = float(np.percentile(usual, 50) - np.percentile(usual, 16))
    return max(0.55, min(0.88, 1 - 6 * max(grain, 0.02), _DARK + 0.08))


def _without_lines(ink: Array) -> Array:
    """Without the ruled lines and frames of a form or of a notebook, and without specks."""
    mask = ink.astype(np.uint8)
    for long in (max(40, ink.shape[1] // 3), max(40, ink.shape[0] // 3)):
        for shape in ((long, 1), (1, long)):
            thick = cv2.dilate(mask, np.ones((3, 3), np.uint8))
            lines = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones(shape[::-1], np.uint8))
            if lines.any():
                mask[cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0] = 0
    count, marks, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    kept = np.flatnonzero(stats[:, cv2.CC_STAT_AREA] >= max(12, 2e-5 * ink.size))
    return np.isin(marks, kept[kept > 0]) if count > 1 else ink & False


def _signature(ink: Array) -> tuple[Array | None, int, float]:
    """The strokes that stand together and have the most ink, how many there are, and the share of the ink elsewhere."""
    if not ink.any():
        return None, 0, 0.0
    reach = max(3, round(0.03 * max(ink.shape)))
    joined = cv2.dilate(ink.astype(np.uint8), np.ones((reach, reach), np.uint8))
    marks = cv2.connectedComponents(joined, connectivity=8)[1]
    weights = np.bincount(marks[ink].ravel())
    best = int(weights.argmax())
    chosen = ink & (marks == best)
    pieces = cv2.connectedComponents(chosen.astype(np.uint8), connectivity=8)[0] - 1
    return chosen, pieces, 1 - float(weights[best]) / float(weights.sum())


def _cleaned(share: Array, chosen: Array, box: tuple[int, int, int, int]) -> Image.Image:
    """The strokes alone, dark on white, their edges as they were."""
    x, y, w, h = box
    near = cv2.dilate(chosen[y : y + h, x : x + w].astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    part = share[y : y + h, x : x + w]
    dark = float(np.percentile(share[chosen], 20))
    grey = np.clip((part - dark) / max(0.95 - dark, 0.05), 0, 1) * 255
    return Image.fromarray(np.where(near, grey, 255).astype(np.uint8))


def prepare() -> None:
    """Reads a signature once, so that whatever is loaded for it is loaded before the cage shuts."""
    sheet = np.full((200, 400, 3), 255, np.uint8)
    cv2.ellipse(sheet, (200, 100), (90, 40), 0, 0, 300, (0, 0, 0), 3)
    found(sheet)
