"""The agent's desk: the queue, one dossier with its documents, and what may be done with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.accounts.models import Person
from permis.domain.lifecycle import ROWS, Row, all_accepted, possible, term
from permis.domain.vocabulary import Piece, Reason, Role, SlotStatus, State, Verb
from permis.dossier import mandates
from permis.dossier.access import dossier_for_agent, role_in
from permis.dossier.facts import NotNow, Stale, decide, read_facts, rest_is_good
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Event, Slot
from permis.dossier.move import Actor, Refusal, move
from permis.evidence import keep
from permis.evidence.desk import picture, slot_for
from permis.evidence.models import Upload
from permis.evidence.shown import pieces_of
from permis.instruction import law
from permis.instruction.forms import GrantForm, JudgeForm, ReasonForm
from permis.instruction.queue import for_agents, take_up
from permis.instruction.words import WHO, history_label, right_left, state_words
from permis.questions import summary
from permis.standards.compare import Answer
from permis.submission.by_post import to_post, where
from permis.submission.receipt import BY
from permis.submission.words import QUALITIES

# Verbs that need a page of their own, with the words that the person will read.
WITH_REASON = frozenset({Verb.REFUSE, Verb.CLOSE, Verb.REOPEN, Verb.REMAKE})

View = Callable[..., HttpResponse]


def _let_go(here: Dossier, _event: Event) -> None:
    Dossier.objects.filter(pk=here.pk).update(assignee=None)


def _compared(sides: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """What was typed beside what was read on the documents that count; what differs comes first."""
    order = (Answer.DIFFERS, Answer.UNKNOWN, Answer.SAME)
    rows = [
        {"said": row, "label": side["slot"].label}
        for side in sides
        for file in side["files"]
        if not file["held"]
        for row in file["rows"]
    ]
    return sorted(rows, key=lambda row: order.index(row["said"].answer))


@for_agents
@require_safe
def dossier(request: HttpRequest, reference: str) -> HttpResponse:
    """One dossier: its answers, its documents, its history, and what may be done."""
    found = dossier_for_agent(request.user, reference)  # type: ignore[arg-type]
    looked_at(request, found)
    return _page(request, found)


def _page(
    request: HttpRequest,
    found: Dossier,
    judged: tuple[str, JudgeForm] | None = None,
    granting: GrantForm | None = None,
    status: int = 200,
) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    role = role_in(person, found)
    facts = read_facts(found, {"reason": "…"})  # the reason is asked on the next page
    state = found.get_state()
    nothing_to_ask = all_accepted.check(facts)
    acts = [
        _act(row, row.needs.check(facts), row.needs.why(facts))
        for row in possible(state, role, facts)
        if row.act and not (row.verb is Verb.ASK_FOR_MORE and nothing_to_ask)
    ]
    deciding = state is State.IN_REVIEW
    today = clock.today()
    pieces = pieces_of(found)
    shown = [
        {**side, "piece": piece}
        for piece in pieces
        for side in piece["slots"]
        if side["upload"] or side["pending"] or not side["slot"].optional
    ]
    for n, side in enumerate(shown):
        slot = side["slot"]
        bound = judged[1] if judged and judged[0] == str(slot.pk) else None
        side["form"] = bound or JudgeForm(
            initial={"reason": slot.reason, "note": side["note"]}, piece=Piece(slot.piece)
        )
        side["bound"] = bound is not None
        side["seen"] = _seen(side["uploads"])
        side["reason"] = Reason(slot.reason).label if slot.reason else ""
        side["before"] = shown[n - 1]["slot"] if n else None
        side["after"] = shown[n + 1]["slot"] if n + 1 < len(shown) else None
    sides = [side["slot"].status for side in shown]
    compared = _compared(shown)
    answers = found.read_answers()
    key = found.key()
    events = list(found.events.order_by("-n"))
    context = {
        "dossier": found,
        "state": state,
        "state_words": state_words(state),
        "name": summary.full_name(answers),
        "sections": summary.sections(answers, found.situation(answers=answers)),
        "address": summary.postal_lines(answers),
        "sides": shown,
        "compared": compared,
        "differing": sum(row["said"].answer is Answer.DIFFERS for row in compared),
        "deciding": deciding,
        "mine": found.assignee_id == person.pk,
        "acts": acts,
        "accepted": sides.count(SlotStatus.ACCEPTED),
        "refused": sides.count(SlotStatus.REFUSED),
        "undecided": len(sides) - sides.count(SlotStatus.ACCEPTED) - sides.count(SlotStatus.REFUSED),
        "history": [
            {
                "event": event,
                "at": clock.in_paris(event.at),
                "label": history_label(event),
                "who": WHO.get(Role(event.role), ""),
                "reason": str(event.read_detail(key).get("reason", "")),
            }
            for event in events
        ],
        "dues": [
            {"day": due.day, "label": term(due.what).label, "left": due.days_left(today)}
            for due in found.dues.filter(status="open").order_by("day")
        ],
        "right_left": right_left(found, today),
        "represented": _represented(found, answers, key),
        "law": law.what_the_law_says(
            found, answers, {side["slot"].piece for piece in pieces for side in piece["slots"]}
        ),
        "original": law.original(found),
        "to_check": law.to_check(found, events) if deciding else [],
        "granting": (granting or GrantForm()) if deciding and law.awaits_post(found) else None,
        "to_post": to_post(found),
        "reasons": _reasons(),
        "submitted": clock.in_paris(found.submitted_at) if found.submitted_at else None,
    }
    return render(request, "instruction/dossier.html", context, status=status)


def _represented(found: Dossier, answers: dict[str, Any], key: Any) -> dict[str, Any] | None:
    """Who signed with the person, when, by which way; None when nobody had to."""
    who = mandates.named(answers)
    submission = found.events.filter(verb=Verb.SUBMIT).first()
    signed = submission.read_detail(key).get("representative") if submission else None
    if not signed or who is None:
        return None
    mandate = found.mandates.filter(pk=signed["mandate"]).first()
    same = mandate is not None and mandate.read_address(key) in {found.owner.email, found.owner.phone}
    return {
        "names": who.names,
        "quality": QUALITIES[who.quality],
        "channel": BY[signed["channel"]],
        "at": clock.in_paris(dt.datetime.fromisoformat(signed["at"])),
        "same_address": same,  # the account and the representative are reached at one address: to be looked at
    }


def _reasons(among: Iterable[Reason] = Reason) -> list[dict[str, str]]:
    return [{"code": r.value, "sentence": r.sentence} for r in among if r is not Reason.R18]


def _asked_again(found: Dossier) -> list[dict[str, str]]:
    """What the letter says is to be done again: it stays as it was said, whatever the slots become."""
    key = found.key()
    rows = found.slots.filter(asked=True, status=SlotStatus.REFUSED)
    return [{"label": slot.label, "detail": slot.note_text(key)} for slot in rows]


def _answered(here: Dossier, _event: Event) -> None:
    Dossier.objects.filter(pk=here.pk).update(priority=0)  # what the person sent back has been read


def _act(row: Row, open_now: bool, otherwise: str) -> dict[str, Any]:
    return {
        "verb": str(row.verb),
        "label": row.act,
        "open": open_now,
        "otherwise": "" if open_now else otherwise,
        "with_reason": row.verb in WITH_REASON,
        "main": row.verb in {Verb.APPROVE, Verb.TAKE_UP},
        "danger": row.verb in {Verb.REFUSE, Verb.CLOSE},
        "beside": row.verb
        in {Verb.REFUSE, Verb.ASK_FOR_MORE, Verb.ASK_ORIGINAL},  # never behind « Autre suite… »
    }


@for_agents
@require_POST
def judge(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Accepts or refuses one document, with the sentence that the person will read."""
    found = dossier_for_agent(request.user, reference)  # type: ignore[arg-type]
    slot = slot_for(found, slot_id)
    looked_at(request, found)
    form = JudgeForm(request.POST, piece=Piece(slot.piece))
    if not form.is_valid():
        return _page(request, found, judged=(str(slot.pk), form), status=422)
    verdict = form.cleaned_data["verdict"]
    status = {"accept": SlotStatus.ACCEPTED, "refuse": SlotStatus.REFUSED, "later": SlotStatus.READY}[verdict]
    refusing = status is SlotStatus.REFUSED
    reason = form.cleaned_data["reason"] if refusing else ""
    note = (form.cleaned_data["note"] or Reason(reason).sentence) if refusing else ""
    try:
        if found.get_state() is not State.IN_REVIEW:
            raise NotNow
        decide(
            slot,
            status,
            role_in(request.user, found),  # type: ignore[arg-type]
            reason=reason,
            note=note,
            also=lambda locked: _judged(locked, request.POST.get("upload", ""), refused=refusing),
        )
    except Stale:
        messages.warning(
            request,
            f"{slot.label} : ce document a été remplacé depuis que vous avez ouvert la page. Regardez-le.",
        )
        return redirect(f"{reverse('instruction:dossier', args=[found.reference])}#slot-{slot.pk}")
    except NotNow:
        messages.error(
            request, "Ce dossier n’est plus en cours d’instruction : votre choix n’a pas été enregistré."
        )
    response = redirect("instruction:dossier", found.reference)
    response["Location"] += f"#slot-{_next_undecided(found, slot) if verdict != 'later' else slot.pk}"
    return response


def _same_upload(slot: Slot, seen: str) -> None:
    """Raises `Stale` when the document was replaced, or another file came, since the page that judges it was made."""
    if _seen(Upload.objects.filter(slot=slot, current=True)) != seen:
        raise Stale


def _judged(slot: Slot, seen: str, *, refused: bool) -> None:
    _same_upload(slot, seen)
    keep.mark_refused(slot, refused=refused)  # the same picture sent again will be known


def _seen(uploads: Iterable[Upload]) -> str:
    """The files that a page shows for one slot, to be said back with what is decided of them."""
    return ",".join(sorted(str(upload.pk) for upload in uploads))


def page_version(text: str) -> int | None:
    """The version of the dossier that a page was made from; None when it says none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None


def _next_undecided(dossier: Dossier, slot: Slot) -> object:
    """The document to look at after this one: the next that nobody decided, else this one."""
    ranked = list(dossier.slots.filter(asked=True).values_list("pk", "status"))
    at = next((n for n, (pk, _) in enumerate(ranked) if pk == slot.pk), 0)
    decided = {SlotStatus.ACCEPTED, SlotStatus.REFUSED}
    return next((pk for pk, status in ranked[at:] + ranked[:at] if status not in decided), slot.pk)


@for_agents
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, reference: str, verb: str) -> HttpResponse:
    """Says a verb of table 3; those that end a request ask for the words first, on a page of their own."""
    person: Person = request.user  # type: ignore[assignment]
    found = dossier_for_agent(person, reference)
    said = next((v for v in Verb if v.value == verb), None)
    role = role_in(person, found)
    if said is None or not any(row.verb is said and role in row.actors and row.act for row in ROWS):
        raise Http404
    detail: dict[str, Any] = {}
    if said is Verb.ASK_FOR_MORE:
        detail |= {"asked": _asked_again(found), "rest": rest_is_good(found)}
    if said in WITH_REASON:
        reasons = law.reasons_of(found)
        form = ReasonForm(request.POST or None, reasons=reasons)
        if request.method != "POST" or not form.is_valid():
            label = next(row.act for row in ROWS if row.verb is said and row.act)
            context = {
                "dossier": found,
                "form": form,
                "verb": verb,
                "label": label,
                "refusing": said is Verb.REFUSE,
                "reasons": _reasons(reasons),
            }
            return render(request, "instruction/reason.html", context, status=422 if form.errors else 200)
        detail = {"reason": form.cleaned_data["reason"], "reason_code": form.cleaned_data["reason_code"]}
    elif request.method != "POST":
        return redirect("instruction:dossier", found.reference)
    if said is Verb.APPROVE and found.get_state() is State.IN_REVIEW and law.awaits_post(found):
        granting = GrantForm(request.POST)
        if not granting.is_valid():
            looked_at(request, found)
            return _page(request, found, granting=granting, status=422)
        detail["arrived"] = True  # who decides has the photo and the envelope in hand
    if said is Verb.ASK_ORIGINAL:
        if not (found.cert and found.cert.address):
            messages.error(
                request,
                "Votre centre n’a pas d’adresse postale dans le service : faites-la ajouter par l’exploitant, puis recommencez.",
            )
            return redirect("instruction:dossier", found.reference)
        detail["send_to"] = where(found)  # as it was on that day: the letter keeps it
    return _say(request, found, role, said, detail)


def _say(
    request: HttpRequest, found: Dossier, role: Role, said: Verb, detail: dict[str, Any]
) -> HttpResponse:
    """Says the verb, and leads to the queue when the request has left the agent's hands."""
    person: Person = request.user  # type: ignore[assignment]
    seen = request.POST.get("seen", "")
    try:
        if said is Verb.TAKE_UP:
            take_up(person, found, seen=page_version(seen))
        else:
            move(
                found,
                said,
                Actor.of(role, person),
                key=f"{said}-{request.POST.get('key') or seen}-{person.pk}"[:80],
                seen=page_version(seen),
                also={Verb.RELEASE: _let_go}.get(said, _answered),
                detail=detail,
            )
    except Stale:
        messages.warning(
            request, "Ce dossier a changé depuis que vous avez ouvert la page. Voici où il en est."
        )
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, f"{found.reference} : c’est fait.")
        if said in {
            Verb.APPROVE,
            Verb.REFUSE,
            Verb.ASK_FOR_MORE,
            Verb.ASK_ORIGINAL,
            Verb.CLOSE,
            Verb.RELEASE,
        }:
            return redirect("instruction:queue")
    return redirect("instruction:dossier", found.reference)


@for_agents
@require_safe
def page(request: HttpRequest, reference: str, upload_id: str, number: int) -> HttpResponse:
    """One page of a document, for the agent."""
    found = dossier_for_agent(request.user, reference)  # type: ignore[arg-type]
    looked_at(request, found)
    if not found.slots.filter(uploads=upload_id, uploads__current=True).exists():
        raise Http404
    return picture(found, upload_id, number)
