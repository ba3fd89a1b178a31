"""Table 1, what we ask: one file a step; forms, summaries and the agent's screen are readings of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from permis.domain.asked import contact, exam, home, identity, motive
from permis.domain.asked.table import Question, Step
from permis.domain.situation import NotYetKnown, Situation

STEPS: tuple[Step, ...] = (motive.STEP, identity.STEP, home.STEP, exam.STEP, contact.STEP)
BY_SLUG: dict[str, Step] = {step.slug: step for step in STEPS}


def steps_for(situation: Situation) -> tuple[Step, ...]:
    """The steps that this person goes through; one whose condition is not yet known is left out."""

    def holds(step: Step) -> bool:
        try:
            return step.when(situation)
        except NotYetKnown:
            return False

    return tuple(step for step in STEPS if holds(step))


def step_of(slug: str) -> Step:
    """The step with this slug; KeyError if none."""
    return BY_SLUG[slug]


def applies(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the question is asked with these answers; answers of others are kept but not read."""
    return question.only_if is None or answers.get(question.only_if[0]) == question.only_if[1]


def missing(step: Step, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The required questions of the step that have no answer yet."""
    return tuple(
        q for q in step.questions if q.required and applies(q, answers) and answers.get(q.name) in (None, "", [])
    )


def read(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: those of questions that apply."""
    return {
        q.name: answers[q.name] for step in STEPS for q in step.questions if q.name in answers and applies(q, answers)
    }
