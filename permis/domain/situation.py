"""The person as the rules see them: frozen and typed, where every fact may be "not yet known"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from permis.domain.terms import latest_day, months
from permis.domain.territory import department_of
from permis.domain.vocabulary import (
    EXCHANGES,
    SCHOOL_ONLY,
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


class NotYetKnown(Exception):
    """One or more facts that a rule needs have not been given yet."""

    def __init__(self, *facts: str) -> None:
        super().__init__(*facts)
        self.facts = facts if len(facts) == 1 else tuple(dict.fromkeys(facts))  # nearly always one


@dataclass(frozen=True)
class Presumed:
    """What is taken for granted when nobody said it, and the French words that warn of it."""

    value: Any
    says: str


@dataclass(frozen=True)
class Fact:
    """One thing that may be known of the person: its type, and what is presumed when nobody said it.

    A date, a country or a reason that is known to be None means that there is none.
    """

    name: str
    kind: type
    usual: Presumed | None = None  # None: never presumed
    usual_for: Mapping[Motive, Presumed] = field(default_factory=dict)  # instead, for these motives

    def presumed(self, motive: Motive | None) -> Presumed | None:
        """What is presumed for this motive, or nothing."""
        return self.usual_for.get(motive, self.usual) if motive else self.usual


_BY_SCHOOL = Presumed(Filer.SCHOOL, "demande faite par l’auto-école")
_NOTHING_HELD = Presumed(frozenset(), "pas encore de permis")
_STILL_VALID = Presumed(MappingProxyType({}), "catégories de poids lourd en cours de validité")
_VALID_ABROAD = Presumed(None, "permis étranger en cours de validité")

# The motives that give back what the person holds, with papers that let drive meanwhile.
_REPLACED = (Motive.PERTE, Motive.VOL, Motive.DET, Motive.ROSE, Motive.EC, Motive.EXP15)

FACTS: tuple[Fact, ...] = (
    Fact("motive", Motive),
    Fact("categories", frozenset),
    Fact("held_categories", frozenset, usual_for={Motive.INS: _NOTHING_HELD}),
    Fact("birth_date", dt.date),
    Fact("nationality", str),
    Fact("guardianship", bool, Presumed(False, "pas de tutelle")),
    Fact("resident_since", dt.date, Presumed(None, "résidence en France depuis assez longtemps")),
    Fact("stay_started_on", dt.date, Presumed(None, "séjour en règle et délai d’échange respecté")),
    Fact("student", bool, Presumed(False, "pas de titre de séjour d’étudiant")),
    Fact("address", AddressMode),
    Fact("department", str, Presumed("", "résidence hors de Guyane")),
    Fact("exam_on", dt.date),
    Fact("theory_only", bool, Presumed(False, "épreuve pratique repassée")),
    Fact("theory_exam_on", dt.date),
    Fact("learning_mode", LearningMode, Presumed(LearningMode.TRADITIONAL, "apprentissage traditionnel")),
    Fact("gearbox", Gearbox, Presumed(Gearbox.MANUAL, "boîte manuelle")),
    Fact("already_given", frozenset, Presumed(frozenset(), "aucun document déjà donné à l’inscription")),
    Fact("course_on", dt.date),
    Fact("a2_obtained_on", dt.date),
    Fact("lost_on", dt.date),
    Fact("theft_receipt_on", dt.date),
    Fact("civil_status_reason", CivilStatusReason),
    Fact("received_on", dt.date),
    Fact("error_kind", ErrorKind),
    Fact("licence_country", str),
    Fact("licence_obtained_on", dt.date),
    Fact("licence_lost", bool, Presumed(False, "permis étranger en votre possession")),
    Fact("licence_expires_on", dt.date, usual_for=dict.fromkeys(EXCHANGES, _VALID_ABROAD)),
    Fact("sanction", bool, Presumed(False, "pas de suspension ni d’annulation du permis")),
    Fact("ban_starts_on", dt.date),
    Fact("ban_ends_on", dt.date),
    Fact("licence_surrendered_on", dt.date),
    Fact("licence_first_issued_on", dt.date),
    Fact("medical_opinion_on", dt.date),
    Fact("category_ends_on", dict, usual_for=dict.fromkeys(_REPLACED, _STILL_VALID)),
    Fact("medical_flag", bool, Presumed(False, "pas de problème de santé à signaler")),
    Fact("needed_on", dt.date),
    Fact(
        "filer",
        Filer,
        Presumed(Filer.SELF, "demande faite par vous-même"),
        dict.fromkeys(SCHOOL_ONLY, _BY_SCHOOL),
    ),
    Fact("submitted_on", dt.date),
)
BY_NAME: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in FACTS})

# Nothing is passed here: what the request is about stands on the licence, unless somebody says what is held.
_ABOUT_HELD = frozenset({Motive.DET, Motive.ROSE, Motive.EC, Motive.EXP15, Motive.MED, Motive.MED_REST})
_HELD_SAYS = "catégories de la demande déjà sur votre permis"

_PRESUMED: Mapping[Motive | None, Mapping[str, Presumed]] = MappingProxyType(
    {
        motive: {fact.name: said for fact in FACTS if (said := fact.presumed(motive))}
        for motive in (None, *Motive)
    }
)
_read: ContextVar[list[str] | None] = ContextVar("facts_presumed_while_reading", default=None)


@contextmanager
def noting_presumptions() -> Iterator[list[str]]:
    """Collects the French sentence of each presumption that a rule relied on inside the block."""
    noted: list[str] = []
    token = _read.set(noted)
    try:
        yield noted
    finally:
        _read.reset(token)


class Situation:
    """The facts known of one person. Reading one that is not known raises `NotYetKnown`.

    A misspelt fact raises AttributeError, so that a fault of ours never becomes a question.
    With `presume=False` nothing is presumed: the explorer asks instead.
    """

    __slots__ = ("__dict__", "_known", "_presume")

    def __init__(self, *, presume: bool = True, **known: Any) -> None:
        for name in known:
            if name not in BY_NAME:
                raise AttributeError(name)
        object.__setattr__(self, "_known", MappingProxyType(known))
        object.__setattr__(self, "_presume", presume)
        self.__dict__.update(known)  # a known fact is an attribute: reading it costs nothing

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a situation is frozen")

    def __getattr__(self, name: str) -> Any:  # only for what is not known
        motive = self.__dict__.get("motive")
        presumed = _PRESUMED[motive].get(name) if self._presume else None
        if (
            name == "held_categories"
            and self._presume
            and motive in _ABOUT_HELD
            and "categories" in self.__dict__
        ):
            presumed = Presumed(self.__dict__["categories"], _HELD_SAYS)
        if presumed is None:
            if name not in BY_NAME:
                raise AttributeError(name)
            raise NotYetKnown(name)
        noted = _read.get()
        if noted is not None and presumed.says not in noted:
            noted.append(presumed.says)
        return presumed.value

    def knows(self, name: str) -> bool:
        """Whether the fact was given (presumptions do not count)."""
        if name not in BY_NAME:
            raise AttributeError(name)
        return name in object.__getattribute__(self, "_known")

    @property
    def presumes(self) -> bool:
        """Whether what nobody said is presumed where the facts say so."""
        return bool(self._presume)

    def told(self) -> dict[str, Any]:
        """What is known, by name."""
        return dict(object.__getattribute__(self, "_known"))

    def on(self, day: dt.date) -> Situation:
        """The same person, asking on another day."""
        return Situation(presume=self._presume, **{**self.told(), "submitted_on": day})

    @classmethod
    def from_answers(cls, answers: Mapping[str, Any], *, today: dt.date, presume: bool = True) -> Situation:
        """Parses the flat answers of a dossier (JSON values) once; what is absent or empty stays unknown.

        `today` stands for the day of submission until the dossier says its own.
        """
        known: dict[str, Any] = {"submitted_on": today}
        for name, parse in _PARSERS.items():
            value = answers.get(name)
            if value in (None, "", []):
                continue
            known[name] = None if value == NONE else parse(value)
        if "department" not in known and answers.get("postcode"):
            known["department"] = department_of(str(answers["postcode"]))
        return cls(presume=presume, **(known | deduced(known)))


def under_ban(known: Mapping[str, Any]) -> bool:
    """Whether a ban that the facts tell runs on the day of the request, for a motive that is not about it."""
    start, end = known.get("ban_starts_on"), known.get("ban_ends_on")
    if start is None or end is None or known.get("motive") in _ABOUT_BANS:
        return False
    return bool(start <= known["submitted_on"] <= end)


def deduced(known: Mapping[str, Any]) -> dict[str, Any]:
    """What the facts that are known say of others that are not."""
    found: dict[str, Any] = {}
    if under_ban(known):
        found["sanction"] = True
    if known.get("theory_only") and "theory_exam_on" not in known and known.get("exam_on") is not None:
        found["theory_exam_on"] = known["exam_on"]  # the only exam there was
    ends = known.get("licence_expires_on")
    if known.get("motive") is Motive.MED and "category_ends_on" not in known and ends is not None:
        found["category_ends_on"] = dict.fromkeys(known.get("categories", ()), ends)
    handed_over = known.get("licence_surrendered_on")
    if known.get("motive") is Motive.INS_RET and handed_over is not None:
        # A hand-over is that of an invalidation, and the 48SI letter bears no date: the ban runs from the hand-over,
        # six months (F1704). Twelve after a second invalidation in five years: who knows it says the end.
        if "ban_starts_on" not in known:
            found["ban_starts_on"] = handed_over
        if "ban_ends_on" not in known:
            found["ban_ends_on"] = months(handed_over, INVALIDATION_MONTHS)
    return found


INVALIDATION_MONTHS = 6  # F1704
_ABOUT_BANS = frozenset({Motive.SUSP, Motive.INS_RET, Motive.REU_RET})
NONE = "none"  # the answer "there is none", where a question allows it


def _categories(value: Any) -> frozenset[Category]:
    return frozenset(
        Category(code) for code in ([value] if isinstance(value, str) else value) if code != NONE
    )


def _yes(value: Any) -> bool:
    return value in (True, "yes")


_day = dt.date.fromisoformat
_PARSERS: dict[str, Any] = {
    "motive": Motive,
    "birth_date": latest_day,
    "nationality": str,
    "submitted_on": _day,
    "categories": _categories,
    "held_categories": _categories,
    "learning_mode": LearningMode,
    "gearbox": Gearbox,
    "exam_on": _day,
    "theory_exam_on": _day,
    "theory_only": _yes,
    "course_on": _day,
    "a2_obtained_on": _day,
    "address": AddressMode,
    "department": str,
    "filer": Filer,
    "guardianship": _yes,
    "resident_since": _day,
    "student": _yes,
    "stay_started_on": _day,
    "licence_country": str,
    "licence_obtained_on": _day,
    "licence_lost": _yes,
    "licence_expires_on": _day,
    "category_ends_on": lambda value: {Category(code): _day(day) for code, day in value.items()},
    "medical_opinion_on": _day,
    "medical_flag": _yes,
    "lost_on": _day,
    "theft_receipt_on": _day,
    "civil_status_reason": CivilStatusReason,
    "error_kind": ErrorKind,
    "received_on": _day,
    "ban_starts_on": _day,
    "ban_ends_on": _day,
    "licence_surrendered_on": _day,
    "licence_first_issued_on": _day,
    "sanction": _yes,
    "needed_on": _day,
    "already_given": lambda value: frozenset(Piece(code) for code in value),
}
