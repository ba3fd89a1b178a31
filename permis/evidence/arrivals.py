"""Files on their way: each part is sealed and safe before it is acknowledged, and goes on where it was."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import uuid
from collections.abc import Iterable, Sequence
from io import BytesIO

from django.db import Error, IntegrityError, transaction
from django.db.models import Q, QuerySet

from permis import clock
from permis.adapters import adapter
from permis.adapters.storage import StorageDown
from permis.domain.lifecycle import WITH_THE_PERSON
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import NotNow, decide, lock, may_give
from permis.dossier.models import Slot
from permis.evidence.models import NOT_WHOLE, Arrival, Outcome, PhoneLink, Upload
from permis.vault import Broken, new_data_key, open_stream, seal_stream, seal_value
from permis.vision import files

LIFE = dt.timedelta(hours=24)  # for a file to arrive whole
PART = 8 * 1024 * 1024  # bytes of one sealed part: what one request of a public client is cut into
BIT = 1 << 20  # bytes that are sealed at once: a whole file in memory is not copied whole
MOST_FILES = 10  # a slot
MOST_OPEN = 20  # a slot: files that have begun to arrive
MOST_OF_A_PHONE = 4  # of them from one telephone, so that it does not shut its owner out
NAME_LENGTH = 120

TOO_MANY_FILES = (
    f"Il y a déjà {MOST_FILES} fichiers ici. Retirez-en un, ou mettez les pages dans un seul PDF."
)
TOO_MANY_OPEN = "Trop d’envois sont commencés pour ce document. Attendez qu’ils finissent, ou annulez-en, puis recommencez."
STORAGE_DOWN = "Nous ne pouvons pas garder votre fichier en ce moment. Rien d’autre n’est perdu : réessayez dans une minute."

log = logging.getLogger(__name__)


class Elsewhere(Exception):
    """The file is not where the sender thinks: another request wrote first, or it is whole or gone."""


class NotKept(Exception):
    """The storage does not answer, or is full: nothing was acknowledged."""

    sentence = STORAGE_DOWN


def undone(error: BaseException) -> bool:
    """Whether a transaction that ended so was surely rolled back: what was stored for it may then go.

    A database that stops answering in the middle of a COMMIT may have committed; so may a process that is told to
    end. What was stored stays then: if nothing points to it, the daily comparison finds it (`purge.py`).
    """
    return isinstance(error, Exception) and not isinstance(error, Error)


def several(slot: Slot) -> bool:
    """Whether a slot takes several files: a paper may have many pages, a photo or a signature is one picture."""
    return slot.piece != Piece.PHOTO


def clean_name(name: str) -> str:
    """The name to show: no folder, no character that prints nothing, not too long."""
    shown = "".join(c for c in name if c.isprintable()).rsplit("/")[-1].rsplit("\\")[-1]
    return shown[-NAME_LENGTH:].strip() or "document"


def begin(
    slot: Slot,
    role: Role,
    *,
    name: str,
    length: int,
    channel: str,
    given_as: str = "",
    adds: bool = False,
    drawn: bool = False,
    phone: PhoneLink | None = None,
    number: uuid.UUID | None = None,
    with_bytes: bool = False,
) -> Arrival:
    """Opens an arrival of `length` bytes. Raises `files.Refused`, or `facts.NotNow` when the slot is shut.

    `number`: its key, where the sender chose one, to find it again. `with_bytes`: its first bytes come with it, so that
    it is written with them, once (`append`). Raises `Elsewhere` when another file has this number.
    """
    if length <= 0:
        raise files.Refused(files.EMPTY)
    if length > files.LIMIT:
        raise files.Refused(files.TOO_BIG)
    if not may_give(slot, role):
        raise NotNow
    adds = adds and several(slot)
    row = Arrival(
        slot=slot,
        role=role,
        channel=channel,
        phone=phone,
        drawn=drawn,
        adds=adds,
        given_as=given_as,
        length=length,
        next_try=NOT_WHOLE,
    )
    if number:
        row.pk = number
    key, row.data_key = new_data_key(f"evidence_arrival.data_key:{row.pk}")
    row.name = seal_value(key, clean_name(name).encode(), f"evidence_arrival.name:{row.pk}")
    if not with_bytes:
        with transaction.atomic():
            lock(slot.dossier_id)
            _enter(row)
    return row


def _enter(row: Arrival) -> None:
    """Writes the row, if there is room for it; inside a transaction that holds the lock of its dossier.

    Many may begin at once: they are counted one after the other. Raises `files.Refused`, `Elsewhere`.
    """
    if row.adds and _how_many(row.slot) >= MOST_FILES:
        raise files.Refused(TOO_MANY_FILES)
    open_now = Arrival.objects.filter(slot=row.slot_id, done=False)
    if open_now.count() >= MOST_OPEN or (
        row.phone_id is not None
        and open_now.filter(phone=row.phone_id, whole_at=None).count() >= MOST_OF_A_PHONE
    ):
        raise files.Refused(TOO_MANY_OPEN)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:  # the same file, announced twice at the same instant
        raise Elsewhere from fault


def _how_many(slot: Slot) -> int:
    """The files that count, or will: what an agent refused goes when the next one comes."""
    there = Upload.objects.filter(Q(current=True) | Q(held=True), slot=slot, refused=False)
    return there.count() + pending(slot).count()


def append(row: Arrival, offset: int, chunks: Iterable[bytes]) -> Arrival:
    """Adds what comes at `offset`, as far as it comes; acknowledged on return, and whole when all is there.

    What came before a cut is kept: the next request goes on from the new offset. Raises `Elsewhere`,
    `files.Refused` when more comes than was announced, `NotKept`, or `facts.NotNow` when the slot was shut
    meanwhile.
    """
    if row.done or row.whole_at or row.offset != offset:
        raise Elsewhere
    held: list[memoryview] = []  # as they came: five megabytes are not copied once for each that follows
    size, over = 0, False
    try:
        for chunk in chunks:
            over = row.offset + size + len(chunk) > row.length
            if over:
                raise files.Refused(files.TOO_BIG)
            left = memoryview(chunk)
            while left:
                bit = left[: min(BIT, PART - size)]
                left = left[len(bit) :]
                held.append(bit)
                size += len(bit)
                if size == PART:
                    # Were it not kept, nothing that follows may be: it would stand in its place.
                    full, held, size = held, [], 0
                    _add(row, full)
    finally:
        # Also when the line is cut: what was received is kept before the exception goes on.
        if size and not over:
            _add(row, held)
    if row.is_new:  # no byte came after all
        with transaction.atomic():
            lock(row.slot.dossier_id)
            _enter(row)
    return row


def part_place(row: Arrival, at: int) -> str:
    """What a sealed part is bound to: its arrival, and where it begins."""
    return f"evidence_arrival.parts:{row.pk}:{at}"


def _add(row: Arrival, data: Sequence[memoryview]) -> None:
    """One part: sealed in the storage first, then written in the row on condition that nobody wrote meanwhile."""
    at = row.offset
    key = f"{str(row.pk)[:2]}/{row.pk}.p{at}-{os.urandom(4).hex()}"
    storage = adapter("storage")
    try:
        storage.put(key, seal_stream(row.key(), data, part_place(row, at)))
    except StorageDown as error:
        log.warning("storage: %s", type(error).__name__)
        raise NotKept from error
    size = sum(map(len, data))
    parts = [*row.parts, {"key": key, "bytes": size}]
    offset, fresh = at + size, row.is_new
    try:
        with transaction.atomic():
            if fresh:
                lock(row.slot.dossier_id)
                row.offset, row.parts = offset, parts
                if offset == row.length:
                    _whole(row, parts)
                else:
                    _enter(row)
            elif offset == row.length:
                lock(row.slot.dossier_id)
                _whole(row, parts)
            else:
                here = Arrival.objects.filter(pk=row.pk, offset=at, done=False, whole_at=None)
                if not here.update(offset=offset, parts=parts):
                    raise Elsewhere
    except Error:
        if not _there(row, key):
            raise
    except Exception:
        with contextlib.suppress(OSError):
            storage.delete(key)  # nothing points to it
        raise
    if not fresh:
        row.refresh_from_db()


def _there(row: Arrival, key: str) -> bool:
    """Whether the row points to this part after all: the answer to a COMMIT that was made can be lost."""
    with contextlib.suppress(Error):
        parts = Arrival.objects.filter(pk=row.pk).values_list("parts", flat=True).first()
        return any(part["key"] == key for part in parts or ())
    return False


def _whole(row: Arrival, parts: list[dict[str, object]]) -> None:
    """The file is acknowledged, its slot has received something, a check run is due.

    Inside a transaction that holds the lock of the dossier.
    """
    slot = Slot.objects.get(pk=row.slot_id)
    before = slot.status
    if before == SlotStatus.RECEIVED:
        waiting = pending(slot).exclude(pk=row.pk).order_by("whole_at").first()
        before = waiting.before if waiting else SlotStatus.EMPTY
    if row.adds and _how_many(slot) >= MOST_FILES:  # begun when there was still room
        raise files.Refused(TOO_MANY_FILES)
    whole_at, next_try = clock.now(), clock.ticks()
    if row.is_new:
        row.whole_at, row.before, row.next_try = whole_at, before, next_try
        _enter(row)
    else:
        here = Arrival.objects.filter(pk=row.pk, offset=row.offset, done=False, whole_at=None)
        if not here.update(
            offset=row.length, parts=parts, whole_at=whole_at, before=before, next_try=next_try
        ):
            raise Elsewhere
    if before == SlotStatus.REFUSED:
        Upload.objects.filter(slot=slot, current=True).update(refused=True)
    if not row.adds:  # what it replaces was told long enough
        told = Arrival.objects.filter(slot=slot, done=True, cleared=False, outcome=Outcome.REFUSED, parts=[])
        told.filter(began_at__lte=row.began_at).update(data_key=b"", name=b"", cleared=True)
    decide(slot, SlotStatus.RECEIVED, Role(row.role))


def receive(slot: Slot, role: Role, data: bytes, **how: object) -> Arrival:
    """A whole file at once, as a form gives it: acknowledged on return. Raises as `begin` and `append` do."""
    row = begin(slot, role, length=len(data), with_bytes=True, **how)  # type: ignore[arg-type]
    try:
        return append(row, 0, [data])
    except Exception as error:
        if undone(error):
            with contextlib.suppress(Error):
                drop(row, only_coming=True)
        raise


def read(row: Arrival) -> bytes:
    """The bytes of a whole file. Raises `vault.Broken`, FileNotFoundError or another OSError."""
    key, storage = row.key(), adapter("storage")
    found, at = BytesIO(), 0  # whose value is not copied once more
    for part in row.parts:
        for chunk in open_stream(key, storage.get(part["key"]), part_place(row, at)):
            found.write(chunk)
        at += part["bytes"]
    return found.getvalue()


def pending(slot: Slot) -> QuerySet[Arrival]:
    """The files that are acknowledged for this slot, and whose check must still be made."""
    return Arrival.objects.filter(slot=slot, done=False).exclude(whole_at=None)


def drop(row: Arrival, *, only_coming: bool = False) -> bool:
    """Abandons a file that is still arriving, or not checked yet; false if it had ended already.

    False too for a whole file once the request is sent: it left with it. `only_coming`: for what is not whole.
    """
    with transaction.atomic():
        here = lock(row.slot.dossier_id)
        left = Arrival.objects.filter(pk=row.pk, done=False)
        if only_coming or here.get_state() not in WITH_THE_PERSON:
            left = left.filter(whole_at=None)
        gone = left.update(done=True, outcome=Outcome.DROPPED)
        if gone and Arrival.objects.filter(pk=row.pk).exclude(whole_at=None).exists():
            settle(row)
    if gone:
        clear(row.pk)
    return bool(gone)


def settle(row: Arrival) -> None:
    """Inside a transaction: this file came to nothing; its slot is again what it was before it came."""
    # Read again: another file of the slot may have been taken since this one was claimed.
    before = Arrival.objects.values_list("before", flat=True).get(pk=row.pk)
    slot = row.slot
    slot.refresh_from_db()
    if slot.status != SlotStatus.RECEIVED or pending(slot).exists():
        return
    rest = SlotStatus(before or SlotStatus.EMPTY)
    if rest is not SlotStatus.REFUSED:
        there = Upload.objects.filter(slot=slot, current=True).exists()
        rest = SlotStatus.READY if there else SlotStatus.EMPTY  # something may have been taken back meanwhile
    with contextlib.suppress(NotNow):  # the request ended: nothing is asked of it any more
        decide(slot, rest, Role.SYSTEM)


def clear(pk: object) -> bool:
    """Destroys the parts and the key of an arrival that has ended. Can be done again; false while it cannot be.

    The name of a file that was refused stays, under a key of its own, as long as the page says that sentence of it:
    a day, or until another file replaces it.
    """
    row = Arrival.objects.filter(pk=pk, done=True, cleared=False).first()
    if row is None:
        return True
    storage = adapter("storage")
    try:
        for part in row.parts:
            storage.delete(part["key"])
    except OSError as error:
        log.warning("parts not removed yet: %s", type(error).__name__)
        return False
    name = _name_to_keep(row)
    with transaction.atomic():
        if name is None:
            Arrival.objects.filter(pk=pk).update(parts=[], data_key=b"", name=b"", cleared=True)
        elif row.parts:
            key, data_key = new_data_key(f"evidence_arrival.data_key:{pk}")
            name = seal_value(key, name, f"evidence_arrival.name:{pk}")
            Arrival.objects.filter(pk=pk, cleared=False).update(parts=[], data_key=data_key, name=name)
    return True


def _name_to_keep(row: Arrival) -> bytes | None:
    """The name of a refused file that is still to be told; None when nothing of it is kept any more."""
    if row.outcome != Outcome.REFUSED or row.whole_at is None or row.whole_at < clock.now() - LIFE:
        return None
    later = Arrival.objects.filter(slot=row.slot_id, adds=False, began_at__gt=row.began_at)
    if later.exclude(whole_at=None).exists():
        return None
    try:
        return row.read_name().encode()
    except (Broken, ValueError):
        return None


def sweep() -> int:
    """Ends what never became whole, and destroys what ended. Returns how many."""
    late = Arrival.objects.filter(done=False, whole_at=None, began_at__lt=clock.now() - LIFE)
    ended = sum(drop(row, only_coming=True) for row in late.select_related("slot")[:50])
    waits = Arrival.objects.filter(cleared=False, done=True)
    waits = waits.exclude(Q(outcome=Outcome.REFUSED, parts=[], whole_at__gte=clock.now() - LIFE))
    ended += sum(clear(pk) for pk in list(waits.values_list("pk", flat=True)[:50]))
    return ended + _forget()


def _forget() -> int:
    """Takes away the rows of what was begun and given up, which tell nobody anything any more."""
    old = Arrival.objects.filter(
        cleared=True, done=True, outcome=Outcome.DROPPED, whole_at=None, began_at__lt=clock.now() - 2 * LIFE
    )
    pks = list(old.values_list("pk", flat=True)[:200])
    if pks:
        with transaction.atomic():
            Arrival.objects.filter(pk__in=pks).delete()
    return len(pks)
