"""Are the documents present and openable?"""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q

from permis.domain.vocabulary import SlotStatus, State
from permis.dossier.models import Dossier, Slot
from permis.dossier.verify import Report
from permis.evidence import arrivals, ephoto
from permis.evidence.keep import page_bytes, thumbnail
from permis.evidence.models import Arrival, EPhoto, Upload
from permis.vault import Broken

GIVEN = (SlotStatus.READY, SlotStatus.ACCEPTED)


def verify_documents(report: Report, only: str | None = None) -> None:
    """Opens every page and name of every upload that counts, every part that waits for its check, and looks for slots
    that say "given" or "received" with nothing behind.

    Each row is read on its own: one that is spoilt is named and hides no other.
    """
    dossiers = Dossier.objects.all() if only is None else Dossier.objects.filter(reference=only)
    for pk in list(dossiers.values_list("pk", flat=True)):
        reference = str(Dossier.objects.filter(pk=pk).values_list("reference", flat=True).first())
        try:
            _one(report, pk, reference)
        except Exception as error:  # noqa: BLE001  whatever a spoilt column raises, the dossier is named
            report.fault(reference, f"documents cannot be read: {type(error).__name__}")
    if only is None:
        _deposits(report)


def _deposits(report: Report) -> None:
    """Opens both pictures of every e-photo; a deposit has no reference, so its own id is named."""
    for pk in list(EPhoto.objects.values_list("pk", flat=True)):
        try:
            row = EPhoto.objects.get(pk=pk)
            row.read_code()
            row.read_holder()
            for side in ephoto.SIDES:
                report.documents += 1
                ephoto.picture(row, side)
        except Exception as error:  # noqa: BLE001  whatever a spoilt column raises, the deposit is named
            report.fault(f"e-photo {pk}", f"does not open: {type(error).__name__}")


def _one(report: Report, dossier_pk: object, reference: str) -> None:
    # A request cancelled before a check ended asks nothing of its documents any more: none is waited for.
    state = Dossier.objects.values_list("state", flat=True).get(pk=dossier_pk)
    uploads: dict[object, list[Upload]] = defaultdict(list)
    for upload in Upload.objects.filter(Q(current=True) | Q(held=True), slot__dossier=dossier_pk):
        uploads[upload.slot_id].append(upload)
    coming: dict[object, list[Arrival]] = defaultdict(list)
    for row in Arrival.objects.filter(slot__dossier=dossier_pk, done=False).exclude(whole_at=None):
        coming[row.slot_id].append(row)
    for slot in Slot.objects.filter(dossier=dossier_pk):
        here = uploads[slot.pk]
        if slot.status in GIVEN and not any(upload.current for upload in here):
            report.fault(reference, f"document {slot}: said to be given, and nothing is there")
        if slot.status == SlotStatus.RECEIVED and not coming[slot.pk] and state != State.CANCELLED:
            report.fault(reference, f"document {slot}: said to be received, and nothing waits for its check")
        for upload in here:
            _pages(report, reference, slot, upload)
        for row in coming[slot.pk]:
            report.documents += 1
            _parts(report, reference, slot, row)


def _pages(report: Report, reference: str, slot: Slot, upload: Upload) -> None:
    try:
        upload.read_name()
        upload.read_checks()
    except (Broken, ValueError):
        report.fault(reference, f"document {slot}: its name or its checks do not open")
    for page in range(1, upload.pages + 1):
        report.documents += 1
        try:
            page_bytes(upload, page)
            if page == 1:
                thumbnail(upload)
        except FileNotFoundError:
            report.fault(reference, f"document {slot}: page {page} is not in the storage")
        except (Broken, OSError, ValueError, KeyError, TypeError):
            report.fault(reference, f"document {slot}: page {page} does not open")


def _parts(report: Report, reference: str, slot: Slot, row: Arrival) -> None:
    """What was acknowledged and is not checked yet: nothing pending is lost."""
    try:
        row.read_name()
        if len(arrivals.read(row)) != row.length:
            report.fault(reference, f"document {slot}: a file that waits for its check is not whole")
    except FileNotFoundError:
        report.fault(reference, f"document {slot}: a part that waits for its check is not in the storage")
    except (Broken, OSError, ValueError, KeyError, TypeError):
        report.fault(reference, f"document {slot}: a part that waits for its check does not open")
