"""Answers in words, for the summary, the receipt and the agent's screen: the same reading of table 1."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from permis.design.words import french_day
from permis.domain.asked import STEPS, applies
from permis.domain.asked.table import Question
from permis.questions.places import COUNTRY_NAMES, DEPARTMENTS

CHANNELS = {"email": "Par e-mail", "sms": "Par SMS"}


@dataclass(frozen=True)
class Said:
    """One answer in words."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Section:
    """The answers of one step."""

    slug: str
    title: str
    rows: tuple[Said, ...]


def say(question: Question, value: Any) -> str:
    """The answer as a person reads it; empty when there is none."""
    if value in (None, "", []):
        return ""
    if question.kind == "choice":
        words = dict(question.choices)
        codes = value if isinstance(value, list) else [value]
        return ", ".join(words.get(code, str(code)) for code in codes)
    if question.kind == "yes_no":
        return {"yes": "Oui", "no": "Non"}.get(value, str(value))
    if question.kind == "country":
        return COUNTRY_NAMES.get(value, str(value))
    if question.kind == "department":
        return f"{value} ({DEPARTMENTS[value]})" if value in DEPARTMENTS else str(value)
    if question.kind in {"past_date", "exam_date"}:
        return french_day(dt.date.fromisoformat(value))
    if question.kind == "channel":
        return CHANNELS.get(value, str(value))
    if question.kind == "promise":
        return "Oui" if value else ""
    return str(value)


def sections(answers: Mapping[str, Any]) -> list[Section]:
    """Every step with its answers in words; a question without an answer is left out."""
    found = []
    for step in STEPS:
        rows = tuple(
            Said(q.name, q.label, text)
            for q in step.questions
            if applies(q, answers) and (text := say(q, answers.get(q.name)))
        )
        found.append(Section(step.slug, step.recap, rows))
    return found


def full_name(answers: Mapping[str, Any]) -> str:
    """Given names then birth name, as typed."""
    return " ".join(p for p in (answers.get("given_names", ""), answers.get("birth_name", "")) if p)


def _letterbox(box: str, name: str) -> str:
    """« chez … » when the name on the box is another; without the word when the line would be too long."""
    if not box or box.lower() in name.lower():
        return ""
    line = box if box.lower().startswith("chez") else f"chez {box}"
    return line if len(line) <= 38 else box


def postal_lines(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The address as the post wants it: at most 6 lines of 38, the last three in capitals (NF Z10-011)."""
    name = full_name(answers)
    box = str(answers.get("letterbox", ""))
    lines = [
        name[:38],
        _letterbox(box, name),
        answers.get("address_extra", ""),
        str(answers.get("street", "")).upper(),
        str(answers.get("address_place", "")).upper(),
        f"{answers.get('postcode', '')} {answers.get('town', '')}".strip().upper(),
    ]
    return tuple(str(line)[:38] for line in lines if line)
