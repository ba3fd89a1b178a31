"""What a worker does with a file that arrived: antivirus, decoding in the cage, checks; then it counts, waits or ends."""

from __future__ import annotations

import enum
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import transaction

from permis import clock
from permis.adapters import adapter
from permis.adapters.antivirus import Unknown
from permis.adapters.storage import StorageDown
from permis.database.leases import Lost
from permis.domain.lifecycle import WITH_THE_PERSON
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import NotNow, decide, lock
from permis.dossier.models import Slot
from permis.evidence import arrivals, checks, intake, keep, reading, shown
from permis.evidence.checks import Consequence, Result, Seen
from permis.evidence.models import Arrival, Outcome, PhoneLink, Source, Upload
from permis.vision import cage, files, signature
from permis.vision.files import Made

log = logging.getLogger(__name__)

CHUNK = 1 << 20
AT_ONCE = 20  # files of one sweep
AT_FORM_S = 3.0  # that somebody waits in front of the form for an antivirus, and for a place in the cage
BIG = 1 << 20  # bytes
UNLUCKY_TRIES = 4  # of a file whose decoder is ended from outside
DRAWN_NAME = "Signature faite à l’écran"


_places = threading.BoundedSemaphore(4)  # big files that the forms of one web process check at once


class _Run(enum.Enum):
    """What came of one check run."""

    ENDED = enum.auto()
    LATER = enum.auto()  # this file is not for now
    NOBODY = enum.auto()  # nobody answers outside: another file would not fare better


def run(pk: object, *, within_s: float | None = None) -> bool:
    """Checks one file if it waits; whatever fails outside, it stays and is tried again. True when it ended.

    `within_s`: how long the antivirus, and then a place in the cage, are waited for by who stands in front of a page.
    """
    return _run(pk, within_s) is _Run.ENDED


def _run(pk: object, within_s: float | None = None) -> _Run:
    row = Arrival.claim(pk)
    if row is None:
        return _Run.LATER
    try:
        with row.kept():
            _check(row, within_s)
    except Lost:
        return _Run.LATER
    except NotNow:  # the request ended meanwhile: nothing is asked of it any more
        try:
            with transaction.atomic():
                row.close(outcome=Outcome.DROPPED)
        except Lost:
            return _Run.LATER
    except (Unknown, files.Busy) as later:
        row.fail(later)  # nothing is known of it: it is shown to nobody, and looked at again
        of_this_file = isinstance(later, files.Unlucky) or str(later) == "SizeLimit"
        return _Run.LATER if of_this_file else _Run.NOBODY
    except Exception as error:  # noqa: BLE001  whatever went wrong, the file is safe and is looked at again
        log.warning("arrival %s: %s", row.pk, type(error).__name__)
        row.fail(error)
        return _Run.NOBODY if isinstance(error, StorageDown) else _Run.LATER
    arrivals.clear(row.pk)
    return _Run.ENDED


def sweep() -> int:
    """Ends what never came, checks what waits. Returns how many ended.

    Where nobody answers, the files after that one are left to the next sweep, which begins with them.
    """
    ended = arrivals.sweep()
    for pk in _in_turn(Arrival.waiting()):
        came = _run(pk)
        if came is _Run.NOBODY:
            break
        ended += came is _Run.ENDED
    return ended


def _in_turn(waiting: list[object]) -> list[object]:
    """One file of each request, then a second one of each: who sends many delays only himself."""
    whose = dict(Arrival.objects.filter(pk__in=waiting).values_list("pk", "slot__dossier_id"))
    turns: dict[object, int] = {}
    ranked = []
    for rank, pk in enumerate(waiting):
        dossier = whose.get(pk)
        turns[dossier] = turn = turns.get(dossier, 0) + 1
        ranked.append((turn, rank, pk))
    return [pk for _, _, pk in sorted(ranked, key=lambda one: one[:2])[:AT_ONCE]]


def give(
    slot: Slot,
    role: Role,
    *,
    data: bytes,
    name: str,
    size: int | None = None,
    given_as: str = "",
    drawn: bool = False,
    adds: bool = False,
    phone: PhoneLink | None = None,
) -> Arrival:
    """Takes a whole file, and checks it at once. The row says what became of it; none yet: it will be checked later.

    Nobody waits long in front of a form: an antivirus that is slow, a cage that is full, or many big files at once
    leave it to the worker.

    Raises `files.Refused` when it is not even acknowledged, `arrivals.NotKept`, or `facts.NotNow` when the slot
    is shut. `size`: bytes that were sent, when they are more than were read.
    """
    if size is not None and max(size, len(data)) > files.LIMIT:
        raise files.Refused(files.TOO_BIG)
    channel = "phone" if phone else "form"
    row = arrivals.receive(
        slot, role, data, name=name, channel=channel, given_as=given_as, drawn=drawn, adds=adds, phone=phone
    )
    big = len(data) > BIG
    del data  # sealed in the storage: the run reads it from there
    if not big or _places.acquire(blocking=False):
        try:
            run(row.pk, within_s=AT_FORM_S)
        finally:
            if big:
                _places.release()
    row.refresh_from_db()
    return row


def _check(row: Arrival, within_s: float | None = None) -> None:
    data = arrivals.read(row)
    engine = ""
    if not row.drawn:
        soon = {} if within_s is None else {"within_s": within_s}
        verdict = adapter("antivirus").look(_chunks(data), **soon)
        if not verdict.clean:
            _refuse(row, intake.DANGEROUS)
            return
        engine = verdict.engine
    try:
        pages = cage.read(data, "signature" if row.drawn else "pages", wait_s=within_s)
    except files.Unlucky:
        if row.attempts < UNLUCKY_TRIES or row.last_error != files.Unlucky.__name__:
            raise
        _refuse(row, files.TOO_HEAVY)  # again and again: it is the file after all
        return
    except files.Busy:
        raise
    except files.Refused as refusal:
        _refuse(row, refusal.sentence)
        return
    slot = Slot.objects.select_related("dossier").get(pk=row.slot_id)
    read, made = {}, []
    if not row.drawn:
        read, made = reading.read(Piece(slot.piece), slot.side, data, wait_s=within_s)
    results, looks = look_at(slot, pages, drawn=row.drawn, antivirus=engine, read=read)
    blocked = checks.failed(results, Consequence.BLOCK)
    if blocked:
        _refuse(row, blocked[0].sentence)
        return
    said = {"results": [r.as_json() for r in results], "looks": looks, "read": read}
    if made and signature.clean(read.get(reading.SIGNATURE)):
        pages = [made[0], *pages]  # what is printed comes first; what was photographed stays, for who looks
    _take(row, slot, pages, said, warned=bool(checks.failed(results, Consequence.WARN)))


def look_at(
    slot: Slot,
    pages: Sequence[Made],
    *,
    drawn: bool = False,
    antivirus: str = "",
    read: Mapping[str, Any] | None = None,
) -> tuple[list[Result], list[str]]:
    """Runs the table on these pages: the results, and the perceptual hash of each page. `read`: what readers said."""
    looks = [str(page.said.get("look") or "") for page in pages]
    others = list(_of_other_sides(slot))
    seen = Seen(
        piece=Piece(slot.piece),
        side=slot.side,
        alone=not others,
        pages=[page.said for page in pages],
        other_sides=_looks_of(others),
        refused=_looks_of(_refused(slot)),
        drawn=drawn,
        antivirus=antivirus,
        read=read or {},
        beside=shown.beside_of(slot, read or {}),
    )
    return checks.run(seen), looks


def _of_other_sides(slot: Slot) -> Iterator[Upload]:
    others = Upload.objects.filter(slot__dossier=slot.dossier_id, slot__piece=slot.piece, current=True)
    yield from others.exclude(slot=slot)


def _refused(slot: Slot) -> Iterator[Upload]:
    """What an agent refused in this slot: what was there when he said so, replaced since or not."""
    if not slot.reason:
        return
    yield from Upload.objects.filter(slot=slot, refused=True)


def _looks_of(uploads: Iterable[Upload]) -> list[str]:
    found: list[str] = []
    for upload in uploads:
        try:
            found += [look for look in upload.read_checks().get("looks", ()) if look]
        except Exception as error:  # noqa: BLE001  a spoilt row is `permis verify`'s business, not this person's
            log.warning("checks of %s: %s", upload.pk, type(error).__name__)
    return found


def _take(row: Arrival, slot: Slot, pages: Sequence[Made], said: dict[str, Any], *, warned: bool) -> None:
    """Seals the pages, then in one transaction: the upload counts or is held, and the run is closed."""
    source = Source.DRAWN if row.drawn else Source.FILE
    with keep.stored(
        slot,
        pages,
        name=DRAWN_NAME if row.drawn else row.read_name(),
        size=row.length,
        source=source,
        given_as=row.given_as,
        adds=row.adds,
        checks=said,
    ) as upload:
        upload.given_at = row.whole_at or clock.now()
        with transaction.atomic():
            here = lock(slot.dossier_id)
            if row.phone_id:  # on a phone the next picture is a better one of the last
                of_phone = Arrival.objects.filter(phone=row.phone_id, upload__held=True).values("upload")
                keep.set_aside(Upload.objects.filter(pk__in=of_phone, held=True))
            asks = warned and here.get_state() in WITH_THE_PERSON
            if asks:
                row.close(outcome=Outcome.HELD)
                keep.hold(upload)
                arrivals.settle(row)
            else:
                row.close(outcome=Outcome.TAKEN)
                _count(slot, upload)
            Arrival.objects.filter(pk=row.pk).update(upload=upload)


def _count(slot: Slot, upload: Upload) -> None:
    others = arrivals.pending(slot)
    others.update(before=SlotStatus.READY)  # were they refused, what has just come stays
    decide(
        slot,
        SlotStatus.RECEIVED if others.exists() else SlotStatus.READY,
        Role.SYSTEM,
        also=keep.upload_for(upload),
    )


def _refuse(row: Arrival, sentence: str) -> None:
    """The file ends here, with the sentence that says what to do."""
    with transaction.atomic():
        here = lock(row.slot.dossier_id)
        row.close(outcome=Outcome.REFUSED, said=sentence)
        if here.get_state() in WITH_THE_PERSON:
            arrivals.settle(row)
        elif not arrivals.pending(row.slot).exists():
            _tell_agent(row.slot, sentence)


def _tell_agent(slot: Slot, sentence: str) -> None:
    """The request was sent before the check ended: the document is to be asked again, and an agent will say so."""
    slot.refresh_from_db()
    if slot.status != SlotStatus.RECEIVED:
        return
    if Upload.objects.filter(slot=slot, current=True, refused=False).exists():
        decide(slot, SlotStatus.READY, Role.SYSTEM)
    else:
        decide(slot, SlotStatus.REFUSED, Role.SYSTEM, reason="R01", note=sentence)


def _chunks(data: bytes) -> Iterator[bytes]:
    for at in range(0, len(data), CHUNK):
        yield data[at : at + CHUNK]
