"""MED: categories that last as long as a medical opinion says: heavy vehicles, driving for a living, limited licences."""

from __future__ import annotations

from collections.abc import Iterable

from permis.domain.conditions import Test, ahead, always, none
from permis.domain.legal import CODE_ROUTE, DELAYS, F2686
from permis.domain.required.common import (
    BASE,
    COMMISSION,
    DESTROY,
    DOCTOR,
    FREE,
    IN_ORDER,
    LICENCE,
    OPINION_FRESH,
    OPINION_MONTHS,
    PEOPLE,
    PERIODIC,
    RESIDENT,
    day_of,
    months_from,
    today_of,
)
from permis.domain.required.table import DECISION, Bar, Deadline, Delay, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

R221_11 = CODE_ROUTE.art("art. R221-11")

no_opinion = none("medical_opinion_on", "vous n’avez pas encore d’avis médical", "vous avez un avis médical")
opinion_ahead = ahead("medical_opinion_on", "votre avis médical porte une date à venir", "votre avis médical est daté")

OPINION = (
    Bar("med-none", Outcome.NOT_POSSIBLE, no_opinion, "Cette demande repose sur un avis médical.", F2686, Reason.R12, instead="Prenez rendez-vous avec un médecin agréé par la préfecture, puis revenez avec son avis (cerfa 14880)."),
    Bar("med-ahead", Outcome.NOT_BEFORE, opinion_ahead, "La demande se fait une fois l’avis médical donné.", F2686, Reason.R12, not_before=day_of("medical_opinion_on")),
    *OPINION_FRESH,
)
OPINION_TERMS = (Deadline("med-opinion-end", "Dernier jour pour utiliser l’avis médical", ~no_opinion, months_from("medical_opinion_on", OPINION_MONTHS), F2686),)


def still_valid(s: Situation) -> Iterable[Category]:
    """The categories whose end is not before the opinion: they stay valid until the prefect decides (R221-11 III)."""
    ends = s.category_ends_on
    opinion = s.medical_opinion_on
    return [c for c in s.categories if opinion is not None and c in ends and opinion <= ends[c]]


in_time = Test(lambda s: bool(still_valid(s)), "votre avis médical est donné avant la date de fin d’une catégorie", "votre avis médical est donné après la date de fin des catégories")

RULES = Rules(
    motive=Motive.MED,
    fees=FREE,
    delay=Delay(2, 9, DELAYS),
    bars=(*OPINION, *IN_ORDER, *RESIDENT),
    needs=(*BASE, *LICENCE, *PEOPLE, Need("med-opinion", ((P.MED,),), always, "il dit jusqu’à quand vous pouvez conduire ces catégories", CODE_ROUTE.art("art. R221-10"))),
    rights=(Right("med-until-decision", ("LIC", "MED"), always, still_valid, today_of, lambda _: DECISION, R221_11),),
    deadlines=OPINION_TERMS,
    notes=(Note("med-in-time", in_time, "Votre avis est donné à temps. Si une catégorie était encore valable ce jour-là, elle reste valable jusqu’à la décision du préfet.", R221_11), Note("med-provisional", ~in_time, "Si l’avis est donné avant la date de fin d’une catégorie, elle reste valable jusqu’à la décision du préfet. Après cette date, il faut attendre la carte.", R221_11), *PERIODIC, *DOCTOR, *COMMISSION, *DESTROY),
    renews=lambda s: s.categories,
)
