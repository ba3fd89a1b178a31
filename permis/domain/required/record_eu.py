"""ENR_EU: a European licence that is kept, and written down in the French register."""

from __future__ import annotations

from permis.domain.conditions import always
from permis.domain.legal import F1757, R45443
from permis.domain.required.common import FREE, HOME, IDENTITY, PEOPLE, RESIDENT
from permis.domain.required.exchange_eu import from_eea, old_british
from permis.domain.required.table import Bar, Delay, Need, Note, Rules
from permis.domain.vocabulary import Motive, Outcome, Result
from permis.domain.vocabulary import Piece as P

RULES = Rules(
    motive=Motive.ENR_EU,
    result=Result.RECORD,
    fees=FREE,
    delay=Delay(2, 8, R45443),
    bars=(Bar("enr-not-eu", Outcome.NOT_POSSIBLE, ~from_eea & ~old_british, "Seul un permis de l’Union ou de l’Espace économique européen s’enregistre.", F1757, instead="Un permis d’un autre pays s’échange : choisissez « Échange d’un permis non européen ».", leads_to=(Motive.ECH_HUE,)), *RESIDENT),
    needs=(*IDENTITY, *HOME, Need("enr-flic", ((P.FLIC,),), always, "c’est le permis à enregistrer", F1757), *PEOPLE),
    notes=(Note("enr-optional", always, "Cet enregistrement n’est pas obligatoire. Il sert en cas de vol, ou pour un métier de la route.", F1757), Note("enr-keep", always, "Vous gardez votre permis européen : aucune carte n’est fabriquée.", F1757, keeps="votre permis européen")),
)
