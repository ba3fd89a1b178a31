"""Table 1, what we ask: one file a step; forms, summaries and the agent's screen are readings of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from permis.domain.asked import (
    ban,
    card_error,
    civil_status,
    contact,
    exam,
    foreign,
    home,
    identity,
    licence,
    loss,
    medical,
    motive,
    representative,
    residence,
    stamp,
    theft,
    training,
    travel,
)
from permis.domain.asked.table import Question, Step, Wording
from permis.domain.conditions import Test
from permis.domain.situation import NONE, NotYetKnown, Situation
from permis.domain.vocabulary import Motive

# What is asked depends only on what the pages before have asked, so that nobody goes back and forth.
STEPS: tuple[Step, ...] = (
    motive.STEP,
    licence.STEP,
    identity.STEP,
    representative.STEP,
    home.STEP,
    residence.STEP,
    exam.STEP,
    training.STEP,
    ban.STEP,
    foreign.STEP,
    loss.STEP,
    theft.STEP,
    civil_status.STEP,
    card_error.STEP,
    medical.STEP,
    travel.STEP,
    stamp.STEP,
    contact.STEP,
)
BY_SLUG: dict[str, Step] = {step.slug: step for step in STEPS}
QUESTIONS: dict[str, Question] = {question.name: question for step in STEPS for question in step.questions}
STEP_OF: dict[str, Step] = {question.name: step for step in STEPS for question in step.questions}
# Facts that the service knows by itself, among the answers without being asked: who makes the request.
UNASKED = ("filer",)


def steps_for(situation: Situation) -> tuple[Step, ...]:
    """The steps that this person goes through, each with the questions that are asked of this person.

    A step whose condition is not yet known, or that has nothing to ask of this person, is left out; a question whose
    condition is not known is kept.
    """
    found = []
    for step in STEPS:
        try:
            holds = step.when(situation)
        except NotYetKnown:
            continue
        if holds and (mine := for_person(step, situation)).questions:
            found.append(mine)
    return tuple(found)


def for_person(step: Step, situation: Situation) -> Step:
    """The step with only the questions that are asked of this person, and its help, in the words of this person."""
    questions = tuple(q.said_to(situation) for q in step.questions if _may(q.when, situation))
    for when, title, text in step.helps:
        if _known(when, situation) and when(situation):
            return replace(step, questions=questions, help_title=title, help_text=text)
    return replace(step, questions=questions)


def question_for(name: str, situation: Situation) -> Question:
    """The question of this name as it is asked of this person. KeyError when table 1 does not ask it."""
    return QUESTIONS[name].said_to(situation)


def applies(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether the question is asked with these answers; answers of others are kept but not read."""
    if question.only_if is None:
        return True
    name, wanted = question.only_if
    given = answers.get(name)
    values = {str(v) for v in given} if isinstance(given, list) else {"" if given is None else str(given)}
    return bool(values & ({wanted} if isinstance(wanted, str) else set(wanted)))


def may_stay_empty(question: Question, answers: Mapping[str, Any]) -> bool:
    """Whether these answers let a question that is usually required stay empty."""
    return question.optional_if is not None and answers.get(question.optional_if[0]) == question.optional_if[1]


def missing(step: Step, answers: Mapping[str, Any]) -> tuple[Question, ...]:
    """The required questions of the step that have no answer yet."""
    return tuple(
        q
        for q in step.questions
        if q.required
        and applies(q, answers)
        and not may_stay_empty(q, answers)
        and answers.get(q.name) in (None, "", [])
    )


@cache
def _of(motive: str) -> frozenset[str]:
    """The names that this motive may ask of somebody."""
    alone = Situation(presume=False, motive=Motive(motive))
    return frozenset(
        q.name for step in STEPS for q in step.questions if _may(step.when, alone) and _may(q.when, alone)
    )


def _may(test: Test, situation: Situation) -> bool:
    try:
        return test(situation)
    except NotYetKnown:
        return True


def of_motive(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Of these answers, those that their motive may ask: what was said for another one is kept and not read."""
    if answers.get("motive") not in set(Motive):
        return dict(answers)
    names = _of(str(answers["motive"])) | set(UNASKED)
    return {name: value for name, value in answers.items() if name in names}


def read(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that count: those of questions that apply, and « there is none » where another answer says so."""
    live = of_motive(answers)
    found = {name: live[name] for name in UNASKED if name in live}
    for question in QUESTIONS.values():
        if applies(question, live):
            if question.name in live:
                found[question.name] = live[question.name]
        elif question.none_otherwise and question.only_if and live.get(question.only_if[0]):
            found[question.name] = NONE
    ends = {c: found[name] for c, name in medical.ENDS.items() if found.get(name) not in (None, "", NONE)}
    return {**found, medical.ALL_ENDS: ends} if ends else found


def of_person(answers: Mapping[str, Any], situation: Situation) -> dict[str, Any]:
    """Of these answers, those to questions that are asked of this person: the others are kept and not read."""
    names = {q.name for step in steps_for(situation) for q in step.questions} | set(UNASKED)
    unsure = {q.name for step in STEPS if not _known(step.when, situation) for q in step.questions}
    kept = {name: value for name, value in answers.items() if name in names | unsure}
    ends = {c: kept[name] for c, name in medical.ENDS.items() if name in kept and kept[name] not in (None, "")}
    return {**kept, medical.ALL_ENDS: ends} if ends else kept


def _known(test: Test, situation: Situation) -> bool:
    try:
        test(situation)
    except NotYetKnown:
        return False
    return True


__all__ = [
    "BY_SLUG",
    "QUESTIONS",
    "STEPS",
    "STEP_OF",
    "Question",
    "Step",
    "Wording",
    "applies",
    "for_person",
    "may_stay_empty",
    "missing",
    "of_motive",
    "of_person",
    "question_for",
    "read",
    "steps_for",
]
