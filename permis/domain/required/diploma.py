"""DIP: a professional diploma or title that is worth a licence."""

from __future__ import annotations

from permis.domain.conditions import aged, always, holds_one, only_am
from permis.domain.legal import F2390, F10036
from permis.domain.required.common import (
    BASE,
    FREE,
    HEALTH,
    HEAVY_OPINION_FRESH,
    HEAVY_WANTED,
    IN_ORDER,
    PEOPLE,
    PROBATION_YEARS,
    RESIDENT,
    USUAL_DELAY,
    heavy_asked,
)
from permis.domain.required.table import Bar, Need, Note, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

DIPLOMA_AGE = 18  # F10036; accompanied professional driving between 16 and 18

RULES = Rules(
    motive=Motive.DIP,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(Bar("dip-age", Outcome.NOT_BEFORE, ~aged(DIPLOMA_AGE, None), "Le diplôme donne droit au permis à partir de 18 ans. Avant, il permet la conduite encadrée.", F10036, Reason.R11, not_before=lambda s: reaches_age(s.birth_date, DIPLOMA_AGE)), *IN_ORDER, *HEAVY_OPINION_FRESH, *RESIDENT),
    needs=(*BASE, Need("dip-diploma", ((P.DIPLOMA,),), always, "il prouve que vous avez obtenu le diplôme ou le titre professionnel", F10036), Need("dip-lic", ((P.LIC,),), holds_one, "parce que vous avez déjà un permis", F10036, who="Si vous avez déjà un permis"), *PEOPLE, *HEAVY_WANTED, *HEALTH),
    notes=(Note("dip-keep", holds_one, "Le permis que vous avez déjà reste valable pendant la demande.", F10036, keeps="votre permis actuel"), Note("dip-no-right", always, "Le diplôme ne permet pas de conduire : attendez la carte.", F10036), Note("dip-probation", only_am, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ.", F2390, code="106")),
    probation=((only_am, PROBATION_YEARS),),
    renews=heavy_asked,
)
