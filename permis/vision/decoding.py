"""The decoders: a file into pages of ours. Loaded in the cage and nowhere else, for its memory and time are bounded there.

Nothing of the original goes through but its pixels: no profile, no position, no comment, no second picture.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import cv2
import numpy as np
import pillow_heif
import pypdfium2
from PIL import Image, ImageChops, ImageCms

from permis.vision import files, page
from permis.vision.files import LONG_SIDE, MAX_PAGES, MAX_PIXELS, MIN_SIDE, Made, Refused

PDF_SCALE = 200 / 72  # 200 dpi
PDF_MIN_SIDE = 50  # pixels of a drawn page: a receipt is narrow, a hair is no page
QUALITY, THUMB_QUALITY = 82, 75
MAX_PROFILE = (
    4 << 20
)  # bytes of a colour profile that is followed; those of printers weigh one or two megabytes
ORIENTATION = 0x0112
REDUCED = 0x00FE  # TIFF: bit 0 says that this picture is a small copy of another
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Image.MAX_IMAGE_PIXELS = None  # our own limit speaks first, with a sentence
Image.init()
cv2.setNumThreads(1)
pillow_heif.options.DECODE_THREADS = 1  # a thread could not be started in the cage
pillow_heif.options.THUMBNAILS = pillow_heif.options.DEPTH_IMAGES = pillow_heif.options.AUX_IMAGES = False
_SRGB = ImageCms.createProfile("sRGB")


def pages(data: bytes) -> list[Made]:
    """The pages of a file. Raises `Refused`, or MemoryError."""
    return [made(picture) for picture in pictures(data)]


def pictures(data: bytes, long_side: int = LONG_SIDE, least: int = MIN_SIDE) -> Iterator[Image.Image]:
    """Each page of a file: upright, in sRGB, at most `long_side` pixels. Raises `Refused`, or MemoryError.

    A picture whose shorter side has fewer pixels than `least` is refused.
    """
    found = files.kind(data)
    try:
        if found == "pdf":
            yield from _pdf(data, long_side)
        elif found == "heif":
            yield _heif(data, long_side, least)
        else:
            yield from _picture(data, found.upper(), long_side, least)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # a decoder may raise anything at a hostile file
        raise Refused(files.UNREADABLE) from error


def made(image: Image.Image) -> Made:
    """A picture of ours, upright and in sRGB, as a page: encoded, with its thumbnail and what is measured on it."""
    clean = Image.frombytes("RGB", image.size, image.tobytes())  # pixels alone: `info` may hold a comment
    jpeg, thumb = BytesIO(), BytesIO()
    clean.save(jpeg, "JPEG", quality=QUALITY)
    small = clean.copy()
    small.thumbnail((files.THUMB_SIDE, files.THUMB_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    small.save(thumb, "JPEG", quality=THUMB_QUALITY)
    pixels = np.asarray(clean)
    said = {"measures": page.measure(pixels), "look": page.look(pixels)}
    return Made(jpeg.getvalue(), thumb.getvalue(), clean.width, clean.height, said)


def _picture(data: bytes, wanted: str, long_side: int, least: int) -> Iterator[Image.Image]:
    """JPEG, PNG, WebP (the first picture of an animation) or TIFF (each of its pages)."""
    with Image.open(BytesIO(data), formats=(wanted,)) as image:
        if wanted != "TIFF":
            yield _upright(image, long_side, least)
            return
        count = 0
        for rank in range(MAX_PAGES * 4):  # small copies may stand between the pages
            try:
                image.seek(rank)
            except EOFError:
                break
            if rank and int(image.tag_v2.get(REDUCED, 0)) & 1:  # type: ignore[attr-defined]
                continue
            count += 1
            if count > MAX_PAGES:
                break
        if count > MAX_PAGES:
            raise Refused(files.TOO_MANY_PAGES)
        for rank in range(MAX_PAGES * 4):
            try:
                image.seek(rank)
            except EOFError:
                return
            if not rank or not int(image.tag_v2.get(REDUCED, 0)) & 1:  # type: ignore[attr-defined]
                yield _upright(image, long_side, least)


def _allowed(width: int, height: int, least: int) -> None:
    if width * height > MAX_PIXELS:
        raise Refused(files.TOO_MANY_PIXELS)
    if min(width, height) < least:
        raise Refused(files.TOO_SMALL)


def _wanted(width: int, height: int, long_side: int) -> tuple[int, int]:
    """The size at which a picture is kept."""
    scale = min(1.0, long_side / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def _upright(image: Image.Image, long_side: int, least: int) -> Image.Image:
    """The picture at the size that is kept, in sRGB, turned once as it says."""
    _allowed(*image.size, least)
    size = _wanted(*image.size, long_side)
    # A JPEG is decoded near the size that is wanted: a picture of 108 megapixels costs a sixteenth.
    image.draft("RGB", size)
    profile = image.info.get("icc_profile")
    inverted = image.format in {"JPEG", "MPO"} and image.mode == "CMYK" and "adobe" not in image.info
    image.load()
    turn = _turn(image)  # after the pixels: a PNG may say it at its end, and a TIFF is turned by its decoder
    small = _shrunk(_eight_bits(image), size)
    if inverted:  # Pillow takes every CMYK JPEG for one of Adobe, which writes its inks the other way round
        small = ImageChops.invert(small)
    flat = _in_srgb(small, profile)
    return flat.transpose(turn) if turn is not None else flat


def _turn(image: Image.Image) -> Image.Transpose | None:
    try:
        return TURNS.get(image.getexif().get(ORIENTATION, 1))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  damaged metadata say nothing: the pixels stay as they are
        return None


def _eight_bits(image: Image.Image) -> Image.Image:
    """Sixteen bits a sample, whole numbers and floats, as greys of eight."""
    if not image.mode.startswith(("I", "F")):
        return image
    values = np.asarray(image)
    if image.mode.startswith("I"):
        # Of a 32-bit picture, what scanners write: sixteen bits in it.
        return Image.fromarray((np.clip(values, 0, 65535) >> 8).astype(np.uint8))
    top = float(np.nanmax(values)) or 1.0
    return Image.fromarray((np.clip(np.nan_to_num(values) / max(top, 1.0), 0, 1) * 255).astype(np.uint8))


def _shrunk(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Smaller, in a mode that can be shrunk: what has layers keeps them until they stand on white."""
    transparent = image.info.get("transparency") is not None
    if image.mode in {"P", "PA"}:
        image = image.convert("RGBA" if transparent or image.mode == "PA" else "RGB")
    elif image.mode == "1":
        image = image.convert("L")
    elif transparent and image.mode in {"L", "RGB"}:
        image = image.convert("LA" if image.mode == "L" else "RGBA")
    if image.size == size:
        return image
    if image.mode in {"LA", "RGBA"}:  # else the colour of what cannot be seen would bleed into what can
        image = _on_white(image)
    return image.resize(size, Image.Resampling.BILINEAR, reducing_gap=2.0)


def _on_white(image: Image.Image) -> Image.Image:
    under = Image.new(image.mode[:-1], image.size, "white")
    under.paste(image.convert(image.mode[:-1]), mask=image.getchannel("A"))
    return under


def _in_srgb(image: Image.Image, profile: Any) -> Image.Image:
    """The colours that a screen shows; a profile that is broken or far too long is not followed."""
    if image.mode in {"LA", "RGBA"}:
        image = _on_white(image)
    if profile and len(profile) <= MAX_PROFILE and image.mode in {"RGB", "CMYK", "L"}:
        with contextlib.suppress(ImageCms.PyCMSError, OSError, ValueError, TypeError, OverflowError):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            if "srgb" not in (own.profile.profile_description or "").lower():
                followed = ImageCms.profileToProfile(image, own, _SRGB, outputMode="RGB")
                if followed is not None:
                    return followed
    return image if image.mode == "RGB" else image.convert("RGB")


def _heif(data: bytes, long_side: int, least: int) -> Image.Image:
    """The main picture of a HEIC file. It is turned by its decoder: what its EXIF says of it is not followed again."""
    opened = pillow_heif.open_heif(BytesIO(data), convert_hdr_to_8bit=True)
    main = opened[opened.primary_index]
    _allowed(*main.size, least)
    profile = main.info.get("icc_profile")
    pixels = np.asarray(main)[:, : main.size[0]]  # no copy: at 50 megapixels each weighs 150 MB
    size = _wanted(*main.size, long_side)
    if size != main.size:
        pixels = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    del pixels, main, opened
    return _in_srgb(image, profile)


def _pdf(data: bytes, long_side: int) -> Iterator[Image.Image]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) == 4 or "assword" in str(error)
        raise Refused(files.LOCKED if locked else files.UNREADABLE) from error
    if document.get_formtype() == pypdfium2.raw.FORMTYPE_XFA_FULL:
        raise Refused(files.LIVE_FORM)
    # What a person typed into a form is drawn only with this; without JavaScript, which this PDFium does not have.
    document.init_forms()
    count = len(document)
    if count == 0:
        raise Refused(files.NO_PAGE)
    if count > MAX_PAGES:
        raise Refused(files.TOO_MANY_PAGES)
    for rank in range(count):
        sheet = document[rank]
        width, height = sheet.get_size()
        # A page of absurd size is drawn small instead of filling the memory.
        scale = min(PDF_SCALE * long_side / LONG_SIDE, long_side / max(width, height, 1))
        if min(width, height) * scale < PDF_MIN_SIDE:
            raise Refused(files.TOO_SMALL)
        drawn = sheet.render(scale=scale, may_draw_forms=True, rev_byteorder=True, limit_image_cache=True)
        image = Image.fromarray(np.ascontiguousarray(drawn.to_numpy()[:, :, :3]))
        drawn.close()
        sheet.close()
        yield image if max(image.size) <= long_side else image.resize(_wanted(*image.size, long_side))


def prepare() -> None:
    """Uses each decoder once, so that whatever it loads is loaded before the cage shuts."""
    grey, colour = Image.new("L", (240, 240), "white"), Image.new("RGB", (240, 240), "white")
    for format_, image in (
        ("JPEG", colour), ("PNG", grey.convert("P")), ("WEBP", colour), ("TIFF", grey), ("PDF", colour)
    ):  # fmt: skip
        out = BytesIO()
        image.save(out, format_)
        pages(out.getvalue())
    out = BytesIO()
    grey.convert("1").save(out, "TIFF", compression="group4")
    pages(out.getvalue())
    _in_srgb(colour, ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes())
    with contextlib.suppress(Refused):
        pages(b"\0\0\0\x18ftypheic" + bytes(64))
