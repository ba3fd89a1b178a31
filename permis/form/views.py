"""My requests, and the form step by step: each step is saved alone, and nothing typed is ever lost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.accounts.identifier import masked
from permis.accounts.models import Person
from permis.domain import asked, required
from permis.domain.asked.table import Step
from permis.domain.conditions import minor, ward
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import Motive, Outcome, Role, State
from permis.dossier import move
from permis.dossier.access import dossier_for, dossiers_of
from permis.dossier.facts import NotNow, Stale, save_answers
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier
from permis.form import progress
from permis.questions.forms import StepForm

CHANNEL_WORDS = {"email": "Par e-mail, à {}", "sms": "Par SMS, au {}"}
MAX_DRAFTS = 5
OLD_PAGE = (
    "Cette étape a été enregistrée ailleurs, à {time}, depuis que vous avez ouvert cette page. "
    "Ce que vous venez d’écrire est ci-dessous : vérifiez, puis enregistrez à nouveau."
)
# What this release does not take yet, said as soon as it is known (docs/not-done.md).
NOT_YET = (
    (
        minor,
        "birth_date",
        "Les demandes pour une personne mineure ne sont pas encore ouvertes sur ce service.",
    ),
    (
        ward,
        "guardianship",
        "Les demandes pour une personne sous tutelle ne sont pas encore ouvertes sur ce service.",
    ),
)


def channels_of(person: Person) -> tuple[tuple[str, str], ...]:
    """The confirmed ways to reach the person, as choices."""
    return tuple((c, CHANNEL_WORDS[c].format(masked(c, person.address(c)))) for c in person.channels)


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's requests, the newest first."""
    dossiers = list(dossiers_of(request.user).order_by("-created_at")[:50])
    return render(request, "form/mine.html", {"dossiers": dossiers})


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begins a request for a first licence; a draft that is still empty is taken again."""
    drafts = dossiers_of(request.user).filter(state=State.DRAFT, motive=Motive.REU).order_by("-created_at")
    empty = drafts.filter(revision=0).first()
    if empty is None and drafts.count() >= MAX_DRAFTS:
        messages.warning(request, "Vous avez déjà plusieurs brouillons : reprenez l’un d’eux, ou annulez-le.")
        return redirect("form:mine")
    dossier = empty or move.start(request.user, Motive.REU)
    return redirect("form:step", dossier.reference, asked.STEPS[0].slug)


@login_required
@require_safe
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """To the first page that is not done, or to the tracking once it is sent."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() is not State.DRAFT:
        return redirect("tracking:page", dossier.reference)
    return redirect(progress.next_stop(progress.stops(dossier, dossier.read_answers())).url)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One step: shown with its answers, saved with the revision that the page was made from."""
    dossier = dossier_for(request.user, reference)
    this = asked.BY_SLUG.get(slug)
    if this is None:
        raise Http404
    if dossier.get_state() is not State.DRAFT:
        return _too_late(request, dossier)
    looked_at(request, dossier)
    if request.method != "POST":
        return _page(request, dossier, this, _form(request, dossier, this))
    form = _form(request, dossier, this, request.POST)
    if not form.is_valid() or not _opened_here(form, dossier):
        if "later" in request.POST:
            return _keep_for_later(request, dossier, form)
        return _page(request, dossier, this, form)
    try:
        saved = save_answers(
            dossier, Role.CITIZEN, form.json(), revision=_number(request.POST.get("revision"))
        )
    except Stale:
        dossier.refresh_from_db()
        form.add_error(None, OLD_PAGE.format(time=_time(dossier)))
        return _page(request, dossier, this, form, status=409)
    except NotNow:
        dossier.refresh_from_db()
        return _too_late(request, dossier)
    if "later" in request.POST:
        messages.success(request, "Vos réponses sont enregistrées. Vous pouvez reprendre quand vous voulez.")
        return redirect("form:mine")
    return redirect(progress.position(progress.stops(saved, saved.read_answers()), slug).next_url)


def _keep_for_later(request: HttpRequest, dossier: Dossier, form: StepForm) -> HttpResponse:
    """« Finir plus tard » on a step that is not finished: keeps what is right, and says so."""
    right = {n: value for n, value in form.json().items() if form.cleaned_data.get(n) not in (None, "")}
    try:
        save_answers(dossier, Role.CITIZEN, right, revision=_number(request.POST.get("revision")))
    except (Stale, NotNow) as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(
            request, "Ce qui est bien rempli est enregistré. Vous finirez cette étape à votre retour."
        )
    return redirect("form:mine")


def _form(
    request: HttpRequest, dossier: Dossier, this: Step, data: Mapping[str, Any] | None = None
) -> StepForm:
    person: Person = request.user  # type: ignore[assignment]
    answers = dossier.all_answers()
    return StepForm(this, data, today=clock.today(), answers=answers, channels=channels_of(person))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else -1


def _time(dossier: Dossier) -> str:
    return clock.in_paris(dossier.saved_at).strftime("%H h %M") if dossier.saved_at else "?"


def _opened_here(form: StepForm, dossier: Dossier) -> bool:
    """Adds an error where this release cannot take the person yet, or where the law bars the request."""
    answers = {**dossier.all_answers(), **form.json()}
    situation = dossier.situation(answers=asked.read(answers))
    for test, name, sentence in NOT_YET:
        try:
            if name in form.fields and test(situation):
                form.add_error(name, sentence)
        except NotYetKnown:
            continue
    found = required.answer(situation)
    if found.outcome in {Outcome.NOT_POSSIBLE, Outcome.NOT_NEEDED, Outcome.NOT_BEFORE} and form.is_valid():
        place = next((n for n in ("exam_on", "birth_date", "categories") if n in form.fields), None)
        form.add_error(place, found.because)
    return form.is_valid()


def _page(
    request: HttpRequest, dossier: Dossier, this: Step, form: StepForm, status: int = 200
) -> HttpResponse:
    all_stops = progress.stops(dossier, dossier.read_answers())
    context = {
        "dossier": dossier,
        "step": this,
        "form": form,
        "position": progress.position(all_stops, this.slug),
        "stops": all_stops,
        "saved_time": _time(dossier) if dossier.saved_at else "",
    }
    return render(
        request, "form/step.html", context, status=status if not form.errors or status != 200 else 422
    )


def _too_late(request: HttpRequest, dossier: Dossier) -> HttpResponse:
    messages.warning(
        request, "Cette demande est déjà envoyée : ses réponses ne peuvent plus être modifiées ici."
    )
    return redirect("tracking:page", dossier.reference)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, reference: str) -> HttpResponse:
    """Gives a request up, after a page that says what that means."""
    dossier = dossier_for(request.user, reference)
    if request.method == "POST":
        try:
            actor = move.Actor.of(Role.CITIZEN, request.user)  # type: ignore[arg-type]
            move.move(dossier, move.Verb.CANCEL, actor, key="cancel", seen=_number(request.POST.get("seen")))
        except (move.Refusal, Stale) as refusal:
            messages.error(request, refusal.sentence)
            return redirect("tracking:page", dossier.reference)
        messages.success(request, "Votre demande est annulée.")
        return redirect("form:mine")
    return render(request, "form/cancel.html", {"dossier": dossier})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that was open too long. What was typed on a step of ours comes back, ready to be saved again.

    It comes back only when the browser itself says that the page came from here: a stranger's page gets nothing.
    """
    here = f"{request.scheme}://{request.get_host()}"
    ours = request.headers.get("Origin") == here
    back = request.path if ours else reverse("form:mine")
    try:
        match = resolve(request.path)
    except Resolver404:
        match = None
    if ours and match and match.view_name == "form:step" and request.user.is_authenticated:
        dossier = dossier_for(request.user, match.kwargs["reference"])
        this = asked.BY_SLUG.get(match.kwargs["slug"])
        if this and dossier.get_state() is State.DRAFT:
            form = _form(request, dossier, this, request.POST)
            form.full_clean()
            form.add_error(
                None,
                "Cette page était ouverte depuis trop longtemps : rien n’a été enregistré. Ce que vous avez écrit "
                "est ci-dessous : vérifiez, puis enregistrez à nouveau.",
            )
            return _page(request, dossier, this, form, status=403)
    referer = urlsplit(request.headers.get("Referer", ""))
    if f"{referer.scheme}://{referer.netloc}" == here:
        back = referer.path
    return render(request, "csrf_failure.html", {"back_url": back}, status=403)
