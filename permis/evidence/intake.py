"""From the bytes that somebody sent to pages that we made ourselves: type, size and pixels from the content.

The name and the announced type of a file are never believed, and nothing of the original is kept.
"""

from __future__ import annotations

import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps

from permis.evidence.memory import LIMIT

MAX_PAGES = 20
MAX_PIXELS = 120_000_000  # a phone of 108 megapixels; refused before decoding
MIN_SIDE = 200  # pixels: less can show nothing that can be read
LONG_SIDE = 2400  # pixels kept: an A4 page at 205 dpi
PDF_SCALE = 200 / 72  # 200 dpi
QUALITY = 82

Image.MAX_IMAGE_PIXELS = None  # our own limit speaks first, with a sentence
warnings.filterwarnings("ignore", category=Image.DecompressionBombWarning)


class Refused(Exception):
    """The file cannot be taken; `sentence` says what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True)
class Page:
    """One page, upright, re-encoded by us, without any metadata of the original."""

    jpeg: bytes
    width: int
    height: int


EMPTY = "Ce fichier est vide. Choisissez-le à nouveau, ou prenez une nouvelle photo."
TOO_BIG = "Ce fichier pèse plus de 20 Mo. Choisissez-en un plus léger, ou prenez une nouvelle photo."
WRONG_TYPE = (
    "Ce fichier n’est pas une photo JPEG ou PNG, ni un PDF. Choisissez un autre fichier, ou prenez une photo."
)
UNREADABLE = (
    "Ce fichier est abîmé : nous ne pouvons pas l’ouvrir. Enregistrez-le à nouveau, ou prenez une photo."
)
LOCKED = "Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou prenez une photo de la page."
TOO_MANY_PAGES = f"Ce PDF a plus de {MAX_PAGES} pages. Gardez seulement les pages utiles."
NO_PAGE = "Ce PDF n’a aucune page. Choisissez un autre fichier."
TOO_MANY_PIXELS = (
    "Cette image est trop grande. Prenez une nouvelle photo avec la taille normale de votre téléphone."
)
TOO_SMALL = (
    "Cette image est trop petite pour être lue. Prenez une photo plus près, ou à une meilleure qualité."
)


SENTENCES = frozenset(
    {EMPTY, TOO_BIG, WRONG_TYPE, UNREADABLE, LOCKED, TOO_MANY_PAGES, NO_PAGE, TOO_MANY_PIXELS, TOO_SMALL}
)
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
SIMPLE_PIXELS = 30_000_000
SIMPLE_SCANS = 20  # a camera writes one, a progressive picture about ten


def read(data: bytes, size: int | None = None) -> list[Page]:
    """The pages of a file. Raises `Refused` with what to do when it cannot be taken. `size`: bytes announced.

    An ordinary photo is decoded here. Whatever could cost much (PDF, very large or layered pictures, PNG that
    unpack to more than they weigh) is decoded in a cage: see `cage.py`.
    """
    if not data:
        raise Refused(EMPTY)
    if max(len(data), size or 0) > LIMIT:
        raise Refused(TOO_BIG)
    if b"%PDF-" not in data[:1024] and not data.startswith((JPEG, PNG)):
        raise Refused(WRONG_TYPE)
    if _is_simple(data):
        with _few:
            return decode(data)
    from permis.evidence import cage  # noqa: PLC0415  the cage reads this module

    return cage.read(data)


_few = threading.BoundedSemaphore(2)  # decodings at once in a process: their memory adds up


def _is_simple(data: bytes) -> bool:
    if not data.startswith((JPEG, PNG)):
        return False
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
            pixels = image.width * image.height
    except Exception:  # noqa: BLE001  not even a head: it will be refused in a moment, at no cost
        return True
    if data.startswith(JPEG):
        return pixels <= SIMPLE_PIXELS and data.count(b"\xff\xda") <= SIMPLE_SCANS
    return pixels <= SIMPLE_PIXELS // 3


def prepare() -> None:
    """Loads the decoders, which open files: called before the cage shuts."""
    import pypdfium2  # noqa: F401, PLC0415

    Image.init()


def decode(data: bytes) -> list[Page]:
    """Decodes wherever it is called: in the cage, or here for what is simple. Raises `Refused`."""
    if data.startswith((JPEG, PNG)):
        return [_picture(data)]
    return _pdf(data)


def _picture(data: bytes) -> Page:
    try:
        with Image.open(BytesIO(data), formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Refused(TOO_MANY_PIXELS)
            if min(image.size) < MIN_SIDE:
                raise Refused(TOO_SMALL)
            # A JPEG is decoded at the size that is wanted: a picture of 12 megapixels costs a quarter.
            image.draft("RGB", (LONG_SIDE, LONG_SIDE))
            image.load()
            upright = ImageOps.exif_transpose(image) or image
            return _page(upright)
    except Refused:
        raise
    except Exception as error:  # a decoder may raise anything at a hostile file
        raise Refused(UNREADABLE) from error


def _page(image: Image.Image) -> Page:
    if image.mode in {"RGBA", "LA", "P", "PA"}:
        flat = Image.new("RGB", image.size, "white")
        layer = image.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
        image = flat
    elif image.mode != "RGB":
        image = image.convert("RGB")
    if max(image.size) > LONG_SIDE:
        image.thumbnail((LONG_SIDE, LONG_SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY)  # no exif, no profile, no comment: nothing of the original
    return Page(out.getvalue(), image.width, image.height)


def _pdf(data: bytes) -> list[Page]:
    # Only ever called in the cage: PDFium is not safe with threads, and costs memory.
    import pypdfium2 as pdfium  # noqa: PLC0415

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        locked = getattr(error, "err_code", None) == 4 or "assword" in str(error)
        raise Refused(LOCKED if locked else UNREADABLE) from error
    try:
        count = len(document)
        if count == 0:
            raise Refused(NO_PAGE)
        if count > MAX_PAGES:
            raise Refused(TOO_MANY_PAGES)
        pages = []
        for n in range(count):
            page = document[n]
            width, height = page.get_size()
            # A page of absurd size is drawn small instead of filling the memory.
            scale = min(PDF_SCALE, LONG_SIDE / max(width, height, 1))
            if min(width, height) * scale < 1:
                raise Refused(UNREADABLE)
            pages.append(_page(page.render(scale=scale, may_draw_forms=False).to_pil()))
        return pages
    except Refused:
        raise
    except Exception as error:
        raise Refused(UNREADABLE) from error
    finally:
        document.close()
