"""Are the documents present and openable?"""

from __future__ import annotations

from permis.domain.vocabulary import SlotStatus
from permis.dossier.models import Dossier, Slot
from permis.dossier.verify import Report
from permis.evidence import ephoto
from permis.evidence.keep import page_bytes
from permis.evidence.models import EPhoto, Upload
from permis.vault import Broken

GIVEN = (SlotStatus.READY, SlotStatus.ACCEPTED)


def verify_documents(report: Report, only: str | None = None) -> None:
    """Opens every page and name of every current upload, and looks for slots that say "given" with nothing behind.

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
    uploads = {u.slot_id: u for u in Upload.objects.filter(current=True, slot__dossier=dossier_pk)}
    for slot in Slot.objects.filter(dossier=dossier_pk):
        upload = uploads.get(slot.pk)
        if upload is None:
            if slot.status in GIVEN:
                report.fault(reference, f"document {slot}: said to be given, and nothing is there")
            continue
        try:
            upload.read_name()
        except Broken:
            report.fault(reference, f"document {slot}: its name does not open")
        for page in range(1, upload.pages + 1):
            report.documents += 1
            try:
                page_bytes(upload, page)
            except FileNotFoundError:
                report.fault(reference, f"document {slot}: page {page} is not in the storage")
            except (Broken, OSError, ValueError, KeyError, TypeError):
                report.fault(reference, f"document {slot}: page {page} does not open")
