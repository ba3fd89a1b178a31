"""FORM_A: from A2 to A, after two years and the seven-hour course."""

from __future__ import annotations

from permis.domain.conditions import Test, always, none, not_yet
from permis.domain.legal import F31119
from permis.domain.required.common import (
    BASE,
    DESTROY,
    FREE,
    HEALTH,
    IN_ORDER,
    JDC,
    LICENCE,
    ONLY_BY_SCHOOL,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    months_from,
)
from permis.domain.required.table import Bar, Deadline, Need, Note, Rules
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Motive, Outcome
from permis.domain.vocabulary import Piece as P

A2_MONTHS = 24  # F31119: A2 held two years
COURSE_BEFORE_MONTHS = 3  # F31119: the course is possible in the three months before


def _course_too_early(s: Situation) -> bool:
    if s.course_on is None or s.a2_obtained_on is None:
        return False
    return bool(s.course_on < months(s.a2_obtained_on, A2_MONTHS - COURSE_BEFORE_MONTHS))


course_too_early = Test(_course_too_early, "la formation a été suivie trop tôt", "la formation a été suivie au bon moment")
no_a2 = none("a2_obtained_on", "vous n’avez pas le permis A2", "vous avez le permis A2")
a2_too_young = not_yet("a2_obtained_on", A2_MONTHS, "vous avez le permis A2 depuis moins de 2 ans", "vous avez le permis A2 depuis 2 ans")

RULES = Rules(
    motive=Motive.FORM_A,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        *ONLY_BY_SCHOOL,
        Bar("a-no-a2", Outcome.NOT_POSSIBLE, no_a2, "Le permis A suit 2 ans de permis A2.", F31119, instead="Passez d’abord le permis A2, à partir de 18 ans.", leads_to=(Motive.INS_EXT,)),
        Bar("a-two-years", Outcome.NOT_BEFORE, a2_too_young, "Il faut avoir le permis A2 depuis 2 ans.", F31119, not_before=months_from("a2_obtained_on", A2_MONTHS)),
        Bar("a-course", Outcome.NOT_POSSIBLE, course_too_early, "La formation se suit au plus tôt 3 mois avant les 2 ans de permis A2 : celle-ci ne compte pas.", F31119, instead="Suivez la formation de nouveau : l’auto-école vous dit à quel prix."),
        *IN_ORDER,
        *RESIDENT,
    ),
    needs=(*BASE, Need("a-form", ((P.FORM,),), always, "elle prouve que vous avez suivi la formation de 7 heures", F31119), *LICENCE, *PEOPLE, *JDC, *HEALTH),
    deadlines=(Deadline("a-course-from", "Premier jour pour suivre la formation", ~no_a2, months_from("a2_obtained_on", A2_MONTHS - COURSE_BEFORE_MONTHS), F31119),),
    notes=(Note("a-keep", always, "Votre permis A2 reste valable pendant la demande.", F31119, keeps="votre permis actuel"), Note("a-no-right", always, "L’attestation de formation ne permet pas de conduire les motos de la catégorie A : attendez la carte.", F31119), *DESTROY),
)
