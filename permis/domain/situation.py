"""The person as the rules see them: frozen and typed, where every fact may be "not yet known"."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from permis.domain.terms import latest_day
from permis.domain.territory import department_of
from permis.domain.vocabulary import AddressMode, Category, Filer, LearningMode, Motive, Piece


class NotYetKnown(Exception):
    """One or more facts that a rule needs have not been given yet."""

    def __init__(self, *facts: str) -> None:
        super().__init__(*facts)
        self.facts = tuple(dict.fromkeys(facts))


@dataclass(frozen=True)
class Fact:
    """One thing that may be known of the person: its type, and what is presumed when nobody said it."""

    name: str
    kind: type | tuple[type, ...]
    presumed: Any = None
    says: str | None = None  # the French sentence that warns that it was presumed; None: never presumed


FACTS: tuple[Fact, ...] = (
    Fact("motive", Motive),
    Fact("birth_date", dt.date),
    Fact("nationality", str),
    Fact("submitted_on", dt.date),
    Fact("categories", frozenset),
    Fact("held_categories", frozenset),
    Fact("learning_mode", LearningMode, LearningMode.TRADITIONAL, "apprentissage traditionnel"),
    Fact("exam_on", dt.date),
    Fact("address", AddressMode),
    Fact("department", str, "", "résidence hors de Guyane"),
    Fact("filer", Filer, Filer.SELF, "demande faite par vous-même"),
    Fact("guardianship", bool, False, "pas de tutelle"),
    Fact("medical_flag", bool, False, "pas de problème de santé à signaler"),
    Fact("already_given", frozenset, frozenset(), "aucun document déjà donné à l’inscription"),
)
BY_NAME: Mapping[str, Fact] = MappingProxyType({fact.name: fact for fact in FACTS})

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

    __slots__ = ("_known", "_presume")

    def __init__(self, *, presume: bool = True, **known: Any) -> None:
        for name in known:
            if name not in BY_NAME:
                raise AttributeError(name)
        object.__setattr__(self, "_known", MappingProxyType(dict(known)))
        object.__setattr__(self, "_presume", presume)

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("a situation is frozen")

    def __getattr__(self, name: str) -> Any:
        fact = BY_NAME.get(name)
        if fact is None:
            raise AttributeError(name)
        known: Mapping[str, Any] = object.__getattribute__(self, "_known")
        if name in known:
            return known[name]
        if fact.says is None or not object.__getattribute__(self, "_presume"):
            raise NotYetKnown(name)
        noted = _read.get()
        if noted is not None and fact.says not in noted:
            noted.append(fact.says)
        return fact.presumed

    def knows(self, name: str) -> bool:
        """Whether the fact was given (presumptions do not count)."""
        if name not in BY_NAME:
            raise AttributeError(name)
        return name in object.__getattribute__(self, "_known")

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
            known[name] = parse(value)
        if "department" not in known and answers.get("postcode"):
            known["department"] = department_of(str(answers["postcode"]))
        return cls(presume=presume, **known)


def _categories(value: Any) -> frozenset[Category]:
    return frozenset(Category(code) for code in ([value] if isinstance(value, str) else value))


_PARSERS: dict[str, Any] = {
    "motive": Motive,
    "birth_date": latest_day,
    "nationality": str,
    "submitted_on": dt.date.fromisoformat,
    "categories": _categories,
    "held_categories": _categories,
    "learning_mode": LearningMode,
    "exam_on": dt.date.fromisoformat,
    "address": AddressMode,
    "department": str,
    "filer": Filer,
    "guardianship": lambda value: value in (True, "yes"),
    "medical_flag": lambda value: value in (True, "yes"),
    "already_given": lambda value: frozenset(Piece(code) for code in value),
}
