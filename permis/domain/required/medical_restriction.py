"""MED_REST: a restriction on the card (glasses, adapted vehicle, interlock …) that a doctor adds or lifts."""

from __future__ import annotations

from permis.domain.conditions import always
from permis.domain.legal import ARR_2022, CODE_ROUTE
from permis.domain.required.common import (
    BASE,
    COMMISSION,
    DESTROY,
    DOCTOR,
    FREE,
    IN_ORDER,
    LICENCE,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    heavy_asked,
)
from permis.domain.required.medical_renewal import OPINION, OPINION_TERMS
from permis.domain.required.table import Need, Note, Rules
from permis.domain.vocabulary import Motive
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.MED_REST,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(*OPINION, *IN_ORDER, *RESIDENT),
    needs=(*BASE, *LICENCE, *PEOPLE, Need("rest-opinion", ((P.MED,),), always, "il dit quelle restriction est ajoutée ou levée", CODE_ROUTE.art("art. R226-1"))),
    deadlines=OPINION_TERMS,
    notes=(Note("rest-keep", always, "Votre permis actuel reste valable pendant la demande. Suivez déjà ce que l’avis médical demande.", CODE_ROUTE.art("art. R226-1"), keeps="votre permis actuel"), Note("rest-code", always, "La carte portera le code de la restriction : par exemple 01 pour des lunettes, 10 pour une boîte de vitesses adaptée, 69 pour un éthylotest.", ARR_2022), *DOCTOR, *COMMISSION, *DESTROY),
    renews=heavy_asked,
)
