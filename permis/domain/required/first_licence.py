"""REU: the first licence, after success at the practical exam."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import (
    adult,
    aged,
    aged_at_exam,
    always,
    asks_heavy,
    european,
    exam_from,
    exam_passed_by_now,
    french,
    given,
    learnt_aac,
    lives,
    minor,
    only_am,
    unwell,
    wants,
    ward,
)
from permis.domain.legal import (
    ARR_2012,
    ARR_2016,
    CODE_ROUTE,
    DECRET_2023_1214,
    F2686,
    F2828,
    F31847,
    F34118,
    R39502,
    R45443,
    SEED,
    SN_114_6,
)
from permis.domain.required.table import Bar, Need, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

# The law of the exam's day decides for the age (docs/law.md).
B_AT_17_SINCE = dt.date(2024, 1, 1)  # décret 2023-1214
AGE_FOR_B = 17
AGE_FOR_B_BEFORE = 18
AGE_FOR_A2 = 18

RULES = Rules(
    motive=Motive.REU,
    fee_cents=0,
    fee_source=F34118,
    bars=(
        Bar(
            "reu-exam-ahead",
            Outcome.NOT_BEFORE,
            ~exam_passed_by_now,
            "Vous pourrez faire cette demande dès que vous aurez réussi l’examen.",
            R39502,
            not_before=lambda s: s.exam_on,
        ),
        Bar(
            "reu-age-b",
            Outcome.NOT_POSSIBLE,
            wants(Category.B) & exam_from(B_AT_17_SINCE) & ~aged_at_exam(AGE_FOR_B),
            "Le permis B se passe à partir de 17 ans.",
            DECRET_2023_1214,
            Reason.R11,
        ),
        Bar(
            "reu-age-b-before-2024",
            Outcome.NOT_POSSIBLE,
            wants(Category.B) & ~exam_from(B_AT_17_SINCE) & ~learnt_aac & ~aged_at_exam(AGE_FOR_B_BEFORE),
            "Avant 2024, le permis B se passait à partir de 18 ans.",
            CODE_ROUTE.art("art. R221-5"),
            Reason.R11,
        ),
        Bar(
            "reu-age-b-aac-before-2024",
            Outcome.NOT_POSSIBLE,
            wants(Category.B) & ~exam_from(B_AT_17_SINCE) & learnt_aac & ~aged_at_exam(AGE_FOR_B),
            "En conduite accompagnée, le permis B se passait à partir de 17 ans.",
            CODE_ROUTE.art("art. R221-5"),
            Reason.R11,
        ),
        Bar(
            "reu-age-a2",
            Outcome.NOT_POSSIBLE,
            wants(Category.A2) & ~aged_at_exam(AGE_FOR_A2),
            "Le permis A2 se passe à partir de 18 ans.",
            CODE_ROUTE.art("art. R221-5"),
            Reason.R11,
        ),
        Bar(
            "reu-age-16",
            Outcome.NOT_BEFORE,
            ~aged(16, None),
            "Un permis ne peut pas être demandé avant 16 ans.",
            ARR_2012.art("art. 1"),
            Reason.R11,
            not_before=lambda s: reaches_age(s.birth_date, 16),
        ),
    ),
    needs=(
        Need("reu-id", ((P.ID,),), always, "pour vérifier que c’est bien vous", ARR_2016.art("art. 1")),
        Need("reu-addr", ((P.ADDR,),), lives("own") & adult, "pour envoyer la carte à la bonne adresse", F31847),
        Need(
            "reu-heb",
            ((P.HEB,), (P.ID_HEB,), (P.ADDR_HEB,)),
            lives("hosted") | minor,
            "parce qu’une autre personne vous héberge",
            F31847,
        ),
        Need("reu-photo", ((P.PHOTO,),), always, "elles sont imprimées sur votre carte", R45443),
        Need("reu-cepc", ((P.CEPC,),), always, "il prouve que vous avez réussi l’examen", SEED),
        Need(
            "reu-rep",
            ((P.REP,), (P.ID_REP,)),
            minor | ward,
            "parce qu’une personne signe pour vous",
            SEED,
        ),
        Need(
            "reu-stay",
            ((P.STAY,),),
            ~european,
            "pour vérifier que vous séjournez en France régulièrement",
            ARR_2016.art("art. 3"),
        ),
        Need(
            "reu-resn",
            ((P.RESN,),),
            european & ~french,
            "pour vérifier que vous vivez en France depuis au moins 185 jours",
            ARR_2016.art("art. 2"),
        ),
        Need(
            "reu-assr2",
            ((P.ASSR2, P.ASR, P.HONOUR),),
            aged(None, 21) & only_am & ~given(P.ASSR2),
            "parce que vous avez moins de 21 ans et que c’est votre premier permis",
            F2828,
        ),
        Need(
            "reu-jdc",
            ((P.JDC, P.JDC_EXEMPTION, P.JDC_SITUATION, P.JDC_PROVISOIRE),),
            aged(17, 25) & french & ~given(P.JDC),
            "parce que vous êtes de nationalité française et avez moins de 25 ans",
            SN_114_6,
        ),
        Need("reu-aac", ((P.AAC,),), learnt_aac, "parce que vous avez appris en conduite accompagnée", SEED),
        Need(
            "reu-med-heavy",
            ((P.MED,),),
            asks_heavy,
            "parce que les poids lourds demandent un avis médical",
            CODE_ROUTE.art("art. R221-10"),
        ),
        Need("reu-med-health", ((P.MED,),), unwell, "parce que vous signalez un problème de santé", F2686),
    ),
)
