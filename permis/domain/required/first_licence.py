"""REU: the first licence, after success at the practical exam."""

from __future__ import annotations

import datetime as dt

from permis.domain.conditions import (
    aged,
    aged_at_exam,
    always,
    asks_heavy,
    exam_from,
    exam_passed_by_now,
    french,
    given,
    learnt_aac,
    only_am,
    unwell,
    wants,
)
from permis.domain.legal import (
    ARR_2012,
    CODE_ROUTE,
    DECRET_2023_1214,
    DELAYS,
    F2390,
    F2686,
    F2828,
    F34118,
    R39502,
    SEED,
    SN_114_6,
)
from permis.domain.required.common import HOME, IDENTITY, PHOTO, REPRESENTATIVE, RESIDENCE
from permis.domain.required.table import Bar, Delay, Fee, Need, Note, Rules
from permis.domain.terms import reaches_age
from permis.domain.vocabulary import Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Piece as P

# The law of the exam's day decides for the age (docs/law.md).
B_AT_17_SINCE = dt.date(2024, 1, 1)  # décret 2023-1214
AGE_FOR_B = 17
AGE_FOR_B_BEFORE = 18
AGE_FOR_A2 = 18
AGE_FOR_LIGHT = 16  # A1 and B1

JDC_PAPERS = (P.JDC, P.JDC_EXEMPTION, P.JDC_SITUATION, P.JDC_PROVISOIRE)
ASSR_PAPERS = (P.ASSR2, P.ASR, P.HONOUR)
jdc_given = given(P.JDC) | given(P.JDC_EXEMPTION) | given(P.JDC_SITUATION) | given(P.JDC_PROVISOIRE)
assr_given = given(P.ASSR2) | given(P.ASR)

RULES = Rules(
    motive=Motive.REU,
    fees=(Fee("reu-free", 0, always, "C’est votre premier permis.", F34118),),
    delay=Delay(2, 8, DELAYS),
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
            "reu-age-light",
            Outcome.NOT_POSSIBLE,
            (wants(Category.A1) | wants(Category.B1)) & ~aged_at_exam(AGE_FOR_LIGHT),
            "Les permis A1 et B1 se passent à partir de 16 ans.",
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
        *IDENTITY,
        *HOME,
        *PHOTO,
        Need("reu-cepc", ((P.CEPC,),), always, "il prouve que vous avez réussi l’examen", SEED),
        *REPRESENTATIVE,
        *RESIDENCE,
        Need("reu-assr2", (ASSR_PAPERS,), aged(None, 21) & only_am & ~assr_given, "parce que vous avez moins de 21 ans et que c’est votre premier permis", F2828, who="Si vous avez moins de 21 ans, sauf si vous l’avez donnée à l’inscription"),
        Need("reu-jdc-17", ((*JDC_PAPERS, P.RECENSEMENT),), aged(17, 18) & french & ~jdc_given, "parce que vous êtes de nationalité française et avez 17 ans", SN_114_6, who="Si vous avez 17 ans et la nationalité française, sauf si vous l’avez donné à l’inscription"),
        Need("reu-jdc", (JDC_PAPERS,), aged(18, 25) & french & ~jdc_given, "parce que vous êtes de nationalité française et avez moins de 25 ans", SN_114_6, who="Si vous avez entre 18 et 24 ans et la nationalité française, sauf si vous l’avez donné à l’inscription"),
        Need("reu-aac", ((P.AAC,),), learnt_aac, "parce que vous avez appris en conduite accompagnée", SEED, who="Si vous avez appris en conduite accompagnée"),
        Need("reu-med-heavy", ((P.MED,),), asks_heavy, "parce que les poids lourds demandent un avis médical", CODE_ROUTE.art("art. R221-10"), who="Si vous demandez une catégorie de poids lourd"),
        Need("reu-med-health", ((P.MED,),), unwell, "parce que vous signalez un problème de santé", F2686, who="Si vous avez un problème de santé à signaler pour la conduite"),
    ),
    notes=(
        Note("reu-probation-aac", learnt_aac, "Votre permis est probatoire pendant 2 ans, avec 6 points au départ.", F2390),
        Note("reu-probation", ~learnt_aac, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ.", F2390),
        Note("reu-france", always, "Le certificat d’examen permet de conduire en France seulement. À l’étranger, attendez votre carte.", F2828),
    ),
)
