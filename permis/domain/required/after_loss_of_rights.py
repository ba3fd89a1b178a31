"""REU_RET: the licence that comes back, after the exam that follows an annulment or an invalidation."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from permis.domain.conditions import ahead, always, none, retakes_theory_only, wants
from permis.domain.legal import F1704, F2390, F2727, R39502
from permis.domain.required.common import (
    ABROAD,
    BASE,
    CEPC_MONTHS,
    COMMISSION,
    EXAM_AGES,
    FREE,
    JDC,
    OPINION_FRESH,
    PEOPLE,
    PROBATION_YEARS,
    RESIDENT,
    USUAL_DELAY,
    asked_categories,
    heavy_asked,
    no_exam,
)
from permis.domain.required.registration_after_loss_of_rights import theory_is_enough
from permis.domain.required.table import Bar, Need, Note, Right, Rules
from permis.domain.situation import Situation
from permis.domain.terms import days, months
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P


def title_from(s: Situation) -> dt.date:
    """From when the certificate lets drive: the exam, or the day after the ban when the exam came before (F1704)."""
    exam: dt.date = s.exam_on
    ban: dt.date | None = s.ban_ends_on
    return exam if ban is None or exam > ban else days(ban, 1)


practical_ahead = ~retakes_theory_only & ahead("exam_on", "votre examen n’a pas encore eu lieu", "votre examen est passé")
theory_ahead = retakes_theory_only & ahead("theory_exam_on", "votre épreuve théorique n’a pas encore eu lieu", "votre épreuve théorique est passée")
no_theory = none("theory_exam_on", "vous n’avez pas encore réussi l’épreuve théorique", "vous avez réussi l’épreuve théorique")

RULES = Rules(
    motive=Motive.REU_RET,
    fees=FREE,
    delay=USUAL_DELAY,
    bars=(
        Bar("ret-no-exam", Outcome.NOT_POSSIBLE, (~retakes_theory_only & no_exam) | (retakes_theory_only & no_theory), "Cette demande se fait après avoir réussi l’examen.", F1704, Reason.R06, instead="Inscrivez-vous d’abord : « Inscription après une annulation ou une invalidation ».", leads_to=(Motive.INS_RET,)),
        Bar("ret-exam-ahead", Outcome.NOT_BEFORE, practical_ahead, "Vous pourrez faire cette demande dès que vous aurez réussi l’examen.", R39502, not_before=lambda s: s.exam_on),
        Bar("ret-theory-ahead", Outcome.NOT_BEFORE, theory_ahead, "Vous pourrez faire cette demande dès que vous aurez réussi l’épreuve théorique.", F1704, not_before=lambda s: s.theory_exam_on),
        *(replace(bar, when=~retakes_theory_only & bar.when) for bar in EXAM_AGES),
        *OPINION_FRESH,
        *RESIDENT,
    ),
    needs=(
        *BASE,
        Need("ret-cepc", ((P.CEPC,),), always, "il prouve que vous avez réussi l’examen", F1704),
        *PEOPLE,
        *JDC,
        Need("ret-med", ((P.MED,),), always, "parce que votre permis a été annulé ou invalidé", F1704),
        Need("ret-psy", ((P.PSY,),), always, "parce que votre permis a été annulé ou invalidé : un psychologue vous a examiné", F2727),
        Need("ret-decision", ((P.DECISION,),), always, "elle dit de quand à quand vous ne pouviez pas conduire", F1704),
    ),
    rights=(Right("ret-cepc", ("CEPC", "ID"), ~retakes_theory_only & ~no_exam, asked_categories, title_from, lambda s: months(title_from(s), CEPC_MONTHS), F1704),),
    notes=(
        *ABROAD,
        *COMMISSION,
        Note("ret-from", ~retakes_theory_only, "Votre certificat dit à partir de quel jour il vaut permis : jamais avant la fin de l’interdiction.", F1704),
        Note("ret-theory-alone", retakes_theory_only & ~theory_is_enough, "L’épreuve théorique seule suffit quand le permis avait au moins 3 ans et que l’interdiction dure moins d’un an : sinon, l’épreuve pratique se repasse aussi.", F1704),
        Note("ret-a2", wants(Category.A), "La catégorie A revient comme A2.", F1704),
        Note("ret-probation", ~retakes_theory_only, "Votre permis est de nouveau probatoire pendant 3 ans, avec 6 points au départ.", F2390, code="105"),
    ),
    probation=((~retakes_theory_only, PROBATION_YEARS),),
    renews=heavy_asked,
)
