"""How far a draft is: computed from the answers and the slots at each request, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from permis.domain import asked
from permis.domain.vocabulary import SlotStatus
from permis.dossier import mandates
from permis.dossier.models import Dossier
from permis.form import typed

EMPTY = SlotStatus.EMPTY
DONE = {SlotStatus.READY, SlotStatus.ACCEPTED}


@dataclass(frozen=True)
class Stop:
    """One page of the way: a step, the documents, or the summary."""

    slug: str
    title: str
    url: str
    done: bool


def stops(dossier: Dossier, answers: Mapping[str, Any]) -> list[Stop]:
    """Every page of the way for this person, in order, each done or not."""
    situation = dossier.situation(answers=dict(answers))
    unsaved = typed.unsaved_steps(dossier.all_answers())
    found = [
        Stop(
            step.slug,
            step.title,
            reverse("form:step", args=[dossier.reference, step.slug]),
            dossier.revision > 0 and not asked.missing(step, answers) and step.slug not in unsaved,
        )
        for step in asked.steps_for(situation)
    ]
    statuses = [
        slot.status
        for slot in dossier.slots.filter(asked=True)
        if not (slot.optional and slot.status == EMPTY)
    ]
    ready = bool(statuses) and all(status in DONE for status in statuses)
    found.append(
        Stop("documents", "Vos documents", reverse("evidence:documents", args=[dossier.reference]), ready)
    )
    if mandates.needed(situation):
        found.append(
            Stop(
                "signature",
                "La signature de votre représentant",
                reverse("submission:signature", args=[dossier.reference]),
                mandates.signed(dossier) is not None,
            )
        )
    found.append(
        Stop(
            "recapitulatif",
            "Vérifier et envoyer",
            reverse("submission:summary", args=[dossier.reference]),
            False,
        )
    )
    return found


def next_stop(all_stops: list[Stop]) -> Stop:
    """The first page that is not done."""
    return next(stop for stop in all_stops if not stop.done)


@dataclass(frozen=True)
class Position:
    """Where a page stands on the way, for the stepper."""

    n: int
    total: int
    title: str
    previous_url: str
    next_title: str
    next_url: str
    slug: str
    stops: tuple[Stop, ...]


def position(all_stops: list[Stop], slug: str) -> Position:
    """The place of this page."""
    at = next(i for i, stop in enumerate(all_stops) if stop.slug == slug)
    after = all_stops[at + 1] if at + 1 < len(all_stops) else None
    return Position(
        n=at + 1,
        total=len(all_stops),
        title=all_stops[at].title,
        previous_url=all_stops[at - 1].url if at else reverse("form:mine"),
        next_title=after.title if after else "",
        next_url=after.url if after else "",
        slug=slug,
        stops=tuple(all_stops),
    )
