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
from permis.questions.forms import StepForm

AHEAD = 3  # years: an exam further away is a slip of the pen
CHOICE, BOXES = "choix", "cas"


def _alone(question: Question) -> Step:
    return Step("explorer", question.label, question.label, always, (question,))


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
    """A question of table 1, alone on its page. Here an exam may be to come: the answer says from which day."""

    def __init__(
        self, fact: str, data: Mapping[str, Any] | None, today: dt.date, answers: Mapping[str, Any]
    ) -> None:
        super().__init__(_alone(exploring.question_of(fact)), data, today=today, answers=answers)
        if fact == "exam_on":

            def near(value: dt.date) -> None:
                if not today.year - 60 <= value.year <= today.year + AHEAD:
                    raise ValidationError("Vérifiez l’année de l’examen.")

            self.fields[fact].validators = [near]


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
        ticked = [box.slug for box in boxes if box.value in _listed(answers.get(box.fact))]
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


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
