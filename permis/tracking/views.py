"""Where is it: who acts next, the way of the request, and what may be driven meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.delivery.models import Letter
from permis.domain.legal import PARAMETER, SEED, Source
from permis.domain.lifecycle import TERMS, allowed
from permis.domain.vocabulary import Result, Role, SlotStatus, State, Verb
from permis.dossier import move
from permis.dossier.access import dossier_for
from permis.dossier.facts import Stale, read_facts
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Due, Event
from permis.evidence import fps
from permis.evidence.desk import DECIDE
from permis.evidence.shown import undecided
from permis.submission.by_post import to_enclose, where
from permis.tracking import letters, story
from permis.tracking.story import now_box, timeline
from permis.tracking.words import REMEDIES
from permis.tracking.work import driving_now, what

HAVE_PHOTO = "Nous avons votre photo. Il manque votre signature."
HAVE_SIGNATURE = "Nous avons votre signature. Il manque votre photo."

# What stands ahead on the usual way, from each state (the words are those of the dashed line).


@login_required
@require_safe
def page(request: HttpRequest, reference: str) -> HttpResponse:
    """The tracking page."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() is State.DRAFT:
        return redirect("form:resume", dossier.reference)
    looked_at(request, dossier)
    today = clock.today()
    events = list(dossier.events.order_by("n"))
    details = _details(dossier, events)
    state = dossier.get_state()
    answers = dossier.read_answers()
    drive = driving_now(dossier, dossier.situation(answers=answers), today)
    verbs = {row.verb for row in allowed(state, Role.CITIZEN, read_facts(dossier, {}))}
    dues = list(dossier.dues.filter(status=Due.OPEN).order_by("day"))
    letter = Letter.objects.filter(dossier=dossier).order_by("-noted_at").first()
    booklet = dossier.get_result() is Result.BOOKLET
    context = {
        "dossier": dossier,
        "state": state,
        "now": now_box(dossier, events, details, dues, today),
        "timeline": timeline(dossier, events, details),
        "drive": drive,
        "what": what(dossier, answers),
        "arrival": story.arrival(dossier, today),
        "letter": letter,
        "letter_number": letter.read_number() if letter else "",
        "letter_address": letter.read_address() if letter else [],
        "letters": letters.letters_of(events, dossier.get_result()),
        "can_cancel": Verb.CANCEL in verbs,
        "can_report_missing": Verb.REPORT_MISSING in verbs,
        "can_complete": Verb.COMPLETE in verbs,
        "to_redo": _to_redo(dossier) if state is State.INCOMPLETE else [],
        "remedies": REMEDIES.splitlines()[1:] if state in {State.REFUSED, State.CLOSED} else [],
        "terms": [
            {"label": TERMS[due.what].label, "day": due.day, "source": source_words(TERMS[due.what].source)}
            for due in dues
            if not due.what.endswith("_reminder")  # ours to send, nothing that the person must remember
            and not (
                due.what == "error_report" and booklet
            )  # an error on a card is reported, not on a booklet
        ],
        "thing": dossier.thing().words(),
        "arrives": story.arrives(dossier),
        "can_report_error": state is State.DELIVERED and not booklet,
        "send_to": _send_to(dossier, events, details),
        "to_do": to_enclose(dossier),
        "sheet": fps.printable(dossier),
        "arrived": _arrived(dossier) if state is State.AWAITING_PHOTO else "",
        "entry": _entry(events, details),
        "first_name": str(answers.get("given_names", "")).split(" ")[0],
    }
    return render(request, "tracking/page.html", context)


def _letter(request: HttpRequest, reference: str, n: int) -> tuple[Dossier, Event]:
    dossier = dossier_for(request.user, reference)  # type: ignore[arg-type]
    looked_at(request, dossier)
    return dossier, get_object_or_404(Event, dossier=dossier, n=n, verb__in=[str(v) for v in letters.OBJECTS])


@login_required
@require_safe
def letter(request: HttpRequest, reference: str, n: int) -> HttpResponse:
    """A letter as a page: the same content as its PDF."""
    dossier, event = _letter(request, reference, n)
    context = {"dossier": dossier, "n": n, "letter": letters.content(dossier, event)}
    return render(request, "tracking/letter.html", context)


@login_required
@require_safe
def letter_pdf(request: HttpRequest, reference: str, n: int) -> HttpResponse:
    """A letter as a PDF that a screen reader can read."""
    dossier, event = _letter(request, reference, n)
    response = HttpResponse(letters.pdf(dossier, event), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="lettre-{dossier.reference}-{n}.pdf"'
    return response


def source_words(source: Source) -> str:
    """The text of law, for a citizen; nothing for what is a choice of this service."""
    return "" if source.key in {PARAMETER.key, SEED.key} else str(source)


def _details(dossier: Dossier, events: list[Event]) -> dict[object, dict[str, Any]]:
    key = dossier.key()
    return {event.pk: event.read_detail(key) for event in events}


def _send_to(dossier: Dossier, events: list[Event], details: dict[object, dict[str, Any]]) -> list[str]:
    """Where something must be posted now: the original, as we asked for it, or what goes with a booklet."""
    if dossier.get_state() is State.ORIGINAL_AWAITED:
        return details[events[-1].pk].get("send_to") or where(dossier)
    return where(dossier) if to_enclose(dossier) else []


def _arrived(dossier: Dossier) -> str:
    """Which of the photo and the signature we have already, in a sentence; empty when none is here."""
    lacking = fps.lacking(dossier)
    return {("photo",): HAVE_SIGNATURE, ("signature",): HAVE_PHOTO}.get(tuple(lacking), "")


def _entry(events: list[Event], details: dict[object, dict[str, Any]]) -> dict[str, Any] | None:
    """What the register gave: number, last day, the letter to download. None while there is none."""
    event = next((event for event in events if event.verb == Verb.REGISTER), None)
    if event is None:
        return None
    detail = details[event.pk]
    last = detail.get("valid_until")
    return {
        "number": detail.get("number", ""),
        "kept": bool(detail.get("kept")),
        "until": dt.date.fromisoformat(last) if last else None,
        "n": event.n,
    }


def _to_redo(dossier: Dossier) -> list[dict[str, Any]]:
    key = dossier.key()
    return [
        {"label": slot.label, "note": slot.note_text(key), "done": slot.status == SlotStatus.READY}
        for slot in dossier.slots.filter(asked=True)
        if slot.asked_again
    ]


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else None


@login_required
@require_POST
def complete(request: HttpRequest, reference: str) -> HttpResponse:
    """Sends the documents that were asked again."""
    dossier = dossier_for(request.user, reference)

    def also(here: Dossier, _event: Event) -> None:
        Dossier.objects.filter(pk=here.pk).update(priority=1, assignee=None)

    if dossier.get_state() is State.INCOMPLETE and undecided(dossier):
        messages.error(request, DECIDE)
        return redirect("evidence:documents", dossier.reference)
    seen = _number(request.POST.get("seen"))
    actor = move.Actor.of(Role.CITIZEN, request.user)  # type: ignore[arg-type]
    try:
        move.move(dossier, Verb.COMPLETE, actor, key=f"complete-{seen}", seen=seen, also=also)
    except move.Refusal as refusal:
        messages.error(request, refusal.sentence)
        if dossier.get_state() is State.INCOMPLETE:
            return redirect("evidence:documents", dossier.reference)
    except Stale as stale:
        messages.error(request, stale.sentence)
    else:
        messages.success(request, "C’est envoyé. Votre demande passe devant les autres.")
    return redirect("tracking:page", dossier.reference)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report_missing(request: HttpRequest, reference: str) -> HttpResponse:
    """The letter did not come, or is said delivered and was not received."""
    dossier = dossier_for(request.user, reference)
    if request.method != "POST":
        context = {"dossier": dossier, "thing": dossier.thing().words()}
        return render(request, "tracking/report_missing.html", context)
    seen = _number(request.POST.get("seen"))
    actor = move.Actor.of(Role.CITIZEN, request.user)  # type: ignore[arg-type]
    try:
        move.move(dossier, Verb.REPORT_MISSING, actor, key=f"missing-{seen}", seen=seen)
    except (move.Refusal, Stale) as refusal:
        messages.error(request, refusal.sentence)
    return redirect(reverse("tracking:page", args=[dossier.reference]))
