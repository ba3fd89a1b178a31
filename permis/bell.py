"""The bell: Huey tells a worker at once that a row is waiting. The row is the truth; a lost ring costs 2 seconds."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import close_old_connections, transaction

log = logging.getLogger(__name__)

RUNNERS: dict[
    str, Callable[[str], None]
] = {}  # kind of row → who runs it; filled by each app when it is ready
_building = threading.Lock()


def _build() -> Any:
    from huey import MemoryHuey, SqliteHuey  # noqa: PLC0415  opening a queue at import takes the site down with it

    url = urlsplit(settings.QUEUE_URL)
    if url.scheme == "memory":
        return MemoryHuey("permis", immediate=False, results=False)
    if url.scheme in {"redis", "rediss"}:
        from huey import RedisHuey  # noqa: PLC0415

        return RedisHuey("permis", url=settings.QUEUE_URL, immediate=False, results=False)
    path = Path(url.path)
    try:
        return SqliteHuey("permis", filename=str(path), fsync=False, immediate=False, results=False)
    except Exception:
        # A damaged queue only holds rings: set it aside and begin anew.
        log.exception("queue file set aside")
        for end in ("", "-wal", "-shm"):
            with contextlib.suppress(OSError):
                (old := path.with_name(path.name + end)).rename(old.with_name(old.name + ".damaged"))
        return SqliteHuey("permis", filename=str(path), fsync=False, immediate=False, results=False)


@cache
def _queue_and_task() -> tuple[Any, Any]:
    with _building:
        huey = _build()

        @huey.task(name="ring")  # type: ignore[untyped-decorator,unused-ignore]
        def ring_task(kind: str, pk: str) -> None:
            answer(kind, pk)

        return huey, ring_task


def queue() -> Any:
    """The Huey instance, built on first use."""
    return _queue_and_task()[0]


def answer(kind: str, pk: str) -> None:
    """Runs the row that rang. Failures are the row's own business and never reach Huey."""
    close_old_connections()
    try:
        RUNNERS[kind](pk)
    except Exception:
        log.exception("run of %s failed", kind)
    finally:
        close_old_connections()


def ring(kind: str, pk: object) -> None:
    """Rings once the present transaction is committed. A dead queue is only a delay, so it is never an error."""
    transaction.on_commit(lambda: _ring_now(kind, str(pk)), robust=True)


def _ring_now(kind: str, pk: str) -> None:
    if settings.QUEUE_URL.startswith("none:"):
        return
    try:
        _queue_and_task()[1](kind, pk)
    except Exception as error:  # noqa: BLE001  the sweep finds the row within 2 seconds
        log.warning("bell not rung: %s", type(error).__name__)
        _queue_and_task.cache_clear()
