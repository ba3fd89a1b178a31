"""ROSE: a folding pink licence, exchanged for a card before it ends."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import always
from permis.domain.legal import F31133, F31674
from permis.domain.required.common import (
    BASE,
    DESTROY,
    FREE,
    HEALTH,
    HEAVY_HELD,
    IN_ORDER,
    KEEP_END,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    heavy_held,
    held_categories,
    today_of,
)
from permis.domain.required.table import Bar, Deadline, Need, Note, Right, Rules
from permis.domain.vocabulary import Motive, Outcome
from permis.domain.vocabulary import Piece as P

OPEN_SINCE = dt.date(2024, 2, 1)  # F31674 says February 2024, no day (docs/law.md)
PINK_ENDS = dt.date(2033, 1, 19)  # F31133

RULES = Rules(
    motive=Motive.ROSE,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(Bar("rose-closed", Outcome.NOT_BEFORE, always, "Un permis rose en bon état ne se remplaçait pas encore par une carte.", F31674, not_before=lambda _: OPEN_SINCE, until=dt.date(2024, 1, 31)), *IN_ORDER, *RESIDENT),
    needs=(*BASE, Need("rose-lic", ((P.LIC,),), always, "pour vérifier les droits inscrits sur le permis rose", F31674), *PEOPLE, *HEALTH, *HEAVY_HELD),
    rights=(Right("rose-lic", ("LIC",), always, held_categories, today_of, lambda _: PINK_ENDS, F31133, until=PINK_ENDS, within_category=True, says="Un permis rose valable permet de conduire."),),
    deadlines=(Deadline("rose-end", "Fin de validité des permis roses", always, lambda _: PINK_ENDS, F31133),),
    notes=(
        Note("rose-no-hurry", always, "Rien ne presse : le permis rose reste valable jusqu’au 19 janvier 2033.", F31133, until=PINK_ENDS),
        Note("rose-no-false-loss", always, "Ne déclarez pas une perte pour l’obtenir : une fausse déclaration est punie, et cette demande-ci est gratuite.", F31674),
        *KEEP_END,
        *DESTROY,
    ),
    renews=heavy_held,
)
