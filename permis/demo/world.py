"""Moving the demo world's clock."""

from __future__ import annotations

from permis import clock
from permis.adapters import files

FURTHEST_S = 30 * 365 * 86400.0


def set_offset(seconds: float) -> None:
    """How far the world is ahead of the machine, in seconds; bounded, so that dates stay dates."""
    files.outside()
    files.write(clock.offset_file(), f"{max(-FURTHEST_S, min(FURTHEST_S, seconds)):.3f}".encode("ascii"))
