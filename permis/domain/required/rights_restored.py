"""RETAB: French rights that were exchanged abroad, given back on the return."""

from __future__ import annotations

from permis.domain.conditions import always
from permis.domain.legal import F32776
from permis.domain.required.common import BASE, FREE, HEALTH, HEAVY_RESTORED, PEOPLE, RESIDENT, heavy_asked
from permis.domain.required.exchange_eu import EXCHANGE_DELAY
from permis.domain.required.table import Need, Note, Rules
from permis.domain.vocabulary import Motive
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.RETAB,
    fees=FREE,
    delay=EXCHANGE_DELAY,
    bars=RESIDENT,
    needs=(*BASE, Need("retab-flic", ((P.FLIC,),), always, "il montre les droits français que vous aviez échangés", F32776), *PEOPLE, *HEAVY_RESTORED, *HEALTH),
    notes=(Note("retab-added", always, "Les catégories ajoutées à l’étranger demandent un échange : ce n’est pas cette demande.", F32776), Note("retab-original", always, "L’original du permis étranger vous sera demandé.", F32776)),
    renews=heavy_asked,
)
