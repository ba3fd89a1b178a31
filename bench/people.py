"""Faces drawn for the bench and the tests: nobody's, with the skin, the hair, the eyes and the light that are asked for.

They are drawings that the models take for faces, not people: what a judge says of them tells how it follows one change
at a time, and not how it does with a population.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Any

import cv2
import numpy as np
from PIL import Image

Array = np.ndarray[Any, Any]

SKINS = {  # from light to dark, as sRGB
    "I": (243, 214, 196), "II": (232, 193, 168), "III": (214, 168, 138), "IV": (176, 127, 96), "V": (128, 86, 62),
    "VI": (82, 55, 42),
}  # fmt: skip
HAIR = {"black": (28, 24, 24), "brown": (82, 56, 40), "fair": (196, 160, 104), "grey": (150, 148, 146)}


@dataclass(frozen=True)
class Person:
    """What may be asked for. Sizes are parts of the picture's height; 1 is 45 mm."""

    skin: str = "III"
    hair: str = "brown"
    hair_height: float = 0.04  # above the skull
    bald: bool = False
    beard: bool = False
    glasses: bool = False
    wrinkles: bool = False
    wide: float = 1.0  # the face, beside the usual
    eyes: float = 1.0  # 1: open, 0: closed
    mouth: float = 0.0  # 0: closed, 1: wide open
    teeth: bool = False
    head: float = 0.75  # from chin to skull
    centre: tuple[float, float] = (0.5, 0.52)
    roll: float = 0.0  # degrees
    ground: tuple[int, int, int] = (205, 210, 216)
    light: float = 1.0
    side: float = 0.0  # how much darker the right side is
    noise: float = 1.5
    size: tuple[int, int] = (700, 900)


def drawn(person: Person, seed: int = 1) -> Array:  # noqa: PLR0915  one stroke after the other
    """The picture: height × width × 3, sRGB."""
    # Drawn at the size that shows all that is drawn, and no larger: it takes time.
    scale = min(1.0, 500 / (person.head * person.size[1]))
    width, height = (round(side * scale) for side in person.size)
    unit = person.head * height  # from chin to skull
    canvas = np.zeros((height, width, 3), np.float32)
    canvas[:] = person.ground
    skin = np.array(SKINS[person.skin], np.float32)
    hair = np.array(HAIR[person.hair], np.float32)
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    cx, cy = person.centre[0] * width, person.centre[1] * height
    angle = np.radians(person.roll)
    # u to the right and v down, in head heights, from the middle of the head
    u = (np.cos(angle) * (x - cx) + np.sin(angle) * (y - cy)) / unit
    v = (-np.sin(angle) * (x - cx) + np.cos(angle) * (y - cy)) / unit
    u = u / person.wide

    def soft(inside: Array, edge: float = 0.006) -> Array:
        """From a signed distance (positive inside) to how much is covered."""
        return np.clip(inside / edge + 0.5, 0, 1)[:, :, None]

    def oval(mu: float, mv: float, ru: float, rv: float) -> Array:
        return (1 - np.hypot((u - mu) / ru, (v - mv) / rv)) * min(ru, rv)

    def paint(cover: Array, colour: Any) -> None:
        rows = np.flatnonzero(cover.max(axis=(1, 2)) > 1e-3)
        if len(rows):
            part = slice(rows[0], rows[-1] + 1)
            canvas[part] += (np.asarray(colour, np.float32) - canvas[part]) * cover[part].astype(np.float32)

    def blob(mu: float, mv: float, ru: float, rv: float) -> Array:
        return np.exp(-(((u - mu) / ru) ** 2) - ((v - mv) / rv) ** 2)[:, :, None]

    dark, rosy = skin * 0.72, skin * np.array([0.86, 0.62, 0.60])
    # shoulders and clothes
    paint(soft(oval(0, 1.18, 0.78, 0.62), 0.02), (46, 52, 70))
    # hair behind
    if not person.bald:
        paint(soft(oval(0, -0.12, 0.385, 0.40 + person.hair_height), 0.012), hair)
    # neck, ears
    paint(soft(np.minimum(0.19 - np.abs(u), np.minimum(v - 0.15, 0.72 - v)), 0.02), skin * 0.82)
    for s in (-1, 1):
        paint(soft(oval(0.335 * s, 0.03, 0.045, 0.10)), skin * 0.88)
    # the head: narrower at the chin
    jaw = np.where(v > 0.05, 1 - 0.30 * np.clip((v - 0.05) / 0.45, 0, 1) ** 1.6, 1.0)
    head = (1 - np.hypot(u / (0.335 * jaw), v / 0.5)) * 0.33
    cover = soft(head, 0.008)
    shade = 1.06 - 0.28 * np.clip(np.hypot(u / 0.36, (v + 0.02) / 0.55), 0, 1) ** 2.4
    canvas[:] = canvas * (1 - cover) + (skin * shade[:, :, None]) * cover
    # hair over the forehead
    if not person.bald:
        fringe = np.minimum(head + 0.004, -(v + 0.285 - 0.20 * u**2 + 0.02 * np.sin(9 * u)))
        paint(soft(fringe, 0.02), hair)
    # sockets, nose, cheeks: soft shadows
    for s in (-1, 1):
        canvas[:] -= blob(0.145 * s, -0.035, 0.085, 0.045) * (skin - dark) * 0.75
        canvas[:] -= blob(0.055 * s, 0.075, 0.018, 0.11) * (skin - dark) * 0.45
        canvas[:] += blob(0.19 * s, 0.10, 0.07, 0.06) * np.array([9, -3, -3], np.float32)
        paint(blob(0.028 * s, 0.172, 0.013, 0.008) * 0.85, skin * 0.42)
    canvas[:] += blob(0, 0.10, 0.018, 0.10) * (255 - skin) * 0.16
    canvas[:] += blob(0, 0.145, 0.03, 0.025) * (255 - skin) * 0.12
    canvas[:] -= blob(0, 0.188, 0.055, 0.013) * (skin - dark) * 0.9
    canvas[:] -= blob(0, 0.375, 0.075, 0.016) * (skin - dark) * 0.7  # under the lower lip
    if person.wrinkles:
        for s in (-1, 1):
            canvas[:] -= blob(0.125 * s, 0.22, 0.012, 0.07) * (skin - dark) * 0.8
            canvas[:] -= blob(0.15 * s, 0.05, 0.06, 0.008) * (skin - dark) * 0.8
        for n in range(3):
            canvas[:] -= blob(0, -0.20 + 0.035 * n, 0.15, 0.005) * (skin - dark) * 0.8
    # eyes
    for s in (-1, 1):
        eu, ev = 0.148 * s, -0.012
        opening = 0.026 * person.eyes
        lid = 1 - ((u - eu) / 0.062) ** 2
        inside = np.minimum(v - ev + opening * 1.15 * lid, ev + opening * 0.85 * lid - v)
        inside = np.where(lid > 0, inside, -1)
        if person.eyes > 0.05:
            eye = soft(inside, 0.004)
            paint(eye, (232, 226, 222))
            iris = soft(0.027 - np.hypot(u - eu, v - ev), 0.004) * eye
            paint(iris, (70, 52, 40))
            paint(soft(0.012 - np.hypot(u - eu, v - ev), 0.003) * eye, (12, 10, 10))
            paint(soft(0.0045 - np.hypot(u - eu + 0.008, v - ev + 0.008), 0.003) * eye, (250, 250, 250))
        upper = v - ev + opening * 1.15 * np.maximum(lid, 0)
        line = np.where((lid > -0.05), 0.0035 + 0.002 * person.eyes - np.abs(upper), -1)
        paint(soft(line, 0.004), (32, 24, 22))
        lower = v - ev - opening * 0.85 * np.maximum(lid, 0)
        paint(soft(np.where(lid > 0, 0.002 - np.abs(lower), -1), 0.004) * 0.6, skin * 0.5)
        fold = v - ev + 0.028 + opening * 0.7 * np.maximum(lid, 0)
        paint(soft(np.where(lid > 0, 0.002 - np.abs(fold), -1), 0.005) * 0.5, skin * 0.6)
        brow = v + 0.102 - 0.018 * ((u - eu) / 0.085) ** 2
        edge = np.where(np.abs(u - eu) < 0.085, 0.011 - np.abs(brow), -1)
        paint(soft(edge, 0.008) * 0.85, np.minimum(hair, 120) * 0.8)
    # mouth
    gap = 0.05 * person.mouth
    mv = 0.282
    lid = np.maximum(0, 1 - (u / 0.105) ** 2)
    dip = 0.006 * np.exp(-((u / 0.02) ** 2))
    lower = np.minimum(v - (mv + gap * lid), mv + gap * lid + 0.036 * lid - v)
    inside_mouth = np.where(lid > 0, np.minimum(v - mv + gap * lid, mv + gap * lid - v), -1)
    upper = np.where(lid > 0, np.minimum(v - (mv - gap * lid - 0.027 * lid + dip), mv - gap * lid - v), -1)
    paint(soft(upper, 0.006), rosy * 0.93)
    paint(soft(np.where(lid > 0, lower, -1), 0.006), rosy * 1.08)
    if gap:
        paint(soft(inside_mouth, 0.005), (232, 228, 218) if person.teeth else (40, 16, 18))
    else:
        paint(
            soft(np.where(lid > 0.02, 0.0035 - np.abs(v - mv), -1), 0.004) * 0.85,
            skin * np.array([0.45, 0.28, 0.28]),
        )
    if person.beard:
        low = np.minimum(head + 0.002, np.minimum(v - 0.10, np.hypot(u / 0.13, (v - 0.275) / 0.075) - 1))
        low = np.minimum(low, np.hypot(u / 0.24, (v - 0.03) / 0.22) - 1)
        paint(soft(low, 0.05) * 0.85, np.minimum(hair, 140))
    if person.glasses:
        for s in (-1, 1):
            ring = 0.006 - np.abs(np.hypot((u - 0.148 * s) / 1.15, v + 0.005) - 0.082)
            paint(soft(ring, 0.004), (30, 30, 34))
        paint(soft(np.where(np.abs(u) < 0.055, 0.005 - np.abs(v + 0.02), -1), 0.004), (30, 30, 34))
    picture = canvas * person.light
    picture *= 1 - person.side * np.clip((u / 0.35 + 1) / 2, 0, 1)[:, :, None]
    make = np.random.default_rng(seed)
    picture = cv2.GaussianBlur(picture, (0, 0), 0.6)
    if scale < 1:
        picture = cv2.resize(picture, person.size, interpolation=cv2.INTER_CUBIC)
    picture += make.standard_normal(picture.shape, np.float32) * np.float32(person.noise)
    return np.clip(picture, 0, 255).astype(np.uint8)


def jpeg(picture: Array, quality: int = 92) -> bytes:
    """The same as a file."""
    out = BytesIO()
    Image.fromarray(picture).save(out, "JPEG", quality=quality)
    return out.getvalue()
