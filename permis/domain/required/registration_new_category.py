"""INS_EXT: the registration for the exam of a further category."""

from __future__ import annotations

from permis.domain.conditions import aged, always, wants
from permis.domain.legal import F20028
from permis.domain.required.common import (
    BASE,
    HEALTH,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    IN_ORDER,
    JDC,
    LICENCE,
    NOT_BY_EXAM,
    PEOPLE,
    PREREQUISITES,
    RESIDENT,
)
from permis.domain.required.registration import (
    ASSR_NOW,
    EXAM_AGE,
    NO_RIGHT,
    OLD_ENOUGH,
    REGISTRATION_DELAY,
    REGISTRATION_FREE,
    VALID,
)
from permis.domain.required.table import Note, Rules
from permis.domain.vocabulary import Category, Motive, Result

AGE_FOR_C = 21
AGE_FOR_D = 24

RULES = Rules(
    motive=Motive.INS_EXT,
    result=Result.REGISTRATION,
    fees=REGISTRATION_FREE,
    delay=REGISTRATION_DELAY,
    bars=(*IN_ORDER, *NOT_BY_EXAM, *OLD_ENOUGH, *PREREQUISITES, *HEAVY_OPINION_FRESH, *RESIDENT),
    needs=(*BASE, *LICENCE, *PEOPLE, *ASSR_NOW, *JDC, *HEAVY_WANTED, *HEALTH),
    deadlines=VALID,
    notes=(
        *NO_RIGHT,
        *EXAM_AGE,
        Note("ins-age-c", wants(Category.C, Category.CE, Category.D1, Category.D1E) & ~aged(AGE_FOR_C, None), "Cet examen se passe à partir de 21 ans, ou de 18 ans après une longue formation professionnelle.", F20028),
        Note("ins-age-d", wants(Category.D, Category.DE) & ~aged(AGE_FOR_D, None), "Cet examen se passe à partir de 24 ans, ou plus tôt avec une formation professionnelle (FIMO).", F20028),
        Note("ins-keep-right", always, "Votre permis actuel reste valable pendant l’inscription.", F20028, keeps="votre permis actuel"),
    ),
)
