"""Check everything, confirm with a code, and get the receipt."""

from __future__ import annotations

import contextlib
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from permis import clock
from permis.accounts import codes
from permis.accounts.codes import TooMany, WrongCode
from permis.accounts.identifier import masked
from permis.accounts.models import Cert, Code, Person
from permis.domain import required
from permis.domain.required.table import Fee
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.territory import department_of
from permis.domain.vocabulary import Outcome, Role, State, Verb
from permis.dossier import mandates, move
from permis.dossier.access import dossier_for
from permis.dossier.facts import Stale, bring_up_to_date
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Event
from permis.evidence import fps
from permis.evidence.desk import DECIDE
from permis.evidence.shown import pieces_of, undecided
from permis.form import progress
from permis.questions import summary
from permis.questions.driving import driving, last_day
from permis.submission import receipt as receipts
from permis.submission import stamp, words
from permis.submission.by_post import to_enclose, where
from permis.submission.forms import SubmitForm

KEY = "submit"  # a draft is submitted once: told again, the same event answers


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, reference: str) -> HttpResponse:
    """The summary: read again, ask for a code, send."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() is not State.DRAFT:
        return redirect(_after(dossier))
    looked_at(request, dossier)
    if request.method != "POST":
        return _page(request, dossier, SubmitForm())
    bring_up_to_date(dossier)  # the list is that of today: a birthday may have passed since the last answer
    if "send" in request.POST:
        return _send_code(request, dossier)
    form = SubmitForm(request.POST)
    if form.is_valid():
        try:
            _submit(request, dossier, form.cleaned_data["code"])
        except WrongCode as error:
            form.add_error("code", error.sentence)
        except Stale:
            form.add_error(
                None,
                "Vos réponses ont changé depuis que vous avez ouvert cette page. Relisez-les, puis envoyez.",
            )
        except move.Refusal as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("submission:receipt", dossier.reference)
        dossier = dossier_for(request.user, reference)
        if dossier.get_state() is not State.DRAFT:  # the same page, sent twice: the first one won
            return redirect(_after(dossier))
    return _page(request, dossier, form, status=422)


def _after(dossier: Dossier) -> str:
    sent = dossier.submitted_at is not None
    return reverse("submission:receipt" if sent else "tracking:page", args=[dossier.reference])


def _channel(person: Person, answers: dict[str, Any]) -> str:
    wanted = str(answers.get("notify_by", ""))
    return wanted if wanted in person.channels else next(iter(person.channels), "email")


def _lacking(dossier: Dossier, answers: dict[str, Any]) -> list[progress.Stop]:
    return [s for s in progress.stops(dossier, answers) if not s.done and s.slug != "recapitulatif"]


def _send_code(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    answers = dossier.read_answers()
    if _lacking(dossier, answers):
        messages.error(request, "Il manque encore quelque chose avant d’envoyer : voyez la liste ci-dessous.")
        return redirect("submission:summary", dossier.reference)
    if undecided(dossier):
        messages.error(request, DECIDE)
        return redirect("submission:summary", dossier.reference)
    channel = request.POST.get("send") or ""
    channel = channel if channel in person.channels else _channel(person, answers)
    sms = channel == "sms"
    try:
        codes.send(
            "submit",
            dossier.pk,
            channel,
            person.address(channel),
            words.confirm_sms if sms else words.confirm,
        )
    except TooMany as error:
        messages.error(request, error.sentence)
    else:
        messages.success(request, f"Un code est parti à {masked(channel, person.address(channel))}.")
    return redirect(reverse("submission:summary", args=[dossier.reference]) + "#confirmer")


def _submit(request: HttpRequest, dossier: Dossier, typed: str) -> None:
    """Checks the code and says `submit`; the code is consumed in the same transaction."""
    person: Person = request.user  # type: ignore[assignment]
    answers = dossier.read_answers()
    if lacking := _lacking(dossier, answers):
        raise move.Refusal(f"Il manque encore : {', '.join(s.title.lower() for s in lacking)}.")
    if undecided(dossier):
        raise move.Refusal(DECIDE)
    if not request.POST.get("sincere"):
        raise move.Refusal("Cochez la déclaration sur l’honneur.")
    situation = dossier.situation(answers=answers)
    found = required.answer(situation)
    if found.outcome is not Outcome.FILE:
        raise move.Refusal(found.because or "Il manque encore une réponse.")
    code = codes.check("submit", dossier.pk, typed)
    stamp_held = _hold_stamp(dossier, answers, required.fee(situation).cents)
    department = department_of(str(answers.get("postcode", "")))
    centre = Cert.for_department(department)
    needs_another = mandates.needed(situation)
    signed = mandates.signed(dossier) if needs_another else None
    detail: dict[str, Any] = {
        "channel": code.channel,
        "code": str(code.pk),
        "law_on": clock.today().isoformat(),
    }
    if signed and signed.signed_at:
        detail["representative"] = {
            "mandate": str(signed.pk),
            "channel": signed.channel,
            "at": signed.signed_at.isoformat(),
        }
    provisional_until = last_day(situation)

    def also(here: Dossier, _event: Event) -> None:
        if not str(here.revision) == request.POST.get("revision") == str(dossier.revision):
            raise Stale
        if undecided(here):  # a check ended while the code was being typed
            raise move.Refusal(DECIDE)
        codes.consume(code)
        if needs_another and mandates.signed(here) is None:
            raise Stale
        Dossier.objects.filter(pk=here.pk).update(
            department=department, cert=centre, provisional_until=provisional_until
        )

    with stamp_held:
        move.move(
            dossier,
            Verb.SUBMIT,
            move.Actor.of(Role.CITIZEN, person),
            key=KEY,
            also=also,
            detail=detail,
        )


def _hold_stamp(
    dossier: Dossier, answers: dict[str, Any], fee_cents: int
) -> contextlib.AbstractContextManager[None]:
    """Judges the stamp again; the block keeps it while it sends. Outside any transaction. Raises `Refusal`."""
    if not fee_cents:
        return stamp.held(dossier, None)
    remark = stamp.check(answers, fee_cents, clock.today(), key=stamp.key_of(dossier), sending=True)
    if remark:
        raise move.Refusal(remark.sentence)
    return stamp.held(dossier, stamp.number_of(answers))


def _page(request: HttpRequest, dossier: Dossier, form: SubmitForm, status: int = 200) -> HttpResponse:
    person: Person = request.user  # type: ignore[assignment]
    answers = dossier.read_answers()
    situation = dossier.situation(answers=answers)
    signed = mandates.signed(dossier)
    all_stops = progress.stops(dossier, answers)
    code: Code | None = codes.latest("submit", dossier.pk)
    live = code is not None and code.used_at is None and clock.now() <= code.expires_at
    channel = _channel(person, answers)
    context = {
        "dossier": dossier,
        "form": form,
        "position": progress.position(all_stops, "recapitulatif", progress.barred(dossier, situation)),
        "sections": summary.sections(answers, situation),
        "pieces": pieces_of(dossier),
        "lacking": [s for s in all_stops if not s.done and s.slug != "recapitulatif"],
        "undecided": undecided(dossier),
        "checking": receipts.CHECKING,
        "code": code if live else None,
        "code_until": clock.in_paris(code.expires_at) if code and live else None,
        "shown": masked(code.channel, code.address)
        if code and live
        else masked(channel, person.address(channel)),
        "channel": code.channel if code and live else channel,
        "other_channel": next(
            (c for c in person.channels if c != (code.channel if code and live else channel)), ""
        ),
        "drive": driving(situation, clock.today()),
        "fee": _fee(situation),
        "notes": required.notes(situation) if situation.knows("motive") else (),
        "represented": clock.in_paris(signed.signed_at) if signed and signed.signed_at else None,
        "who": mandates.named(answers),
    }
    return render(request, "submission/summary.html", context, status=status)


def _fee(situation: Situation) -> Fee | None:
    """What it costs, once that is known."""
    try:
        return required.fee(situation)
    except NotYetKnown:
        return None


def _submitted(request: HttpRequest, reference: str) -> Dossier:
    dossier = dossier_for(request.user, reference)  # type: ignore[arg-type]
    if dossier.submitted_at is None:
        raise Http404
    looked_at(request, dossier)
    return dossier


@login_required
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """It is sent: the number, what happens next, what may be driven meanwhile."""
    dossier = _submitted(request, reference)
    answers = dossier.read_answers()
    context = {
        "dossier": dossier,
        "content": receipts.content(dossier),
        "first_name": str(answers.get("given_names", "")).split(" ")[0],
        "drive": driving(dossier.situation(answers=answers), clock.today()),
        "submitted": clock.in_paris(dossier.submitted_at) if dossier.submitted_at else None,
        "to_do": to_enclose(dossier),
        "sheet": fps.printable(dossier),
        "send_to": where(dossier),
    }
    return render(request, "submission/receipt.html", context)


@login_required
@require_safe
def receipt_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """The receipt as a PDF that a screen reader can read."""
    dossier = _submitted(request, reference)
    response = HttpResponse(receipts.pdf(dossier), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="accuse-{dossier.reference}.pdf"'
    return response
