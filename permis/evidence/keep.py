"""Keeping what was given: pages sealed in the storage first, then one transaction for the slot and its upload."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from permis import clock
from permis.adapters import adapter
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import NotNow, decide, lock, may_give
from permis.dossier.models import Dossier, Slot
from permis.evidence import purge
from permis.evidence.arrivals import clean_name, pending, undone
from permis.evidence.models import EPhoto, Outcome, Source, Upload
from permis.vault import new_data_key, open_stream, seal_stream, seal_value
from permis.vision.files import Made


def place(upload: Upload, page: int) -> str:
    """What a sealed page is bound to."""
    return f"evidence_upload.files:{upload.pk}:{page}"


@contextlib.contextmanager
def stored(
    slot: Slot,
    pages: Iterable[Made],
    *,
    name: str,
    size: int,
    source: Source,
    given_as: str = "",
    ephoto: EPhoto | None = None,
    adds: bool = False,
    checks: dict[str, Any] | None = None,
) -> Iterator[Upload]:
    """An upload whose pages are sealed and safe in the storage; the block writes it with `upload_for` or `hold`.

    The files are safe before the database points to them: what is acknowledged is kept. A failure between the
    two leaves sealed files that nobody points to, and nothing else; an exception in the block removes them, but
    where the transaction may have been committed all the same (`arrivals.undone`).
    """
    upload = Upload(slot=slot, size=size, source=source, given_as=given_as, ephoto=ephoto, adds=adds)
    key, upload.data_key = new_data_key(f"evidence_upload.data_key:{upload.pk}")
    upload.name = seal_value(key, clean_name(name).encode(), f"evidence_upload.name:{upload.pk}")
    if checks:
        upload.seal_checks(key, checks)
    storage = adapter("storage")
    upload.files = []
    written: list[str] = []
    try:
        for n, page in enumerate(pages, 1):
            path = f"{str(upload.pk)[:2]}/{upload.pk}.{n}"
            here = {"key": path, "width": page.width, "height": page.height, "bytes": len(page.jpeg)}
            written.append(path)
            # What it is made of was acknowledged: it may use the room that new files may not.
            storage.put(path, seal_stream(key, [page.jpeg], place(upload, n)), reserve=True)
            if page.thumb:
                here["thumb"] = f"{path}t"
                written.append(f"{path}t")
                thumb = seal_stream(key, [page.thumb], f"{place(upload, n)}t")
                storage.put(f"{path}t", thumb, reserve=True)
            upload.files.append(here)
    except BaseException:
        _remove(written)  # nothing can point to them yet
        raise
    try:
        yield upload
    except Exception as error:
        if undone(error):
            _remove(written)
        raise


def _remove(keys: Iterable[str]) -> None:
    for key in keys:
        with contextlib.suppress(OSError):
            adapter("storage").delete(key)


def upload_for(upload: Upload) -> Callable[[Slot], None]:
    """What `decide` runs in its transaction: this upload counts, after the others or in their place.

    What is no file of theirs (a code, a declaration, a question) also stands in the place of files that still wait
    for their check; a file that comes out of its check after the one that replaces it is set aside at once.
    """
    after_refusal = upload.slot.status == SlotStatus.REFUSED

    def write(locked: Slot) -> None:
        if after_refusal:
            mark_refused(locked)
        _make_room(locked, upload)
        if upload.source not in (Source.FILE, Source.DRAWN):
            pending(locked).update(done=True, outcome=Outcome.DROPPED)
        late = _replaced_already(upload)
        upload.save(force_insert=True)
        if late:
            set_aside(Upload.objects.filter(pk=upload.pk))
        let_go(locked.dossier_id, but=upload.ephoto_id)

    return write


def mark_refused(slot: Slot, *, refused: bool = True) -> None:
    """Inside a transaction: an agent refused what counts here (`refused` false: he thought better of it).

    It then stays marked wherever it goes: the same picture is told when it comes again, and it is not purged early.
    """
    Upload.objects.filter(slot=slot, current=True).update(refused=refused)


def hold(upload: Upload) -> None:
    """Inside a transaction: keeps it apart until the person says whether it counts; the slot is not touched.

    It takes the place of what was held before it, unless it stands after the others.
    """
    if not upload.adds:
        before = Upload.objects.filter(slot=upload.slot_id, held=True)
        set_aside(before.filter(given_at__lte=upload.given_at))
    late = _replaced_already(upload)
    upload.current, upload.held = False, True
    upload.save(force_insert=True)
    if late:
        set_aside(Upload.objects.filter(pk=upload.pk))


def _replaced_already(upload: Upload) -> bool:
    """Whether what was given after it, in its place, came out of its check first."""
    after = Upload.objects.filter(slot=upload.slot_id, current=True, adds=False, given_at__gt=upload.given_at)
    return after.exclude(pk=upload.pk).exists()


def _make_room(slot: Slot, upload: Upload) -> None:
    before = Upload.objects.filter(slot=slot).exclude(pk=upload.pk)
    if upload.adds:  # beside the others, but for what an agent refused: something new has come for it
        set_aside(before.filter(current=True, refused=True))
    else:  # what was given after it stays: checks do not end in the order in which files came
        set_aside(before.filter(Q(current=True) | Q(held=True), given_at__lte=upload.given_at))


def set_aside(uploads: QuerySet[Upload]) -> None:
    """Inside a transaction: these count no more; what nobody at the centre has seen goes after a while."""
    now = clock.now()  # one instant: what goes together is brought back together
    for upload in uploads.select_related("slot__dossier"):
        Upload.objects.filter(pk=upload.pk).update(current=False, held=False, set_aside_at=now)
        purge.mark(upload)


def insist(upload: Upload, role: Role) -> bool:
    """The person was told what is wrong, and keeps it: it counts, and the agent sees that he did.

    False when it is not held any more (said twice, or replaced). Raises `facts.NotNow` when the slot is shut.
    """
    said = False

    def write(locked: Slot) -> None:
        nonlocal said
        said = bool(
            Upload.objects.filter(pk=upload.pk, held=True).update(held=False, current=True, insisted=True)
        )
        if not said:
            raise NotHeld
        pending(locked).update(before=SlotStatus.READY)  # were they refused, what he keeps stays
        if after_refusal:
            mark_refused(locked)
        Upload.objects.filter(pk=upload.pk).update(refused=False)
        _make_room(locked, upload)
        let_go(locked.dossier_id)

    slot = Slot.objects.select_related("dossier").get(pk=upload.slot_id)
    with transaction.atomic(), contextlib.suppress(NotHeld):
        lock(slot.dossier_id)  # before what waits is counted: a check may end meanwhile
        slot.refresh_from_db(fields=["status"])
        after_refusal = slot.status == SlotStatus.REFUSED
        waiting = pending(slot).exists()
        decide(slot, SlotStatus.RECEIVED if waiting else SlotStatus.READY, role, also=write)
    return said


class NotHeld(Exception):
    """It waits for no answer: nothing is done."""


def take_back(slot: Slot, role: Role) -> None:
    """Empties a slot. The uploads are set aside, not destroyed; an e-photo that fills no slot any more is free."""

    def write(locked: Slot) -> None:
        set_aside(Upload.objects.filter(Q(current=True) | Q(held=True), slot=locked))
        pending(locked).update(done=True, outcome=Outcome.DROPPED)
        let_go(locked.dossier_id)

    with transaction.atomic():
        lock(slot.dossier_id)
        if Slot.objects.filter(pk=slot.pk, status=SlotStatus.REFUSED).exists():
            mark_refused(slot)
        decide(slot, SlotStatus.EMPTY, role, also=write)


def take_back_one(upload: Upload, role: Role) -> None:
    """Takes one file out of a slot; the last one empties it. Raises `facts.NotNow` when the slot is shut."""
    slot = Slot.objects.select_related("dossier").get(pk=upload.slot_id)

    def write(locked: Slot) -> None:
        if after_refusal:  # this page was the bad one: those that stay are given anew
            mark_refused(locked, refused=False)
            Upload.objects.filter(pk=upload.pk).update(refused=True)
        set_aside(Upload.objects.filter(pk=upload.pk, current=True))
        let_go(locked.dossier_id)

    with transaction.atomic():
        lock(slot.dossier_id)  # before what waits is counted: a check may end meanwhile
        after_refusal = Slot.objects.filter(pk=slot.pk, status=SlotStatus.REFUSED).exists()
        if upload.held:
            if not may_give(slot, role):
                raise NotNow
            set_aside(Upload.objects.filter(pk=upload.pk, held=True))
        elif pending(slot).exists():  # what waits for its check stays
            decide(slot, SlotStatus.RECEIVED, role, also=write)
        elif Upload.objects.filter(slot=slot, current=True).exclude(pk=upload.pk).exists():
            decide(slot, SlotStatus.READY, role, also=write)
        else:
            take_back(slot, role)


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
    file = upload.file(1)
    if "thumb" in file:
        sealed = adapter("storage").get(file["thumb"])
        return b"".join(open_stream(upload.key(), sealed, f"{place(upload, 1)}t"))
    from PIL import Image  # noqa: PLC0415  kept before thumbnails were made with the pages

    with Image.open(BytesIO(page_bytes(upload, 1))) as image:
        image.draft("RGB", (320, 320))
        image.thumbnail((320, 320))
        out = BytesIO()
        image.convert("RGB").save(out, "JPEG", quality=75)
        return out.getvalue()


def outdate_representative(dossier: Dossier, role: Role) -> None:
    """Another representative is named: the papers of the former are set aside."""
    for slot in dossier.slots.filter(piece__in=[str(p) for p in (Piece.REP, Piece.ID_REP)]):
        if slot.status != SlotStatus.EMPTY or slot.uploads.filter(held=True).exists():
            take_back(slot, role)


# Pieces that bear the same name for several motives and are not the same paper there: one for each motive.
OF_THE_MOTIVE = (Piece.DECISION, Piece.CIVIL, Piece.FORM, Piece.MED, Piece.CEPC, Piece.FLIC)


def outdate_motive(dossier: Dossier, role: Role) -> None:
    """Another request is made: the papers that prove the former one are set aside."""
    for slot in dossier.slots.filter(piece__in=[str(p) for p in OF_THE_MOTIVE]):
        if slot.status != SlotStatus.EMPTY or slot.uploads.filter(held=True).exists():
            take_back(slot, role)


def outdate_personal(dossier: Dossier, role: Role) -> None:
    """Another person is named: pictures of a code and declarations made under the former name are set aside."""
    sources = [str(source) for source in (Source.EPHOTO, Source.DECLARED)]
    for upload in Upload.objects.filter(slot__dossier=dossier, current=True, source__in=sources):
        take_back(upload.slot, role)
