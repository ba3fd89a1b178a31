"""What somebody said in the explorer: sealed in the anonymous session, and carried into the request that begins."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from typing import Any

from django.http import HttpRequest

from permis import clock
from permis.domain import asked
from permis.domain.asked import medical
from permis.domain.asked.table import Question
from permis.domain.exploring import Told, Walk, walk
from permis.domain.situation import NONE
from permis.vault.sealing import Broken, new_data_key, open_value, seal_value, unwrap

SESSION_KEY = "explored"
_PLACE = "session.explored"


def told(request: HttpRequest) -> Told:
    """What was said so far; nothing when the session has ended or its content no longer opens."""
    kept = request.session.get(SESSION_KEY)
    if not isinstance(kept, list) or len(kept) != 2:
        return Told()
    try:
        wrapped, sealed = (base64.b64decode(part) for part in kept)
        said = json.loads(open_value(unwrap(wrapped, _PLACE), sealed, _PLACE))
        found = Told(said["answers"], frozenset(said["unsaid"]), frozenset(said["shown"]), said["ahead"])
        walk(found, clock.today())  # the tables may have changed since
    except (Broken, binascii.Error, KeyError, TypeError, ValueError):
        return Told()
    return found


def keep(request: HttpRequest, said: Told) -> None:
    """Keeps what was said until the session ends, sealed: a birth date is not left in clear in a table."""
    key, wrapped = new_data_key(_PLACE)
    clear = json.dumps({
        "answers": dict(said.answers),
        "unsaid": sorted(said.unsaid),
        "shown": sorted(said.shown),
        "ahead": said.ahead,
    })  # fmt: skip
    sealed = seal_value(key, clear.encode(), _PLACE)
    request.session[SESSION_KEY] = [base64.b64encode(part).decode("ascii") for part in (wrapped, sealed)]


def forget(request: HttpRequest) -> None:
    """Begins again: nothing said is kept."""
    request.session.pop(SESSION_KEY, None)


def way_of(request: HttpRequest) -> Walk:
    """Where this person is in the questions."""
    return walk(told(request), clock.today())


def explored(request: HttpRequest) -> dict[str, Any]:
    """The answers given in the explorer, in the shape of table 1; empty when there are none.

    Only those that count for this motive, and that the form would take: an exam still to come is left out, and so is
    every box that was not ticked (an empty box is no declaration of good health).
    """
    said, today = told(request), clock.today()
    way = walk(said, today)
    if way.answer is None:
        return {}
    found = {name: said.answers[name] for name in way.read if said.answers.get(name)}
    ends = found.pop(medical.ALL_ENDS, {})
    found |= {medical.ENDS[category]: day for category, day in ends.items()}
    if "exam_on" in found and dt.date.fromisoformat(found["exam_on"]) > today:
        del found["exam_on"]
    for name in [name for name in found if name in asked.QUESTIONS and name != "exam_on"]:
        found |= _asked_first(asked.QUESTIONS[name], found[name])
    kept = {name: value for name, value in found.items() if name in asked.QUESTIONS and value != NONE}
    return {"motive": way.situation.motive.value, **kept}


def _asked_first(question: Question, value: Any) -> dict[str, str]:
    """The answer to the question that opens this one on the form: "is there one?"."""
    if not question.none_otherwise or question.only_if is None:
        return {}
    return {question.only_if[0]: "no" if value == NONE else "yes"}
