"""Which readers look at which piece, and what they read there: signed codes, zones, print, faces, signatures.

What a reader says is kept as it said it, sealed with the upload. What it means beside what was typed is `beside.py`,
which is asked again each time a page is shown: answers may be corrected after a document was given.
"""

from __future__ import annotations

import atexit
import functools
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from permis.domain.vocabulary import Piece
from permis.vision import cage, files, mrz_file
from permis.vision.cage import Cage
from permis.vision.files import Made

log = logging.getLogger(__name__)

CODE, ZONE, PORTRAIT, SIGNATURE = "2ddoc", "mrz", "portrait", "signed_paper"

# What a piece may bear. A reader that finds nothing says nothing: most bills have no signed code.
_CARD = (ZONE, CODE)
READERS: dict[Piece, tuple[str, ...]] = {
    Piece.ID: _CARD,
    Piece.ID_HEB: _CARD,
    Piece.ID_REP: _CARD,
    Piece.STAY: _CARD,
    Piece.LIC: (ZONE,),
    Piece.ADDR: (CODE,),
    Piece.ADDR_HEB: (CODE,),
    Piece.RESN: (CODE,),
    Piece.CEPC: (CODE,),
    Piece.DECISION: (CODE,),
}
SIDES: dict[str, tuple[str, ...]] = {"photo": (PORTRAIT,), "signature": (SIGNATURE,)}
SIGNED = frozenset({Piece.PHOTO, Piece.REP})  # whose sides have a reader of their own


def readers(piece: Piece, side: str) -> tuple[str, ...]:
    """Who may read what is given there, in the order in which they are asked."""
    return SIDES.get(side, ()) if piece in SIGNED else READERS.get(piece, ())


def read(
    piece: Piece, side: str, data: bytes, *, wait_s: float | None = None
) -> tuple[dict[str, Any], list[Made]]:
    """What each reader of this piece says, by its name; None: it could not look. With the pages made by the last one.

    Those that the installation leaves out (`PERMIS_READERS`) are not asked. Never refuses a file: whatever goes wrong in a reader, the file goes on and a person looks. `wait_s`: for a place
    in a cage, seconds.
    """
    found: dict[str, Any] = {}
    made: list[Made] = []
    for reader in readers(piece, side):
        if reader not in settings.PERMIS_READERS:
            continue
        asked, of_pages = _ASKED[reader]
        try:
            made = asked(data, reader, wait_s)
            found[reader] = of_pages(made)
        except files.Refused as refused:
            log.info("reader %s: %s", reader, type(refused).__name__)
            found[reader] = None
        except Exception as error:  # noqa: BLE001  a reader that breaks leaves the file to a person
            log.warning("reader %s: %s", reader, type(error).__name__)
            found[reader] = None
    return found, made


# ── Asking ──────────────────────────────────────────────────────────────────────────────────────────────────
@functools.cache
def _zones() -> Cage:
    """The cage of the reader of zones: one a process, started by its first file."""
    ours = mrz_file.cage()
    atexit.register(ours.close)
    return ours


def _in_cage(data: bytes, task: str, wait_s: float | None) -> list[Made]:
    return cage.read(data, task, wait_s=wait_s)


def _in_zones(data: bytes, task: str, wait_s: float | None) -> list[Made]:
    return _zones().read(data, task, wait_s=wait_s)


# ── What is kept of an answer ───────────────────────────────────────────────────────────────────────────────
def _codes(pages: Sequence[Made]) -> list[str]:
    return [str(code) for page in pages for code in page.said.get("codes", ())]


def _zone(pages: Sequence[Made]) -> dict[str, Any]:
    return mrz_file.best([page.said.get("mrz") for page in pages]) or {}


def _first(name: str) -> Callable[[Sequence[Made]], dict[str, Any]]:
    def of_pages(pages: Sequence[Made]) -> dict[str, Any]:
        measures: Mapping[str, Any] = pages[0].said[name]
        return dict(measures)

    return of_pages


_ASKED: dict[
    str, tuple[Callable[[bytes, str, float | None], list[Made]], Callable[[Sequence[Made]], Any]]
] = {
    CODE: (_in_cage, _codes),
    ZONE: (_in_zones, _zone),
    PORTRAIT: (_in_cage, _first("portrait")),
    SIGNATURE: (_in_cage, _first("signature")),
}
