"""VOL: a licence that was stolen. The theft is declared first, to the police or the gendarmerie."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import ahead, always, none
from permis.domain.legal import DECRET_2024_1075, DELAYS, F1450
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
    day_of,
    heavy_held,
    held_categories,
    months_from,
)
from permis.domain.required.table import Bar, Delay, Need, Note, Right, Rules
from permis.domain.vocabulary import Motive, Outcome
from permis.domain.vocabulary import Piece as P

RECEIPT_MONTHS = 2  # F1450: two months from the declaration
ADCS_SINCE = dt.date(2024, 12, 4)  # DECRET_2024_1075

no_receipt = none("theft_receipt_on", "vous n’avez pas encore de récépissé", "vous avez un récépissé")
receipt_ahead = ahead("theft_receipt_on", "votre récépissé porte une date à venir", "votre récépissé est daté")

RULES = Rules(
    motive=Motive.VOL,
    delay=Delay(1, 6, DELAYS),
    fees=LOST_FEES,
    bars=(
        *NOT_BY_SCHOOL,
        Bar("vol-no-receipt", Outcome.NOT_POSSIBLE, no_receipt, "Un vol se déclare d’abord à la police ou à la gendarmerie, qui donne un récépissé.", F1450, instead="Déclarez le vol à la police ou à la gendarmerie (la pré-plainte se fait en ligne), puis revenez avec le récépissé."),
        Bar("vol-ahead", Outcome.NOT_BEFORE, receipt_ahead, "La demande se fait une fois le vol déclaré.", F1450, not_before=day_of("theft_receipt_on")),
        *IN_ORDER,
        *RESIDENT,
    ),
    needs=(*BASE, Need("vol-theft", ((P.THEFT,),), always, "il prouve que vous avez déclaré le vol", F1450), *PEOPLE, *HEALTH, *HEAVY_HELD, *STAMP),
    rights=(Right("vol-receipt", ("THEFT",), ~no_receipt, held_categories, day_of("theft_receipt_on"), months_from("theft_receipt_on", RECEIPT_MONTHS), F1450, within_category=True),),
    notes=(
        Note("vol-france", always, "Le récépissé de vol permet de conduire 2 mois, en France seulement.", F1450),
        Note("vol-adcs", always, "Après le vol, l’attestation de droits à conduire (ADCS) se télécharge sur le site Mes Points Permis : 4 mois, et elle peut être redemandée.", DECRET_2024_1075, since=ADCS_SINCE),
        *KEEP_END,
    ),
    renews=heavy_held,
)
