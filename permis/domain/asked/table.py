"""The two shapes of table 1: a question, and the step that asks it."""

from __future__ import annotations

from dataclasses import dataclass

from permis.domain.conditions import Test


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
    only_if: tuple[str, str] | None = None  # (other question, value): asked, and read, only then
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
    help_title: str = ""
    help_text: str = ""
