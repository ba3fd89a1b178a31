"""The rows that several motives share: identity, home, photo, representative, residence, health, ages, papers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import replace

from permis.domain.conditions import (
    Test,
    adult,
    aged,
    aged_at_exam,
    ahead,
    always,
    asks_heavy,
    by_school,
    european,
    french,
    given,
    holds_heavy,
    in_guyane,
    lacks_for,
    learnt_aac,
    lives,
    lost_abroad,
    minor,
    none,
    only_am,
    sanctioned,
    unwell,
    wants,
    ward,
)
from permis.domain.legal import (
    ANTS_AE1,
    ARR_2012,
    ARR_2016,
    CODE_ROUTE,
    DECRET_2021_542,
    DECRET_2023_1214,
    DELAYS,
    F1255,
    F1727,
    F1758,
    F2390,
    F2686,
    F2727,
    F2828,
    F2843,
    F20028,
    F31119,
    F31847,
    F34118,
    R39502,
    R45443,
    SEED,
    SN_114_6,
    Source,
)
from permis.domain.required.table import Bar, Delay, Fee, Need, Note, Right
from permis.domain.situation import Situation
from permis.domain.terms import months, reaches_age
from permis.domain.vocabulary import HEAVY, Category, Motive, Outcome, Reason
from permis.domain.vocabulary import Category as C
from permis.domain.vocabulary import Piece as P

R221_5 = CODE_ROUTE.art("art. R221-5")

# ── Documents ──────────────────────────────────────────────────────────────────────────────────────────────

IDENTITY = (Need("id", ((P.ID,),), always, "pour vérifier que c’est bien vous", ARR_2016.art("art. 1")),)

HOME = (
    Need("addr", ((P.ADDR,),), lives("own") & adult, "pour vous écrire à la bonne adresse", F31847, who="Si vous avez 18 ans ou plus et un justificatif à votre nom"),
    Need("heb", ((P.HEB,), (P.ID_HEB,), (P.ADDR_HEB,)), lives("hosted") & adult, "parce qu’une autre personne vous héberge", F31847, who="Si vous avez 18 ans ou plus et qu’une autre personne vous héberge"),
    Need("heb-minor", ((P.HEB,), (P.ID_HEB,), (P.ADDR_HEB,)), minor, "parce que vous êtes mineur : un de vos parents vous héberge", F31847, who="Si vous avez moins de 18 ans : un de vos parents vous héberge"),
    Need("homeless", ((P.DOMICILIATION,), (P.ADDR,)), lives("homeless") & adult, "parce que vous n’avez pas de domicile stable", F31847, who="Si vous n’avez pas de domicile stable"),
    Need("hotel", ((P.HOTEL,), (P.ADDR,)), (lives("hotel") | lives("caravan")) & adult, "parce que vous vivez à l’hôtel, dans un camping ou une caravane", F31847, who="Si vous vivez à l’hôtel, dans un camping ou une caravane"),
    Need("boat", ((P.BOAT,), (P.ADDR,)), lives("boat") & adult, "parce que vous vivez sur un bateau", F31847, who="Si vous vivez sur un bateau"),
)

PHOTO = (Need("photo", ((P.PHOTO,),), always, "elles servent à fabriquer votre permis", R45443),)

REPRESENTATIVE = (
    Need("rep-minor", ((P.REP,), (P.ID_REP,)), minor, "parce que vous êtes mineur : un parent signe avec vous", SEED, who="Si vous avez moins de 18 ans : un de vos parents signe avec vous"),
    Need("rep-ward", ((P.REP,), (P.ID_REP,)), adult & ward, "parce que vous êtes sous tutelle : votre tuteur signe avec vous", SEED, who="Si vous êtes sous tutelle : votre tuteur signe avec vous"),
)

STAY = (Need("stay", ((P.STAY,),), ~european, "pour vérifier que vous séjournez en France régulièrement", ARR_2016.art("art. 3"), who="Si vous n’avez pas la nationalité d’un pays européen"),)
RESIDENCE = (*STAY, Need("resn", ((P.RESN,),), european & ~french, "pour vérifier que vous vivez en France depuis au moins 185 jours", ARR_2016.art("art. 2"), who="Si vous avez la nationalité d’un pays européen autre que la France"))
BASE = (*IDENTITY, *HOME, *PHOTO)
PEOPLE = (*REPRESENTATIVE, *RESIDENCE)

LICENCE = (Need("lic", ((P.LIC,),), always, "pour vérifier les droits que vous avez déjà", F20028),)

ASSR_PAPERS = (P.ASSR2, P.ASR, P.HONOUR)
JDC_PAPERS = (P.JDC, P.JDC_EXEMPTION, P.JDC_SITUATION, P.JDC_PROVISOIRE)
assr_given = given(P.ASSR2, P.ASR)
jdc_given = given(*JDC_PAPERS)
first_under_21 = aged(None, 21) & only_am & ~assr_given

ASSR2 = (Need("assr2", (ASSR_PAPERS,), first_under_21, "parce que vous avez moins de 21 ans et que c’est votre premier permis", F2828, who="Si vous avez moins de 21 ans et n’avez pas encore de permis, sauf si vous l’avez donnée à l’inscription"),)
JDC = (
    Need("jdc-17", ((*JDC_PAPERS, P.RECENSEMENT),), aged(17, 18) & french & ~jdc_given, "parce que vous êtes de nationalité française et avez 17 ans", SN_114_6, who="Si vous avez 17 ans et la nationalité française, sauf si vous l’avez donné à l’inscription"),
    Need("jdc", (JDC_PAPERS,), aged(18, 25) & french & ~jdc_given, "parce que vous êtes de nationalité française et avez moins de 25 ans", SN_114_6, who="Si vous avez entre 18 et 24 ans et la nationalité française, sauf si vous l’avez donné à l’inscription"),
)

HEALTH = (Need("med-health", ((P.MED,),), unwell, "parce que vous signalez un problème de santé", F2686, who="Si vous avez un problème de santé à signaler pour la conduite"),)
HEAVY_WANTED = (Need("med-heavy", ((P.MED,),), asks_heavy, "parce que les poids lourds demandent un avis médical", CODE_ROUTE.art("art. R221-10"), who="Si vous demandez une catégorie de poids lourd"),)
HEAVY_HELD = (Need("med-prolong", ((P.MED,),), holds_heavy, "si vous voulez prolonger vos catégories de poids lourd en même temps", F1727, recommended=True, who="Si vous avez une catégorie de poids lourd et voulez la prolonger en même temps"),)
# A waiver of the heavy categories spares the doctor to who is well; the unwell and the sanctioned see one anyway.
HEAVY_RESTORED = (Need("med-or-waiver", ((P.MED, P.RENON),), asks_heavy & ~unwell, "parce que vous avez une catégorie de poids lourd : donnez un avis médical, ou renoncez à ces catégories", F1758, who="Si votre permis porte une catégorie de poids lourd"),)
HEAVY_EXCHANGED = tuple(replace(need, when=need.when & ~sanctioned) for need in HEAVY_RESTORED)
SANCTION_ABROAD = (Need("exchange-decision", ((P.DECISION,), (P.MED,)), sanctioned, "parce que votre permis a fait l’objet d’une sanction", F1758, who="Si votre permis a fait l’objet d’une sanction en France"),)
FOREIGN_LICENCE = (
    Need("flic", ((P.FLIC,),), ~lost_abroad, "c’est le permis à échanger : l’original vous sera demandé ensuite", F1758, who="Si vous avez encore le permis étranger"),
    Need("flic-lost", ((P.LOSS, P.THEFT),), lost_abroad, "parce que votre permis étranger est perdu ou volé", F1758, who="Si votre permis étranger est perdu ou volé"),
)
STAMP = (Need("stamp", ((P.STAMP,),), always, "l’ancien permis ne peut pas être présenté", F34118),)
STAMP_ABROAD = (Need("stamp", ((P.STAMP,),), lost_abroad, "l’ancien permis ne peut pas être présenté", F34118, who="Si votre permis étranger est perdu ou volé"),)

# ── Price ──────────────────────────────────────────────────────────────────────────────────────────────────

STAMP_CENTS = 2500
STAMP_CENTS_GUYANE = 1250
LOST_FEES = (Fee("stamp-guyane", STAMP_CENTS_GUYANE, in_guyane, "Le timbre coûte moins cher en Guyane.", F34118), Fee("stamp-fee", STAMP_CENTS, always, "C’est le timbre demandé quand l’ancien permis ne peut pas être présenté.", F34118))
LOST_ABROAD_FEES = (
    Fee("stamp-guyane", STAMP_CENTS_GUYANE, lost_abroad & in_guyane, "Le timbre coûte moins cher en Guyane.", F34118),
    Fee("stamp-fee", STAMP_CENTS, lost_abroad, "C’est le timbre demandé quand l’ancien permis ne peut pas être présenté.", F34118),
    Fee("free", 0, always, "Cette demande est gratuite.", F34118),
)
FREE = (Fee("free", 0, always, "Cette demande est gratuite.", F34118),)
USUAL_DELAY = Delay(2, 8, DELAYS)

# ── What stops a request ───────────────────────────────────────────────────────────────────────────────────

RESIDENCE_DAYS = 185
STUDENT_MONTHS = 6


def _arrived_lately(s: Situation) -> bool:
    return s.resident_since is not None and s.submitted_on < settled_on(s)


def settled_on(s: Situation) -> dt.date:
    """The first day on which France is the country of normal residence (ARR_2016).

    185 days after the arrival; for a student, six months when they end before (directive 2006/126, art. 7).
    """
    day: dt.date = s.resident_since
    settled = day + dt.timedelta(days=RESIDENCE_DAYS)
    if day <= s.submitted_on < settled and s.student:
        return min(settled, months(day, STUDENT_MONTHS))
    return settled


arrived_lately = Test(_arrived_lately, f"vous vivez en France depuis moins de {RESIDENCE_DAYS} jours", f"vous vivez en France depuis au moins {RESIDENCE_DAYS} jours")
RESIDENT = (Bar("residence", Outcome.NOT_BEFORE, ~french & european & arrived_lately, "Il faut vivre en France depuis au moins 185 jours pour y demander un permis.", ARR_2016.art("art. 2"), Reason.R10, not_before=settled_on),)
IN_ORDER = (
    Bar(
        "sanction",
        Outcome.NOT_POSSIBLE,
        sanctioned,
        "Votre permis est suspendu, annulé ou invalidé : il ne peut pas être refait avant la fin de cette mesure.",
        CODE_ROUTE.art("art. L224-1"),
        Reason.R13,
        instead="À la fin d’une suspension, faites la demande « Fin de suspension ». Après une annulation ou une invalidation, inscrivez-vous à l’examen.",
        leads_to=(Motive.SUSP, Motive.INS_RET),
    ),
)
NOT_BY_SCHOOL = (Bar("by-school", Outcome.NOT_POSSIBLE, by_school, "Une auto-école ne peut pas faire cette demande à la place de la personne.", ANTS_AE1, Reason.R21, instead="La personne fait la demande elle-même, ici, avec son propre compte."),)
ONLY_BY_SCHOOL = (Bar("only-by-school", Outcome.NOT_POSSIBLE, ~by_school, "Seule l’auto-école qui a donné l’attestation de formation peut faire cette demande.", ANTS_AE1, Reason.R21, instead="Demandez-le à votre auto-école. Préparez avec elle les documents de la liste."),)

OPINION_MONTHS = 24  # F2727: an opinion serves two years


def _too_old(s: Situation) -> bool:
    if s.presumes and not s.knows("medical_opinion_on"):
        return False  # who asks once and does not say it is told that an opinion is wanted, with its age
    day: dt.date | None = s.medical_opinion_on
    return day is not None and s.submitted_on > months(day, OPINION_MONTHS)


opinion_too_old = Test(_too_old, "votre avis médical a plus de 2 ans", "votre avis médical a moins de 2 ans")
OPINION_OLD = "L’avis médical doit avoir moins de 2 ans."
OPINION_AGAIN = "Reprenez rendez-vous avec un médecin agréé par la préfecture."
OPINION_FRESH = (Bar("med-old", Outcome.NOT_POSSIBLE, opinion_too_old, OPINION_OLD, F2727, Reason.R12, instead=OPINION_AGAIN),)
HEAVY_OPINION_FRESH = (Bar("med-old-heavy", Outcome.NOT_POSSIBLE, asks_heavy & opinion_too_old, OPINION_OLD, F2727, Reason.R12, instead=OPINION_AGAIN),)

no_exam = none("exam_on", "vous n’avez pas encore réussi l’examen", "vous avez une date d’examen")
exam_ahead = ahead("exam_on", "votre examen n’a pas encore eu lieu", "votre examen est passé")
EXAM_PASSED = (
    Bar("no-exam", Outcome.NOT_POSSIBLE, no_exam, "Cette demande se fait après avoir réussi l’examen de conduite.", R39502, Reason.R06, instead="Inscrivez-vous à l’examen si ce n’est pas fait. Revenez avec votre certificat d’examen (CEPC).", leads_to=(Motive.INS,)),
    Bar("exam-ahead", Outcome.NOT_BEFORE, exam_ahead, "Vous pourrez faire cette demande dès que vous aurez réussi l’examen.", R39502, not_before=lambda s: s.exam_on),
)

# The age to sit is the age to obtain: the law of the exam's day decides (docs/law.md).
B_AT_17_SINCE = dt.date(2024, 1, 1)  # décret 2023-1214
AGE_FOR_B = 17
AGE_FOR_B_BEFORE = 18
AGE_FOR_A2 = 18
AGE_FOR_LIGHT = 16  # A1 and B1
AGE_FOR_BE = 18
AGE_FOR_C1 = 18
AGE_FOR_HEAVY = 21  # C, CE, D1, D1E; from 18 after a long professional training
AGE_FOR_D = 24  # D, DE; from 18 after a long professional training, for some lines
AGE_TRAINED = 18


def _too_young(key: str, age: int, words: str, source: Source, *categories: Category) -> Bar:
    return Bar(key, Outcome.NOT_POSSIBLE, wants(*categories) & ~aged_at_exam(age), f"{words} à partir de {age} ans.", source, Reason.R11)


EXAM_AGES = (
    Bar("age-b", Outcome.NOT_POSSIBLE, wants(C.B) & ~aged_at_exam(AGE_FOR_B), "Le permis B se passe à partir de 17 ans.", DECRET_2023_1214, Reason.R11, since=B_AT_17_SINCE, by="exam_on"),
    Bar("age-b-2023", Outcome.NOT_POSSIBLE, wants(C.B) & ~learnt_aac & ~aged_at_exam(AGE_FOR_B_BEFORE), "Le permis B se passait à partir de 18 ans, sauf en conduite accompagnée.", R221_5, Reason.R11, until=dt.date(2023, 12, 31), by="exam_on"),
    Bar("age-b-aac-2023", Outcome.NOT_POSSIBLE, wants(C.B) & learnt_aac & ~aged_at_exam(AGE_FOR_B), "En conduite accompagnée, le permis B se passait à partir de 17 ans.", R221_5, Reason.R11, until=dt.date(2023, 12, 31), by="exam_on"),
    _too_young("age-a2", AGE_FOR_A2, "Le permis A2 se passe", R221_5, C.A2),
    _too_young("age-light", AGE_FOR_LIGHT, "Les permis A1 et B1 se passent", R221_5, C.A1, C.B1),
    _too_young("age-be", AGE_FOR_BE, "Le permis BE se passe", R221_5, C.BE),
    _too_young("age-c1", AGE_FOR_C1, "Les permis C1 et C1E se passent", R221_5, C.C1, C.C1E),
    _too_young("age-heavy-trained", AGE_TRAINED, "Après une longue formation professionnelle, ces permis se passent", DECRET_2021_542, C.C, C.CE, C.D1, C.D1E, C.D, C.DE),
)
NOT_BY_EXAM = (
    Bar("a-by-training", Outcome.NOT_POSSIBLE, wants(C.A), "Le permis A ne s’obtient pas par un examen : il suit 2 ans de permis A2 et une formation de 7 heures.", F31119, instead="Votre auto-école fait la demande après la formation « A2 vers A ».", leads_to=(Motive.FORM_A,)),
    Bar("am-by-training", Outcome.NOT_POSSIBLE, wants(C.AM), "Le permis AM ne s’obtient pas par un examen : il suit une formation de 8 heures.", CODE_ROUTE.art("art. R221-5"), instead="Votre auto-école fait la demande après la formation AM.", leads_to=(Motive.FORM_AM,)),
)
NEEDS_B = frozenset({C.BE, C.C1, C.C, C.D1, C.D})
PREREQUISITES = (
    Bar("needs-b", Outcome.NOT_POSSIBLE, lacks_for(NEEDS_B, frozenset({C.B})), "Il faut d’abord le permis B.", R221_5),
    Bar("needs-c1", Outcome.NOT_POSSIBLE, lacks_for(frozenset({C.C1E}), frozenset({C.C1, C.C})), "Il faut d’abord le permis C1.", R221_5),
    Bar("needs-c", Outcome.NOT_POSSIBLE, lacks_for(frozenset({C.CE}), frozenset({C.C})), "Il faut d’abord le permis C.", R221_5),
    Bar("needs-d1", Outcome.NOT_POSSIBLE, lacks_for(frozenset({C.D1E}), frozenset({C.D1, C.D})), "Il faut d’abord le permis D1.", R221_5),
    Bar("needs-d", Outcome.NOT_POSSIBLE, lacks_for(frozenset({C.DE}), frozenset({C.D})), "Il faut d’abord le permis D.", R221_5),
)
# Under the age of everybody: the training that lets pass the exam earlier must be shown.
TRAINED = (
    Need("fimo-c", ((P.FIMO,),), wants(C.C, C.CE, C.D1, C.D1E) & ~aged_at_exam(AGE_FOR_HEAVY), "parce que vous aviez moins de 21 ans à l’examen : une formation professionnelle longue est demandée", DECRET_2021_542, who="Si vous avez passé C, CE, D1 ou D1E avant 21 ans"),
    Need("fimo-d", ((P.FIMO,),), wants(C.D, C.DE) & ~aged_at_exam(AGE_FOR_D), "parce que vous aviez moins de 24 ans à l’examen : une formation professionnelle est demandée, suivie ou à suivre dans l’année", F20028, who="Si vous avez passé D ou DE avant 24 ans"),
)

# ── What may be driven meanwhile ───────────────────────────────────────────────────────────────────────────

CEPC_MONTHS = 4  # F2828: four months from the exam day, date to date, last day included
HEAVY_CEPC_IS_TITLE = True  # F2843 against the ministry's answer of 26 October 2023 (docs/law.md)


def _asked(s: Situation) -> Iterable[Category]:
    wanted: frozenset[Category] = s.categories
    return wanted if HEAVY_CEPC_IS_TITLE else wanted - HEAVY


def _held(s: Situation) -> Iterable[Category]:
    held: frozenset[Category] = s.held_categories
    return held


asked_categories, held_categories = _asked, _held


def today_of(s: Situation) -> dt.date:
    """The day of the request."""
    day: dt.date = s.submitted_on
    return day


def months_from(fact: str, count: int) -> Callable[[Situation], dt.date]:
    """The day that stands `count` months after the day of this fact, last day included."""
    return lambda s: months(getattr(s, fact), count)


def day_of(fact: str) -> Callable[[Situation], dt.date]:
    """The day of this fact."""
    return lambda s: getattr(s, fact)


def aac_start(s: Situation) -> dt.date:
    """From when a certificate of 2023 let drive after accompanied driving: 18 years, or 1 January 2024 (R39502)."""
    return min(reaches_age(s.birth_date, AGE_FOR_B_BEFORE), B_AT_17_SINCE)


# Of a car alone: a motorcycle passed at 16 was driven at once.
learnt_aac_minor = wants(C.B) & learnt_aac & ~aged_at_exam(AGE_FOR_B_BEFORE)
# A row dated by the exam is no law for who passed none.
CEPC_RIGHTS = (
    Right("cepc", ("CEPC", "ID"), always, _asked, day_of("exam_on"), months_from("exam_on", CEPC_MONTHS), F2828, since=B_AT_17_SINCE, by="exam_on", says="Avec une pièce d’identité, le certificat d’examen (CEPC) permet de conduire 4 mois à partir de l’examen."),
    Right("cepc-2023", ("CEPC", "ID"), ~learnt_aac_minor, _asked, day_of("exam_on"), months_from("exam_on", CEPC_MONTHS), F2828, until=dt.date(2023, 12, 31), by="exam_on", says="Avec une pièce d’identité, le certificat d’examen (CEPC) permettait de conduire 4 mois à partir de l’examen, sauf pour un permis B passé avant 18 ans en conduite accompagnée."),
    Right("cepc-aac-2023", ("CEPC", "ID"), learnt_aac_minor, _asked, aac_start, lambda s: months(aac_start(s), CEPC_MONTHS), R39502, until=dt.date(2023, 12, 31), by="exam_on", says="Pour un permis B passé avant 18 ans en conduite accompagnée, les 4 mois du certificat d’examen (CEPC) ne commençaient qu’à 18 ans."),
)


def heavy_asked(s: Situation) -> Iterable[Category]:
    """The heavy categories that the request is about."""
    wanted: frozenset[Category] = s.categories
    return wanted & HEAVY


def light_held(s: Situation) -> Iterable[Category]:
    """The categories on the licence that last as long as the card."""
    held: frozenset[Category] = s.held_categories
    return held - HEAVY


def heavy_held(s: Situation) -> Iterable[Category]:
    """The heavy categories on the licence."""
    held: frozenset[Category] = s.held_categories
    return held & HEAVY


# ── What the person must know ──────────────────────────────────────────────────────────────────────────────

ABROAD = (Note("cepc-france", always, "Le certificat d’examen permet de conduire en France seulement. À l’étranger, attendez votre carte.", F2828),)
HEAVY_CEPC = (Note("cepc-heavy", asks_heavy, "Pour un poids lourd, les textes se contredisent sur ce que permet le certificat d’examen : demandez-le à l’inspecteur ou à votre employeur avant de conduire.", F2843),)
PROBATION = (Note("probation-aac", learnt_aac, "Votre permis est probatoire pendant 2 ans, avec 6 points au départ.", F2390, code="106"), Note("probation", ~learnt_aac, "Votre permis est probatoire pendant 3 ans, avec 6 points au départ.", F2390, code="106"))
PROBATION_YEARS = 3  # F2390
PROBATION_YEARS_AAC = 2  # F2390
PROBATION_TERMS = ((learnt_aac, PROBATION_YEARS_AAC), (always, PROBATION_YEARS))
DESTROY = (Note("destroy", always, "Quand vous recevrez la nouvelle carte, détruisez l’ancienne.", F20028),)
KEEP_END = (Note("heavy-end", holds_heavy, "Sans avis médical, vos catégories de poids lourd gardent leur date de fin actuelle.", F1727),)
DOCTOR = (Note("doctor", always, "L’avis vient d’un médecin agréé ou de la commission médicale, pas de votre médecin traitant. Il vaut 2 ans.", F2686),)
COMMISSION = (Note("commission", always, "La visite coûte 36 € chez un médecin agréé, 50 € en commission. Elle est gratuite avec un taux d’invalidité d’au moins 50 %.", F2727),)
PERIODIC = (Note("periodic", always, "La durée dépend de votre âge le jour de l’avis.", F1255),)
REGISTERED_AGE = ARR_2012.art("art. 1")
