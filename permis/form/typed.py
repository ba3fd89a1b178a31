"""What is typed on a step and not saved yet: kept beside the answers, under a name that no question has.

It stands in the sealed answers under `_typed.<step>`, read by nobody but this module. Each value remembers the
answer that it was typed over: once that answer has changed, by whatever way, what was typed is old and no longer
shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import CheckboxInput

from permis.questions.forms import StepForm

RESERVED = "_typed."
LONGEST = 5000  # characters of one box: more than any question takes
NOTHING = (None, "", False)


def typed(answers: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """What was typed on this step and not saved, as its boxes hold it; `answers` are `Dossier.all_answers()`."""
    kept: Mapping[str, Any] = answers.get(RESERVED + slug) or {}
    return {name: one["typed"] for name, one in kept.items() if one["over"] == answers.get(name)}


def unsaved_steps(answers: Mapping[str, Any]) -> frozenset[str]:
    """The steps on which something was typed and not saved."""
    slugs = (name.removeprefix(RESERVED) for name in answers if name.startswith(RESERVED))
    return frozenset(slug for slug in slugs if typed(answers, slug))


def settled(answers: Mapping[str, Any], slug: str) -> dict[str, Any]:
    """What to save with the answers of a step so that nothing is left of what was typed on it before."""
    return {RESERVED + slug: None} if answers.get(RESERVED + slug) else {}


def boxes(form: StepForm, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the boxes of the form hold in these posted data, so that they can be drawn again. No file."""
    found = {name: f.widget.value_from_datadict(data, {}, name) for name, f in form.fields.items()}
    return {name: value for name, value in found.items() if _plain(value)}


def _plain(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) < 100 and all(_plain(one) for one in value)
    return value is None or isinstance(value, bool) or (isinstance(value, str) and len(value) <= LONGEST)


def _empty(value: Any) -> bool:
    return all(_empty(one) for one in value) if isinstance(value, list) else value in NOTHING


def sorted_out(form: StepForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What to save of a form that was judged: right answers, and under the reserved name what is not right yet."""
    clean, right, rest = form.json(), {}, {}
    for name, held in boxes(form, form.data).items():
        value = clean.get(name)
        wrong = name in form.errors
        if not wrong and name in clean and (not _empty(value) or not form.fields[name].required):
            right[name] = value
        elif isinstance(form.fields[name].widget, CheckboxInput) and not held:
            if answers.get(name):
                right[name] = None  # a declaration is taken back at once: it is never kept against the person
        elif not _empty(held) or not _empty(answers.get(name)):
            rest[name] = {"typed": held, "over": answers.get(name)}
    return {**right, RESERVED + form.step.slug: rest or None}
