"""PERTE: a licence that was lost. It is declared inside the request, and cannot be taken back."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import always
from permis.domain.legal import DECRET_2024_1075, DELAYS, F1727, F34773
from permis.domain.required.common import (
    BASE,
    HEALTH,
    HEAVY_HELD,
    IN_ORDER,
    KEEP_END,
    LOST_FEES,
    NOT_BY_SCHOOL,
    PEOPLE,
    RESIDENT,
    STAMP,
    heavy_held,
    held_categories,
    months_from,
    today_of,
)
from permis.domain.required.table import Delay, Need, Note, Right, Rules
from permis.domain.vocabulary import Motive
from permis.domain.vocabulary import Piece as P

ADCS_MONTHS = 4  # F1727: attestation de droits à conduire sécurisée, four months, may be asked for again
ADCS_SINCE = dt.date(2024, 12, 4)  # DECRET_2024_1075
LOSS_PAPER_MONTHS = 2  # F1727: attestation de perte

RULES = Rules(
    motive=Motive.PERTE,
    cancellable=False,  # F34773: a licence found again after the declaration is void
    delay=Delay(1, 6, DELAYS),
    fees=LOST_FEES,
    bars=(*NOT_BY_SCHOOL, *IN_ORDER, *RESIDENT),
    needs=(*BASE, Need("perte-loss", ((P.LOSS,),), always, "vous déclarez la perte dans cette demande", F1727), *PEOPLE, *HEALTH, *HEAVY_HELD, *STAMP),
    rights=(
        Right("perte-adcs", ("ADCS",), always, held_categories, today_of, months_from("submitted_on", ADCS_MONTHS), DECRET_2024_1075, since=ADCS_SINCE, within_category=True, says="Après une perte, l’attestation de droits à conduire (ADCS) permet de conduire 4 mois."),
        Right("perte-paper", ("LOSS_PAPER",), always, held_categories, today_of, months_from("submitted_on", LOSS_PAPER_MONTHS), F1727, within_category=True),
    ),
    notes=(
        Note("perte-found", always, "Si vous retrouvez l’ancien permis, il n’est plus valable : détruisez-le.", F34773),
        Note("perte-final", always, "Une déclaration de perte ne peut pas être annulée.", F34773),
        Note("perte-adcs", always, "L’attestation de droits à conduire (ADCS) se télécharge sur le site Mes Points Permis. Elle peut être redemandée.", DECRET_2024_1075, since=ADCS_SINCE),
        *KEEP_END,
    ),
    renews=heavy_held,
)
