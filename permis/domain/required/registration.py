"""INS: the first registration for the exam, which gives the NEPH number; it gives no right to drive."""

from __future__ import annotations

from permis.domain.conditions import aged, always, asks_heavy, french, holds_one, learnt_aac, wants
from permis.domain.legal import ARR_2012, F870, F2828, F20028, F34118, R45443
from permis.domain.required.common import (
    AGE_FOR_B,
    ASSR_PAPERS,
    BASE,
    HEALTH,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    JDC,
    NOT_BY_EXAM,
    PEOPLE,
    RESIDENT,
    first_under_21,
    months_from,
)
from permis.domain.required.table import Bar, Deadline, Delay, Fee, Need, Note, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason, Result
from permis.domain.vocabulary import Piece as P

AGE_TO_REGISTER = 16  # ARR_2012
AGE_TO_REGISTER_AAC = 15  # F2828
REGISTRATION_MONTHS = 60  # ARR_2012: five years
CENSUS_AGE = 16

OLD_ENOUGH = (
    Bar("ins-age-aac", Outcome.NOT_BEFORE, ~aged(AGE_TO_REGISTER_AAC, None) & learnt_aac, "En conduite accompagnée, l’inscription se fait à partir de 15 ans.", F2828, Reason.R11, not_before=lambda s: reaches_age(s.birth_date, AGE_TO_REGISTER_AAC)),
    Bar("ins-age", Outcome.NOT_BEFORE, ~aged(AGE_TO_REGISTER, None) & ~learnt_aac, "L’inscription se fait à partir de 16 ans, ou de 15 ans en conduite accompagnée.", ARR_2012.art("art. 1"), Reason.R11, not_before=lambda s: reaches_age(s.birth_date, AGE_TO_REGISTER)),
)
ASSR_NOW = (Need("ins-assr2", (ASSR_PAPERS,), first_under_21, "vous pouvez la donner dès maintenant : elle sera obligatoire pour la carte", F2828, recommended=True, who="Si vous avez moins de 21 ans et n’avez pas encore de permis"),)
VALID = (Deadline("ins-valid", "Fin de validité de l’inscription (la réussite au code la prolonge de 5 ans)", always, months_from("submitted_on", REGISTRATION_MONTHS), ARR_2012.art("art. 1")),)
NO_RIGHT = (Note("ins-no-right", always, "L’inscription ne permet pas de conduire seul.", ARR_2012.art("art. 1")),)
EXAM_AGE = (Note("ins-exam-age", wants(Category.B) & ~aged(AGE_FOR_B, None), "Vous pourrez passer l’épreuve de conduite du permis B à partir de 17 ans.", F2828),)
REGISTRATION_FREE = (Fee("ins-free", 0, always, "L’inscription est gratuite.", F34118),)
REGISTRATION_DELAY = Delay(1, 3, R45443)

RULES = Rules(
    motive=Motive.INS,
    result=Result.REGISTRATION,
    fees=REGISTRATION_FREE,
    delay=REGISTRATION_DELAY,
    bars=(*NOT_BY_EXAM, *OLD_ENOUGH, *HEAVY_OPINION_FRESH, *RESIDENT),
    needs=(
        *BASE,
        *PEOPLE,
        Need("ins-lic", ((P.LIC,),), holds_one, "parce que vous avez déjà un permis", F20028, who="Si vous avez déjà un permis, même AM"),
        *ASSR_NOW,
        Need("ins-census", ((P.RECENSEMENT,),), aged(CENSUS_AGE, 17) & french, "vous pouvez la donner dès maintenant, si vous l’avez", F870, recommended=True, who="Si vous avez 16 ans et la nationalité française"),
        *JDC,
        *HEAVY_WANTED,
        *HEALTH,
    ),
    deadlines=VALID,
    notes=(*NO_RIGHT, *EXAM_AGE, Note("ins-heavy", asks_heavy, "Les catégories de poids lourd s’ajoutent à un permis B.", F20028)),
)
