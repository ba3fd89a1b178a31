"""What a file may be: its limits, its real type from its first bytes, and what a person reads when it is refused.

The name and the announced type of a file are never believed. The decoders stand in `decoding.py`, which nothing but
the cage loads: see `cage.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

LIMIT = 20 * 1024 * 1024  # bytes of one file
MAX_PAGES = 20
MAX_PIXELS = 120_000_000  # a phone of 108 megapixels; refused before decoding
MIN_SIDE = 200  # pixels: less can show nothing that can be read
LONG_SIDE = 2400  # pixels kept: an A4 page at 205 dpi
THUMB_SIDE = 320  # pixels


class Refused(Exception):
    """The file cannot be taken; `sentence` says what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Busy(Refused):
    """Not a word against the file: there was no room, or nobody, to read it. To be tried again."""


class Unlucky(Busy):
    """Its decoder was ended by something else than its own limits (a machine without memory, or far too loaded).

    The file is probably good; one that does it again and again is refused by who asks.
    """


@dataclass(frozen=True)
class Made:
    """One page made by us: upright, at most `LONG_SIDE` pixels, without any metadata of the original."""

    jpeg: bytes
    thumb: bytes  # at most `THUMB_SIDE` pixels
    width: int
    height: int
    said: dict[str, Any] = field(default_factory=dict)  # what was measured on it; JSON


EMPTY = "Ce fichier est vide. Choisissez-le à nouveau, ou prenez une nouvelle photo."
TOO_BIG = "Ce fichier pèse plus de 20 Mo. Choisissez-en un plus léger, ou prenez une nouvelle photo."
WRONG_TYPE = (
    "Ce fichier n’est pas une photo (JPEG, PNG, WebP, HEIC ou TIFF), ni un PDF. Choisissez un autre fichier, ou prenez "
    "une photo."
)
OTHER_PICTURE = "Cette image est d’une sorte que nous ne lisons pas. Enregistrez-la en JPEG ou en PDF, ou prenez une photo."
FILM = "Ce fichier est une vidéo. Prenez une photo de la page, ou choisissez un autre fichier."
OFFICE = (
    "Ce fichier est un document de traitement de texte ou une archive. Ouvrez-le, enregistrez-le en PDF, puis choisissez "
    "ce PDF."
)
UNREADABLE = (
    "Ce fichier est abîmé : nous ne pouvons pas l’ouvrir. Enregistrez-le à nouveau, ou prenez une photo."
)
LOCKED = "Ce PDF est protégé par un mot de passe. Enregistrez-le sans mot de passe, ou prenez une photo de la page."
LIVE_FORM = (
    "Ce PDF est un formulaire que seul Adobe Reader affiche. Ouvrez-le avec ce logiciel, choisissez « Imprimer », puis "
    "« Enregistrer en PDF », ou prenez une photo de la page."
)
TOO_MANY_PAGES = f"Ce fichier a plus de {MAX_PAGES} pages. Gardez seulement les pages utiles."
NO_PAGE = "Ce PDF n’a aucune page. Choisissez un autre fichier."
TOO_MANY_PIXELS = (
    "Cette image est trop grande. Prenez une nouvelle photo avec la taille normale de votre téléphone."
)
TOO_SMALL = (
    "Cette image est trop petite pour être lue. Prenez une photo plus près, ou à une meilleure qualité."
)
TOO_HEAVY = "Ce fichier est trop compliqué à ouvrir. Prenez une photo de la page, ou enregistrez-la à nouveau en PDF simple."
BUSY = "Le service lit beaucoup de documents en ce moment. Rien n’est perdu : réessayez dans une minute."

SENTENCES = frozenset(
    {
        EMPTY, TOO_BIG, WRONG_TYPE, OTHER_PICTURE, FILM, OFFICE, UNREADABLE, LOCKED, LIVE_FORM, TOO_MANY_PAGES, NO_PAGE,
        TOO_MANY_PIXELS, TOO_SMALL, TOO_HEAVY,
    }
)  # fmt: skip

JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
PDF = b"%PDF-"
PDF_WITHIN = 1024  # bytes: some programs write a few lines before the header
HEIF_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"})
# What is not taken, by its first bytes, and the sentence that helps most.
_OFFICE = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"{\\rtf",
    b"7z\xbc\xaf",
    b"Rar!",
)
_PICTURES = (b"GIF8", b"BM", b"\x00\x00\x01\x00", b"8BPS", b"\xff\x0a", b"\xff\x4f\xff\x51")
_PICTURES_BOXED = (b"\x00\x00\x00\x0cJXL ", b"\x00\x00\x00\x0cjP  ")
_FILMS = (b"\x1aE\xdf\xa3", b"FLV\x01", b"\x00\x00\x01\xba", b"OggS")


def kind(data: bytes) -> str:
    """`jpeg`, `png`, `webp`, `heif`, `tiff` or `pdf`, from the content alone. Raises `Refused` for anything else."""
    if not data:
        raise Refused(EMPTY)
    if len(data) > LIMIT:
        raise Refused(TOO_BIG)
    if data.startswith(JPEG):
        return "jpeg"
    if data.startswith(PNG):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data.startswith((b"II*\0", b"MM\0*")):
        return "tiff"
    if data[4:8] == b"ftyp":
        return _boxed(data)
    if PDF in data[:PDF_WITHIN]:
        return "pdf"
    raise Refused(_other(data))


def _boxed(data: bytes) -> str:
    """Of the files made of ISO boxes (HEIF, AVIF, films), which one: `heif`, or a refusal."""
    size = min(int.from_bytes(data[:4], "big"), 256)
    brands = {data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))}
    if brands & HEIF_BRANDS:
        return "heif"
    raise Refused(OTHER_PICTURE if brands & {b"avif", b"avis", b"mif1", b"crx "} else FILM)


def _other(data: bytes) -> str:
    if data.startswith(_OFFICE):
        return OFFICE
    if data.startswith(_FILMS) or (data[:4] == b"RIFF" and data[8:12] == b"AVI "):
        return FILM
    if data.startswith(_PICTURES + _PICTURES_BOXED):
        return OTHER_PICTURE
    return WRONG_TYPE


def pages(data: bytes) -> list[Made]:
    """The pages of a file, made by us. Raises `Refused` with what to do. Called in the cage alone."""
    from permis.vision import decoding  # noqa: PLC0415  the decoders are loaded in the cage and nowhere else

    return decoding.pages(data)


def pictures(data: bytes, long_side: int = LONG_SIDE) -> Iterator[Image]:
    """Each page of a file as a picture: upright, in sRGB, at most `long_side` pixels. Called in the cage alone."""
    from permis.vision import decoding  # noqa: PLC0415  the same

    return decoding.pictures(data, long_side)


def prepare() -> None:
    """Loads the decoders and uses each once: in the cage nothing can be loaded any more."""
    from permis.vision import decoding  # noqa: PLC0415

    decoding.prepare()
