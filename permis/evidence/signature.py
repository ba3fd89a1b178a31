"""A signature made on the screen, as a page of ours: drawn anew in the cage."""

from __future__ import annotations

from permis.vision import cage
from permis.vision.files import Made


def page(data: bytes) -> Made:
    """The drawing. Raises `files.Refused` when it is empty, dots, one straight line, or no drawing."""
    return cage.read(data, task="signature")[0]
