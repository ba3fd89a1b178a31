"""INS_RET: the registration for the exam after an annulment or an invalidation ("retour au permis")."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import Test, always, wants
from permis.domain.legal import F1704, F2727
from permis.domain.required.common import BASE, COMMISSION, JDC, OPINION_FRESH, PEOPLE, RESIDENT
from permis.domain.required.registration import (
    NO_RIGHT,
    OLD_ENOUGH,
    REGISTRATION_DELAY,
    REGISTRATION_FREE,
    VALID,
)
from permis.domain.required.table import Deadline, Need, Note, Rules
from permis.domain.situation import Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Category, Motive, Result
from permis.domain.vocabulary import Piece as P

OLD_LICENCE_MONTHS = 36  # F1704: a licence of three years or more
SHORT_BAN_MONTHS = 12  # F1704: a ban of less than one year
THEORY_MONTHS = 9  # F1704: the nine months to register for the theory alone


def _theory_is_enough(s: Situation) -> bool:
    issued: dt.date | None = s.licence_first_issued_on
    starts: dt.date | None = s.ban_starts_on
    ends: dt.date | None = s.ban_ends_on
    if issued is None or starts is None or ends is None:
        return False
    return months(issued, OLD_LICENCE_MONTHS) <= starts and ends < months(starts, SHORT_BAN_MONTHS)


def last_day_for_theory(s: Situation) -> dt.date:
    """The last day to register and sit the theory alone.

    Counted from the hand-over of the licence (invalidation), else from the end of the ban. LookupError without either.
    """
    counted_from: dt.date | None = s.ban_ends_on if s.licence_surrendered_on is None else s.licence_surrendered_on
    if counted_from is None:
        raise LookupError("neither a hand-over nor an end")
    return months(counted_from, THEORY_MONTHS)


def _in_time(s: Situation) -> bool:
    if s.licence_surrendered_on is None and s.ban_ends_on is None:
        return False
    return bool(s.submitted_on <= last_day_for_theory(s))


theory_is_enough = Test(_theory_is_enough, "votre permis avait 3 ans ou plus et l’interdiction dure moins d’un an", "votre permis avait moins de 3 ans, ou l’interdiction dure un an ou plus")
in_time = Test(_in_time, "vous vous inscrivez dans les 9 mois", "les 9 mois sont passés")

RULES = Rules(
    motive=Motive.INS_RET,
    result=Result.REGISTRATION,
    fees=REGISTRATION_FREE,
    delay=REGISTRATION_DELAY,
    bars=(*OLD_ENOUGH, *OPINION_FRESH, *RESIDENT),
    needs=(
        *BASE,
        *PEOPLE,
        *JDC,
        Need("insret-med", ((P.MED,),), always, "parce que votre permis a été annulé ou invalidé", F1704),
        Need("insret-decision", ((P.DECISION,),), always, "elle dit de quand à quand vous ne pouvez pas conduire", F1704),
        Need("insret-psy", ((P.PSY,),), always, "il se donne au médecin, avant son avis : joignez-le si vous l’avez", F2727, recommended=True),
    ),
    deadlines=(*VALID, Deadline("insret-theory", "Dernier jour pour vous inscrire et ne repasser que l’épreuve théorique", theory_is_enough, last_day_for_theory, F1704)),
    notes=(
        *NO_RIGHT,
        *COMMISSION,
        Note("insret-during", always, "Les épreuves peuvent se passer pendant l’interdiction. Vous ne pourrez conduire qu’après sa fin.", F1704),
        Note("insret-theory-only", theory_is_enough & in_time, "Vous ne repassez que l’épreuve théorique.", F1704),
        Note("insret-too-late", theory_is_enough & ~in_time, "Les 9 mois sont passés : vous repassez aussi l’épreuve pratique.", F1704),
        Note("insret-whole", ~theory_is_enough, "Vous repassez l’épreuve théorique et l’épreuve pratique.", F1704),
        Note("insret-a2", wants(Category.A), "La catégorie A revient comme A2.", F1704),
    ),
)
