"""Keeping what was given: pages sealed in the storage first, then one transaction for the slot and its upload."""

from __future__ import annotations

import contextlib
from io import BytesIO
from typing import Any

from permis.adapters import adapter
from permis.domain.vocabulary import Role, SlotStatus
from permis.dossier.facts import decide
from permis.dossier.models import Slot
from permis.evidence import intake
from permis.evidence.models import Upload
from permis.vault import new_data_key, open_stream, seal_stream, seal_value

NAME_LENGTH = 120


def place(upload: Upload, page: int) -> str:
    """What a sealed page is bound to."""
    return f"evidence_upload.files:{upload.pk}:{page}"


def give(slot: Slot, role: Role, *, data: bytes, size: int, name: str) -> Upload:
    """Takes a file for a slot. Raises `intake.Refused`, or `facts.NotNow` when the slot is shut.

    The files are safe in the storage before the database points to them: what is acknowledged is kept.
    A failure between the two leaves sealed files that nobody points to, and nothing else.
    """
    pages = intake.read(data, size)
    upload = Upload(slot=slot, size=size)
    key, upload.data_key = new_data_key(f"evidence_upload.data_key:{upload.pk}")
    clean = "".join(c for c in name if c.isprintable()).rsplit("/")[-1].rsplit("\\")[-1][-NAME_LENGTH:]
    upload.name = seal_value(key, (clean or "document").encode(), f"evidence_upload.name:{upload.pk}")
    storage = adapter("storage")
    upload.files = []
    try:
        for n, page in enumerate(pages, 1):
            path = f"{str(upload.pk)[:2]}/{upload.pk}.{n}"
            storage.put(path, seal_stream(key, [page.jpeg], place(upload, n)))
            upload.files.append(
                {"key": path, "width": page.width, "height": page.height, "bytes": len(page.jpeg)}
            )

        def write(locked: Slot) -> None:
            Upload.objects.filter(slot=locked, current=True).update(current=False)
            upload.save(force_insert=True)

        decide(slot, SlotStatus.READY, role, also=write)
    except BaseException:
        for file in upload.files:  # nothing points to them yet
            with contextlib.suppress(OSError):
                storage.delete(file["key"])
        raise
    return upload


def take_back(slot: Slot, role: Role) -> None:
    """Empties a slot. The upload is set aside, not destroyed."""

    def write(locked: Slot) -> None:
        Upload.objects.filter(slot=locked, current=True).update(current=False)

    decide(slot, SlotStatus.EMPTY, role, also=write)


def page_bytes(upload: Upload, page: int) -> bytes:
    """One page as JPEG. Raises `vault.Broken`, FileNotFoundError or IndexError."""
    file: dict[str, Any] = upload.file(page)
    sealed = adapter("storage").get(file["key"])
    return b"".join(open_stream(upload.key(), sealed, place(upload, page)))


def thumbnail(upload: Upload) -> bytes:
    """The first page, small, as JPEG."""
    from PIL import Image  # noqa: PLC0415

    with Image.open(BytesIO(page_bytes(upload, 1))) as image:
        image.draft("RGB", (320, 320))
        image.thumbnail((320, 320))
        out = BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=75)
        return out.getvalue()
