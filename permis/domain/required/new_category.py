"""REU_EXT: a further category, after success at its exam."""

from __future__ import annotations

from permis.domain.conditions import always, automatic, only_am, wants
from permis.domain.legal import F20028
from permis.domain.required import common
from permis.domain.required.common import (
    ABROAD,
    ASSR2,
    BASE,
    CEPC_RIGHTS,
    DESTROY,
    EXAM_AGES,
    EXAM_PASSED,
    FREE,
    HEALTH,
    HEAVY_CEPC,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    IN_ORDER,
    JDC,
    LICENCE,
    NOT_BY_EXAM,
    PEOPLE,
    PREREQUISITES,
    PROBATION_YEARS,
    RESIDENT,
    TRAINED,
    USUAL_DELAY,
)
from permis.domain.required.table import Need, Note, Rules
from permis.domain.vocabulary import Category, Motive
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.REU_EXT,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(*IN_ORDER, *EXAM_PASSED, *NOT_BY_EXAM, *EXAM_AGES, *PREREQUISITES, *HEAVY_OPINION_FRESH, *RESIDENT),
    needs=(*BASE, Need("ext-cepc", ((P.CEPC,),), always, "il prouve que vous avez réussi l’examen de la nouvelle catégorie", F20028), *LICENCE, *PEOPLE, *ASSR2, *JDC, *HEAVY_WANTED, *HEALTH, *TRAINED),
    rights=CEPC_RIGHTS,
    notes=(
        *DESTROY,
        *ABROAD,
        *HEAVY_CEPC,
        Note("ext-soon", always, "Faites la demande le plus vite possible : le certificat d’examen ne vaut que 4 mois.", F20028),
        Note("automatic", wants(Category.B) & automatic, "Votre permis B sera limité à la boîte automatique. Une formation de 7 heures lève cette limite.", F20028, code="78"),
    ),
    probation=((only_am, PROBATION_YEARS),),
    renews=common.heavy_asked,
)
