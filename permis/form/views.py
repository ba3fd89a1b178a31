"""My requests, and the form step by step: each step is saved alone, and nothing typed is ever lost."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.accounts import throttle
from permis.accounts.models import Person
from permis.checklist.explored import explored
from permis.domain import asked, required
from permis.domain.situation import NotYetKnown
from permis.domain.vocabulary import Motive, Role, State
from permis.dossier import move
from permis.dossier.access import dossier_for, dossiers_of
from permis.dossier.facts import NotNow, Stale, save_answers
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier
from permis.form import progress, session, stamp, steps, typed
from permis.questions.forms import StepForm

MAX_DRAFTS = 5


@login_required
@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The person's requests, the newest first."""
    dossiers = list(dossiers_of(request.user).order_by("-created_at")[:50])
    return render(request, "form/mine.html", {"dossiers": dossiers, "listed": _listed(request)})


def _listed(request: HttpRequest) -> str:
    """The name of the request whose list of documents was made before the account, and which `begin` will take up."""
    motive = explored(request).get("motive", "")
    return Motive(motive).label if motive else ""


@login_required
@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Begins a request, with what was said in the explorer; a draft that is still empty is taken again."""
    wanted = request.POST.get("motive", "")
    known = explored(request)
    if wanted and known.get("motive") not in {None, wanted}:
        known = {}  # the explorer was about something else
    motive = wanted or known.get("motive", "")
    if motive and motive not in required.FILES:
        return redirect("checklist:pieces")
    answers = {**known, "motive": motive} if motive else {}
    dossier = _draft(request.user, motive, answers)  # type: ignore[arg-type]
    if dossier is None:
        messages.warning(request, "Vous avez déjà plusieurs brouillons : reprenez l’un d’eux, ou annulez-le.")
        return redirect("form:mine")
    if motive:  # chosen already: the first page to see is the one after
        return redirect("form:resume", dossier.reference)
    return redirect("form:step", dossier.reference, asked.STEPS[0].slug)


def _draft(person: Person, motive: str, answers: dict[str, Any]) -> Dossier | None:
    """A draft with these first answers: one that is still empty, or that a second press finds just made, or a new one.

    None when there are `MAX_DRAFTS` already.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)  # two presses at once come one after the other
        drafts = list(dossiers_of(person).filter(state=State.DRAFT).order_by("-created_at"))
        for draft in drafts:
            if draft.revision == 0 and answers and draft.all_answers() != answers:
                try:
                    return save_answers(draft, Role.CITIZEN, answers, revision=0)
                except NotNow:  # given up in another window
                    continue
                except Stale:  # written in another window: read it again
                    draft.refresh_from_db()
            if draft.revision == 0 or (answers and draft.all_answers() == answers):
                return draft
        if len(drafts) >= MAX_DRAFTS:
            return None
        return move.start(person, Motive(motive or Motive.REU), answers)


@login_required
@require_safe
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """To the first page that is not done, or to the tracking once it is sent."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() is not State.DRAFT:
        return redirect("tracking:page", dossier.reference)
    return redirect(progress.next_stop(progress.stops(dossier, dossier.read_answers())).url)


@session.nothing_typed_is_lost
@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One step: shown with its answers, saved with the revision that the page was made from."""
    dossier = dossier_for(request.user, reference)
    if slug not in asked.BY_SLUG:
        raise Http404
    if dossier.get_state() is not State.DRAFT:
        return _too_late(request, dossier)
    this = steps.step_of(dossier, slug)
    if this is None:  # a step of other people: an answer has changed since the link was made
        return redirect("form:resume", dossier.reference)
    looked_at(request, dossier)
    if request.method != "POST":
        return steps.page(request, dossier, this, steps.form_for(request, dossier, this))
    form = steps.form_for(request, dossier, this, request.POST)
    if not form.is_valid() or not steps.holds(form, dossier) or not _stamp_holds(request, form, dossier):
        if "later" in request.POST:
            return _keep_for_later(request, dossier, form)
        return steps.page(request, _kept(request, dossier, form), this, form)
    try:
        given = {**form.json(), **typed.settled(dossier.all_answers(), slug)}
        revision = steps.number(request.POST.get("revision"))
        saved = save_answers(dossier, Role.CITIZEN, given, revision=revision)
    except Stale:
        dossier.refresh_from_db()
        form.add_error(None, session.OLD_PAGE.format(time=steps.saved_time(dossier)))
        return steps.page(request, dossier, this, form, status=409)
    except NotNow:
        dossier.refresh_from_db()
        return _too_late(request, dossier)
    if "later" in request.POST:
        messages.success(request, "Vos réponses sont enregistrées. Vous pouvez reprendre quand vous voulez.")
        return redirect("form:mine")
    return redirect(progress.position(progress.stops(saved, saved.read_answers()), slug).next_url)


def _kept(request: HttpRequest, dossier: Dossier, form: StepForm) -> Dossier:
    """Keeps what is right on a step that has errors, and beside it the rest as typed: to leave now loses nothing."""
    given = typed.sorted_out(form, dossier.all_answers())
    try:
        return save_answers(dossier, Role.CITIZEN, given, revision=steps.number(request.POST.get("revision")))
    except (Stale, NotNow):  # an old page: what stands elsewhere is not touched
        return dossier


def _stamp_holds(request: HttpRequest, form: StepForm, dossier: Dossier) -> bool:
    """Asks the service of the stamps about the number just typed; says so when it does not answer."""
    if stamp.ANSWER not in form.fields:
        return True
    answers = {**dossier.all_answers(), **form.json()}
    try:
        cents = required.fee(dossier.situation(answers=dossier.counted(answers))).cents
    except NotYetKnown:
        return True
    who = str(request.user.pk)
    if throttle.too_many(request, who, "stamp"):
        form.add_error(stamp.ANSWER, "Trop d’essais. Attendez un quart d’heure, puis recommencez.")
        return False
    remark = stamp.check(answers, cents, clock.today(), key=stamp.key_of(dossier))
    if remark and remark.blocks:
        throttle.failed(request, who, "stamp")  # a number is worth money: nobody tries them one by one
        form.add_error(stamp.ANSWER, remark.sentence)
    elif remark:
        messages.warning(request, remark.sentence)
    return form.is_valid()


def _keep_for_later(request: HttpRequest, dossier: Dossier, form: StepForm) -> HttpResponse:
    """« Finir plus tard » on a step that is not finished: keeps what is right, and says so."""
    right = {n: value for n, value in form.json().items() if form.cleaned_data.get(n) not in (None, "")}
    try:
        save_answers(dossier, Role.CITIZEN, right, revision=steps.number(request.POST.get("revision")))
    except (Stale, NotNow) as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(
            request, "Ce qui est bien rempli est enregistré. Vous finirez cette étape à votre retour."
        )
    return redirect("form:mine")


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
            move.move(
                dossier, move.Verb.CANCEL, actor, key="cancel", seen=steps.number(request.POST.get("seen"))
            )
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
        this = steps.step_of(dossier, match.kwargs["slug"])
        if this and dossier.get_state() is State.DRAFT:
            form = steps.form_for(request, dossier, this, request.POST)
            form.full_clean()
            form.add_error(
                None,
                "Cette page était ouverte depuis trop longtemps : rien n’a été enregistré. Ce que vous avez écrit "
                "est ci-dessous : vérifiez, puis enregistrez à nouveau.",
            )
            return steps.page(request, dossier, this, form, status=403)
    referer = urlsplit(request.headers.get("Referer", ""))
    if f"{referer.scheme}://{referer.netloc}" == here:
        back = referer.path
    return render(request, "csrf_failure.html", {"back_url": back}, status=403)
