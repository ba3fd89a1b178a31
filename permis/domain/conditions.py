"""Named tests on a situation, composed with `&`, `|` and `~` in three values: yes, no, not yet known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from permis.domain.situation import NotYetKnown, Situation
from permis.domain.terms import aged_at_least
from permis.domain.territory import GUYANE
from permis.domain.vocabulary import HEAVY, AddressMode, Category, Filer, LearningMode, Motive, Piece


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
        return Test(lambda s: not self.check(s), self.no, self.yes, (self,), "not")

    def _flat(self, kind: str) -> tuple[Test, ...]:
        return self.parts if self.kind == kind else (self,)


def _all(parts: tuple[Test, ...]) -> Callable[[Situation], bool]:
    def check(situation: Situation) -> bool:
        unknown: tuple[str, ...] = ()
        for part in parts:
            try:
                if not part.check(situation):
                    return False  # one sure "no" decides, whatever is unknown
            except NotYetKnown as missing:
                unknown += missing.facts
        if unknown:
            raise NotYetKnown(*unknown)
        return True

    return check


def _any(parts: tuple[Test, ...]) -> Callable[[Situation], bool]:
    def check(situation: Situation) -> bool:
        unknown: tuple[str, ...] = ()
        for part in parts:
            try:
                if part.check(situation):
                    return True
            except NotYetKnown as missing:
                unknown += missing.facts
        if unknown:
            raise NotYetKnown(*unknown)
        return False

    return check


# EU, EEA, Switzerland, Andorra, Monaco, San Marino, Vatican (docs/law.md).
EUROPEAN = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IE",
        "IT",
        "LV",
        "LT",
        "LU",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "IS",
        "LI",
        "NO",
        "CH",
        "AD",
        "MC",
        "SM",
        "VA",
    ]
)

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
    """`low` years or more on the day of the exam: the age to sit is the age to obtain (ARR_2012)."""
    return Test(
        lambda s: aged_at_least(s.birth_date, low, s.exam_on),
        f"vous aviez {low} ans le jour de l’examen",
        f"vous n’aviez pas encore {low} ans le jour de l’examen",
    )


def exam_from(day: dt.date) -> Test:
    """The exam was passed on that day or later: which law of age applies."""
    return Test(
        lambda s: s.exam_on >= day,
        f"vous avez passé l’examen depuis le {day:%d/%m/%Y}",
        f"vous avez passé l’examen avant le {day:%d/%m/%Y}",
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


def wants(category: Category) -> Test:
    """The request is about this category."""
    return Test(
        lambda s: category in s.categories,
        f"vous demandez la catégorie {category}",
        f"vous ne demandez pas la catégorie {category}",
    )


def given(piece: Piece) -> Test:
    """The piece was already given at the registration for the exam."""
    return Test(
        lambda s: piece in s.already_given,
        "vous l’avez déjà donné à l’inscription",
        "vous ne l’avez pas encore donné",
    )


def asks(motive: Motive) -> Test:
    """The request is of this motive."""
    return Test(
        lambda s: s.motive is motive,
        f"votre demande est : {motive.label.lower()}",
        f"votre demande n’est pas : {motive.label.lower()}",
    )


minor = aged(None, 18)
adult = ~minor
ward = Test(lambda s: bool(s.guardianship), "vous êtes sous tutelle", "vous n’êtes pas sous tutelle")
french = Test(
    lambda s: s.nationality == "FR", "vous êtes de nationalité française", "vous n’êtes pas français"
)
european = Test(
    lambda s: s.nationality in EUROPEAN,
    "vous êtes européen",
    "vous n’êtes pas européen",
)
asks_heavy = Test(
    lambda s: bool(HEAVY & s.categories),
    "vous demandez une catégorie de poids lourd",
    "vous ne demandez pas de catégorie de poids lourd",
)
holds_heavy = Test(
    lambda s: bool(HEAVY & s.held_categories),
    "vous avez une catégorie de poids lourd",
    "vous n’avez pas de catégorie de poids lourd",
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
learnt_aac = Test(
    lambda s: s.learning_mode is LearningMode.AAC,
    "vous avez appris en conduite accompagnée",
    "vous n’avez pas appris en conduite accompagnée",
)
only_am = Test(
    lambda s: s.motive is Motive.REU or not (s.held_categories - {Category.AM}),
    "c’est votre premier permis",
    "vous avez déjà un permis",
)
exam_passed_by_now = Test(
    lambda s: s.exam_on <= s.submitted_on,
    "votre examen est passé",
    "votre examen n’a pas encore eu lieu",
)
