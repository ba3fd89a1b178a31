"""FORM_B96: the B96 mention (car with trailer), after the seven-hour course."""

from __future__ import annotations

from permis.domain.conditions import always
from permis.domain.legal import F32927
from permis.domain.required.common import (
    BASE,
    DESTROY,
    FREE,
    HEALTH,
    IN_ORDER,
    LICENCE,
    ONLY_BY_SCHOOL,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
)
from permis.domain.required.table import Need, Note, Rules
from permis.domain.vocabulary import Motive
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.FORM_B96,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(*ONLY_BY_SCHOOL, *IN_ORDER, *RESIDENT),
    needs=(*BASE, Need("b96-form", ((P.FORM,),), always, "elle prouve que vous avez suivi la formation de 7 heures", F32927), *LICENCE, *PEOPLE, *HEALTH),
    notes=(Note("b96-keep", always, "Votre permis actuel reste valable pendant la demande, sans la mention B96.", F32927, keeps="votre permis actuel"), Note("b96-no-right", always, "L’attestation de formation ne permet pas de tracter : attendez la carte, qui portera la mention B96.", F32927, code="96"), *DESTROY),
)
