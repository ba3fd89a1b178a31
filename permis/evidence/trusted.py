"""Whom this installation believes when it signs a document: the folder of certificates, and in the demo the test issuers."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

from django.conf import settings

from permis.standards import twodoc
from permis.standards.twodoc import Seal, Verdict
from permis.standards.twodoc_trust import Trust

FOLDER = "2ddoc"  # in $PERMIS_DATA

_lock = threading.Lock()
_known: tuple[object, Trust] | None = None


def judged(payload: bytes, today: dt.date) -> tuple[Seal, Verdict] | None:
    """A code as read, and whether an authority that we trust signed it. None when it is no 2D-Doc at all.

    Issuers that the specification reserves for tests are believed in the demo alone.
    """
    try:
        seal = twodoc.read(payload)
    except twodoc.NotOne:
        return None
    return seal, twodoc.verify(seal, trust(), today, test_issuers=settings.DEMO)


def trust() -> Trust:
    """The authorities of this installation; read again when a file of the folder changed. None trusted without one."""
    global _known  # noqa: PLW0603  one for the process: the folder is looked at for each page
    folder = Path(settings.PERMIS_DATA) / FOLDER
    with _lock:
        stamp = (folder, _stamp(folder))
        if _known is None or _known[0] != stamp:
            _known = stamp, Trust.of(folder if folder.is_dir() else None)
        return _known[1]


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    if not folder.is_dir():
        return ()
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple((str(path), path.stat().st_mtime_ns, path.stat().st_size) for path in files)
