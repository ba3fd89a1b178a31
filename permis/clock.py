"""The only clock: `now()` and `today()` of the world (the demo moves them), `ticks()` of the machine."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")

_behind: ContextVar[float] = ContextVar("seconds_behind", default=0.0)

_offset: tuple[tuple[float, int] | None, float] = (None, 0.0)  # (mtime and size of the file, seconds)


def now() -> dt.datetime:
    """The world's instant, in UTC. In demo mode the world may be ahead of the machine."""
    return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=offset())


def today() -> dt.date:
    """The legal day: the date in Paris."""
    return in_paris(now()).date()


def day_in_paris() -> dt.date:
    """The machine's own day in Paris, never moved: for a command that knows no installation, and loads no Django."""
    return in_paris(dt.datetime.now(dt.UTC)).date()


def in_paris(instant: dt.datetime) -> dt.datetime:
    """The same instant on the clocks of Paris."""
    return instant.astimezone(PARIS)


def ticks() -> float:
    """Seconds of the machine's own clock, the same in every process: leases, retries, beats. Never moved."""
    return time.time()


def offset_file() -> Path:
    """Where the demo world keeps how far it is ahead (written by the demo's own clock page and command)."""
    from django.conf import settings  # noqa: PLC0415  only an installation has settings

    return Path(settings.PERMIS_DATA) / "outside" / "clock"


@contextmanager
def behind(seconds: float) -> Iterator[None]:
    """Inside the block it is so much earlier, in this thread alone and in demo mode alone.

    The people of the demo lived before it was started; nobody else's clock moves, and nothing is left if killed.
    """
    token = _behind.set(seconds)
    try:
        yield
    finally:
        _behind.reset(token)


def offset() -> float:
    """Seconds by which the world is ahead of the machine; 0 outside demo mode."""
    from django.conf import settings  # noqa: PLC0415  only an installation has settings

    return _offset_of_the_world() - _behind.get() if settings.PERMIS_MODE == "demo" else 0.0


def _offset_of_the_world() -> float:
    global _offset  # noqa: PLW0603  a cache of one small file, keyed by its mtime
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
