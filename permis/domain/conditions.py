"""Named tests on a situation, composed with `&`, `|` and `~` in three values: yes, no, not yet known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from permis.domain.situation import NotYetKnown, Situation
from permis.domain.terms import aged_at_least, months
from permis.domain.territory import GUYANE
from permis.domain.vocabulary import (
    HEAVY,
    AddressMode,
    Category,
    CivilStatusReason,
    ErrorKind,
    Filer,
    Gearbox,
    LearningMode,
    Motive,
    Piece,
)


@dataclass(frozen=True)
class Because:
    """What a test answers, the French sentence of the part that decided, and the facts that are missing."""

    holds: bool | None
    sentence: str
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Test:
    """A question about a situation that can say in French why it is so, and why it is not."""

    __test__ = False  # a word of the law, not a test case of pytest

    check: Callable[[Situation], bool]
    yes: str
    no: str
    parts: tuple[Test, ...] = ()
    kind: str = "leaf"

    def __call__(self, situation: Situation) -> bool:
        """The answer; raises `NotYetKnown` with every missing fact when it cannot be decided."""
        return self.check(situation)

    def __and__(self, other: Test) -> Test:
        parts = (*self._flat("all"), *other._flat("all"))
        return Test(
            _all(parts), " et ".join(p.yes for p in parts), " ou ".join(p.no for p in parts), parts, "all"
        )

    def __or__(self, other: Test) -> Test:
        parts = (*self._flat("any"), *other._flat("any"))
        return Test(
            _any(parts), " ou ".join(p.yes for p in parts), " et ".join(p.no for p in parts), parts, "any"
        )

    def __invert__(self) -> Test:
        check = self.check
        return Test(lambda s: not check(s), self.no, self.yes, (self,), "not")

    def _flat(self, kind: str) -> tuple[Test, ...]:
        return self.parts if self.kind == kind else (self,)

    def explain(self, situation: Situation) -> Because:
        """The answer with the sentence of the part that decided it: of an "and" that fails, the part that fails."""
        if self.kind == "not":
            inner = self.parts[0].explain(situation)
            return Because(None if inner.holds is None else not inner.holds, inner.sentence, inner.facts)
        if not self.parts:
            try:
                holds = self.check(situation)
            except NotYetKnown as missing:
                return Because(None, "", missing.facts)
            return Because(holds, self.yes if holds else self.no)
        told = [part.explain(situation) for part in self.parts]
        decisive = self.kind == "any"  # one yes decides an "or", one no decides an "and"
        for because in told:
            if because.holds is decisive:
                return because
        facts = tuple(dict.fromkeys(fact for because in told for fact in because.facts))
        if facts:
            return Because(None, "", facts)
        return Because(not decisive, " et ".join(because.sentence for because in told if because.sentence))


def _all(parts: tuple[Test, ...]) -> Callable[[Situation], bool]:
    checks = tuple(part.check for part in parts)

    def check(situation: Situation) -> bool:
        unknown: tuple[str, ...] = ()
        for part in checks:
            try:
                if not part(situation):
                    return False  # one sure "no" decides, whatever is unknown
            except NotYetKnown as missing:
                unknown += missing.facts
        if unknown:
            raise NotYetKnown(*unknown)
        return True

    return check


def _any(parts: tuple[Test, ...]) -> Callable[[Situation], bool]:
    checks = tuple(part.check for part in parts)

    def check(situation: Situation) -> bool:
        unknown: tuple[str, ...] = ()
        for part in checks:
            try:
                if part(situation):
                    return True
            except NotYetKnown as missing:
                unknown += missing.facts
        if unknown:
            raise NotYetKnown(*unknown)
        return False

    return check


# EU, EEA, Switzerland, Andorra, Monaco, San Marino, Vatican (docs/law.md).
_EEA = (
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE "  # the Union
    "IS LI NO"  # the European Economic Area
)
EEA = frozenset(_EEA.split())
EUROPEAN = EEA | {"CH", "AD", "MC", "SM", "VA"}

always = Test(lambda _: True, "dans tous les cas", "jamais")


def aged(low: int | None, high: int | None) -> Test:
    """`low` years or more, and less than `high` years, on the day of submission (docs/law.md)."""

    def check(s: Situation) -> bool:
        birth: dt.date = s.birth_date
        on: dt.date = s.submitted_on
        return (low is None or aged_at_least(birth, low, on)) and (
            high is None or not aged_at_least(birth, high, on)
        )

    if low is None:
        return Test(check, f"vous avez moins de {high} ans", f"vous avez {high} ans ou plus")
    if high is None:
        return Test(check, f"vous avez {low} ans ou plus", f"vous avez moins de {low} ans")
    return Test(
        check, f"vous avez entre {low} et {high - 1} ans", f"vous n’avez pas entre {low} et {high - 1} ans"
    )


def aged_at_exam(low: int) -> Test:
    """`low` years or more on the day of the exam: the age to sit is the age to obtain (ARR_2012). No exam: yes."""

    def check(s: Situation) -> bool:
        birth: dt.date = s.birth_date
        exam: dt.date | None = s.exam_on
        return exam is None or aged_at_least(birth, low, exam)

    return Test(
        check,
        f"vous aviez {low} ans le jour de l’examen",
        f"vous n’aviez pas encore {low} ans le jour de l’examen",
    )


def lives(mode: str) -> Test:
    """How the person lives at the address."""
    wanted = AddressMode(mode)
    words = {
        AddressMode.OWN: ("vous avez un logement à votre nom", "vous n’avez pas de logement à votre nom"),
        AddressMode.HOSTED: ("une autre personne vous héberge", "personne ne vous héberge"),
        AddressMode.HOMELESS: ("vous n’avez pas de domicile stable", "vous avez un domicile stable"),
        AddressMode.HOTEL: ("vous vivez à l’hôtel", "vous ne vivez pas à l’hôtel"),
        AddressMode.CARAVAN: (
            "vous vivez dans un camping ou une caravane",
            "vous ne vivez pas dans une caravane",
        ),
        AddressMode.BOAT: ("vous vivez sur un bateau", "vous ne vivez pas sur un bateau"),
        AddressMode.JUSTIF_ADRESSE: (
            "votre fournisseur d’énergie confirme votre adresse",
            "votre fournisseur d’énergie ne confirme pas votre adresse",
        ),
    }
    yes, no = words[wanted]
    return Test(lambda s: s.address is wanted, yes, no)


def wants(*categories: Category) -> Test:
    """The request is about one of these categories."""
    wanted = frozenset(categories)
    words = " ou ".join(categories)
    several = "l’une des catégories" if len(categories) > 1 else "la catégorie"
    return Test(
        lambda s: not wanted.isdisjoint(s.categories),
        f"vous demandez {several} {words}",
        f"vous ne demandez pas {several} {words}",
    )


def lacks_for(wanted: frozenset[Category], needed: frozenset[Category]) -> Test:
    """One of the `wanted` categories is asked for, and none of the `needed` ones is held or asked for beside it."""
    names = " ou ".join(sorted(needed))
    return Test(
        lambda s: (
            not wanted.isdisjoint(s.categories)
            and needed.isdisjoint(s.categories)
            and needed.isdisjoint(s.held_categories)
        ),
        f"vous n’avez pas la catégorie {names}",
        f"vous avez la catégorie {names}, ou n’en avez pas besoin",
    )


def given(*pieces: Piece) -> Test:
    """One of the pieces was already given at the registration for the exam."""
    among = frozenset(pieces)
    return Test(
        lambda s: not among.isdisjoint(s.already_given),
        "vous l’avez déjà donné à l’inscription",
        "vous ne l’avez pas encore donné",
    )


def asks(*motives: Motive) -> Test:
    """The request is of one of these motives."""
    among = frozenset(motives)
    words = " ou ".join(motive.label.lower() for motive in motives)
    return Test(
        lambda s: s.motive in among, f"votre demande est : {words}", f"votre demande n’est pas : {words}"
    )


def comes_from(countries: Iterable[str], yes: str, no: str) -> Test:
    """The licence was given by one of these States or territories."""
    among = frozenset(countries)
    return Test(lambda s: s.licence_country in among, yes, no)


def none(fact: str, yes: str, no: str) -> Test:
    """It is known that there is no such day, reason or country."""
    return Test(lambda s: getattr(s, fact) is None, yes, no)


def ahead(fact: str, yes: str, no: str) -> Test:
    """The day of this fact comes after the day of the request."""

    def check(s: Situation) -> bool:
        day = getattr(s, fact)
        return day is not None and day > s.submitted_on

    return Test(check, yes, no)


def over(fact: str, count: int, yes: str, no: str) -> Test:
    """More than `count` months have gone by since the day of this fact: its last day is over."""

    def check(s: Situation) -> bool:
        day = getattr(s, fact)
        return day is not None and s.submitted_on > months(day, count)

    return Test(check, yes, no)


def not_yet(fact: str, count: int, yes: str, no: str) -> Test:
    """`count` months (before it, when negative) from the day of this fact are not reached on the day of the request."""

    def check(s: Situation) -> bool:
        day = getattr(s, fact)
        return day is not None and s.submitted_on < months(day, count)

    return Test(check, yes, no)


def before(fact: str, other: str, yes: str, no: str) -> Test:
    """The day of the first fact comes before that of the second; there is none of either: no."""

    def check(s: Situation) -> bool:
        days: list[dt.date] = []
        unknown: tuple[str, ...] = ()
        for name in (fact, other):
            try:
                day = getattr(s, name)
            except NotYetKnown as missing:
                unknown += missing.facts
                continue
            if day is None:
                return False  # that there is none of one decides, whatever the other is
            days.append(day)
        if unknown:
            raise NotYetKnown(*unknown)
        return days[0] < days[1]

    return Test(check, yes, no)


def learnt(mode: LearningMode, yes: str, no: str) -> Test:
    """How the person learnt to drive."""
    return Test(lambda s: s.learning_mode is mode, yes, no)


def is_wrong(*kinds: ErrorKind, yes: str) -> Test:
    """What is wrong on the card that was received."""
    return Test(lambda s: s.error_kind in kinds, yes, "l’erreur est autre")


def changed(reason: CivilStatusReason | None, yes: str, no: str) -> Test:
    """What changed in the civil status."""
    return Test(lambda s: s.civil_status_reason is reason, yes, no)


minor = aged(None, 18)
adult = ~minor
ward = Test(lambda s: bool(s.guardianship), "vous êtes sous tutelle", "vous n’êtes pas sous tutelle")
french = Test(
    lambda s: s.nationality == "FR", "vous êtes de nationalité française", "vous n’êtes pas français"
)
european = Test(lambda s: s.nationality in EUROPEAN, "vous êtes européen", "vous n’êtes pas européen")
student = Test(
    lambda s: bool(s.student), "vous avez un titre de séjour d’étudiant", "vous n’êtes pas étudiant étranger"
)
asks_heavy = Test(
    lambda s: not HEAVY.isdisjoint(s.categories),
    "vous demandez une catégorie de poids lourd",
    "vous ne demandez pas de catégorie de poids lourd",
)
holds_heavy = Test(
    lambda s: not HEAVY.isdisjoint(s.held_categories),
    "vous avez une catégorie de poids lourd",
    "vous n’avez pas de catégorie de poids lourd",
)
holds_one = Test(
    lambda s: bool(s.held_categories), "vous avez déjà un permis", "vous n’avez pas encore de permis"
)
by_school = Test(
    lambda s: s.filer is Filer.SCHOOL,
    "une auto-école fait la demande",
    "vous faites la demande vous-même",
)
in_guyane = Test(lambda s: s.department == GUYANE, "vous habitez en Guyane", "vous n’habitez pas en Guyane")
unwell = Test(
    lambda s: bool(s.medical_flag),
    "vous signalez un problème de santé",
    "vous ne signalez pas de problème de santé",
)
learnt_aac = learnt(
    LearningMode.AAC,
    "vous avez appris en conduite accompagnée",
    "vous n’avez pas appris en conduite accompagnée",
)
automatic = Test(
    lambda s: s.gearbox is Gearbox.AUTOMATIC,
    "vous avez passé l’examen sur une boîte automatique",
    "vous avez passé l’examen sur une boîte manuelle",
)
only_am = Test(
    lambda s: s.motive is Motive.REU or s.held_categories <= {Category.AM},
    "c’est votre premier permis",
    "vous avez déjà un permis",
)
sanctioned = Test(
    lambda s: bool(s.sanction),
    "une sanction pèse sur votre permis",
    "aucune sanction ne pèse sur votre permis",
)
lost_abroad = Test(
    lambda s: bool(s.licence_lost),
    "votre permis étranger est perdu ou volé",
    "vous avez votre permis étranger",
)
retakes_theory_only = Test(
    lambda s: bool(s.theory_only),
    "vous n’avez repassé que l’épreuve théorique",
    "vous avez repassé l’épreuve pratique",
)
