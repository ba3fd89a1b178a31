"""Pictures of papers as people take them: legible, lit, grained like a photograph, the same for the same seed."""

from __future__ import annotations

import random
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from bench.people import HAIR, SKINS, Person, drawn
from bench.people import jpeg as saved

FONT = Path(__file__).resolve().parents[1] / "permis" / "design" / "fonts" / "NotoSans-Regular.ttf"
PAPER, INK = (236, 233, 226), (25, 25, 35)
SHADES = ((40, 80, 150), (170, 60, 60), (60, 130, 90), (90, 90, 110))
GRAIN = 0.03  # of the light, at random
LEGIBLE = 40  # a JPEG of less quality blurs its small words


def sheet(rng: random.Random, size: tuple[int, int], mark: str = "") -> Image.Image:
    """Words on paper, sharp and well lit; each one another. `mark` stands in every fifth line."""
    width, height = size
    image = Image.new("RGB", size, PAPER)
    pen = ImageDraw.Draw(image)
    for _ in range(4):  # two papers do not look alike from afar
        x, y = rng.randrange(1, 9) * width // 12, rng.randrange(1, 9) * height // 12
        pen.rectangle((x, y, x + width // 5, y + height // 8), fill=rng.choice(SHADES))
    unit = max(6, width // 60)
    font = ImageFont.truetype(str(FONT), unit)
    for line in range(int(height / (unit * 1.9)) - 3):
        words = mark if line % 5 == 0 else ""
        words += " " + " ".join("".join(rng.choices("abcdeilmnorstu", k=6)) for _ in range(8))
        pen.text((2 * unit, (2 + line * 1.9) * unit), words[:56], fill=INK, font=font)
    return image


def grained(image: Image.Image, rng: random.Random) -> Image.Image:
    """The same, with the grain of a photograph."""
    width, height = image.size
    grain = Image.frombytes("L", image.size, rng.randbytes(width * height))
    return Image.blend(image, Image.merge("RGB", [grain] * 3), GRAIN)


def picture(seed: int, wanted: int, size: tuple[int, int] = (1600, 1200)) -> bytes:
    """A legible JPEG of as near `wanted` bytes as its size allows."""
    rng = random.Random(seed)
    image = grained(sheet(rng, size), rng)
    best: tuple[int, bytes] | None = None
    low, high = LEGIBLE, 100
    while low <= high:
        quality = (low + high) // 2
        out = BytesIO()
        image.save(out, "JPEG", quality=quality)
        data = out.getvalue()
        if best is None or abs(len(data) - wanted) < best[0]:
            best = (abs(len(data) - wanted), data)
        low, high = (quality + 1, high) if len(data) < wanted else (low, quality - 1)
    assert best is not None
    return best[1]


def portrait(seed: int | str) -> bytes:
    """A photo that follows the rule, of a face that nobody has; another face for another seed."""
    rng = random.Random(seed)
    light = rng.randrange(198, 210)
    person = Person(
        skin=rng.choice(list(SKINS)),
        hair=rng.choice(list(HAIR)),
        beard=rng.random() < 0.2,
        ground=(light - 5, light, light + 6),
        size=(560, 720),
    )
    return saved(drawn(person, rng.randrange(1, 99)))


def signed(seed: int | str) -> bytes:
    """A picture of a sheet of paper with a signature on it; another one for another seed."""
    rng = random.Random(seed)
    page = Image.new("RGB", (1200, 800), (228, 226, 220))
    x, points = 260, []
    while x < 900:
        points.append((x, rng.randrange(300, 500)))
        x += rng.randrange(30, 70)
    ImageDraw.Draw(page).line(points, fill=(25, 25, 70), width=7, joint="curve")
    out = BytesIO()
    page.save(out, "JPEG", quality=88)
    return out.getvalue()


def of_first_licence(seed: int, wanted: int, size: tuple[int, int] = (1600, 1200)) -> list[bytes]:
    """What a first licence asks for, in the order of the page: identity (two sides), address, photo, signature, exam."""
    front, back, address, exam = (picture(seed + n, wanted, size) for n in range(4))
    return [front, back, address, portrait(seed), signed(seed), exam]
