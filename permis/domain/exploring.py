"""Table 0, from what happens to somebody to a motive, and the questions whose answers still decide something."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import partial
from typing import Any

from permis.domain import asked, legal, required, rights
from permis.domain.asked import medical
from permis.domain.asked.table import Question
from permis.domain.conditions import always
from permis.domain.legal import Source
from permis.domain.required.table import Answer, Bar, Deadline, Row
from permis.domain.situation import BY_NAME, NotYetKnown, Situation, deduced
from permis.domain.vocabulary import HEAVY, SCHOOL_ONLY, Filer, Motive, Outcome, Piece

# ── Table 0: what happens → a detail → a motive. At most three questions ───────────────────────────────────


class Aside(StrEnum):
    """What people ask about and that is no request of a licence here."""

    ADR = "ADR"
    NOM_MARIAGE = "NOM_MARIAGE"
    PHOTO = "PHOTO"
    CHILD = "ENFANT"
    WARD = "TUTELLE"
    RELATIVE = "PROCHE"
    SCHOOL = "ECOLE"
    OTHER = "AUTRE"


@dataclass(frozen=True)
class Choice:
    """One thing that may happen to somebody, in their words, and where it leads: a motive, an aside, a question."""

    slug: str
    label: str
    to: Motive | Aside | str
    hint: str = ""


@dataclass(frozen=True)
class Fork:
    """One question of table 0."""

    slug: str
    label: str
    choices: tuple[Choice, ...]
    why: str = "Selon votre réponse, la demande et les documents changent."


ROOT = "evenement"
FORKS: dict[str, Fork] = {
    fork.slug: fork
    for fork in (
        Fork(
            ROOT,
            "Qu’est-ce qui vous arrive ?",
            (
                Choice("reussi", "Je viens de réussir mon examen", "reussi"),
                Choice("perdu", "J’ai perdu mon permis", Motive.PERTE),
                Choice("vole", "On me l’a volé", Motive.VOL),
                Choice("abime", "Il est abîmé, ou c’est un ancien permis rose", "abime"),
                Choice("expire", "Il expire, ou j’ai une visite médicale", "expire"),
                Choice("change", "J’ai déménagé, je me suis marié ou mariée, ma photo a vieilli", "change"),
                Choice("erreur", "Il y a une erreur sur la carte que j’ai reçue", Motive.ERR),
                Choice("sanction", "Il a été suspendu, annulé ou invalidé", "sanction"),
                Choice("ailleurs", "J’ai un permis d’un autre pays ou d’outre-mer", "ailleurs"),
                Choice("formation", "J’ai fini une formation ou obtenu un diplôme", "formation"),
                Choice("passer", "Je veux m’inscrire pour passer le permis", "passer"),
                Choice("voyage", "Je pars conduire à l’étranger", Motive.PCI),
                Choice("autrui", "Je demande pour quelqu’un d’autre", "autrui"),
                Choice("autre", "Rien de tout cela", Aside.OTHER),
            ),
            "Pour trouver la demande qui vous concerne, sans connaître son nom.",
        ),
        Fork(
            "reussi",
            "Aviez-vous déjà un permis ?",
            (
                Choice("premier", "Non, c’est mon premier permis", Motive.REU, "Le permis AM ne compte pas."),
                Choice("nouvelle", "Oui, j’ai réussi l’examen d’une nouvelle catégorie", Motive.REU_EXT),
                Choice("retour", "Oui, mais il avait été annulé ou invalidé", Motive.REU_RET),
            ),
        ),
        Fork(
            "abime",
            "Quel est l’état de votre permis ?",
            (
                Choice("abime", "La carte ou le papier est abîmé", Motive.DET),
                Choice("rose", "Mon permis rose est en bon état, je voudrais une carte", Motive.ROSE),
            ),
        ),
        Fork(
            "expire",
            "Pourquoi faut-il le renouveler ?",
            (
                Choice("quinze", "La carte arrive à la fin de ses 15 ans", Motive.EXP15),
                Choice(
                    "medical",
                    "Un médecin agréé doit me voir avant une date",
                    Motive.MED,
                    "Poids lourd, taxi, ambulance, ou permis limité pour raison de santé.",
                ),
                Choice(
                    "restriction",
                    "Une restriction médicale est ajoutée ou retirée",
                    Motive.MED_REST,
                    "Par exemple le port de lunettes ou un véhicule aménagé.",
                ),
            ),
        ),
        Fork(
            "change",
            "Qu’est-ce qui a changé ?",
            (
                Choice("adresse", "J’ai déménagé", Aside.ADR),
                Choice("mariage", "Je me suis marié ou mariée", Aside.NOM_MARIAGE),
                Choice(
                    "etat-civil",
                    "Mon état civil a changé",
                    Motive.EC,
                    "Nom de naissance, prénom ou sexe, ou divorce si la carte porte un nom d’usage.",
                ),
                Choice("photo", "Ma photo a vieilli", Aside.PHOTO),
            ),
        ),
        Fork(
            "sanction",
            "Où en êtes-vous ?",
            (
                Choice("suspension", "Ma suspension se termine", Motive.SUSP),
                Choice(
                    "repasser", "Il est annulé ou invalidé, je veux m’inscrire à l’examen", Motive.INS_RET
                ),
                Choice("reussi", "Il était annulé ou invalidé, j’ai réussi l’examen", Motive.REU_RET),
            ),
        ),
        Fork(
            "ailleurs",
            "Quel pays a donné ce permis ?",
            (
                Choice(
                    "europe",
                    "Un pays d’Europe",
                    "europe",
                    "Union européenne, Islande, Liechtenstein, Norvège.",
                ),
                Choice("monde", "Un autre pays", Motive.ECH_HUE),
                Choice(
                    "outre-mer",
                    "Une collectivité d’outre-mer",
                    Motive.ECH_COM,
                    "Par exemple la Nouvelle-Calédonie ou la Polynésie française.",
                ),
                Choice(
                    "retour",
                    "J’avais un permis français, échangé à l’étranger, et je reviens",
                    Motive.RETAB,
                ),
            ),
        ),
        Fork(
            "europe",
            "Que voulez-vous faire de ce permis ?",
            (
                Choice("echanger", "L’échanger contre un permis français", Motive.ECH_EU),
                Choice("enregistrer", "Le garder, et le faire enregistrer en France", Motive.ENR_EU),
            ),
        ),
        Fork(
            "formation",
            "Quelle formation avez-vous suivie ?",
            (
                Choice("am", "Le permis AM (cyclomoteur ou voiturette)", Motive.FORM_AM),
                Choice("a", "De A2 vers A (toutes les motos)", Motive.FORM_A),
                Choice("b96", "La formation B96 (remorque)", Motive.FORM_B96),
                Choice("boite", "La boîte manuelle, après un permis pour boîte automatique", Motive.FORM_78),
                Choice(
                    "diplome",
                    "Un diplôme professionnel de la route",
                    Motive.DIP,
                    "CAP, bac pro, titre professionnel.",
                ),
                Choice("militaire", "Un brevet militaire de conduite", Motive.MIL),
            ),
        ),
        Fork(
            "passer",
            "Avez-vous déjà un permis ?",
            (
                Choice("premier", "Non", Motive.INS),
                Choice("autre", "Oui, je veux une autre catégorie", Motive.INS_EXT),
                Choice("retour", "Il a été annulé ou invalidé", Motive.INS_RET),
            ),
        ),
        Fork(
            "autrui",
            "Pour qui demandez-vous ?",
            (
                Choice("enfant", "Mon enfant de moins de 18 ans", Aside.CHILD),
                Choice("tutelle", "Une personne dont je suis le tuteur", Aside.WARD),
                Choice("proche", "Un proche que j’aide", Aside.RELATIVE),
                Choice("eleve", "Un élève de mon auto-école", Aside.SCHOOL),
            ),
        ),
    )
}


@dataclass(frozen=True)
class Without:
    """What is said to somebody who needs no request, or not this one: the fact, then what to do."""

    title: str
    text: str
    then: str
    source: Source | None = None
    goes_on: bool = False  # the questions of the root make sense after it


WITHOUT: dict[Aside, Without] = {
    Aside.ADR: Without(
        "Vous n’avez rien à demander",
        "Votre adresse n’est pas écrite sur la carte. Un déménagement ne change rien à votre permis.",
        "Changez l’adresse de votre carte grise, si vous avez un véhicule : c’est une autre démarche.",
        legal.F31133,
    ),
    Aside.NOM_MARIAGE: Without(
        "Vous n’avez pas besoin d’un nouveau permis",
        "La carte porte votre nom de naissance, qui ne change pas avec le mariage. Votre permis reste valable, et "
        "une demande serait refusée.",
        "Gardez votre permis. Pour un autre changement d’état civil, choisissez « Mon état civil a changé ».",
        legal.F2695,
    ),
    Aside.PHOTO: Without(
        "Vous n’avez rien à demander",
        "Une photo qui a vieilli ne rend pas le permis invalide.",
        "La photo sera changée au prochain renouvellement de la carte.",
        legal.F31133,
    ),
    Aside.CHILD: Without(
        "Votre enfant fait la demande, et vous signez avec lui",
        "La demande est au nom de votre enfant. Un parent donne sa signature et sa pièce d’identité, depuis son "
        "propre téléphone s’il le veut.",
        "Répondez à sa place, ou avec lui : dites ce qui lui arrive.",
        goes_on=True,
    ),
    Aside.WARD: Without(
        "Vous signez avec la personne que vous représentez",
        "La demande est à son nom. Vous donnez votre signature et votre pièce d’identité, depuis votre propre "
        "téléphone si vous le voulez.",
        "Répondez à sa place, ou avec elle : dites ce qui lui arrive.",
        goes_on=True,
    ),
    Aside.RELATIVE: Without(
        "Vous pouvez aider, la demande reste à son nom",
        "La personne a son propre compte, et reçoit elle-même les codes et les messages.",
        "Remplissez avec elle, sur son téléphone ou sur le vôtre : dites ce qui lui arrive.",
        goes_on=True,
    ),
    Aside.SCHOOL: Without(
        "L’espace des auto-écoles n’est pas encore ouvert ici",
        "Votre élève peut faire lui-même presque toutes les demandes, ici. Celles qui suivent une formation "
        "(AM, A, B96, boîte manuelle) sont faites par vous, sur le site de l’État.",
        "Donnez-lui la liste de tous les documents : elle s’imprime.",
        legal.ANTS_AE1,
    ),
    Aside.OTHER: Without(
        "Nous n’avons pas trouvé votre demande",
        "Votre cas n’est pas dans nos questions.",
        "Un point d’accueil numérique de la préfecture ou un espace France services peut vous aider à trouver "
        "la bonne démarche.",
    ),
}


# What somebody must know of a request that only a driving school may file, and what to ask the school.
BY_SCHOOL = Without(
    "Votre auto-école fait cette demande pour vous",
    "Cette demande repose sur une attestation de formation : seule l’école qui vous a formé peut l’envoyer. Pour le "
    "permis AM, ce peut être une association agréée.",
    "Donnez-lui les documents de cette liste et signez le mandat qu’elle garde. Demandez-lui votre attestation de "
    "formation, le jour où la demande est envoyée, et son numéro.",
    legal.ANTS_AE1,
)


def fork_before(target: Motive | Aside | str) -> Fork:
    """The question of table 0 that leads there; the first one when several do, the root when none does."""
    for fork in FORKS.values():
        if any(choice.to == target for choice in fork.choices):
            return fork
    return FORKS[ROOT]


# ── The facts that still matter ────────────────────────────────────────────────────────────────────────────

_ORDER: dict[str, int] = {name: rank for rank, name in enumerate(asked.QUESTIONS)}
_ORDER[medical.ALL_ENDS] = min(_ORDER[name] for name in medical.ENDS.values())

_UNKNOWN = "Je ne sais pas"
# Facts that somebody may honestly not know today: the button that says so, and what is then left open.
UNSURE: dict[str, tuple[str, str]] = {
    "exam_on": (
        "Je ne sais pas encore",
        (
            "Sans la date de l’examen, nous ne pouvons dire ni jusqu’à quand vous pourrez conduire en attendant la "
            "carte, ni si vous aviez l’âge demandé ce jour-là."
        ),
    ),
    "held_categories": (
        "Je ne sais plus",
        "Si vous aviez une catégorie de poids lourd, un avis médical permet de la prolonger en même temps.",
    ),
    "resident_since": (
        _UNKNOWN,
        "Sans la date de votre installation en France, nous ne pouvons pas dire si la demande arrive à temps.",
    ),
    "stay_started_on": (
        _UNKNOWN,
        "Sans la date de votre premier titre de séjour, nous ne pouvons pas dire si la demande arrive à temps.",
    ),
    "theory_exam_on": (
        _UNKNOWN,
        "Sans la date du code, nous ne pouvons pas dire jusqu’à quand il vous sert.",
    ),
    "course_on": (
        "Je ne sais pas encore",
        "Sans la date de fin de la formation, nous ne pouvons pas dire ce qu’elle vous permet de conduire, ni quand.",
    ),
    "a2_obtained_on": (
        _UNKNOWN,
        "Sans la date de votre permis A2, nous ne pouvons pas dire à partir de quel jour la demande est possible.",
    ),
    "lost_on": (_UNKNOWN, "Sans la date de la perte, certains jours ne peuvent pas être calculés."),
    "received_on": (
        _UNKNOWN,
        "Au-delà de 6 mois après la réception de la carte, l’erreur demande une autre démarche.",
    ),
    "licence_obtained_on": (
        _UNKNOWN,
        "Sans la date du permis, nous ne pouvons pas dire s’il peut être échangé.",
    ),
    "licence_expires_on": (
        _UNKNOWN,
        "Un permis qui n’est plus valable peut ne pas être échangé, ou devoir l’être.",
    ),
    "licence_first_issued_on": (
        _UNKNOWN,
        "Sans la date de votre premier permis, nous ne pouvons pas dire quelles épreuves vous repassez.",
    ),
    "licence_surrendered_on": (
        "Je ne l’ai pas encore rendu, ou je ne sais pas",
        "Le délai court à partir du jour où vous rendez le permis : sans lui, les dates ne peuvent pas être calculées.",
    ),
    "ban_starts_on": (
        _UNKNOWN,
        "Sans la date de début de la mesure, certaines dates ne peuvent pas être calculées.",
    ),
    "ban_ends_on": (
        _UNKNOWN,
        "Sans la date de fin de la mesure, nous ne pouvons pas dire à partir de quel jour la demande est possible.",
    ),
    "medical_opinion_on": (
        "Je n’ai pas encore vu le médecin",
        (
            "Sans la date de l’avis médical, nous ne pouvons dire ni la fin de chaque catégorie, ni ce que vous "
            "pourrez conduire en attendant."
        ),
    ),
    "category_ends_on": (
        _UNKNOWN,
        (
            "La date de fin de chaque catégorie est au dos de la carte, colonne 11. Sans elle, nous ne pouvons pas "
            "dire ce que vous pourrez conduire en attendant."
        ),
    ),
    "needed_on": (
        "Je ne sais pas encore",
        "Sans la date de votre départ, nous ne pouvons pas dire si le permis international arrivera à temps.",
    ),
}

# Facts of which there may be none: the button that says so. It is an answer, and rules read it.
NONE_OF: dict[str, str] = {
    "theft_receipt_on": "Je n’ai pas encore de récépissé",
    "theory_exam_on": "Je ne l’ai pas encore réussie",
    "a2_obtained_on": "Je n’ai pas le permis A2",
    "licence_expires_on": "Il n’a pas de date de fin",
    "licence_surrendered_on": "Un juge a annulé mon permis : ce n’est pas une lettre 48SI",
}


@dataclass(frozen=True)
class Box:
    """A sentence to tick when it is true of the person, for a fact that is usually presumed."""

    fact: str
    value: str
    label: str
    hint: str = ""

    @property
    def slug(self) -> str:
        """The name of the box on the page."""
        return f"{self.fact}:{self.value}"


BOXES: tuple[Box, ...] = (
    Box("guardianship", "yes", "Je suis sous tutelle"),
    Box(
        "learning_mode",
        "aac",
        "J’apprends, ou j’ai appris, en conduite accompagnée",
        "L’apprentissage qui commence à 15 ans.",
    ),
    Box("gearbox", "automatic", "L’examen se fait, ou s’est fait, sur une boîte automatique"),
    *(
        Box("already_given", code, f"Déjà donné à l’inscription à l’examen : {label[:1].lower()}{label[1:]}")
        for code, label in asked.QUESTIONS["already_given"].choices
    ),
    Box("student", "yes", "J’ai un titre de séjour d’étudiant"),
    Box("licence_lost", "yes", "Mon permis étranger est perdu ou volé"),
    Box(
        "sanction",
        "yes",
        "Mon permis est suspendu, annulé ou invalidé",
        "En France, ou dans le pays qui l’a donné.",
    ),
    Box(
        "medical_flag",
        "yes",
        "J’ai un problème de santé à signaler pour la conduite",
        asked.QUESTIONS["medical_flag"].hint,
    ),
    Box("department", "973", "J’habite en Guyane"),
    Box("filer", "school", "Je suis une auto-école et je demande pour un élève"),
)
_WITH_BOX = frozenset(box.fact for box in BOXES)


def has_box(fact: str) -> bool:
    """Whether the fact is said by ticking a box, on the last page: for nearly everybody it is not so."""
    return fact in _WITH_BOX


def usual(fact: str, motive: Motive) -> Any:
    """The value of a fact whose box was shown and not ticked."""
    presumed = BY_NAME[fact].presumed(motive)
    if presumed is None:
        raise ValueError(f"{fact} has a box and no usual value")
    return presumed.value


def question_of(fact: str, situation: Situation) -> Question:
    """Table 1's own question of this fact, in the words of this person, asked alone. KeyError for one it does not ask."""
    return replace(asked.question_for(fact, situation), only_if=None, when=always)


def parts_of(fact: str, situation: Situation) -> dict[str, Question]:
    """The questions that make one fact together, by category: the ends of those on the licence. Else empty."""
    if fact != medical.ALL_ENDS:
        return {}
    found = {}
    for code, name in medical.ENDS.items():
        question = asked.question_for(name, situation)
        try:
            # The form asks the ends of what a doctor renews; here those of the heavy categories matter elsewhere too.
            if question.when(situation):
                found[code] = replace(question, only_if=None, when=always)
            elif _held_heavy(code, situation):
                found[code] = replace(question, only_if=None, when=always, why=HEAVY_END)
        except NotYetKnown:
            continue
    return found


HEAVY_END = "Une catégorie de poids lourd qui a pris fin ne permet plus de conduire en attendant la carte."


def _held_heavy(code: str, situation: Situation) -> bool:
    return situation.motive is not Motive.MED and code in HEAVY & situation.held_categories


def _undecided(row: Row, situation: Situation) -> tuple[bool, tuple[str, ...]]:
    """Whether the row holds, and the facts that it still lacks."""
    try:
        return required.holds(row, situation), ()
    except NotYetKnown as missing:
        return False, missing.facts


def _lacked_by_bars(situation: Situation) -> tuple[Outcome | None, list[str]]:
    """The outcome of the first bar that surely holds (whatever the others say, nothing can be filed), and the facts
    of the undecided bars that stand before it."""
    lacking: list[str] = []
    for bar in required.rules_of(situation.motive).bars:
        holds, facts = _undecided(bar, situation)
        if holds:
            return bar.outcome, lacking
        lacking.extend(facts)
    return None, lacking


def _lacked_by_needs(situation: Situation) -> list[str]:
    rows = required.rules_of(situation.motive).needs
    held = [(row, *_undecided(row, situation)) for row in rows]
    sure = {(group, row.recommended) for row, holds, _ in held if holds for group in row.pieces}
    return [
        fact
        for row, _, facts in held
        if any((group, row.recommended) not in sure for group in row.pieces)  # else another row asks the same
        for fact in facts
    ]


def _notes(situation: Situation) -> None:
    rows = required.rules_of(situation.motive).notes
    _lacked_by_any([partial(required.holds, row, situation) for row in rows])


def _days(situation: Situation) -> None:
    _lacked_by_any([partial(_day, row, situation) for row in required.rules_of(situation.motive).deadlines])


def _day(row: Deadline, situation: Situation) -> dt.date | None:
    return row.day(situation) if required.holds(row, situation) else None


def _lacked_by_any(readings: Iterable[Callable[[], object]]) -> None:
    """Reads them all; raises `NotYetKnown` once, with every fact that one of them lacks."""
    lacking: list[str] = []
    for reading in readings:
        try:
            reading()
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
    if lacking:
        raise NotYetKnown(*lacking)


# What the list tells beside the documents. Each raises `NotYetKnown` with the facts that it lacks.
_TOLD: tuple[Callable[[Situation], object], ...] = (
    required.fee,
    rights.every_right,
    rights.validity,
    rights.probation_years,
    _notes,
    _days,
)


def facts_in_question(situation: Situation) -> tuple[str, ...]:
    """The facts that some undecided rule reads: of outcome, of documents, of fee, of what is told beside them."""
    outcome, lacking = _lacked_by_bars(situation)
    if outcome is not None:
        return tuple(dict.fromkeys(lacking))
    lacking = [*lacking, *_lacked_by_needs(situation)]
    for reads in _TOLD:
        try:
            reads(situation)
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
    return tuple(dict.fromkeys(lacking))


def next_facts(situation: Situation, unsaid: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The facts to ask, in order: what decides the outcome, then the rest, each in the order of table 1; last those
    that have a box. `unsaid`: what the person does not know. The situation presumes nothing."""
    if not situation.knows("motive"):
        return ("motive",)
    first = set(_lacked_by_bars(situation)[1])
    facts = [fact for fact in facts_in_question(situation) if fact not in unsaid]
    return tuple(sorted(facts, key=lambda f: (has_box(f), f not in first, _ORDER.get(f, len(_ORDER)))))


def next_page(situation: Situation, unsaid: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The facts of the next page: one alone, or together all those that have a box; empty at the end."""
    facts = next_facts(situation, unsaid)
    return facts if facts and has_box(facts[0]) else facts[:1]


def open_pieces(situation: Situation) -> tuple[frozenset[Piece], frozenset[Piece]]:
    """(surely asked, not yet decided): every other piece is surely not asked. Outcome set aside."""
    asked_now: set[Piece] = set()
    undecided: set[Piece] = set()
    for need in required.rules_of(situation.motive).needs:
        holds, facts = _undecided(need, situation)
        firsts = {group[0] for group in need.pieces}
        asked_now |= firsts if holds else set()
        undecided |= firsts if facts else set()
    return frozenset(asked_now), frozenset(undecided - asked_now)


# ── The way of one person ──────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    """What somebody said so far. Answers that no longer matter are kept and not read."""

    answers: Mapping[str, Any] = field(default_factory=dict)  # in the shape of table 1
    unsaid: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()  # facts whose boxes were shown: without a tick, the usual value
    ahead: bool = False  # too early today: the person prepares for the day when it will be possible


@dataclass(frozen=True)
class Walk:
    """Where somebody is: what was read, page by page, the next page (empty: the end), and what the law answers."""

    situation: Situation
    pages: tuple[tuple[str, ...], ...]
    page: tuple[str, ...]
    answer: Answer | None  # None while the motive is not known
    unsaid: tuple[str, ...] = ()

    @property
    def read(self) -> frozenset[str]:
        """The facts that count."""
        return frozenset(fact for page in self.pages for fact in page)

    @property
    def stops(self) -> bool:
        """Whether the outcome ends the way before any document."""
        return not self.page and self.answer is not None and self.answer.outcome not in {None, Outcome.FILE}


def walk(told: Told, today: dt.date) -> Walk:
    """Follows the questions with what was said. Raises ValueError when an answer is none of table 1's."""
    given = Situation.from_answers(told.answers, today=today, presume=False)
    if not given.knows("motive") or given.motive not in required.FILES:
        return Walk(given, (), ("motive",), None)
    known: dict[str, Any] = {"motive": given.motive, "submitted_on": today}
    if given.motive in SCHOOL_ONLY:  # the list is the one that the school will need
        known["filer"] = Filer.SCHOOL
    pages: list[tuple[str, ...]] = []
    while True:
        now = Situation(presume=False, **(known | deduced(known)))
        found = _verdict(now, told.unsaid & frozenset(UNSURE))
        page: tuple[str, ...] = ()
        if found.outcome is Outcome.NOT_BEFORE and found.not_before and told.ahead:
            if found.not_before > now.submitted_on:
                known["submitted_on"] = found.not_before
                continue
        elif found.outcome in {None, Outcome.FILE}:
            page = next_page(now, told.unsaid & frozenset(UNSURE))
        if not page or not _said(page, told, given):
            left = tuple(f for f in facts_in_question(now) if f in told.unsaid)
            return Walk(now, tuple(pages), page, found, left)
        for fact in page:
            known[fact] = getattr(given, fact) if given.knows(fact) else usual(fact, given.motive)
        pages.append(page)


def _said(page: tuple[str, ...], told: Told, given: Situation) -> bool:
    if has_box(page[0]):
        return set(page) <= told.shown
    return given.knows(page[0])


def _verdict(situation: Situation, unsaid: frozenset[str] = frozenset()) -> Answer:
    """Table 2's answer; where only facts that nobody can say leave it open, a bar that surely holds decides."""
    found = required.answer(situation)
    if found.outcome is None:
        lacking: set[str] = set()
        for bar in required.rules_of(situation.motive).bars:
            holds, facts = _undecided(bar, situation)
            if holds:
                # Nobody ticks boxes to be told no for another reason.
                if any(not has_box(fact) for fact in lacking - unsaid):
                    return found  # a question that stands before it may still be answered
                usually = required.answer(Situation(**situation.told()))  # as if no box were ticked
                if usually.outcome is not None:
                    return usually
                return replace(
                    found,
                    outcome=bar.outcome,
                    because=bar.because,
                    source=bar.source,
                    reason=bar.reason,
                    not_before=_first_day(bar, situation),
                    bar=bar,
                )
            lacking.update(facts)
    return found


def boxes_against(way: Walk) -> tuple[Box, ...]:
    """The boxes that were shown and not ticked, with which nothing would stop this way here."""
    if not way.stops:
        return ()
    told = way.situation.told()
    found = []
    for box in BOXES:
        if box.fact not in way.read:
            continue
        said = Situation.from_answers({box.fact: box.value}, today=way.situation.submitted_on)
        with_it = required.answer(Situation(**{**told, box.fact: getattr(said, box.fact)}))
        if with_it.outcome in {None, Outcome.FILE}:
            found.append(box)
    return tuple(found)


def _first_day(bar: Bar, situation: Situation) -> dt.date | None:
    try:
        return bar.not_before(situation) if bar.not_before else None
    except NotYetKnown:
        return None


def boxes_of(way: Walk) -> tuple[Box, ...]:
    """The boxes of the page of usual values, ticked or not: those that may change something for this person.

    A paper that is not asked need not be said given.
    """
    facts = {fact for page in (*way.pages, way.page) for fact in page if has_box(fact)}
    given = _may_be_given(way.situation) if "already_given" in facts else frozenset()
    return tuple(
        box
        for box in BOXES
        if box.fact in facts and (box.fact != "already_given" or Piece(box.value) in given)
    )


def _may_be_given(situation: Situation) -> frozenset[Piece]:
    """The papers of the rows that are open as long as no box is read, any of which may have been given before."""
    known = {fact: value for fact, value in situation.told().items() if not has_box(fact)}
    nothing_ticked = Situation(presume=False, **known)
    return frozenset(
        piece
        for need in required.rules_of(situation.motive).needs
        if _undecided(need, nothing_ticked)[1]
        for group in need.pieces
        for piece in group
    )
