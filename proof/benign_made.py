"""Files as people have them: three hundred shapes (assurance R7), drawn here, the same for the same seed.

Each shows four quarters of four colours, so that no turn and no mirror looks like another, and words as a paper has.
"""

from __future__ import annotations

import io
import random
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
import pillow_heif
from PIL import Image, ImageChops, ImageCms, ImageDraw, ImageFont, ImageOps

RED, GREEN, BLUE, PALE = (214, 60, 60), (60, 170, 80), (60, 80, 214), (240, 240, 232)
QUARTERS = (RED, GREEN, BLUE, PALE)
FONT = Path(__file__).resolve().parents[1] / "permis" / "design" / "fonts" / "NotoSans-Regular.ttf"
TURNED = {  # how the pixels lie when the camera writes this orientation
    1: lambda i: i,
    2: ImageOps.mirror,
    3: lambda i: i.transpose(Image.Transpose.ROTATE_180),
    4: ImageOps.flip,
    5: lambda i: i.transpose(Image.Transpose.TRANSPOSE),
    6: lambda i: i.transpose(Image.Transpose.ROTATE_90),
    7: lambda i: i.transpose(Image.Transpose.TRANSVERSE),
    8: lambda i: i.transpose(Image.Transpose.ROTATE_270),
}
PHONES = (
    (4000, 3000),
    (4032, 3024),
    (4608, 3456),
    (5184, 3888),
    (6000, 4000),
    (8160, 6120),
    (9280, 6944),
    (12_000, 9000),
)
NAMES = (
    "Pièce d’identité.jpg", "carte recto verso (1).jpg", "photo  2 espaces.jpg", "IMG_20260314_101500.jpg", "Ébène.JPG",
    "ça & là.jpg", "Capture d’écran 2026-03-14 à 10.15.00.png", "naïve—tiret.jpg", "日本.jpg", "scan.PDF", "sans extension",
    "trop.de.points.jpg", "« guillemets ».jpg", "l'apostrophe.jpg", "100 %.jpg", "n°12.jpg", "été.heic", "a+b=c.jpg",
    "Muñoz Œuvre.jpg", "e\u0301te\u0301.jpg",
)  # fmt: skip


@dataclass(frozen=True)
class Benign:
    """One file as a person has it. `greys`: its colours are gone; `pages`: how many it has."""

    shape: str
    variant: str
    data: bytes
    name: str = "photo.jpg"
    pages: int = 1
    greys: bool = False
    two_tones: bool = False


class _Pen:
    """Whether the file that is being made will be used."""

    wanted = True


_pen = _Pen()


@cache
def scene(size: tuple[int, int]) -> Image.Image:
    """A paper of four quarters, with words and the grain of a photograph."""
    width, height = min(size[0], 4000), min(size[1], 4000 * size[1] // size[0])
    image = Image.new("RGB", (width, height), PALE)
    draw = ImageDraw.Draw(image)
    half = (width // 2, height // 2)
    draw.rectangle((0, 0, *half), fill=RED)
    draw.rectangle((half[0], 0, width, half[1]), fill=GREEN)
    draw.rectangle((0, half[1], half[0], height), fill=BLUE)
    font = ImageFont.truetype(str(FONT), max(12, height // 24))
    for line in range(4):
        draw.text(
            (width // 20, height * (line * 6 + 1) // 24),
            "SPÉCIMEN Moreau Léa 14 03 1990",
            fill=(20, 20, 30),
            font=font,
        )
    grain = Image.effect_noise((width // 4, height // 4), 18).resize((width, height)).convert("RGB")
    image = Image.blend(image, grain, 0.08)
    return image if image.size == size else image.resize(size, Image.Resampling.BILINEAR)


def jpeg(image: Image.Image, **options: object) -> bytes:
    """A JPEG of it."""
    return saved(image, "JPEG", **{"quality": 80, **options})


def saved(image: Image.Image, format_: str, **options: object) -> bytes:
    """A file of it."""
    if not _pen.wanted:
        return b""
    out = io.BytesIO()
    if format_ == "HEIC":
        pillow_heif.from_pillow(image).save(out, **{"quality": 50, **options})
    else:
        image.save(out, format_, **options)
    return out.getvalue()


def oriented(image: Image.Image, turn: int, format_: str, **options: object) -> bytes:
    """As a camera held so writes it."""
    if not _pen.wanted:
        return b""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = turn, "Fabricant", "Téléphone 12"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 6.0, 41.0), 3: "W", 4: (1.0, 40.0, 12.0)})
    lying = TURNED[turn](image)
    if format_ == "TIFF":
        return saved(lying, "TIFF", tiffinfo={0x0112: turn}, compression="tiff_lzw", **options)
    if format_ == "HEIC":
        return saved(lying, "HEIC", exif=exif.tobytes(), **options)
    return saved(lying, format_, exif=exif, **options)


def wide_profile() -> bytes:
    """A profile of a phone of wide colours: that of sRGB with its primaries a little further out."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    return bytes(profile).replace("sRGB built-in".encode("utf-16-be"), "wide built-in".encode("utf-16-be"))


def scans(image: Image.Image, pages: int, form: str) -> bytes:
    """A PDF as a scanner or a phone writes it."""
    if not _pen.wanted:
        return b""
    out = io.BytesIO()
    options = {"resolution": 150 if form != "high" else 300}
    sheet = image.convert({"grey": "L", "fax": "1"}.get(form, "RGB"))
    sheet.save(out, "PDF", save_all=True, append_images=[sheet] * (pages - 1), **options)
    if form in {"locked for changes", "packed"}:
        document, again = pikepdf.open(io.BytesIO(out.getvalue())), io.BytesIO()
        if form == "packed":
            document.save(again, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        else:
            document.save(again, encryption=pikepdf.Encryption(owner="maitre", user=""))
        return again.getvalue()
    return out.getvalue()


def turned_pdf(image: Image.Image, turn: int) -> bytes:
    """A scan that lies, and says how to turn it."""
    if not _pen.wanted:
        return b""
    lying = image.transpose({90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180,
                             270: Image.Transpose.ROTATE_270}[turn])  # fmt: skip
    out, again = io.BytesIO(), io.BytesIO()
    lying.save(out, "PDF", resolution=150)
    document = pikepdf.open(io.BytesIO(out.getvalue()))
    document.pages[0].Rotate = turn
    document.save(again)
    return again.getvalue()


def files(seed: int, *, whole: bool) -> Iterator[Benign]:
    """Every shape; in the short form one in seven, and the largest pictures left out."""
    made, rank = _files(random.Random(seed), whole=whole), 0
    while True:
        # What the short form leaves out is not even encoded: that is most of its time.
        _pen.wanted = whole or rank % 7 == 0
        try:
            file = next(made, None)
        finally:
            wanted, _pen.wanted = _pen.wanted, True
        if file is None:
            return
        if wanted:
            yield file
        rank += 1


def _files(rng: random.Random, *, whole: bool) -> Iterator[Benign]:
    small, sheet = scene((1600, 1200)), scene((1240, 1754))
    for size in PHONES if whole else PHONES[:2]:
        for held in (1, 3, 6, 8):
            lying = size if held < 5 else size[::-1]
            yield Benign(
                "a phone's JPEG",
                f"{size[0]} x {size[1]}, turn {held}",
                oriented(scene(lying), held, "JPEG", quality=70),
            )
    for size in ((4032, 3024), (5712, 4284), (8064, 6048)) if whole else ((2016, 1512),):
        yield Benign("a phone's HEIC", f"{size[0]} x {size[1]}", oriented(scene(size), 1, "HEIC"))
        yield Benign(
            "a phone's HEIC", f"{size[0]} x {size[1]}, held upright", oriented(scene(size[::-1]), 6, "HEIC")
        )
    for format_ in ("JPEG", "PNG", "WEBP", "TIFF", "HEIC"):
        for turn in TURNED:
            yield Benign("every turn", f"{format_} {turn}", oriented(scene((1000, 750)), turn, format_))
            yield Benign(
                "every turn, upright", f"{format_} {turn}", oriented(scene((750, 1000)), turn, format_)
            )
    for quality in (10, 30, 50, 75, 95, 100):
        for sampling in (0, 1, 2):
            for progressive in (False, True):
                data = jpeg(small, quality=quality, subsampling=sampling, progressive=progressive)
                yield Benign("JPEG of every make", f"{quality}, {sampling}, progressive {progressive}", data)
    for quality in (10, 30, 50, 70, 90, 100):
        for chroma in (420, 422, 444):
            data = saved(small, "HEIC", quality=quality, chroma=chroma)
            yield Benign("HEIC of every make", f"{quality}, {chroma}", data)
    for mode in ("CMYK", "L"):
        for size in ((1600, 1200), (2480, 3508), (3508, 2480)):
            data = jpeg(scene(size).convert(mode))
            yield Benign(
                "JPEG of a printer" if mode == "CMYK" else "JPEG of greys", f"{size}", data, greys=mode == "L"
            )
    inks = jpeg(ImageChops.invert(small.convert("CMYK")))
    at = inks.find(b"\xff\xee")
    plain = inks[:at] + inks[at + 2 + int.from_bytes(inks[at + 2 : at + 4], "big") :]
    yield Benign("JPEG of a printer", "not of Adobe", plain)
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        for size in ((1170, 2532), (1080, 2400), (1920, 1080), (2560, 1440)):
            data = saved(scene(size).convert(mode), "PNG")
            yield Benign(
                "a screenshot", f"PNG {mode} {size}", data, greys=mode in {"L", "LA"}, two_tones=mode == "1"
            )
    deep = np.asarray(small.convert("L")).astype(np.uint16) * 257
    yield Benign("a scan of sixteen bits", "PNG", saved(Image.fromarray(deep), "PNG"), greys=True)
    yield Benign("a scan of sixteen bits", "TIFF", saved(Image.fromarray(deep), "TIFF"), greys=True)
    for options in ({"quality": 80}, {"lossless": True}, {"quality": 40, "method": 6}):
        for size in ((1600, 1200), (4000, 3000)):
            yield Benign("WebP", f"{options} {size}", saved(scene(size), "WEBP", **options))
    yield Benign(
        "WebP", "that moves", saved(small, "WEBP", save_all=True, append_images=[small], duration=80)
    )
    for packed in ("group3", "group4", "packbits"):
        for pages in (1, 3, 20):
            fax = scene((1728, 2200)).convert("1", dither=Image.Dither.NONE)
            data = saved(fax, "TIFF", compression=packed, save_all=True, append_images=[fax] * (pages - 1))
            yield Benign("a fax", f"{packed}, {pages} pages", data, pages=pages, two_tones=True)
    for packed in ("raw", "tiff_lzw", "tiff_adobe_deflate", "jpeg"):
        for mode in ("RGB", "CMYK", "L"):
            data = saved(sheet.convert(mode), "TIFF", compression=packed)
            yield Benign("a scanner's TIFF", f"{packed} {mode}", data, greys=mode == "L")
    for pages in (1, 2, 3, 5, 10, 20):
        for form in ("colour", "grey", "fax", "high", "packed", "locked for changes"):
            data = scans(sheet, pages, form)
            yield Benign(
                "a scanned PDF",
                f"{pages} pages, {form}",
                data,
                pages=pages,
                greys=form == "grey",
                two_tones=form == "fax",
            )
    for turn in (90, 180, 270):
        yield Benign("a scanned PDF", f"lying, {turn}", turned_pdf(sheet, turn))
    yield Benign(
        "a scanned PDF", "lines before its header", b"X-Program: scan\r\n" * 30 + scans(sheet, 1, "colour")
    )
    film = struct.pack(">I", 24) + b"ftypmp42\0\0\0\0mp42isom" + rng.randbytes(200_000)
    for turn in (1, 6, 8):
        yield Benign("a photo that moves", f"turn {turn}", oriented(small, turn, "JPEG") + film)
    yield Benign(
        "a photo with a second picture",
        "MPO",
        saved(small, "MPO", save_all=True, append_images=[small.reduce(2)]),
    )
    for size in (1000, 30_000, 60_000):
        exif = Image.Exif()
        exif[0x0112], exif.get_ifd(0x8769)[0x927C] = 1, rng.randbytes(size)
        yield Benign("a photo that tells much", f"a maker's note of {size}", jpeg(small, exif=exif))
    for many in (5, 30):
        segment = (
            b"\xff\xe1"
            + struct.pack(">H", 60_002)
            + b"http://ns.adobe.com/xmp/extension/\0"[:35].ljust(60_000, b"x")
        )
        data = jpeg(small)
        yield Benign("a photo that tells much", f"{many} long segments", data[:2] + segment * many + data[2:])
    for format_ in ("JPEG", "PNG", "TIFF", "WEBP"):
        yield Benign("wide colours", format_, saved(small, format_, icc_profile=wide_profile()))
    for side in (210, 400, 640):
        yield Benign("a small photo", f"{side} pixels", jpeg(scene((side, side * 4 // 3))))
    yield Benign("a long receipt", "600 x 4000", jpeg(scene((600, 4000))))
    yield Benign("a panorama", "8000 x 1500", jpeg(scene((8000, 1500))))
    yield from named(rng)


def named(rng: random.Random) -> Iterator[Benign]:
    """Good pictures under the names that people give."""
    for name in NAMES:
        data = jpeg(scene((1600, 1200)), quality=rng.randrange(60, 90))
        yield Benign("names of people", name, data, name=name)
