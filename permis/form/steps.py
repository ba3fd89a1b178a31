"""One step of one person: its questions, its form, what the law objects to, its page. Shared by the form's views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from permis import clock
from permis.accounts.identifier import masked
from permis.accounts.models import Person
from permis.domain import asked
from permis.domain.asked.table import Step
from permis.domain.situation import Situation
from permis.dossier.models import Dossier
from permis.form import progress
from permis.questions.forms import StepForm

CHANNEL_WORDS = {"email": "Par e-mail, à {}", "sms": "Par SMS, au {}"}


def channels_of(person: Person) -> tuple[tuple[str, str], ...]:
    """The confirmed ways to reach the person, as choices."""
    return tuple((c, CHANNEL_WORDS[c].format(masked(c, person.address(c)))) for c in person.channels)


def form_for(
    request: HttpRequest, dossier: Dossier, this: Step, data: Mapping[str, Any] | None = None
) -> StepForm:
    """The form of a step of this person, empty, filled from the answers, or with what was posted."""
    person: Person = request.user  # type: ignore[assignment]
    answers = asked.of_motive(dossier.all_answers())
    return StepForm(this, data, today=clock.today(), answers=answers, channels=channels_of(person))


def step_of(dossier: Dossier, slug: str) -> Step | None:
    """The step with this slug, with the questions that are asked of this person; None if it is not asked."""
    return next((s for s in asked.steps_for(dossier.situation()) if s.slug == slug), None)


def number(text: str | None) -> int:
    """The revision or version that a page carries; -1 when it is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


def saved_time(dossier: Dossier) -> str:
    """When the answers were last saved, as a person reads it."""
    return clock.in_paris(dossier.saved_at).strftime("%H h %M") if dossier.saved_at else "?"


def holds(form: StepForm, dossier: Dossier) -> bool:
    """Adds an error where the answers contradict each other, or where the law bars the request."""
    answers = {**dossier.all_answers(), **form.json()}
    counted = dossier.counted(answers)
    for name, sentence in form.step.objections(counted, clock.today()).items():
        if name in form.fields and name not in form.errors:
            form.add_error(name, sentence)
    if form.is_valid():
        situation = dossier.situation(answers=counted)
        against = progress.barred(dossier, situation)
        here = _decisive(form, situation, against.url.endswith(f"/{form.step.slug}/")) if against else None
        if against and here:
            form.add_error(here, against.sentence)
        elif against:
            form.add_error(
                None, f"{against.sentence} Pour changer de réponse, revenez à « {against.change} »."
            )
    return form.is_valid()


def _decisive(form: StepForm, situation: Situation, its_page: bool) -> str | None:
    """The question of this page on which the bar hangs: the last whose answer it misses; None when there is none.

    On the page that decides, at least the last that was told. Of a question that another one made idle, that other one.
    """
    found, told = progress.verdict(situation), situation.told()
    here = [name for name in form.fields if name in told]
    missed = [n for n in here if found and found.bar and progress.hangs_on(found.bar, situation, {n})]
    name = next(reversed(missed or (here if its_page else [])), None)
    question = next((q for q in form.step.questions if q.name == name), None)
    return question.only_if[0] if question and question.only_if and name in form.idle else name


def page(
    request: HttpRequest, dossier: Dossier, this: Step, form: StepForm, status: int = 200
) -> HttpResponse:
    """The page of a step."""
    context = {
        "dossier": dossier,
        "step": this,
        "form": form,
        "position": progress.way(dossier, dossier.read_answers(), this.slug),
        "saved_time": saved_time(dossier) if dossier.saved_at else "",
    }
    return render(
        request, "form/step.html", context, status=status if not form.errors or status != 200 else 422
    )
