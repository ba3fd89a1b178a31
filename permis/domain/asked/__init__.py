"""Table 1, what we ask: one file a step; forms, summaries and the agent's screen are readings of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from permis.domain.asked import contact, exam, home, identity, loss, motive, representative
from permis.domain.asked.table import Question, Step
from permis.domain.conditions import Test
from permis.domain.situation import NotYetKnown, Situation

STEPS: tuple[Step, ...] = (
    motive.STEP,
    identity.STEP,
    representative.STEP,
    home.STEP,
    exam.STEP,
    loss.STEP,
    contact.STEP,
)
BY_SLUG: dict[str, Step] = {step.slug: step for step in STEPS}


def steps_for(situation: Situation) -> tuple[Step, ...]:
    """The steps that this person goes through, each with the questions that are asked of this person.

    A step whose condition is not yet known is left out; a question whose condition is not is kept.
    """
    found = []
    for step in STEPS:
        try:
            holds = step.when(situation)
        except NotYetKnown:
            continue
        if holds:
            found.append(for_person(step, situation))
    return tuple(found)


def for_person(step: Step, situation: Situation) -> Step:
    """The step with only the questions that are asked of this person."""
    return replace(step, questions=tuple(q for q in step.questions if _asked_of(q, situation)))


def _asked_of(question: Question, situation: Situation) -> bool:
    try:
        return question.when(situation)
    except NotYetKnown:
        return True


def applies(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the question is asked with these answers; answers of others are kept but not read."""
    if question.only_if is None:
        return True
    name, wanted = question.only_if
    given = answers.get(name)
    values = {str(v) for v in given} if isinstance(given, list) else {"" if given is None else str(given)}
    return bool(values & ({wanted} if isinstance(wanted, str) else set(wanted)))


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


def of_person(answers: Mapping[str, Any], situation: Situation) -> dict[str, Any]:
    """Of these answers, those to questions that are asked of this person: the others are kept and not read."""
    names = {q.name for step in steps_for(situation) for q in step.questions}
    unsure = {q.name for step in STEPS if not _known(step.when, situation) for q in step.questions}
    return {name: value for name, value in answers.items() if name in names | unsure}


def _known(test: Test, situation: Situation) -> bool:
    try:
        test(situation)
    except NotYetKnown:
        return False
    return True
