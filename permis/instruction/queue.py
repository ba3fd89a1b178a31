"""The agents' queue: what waits, in the order in which it should be read, and taking the next one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from permis import clock
from permis.accounts.models import Person
from permis.domain.vocabulary import State, Verb
from permis.dossier.access import dossiers_for_agent, role_in
from permis.dossier.facts import Stale
from permis.dossier.models import Dossier, Event
from permis.dossier.move import Actor, Refusal, move
from permis.dossier.reference import read as read_reference
from permis.instruction.words import right_left, state_words
from permis.vault import Broken

WAITING = (State.SUBMITTED, State.COMPLETED)
VIEWS: dict[str, tuple[str, tuple[State, ...]]] = {
    "a-lire": ("À lire", WAITING),
    "en-cours": ("En cours chez moi", (State.IN_REVIEW, State.VERIFYING, State.AUTHENTICATING)),
    "equipe": ("Chez mes collègues", (State.IN_REVIEW, State.VERIFYING, State.AUTHENTICATING)),
    "attente": (
        "En attente de la personne",
        (State.INCOMPLETE, State.AWAITING_PHOTO, State.ORIGINAL_AWAITED),
    ),
    "carte": (
        "Carte et lettre",
        (
            State.APPROVED,
            State.IN_PRODUCTION,
            State.POSTED,
            State.AT_POST_OFFICE,
            State.RETURNED,
            State.MISSING,
        ),
    ),
    "finis": (
        "Terminés",
        (State.DELIVERED, State.REGISTERED, State.REFUSED, State.CLOSED, State.CANCELLED),
    ),
}
PER_PAGE = 25
RIGHT_ENDS_SOON_DAYS = 30  # [D] docs/law.md: the queue must not let a right to drive run out

View = Callable[..., HttpResponse]


def for_agents(view: View) -> View:
    """Only people who decide in a centre; for others the page does not exist."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_agent:  # type: ignore[union-attr]
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def _waiting(person: Person) -> QuerySet[Dossier]:
    """What nobody reads yet, in the order in which it should be read."""
    return in_order(dossiers_for_agent(person).filter(state__in=WAITING))


def in_order(dossiers: QuerySet[Dossier]) -> QuerySet[Dossier]:
    """Answers to a request for more first, then rights to drive that end within 30 days, then the longest waiting."""
    soon = clock.today() + dt.timedelta(days=RIGHT_ENDS_SOON_DAYS)
    ends_soon = Case(
        When(provisional_until__lte=soon, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    return dossiers.annotate(ends_soon=ends_soon).order_by("-priority", "-ends_soon", "submitted_at", "pk")


def _view(dossiers: QuerySet[Dossier], name: str, person: Person) -> QuerySet[Dossier]:
    found = dossiers.filter(state__in=VIEWS[name][1])
    return {"en-cours": found.filter(assignee=person), "equipe": found.exclude(assignee=person)}.get(
        name, found
    )


@for_agents
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """The queue, sorted by who has waited longest, and its other views."""
    person: Person = request.user  # type: ignore[assignment]
    view = request.GET.get("vue", "a-lire")
    if view not in VIEWS:
        raise Http404
    mine = dossiers_for_agent(person)
    found = in_order(_view(mine, view, person))
    typed = request.GET.get("q", "").strip()
    if typed:  # a reference wherever it stands; names are sealed and are not searched here yet
        found = mine.filter(reference=read_reference(typed) or "")
    paginator = Paginator(found.select_related("cert", "assignee"), PER_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    today = clock.today()
    rows = [
        {
            "dossier": dossier,
            "name": _name(dossier),
            "motive": dossier.get_motive().label,
            "state": state_words(dossier.get_state()),
            "days": (today - clock.in_paris(dossier.submitted_at).date()).days if dossier.submitted_at else 0,
            "right_ends": dossier.provisional_until,
            "right_left": right_left(dossier, today),
        }
        for dossier in page
    ]
    counts = {name: _view(mine, name, person).count() for name in VIEWS}
    tabs = [
        {"slug": n, "label": label, "count": counts[n], "current": n == view}
        for n, (label, _) in VIEWS.items()
    ]
    decided = Event.objects.filter(
        actor=str(person.pk), day=today, verb__in=[Verb.APPROVE, Verb.REFUSE, Verb.ASK_FOR_MORE]
    ).count()
    context = {
        "rows": rows,
        "page": page,
        "tabs": tabs,
        "view": view,
        "typed": typed,
        "waiting": counts["a-lire"],
        "in_hand": counts["en-cours"],
        "decided": decided,
    }
    return render(request, "instruction/queue.html", context)


def _name(dossier: Dossier) -> str:
    try:
        answers = dossier.read_answers()
    except (Broken, ValueError):
        return "?"  # permis verify names it; the colleagues' queue goes on
    return f"{answers.get('birth_name', '')}, {answers.get('given_names', '')}".strip(", ")


@for_agents
@require_POST
def take_next(request: HttpRequest) -> HttpResponse:
    """Takes up the dossier that has waited longest; if a colleague was quicker, the one after."""
    person: Person = request.user  # type: ignore[assignment]
    for dossier in _waiting(person)[:20]:
        try:
            take_up(person, dossier)
        except (Refusal, Stale):
            continue
        return redirect("instruction:dossier", dossier.reference)
    messages.info(request, "Il n’y a plus de dossier à lire.")
    return redirect("instruction:queue")


def take_up(person: Person, dossier: Dossier, seen: int | None = None) -> None:
    """The person takes this dossier up. Raises `Refusal`, or `Stale` when the page was old."""

    def also(here: Dossier, _event: Event) -> None:
        Dossier.objects.filter(pk=here.pk).update(assignee=person)

    cert = dossier.cert.name if dossier.cert else ""
    move(
        dossier,
        Verb.TAKE_UP,
        Actor.of(role_in(person, dossier), person),
        seen=seen,
        also=also,
        detail={"cert": cert},
    )
