"""MIL: a military driving certificate converted into a licence."""

from __future__ import annotations

from permis.domain.conditions import aged, always, asks_heavy, holds_one, wants
from permis.domain.legal import ARR_JUN_1999, F1452
from permis.domain.required.common import (
    AGE_FOR_HEAVY,
    AGE_TRAINED,
    BASE,
    FREE,
    HEALTH,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    IN_ORDER,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    heavy_asked,
)
from permis.domain.required.table import Bar, Need, Note, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category as C
from permis.domain.vocabulary import Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.MIL,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(*IN_ORDER, Bar("mil-age", Outcome.NOT_BEFORE, asks_heavy & ~aged(AGE_TRAINED, None), "Une catégorie de poids lourd se demande à partir de 18 ans.", F1452, Reason.R11, not_before=lambda s: reaches_age(s.birth_date, AGE_TRAINED)), *HEAVY_OPINION_FRESH, *RESIDENT),
    needs=(
        *BASE,
        Need("mil-sheet", ((P.MIL,),), always, "il prouve les droits obtenus dans l’armée", F1452),
        Need("mil-lic", ((P.LIC,),), holds_one, "parce que vous avez déjà un permis", F1452, who="Si vous avez déjà un permis civil"),
        *PEOPLE,
        *HEAVY_WANTED,
        *HEALTH,
        Need("mil-form-c", ((P.FORM, P.FIMO),), wants(C.C1, C.C1E, C.C, C.CE) & ~aged(AGE_FOR_HEAVY, None), "parce que vous avez moins de 21 ans", ARR_JUN_1999, who="Si vous demandez un poids lourd avant 21 ans"),
        Need("mil-form-d", ((P.FORM, P.FIMO),), wants(C.D1, C.D1E, C.D, C.DE), "parce que vous demandez une catégorie de transport de personnes", ARR_JUN_1999, who="Si vous demandez D1, D1E, D ou DE"),
    ),
    notes=(Note("mil-keep", holds_one, "Le permis civil que vous avez déjà reste valable pendant la demande.", F1452, keeps="votre permis actuel"), Note("mil-no-right", always, "Le brevet militaire ne permet pas de conduire un véhicule civil : attendez la carte.", F1452), Note("mil-signed", always, "Le volet de conversion est signé par l’autorité militaire.", F1452)),
    renews=heavy_asked,
)
