"""SUSP: the licence that comes back at the end of a suspension, after a medical check."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import Test, ahead, always, none
from permis.domain.legal import CODE_ROUTE, F2727
from permis.domain.required.common import (
    BASE,
    COMMISSION,
    DOCTOR,
    FREE,
    OPINION_FRESH,
    PEOPLE,
    RESIDENT,
    USUAL_DELAY,
    day_of,
    heavy_asked,
)
from permis.domain.required.table import Bar, Deadline, Need, Note, Rules
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

LONG_MONTHS = 6  # F2727: from six months on, a psychologist examines the person


def _long(s: Situation) -> bool:
    starts: dt.date | None = s.ban_starts_on
    ends: dt.date | None = s.ban_ends_on
    return starts is not None and ends is not None and ends >= months(starts, LONG_MONTHS)


long_suspension = Test(_long, "la suspension dure 6 mois ou plus", "la suspension dure moins de 6 mois")
no_end = none("ban_ends_on", "la fin de la suspension n’est pas connue", "la fin de la suspension est connue")
runs_on = ahead("ban_ends_on", "votre suspension n’est pas finie", "votre suspension est finie")

RULES = Rules(
    motive=Motive.SUSP,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(Bar("susp-runs", Outcome.NOT_BEFORE, runs_on, "La demande se fait à la fin de la suspension. La visite médicale peut se passer avant.", CODE_ROUTE.art("art. R221-13"), Reason.R13, not_before=day_of("ban_ends_on")), *OPINION_FRESH, *RESIDENT),
    needs=(
        *BASE,
        *PEOPLE,
        Need("susp-med", ((P.MED,),), always, "parce que votre permis a été suspendu", CODE_ROUTE.art("art. R221-13")),
        Need("susp-psy", ((P.PSY,),), long_suspension, "parce que la suspension dure 6 mois ou plus : un psychologue vous examine", F2727, who="Si la suspension dure 6 mois ou plus"),
        Need("susp-decision", ((P.DECISION,),), always, "elle dit de quand à quand votre permis est suspendu", CODE_ROUTE.art("art. L224-1")),
    ),
    deadlines=(Deadline("susp-end", "Fin de la suspension : premier jour pour envoyer la demande", ~no_end, day_of("ban_ends_on"), CODE_ROUTE.art("art. R221-13")),),
    notes=(
        Note("susp-no-right", always, "L’avis médical seul ne permet pas de conduire : attendez la nouvelle carte, ou une attestation de droits à conduire (ADCS) une fois vos droits rétablis.", F2727),
        Note("susp-short", ~long_suspension, "Une suspension d’un mois ou moins, sans alcool ni stupéfiants, ne demande pas cette démarche : le permis est rendu.", F2727),
        Note("susp-commission", always, "Après une affaire d’alcool ou de stupéfiants, la visite se passe devant la commission médicale, et non chez un médecin agréé.", F2727),
        *DOCTOR,
        *COMMISSION,
    ),
    renews=heavy_asked,
)
