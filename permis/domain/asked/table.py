"""The shapes of table 1: a question, the step that asks it, and the words that change with the person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from permis.domain.conditions import Test, always
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.terms import latest_day

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Wording:
    """How a question is asked of the people of whom this holds; what is left empty stays as it is."""

    when: Test
    label: str = ""
    hint: str = ""
    missing: str = ""
    kind: str = ""
    choices: Choices = ()
    default: str = ""
    why: str = ""
    optional: bool = False  # these people may leave it empty
    preset: bool = True  # False: nothing is chosen in advance for these people


@dataclass(frozen=True)
class Question:
    """One thing we ask: its name in the answers, its kind, its words, and why we ask it."""

    name: str
    kind: str  # questions/ maps it to a widget and a validator
    label: str
    why: str
    hint: str = ""
    required: bool = True
    choices: Choices = ()
    groups: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (title, codes of the choices), for a long list
    choice_hints: Choices = ()  # code → what stands under the choice
    default: str = ""
    # (other question, its value or values): asked, and read, only then. The value "" means: not answered.
    only_if: tuple[str, str | tuple[str, ...]] | None = None
    # (other question, its value): then it may stay empty, because the rules deduce it.
    optional_if: tuple[str, str] | None = None
    none_otherwise: bool = False  # when `only_if` was answered and does not hold, there is none (situation.NONE)
    when: Test = always  # of whom it is asked; while that is not known, it is asked of all
    wordings: tuple[Wording, ...] = ()  # the first that holds says how it is asked
    later: bool = False  # may wait: the step is saved without it, the request is not sent without it
    missing: str = ""  # the error when it is left empty
    autocomplete: str = ""
    width: str = ""
    max_length: int = 100

    def said_to(self, situation: Situation) -> Question:
        """The question in the words, and with the choices, of this person."""
        for wording in self.wordings:
            try:
                if not wording.when(situation):
                    continue
            except NotYetKnown:
                continue
            words = {n: v for n, v in vars(wording).items() if v and n not in {"when", "optional", "preset"}}
            if not wording.preset:
                words["default"] = ""
            return replace(self, **words, required=self.required and not wording.optional)
        return self


@dataclass(frozen=True)
class Step:
    """One page of the form."""

    slug: str
    title: str
    recap: str
    when: Test
    questions: tuple[Question, ...]
    # What the answers of the step contradict, said on the question: (answers, today) → name → sentence.
    objections: Callable[[Mapping[str, Any], dt.date], dict[str, str]] = lambda _answers, _today: {}
    help_title: str = ""
    help_text: str = ""
    helps: tuple[tuple[Test, str, str], ...] = ()  # (when, title, text): help for some people, the first that holds
    asides: Choices = ()  # (code of table 0, words): what people look for here and that is no request


def day(answers: Mapping[str, Any], name: str) -> dt.date | None:
    """The whole date that stands under this name, or None: nothing, "none", or a date known in part."""
    try:
        return dt.date.fromisoformat(str(answers.get(name) or ""))
    except ValueError:
        return None


def before_birth(answers: Mapping[str, Any], *names: str) -> dict[str, str]:
    """The dates of these names that stand before the birth, each with its sentence."""
    born = str(answers.get("birth_date") or "")
    found = {name: day(answers, name) for name in names}
    return {
        name: "Cette date est avant votre naissance. Vérifiez l’année."
        for name, when in found.items()
        if born and when and when < latest_day(born)
    }


def in_order(answers: Mapping[str, Any], *pairs: tuple[str, str, str]) -> dict[str, str]:
    """Of each (first, then, sentence): the sentence on `then` when that date stands before `first`."""
    return {
        then: sentence
        for first, then, sentence in pairs
        if (one := day(answers, first)) and (other := day(answers, then)) and other < one
    }
