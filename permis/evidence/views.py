"""Documents side by side: give a file for a slot, see it, replace it; use an e-photo; declare on honour."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis.accounts import throttle
from permis.adapters.storage import StorageDown
from permis.domain.lifecycle import WITH_THE_PERSON
from permis.domain.vocabulary import Piece, Role, State
from permis.dossier.access import dossier_for
from permis.dossier.facts import NotNow
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Slot
from permis.evidence import declaration, ephoto, intake, question, tus
from permis.evidence import desk as desks
from permis.evidence.arrivals import NotKept
from permis.evidence.desk import Desk
from permis.evidence.models import EPhoto
from permis.evidence.shown import declarable, needs_of
from permis.evidence.words import FALSE, SHUT
from permis.form import progress

TOO_MANY = "Trop d’essais. Attendez 15 minutes, puis recopiez votre code lentement. Rien d’autre n’est perdu."
CODE_AGAIN = "Écrivez à nouveau votre code : la vérification date un peu."
CHECKED = "ephoto"  # in the session: the deposit whose code this person typed, for one dossier


@login_required
@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Every document that is asked, with its reason and what was given."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() not in WITH_THE_PERSON:
        return redirect("tracking:page", dossier.reference)
    looked_at(request, dossier)
    return _page(request, Desk.own(dossier))


def _page(
    request: HttpRequest, desk: Desk, refused: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    dossier = desk.dossier
    draft = dossier.get_state() is State.DRAFT
    context = {
        **desk.context(refused, request.POST.get("given_as", "")),
        "position": progress.way(dossier, dossier.read_answers(), "documents") if draft else None,
    }
    return render(request, "evidence/documents.html", context, status=status)


@login_required
@require_POST
def give(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Takes a file for one slot; the others are untouched."""
    desk = Desk.own(dossier_for(request.user, reference))
    return desks.take(request, desk, slot_id, lambda refused: _page(request, desk, refused, status=422))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Empties one slot, after a page that asks."""
    return desks.remove(request, Desk.own(dossier_for(request.user, reference)), slot_id)


@login_required
@require_http_methods(["POST", "OPTIONS"])
def create(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Opens an upload that goes on where it was cut (tus)."""
    desk = Desk.own(dossier_for(request.user, reference))
    return desks.create(request, desk, slot_id)


@login_required
@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
def sending(request: HttpRequest, reference: str, arrival_id: str) -> HttpResponse:
    """One upload: where it is, its next bytes, its end (tus)."""
    desk = Desk.own(dossier_for(request.user, reference))
    return tus.one(request, desks.arrival_at(desk, arrival_id), desk.role)


@login_required
@require_safe
def state(request: HttpRequest, reference: str) -> HttpResponse:
    """The slots as they are now."""
    return desks.state(request, Desk.own(dossier_for(request.user, reference)))


@login_required
@require_POST
def abandon(request: HttpRequest, reference: str, arrival_id: str) -> HttpResponse:
    """Gives up a file that is on its way."""
    return desks.abandon(request, Desk.own(dossier_for(request.user, reference)), arrival_id)


@login_required
@require_POST
def keep_anyway(request: HttpRequest, reference: str, upload_id: str) -> HttpResponse:
    """Keeps a file that a check advises against."""
    return desks.keep_anyway(request, Desk.own(dossier_for(request.user, reference)), upload_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove_file(request: HttpRequest, reference: str, upload_id: str) -> HttpResponse:
    """Takes one file out of its slot, after a page that asks."""
    return desks.remove_file(request, Desk.own(dossier_for(request.user, reference)), upload_id)


@login_required
@require_safe
def page(request: HttpRequest, reference: str, upload_id: str, number: int) -> HttpResponse:
    """One page that the person gave."""
    dossier = dossier_for(request.user, reference)
    looked_at(request, dossier)
    return desks.picture(dossier, upload_id, number)


@login_required
@require_safe
def thumbnail(request: HttpRequest, reference: str, upload_id: str) -> HttpResponse:
    """The first page, small."""
    dossier = dossier_for(request.user, reference)
    return desks.picture(dossier, upload_id, 0)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def by_code(request: HttpRequest, reference: str) -> HttpResponse:
    """The e-photo code: typed, checked at once; then both pictures are shown, and used if they are the right ones."""
    dossier = dossier_for(request.user, reference)
    if (
        dossier.get_state() not in WITH_THE_PERSON
        or not dossier.slots.filter(asked=True, piece=Piece.PHOTO).exists()
    ):
        return redirect(Desk.own(dossier).shut)
    looked_at(request, dossier)
    if request.method != "POST":
        return _code_page(request, dossier, found=_checked(request, dossier))
    try:
        if "use" in request.POST:
            row = _checked(request, dossier)
            if row is None:
                raise ephoto.NotGood(CODE_AGAIN)
            filled = ephoto.take(dossier, Role.CITIZEN, row.pk)
            request.session.pop(CHECKED, None)
            messages.success(
                request,
                "Photo et signature : c’est ajouté." if filled > 1 else "C’est ajouté depuis votre code.",
            )
            return redirect(f"{Desk.own(dossier).url('documents')}#piece-{Piece.PHOTO.value}")
        request.session.pop(CHECKED, None)
        if "other" in request.POST:
            return redirect("evidence:ephoto", dossier.reference)
        row = _find(request, dossier, request.POST.get("code", ""))
    except ephoto.NotGood as fault:
        return _code_page(request, dossier, fault=fault.sentence, status=422)
    except StorageDown:
        return _code_page(request, dossier, fault=NotKept.sentence, status=503)
    except NotNow:
        messages.warning(request, SHUT)
        return redirect(Desk.own(dossier).shut)
    request.session[CHECKED] = {"dossier": str(dossier.pk), "ephoto": str(row.pk)}
    return redirect("evidence:ephoto", dossier.reference)


def _find(request: HttpRequest, dossier: Dossier, typed: str) -> EPhoto:
    """The deposit with this code; guesses are counted. Raises `ephoto.NotGood`."""
    who = f"ephoto-{request.user.pk}"
    if throttle.too_many(request, who):
        raise ephoto.NotGood(TOO_MANY)
    try:
        return ephoto.find(dossier, typed)
    except ephoto.NotGood as fault:
        if fault.guess:
            throttle.failed(request, who)
        raise


def _checked(request: HttpRequest, dossier: Dossier) -> EPhoto | None:
    """The deposit that this person's last good code opened, if it can still be used here."""
    kept = request.session.get(CHECKED) or {}
    if kept.get("dossier") != str(dossier.pk):
        return None
    row = EPhoto.objects.select_related("dossier").filter(pk=kept.get("ephoto")).first()
    try:
        if row is not None:
            ephoto.check(row, dossier)
    except ephoto.NotGood:
        return None
    return row


def _code_page(
    request: HttpRequest, dossier: Dossier, found: EPhoto | None = None, fault: str = "", status: int = 200
) -> HttpResponse:
    context = {
        "dossier": dossier,
        "back": Desk.own(dossier).url("documents"),
        "found": found,
        "fault": fault,
        "typed": request.POST.get("code", "")[:80],
        "length": ephoto.LENGTH,
        "months": ephoto.LIFE_MONTHS,
    }
    return render(request, "evidence/ephoto.html", context, status=status)


@login_required
@require_safe
def code_picture(request: HttpRequest, reference: str, side: str) -> HttpResponse:
    """One of the two pictures that the code opened, before they are used."""
    dossier = dossier_for(request.user, reference)
    row = _checked(request, dossier)
    if row is None:
        return redirect("evidence:ephoto", dossier.reference)
    try:
        return desks.jpeg(ephoto.picture(row, side), f"{dossier.reference}-{side}.jpg")
    except (KeyError, FileNotFoundError) as error:
        raise Http404 from error


def _instead(
    request: HttpRequest, desk: Desk, slot: Slot, make: Callable[[], object], said: str
) -> HttpResponse | str:
    """Makes the page of ours that stands in the place of a document: where to go then, or why it was not made."""
    try:
        make()
    except intake.Refused as refusal:
        return refusal.sentence
    except StorageDown:
        return NotKept.sentence
    except NotNow:
        messages.warning(request, SHUT)
        return redirect(desk.shut)
    messages.success(request, said)
    return redirect(f"{desk.url('documents')}#slot-{slot.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def declare(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """The declaration on honour that stands for a paper one does not have: read, ticked, made."""
    dossier = dossier_for(request.user, reference)
    desk = Desk.own(dossier)
    if dossier.get_state() not in WITH_THE_PERSON:
        return redirect(desk.shut)
    slot = desk.slot(slot_id)
    need = needs_of(dossier).get(Piece(slot.piece))
    words = declarable(need.any_of) if need else None
    said = declaration.sentence(words, dossier.read_answers()) if words else None
    if words is None or said is None:
        return redirect(f"{desk.url('documents')}#slot-{slot.pk}")
    looked_at(request, dossier)
    fault = ""
    if request.method == "POST":

        def make() -> None:
            if not request.POST.get("honour"):
                raise intake.Refused("Cochez la case pour déclarer sur l’honneur.")
            declaration.declare(dossier, slot, desk.role, words, said)

        done = _instead(request, desk, slot, make, "Votre déclaration sur l’honneur est faite.")
        if isinstance(done, HttpResponse):
            return done
        fault = done
    context = {
        "dossier": dossier,
        "slot": slot,
        "back": desk.url("documents"),
        "words": words,
        "said": said,
        "warning": FALSE,
        "fault": fault,
    }
    return render(request, "evidence/declare.html", context, status=422 if fault else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """A question to the centre in the place of a document: the request goes on, and the agent answers it there."""
    dossier = dossier_for(request.user, reference)
    desk = Desk.own(dossier)
    if dossier.get_state() not in WITH_THE_PERSON:
        return redirect(desk.shut)
    slot = desk.slot(slot_id)
    if not question.may_ask(Piece(slot.piece)):
        return redirect(f"{desk.url('documents')}#slot-{slot.pk}")
    looked_at(request, dossier)
    typed, fault = request.POST.get("question", ""), ""
    if request.method == "POST":
        done = _instead(
            request,
            desk,
            slot,
            lambda: question.ask(dossier, slot, desk.role, typed),
            "Votre question est jointe à votre demande.",
        )
        if isinstance(done, HttpResponse):
            return done
        fault = done
    context = {
        "dossier": dossier,
        "slot": slot,
        "back": desk.url("documents"),
        "typed": typed,
        "fault": fault,
        "most": question.MOST,
    }
    return render(request, "evidence/ask.html", context, status=422 if fault else 200)
