"""How well the quality of a page is judged: sharp, lit, whole, straight, in colour, against defects of known size.

    make bench-page-quality          a set of pictures in about a minute
    LONG=1 make bench-page-quality   the published figures: a larger set

The pictures are drawn here: A4 pages with text of 6 to 12 points and a DataMatrix of 0.5 mm modules, and cards of the
size of a licence; scanned (150 to 300 dpi) or photographed on a table (perspective, shading, noise, JPEG 60 to 90).
Each has one defect of known size, or none. The thresholds of permis/vision/page.py were chosen on the seeds of TUNE; what
is judged here are other seeds, other words, a second typeface and the tables that go with it.

What is readable is not our opinion: a block of random signs of 8 points stands at a place known to the bench, which
straightens it and asks of each sign which of 34 sharp models resembles it most (normalised correlation). READ of them
right is readable, fewer than LOST is not, between them either answer will do. The DataMatrix is read by zxing-cpp. A
picture is readable when both are, unreadable when neither is.

DOCUMENTS=FOLDER (or a folder given as argument): real pictures, judged apart and only told. Raw material:
out/bench-page-quality/cases.jsonl.
"""

from __future__ import annotations

import functools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFont

from bench.report import ROOT, Report, json_lines, long_form, publish
from permis.vision import page

FONTS = ROOT / "permis" / "design" / "fonts"
TUNE, TEST = 20261101, 20261123
READ, LOST = 0.9, 0.7  # share of the signs of 8 points told right
SIGNS = "abcdefghikmnopqrstuvwxyz0123456789"
WORDS = {
    TUNE: "le permis de conduire est valable dans la commune titulaire demande nous avons reçu votre dossier complet "
    "merci garder cette lettre adresse facture montant total euros client contrat mensuel",
    TEST: "certificat établi par inspecteur candidat épreuve pratique favorable véhicule catégorie préfecture timbre "
    "logement attestation hébergement électricité consommation relevé index abonnement quittance loyer",
}
Array = np.ndarray[Any, Any]


# -- documents ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Sheet:
    """A drawn document: its pixels, how many stand for a millimetre, and where the signs of 8 points are."""

    pixels: Array
    per_mm: float
    block: tuple[float, float, float, float]  # x, y, width and height of one cell, of the first sign
    signs: tuple[str, ...]  # lines
    typeface: str
    coloured: bool


@functools.lru_cache(64)
def _font(name: str, points: float, per_mm: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONTS / name), points * 25.4 / 72 * per_mm)


def _stamp(image: Image.Image, rng: random.Random, mm: float, at: tuple[float, float]) -> None:
    """A DataMatrix like a 2D-Doc: square, modules of 0.5 mm."""
    text = "DC04FR0AXT4A" + "".join(rng.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") for _ in range(140))
    kind = zxingcpp.BarcodeFormat.DataMatrix
    drawn = np.array(
        zxingcpp.create_barcode(text, kind, force_square=True).to_image(scale=1, add_quiet_zones=True)
    )
    modules = Image.fromarray(np.kron(drawn, np.ones((24, 24), np.uint8)))
    side = round(len(drawn) * 0.5 * mm)
    image.paste(modules.resize((side, side), Image.Resampling.BOX), (round(at[0] * mm), round(at[1] * mm)))


def _signs(
    draw: ImageDraw.ImageDraw,
    rng: random.Random,
    typeface: str,
    per_mm: float,
    at: tuple[float, float],
    shape: tuple[int, int],
) -> tuple[tuple[float, float, float, float], tuple[str, ...]]:
    """Random signs of 8 points in cells of equal width, so that each one's place is known."""
    font = _font(typeface, 8, per_mm)
    cell, line = font.size * 0.72, font.size * 1.35
    lines = []
    for row in range(shape[0]):
        text = "".join(rng.choice(SIGNS) for _ in range(shape[1]))
        for column, sign in enumerate(text):
            draw.text((at[0] + column * cell, at[1] + row * line), sign, font=font, fill=(30, 30, 30))
        lines.append(text)
    return (at[0], at[1], cell, line), tuple(lines)


def a4(rng: random.Random, seed: int, *, text: bool = True, colour: bool = True) -> Sheet:
    """A page: letterhead, paragraphs of 6 to 12 points, the block of signs, a DataMatrix."""
    per_mm = 300 / 25.4
    size = (round(210 * per_mm), round(297 * per_mm))
    tint = (255, 255, 255) if not colour else tuple(rng.randint(244, 255) for _ in range(3))
    typeface = (
        rng.choice(("NotoSans-Regular.ttf", "DejaVuSans.ttf")) if seed == TEST else "NotoSans-Regular.ttf"
    )
    image = Image.new("RGB", size, tint)
    draw = ImageDraw.Draw(image)
    mm = per_mm
    block, signs = (0.0, 0.0, 1.0, 1.0), ()
    if text:
        ink = tuple(rng.randint(15, 60) for _ in range(3)) if colour else (40, 40, 40)
        if rng.random() < 0.8:
            box = (18 * mm, 14 * mm, (18 + rng.uniform(20, 45)) * mm, (14 + rng.uniform(8, 18)) * mm)
            logo = tuple(rng.randint(20, 220) for _ in range(3)) if colour else (110, 110, 110)
            draw.rectangle(box, fill=logo)
        y = 40 * mm
        words = WORDS[seed].split()
        sizes = [6, 7, 8, 9, 10, 11, 12]
        rng.shuffle(sizes)
        for points in sizes[: rng.randint(4, 7)]:
            font = _font(typeface, points, per_mm)
            for _ in range(rng.randint(2, 4)):
                line = ""
                right = rng.uniform(120, 175) * mm
                while font.getlength(line) < right:
                    line += rng.choice(words) + " "
                draw.text((18 * mm, y), line, font=font, fill=ink)
                y += font.size * 1.35
            y += 3 * mm
        block, signs = _signs(draw, rng, typeface, per_mm, (18 * mm, y + 4 * mm), (4, 50))
        _stamp(image, rng, mm, (140, 245))
        if rng.random() < 0.5:
            for k in range(5):
                draw.line(
                    (18 * mm, (225 + 8 * k) * mm, 120 * mm, (225 + 8 * k) * mm), fill=(90, 90, 90), width=3
                )
    return Sheet(np.asarray(image), per_mm, block, signs, typeface, colour)


def card(rng: random.Random, seed: int, *, back: bool = False, colour: bool = True) -> Sheet:
    """A card of 85.6 × 54 mm: tint, fine lines, a portrait or a code, fields and signs of 8 points."""
    per_mm = 600 / 25.4
    w, h = round(85.6 * per_mm), round(54 * per_mm)
    one, two = (np.array([rng.randint(150, 235) for _ in range(3)], np.float32) for _ in range(2))
    if seed == TEST:
        one[rng.randrange(3)] -= 40
    ramp = np.linspace(0, 1, w, dtype=np.float32)[None, :, None]
    pixels = np.clip(one * (1 - ramp) + two * ramp + np.zeros((h, 1, 1), np.float32), 0, 255)
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    waves = np.sin(y / 9 + 14 * np.sin(x / rng.uniform(90, 160))) > 0.9
    pixels[waves] -= 14
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(image)
    mm = per_mm
    typeface = "DejaVuSans.ttf" if seed == TEST and rng.random() < 0.5 else "NotoSans-Regular.ttf"
    draw.rectangle((0, 0, w, 7 * mm), fill=tuple(rng.randint(30, 170) for _ in range(3)))
    draw.text(
        (4 * mm, 1.2 * mm),
        "PERMIS DE CONDUIRE" if not back else "CATÉGORIES",
        font=_font(typeface, 10, mm),
        fill="white",
    )
    ink = (25, 25, 35)
    if not back:
        skin = tuple(rng.randint(a, b) for a, b in ((150, 230), (110, 180), (90, 150)))
        draw.rectangle((4 * mm, 11 * mm, 27 * mm, 41 * mm), fill=(205, 208, 212))
        draw.ellipse((9 * mm, 14 * mm, 22 * mm, 32 * mm), fill=skin)
        draw.rectangle(
            (6 * mm, 33 * mm, 25 * mm, 41 * mm), fill=tuple(rng.randint(10, 120) for _ in range(3))
        )
        for dx in (12.5, 18.5):
            draw.ellipse((dx * mm, 21 * mm, (dx + 1.2) * mm, 22.2 * mm), fill=ink)
        left = 31.0
        for n in range(4):
            words = " ".join(rng.choice(WORDS[seed].split()) for _ in range(3)).upper()
            draw.text(
                (left * mm, (10 + 4 * n) * mm),
                f"{n + 1}. {words}"[:34],
                font=_font(typeface, rng.choice((6, 7, 8)), mm),
                fill=ink,
            )
        block, signs = _signs(draw, rng, typeface, mm, (left * mm, 28 * mm), (3, 14))
        _stamp(image, rng, mm, (61.5, 24.5))
        mrz = "".join(rng.choice("ABCDEFGHIJK0123456789<<<<") for _ in range(30))
        draw.text((5 * mm, 46 * mm), mrz, font=_font("DejaVuSans.ttf", 9, mm), fill=ink)
    else:
        for n in range(7):
            top = (10 + 3.6 * n) * mm
            draw.line((4 * mm, top, 46 * mm, top), fill=ink, width=4)
            draw.text(
                (5 * mm, top),
                f"{['A1', 'A2', 'A', 'B1', 'B', 'C1', 'C'][n]}   {rng.randint(1, 28):02}.0{rng.randint(1, 9)}.{rng.randint(10, 40)}",
                font=_font(typeface, 6, mm),
                fill=ink,
            )
        block, signs = _signs(draw, rng, typeface, mm, (4 * mm, 38 * mm), (3, 20))
        _stamp(image, rng, mm, (54, 13))
    pixels = np.asarray(image)
    if not colour:
        pixels = np.repeat(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    return Sheet(pixels, per_mm, block, signs, typeface, colour)


# -- the camera --------------------------------------------------------------------------------------------------------
@dataclass
class Shot:
    """How the document is taken. Blur and motion in pixels of the picture."""

    size: tuple[int, int]  # of the picture
    corners: Array  # of the document in the picture
    table: str = "wood"
    blur: float = 0.0
    motion: float = 0.0
    angle: float = 0.0
    gain: float = 1.0
    haze: float = 0.0  # light added to everything, 0 to 1
    shade: float = 0.0  # 0: even; 0.5: one side has half the light
    noise: float = 3.0
    jpeg: int = 80
    spots: list[tuple[float, float, float, float]] = field(
        default_factory=list
    )  # x, y, radius (shares), strength
    warm: float = 0.0


def _table(name: str, size: tuple[int, int], rng: random.Random) -> Array:
    w, h = size
    make = np.random.default_rng(rng.randrange(2**32))
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    if name == "wood":
        base = np.array([rng.randint(95, 150), rng.randint(60, 95), rng.randint(35, 60)], np.float32)
        grain = np.sin(y / 23 + 2.2 * np.sin(x / 310) + 0.004 * x) * 9 + np.sin(y / 5.1) * 3
        found = base + grain[:, :, None]
    elif name == "cloth":
        base = np.array([rng.randint(40, 140) for _ in range(3)], np.float32)
        found = base + (8 * ((x // 6 + y // 6) % 2))[:, :, None]
    elif name == "dark":
        found = np.full((h, w, 3), rng.randint(18, 50), np.float32)
    elif name == "grey":
        found = np.full((h, w, 3), rng.randint(90, 140), np.float32)
    else:  # stone: patches
        patches = cv2.resize(make.normal(0, 22, (h // 60 + 2, w // 60 + 2)).astype(np.float32), (w, h))
        found = np.full((h, w, 3), rng.randint(90, 140), np.float32) + patches[:, :, None]
    return found


def taken(sheet: Sheet, shot: Shot, rng: random.Random) -> tuple[Array, Array]:
    """The picture as we keep it, and the homography from the document's pixels to the picture's."""
    h, w = sheet.pixels.shape[:2]
    to = cv2.getPerspectiveTransform(np.float32([[0, 0], [w, 0], [w, h], [0, h]]), np.float32(shot.corners))
    scale = float(np.linalg.norm(shot.corners[1] - shot.corners[0])) / w
    source = sheet.pixels
    if scale < 0.9:  # what a lens and a sensor do: the mean over a pixel
        source = cv2.GaussianBlur(source, (0, 0), 0.4 / scale)
    ground = (
        _table(shot.table, shot.size, rng)
        if shot.table != "none"
        else np.full((*shot.size[::-1], 3), 255, np.float32)
    )
    picture = cv2.warpPerspective(source.astype(np.float32), to, shot.size, flags=cv2.INTER_LINEAR)
    there = cv2.warpPerspective(np.ones((h, w), np.float32), to, shot.size, flags=cv2.INTER_LINEAR)[
        :, :, None
    ]
    picture = picture + ground * (1 - there)
    if shot.shade:
        y, x = np.mgrid[0 : shot.size[1], 0 : shot.size[0]].astype(np.float32)
        way = rng.uniform(0, 2 * np.pi)
        along = ((x / shot.size[0] - 0.5) * np.cos(way) + (y / shot.size[1] - 0.5) * np.sin(way)) + 0.5
        picture *= (1 - shot.shade * np.clip(along, 0, 1))[:, :, None]
    for cx, cy, radius, strength in shot.spots:
        y, x = np.mgrid[0 : shot.size[1], 0 : shot.size[0]].astype(np.float32)
        at = cv2.perspectiveTransform(np.float32([[[cx * w, cy * h]]]), to)[0, 0]
        reach = radius * float(np.linalg.norm(shot.corners[1] - shot.corners[0]))
        away = ((x - at[0]) ** 2 + ((y - at[1]) * 1.4) ** 2) / reach**2
        picture += (strength * 255 * np.exp(-(away**1.5)) * there[:, :, 0])[:, :, None]
    picture = picture * shot.gain * (1 - shot.haze) + 255 * shot.haze
    if shot.warm:
        picture *= np.array([1.0, 1 - 0.45 * shot.warm, 1 - shot.warm], np.float32)
    if shot.blur:
        picture = cv2.GaussianBlur(picture, (0, 0), shot.blur)
    if shot.motion >= 1:
        picture = cv2.filter2D(picture, -1, _streak(shot.motion, shot.angle))
    make = np.random.default_rng(rng.randrange(2**32))
    picture += make.normal(0, shot.noise, picture.shape[:2]).astype(np.float32)[:, :, None]
    done = np.clip(picture, 0, 255).astype(np.uint8)
    packed = cv2.imencode(".jpg", done[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, shot.jpeg])[1]
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[:, :, ::-1]), to


def _streak(length: float, angle: float) -> Array:
    side = int(length) | 1
    kernel = np.zeros((side + 4, side + 4), np.float32)
    middle = (side + 3) / 2
    dx, dy = np.cos(angle) * length / 2, np.sin(angle) * length / 2
    for t in np.linspace(-1, 1, 60):
        x, y = middle + t * dx, middle + t * dy
        x0, y0 = int(x), int(y)
        for ox in (0, 1):
            for oy in (0, 1):
                weight = (1 - abs(x - x0 - ox)) * (1 - abs(y - y0 - oy))
                if 0 <= y0 + oy < kernel.shape[0] and 0 <= x0 + ox < kernel.shape[1]:
                    kernel[y0 + oy, x0 + ox] += max(0.0, weight)
    return kernel / kernel.sum()


def photographed(
    sheet: Sheet,
    rng: random.Random,
    *,
    long_side: int | None = None,
    fill: float | None = None,
    tilt: float | None = None,
) -> Shot:
    """A document on a table, whole, a little aslant, as a careful person takes it."""
    long_side = long_side or rng.choice((1800, 2100, 2400))
    h, w = sheet.pixels.shape[:2]
    tall = h >= w
    size = (round(long_side * 0.75), long_side) if tall else (long_side, round(long_side * 0.75))
    fill = fill or rng.uniform(0.72, 0.9)
    turn = np.radians(rng.uniform(-4, 4) if tilt is None else tilt)
    c, s = abs(np.cos(turn)), abs(np.sin(turn))
    scale = fill * min(size[0] / (w * c + h * s), size[1] / (w * s + h * c))
    half = np.array([w, h]) * scale / 2
    around = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]]) * half
    around = around * (1 + np.array([[rng.uniform(-0.025, 0.025)] for _ in range(4)]))
    rotate = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    spare = (1 - fill) / 4
    middle = np.array(size) * (0.5 + np.array([rng.uniform(-spare, spare), rng.uniform(-spare, spare)]) * 0.5)
    tables = (
        ("stone", "grey", "cloth") if sheet.typeface != "NotoSans-Regular.ttf" else ("wood", "dark", "cloth")
    )
    return Shot(
        size, (around @ rotate + middle).astype(np.float32), rng.choice(tables), shade=rng.uniform(0, 0.35),
        noise=rng.uniform(1, 5), jpeg=rng.randint(60, 90), gain=rng.uniform(0.8, 1.02), warm=rng.choice((0, 0, 0.08, 0.15)),
    )  # fmt: skip


def scanned(sheet: Sheet, rng: random.Random, dpi: int | None = None) -> Shot:
    """A document that fills the picture exactly, as a scanner gives it; ours keep 2400 pixels."""
    dpi = dpi or rng.choice((150, 200, 300))
    h, w = sheet.pixels.shape[:2]
    scale = min(dpi / 25.4 / sheet.per_mm, page.LONG_SIDE / max(w, h))
    size = (round(w * scale), round(h * scale))
    corners = np.float32([[0, 0], [size[0], 0], [size[0], size[1]], [0, size[1]]])
    return Shot(size, corners, "none", noise=rng.uniform(0.5, 2.5), jpeg=rng.randint(70, 90))


# -- what can be read ---------------------------------------------------------------------------------------------------
@functools.lru_cache(4)
def _models(typeface: str) -> Array:
    """Sharp pictures of each sign, at 300 dpi, shifted by up to two pixels: a row each, of mean 0 and length 1."""
    per_mm = 300 / 25.4
    font = _font(typeface, 8, per_mm)
    cell, line = round(font.size * 0.72), round(font.size * 1.35)
    rows = []
    for sign in SIGNS:
        image = Image.new("L", (cell, line), 255)
        ImageDraw.Draw(image).text((0, 0), sign, font=font, fill=30)
        rows.append(cv2.GaussianBlur(np.asarray(image).astype(np.float32), (0, 0), 1.2).ravel())
    models = np.array(rows)
    models -= models.mean(axis=1, keepdims=True)
    return models / np.linalg.norm(models, axis=1, keepdims=True)


def signs_read(picture: Array, sheet: Sheet, to: Array) -> float:
    """The share of the signs of 8 points that look most like what they are."""
    per_mm = 300 / 25.4
    font = _font(sheet.typeface, 8, per_mm)
    cell, line = round(font.size * 0.72), round(font.size * 1.35)
    x, y, dx, dy = sheet.block
    down = np.array([[dx / cell, 0, x], [0, dy / line, y], [0, 0, 1]], np.float64)
    size = (cell * len(sheet.signs[0]), line * len(sheet.signs))
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    margin = 3
    shift = np.array([[1, 0, -margin], [0, 1, -margin], [0, 0, 1]], np.float64)
    flat = cv2.warpPerspective(
        grey,
        to @ down @ shift,
        (size[0] + 2 * margin, size[1] + 2 * margin),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
    ).astype(np.float32)
    models = _models(sheet.typeface)
    right = total = 0
    best = np.full((len(sheet.signs) * len(sheet.signs[0]), len(SIGNS)), -2, np.float32)
    for ox in range(-2, 3):
        for oy in range(-2, 3):
            cut = flat[margin + oy : margin + oy + size[1], margin + ox : margin + ox + size[0]]
            cells = (
                cut.reshape(len(sheet.signs), line, len(sheet.signs[0]), cell)
                .transpose(0, 2, 1, 3)
                .reshape(-1, line * cell)
            )
            cells = cells - cells.mean(axis=1, keepdims=True)
            cells /= np.linalg.norm(cells, axis=1, keepdims=True) + 1e-6
            best = np.maximum(best, cells @ models.T)
    told = [SIGNS[n] for n in best.argmax(axis=1)]
    for sign, guess in zip("".join(sheet.signs), told, strict=True):
        right += sign == guess
        total += 1
    return right / total


def code_read(picture: Array) -> bool:
    """Whether zxing reads the DataMatrix."""
    return bool(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.DataMatrix))


# -- the set -----------------------------------------------------------------------------------------------------------
@dataclass
class Case:
    """One picture and what is really so: `truth` names the faults judged on it, None is not asked."""

    family: str
    sheet: Sheet
    shot: Shot
    truth: dict[str, bool | None]
    known: dict[str, float]
    grey: bool = False  # a copy in black and white of the whole picture


FINE = dict.fromkeys(("dark", "bright", "glare", "cut", "tilted", "blank"), False)
Draw = Callable[[random.Random, "Shelf"], Case]


@dataclass
class Shelf:
    """A few documents drawn once, since drawing costs more than photographing."""

    seed: int
    pages: list[Sheet]
    cards: list[Sheet]
    backs: list[Sheet]
    blank: list[Sheet]

    def any(self, rng: random.Random) -> Sheet:
        """A page, or a side of a card."""
        return rng.choice(rng.choice((self.pages, self.pages, self.cards, self.backs)))


def shelf(seed: int, count: int) -> Shelf:
    """The documents of one seed."""
    rng = random.Random(seed)
    return Shelf(
        seed,
        [a4(rng, seed) for _ in range(count)],
        [card(rng, seed) for _ in range(count)],
        [card(rng, seed, back=True) for _ in range(count)],
        [a4(rng, seed, text=False) for _ in range(2)],
    )


def _per_mm(sheet: Sheet, shot: Shot) -> float:
    return float(np.linalg.norm(shot.corners[1] - shot.corners[0])) / sheet.pixels.shape[1] * sheet.per_mm


def _plain(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    shot = scanned(sheet, rng) if rng.random() < 0.4 else photographed(sheet, rng)
    return Case(
        "scanned" if shot.table == "none" else "photographed", sheet, shot, {**FINE, "grey": None}, {}
    )


def _blurred(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    shot = scanned(sheet, rng) if rng.random() < 0.25 else photographed(sheet, rng)
    mm = rng.uniform(0.02, 0.75)
    if rng.random() < 0.3:
        shot.motion, shot.angle = (
            mm * 12**0.5 * _per_mm(sheet, shot),
            rng.choice((0, np.pi / 2, rng.uniform(0, np.pi))),
        )
        return Case("moved", sheet, shot, {}, {"mm": round(mm, 3)})
    shot.blur = mm * _per_mm(sheet, shot)
    return Case("out of focus", sheet, shot, {}, {"mm": round(mm, 3)})


def _lit(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    shot = photographed(sheet, rng)
    shot.shade, shot.warm = min(shot.shade, 0.2), 0.0
    if rng.random() < 0.5:
        dark = rng.random() < 0.5
        shot.gain = rng.uniform(0.06, 0.19) if dark else rng.uniform(0.6, 0.95)
        shot.noise = 2.0
        return Case(
            "dark" if dark else "dim",
            sheet,
            shot,
            {"dark": dark, "bright": None if dark else False},
            {"gain": shot.gain},
        )
    bright = rng.random() < 0.5
    shot.gain = rng.uniform(1.0, 1.4) if bright else rng.uniform(0.95, 1.15)
    shot.haze = rng.uniform(0.8, 0.92) if bright else rng.uniform(0, 0.3)
    return Case(
        "pale" if bright else "light", sheet, shot, {"bright": bright, "dark": False}, {"haze": shot.haze}
    )


def _glaring(rng: random.Random, on: Shelf) -> Case:
    sheet = rng.choice(rng.choice((on.cards, on.backs)))
    shot = photographed(sheet, rng)
    shot.gain, shot.shade = rng.uniform(0.75, 0.95), min(shot.shade, 0.15)
    there = rng.random() < 0.5
    if there:
        shot.spots = [
            (rng.uniform(0.2, 0.8), rng.uniform(0.25, 0.75), rng.uniform(0.09, 0.2), rng.uniform(1.2, 3))
            for _ in range(rng.choice((1, 1, 2)))
        ]
    return Case("glare" if there else "no glare", sheet, shot, {"glare": there}, {"spots": len(shot.spots)})


def _cut(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    shot = photographed(sheet, rng)
    there = rng.random() < 0.6
    share = 0.0
    if there:
        share = rng.uniform(0.03, 0.25)
        way = np.array([rng.choice((-1, 1, 0)), rng.choice((-1, 1, 0))], np.float32)
        if not way.any():
            way[rng.randrange(2)] = 1
        low, high = shot.corners.min(axis=0), shot.corners.max(axis=0)
        room = np.where(way > 0, np.array(shot.size) - high, low)
        shot.corners = (shot.corners + way * (room + share * (high - low))).astype(np.float32)
    return Case("cut" if there else "whole", sheet, shot, {"cut": there}, {"share": share})


def _tilted(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    there = rng.random() < 0.5
    angle = rng.choice((-1, 1)) * (rng.uniform(12, 35) if there else rng.uniform(0, 7))
    return Case(
        "tilted" if there else "straight",
        sheet,
        photographed(sheet, rng, tilt=angle, fill=0.85),
        {"tilted": there, "cut": False},
        {"degrees": angle},
    )


def _blank(rng: random.Random, on: Shelf) -> Case:
    sheet = rng.choice(on.blank)
    shot = scanned(sheet, rng) if rng.random() < 0.5 else photographed(sheet, rng)
    return Case("blank", sheet, shot, {"blank": True}, {})


def _grey(rng: random.Random, on: Shelf) -> Case:
    sheet = rng.choice(rng.choice((on.cards, on.backs)))
    there = rng.random() < 0.5
    if there:
        pixels = np.repeat(cv2.cvtColor(sheet.pixels, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
        sheet = Sheet(pixels, sheet.per_mm, sheet.block, sheet.signs, sheet.typeface, False)
    shot = photographed(sheet, rng) if rng.random() < 0.7 else scanned(sheet, rng)
    return Case("copy" if there else "colour", sheet, shot, {"grey": there, "cut": False}, {})


def _far(rng: random.Random, on: Shelf) -> Case:
    sheet = on.any(rng)
    shot = photographed(
        sheet, rng, long_side=rng.choice((900, 1200, 1800, 2400)), fill=rng.uniform(0.25, 0.8)
    )
    return Case("far", sheet, shot, {}, {"dpi": round(_per_mm(sheet, shot) * 25.4)})


FAMILIES: tuple[tuple[Draw, int], ...] = (
    (_plain, 3), (_blurred, 8), (_lit, 3), (_glaring, 2), (_cut, 3), (_tilted, 2), (_blank, 1), (_grey, 2), (_far, 2),
)  # fmt: skip


def cases(seed: int, rounds: int) -> Iterator[Case]:
    """The set of one seed: 26 pictures a round."""
    rng = random.Random(seed + 1)
    on = shelf(seed, 3 if rounds < 8 else 8)
    for _ in range(rounds):
        for draw, count in FAMILIES:
            for _ in range(count):
                yield draw(rng, on)


def readable(picture: Array, case: Case, to: Array) -> bool | None:
    """Whether the signs of 8 points and the code can be read; None: one and not the other, or half."""
    if not case.sheet.signs:
        return None
    share = signs_read(picture, case.sheet, to)
    case.known["signs"] = round(share, 3)
    code = code_read(picture)
    case.known["code"] = float(code)
    if (share >= READ and not code) or (share < LOST and code):
        return None
    return True if share >= READ else False if share < LOST else None


def looked_at(
    seed: int, rounds: int, eye: Callable[[Array], dict[str, float]] = page.measure
) -> list[dict[str, Any]]:
    """Every picture of the set with what is so, what was measured and what was said."""
    rows = []
    rng = random.Random(seed + 2)
    for case in cases(seed, rounds):
        picture, to = taken(case.sheet, case.shot, rng)
        truth = dict(case.truth)
        if case.family in {"scanned", "photographed", "out of focus", "moved", "far"}:
            can = readable(picture, case, to)
            truth["unreadable"] = None if can is None else not can
        start = time.process_time()
        measures = eye(picture)
        took = time.process_time() - start
        faults = page.judge(measures)
        rows.append(
            {
                "family": case.family,
                "long_side": max(picture.shape[:2]),
                "card": case.sheet.per_mm > 20,
                "known": {k: round(float(v), 3) for k, v in case.known.items()},
                "truth": truth,
                "measures": measures,
                "said": {f.code: f.severity for f in faults},
                "ms": round(1000 * took, 1),
            }
        )
    return rows


# -- the figures -------------------------------------------------------------------------------------------------------
ASKED = ("unreadable", "dark", "bright", "glare", "cut", "tilted", "blank", "grey")
AIMS = {"unreadable": (0.02, 0.02), "blank": (0.0, 0.05)}  # most missed, most called wrongly
OTHERWISE = (0.05, 0.05)


def said_so(row: dict[str, Any], what: str) -> bool:
    """Whether a fault was told for this; too far away is another word for what cannot be read."""
    return bool({"blurred", "small"} & set(row["said"])) if what == "unreadable" else what in row["said"]


def confusion(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """For each property: how many were called so and were so, and the shares of both errors."""
    table = {}
    for what in ASKED:
        count = Counter(
            (bool(r["truth"][what]), said_so(r, what)) for r in rows if r["truth"].get(what) is not None
        )
        so, not_so = count[True, True] + count[True, False], count[False, True] + count[False, False]
        table[what] = {
            "called_so": count[True, True],
            "missed": count[True, False],
            "called_wrongly": count[False, True],
            "called_fine": count[False, False],
            "missed_share": round(count[True, False] / so, 4) if so else None,
            "wrongly_share": round(count[False, True] / not_so, 4) if not_so else None,
        }
    return table


def faults_of(table: dict[str, dict[str, Any]]) -> list[str]:
    """What is short of its aim, a sentence each."""
    found = []
    for what, row in table.items():
        missed, wrongly = AIMS.get(what, OTHERWISE)
        for name, aim in (("missed_share", missed), ("wrongly_share", wrongly)):
            if row[name] is None:
                found.append(f"{what}: no picture asks it")
            elif row[name] > aim:
                found.append(f"{what}: {name} {100 * row[name]:.1f} % (aim {100 * aim:.0f} %)")
    return found


def blind(_picture: Array) -> dict[str, float]:
    """An eye that finds everything fine: the planted fault that this bench must see."""
    return {row.name: row.low + 1000 if row.low is not None else 0.0 for row in page.MEASURES}


def resent(seed: int, count: int) -> dict[str, Any]:
    """How far apart the looks are: of a picture sent again, and of others like it."""
    rng = random.Random(seed + 3)
    on = shelf(seed, 3)
    again, turned, others = [], [], []
    for _ in range(count):
        sheet = on.any(rng)
        shot = photographed(sheet, rng) if rng.random() < 0.6 else scanned(sheet, rng)
        picture, _ = taken(sheet, shot, rng)
        mine = page.look(picture)
        again.append(page.distance(mine, page.look(saved_again(picture, rng, turned=False))))
        turned.append(page.distance(mine, page.look(saved_again(picture, rng, turned=True))))
        two = _twin(sheet, rng)
        others.append(page.distance(mine, page.look(taken(two, shot, rng)[0])))
    pairs = [(one, two) for one, two in zip(on.cards, on.backs, strict=True)]
    for one, two in pairs:
        others.append(page.distance(page.look(one.pixels), page.look(two.pixels)))
    return {
        "same_limit": page.SAME,
        "again_called_other": sum(d > page.SAME for d in again),
        "again": len(again),
        "again_worst": max(again),
        "cropped_or_turned_called_other": sum(d > page.SAME for d in turned),  # told only
        "others_called_same": sum(d <= page.SAME for d in others),
        "others": len(others),
        "others_nearest": min(others),
    }


def saved_again(picture: Array, rng: random.Random, *, turned: bool) -> Array:
    """The same picture as an application saves it again, smaller or lighter; or with a rim less and a little turned."""
    h, w = picture.shape[:2]
    cut = rng.uniform(0, 0.015) if turned else 0.0
    done = picture[
        int(h * cut) : h - int(h * cut * rng.random()), int(w * cut * rng.random()) : w - int(w * cut)
    ]
    if turned and rng.random() < 0.5:
        turn = cv2.getRotationMatrix2D((done.shape[1] / 2, done.shape[0] / 2), rng.uniform(-0.8, 0.8), 1.0)
        done = cv2.warpAffine(done, turn, (done.shape[1], done.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    scale = rng.uniform(0.5, 1.0)
    done = cv2.resize(done, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    done = np.clip(done.astype(np.float32) * rng.uniform(0.88, 1.08) + rng.uniform(-6, 6), 0, 255).astype(
        np.uint8
    )
    packed = cv2.imencode(".jpg", done[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, rng.randint(55, 90)])[1]
    return np.ascontiguousarray(cv2.imdecode(packed, cv2.IMREAD_COLOR)[:, :, ::-1])


def _twin(sheet: Sheet, rng: random.Random) -> Sheet:
    """The next bill of the same company: the same page, with five lines of other words."""
    image = Image.fromarray(sheet.pixels)
    draw = ImageDraw.Draw(image)
    mm, (w, h) = sheet.per_mm, image.size
    font = _font("NotoSans-Regular.ttf", 9 if h > w else 7, mm)
    for n in range(5):
        top = h * (0.22 + 0.13 * n)
        draw.rectangle(
            (w * 0.38, top, w * 0.85, top + font.size * 1.5),
            fill=tuple(sheet.pixels[int(top), int(w * 0.37)].tolist()),
        )
        draw.text(
            (w * 0.39, top),
            " ".join(rng.choice(WORDS[TEST].split()) for _ in range(3)),
            font=font,
            fill=(30, 30, 30),
        )
    return Sheet(np.asarray(image), sheet.per_mm, sheet.block, sheet.signs, sheet.typeface, sheet.coloured)


def real(folder: Path) -> list[dict[str, Any]]:
    """What is said of pictures that we did not draw; only told."""
    rows = []
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in {".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"}:
            continue
        with Image.open(path) as image:
            pixels = np.asarray(image.convert("RGB"))
        rows.append({"file": path.name, "said": [f.code for f in page.judge(page.measure(pixels))]})
    return rows


def body(report: Report) -> str:
    """Draws, judges, compares."""
    rounds = 16 if long_form() else 3
    rows = looked_at(TEST, rounds)
    json_lines(report.folder / "cases.jsonl", rows)
    table = confusion(rows)
    print(f"{'':>12} {'so, called so':>14} {'so, missed':>12} {'not so, called':>15} {'not so, fine':>13}")
    for what, row in table.items():
        print(
            f"{what:>12} {row['called_so']:>14} {row['missed']:>12} {row['called_wrongly']:>15} {row['called_fine']:>13}"
        )
    for sentence in faults_of(table):
        report.expect(False, sentence)
    planted = [{**row, "said": {f.code: f.severity for f in page.judge(blind(np.zeros(1)))}} for row in rows]
    report.expect(
        faults_of(confusion(planted)), "an eye that finds everything fine passes: this bench measures nothing"
    )
    again = resent(TEST, 40 if long_form() else 8)
    report.expect(
        not again["others_called_same"], f"{again['others_called_same']} other pictures called the same"
    )
    # To miss one costs a look of an agent; to call another bill the same one would be false, and is never allowed.
    report.expect(
        again["again_called_other"] <= 0.10 * again["again"],
        f"{again['again_called_other']} of {again['again']} pictures sent again not known",
    )
    took = sorted(row["ms"] for row in rows)
    report.seed, report.cases = TEST, len(rows)
    report.figures |= {
        "table": table,
        "sent_again": again,
        "thresholds": {
            m.code: {"measure": m.name, "low": m.low, "high": m.high, "unit": m.unit}
            for m in page.MEASURES
            if m.code
        },
        "measure_ms_p50": took[len(took) // 2],
        "measure_ms_p95": took[int(len(took) * 0.95)],
        "between": sum(r["truth"].get("unreadable", True) is None for r in rows),
    }
    folder = os.environ.get("DOCUMENTS") or (sys.argv[1] if len(sys.argv) > 1 else "")
    if folder:
        told = real(Path(folder))
        json_lines(report.folder / "real.jsonl", told)
        report.figures["real"] = {
            "pictures": len(told),
            "fine": sum(not row["said"] for row in told),
            "said": dict(Counter(c for row in told for c in row["said"])),
        }
        print(f"real pictures, only told: {report.figures['real']}")
    right = sum(row["called_so"] + row["called_fine"] for row in table.values())
    asked = right + sum(row["missed"] + row["called_wrongly"] for row in table.values())
    return f"{right} of {asked} judgements right on {len(rows)} pictures, {report.figures['measure_ms_p50']} ms a page"


if __name__ == "__main__":
    sys.exit(publish("bench-page-quality", body, TEST))
