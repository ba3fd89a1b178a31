"""Are the documents present and openable?"""

from __future__ import annotations

from permis.domain.vocabulary import SlotStatus
from permis.dossier.models import Slot
from permis.dossier.verify import Report
from permis.evidence.keep import page_bytes
from permis.evidence.models import Upload
from permis.vault import Broken

GIVEN = (SlotStatus.READY, SlotStatus.ACCEPTED)


def verify_documents(report: Report, only: str | None = None) -> None:
    """Opens every page of every current upload, and looks for slots that say "given" with nothing behind."""
    broken = {reference for reference, _ in report.faults}
    slots = Slot.objects.filter(status__in=GIVEN).values_list("pk", "dossier__reference", "piece", "side")
    uploads = Upload.objects.filter(current=True).select_related("slot__dossier")
    if only is not None:
        slots = slots.filter(dossier__reference=only)
        uploads = uploads.filter(slot__dossier__reference=only)
    kept = set()
    for upload in uploads.iterator(chunk_size=200):
        kept.add(upload.slot_id)
        reference = upload.slot.dossier.reference
        for page in range(1, upload.pages + 1):
            report.documents += 1
            try:
                page_bytes(upload, page)
            except FileNotFoundError:
                report.fault(reference, f"document {upload.slot}: page {page} is not in the storage")
            except (Broken, OSError):
                report.fault(reference, f"document {upload.slot}: page {page} does not open")
    for pk, reference, piece, side in slots:
        if pk not in kept and reference not in broken:
            report.fault(reference, f"document {piece}/{side}: said to be given, and nothing is there")
