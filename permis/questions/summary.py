"""Answers in words, for the summary, the receipt and the agent's screen: the same reading of table 1."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from permis.design.words import french_day
from permis.domain.asked import applies, steps_for
from permis.domain.asked.table import Question
from permis.domain.situation import NONE, Situation
from permis.domain.terms import MONTHS
from permis.questions.places import COUNTRY_NAMES, DEPARTMENTS
from permis.standards import contact, postal_address
from permis.standards.postal_address import Address

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
    if value in (None, "", [], NONE):
        return ""
    if question.kind in {"choice", "category", "choices"}:
        words = dict(question.choices)
        codes = value if isinstance(value, list) else [value]
        return ", ".join(words.get(code, str(code)) for code in codes)
    if question.kind == "yes_no":
        return {"yes": "Oui", "no": "Non"}.get(value, str(value))
    if question.kind in {"country", "licence_country"}:
        return COUNTRY_NAMES.get(value, str(value))
    if question.kind == "department":
        return f"{value} ({DEPARTMENTS[value]})" if value in DEPARTMENTS else str(value)
    if question.kind == "birth_date":
        return birth_day(value)
    if question.kind.endswith("_date"):
        return french_day(dt.date.fromisoformat(value))
    if question.kind == "channel":
        return CHANNELS.get(value, str(value))
    if question.kind in {"promise", "tick"}:
        return "Oui"
    if question.kind == "phone":
        return contact.spoken(str(value))
    if question.kind == "stamp_number":
        return masked_stamp(str(value))
    return str(value)


def masked_stamp(number: str) -> str:
    """The number of a stamp for whoever needs not spend it: its last four digits, the others as dots.

    Whoever reads the whole of it could use it: only its owner does, in the box of the form.
    """
    hidden = "•" * max(0, len(number) - 4) + number[-4:]
    return "\u00a0".join(re.findall(r".{1,4}", hidden))


def sections(answers: Mapping[str, Any], situation: Situation) -> list[Section]:
    """Every step of this person with its answers in words; a question without an answer is left out."""
    found = []
    for step in steps_for(situation):
        rows = tuple(
            Said(q.name, q.label, text)
            for q in step.questions
            if applies(q, answers) and (text := say(q, answers.get(q.name)))
        )
        found.append(Section(step.slug, step.recap, rows))
    return found


def birth_day(value: str) -> str:
    """A date of birth in words, of which the day, or the day and the month, may not be known."""
    if len(value) == 10:
        return french_day(dt.date.fromisoformat(value))
    year, _, month = value.partition("-")
    if month:
        return f"{MONTHS[int(month) - 1]} {year} (jour inconnu)"
    return f"{year} (jour et mois inconnus)"


def _given_names(answers: Mapping[str, Any]) -> str:
    return "" if answers.get("no_given_name") else str(answers.get("given_names") or "")


def full_name(answers: Mapping[str, Any]) -> str:
    """Given names then birth name, as typed; the birth name alone for whoever has no given name."""
    return " ".join(part for part in (_given_names(answers), str(answers.get("birth_name") or "")) if part)


def address_of(answers: Mapping[str, Any]) -> Address:
    """The postal address that these answers give."""
    return Address(
        given_names=_given_names(answers),
        name=str(answers.get("birth_name") or ""),
        box=str(answers.get("letterbox") or ""),
        extra=str(answers.get("address_extra") or ""),
        street=str(answers.get("street") or ""),
        place=str(answers.get("address_place") or ""),
        postcode=str(answers.get("postcode") or ""),
        town=str(answers.get("town") or ""),
    )


def postal_lines(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """The address as it stands on the envelope: at most 6 lines of 38 signs, the last three in capitals.

    The form has refused a line that is longer; one of an older dossier is cut rather than lost.
    """
    return tuple(
        line.text[: postal_address.WIDTH].rstrip() for line in postal_address.lines(address_of(answers))
    )
