"""FORM_78: the end of the restriction to automatic gearboxes, after the seven-hour course."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import always, none, not_yet
from permis.domain.legal import ARR_2024
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
    day_of,
    months_from,
)
from permis.domain.required.table import Bar, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Category, Motive, Outcome
from permis.domain.vocabulary import Piece as P

WAIT_MONTHS = 3  # until 29 February 2024
NO_WAIT_SINCE = dt.date(2024, 3, 1)  # ARR_2024
COURSE_MONTHS = 4  # ARR_2024: the certificate lets drive four months

waits = not_yet("licence_first_issued_on", WAIT_MONTHS, "vous avez le permis B depuis moins de 3 mois", "vous avez le permis B depuis 3 mois")
no_course = none("course_on", "vous n’avez pas encore suivi la formation", "vous avez suivi la formation")


def end_of_wait(s: Situation) -> dt.date:
    """The first day after the wait: its end, or the day on which the law dropped it."""
    return min(months(s.licence_first_issued_on, WAIT_MONTHS), NO_WAIT_SINCE)


RULES = Rules(
    motive=Motive.FORM_78,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(*ONLY_BY_SCHOOL, Bar("m78-wait", Outcome.NOT_BEFORE, waits, "Il fallait attendre 3 mois après le permis.", ARR_2024, not_before=end_of_wait, until=dt.date(2024, 2, 29)), *IN_ORDER, *RESIDENT),
    needs=(*BASE, Need("m78-form", ((P.FORM,),), always, "elle prouve que vous avez suivi la formation de 7 heures", ARR_2024), *LICENCE, *PEOPLE, *HEALTH),
    rights=(Right("m78-form", ("FORM", "LIC"), ~no_course, lambda _: (Category.B,), day_of("course_on"), months_from("course_on", COURSE_MONTHS), ARR_2024),),
    notes=(
        Note("m78-keep", always, "Votre permis actuel reste valable pendant la demande, avec une boîte automatique.", ARR_2024, keeps="votre permis actuel"),
        Note("m78-france", always, "L’attestation de formation permet de conduire une boîte manuelle 4 mois, en France seulement.", ARR_2024),
        Note("m78-medical", always, "Une boîte automatique imposée pour raison de santé (code 10.02) ne se lève pas ainsi : demandez « Restriction médicale ajoutée ou levée ».", ARR_2024),
        *DESTROY,
    ),
)
