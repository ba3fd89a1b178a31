"""Keeping what was given: pages sealed in the storage first, then one transaction for the slot and its upload."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import Any

from permis.adapters import adapter
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import decide
from permis.dossier.models import Dossier, Slot
from permis.evidence import intake, signature
from permis.evidence.models import EPhoto, Source, Upload
from permis.vault import new_data_key, open_stream, seal_stream, seal_value

NAME_LENGTH = 120


def place(upload: Upload, page: int) -> str:
    """What a sealed page is bound to."""
    return f"evidence_upload.files:{upload.pk}:{page}"


def give(
    slot: Slot, role: Role, *, data: bytes, size: int, name: str, given_as: str = "", drawn: bool = False
) -> Upload:
    """Takes a file for a slot. Raises `intake.Refused`, or `facts.NotNow` when the slot is shut.

    `given_as`: which of the papers that the rule allows, when it allows several. `drawn`: a signature made on
    the screen.
    """
    pages = [signature.page(data)] if drawn else intake.read(data, size)
    source = Source.DRAWN if drawn else Source.FILE
    with stored(slot, pages, name=name, size=size, source=source, given_as=given_as) as upload:
        decide(slot, SlotStatus.READY, role, also=upload_for(upload))
    return upload


@contextlib.contextmanager
def stored(
    slot: Slot,
    pages: Sequence[intake.Page],
    *,
    name: str,
    size: int,
    source: Source,
    given_as: str = "",
    ephoto: EPhoto | None = None,
) -> Iterator[Upload]:
    """An upload whose pages are sealed and safe in the storage; the block writes it with `upload_for`.

    The files are safe before the database points to them: what is acknowledged is kept. A failure between the
    two leaves sealed files that nobody points to, and nothing else; an exception in the block removes them.
    """
    upload = Upload(slot=slot, size=size, source=source, given_as=given_as, ephoto=ephoto)
    key, upload.data_key = new_data_key(f"evidence_upload.data_key:{upload.pk}")
    clean = "".join(c for c in name if c.isprintable()).rsplit("/")[-1].rsplit("\\")[-1][-NAME_LENGTH:]
    upload.name = seal_value(key, (clean or "document").encode(), f"evidence_upload.name:{upload.pk}")
    storage = adapter("storage")
    upload.files = []
    try:
        for n, page in enumerate(pages, 1):
            path = f"{str(upload.pk)[:2]}/{upload.pk}.{n}"
            upload.files.append(
                {"key": path, "width": page.width, "height": page.height, "bytes": len(page.jpeg)}
            )
            storage.put(path, seal_stream(key, [page.jpeg], place(upload, n)))
        yield upload
    except BaseException:
        for file in upload.files:  # nothing points to them yet
            with contextlib.suppress(OSError):
                storage.delete(file["key"])
        raise


def upload_for(upload: Upload) -> Callable[[Slot], None]:
    """What `decide` runs in its transaction: this upload takes the place of the one before."""

    def write(locked: Slot) -> None:
        Upload.objects.filter(slot=locked, current=True).update(current=False)
        upload.save(force_insert=True)
        let_go(locked.dossier_id, but=upload.ephoto_id)

    return write


def take_back(slot: Slot, role: Role) -> None:
    """Empties a slot. The upload is set aside, not destroyed; an e-photo that fills no slot any more is free."""

    def write(locked: Slot) -> None:
        Upload.objects.filter(slot=locked, current=True).update(current=False)
        let_go(locked.dossier_id)

    decide(slot, SlotStatus.EMPTY, role, also=write)


def let_go(dossier_id: object, *, but: object = None) -> None:
    """Frees the e-photos of this dossier that fill none of its slots. Inside a transaction of ours."""
    held = Upload.objects.filter(slot__dossier=dossier_id, current=True).exclude(ephoto=None)
    rows = EPhoto.objects.filter(dossier=dossier_id).exclude(pk__in=held.values("ephoto"))
    (rows.exclude(pk=but) if but else rows).update(dossier=None, used_at=None)


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


def outdate_representative(dossier: Dossier, role: Role) -> None:
    """Another representative is named: the papers of the former are set aside."""
    for slot in dossier.slots.filter(piece__in=[str(p) for p in (Piece.REP, Piece.ID_REP)]):
        if slot.status != SlotStatus.EMPTY:
            take_back(slot, role)


# Pieces that bear the same name for several motives and are not the same paper there: one for each motive.
OF_THE_MOTIVE = (Piece.DECISION, Piece.CIVIL, Piece.FORM, Piece.MED, Piece.CEPC, Piece.FLIC)


def outdate_motive(dossier: Dossier, role: Role) -> None:
    """Another request is made: the papers that prove the former one are set aside."""
    for slot in dossier.slots.filter(piece__in=[str(p) for p in OF_THE_MOTIVE]):
        if slot.status != SlotStatus.EMPTY:
            take_back(slot, role)


def outdate_personal(dossier: Dossier, role: Role) -> None:
    """Another person is named: pictures of a code and declarations made under the former name are set aside."""
    sources = [str(source) for source in (Source.EPHOTO, Source.DECLARED)]
    for upload in Upload.objects.filter(slot__dossier=dossier, current=True, source__in=sources):
        take_back(upload.slot, role)
