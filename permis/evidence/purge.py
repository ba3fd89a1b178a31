"""Files that nobody needs any more: marked first, gone after 30 days, brought back until then; and what is amiss.

The only module that removes a file to which the database once pointed. A crash between two steps leaves a mark
whose work is done again, never a row that names a file which is gone.
"""

from __future__ import annotations

import datetime as dt
import logging
import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Q

from permis import clock
from permis.adapters import adapter
from permis.adapters.storage import StorageDown
from permis.domain.vocabulary import Piece, Role, SlotStatus, State
from permis.dossier.facts import NotNow, decide, lock
from permis.dossier.models import Dossier, Slot
from permis.evidence.models import Arrival, Comparison, EPhoto, Purge, Source, Upload

log = logging.getLogger(__name__)

GRACE = dt.timedelta(days=30)
YOUNG_S = 24 * 3600.0  # a file is written before its row: one that is younger may still find its owner
FEW_ORPHANS = 100
MOST_ORPHANS = 0.1  # of all files: beyond both, this is more likely the wrong database than that much litter
AT_ONCE = 200
BATCH = 400  # rows asked in one query
REST_S = 60.0
_rests_until = 0.0  # ticks

# `ab/ab34….1`: the id of the row that owns it, then which of its files. Nothing else is ever touched.
OURS = re.compile(r"([0-9a-f]{2})/(\1[0-9a-f]{6}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.[a-z0-9-]+")

# What a person gave with his own hands; a code is typed again, and a declaration made again.
BROUGHT_BACK = (Source.FILE, Source.DRAWN, Source.PAPER)

NOT_THERE = "This document is not waiting to be purged."
NOT_A_DRAFT = "The request is no draft any more: its documents stay as they were sent."
NOT_A_FILE = "It was a code or a declaration: it can be given again by the person alone."

Owner = Upload | EPhoto | Arrival


class NotUndone(Exception):
    """This upload cannot be brought back; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


# --- who points to what -------------------------------------------------------------------------------------


def keys_of(row: Owner) -> set[str]:
    """The keys to which this row points."""
    if isinstance(row, Arrival):
        return {str(part["key"]) for part in row.parts}
    pages: Iterable[dict[str, Any]] = row.files.values() if isinstance(row, EPhoto) else row.files
    return {str(page[name]) for page in pages for name in ("key", "thumb") if page.get(name)}


def id_in(key: str) -> uuid.UUID | None:
    """The id that a key of ours bears; None for a key that is not ours."""
    found = OURS.fullmatch(key)
    return uuid.UUID(found[2]) if found else None


def owner_of(key: str) -> Owner | None:
    """The row that points to this file, if one does."""
    return _owners([key]).get(key)


def _owners(keys: Iterable[str]) -> dict[str, Owner]:
    ids = {found for key in keys if (found := id_in(key))}
    owners: dict[str, Owner] = {}
    for kind in (Upload, EPhoto, Arrival):
        for row in kind.objects.filter(pk__in=ids):
            owners |= dict.fromkeys(keys_of(row), row)
    return owners


# --- going ----------------------------------------------------------------------------------------------------


def mark(upload: Upload) -> None:
    """Inside a transaction: what was set aside goes in 30 days, if nobody at the centre can have seen it.

    A request that was sent once keeps all that it held then, until the term of its documents.
    """
    dossier = upload.slot.dossier
    if dossier.state == State.DRAFT and dossier.submitted_at is None and not upload.refused:
        keys = keys_of(upload)
        Purge.objects.filter(key__in=keys, because=Purge.ORPHAN).delete()  # it has an owner again
        _mark(keys, Purge.SET_ASIDE, GRACE)


def _mark(keys: Iterable[str], because: str, after: dt.timedelta) -> int:
    now = clock.now()
    there = set(Purge.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    fresh = [
        Purge(key=key, because=because, marked_at=now, due_at=now + after)
        for key in sorted(keys)
        if key not in there
    ]
    Purge.objects.bulk_create(fresh, ignore_conflicts=True)  # another may have marked it meanwhile
    return len(fresh)


def sweep() -> int:
    """What a worker does from time to time: removes what is due, and compares once a day. Returns how much was done.

    Raises `StorageDown`, then rests for a minute: a storage that hangs takes its time at each question.
    """
    global _rests_until  # noqa: PLW0603  of this process alone; another worker finds out by itself
    if clock.ticks() < _rests_until:
        return 0
    try:
        return remove_due() + compare_daily()
    except StorageDown:
        _rests_until = clock.ticks() + REST_S
        raise


def remove_due(most: int = AT_ONCE) -> int:
    """Removes the files whose day has come. Raises `StorageDown`; what was not removed stays marked."""
    due = Purge.objects.filter(due_at__lte=clock.now()).order_by("due_at", "pk")
    storage, gone = adapter("storage"), 0
    for row in list(due[:most]):
        if _let_go(row):
            storage.delete(row.key)
            with transaction.atomic():
                Purge.objects.filter(pk=row.pk).delete()
            gone += 1
    return gone


def _let_go(mark: Purge) -> bool:
    """Makes sure that nothing points to the file any more; a mark on one that is needed is taken off."""
    with transaction.atomic():
        owner = owner_of(mark.key)
        if owner is None:
            return True
        if isinstance(owner, Upload) and mark.because == Purge.SET_ASIDE:
            lock(owner.slot.dossier_id)
            owner = Upload.objects.get(pk=owner.pk)  # it may have been brought back before we had the lock
            if not (owner.current or owner.held or owner.refused or owner.set_aside_at is None):
                _mark(keys_of(owner), Purge.SET_ASIDE, dt.timedelta(0))  # its other files go with it
                Upload.objects.filter(pk=owner.pk).update(files=[], data_key=b"", name=b"", checks=b"")
                return True
        Purge.objects.filter(pk=mark.pk).delete()
        return False


def _marked(upload: Upload) -> bool:
    keys = keys_of(upload)
    return bool(keys) and Purge.objects.filter(key__in=keys, because=Purge.SET_ASIDE).exists()


def waiting(dossier: Dossier) -> list[Upload]:
    """What was set aside in this request and can still be brought back, the latest first."""
    rows = Upload.objects.filter(
        slot__dossier=dossier, current=False, held=False, source__in=[str(s) for s in BROUGHT_BACK]
    )
    rows = rows.exclude(set_aside_at=None).select_related("slot").order_by("-set_aside_at", "pk")
    return [row for row in rows if _marked(row)]


def undo(upload: Upload) -> Upload:
    """Brings back what was set aside: it counts again, beside what is there or, for a single picture, in its place.

    Raises `NotUndone`.
    """
    if upload.source not in BROUGHT_BACK:
        raise NotUndone(NOT_A_FILE)

    def write(locked: Slot) -> None:
        now = Upload.objects.get(pk=upload.pk)
        if now.current or now.held or not _marked(now):
            raise NotUndone(NOT_THERE)
        if locked.piece == Piece.PHOTO:
            there = list(Upload.objects.filter(slot=locked, current=True).select_related("slot__dossier"))
            Upload.objects.filter(pk__in=[u.pk for u in there]).update(
                current=False, set_aside_at=clock.now()
            )
            for other in there:
                mark(other)
        Upload.objects.filter(pk=now.pk).update(current=True, set_aside_at=None)
        Purge.objects.filter(key__in=keys_of(now), because=Purge.SET_ASIDE).delete()

    slot = Slot.objects.select_related("dossier").get(pk=upload.slot_id)
    if slot.dossier.get_state() is not State.DRAFT:
        raise NotUndone(NOT_A_DRAFT)
    coming = Arrival.objects.filter(slot=slot, done=False).exclude(whole_at=None).exists()
    try:
        decide(slot, SlotStatus.RECEIVED if coming else SlotStatus.READY, Role.SYSTEM, also=write)
    except NotNow:
        raise NotUndone(NOT_A_DRAFT) from None
    return Upload.objects.get(pk=upload.pk)


# --- database and storage side by side ------------------------------------------------------------------------


@dataclass
class Found:
    """What stands on one side only."""

    files: int = 0
    fresh: int = 0  # too young to judge
    foreign: int = 0  # not named as ours are: left alone
    orphans: list[str] = field(default_factory=list)  # keys to which nothing points
    danglers: list[tuple[str, str]] = field(default_factory=list)  # (whose, key): pointed to, and absent

    @property
    def too_many(self) -> bool:
        """So many orphans that the database is probably not the one of these files."""
        return len(self.orphans) > max(FEW_ORPHANS, MOST_ORPHANS * self.files)


def compare() -> Found:
    """Looks both ways. Writes nothing; raises `StorageDown`."""
    storage, found = adapter("storage"), Found()
    listed: set[str] = set()
    files = iter(storage.written())
    while batch := dict(islice(files, BATCH)):
        listed |= batch.keys()
        ours = {key: at for key, at in batch.items() if id_in(key)}
        found.files += len(ours)
        found.foreign += len(batch) - len(ours)
        owned = _owners(ours)
        for key, at in ours.items():
            if key in owned:
                continue
            if at > clock.ticks() - YOUNG_S:
                found.fresh += 1
            else:
                found.orphans.append(key)
    for whose, key in _pointed():
        # Written or removed since the list was made: asked again before anything is said.
        if key not in listed and not storage.exists(key) and owner_of(key) is not None:
            found.danglers.append((whose, key))
    return found


def _pointed() -> Iterator[tuple[str, str]]:
    uploads = Upload.objects.exclude(data_key=b"")
    arrivals = Arrival.objects.filter(done=False)  # what ended removes its parts by itself
    for kind in (uploads, arrivals):
        for row in kind.select_related("slot__dossier").iterator(chunk_size=BATCH):
            yield from ((row.slot.dossier.reference, key) for key in sorted(keys_of(row)))
    for deposit in EPhoto.objects.iterator(chunk_size=BATCH):
        yield from ((f"e-photo {deposit.pk}", key) for key in sorted(keys_of(deposit)))


def compare_daily() -> int:
    """Compares once a day, whichever worker comes first, and marks orphans. Returns how many were marked."""
    today = clock.today()
    if Comparison.objects.filter(day=today).exists():
        return 0
    with transaction.atomic():
        row, mine = Comparison.objects.get_or_create(day=today)
    if not mine:
        return 0
    try:
        found = compare()
        adapter("storage").tidy(clock.ticks() - YOUNG_S)
    except BaseException:
        with transaction.atomic():
            row.delete()  # tried again at the next sweep
        raise
    return note(row, found)


def note(row: Comparison, found: Found, *, however_many: bool = False) -> int:
    """Writes down what a comparison found and marks its orphans, unless they are too many. Returns how many."""
    held_back = found.too_many and not however_many
    with transaction.atomic():
        marked = 0 if held_back else _mark(found.orphans, Purge.ORPHAN, GRACE)
        Comparison.objects.filter(pk=row.pk).update(
            ended_at=clock.now(),
            files=found.files,
            orphans=len(found.orphans),
            danglers=len(found.danglers),
            held_back=held_back,
        )
        Comparison.objects.filter(day__lt=row.day - GRACE).delete()
    if found.danglers or held_back:
        log.error(
            "storage: %d files are missing, %d belong to nothing", len(found.danglers), len(found.orphans)
        )
    return marked


def last() -> Comparison | None:
    """The latest comparison that ended."""
    return Comparison.objects.filter(~Q(ended_at=None)).order_by("-day").first()
