"""How far a draft is: computed from the answers and the slots at each request, never stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.urls import reverse

from permis.design.words import french_day
from permis.domain import asked, required
from permis.domain.asked.medical import ALL_ENDS
from permis.domain.asked.table import Step
from permis.domain.lifecycle import GIVEN_STATUSES
from permis.domain.required.table import Answer, Bar
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Outcome, Piece, SlotStatus
from permis.dossier import mandates
from permis.dossier.models import Dossier
from permis.form import typed

EMPTY = SlotStatus.EMPTY
DONE = GIVEN_STATUSES


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
            _seen(dossier, step.slug) and not asked.missing(step, answers) and step.slug not in unsaved,
        )
        for step in asked.steps_for(situation)
    ]
    statuses = [
        slot.status
        for slot in dossier.slots.filter(asked=True)
        if not (slot.optional and slot.status == EMPTY)
        and not (dossier.photo_by_post and slot.piece == Piece.PHOTO)
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


def _seen(dossier: Dossier, slug: str) -> bool:
    """Answers that came from elsewhere are looked at once, but for the motive: the person chose it to come here."""
    return dossier.revision > 0 or slug == asked.STEPS[0].slug


@dataclass(frozen=True)
class Barred:
    """The request cannot be made as the answers are: why, what to do instead, and where the answer is changed."""

    because: str
    instead: str
    url: str
    change: str  # the title of that step

    @property
    def sentence(self) -> str:
        """Both sentences, where there is room for one only."""
        return f"{self.because} {self.instead}".strip()


def barred(dossier: Dossier, situation: Situation) -> Barred | None:
    """What the law answers to these answers when it is not « make the request »; None while nothing stands against it."""
    found = verdict(situation)
    if found is None or found.bar is None:
        return None
    step = decided_by(found.bar, situation)
    return Barred(
        found.because,
        _instead(found),
        reverse("form:step", args=[dossier.reference, step.slug]),
        step.title,
    )


def verdict(situation: Situation) -> Answer | None:
    """Table 2's answer when it is not « make the request », as early as it is sure; None before.

    While an earlier rule lacks an answer, one that surely holds is told all the same: whatever the other says, the
    request cannot be made. But not before a rule that may say that nothing has to be asked at all.
    """
    found = required.answer(situation)
    if found.outcome is Outcome.FILE or not situation.knows("motive"):
        return None
    if found.bar is not None:
        return found
    for bar in required.rules_of(situation.motive).bars:
        try:
            if required.in_force(bar, situation) and bar.when(situation):
                first_day = bar.not_before(situation) if bar.not_before else None
                return replace(
                    found,
                    outcome=bar.outcome,
                    because=bar.because,
                    reason=bar.reason,
                    not_before=first_day,
                    bar=bar,
                )
        except NotYetKnown:
            if bar.outcome is Outcome.NOT_NEEDED:
                return None
    return None


def _instead(found: Answer) -> str:
    if found.outcome is Outcome.NOT_BEFORE and found.not_before and found.bar and not found.bar.instead:
        return (
            f"Vous pourrez la faire à partir du {french_day(found.not_before)} : votre brouillon vous attend."
        )
    return found.bar.instead if found.bar else ""


def decided_by(bar: Bar, situation: Situation) -> Step:
    """The last step that asks something which decided the bar: each fact is taken away in turn, to see if it is missed."""
    told = situation.told()
    steps = asked.steps_for(situation)
    for step in reversed(steps):
        facts = {_fact(question.name) for question in step.questions} & set(told)
        if facts and hangs_on(bar, situation, facts):
            return step
    return steps[0]


def _fact(name: str) -> str:
    return ALL_ENDS if name.startswith(ALL_ENDS) else name


def hangs_on(bar: Bar, situation: Situation, facts: set[str]) -> bool:
    """Whether without these facts, and with nothing presumed, the bar no longer surely holds."""
    left = {name: value for name, value in situation.told().items() if name not in facts}
    try:
        return not bar.when(Situation(presume=False, **left))
    except NotYetKnown as missing:
        return bool(set(missing.facts) & facts)


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
    barred: Barred | None = None  # what the law says against the request, shown on every page of the way


def position(all_stops: list[Stop], slug: str, against: Barred | None = None) -> Position:
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
        barred=against,
    )


def way(dossier: Dossier, answers: Mapping[str, Any], slug: str) -> Position:
    """The place of this page on the way of this person, with what the law says against the request."""
    against = barred(dossier, dossier.situation(answers=dict(answers)))
    return position(stops(dossier, answers), slug, against)
