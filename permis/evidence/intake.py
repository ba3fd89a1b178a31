"""From the bytes that somebody sent to pages that we made ourselves, always in the cage.

What a file may be, and what a person reads when it is refused, stand in `permis/vision/files.py`.
"""

from __future__ import annotations

from permis.vision import cage, files
from permis.vision.files import BUSY, JPEG, LIMIT, MAX_PAGES, PNG, SENTENCES, Busy, Made, Refused

__all__ = [
    "BUSY", "DANGEROUS", "JPEG", "LIMIT", "MAX_PAGES", "PNG", "SENTENCES", "WRONG_TYPE", "Busy", "Made", "Page", "Refused", "read",
]  # fmt: skip

# For who may send a picture only, and of these two sorts: the photographers.
WRONG_TYPE = (
    "Ce fichier n’est pas une photo JPEG ou PNG, ni un PDF. Choisissez un autre fichier, ou prenez une photo."
)
DANGEROUS = (
    "Notre antivirus a reconnu un programme dangereux dans ce fichier : nous ne l’avons pas gardé. "
    "Prenez une photo du document."
)


class Page(Made):
    """One page without thumbnail or measures: what was kept before, or elsewhere."""

    def __init__(self, jpeg: bytes, width: int, height: int) -> None:
        super().__init__(jpeg, b"", width, height)


def read(data: bytes, size: int | None = None) -> list[Made]:
    """The pages of a file. Raises `Refused` with what to do when it cannot be taken. `size`: bytes announced."""
    if size is not None and size > LIMIT:
        raise Refused(files.TOO_BIG)
    return cage.read(data)
