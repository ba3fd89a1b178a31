"""REU: the first licence, after success at the practical exam."""

from __future__ import annotations

from permis.domain.conditions import aged, always, automatic, learnt_aac, wants
from permis.domain.legal import ARR_2012, DELAYS, F34118, R39502, SEED
from permis.domain.required import common
from permis.domain.required.common import (
    ABROAD,
    ASSR2,
    BASE,
    CEPC_RIGHTS,
    EXAM_AGES,
    EXAM_PASSED,
    HEALTH,
    HEAVY_CEPC,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    JDC,
    NOT_BY_EXAM,
    PEOPLE,
    PROBATION,
    PROBATION_TERMS,
    RESIDENT,
    TRAINED,
)
from permis.domain.required.table import Bar, Delay, Fee, Need, Note, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

AFTER_B = tuple(sorted(common.NEEDS_B | {Category.C1E, Category.CE, Category.D1E, Category.DE}))
LEAST_AGE = 16  # no category passed by an exam is open before

RULES = Rules(
    motive=Motive.REU,
    fees=(Fee("reu-free", 0, always, "C’est votre premier permis.", F34118),),
    delay=Delay(2, 8, DELAYS),
    bars=(
        *EXAM_PASSED,
        *NOT_BY_EXAM,
        Bar("reu-needs-b", Outcome.NOT_POSSIBLE, wants(*AFTER_B) & ~wants(Category.B), "Il faut d’abord le permis B.", common.R221_5),
        *EXAM_AGES,
        Bar("reu-age-16", Outcome.NOT_BEFORE, ~aged(LEAST_AGE, None), "Un permis ne peut pas être demandé avant 16 ans.", ARR_2012.art("art. 1"), Reason.R11, not_before=lambda s: reaches_age(s.birth_date, LEAST_AGE)),
        *HEAVY_OPINION_FRESH,
        *RESIDENT,
    ),
    needs=(*BASE, Need("reu-cepc", ((P.CEPC,),), always, "il prouve que vous avez réussi l’examen", SEED), *PEOPLE, *ASSR2, *JDC, Need("reu-aac", ((P.AAC,),), learnt_aac, "parce que vous avez appris en conduite accompagnée", SEED, who="Si vous avez appris en conduite accompagnée"), *HEAVY_WANTED, *HEALTH, *TRAINED),
    rights=CEPC_RIGHTS,
    notes=(*PROBATION, *ABROAD, *HEAVY_CEPC, Note("automatic", wants(Category.B) & automatic, "Votre permis B sera limité à la boîte automatique. Une formation de 7 heures lève cette limite.", R39502, code="78")),
    probation=PROBATION_TERMS,
    renews=common.heavy_asked,
)
