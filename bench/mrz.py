"""How well machine-readable zones are read on pictures: exact, certain, and certain and wrong.

    make bench-mrz          a set of pictures in about a minute
    LONG=1 make bench-mrz   the published figures: more than a thousand pictures (MANY=…: so many of each generator)

Documents are invented and drawn here, in several typefaces and on several grounds, then scanned (150 to 300 dpi, ±4°, on
a page or alone), photographed (perspective, shadow, noise, JPEG), or spoilt (the hard set: blur, hand movement, glare,
drop-outs, tilt). Two generators share no code but the check digits: `Printed` is the one whose pictures the reader was
made with; those of `Foreign` (other typefaces, layouts, grounds, words and ways to spoil) were drawn once the reader stood,
and nothing was changed after they were looked at. Their figures stand apart.

Numbers of cards and permits of France are any letters and digits, those of passports and licences two digits, two letters
and five digits, those of other States mostly letters then digits: `_numbered`.

The typeface of real documents, OCR-B, is drawn when the machine has it (Debian: fonts-ocr-b); else the bench says so.
Raw material: out/bench-mrz/cases.jsonl.
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from bench.report import ROOT, Report, json_lines, long_form, publish
from permis.standards import mrz
from permis.standards.mrz import Kind, check_digit
from permis.vision import mrz_file, mrz_reader, ocr

TODAY = date(2026, 11, 23)
TUNE, TEST = 20261101, 20261123
HOUSE = ROOT / "permis" / "design" / "fonts"
SYSTEM = Path("/usr/share/fonts")
OCR_B = ("opentype/ocr-b/OCRB.otf",)
OTHERS = (
    "opentype/ocr-b/OCRBF.otf", "opentype/ocr-b/OCRBS.otf", "truetype/liberation/LiberationMono-Bold.ttf",
    "truetype/dejavu/DejaVuSansMono.ttf",
)  # fmt: skip
Array = np.ndarray[Any, Any]

SURNAMES = {
    TUNE: "MARTIN DUPONT LEFEBVRE MOREAU GARCIA BENALI NGUYEN DE<LA<TOUR ROUX<PICARD ZIMMERMANN KOWALCZYK OZIL QUIGNARD",
    TEST: "ABOUBAKAR VILLENEUVE SCHWEITZER OKONKWO BJORNSSON FAUQUEUX LE<GOFF WOLKOWICZ XAVIER JEZEQUEL GUIGON UGHETTO BILLAUD",
}
GIVEN = {
    TUNE: "JEAN MARIE<CLAIRE KARIM QUENTIN WENDY<XENIA PAUL<JACQUES ZOE INES<BEATRICE LOU",
    TEST: "GWENAELLE IBRAHIM OLGA<VALENTINA THEODORE YVES<HUGUES FATOU KIM<LAI BORIS<UGO CELESTE",
}
STATES = ("DEU", "ESP", "ITA", "PRT", "BEL", "MAR", "TUN", "SEN", "USA", "POL", "ROU", "CHN")
ALNUM = mrz.LETTERS + mrz.DIGITS


# -- what stands in the zone -------------------------------------------------------------------------------------------
def _some(rng: random.Random, signs: str, count: int) -> str:
    return "".join(rng.choice(signs) for _ in range(count))


def _day(rng: random.Random, first: int, last: int) -> str:
    return f"{rng.randint(first, last) % 100:02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"


def _with(text: str) -> str:
    return text + check_digit(text)


def _numbered(rng: random.Random) -> str:
    """The number of a document as States make them: some letters then digits; one in six is any letters and digits."""
    letters = rng.choice((0, 1, 1, 2, 3, 9))
    if letters == 9:
        return _some(rng, ALNUM, 9)
    return _some(rng, mrz.LETTERS, letters) + _some(rng, mrz.DIGITS, 9 - letters)


def zone(kind: Kind, rng: random.Random, seed: int) -> list[str]:
    """The lines of an invented document, its check digits right."""
    surname = rng.choice(SURNAMES[seed].split())
    given = rng.choice(GIVEN[seed].split())
    birth, ends = _with(_day(rng, 1940, 2008)), _with(_day(rng, 2020, 2041))
    sex = rng.choice("MF")
    french = rng.random() < 0.6
    state = "FRA" if french else rng.choice(STATES)
    names = f"{surname}<<{given}"
    plate = _some(rng, mrz.DIGITS, 2) + _some(rng, mrz.LETTERS, 2) + _some(rng, mrz.DIGITS, 5)
    free = _some(rng, ALNUM, 9) if kind is Kind.TD1 and french else _numbered(rng)
    if kind is Kind.FR_LICENCE:
        text = _with("D1FRA" + plate) + _day(rng, 2026, 2041) + surname.replace("<", "")[:8].ljust(8, "<")
        return [_with(text)]
    if kind is Kind.FR_ID:
        first = (
            ("IDFRA" + surname).ljust(30, "<")[:30] + _some(rng, mrz.DIGITS, 3) + rng.choice(("<<<", "012"))
        )
        second = _with(f"{rng.randint(6, 20):02}{rng.randint(1, 12):02}" + _some(rng, mrz.DIGITS, 8))
        second += given.replace("<", "<<").ljust(14, "<")[:14] + birth + sex
        return [first, second + check_digit(first + second)]
    if kind is Kind.TD1:
        first = "I" + rng.choice("DR" if french else "D<") + state + _with(free)
        first += (_some(rng, mrz.DIGITS, 10) if first.startswith("IR") else "").ljust(15, "<")
        second = birth + sex + ends + (state if rng.random() < 0.7 else "SEN") + "<" * 11
        second += check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
        return [first, second, names.ljust(30, "<")[:30]]
    number = _with(plate if french and kind is Kind.TD3 else free)
    person = number + state + birth + sex + ends
    if kind is Kind.TD3:
        second = person + "<" * 14 + rng.choice("0<")
        second += check_digit(second[:10] + second[13:20] + second[21:43])
        return [f"P<{state}{names}".ljust(44, "<")[:44], second]
    if kind is Kind.TD2:
        state = person[10:13] if person[10:13] != "FRA" else "DEU"
        second = number + state + birth + sex + ends + "<" * 7
        second += check_digit(second[:10] + second[13:20] + second[21:35])
        return [f"I<{state}{names}".ljust(36, "<")[:36], second]
    width = mrz.SHAPES[kind][1]
    return [f"V{rng.choice('<CE')}{state}{names}".ljust(width, "<")[:width], person.ljust(width, "<")]


SIZES = {
    Kind.TD1: (85.6, 54), Kind.FR_LICENCE: (85.6, 54), Kind.TD2: (105, 74), Kind.FR_ID: (105, 74),
    Kind.TD3: (125, 88), Kind.MRVA: (125, 88), Kind.MRVB: (105, 74),
}  # mm  # fmt: skip
PITCH, CAPITAL = 2.54, 2.4  # mm: ten signs an inch, the size of OCR-B


@lru_cache(64)
def _font(path: str, size: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(path, size)


def faces(names: tuple[str, ...]) -> list[str]:
    """Those of these typefaces that the machine has."""
    return [str(SYSTEM / name) for name in names if (SYSTEM / name).is_file()]


def _written(
    draw: ImageDraw.ImageDraw,
    lines: list[str],
    face: str,
    mm: float,
    at: tuple[float, float],
    step: float,
    ink: Any,
) -> None:
    """The zone, sign by sign at its pitch. `at` in millimetres: the middle of the first sign."""
    probe = _font(face, 200.0)
    box = probe.getbbox("H")
    font = _font(face, round(CAPITAL * mm * 200 / (box[3] - box[1]), 1))
    rise = (font.getbbox("H", anchor="ls")[1]) / 2
    for row, line in enumerate(lines):
        for rank, sign in enumerate(line):
            x, y = (at[0] + rank * PITCH) * mm, (at[1] + row * step) * mm
            draw.text((x, y - rise), sign, fill=ink, font=font, anchor="ms")


# -- the generator that the reader was made with -----------------------------------------------------------------------
class Printed:
    """Cards with a wavy ground, a grey portrait and printed names; the zone in OCR-B."""

    seed = TUNE
    faces = OCR_B

    def card(self, kind: Kind, rng: random.Random, face: str) -> tuple[Array, list[str]]:
        """A document at 300 dpi."""
        lines = zone(kind, rng, self.seed)
        mm = 300 / 25.4
        width, height = SIZES[kind]
        size = (round(width * mm), round(height * mm))
        noise = np.random.default_rng(rng.getrandbits(32))
        y, x = np.mgrid[0 : size[1], 0 : size[0]].astype(np.float32)
        ground = np.empty((size[1], size[0], 3), np.float32)
        for channel in range(3):
            turn, fast = noise.uniform(0, 3.1), noise.uniform(0.02, 0.12)
            wave = np.sin((x * np.cos(turn) + y * np.sin(turn)) * fast + 5 * np.sin(y * fast / 3))
            ground[..., channel] = noise.uniform(200, 245) + noise.uniform(2, 14) * wave
        image = Image.fromarray(ground.clip(0, 255).astype(np.uint8))
        draw = ImageDraw.Draw(image)
        draw.rectangle((4 * mm, 8 * mm, width * 0.28 * mm, height * 0.6 * mm), fill=(150, 155, 165))
        small = _font(str(HOUSE / "NotoSans-Regular.ttf"), 2.6 * mm)
        for row in range(5):
            words = (
                f"{rng.choice(SURNAMES[self.seed].split())} {rng.choice(GIVEN[self.seed].split())}".replace(
                    "<", " "
                )
            )
            draw.text((width * 0.34 * mm, (6 + row * 5) * mm), words.title(), fill=(40, 40, 55), font=small)
        step = 4.23 if kind is Kind.TD1 else 6.35
        left = (width - (len(lines[0]) - 1) * PITCH) / 2
        top = height - 5 - (len(lines) - 1) * step
        _written(draw, lines, face, mm, (left, top), step, (20, 20, 24))
        return np.asarray(image), lines

    def scan(self, card: Array, rng: random.Random) -> Array:
        """On the glass of a scanner, 150 to 300 dpi."""
        zoom = rng.choice((0.5, 0.67, 0.67, 1.0))
        small = cv2.resize(card, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
        return _jpeg(_turned(small, rng.uniform(-4, 4), (250, 250, 248), 1.25), rng.randint(60, 90))

    def page(self, card: Array, rng: random.Random) -> Array:
        """Copied onto an A4 page at 200 dpi, with a few lines of text."""
        small = cv2.resize(card, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
        sheet = Image.new("RGB", (1654, 2339), (252, 252, 252))
        draw = ImageDraw.Draw(sheet)
        font = _font(str(HOUSE / "NotoSans-Regular.ttf"), 30.0)
        for row in range(6):
            draw.text(
                (150, 120 + 50 * row),
                "Copie certifiée par le demandeur, le 12 octobre 2026 à Lyon",
                fill=(30, 30, 30),
                font=font,
            )
        sheet.paste(Image.fromarray(small), (rng.randint(100, 500), rng.randint(500, 1500)))
        return _jpeg(
            _turned(np.asarray(sheet), rng.uniform(-3, 3), (252, 252, 252), 1.0), rng.randint(60, 85)
        )

    def photo(self, card: Array, rng: random.Random) -> Array:
        """Taken by a telephone held above a table."""
        return _shot(card, rng, fine=True)

    def hard(self, card: Array, rng: random.Random) -> Array:
        """Blur, hand movement, glare, drop-outs, tilt: one or two of them."""
        shot = _shot(card, rng, fine=True)
        for way in rng.sample((_blurred, _moved, _glare, _dropped, _tilted, _small), rng.choice((1, 1, 2))):
            shot = way(shot, rng)
        return _jpeg(shot, rng.randint(45, 80))


def _jpeg(pixels: Array, quality: int) -> Array:
    return np.asarray(
        cv2.imdecode(cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR)
    )


def _turned(pixels: Array, degrees: float, paper: tuple[int, int, int], room: float) -> Array:
    height, width = pixels.shape[:2]
    size = (round(width * room), round(height * room))
    to = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    to[:, 2] += [(size[0] - width) / 2, (size[1] - height) / 2]
    return np.asarray(cv2.warpAffine(pixels, to, size, borderValue=paper, flags=cv2.INTER_LINEAR))


def _shot(card: Array, rng: random.Random, *, fine: bool) -> Array:
    height, width = card.shape[:2]
    long_side = rng.randint(1500, 2400) if fine else rng.randint(1100, 1800)
    zoom = long_side / (width * 1.3)
    size = (long_side, round(height * 1.5 * zoom))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    play = 0.035 * width * zoom
    placed = np.array(
        [
            [
                (x + 0.15 * width) * zoom + rng.uniform(-play, play),
                (y + 0.25 * height) * zoom + rng.uniform(-play, play),
            ]
            for x, y in corners
        ],
        np.float32,
    )
    table = tuple(rng.randint(30, 150) for _ in range(3))
    if zoom < 1:
        card = np.asarray(cv2.GaussianBlur(card, (0, 0), 0.4 / zoom))
    shot = cv2.warpPerspective(card, cv2.getPerspectiveTransform(corners, placed), size, borderValue=table)
    light = (
        np.linspace(rng.uniform(0.6, 0.9), 1.05, size[0])[None, :, None]
        * np.linspace(1, rng.uniform(0.8, 1), size[1])[:, None, None]
    )
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 4, shot.shape)
    shot = np.clip(cv2.GaussianBlur(shot, (0, 0), rng.uniform(0.5, 1.1)) * light + noise, 0, 255).astype(
        np.uint8
    )
    return _jpeg(shot, rng.randint(60, 90))


def _blurred(shot: Array, rng: random.Random) -> Array:
    return np.asarray(cv2.GaussianBlur(shot, (0, 0), rng.uniform(1.2, 2.2)))


def _moved(shot: Array, rng: random.Random) -> Array:
    length = rng.randint(4, 9)
    kernel = np.zeros((15, 15), np.float32)
    turn = rng.uniform(0, np.pi)
    for step in np.linspace(-length / 2, length / 2, 4 * length):
        kernel[round(7 + step * np.sin(turn)), round(7 + step * np.cos(turn))] += 1
    return np.asarray(cv2.filter2D(shot, -1, kernel / kernel.sum()))


def _glare(shot: Array, rng: random.Random) -> Array:
    height, width = shot.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    cx, cy, wide = (
        rng.uniform(0.2, 0.8) * width,
        rng.uniform(0.5, 0.95) * height,
        rng.uniform(0.05, 0.12) * width,
    )
    spot = np.exp(-(((x - cx) / wide) ** 2 + ((y - cy) / (wide * 0.6)) ** 2))[..., None] * rng.uniform(
        60, 170
    )
    return np.asarray(np.clip(shot + spot, 0, 255), np.uint8)


def _dropped(shot: Array, rng: random.Random) -> Array:
    out = shot.copy()
    height, width = out.shape[:2]
    for _ in range(rng.randint(20, 70)):
        at = (rng.randrange(width), rng.randrange(height))
        cv2.circle(out, at, rng.randint(2, 5), tuple(rng.randint(170, 235) for _ in range(3)), -1)
    return out


def _tilted(shot: Array, rng: random.Random) -> Array:
    return _turned(shot, rng.choice((-1, 1)) * rng.uniform(5, 10), (90, 90, 90), 1.15)


def _small(shot: Array, rng: random.Random) -> Array:
    zoom = rng.uniform(0.45, 0.7)
    return np.asarray(cv2.resize(shot, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA))


# -- the generator that nothing was tuned on ---------------------------------------------------------------------------
class Foreign(Printed):
    """Other typefaces and words, specks and security lines for a ground, ink that wears off, other cameras."""

    seed = TEST
    faces = OCR_B + OTHERS

    def card(self, kind: Kind, rng: random.Random, face: str) -> tuple[Array, list[str]]:
        """A document at 360 dots an inch on a speckled ground crossed by fine lines, a band of colour at its top."""
        lines = zone(kind, rng, self.seed)
        mm = 360 / 25.4
        width, height = (side + rng.uniform(-1.5, 2.5) for side in SIZES[kind])
        size = (round(width * mm), round(height * mm))
        noise = np.random.default_rng(rng.getrandbits(32))
        grain = cv2.resize(noise.normal(0, 1, (size[1] // 6 + 1, size[0] // 6 + 1)).astype(np.float32), size)
        tint = np.array([rng.randint(195, 250) for _ in range(3)], np.float32)
        ground = np.clip(tint + grain[..., None] * rng.uniform(1, 7), 0, 255).astype(np.uint8)
        for _ in range(rng.randint(10, 30)):
            ends = [(rng.randrange(size[0]), rng.randrange(size[1])) for _ in range(2)]
            line = tuple(int(part) - rng.randint(10, 35) for part in tint)
            cv2.line(ground, ends[0], ends[1], line, rng.randint(1, 2), cv2.LINE_AA)
        image = Image.fromarray(ground)
        draw = ImageDraw.Draw(image)
        band = tuple(rng.randint(40, 170) for _ in range(3))
        draw.rectangle((0, 0, size[0], height * rng.uniform(0.08, 0.15) * mm), fill=band)
        draw.ellipse(
            (width * 0.7 * mm, height * 0.2 * mm, width * 0.93 * mm, height * 0.55 * mm), fill=(170, 165, 160)
        )
        words = _font(str(HOUSE / "DejaVuSans.ttf"), 2.2 * mm)
        for row in range(rng.randint(3, 7)):
            text = f"{row + 1}. {rng.choice(SURNAMES[self.seed].split())} {_day(rng, 1940, 2041)}"
            draw.text((5 * mm, (height * 0.17 + row * 4.4) * mm), text, fill=(60, 50, 50), font=words)
        step = rng.uniform(4.0, 4.6) if kind is Kind.TD1 else rng.uniform(5.6, 6.5)
        left = (width - (len(lines[0]) - 1) * PITCH) / 2 + rng.uniform(-0.5, 0.5)
        ink = tuple(rng.randint(10, 75) for _ in range(3))
        _written(
            draw, lines, face, mm, (left, height - rng.uniform(4, 6) - (len(lines) - 1) * step), step, ink
        )
        return np.asarray(image), lines

    def scan(self, card: Array, rng: random.Random) -> Array:
        """A scanner at 150 to 240 dots an inch, a little soft, at times in grey, at times upside down."""
        zoom = rng.uniform(0.42, 0.67)
        small = cv2.resize(
            cv2.GaussianBlur(card, (0, 0), 1.0), None, fx=zoom, fy=zoom, interpolation=cv2.INTER_LINEAR
        )
        small = _turned(small, rng.uniform(-3, 3), (235, 236, 238), 1.35)
        if rng.random() < 0.3:
            small = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB)
        if rng.random() < 0.2:
            small = cv2.rotate(
                small, rng.choice((cv2.ROTATE_180, cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE))
            )
        return _jpeg(small, rng.randint(50, 95))

    def photo(self, card: Array, rng: random.Random) -> Array:
        """A telephone nearer or farther, with warm light and a shadow across the card."""
        shot = _shot(card, rng, fine=rng.random() < 0.7).astype(np.float32)
        shot *= np.array([rng.uniform(0.95, 1.05), rng.uniform(0.92, 1.0), rng.uniform(0.7, 1.0)], np.float32)
        at = rng.uniform(0.2, 0.8) * shot.shape[1]
        edge = 1 / (1 + np.exp(-(np.arange(shot.shape[1]) - at) / rng.uniform(8, 60)))
        shot *= (1 - rng.uniform(0.1, 0.4) * edge)[None, :, None]
        return _jpeg(np.clip(shot, 0, 255).astype(np.uint8), rng.randint(55, 92))

    def hard(self, card: Array, rng: random.Random) -> Array:
        """Worn ink, a fold, then what spoils a picture."""
        worn = card.astype(np.float32)
        noise = np.random.default_rng(rng.getrandbits(32))
        small = noise.uniform(0, 1, (worn.shape[0] // 9 + 1, worn.shape[1] // 9 + 1)).astype(np.float32)
        wear = cv2.resize(small, (worn.shape[1], worn.shape[0]))[..., None] * rng.uniform(0.1, 0.45)
        worn += (225 - worn) * wear
        fold = rng.randrange(worn.shape[1])
        worn[:, fold : fold + rng.randint(2, 7)] += rng.uniform(20, 60)
        return super().hard(np.clip(worn, 0, 255).astype(np.uint8), rng)


# -- what is asked -----------------------------------------------------------------------------------------------------
ORDINARY = ("scan", "page", "photo")


def body(report: Report) -> str:
    """Reads the pictures of both generators and adds up."""
    many = int(os.environ.get("MANY", "0")) or (560 if long_form() else 28)  # of each generator
    if not ocr.available():
        report.expect(False, "the model is not installed")
        return "no model"
    mrz_reader.prepare()
    rows = [
        row
        for name, made in (("printed", Printed()), ("foreign", Foreign()))
        for row in _tried(report, name, made, many)
    ]
    json_lines(report.folder / "cases.jsonl", rows)
    report.cases = len(rows)
    report.figures |= {"real_typeface": bool(faces(OCR_B)), "peak_mb": round(_peak() / 2**20)}
    for name, set_ in (
        ("printed", "ordinary"),
        ("printed", "hard"),
        ("foreign", "ordinary"),
        ("foreign", "hard"),
    ):
        _added(
            report, f"{name}_{set_}", [row for row in rows if (row["made_by"], row["set"]) == (name, set_)]
        )
    seconds = [row["seconds"] for row in rows]
    report.figures |= {"median_s": round(statistics.median(seconds), 2), "worst_s": round(max(seconds), 2)}
    report.expect(report.figures["median_s"] <= 1.0, "the median is over a second")
    report.expect(report.figures["worst_s"] <= 2.5, "the worst is over 2.5 seconds")
    report.expect(report.figures["peak_mb"] <= 600, "more than 600 MB")
    wrong = sum(row["certain"] and not row["exact"] for row in rows)
    report.expect(wrong == 0, f"{wrong} readings called certain are wrong")
    return f"{len(rows)} pictures, {wrong} certain and wrong, median {report.figures['median_s']} s"


def _tried(report: Report, name: str, made: Printed, many: int) -> list[dict[str, Any]]:
    rng = random.Random(made.seed)
    letters = faces(made.faces) or [str(HOUSE / "DejaVuSans.ttf")]
    kinds, rows = list(Kind), []
    for rank in range(many):
        kind, set_ = kinds[rank % len(kinds)], "hard" if rank // len(kinds) % 5 in {1, 3} else "ordinary"
        way = "hard" if set_ == "hard" else ORDINARY[rank // len(kinds) % 3]
        face = rng.choice(letters)
        card, lines = made.card(kind, rng, face)
        picture = getattr(made, way)(card, rng)
        begun = time.perf_counter()
        found = mrz_reader.read(picture, TODAY)
        row = {
            "made_by": name, "set": set_, "way": way, "kind": kind.value, "face": Path(face).stem, "lines": lines,
            "seconds": round(time.perf_counter() - begun, 3), "read": list(found.lines) if found else None,
            "exact": found is not None and list(found.lines) == lines, "certain": found is not None and found.certain,
            "repaired": found is not None and found.repaired, "doubts": list(found.doubts) if found else ["none"],
        }  # fmt: skip
        rows.append(row)
        if row["certain"] and not row["exact"]:
            Image.fromarray(picture).save(report.folder / f"{name}-{rank}.png")
    return rows


def _added(report: Report, name: str, rows: list[dict[str, Any]]) -> None:
    count = len(rows)
    exact, certain = (sum(row[what] for row in rows) / max(1, count) for what in ("exact", "certain"))
    report.figures[name] = {
        "pictures": count, "exact": round(exact, 3), "certain": round(certain, 3),
        "certain_and_wrong": sum(row["certain"] and not row["exact"] for row in rows),
        "repaired": sum(row["repaired"] for row in rows),
        "repaired_and_wrong": sum(row["repaired"] and not row["exact"] for row in rows),
    }  # fmt: skip
    if not faces(OCR_B):
        return  # other typefaces alone are no measure of documents
    if name.endswith("ordinary"):
        report.expect(exact >= 0.95, f"{name}: {exact:.1%} exact")
        report.expect(certain >= 0.85, f"{name}: {certain:.1%} certain")
    else:
        report.expect(certain >= 0.70, f"{name}: {certain:.1%} certain")


def _peak() -> int:
    """Bytes that the cage took for one picture of twelve megapixels."""
    rng = random.Random(TEST)
    card, _ = Printed().card(Kind.TD3, rng, (faces(OCR_B) or [str(HOUSE / "DejaVuSans.ttf")])[0])
    shot = Image.fromarray(Printed().photo(card, rng)).resize((4000, 3000))
    data = BytesIO()
    shot.save(data, "JPEG")
    costs: list[Any] = []
    reader = mrz_file.cage()
    reader.read(data.getvalue(), "mrz", costs.append)
    reader.close()
    return int(costs[0].peak)


if __name__ == "__main__":
    sys.exit(publish("bench-mrz", body, TEST))
