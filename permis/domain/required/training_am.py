"""FORM_AM: the AM category, after the training course of a school."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import Test, aged, always, given, none
from permis.domain.legal import F2390, F2890
from permis.domain.required.common import (
    BASE,
    FREE,
    HEALTH,
    JDC,
    ONLY_BY_SCHOOL,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    months_from,
)
from permis.domain.required.table import Bar, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

AM_AGE = 14
FREE_BEFORE = dt.date(1988, 1, 1)  # who was born before drives a moped without a licence
FORM_MONTHS = 4  # F2890: the certificate of a course lets drive four months

born_before_1988 = Test(lambda s: s.birth_date < FREE_BEFORE, "vous êtes né avant 1988", "vous êtes né en 1988 ou après")
no_course = none("course_on", "vous n’avez pas encore suivi la formation", "vous avez suivi la formation")


def am_start(s: Situation) -> dt.date:
    """From when the certificate lets drive: the course, and never before the age of AM."""
    course: dt.date = s.course_on
    return max(course, reaches_age(s.birth_date, AM_AGE))


RULES = Rules(
    motive=Motive.FORM_AM,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        Bar("am-free", Outcome.NOT_NEEDED, born_before_1988, "Vous êtes né avant 1988 : vous pouvez conduire un cyclomoteur ou une voiturette sans permis AM.", F2890),
        *ONLY_BY_SCHOOL,
        Bar("am-age", Outcome.NOT_BEFORE, ~aged(AM_AGE, None), "Le permis AM se demande à partir de 14 ans.", F2890, Reason.R11, not_before=lambda s: reaches_age(s.birth_date, AM_AGE)),
        *RESIDENT,
    ),
    needs=(*BASE, Need("am-form", ((P.FORM,),), always, "elle prouve que vous avez suivi la formation AM", F2890), *PEOPLE, Need("am-assr", ((P.ASSR1, P.ASSR2, P.ASR),), ~given(P.ASSR1, P.ASSR2, P.ASR), "parce que vous êtes né en 1988 ou après", F2890, who="Sauf si elle a déjà été donnée"), *JDC, *HEALTH),
    rights=(Right("am-form", ("FORM",), ~no_course, lambda _: (Category.AM,), am_start, months_from("course_on", FORM_MONTHS), F2890),),
    notes=(Note("am-france", always, "L’attestation de formation permet de conduire 4 mois, en France seulement.", F2890), Note("am-no-probation", always, "Le permis AM n’est pas probatoire.", F2390)),
)
