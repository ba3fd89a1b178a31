"""Does what the representatives left still open?"""

from __future__ import annotations

from permis.dossier.models import Mandate
from permis.dossier.verify import Report


def verify_mandates(report: Report, only: str | None = None) -> None:
    """Opens the address of every invitation; a row that is spoilt is named and hides no other."""
    rows = Mandate.objects.all() if only is None else Mandate.objects.filter(dossier__reference=only)
    for pk, reference in list(rows.values_list("pk", "dossier__reference")):
        try:
            mandate = Mandate.objects.select_related("dossier").get(pk=pk)
            mandate.read_address(mandate.dossier.key())
        except Exception as error:  # noqa: BLE001  whatever a spoilt column raises, the dossier is named
            report.fault(reference, f"invitation of the representative does not open: {type(error).__name__}")
