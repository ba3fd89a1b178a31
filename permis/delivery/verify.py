"""Do the letters open, number and address?"""

from __future__ import annotations

from permis.delivery.models import Letter
from permis.dossier.verify import Report
from permis.vault.sealing import blind


def verify_letters(report: Report, only: str | None = None) -> None:
    """Opens every letter, and compares its number with the index that a scan of the post would look up."""
    letters = Letter.objects.all() if only is None else Letter.objects.filter(dossier__reference=only)
    for pk, reference in list(letters.values_list("pk", "dossier__reference")):
        try:
            letter = Letter.objects.select_related("dossier").get(pk=pk)
            letter.read_address()
            if blind("letter", letter.read_number()) != letter.number_index:
                report.fault(reference, "a letter: its number is not that of its index")
        except Exception as error:  # noqa: BLE001  whatever a spoilt column raises, the dossier is named
            report.fault(reference, f"a letter does not open: {type(error).__name__}")
