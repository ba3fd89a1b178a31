"""The only clock: `now()` and `today()` of the world (the demo moves them), `ticks()` of the machine."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

PARIS = ZoneInfo("Europe/Paris")

_offset: tuple[tuple[float, int] | None, float] = (None, 0.0)  # (mtime and size of the file, seconds)


def now() -> dt.datetime:
    """The world's instant, in UTC. In demo mode the world may be ahead of the machine."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=offset())


def today() -> dt.date:
    """The legal day: the date in Paris."""
    return in_paris(now()).date()


def in_paris(instant: dt.datetime) -> dt.datetime:
    """The same instant on the clocks of Paris."""
    return instant.astimezone(PARIS)


def ticks() -> float:
    """Seconds of the machine's own clock, the same in every process: leases, retries, beats. Never moved."""
    return time.time()


def offset_file() -> Path:
    """Where the demo world keeps how far it is ahead (written by the demo's own clock page and command)."""
    return Path(settings.PERMIS_DATA) / "outside" / "clock"


def offset() -> float:
    """Seconds by which the world is ahead of the machine; 0 outside demo mode."""
    global _offset  # noqa: PLW0603  a cache of one small file, keyed by its mtime
    if settings.PERMIS_MODE != "demo":
        return 0.0
    try:
        stat = offset_file().stat()
    except OSError:
        return 0.0
    mark = (stat.st_mtime, stat.st_size)
    if _offset[0] != mark:
        try:
            _offset = (mark, float(offset_file().read_text("ascii")))
        except ValueError:
            return _offset[1]
    return _offset[1]
