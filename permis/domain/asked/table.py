"""The two shapes of table 1: a question, and the step that asks it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from permis.domain.conditions import Test, always


@dataclass(frozen=True)
class Question:
    """One thing we ask: its name in the answers, its kind, its words, and why we ask it."""

    name: str
    kind: str  # questions/ maps it to a widget and a validator
    label: str
    why: str
    hint: str = ""
    required: bool = True
    choices: tuple[tuple[str, str], ...] = ()
    default: str = ""
    # (other question, its value or values): asked, and read, only then. The value "" means: not answered.
    only_if: tuple[str, str | tuple[str, ...]] | None = None
    when: Test = always  # of whom it is asked; while that is not known, it is asked of all
    later: bool = False  # may wait: the step is saved without it, the request is not sent without it
    missing: str = ""  # the error when it is left empty
    autocomplete: str = ""
    width: str = ""
    max_length: int = 100


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
