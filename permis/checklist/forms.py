"""The explorer's forms: a question of table 0, a question of table 1 asked alone, the boxes of usual values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError

from permis.domain import exploring
from permis.domain.asked.table import Question, Step
from permis.domain.conditions import always
from permis.domain.exploring import Box, Fork
from permis.domain.situation import NONE, Situation
from permis.questions.forms import StepForm

AHEAD = 3  # years: an exam further away is a slip of the pen
CHOICE, BOXES = "choix", "cas"


def _alone(*questions: Question) -> Step:
    label = questions[0].label
    return Step("explorer", label, label, always, questions)


class ForkForm(StepForm):
    """A question of table 0."""

    def __init__(self, fork: Fork, data: Mapping[str, Any] | None, today: dt.date) -> None:
        choices = tuple((choice.slug, choice.label) for choice in fork.choices)
        question = Question(
            CHOICE,
            "choice",
            fork.label,
            fork.why,
            choices=choices,
            missing="Choisissez ce qui vous concerne.",
        )
        super().__init__(_alone(question), data, today=today)
        self.fields[CHOICE].choice_hints = {c.slug: c.hint for c in fork.choices if c.hint}  # type: ignore[attr-defined]
        self.to = {choice.slug: choice.to for choice in fork.choices}


class FactForm(StepForm):
    """A question of table 1, alone on its page. Here an exam may be to come: the answer says from which day.

    The ends of the categories are one fact and several questions: one for each category of this person.
    """

    def __init__(
        self,
        fact: str,
        data: Mapping[str, Any] | None,
        today: dt.date,
        answers: Mapping[str, Any],
        situation: Situation,
    ) -> None:
        self.fact = fact
        self.parts = exploring.parts_of(fact, situation)
        given = {name: value for name, value in answers.items() if value != NONE}
        if self.parts:
            kept = given.get(fact)
            ends = kept if isinstance(kept, Mapping) else {}
            given = {q.name: ends[code] for code, q in self.parts.items() if code in ends}
        questions = tuple(self.parts.values()) or (exploring.question_of(fact, situation),)
        super().__init__(_alone(*questions), data, today=today, answers=given)
        if fact == "exam_on":

            def near(value: dt.date) -> None:
                if not today.year - 60 <= value.year <= today.year + AHEAD:
                    raise ValidationError("Vérifiez l’année de l’examen.")

            self.fields[fact].validators = [near]

    def said(self) -> dict[str, Any]:
        """The answer, in the shape that `Situation.from_answers` reads."""
        found: dict[str, Any] = self.json()
        if not self.parts:
            return found
        return {self.fact: {code: found[q.name] for code, q in self.parts.items() if found.get(q.name)}}


class BoxesForm(StepForm):
    """What is usually not so, to tick when it is."""

    def __init__(
        self,
        boxes: tuple[Box, ...],
        data: Mapping[str, Any] | None,
        today: dt.date,
        answers: Mapping[str, Any],
    ) -> None:
        self.boxes = boxes
        question = Question(
            BOXES,
            "choices",
            "Cochez ce qui est vrai pour vous",
            "Ces cas sont rares, et chacun change la liste.",
            hint="Si rien ne vous concerne, continuez sans cocher.",
            required=False,
            choices=tuple((box.slug, box.label) for box in boxes),
        )
        ticked = [box.slug for box in boxes if box.value in listed(answers.get(box.fact))]
        super().__init__(_alone(question), data, today=today, answers={BOXES: ticked})
        self.fields[BOXES].choice_hints = {box.slug: box.hint for box in boxes if box.hint}  # type: ignore[attr-defined]

    def ticks(self) -> dict[str, Any]:
        """The facts of the ticked boxes, in the shape of table 1; None for those without a tick."""
        ticked = set(self.cleaned_data[BOXES])
        found: dict[str, Any] = {box.fact: None for box in self.boxes}
        for box in self.boxes:
            if box.slug in ticked and box.fact == "already_given":
                found[box.fact] = [*(found[box.fact] or []), box.value]
            elif box.slug in ticked:
                found[box.fact] = box.value
        return found


def listed(value: Any) -> list[Any]:
    """The value as a list: what a box compares itself with."""
    return value if isinstance(value, list) else [value]
