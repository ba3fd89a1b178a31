"""The legal representative's part: the person invites, the representative reads, gives papers and signs with a code."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock, notices
from permis.accounts import codes, throttle
from permis.accounts.codes import TooMany, WrongCode
from permis.accounts.identifier import masked
from permis.accounts.models import Person
from permis.accounts.session import LET_IN
from permis.domain.lifecycle import WITH_THE_PERSON
from permis.domain.vocabulary import Piece, Role, State
from permis.dossier import mandates
from permis.dossier.access import dossier_for, dossier_represented
from permis.dossier.facts import Stale
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Mandate
from permis.evidence import desk as desks
from permis.evidence import tus
from permis.form import progress
from permis.questions import summary
from permis.submission import words
from permis.submission.forms import KeyForm, SignForm

PURPOSE = "represent"
DOOR = "invitation"  # wrong keys are counted apart: they shut no other door
MOST = 5  # invitations that one browser keeps open: a parent has several children
# Whom a person may write to through us: (invitations, in how long). Each goes to somebody who asked for nothing.
BY_ACCOUNT = ((10, mandates.HOUR),)
BY_ADDRESS = ((5, mandates.HOUR), (15, dt.timedelta(days=1)))
HIS = frozenset({Piece.REP, Piece.ID_REP})


# ── The person who asks ─────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def signature(request: HttpRequest, reference: str) -> HttpResponse:
    """Where the representative's signature stands; sends the invitation, or sends it again."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() is not State.DRAFT:
        return redirect("tracking:page", dossier.reference)
    answers = dossier.read_answers()
    if not mandates.needed(dossier.situation(answers=answers)):
        return redirect("form:resume", dossier.reference)
    looked_at(request, dossier)
    who = mandates.named(answers)
    if request.method == "POST":
        if who is None:
            messages.error(
                request, "Dites-nous d’abord qui signe avec vous, et comment joindre cette personne."
            )
            return redirect("form:step", dossier.reference, "representant")
        if throttle.flooding(request) or not _invite(dossier, who):
            messages.error(request, words.TOO_MANY_INVITATIONS)
        else:
            messages.success(request, f"L’invitation est partie à {masked(who.channel, who.address)}.")
        return redirect("submission:signature", dossier.reference)
    mandate = mandates.live(dossier)
    moved = bool(mandate and who and mandate.read_address(dossier.key()) != who.address)
    context = {
        "dossier": dossier,
        "position": progress.way(dossier, answers, "signature"),
        "who": who,
        "quality": words.QUALITIES.get(who.quality, "") if who else "",
        "shown": masked(who.channel, who.address) if who else "",
        "mandate": None if moved else mandate,
        "invited": clock.in_paris(mandate.invited_at) if mandate else None,
        "opened": clock.in_paris(mandate.opened_at) if mandate and mandate.opened_at else None,
        "signed": clock.in_paris(mandate.signed_at) if mandate and mandate.signed_at else None,
        "holds": mandates.signed(dossier) is not None,
        "papers": _papers_left(dossier),
    }
    return render(request, "submission/signature.html", context)


def _invite(dossier: Dossier, who: mandates.Representative) -> bool:
    """Sends the invitation, unless this account, or whoever to this address, has sent too many."""
    with transaction.atomic():
        # Two presses at once, on two requests: the second counts the first.
        Person.objects.select_for_update().get(pk=dossier.owner_id)
        sent = Mandate.objects.filter(dossier__owner=dossier.owner_id)
        here = Mandate.objects.filter(address_index=mandates.index_of(who.channel, who.address))
        for rows, limits in ((sent, BY_ACCOUNT), (here, BY_ADDRESS)):
            for most, span in limits:
                if rows.filter(invited_at__gt=clock.now() - span).count() >= most:
                    return False
        mandates.invite(dossier, who, lambda mandate, key: _post_invitation(dossier, mandate, who, key))
    return True


def _post_invitation(dossier: Dossier, mandate: Mandate, who: mandates.Representative, key: str) -> None:
    name = words.first_name(str(dossier.read_answers().get("given_names") or ""))
    letter = words.invite(who.channel, name, dossier.reference, words.spaced(key))
    notices.post(key=f"mandate-{mandate.pk}", channel=who.channel, address=who.address, **letter)


def _papers_left(dossier: Dossier) -> list[str]:
    return [s.label for s in dossier.slots.filter(asked=True, piece__in=HIS) if s.status not in progress.DONE]


# ── The representative, on a device of his own, without an account ──────────────────────────────────────
class _TooMany(Exception):
    """Too many wrong keys came from this network address."""


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The key of the invitation, typed."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mandate = _let_in(request, form.cleaned_data["key"])
        except _TooMany:
            form.add_error("key", words.TOO_MANY)
        else:
            if mandate:
                return redirect("representative:documents", mandate.dossier.reference)
            form.add_error("key", words.WRONG_KEY)
    return render(request, "submission/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, key: str) -> HttpResponse:
    """The link of the invitation: a page with a button, since programs open links too.

    To open it counts nothing: a picture on any site could open it a hundred times from here.
    """
    if request.method == "POST":
        try:
            mandate = _let_in(request, key)
        except _TooMany:
            form = KeyForm({"key": key})
            form.add_error("key", words.TOO_MANY)
            return render(request, "submission/enter.html", {"form": form}, status=429)
        if mandate:
            return redirect("representative:documents", mandate.dossier.reference)
    elif mandates.by_key(key) is not None:
        return render(request, "submission/link.html", {})
    return render(request, "submission/link_gone.html", {}, status=410)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Shuts the requests that this browser had opened by a key; the invitations still hold."""
    request.session.pop(LET_IN, None)
    messages.success(
        request, "Vous avez quitté la demande. Pour y revenir, écrivez à nouveau le code d’invitation."
    )
    return redirect("representative:enter")


def _let_in(request: HttpRequest, key: str) -> Mandate | None:
    """Opens the part of this browser's session; counts what opens nothing. Raises `_TooMany`.

    Wrong keys are counted by where they come from: nobody shuts the door to everybody else.
    """
    whence = throttle.network_address(request)
    if throttle.too_many(request, whence, DOOR):
        raise _TooMany
    mandate = mandates.by_key(key)
    if mandate is None:
        throttle.failed(request, whence, DOOR)
        return None
    mandates.opened(mandate)
    others = [pk for pk in _held(request) if pk != str(mandate.pk)]
    request.session[LET_IN] = [str(mandate.pk), *others][:MOST]
    return mandate


def _held(request: HttpRequest) -> list[str]:
    return [str(pk) for pk in request.session.get(LET_IN, [])]


View = Callable[..., HttpResponse]


def _his(view: View) -> View:
    """Gives the view the dossier and the mandate. Without one, a page that says how to come in again.

    It is the same for a request that does not exist, and for one that somebody else represents.
    """

    @wraps(view)
    def opened(request: HttpRequest, reference: str, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            dossier, mandate = dossier_represented(_held(request), reference)
        except Http404:
            return render(request, "submission/ended.html", {}, status=404)
        return view(request, dossier, mandate, *args, **kwargs)

    return opened


def _desk(dossier: Dossier) -> desks.Desk:
    here = reverse("representative:documents", args=[dossier.reference])
    return desks.Desk(dossier, Role.REPRESENTATIVE, "representative", (dossier.reference,), here, only=HIS)


@require_http_methods(["GET", "HEAD", "POST"])
@_his
def part(request: HttpRequest, dossier: Dossier, mandate: Mandate) -> HttpResponse:
    """The representative's page: what is asked, his papers, and his signature by a code."""
    if request.method != "POST":
        return _part(request, dossier, mandate, SignForm())
    if "send" in request.POST:
        return _send_code(request, dossier, mandate)
    form = SignForm(request.POST)
    if form.is_valid():
        try:
            _sign(request, dossier, mandate, form.cleaned_data["code"])
        except WrongCode as error:
            form.add_error("code", error.sentence)
        except Stale:
            form.add_error(
                None, "La demande a changé depuis que vous avez ouvert cette page. Relisez-la, puis signez."
            )
        else:
            messages.success(request, "C’est signé. La demande peut maintenant être envoyée.")
            return redirect("representative:documents", dossier.reference)
        try:
            dossier, mandate = dossier_represented(_held(request), dossier.reference)
        except Http404:  # the mandate ended meanwhile
            return render(request, "submission/ended.html", {}, status=404)
    return _part(request, dossier, mandate, form, status=422)


def _send_code(request: HttpRequest, dossier: Dossier, mandate: Mandate) -> HttpResponse:
    address = mandate.read_address(dossier.key())
    sms = mandate.channel == "sms"
    try:
        if _may_sign(dossier):
            codes.send(PURPOSE, mandate.pk, mandate.channel, address, words.sign_sms if sms else words.sign)
            messages.success(request, f"Un code est parti à {masked(mandate.channel, address)}.")
        else:
            messages.error(request, "Il manque encore quelque chose avant de signer : voyez ci-dessous.")
    except TooMany as error:
        messages.error(request, error.sentence)
    return redirect(reverse("representative:documents", args=[dossier.reference]) + "#signer")


def _may_sign(dossier: Dossier) -> bool:
    return dossier.get_state() is State.DRAFT and not _papers_left(dossier)


def _sign(request: HttpRequest, dossier: Dossier, mandate: Mandate, typed: str) -> None:
    if not _may_sign(dossier) or request.POST.get("revision") != str(dossier.revision):
        raise Stale
    code = codes.check(PURPOSE, mandate.pk, typed)

    def also() -> None:
        codes.consume(code)
        person = dossier.owner
        channel = next(iter(person.channels), "email")
        letter = words.signed(channel, dossier.reference)
        notices.post(key=f"signed-{code.pk}", channel=channel, address=person.address(channel), **letter)

    mandates.sign(mandate, dossier.revision, also)


def _part(
    request: HttpRequest, dossier: Dossier, mandate: Mandate, form: SignForm, status: int = 200, **more: Any
) -> HttpResponse:
    answers = dossier.read_answers()
    code = codes.latest(PURPOSE, mandate.pk)
    waiting = code is not None and code.used_at is None and clock.now() <= code.expires_at
    who = mandates.named(answers)
    desk = desks.said_to(_desk(dossier).context(more.get("refused")), words.HIS_PIECES, words.HIS_REASON)
    context = {
        **desk,
        "form": form,
        "mandate": mandate,
        "name": summary.full_name(answers),
        "who": who,
        "quality": words.QUALITIES.get(who.quality, "") if who else "",
        "sections": summary.sections(answers, dossier.situation(answers=answers)),
        "draft": dossier.get_state() is State.DRAFT,
        "open": dossier.get_state() in WITH_THE_PERSON,
        "papers": [
            f"{piece['about'].label}{', ' + side['slot'].side_label.lower() if len(piece['slots']) > 1 else ''}"
            for piece in desk["pieces"]
            for side in piece["slots"]
            if side["slot"].status not in progress.DONE
        ],
        "holds": mandates.signed(dossier) is not None,
        "signed": clock.in_paris(mandate.signed_at) if mandate.signed_at else None,
        "code": code if waiting else None,
        "code_until": clock.in_paris(code.expires_at) if code and waiting else None,
        "shown": masked(mandate.channel, mandate.read_address(dossier.key())),
    }
    return render(request, "submission/part.html", context, status=status)


@require_POST
@_his
def give(request: HttpRequest, dossier: Dossier, mandate: Mandate, slot_id: str) -> HttpResponse:
    """Takes one of the representative's own papers."""
    return desks.take(
        request,
        _desk(dossier),
        slot_id,
        lambda refused: _part(request, dossier, mandate, SignForm(), status=422, refused=refused),
    )


@require_http_methods(["POST", "OPTIONS"])
@_his
def create(request: HttpRequest, dossier: Dossier, _mandate: Mandate, slot_id: str) -> HttpResponse:
    """Opens an upload of one of his papers, which goes on where it was cut (tus)."""
    return desks.create(request, _desk(dossier), slot_id)


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@_his
def sending(request: HttpRequest, dossier: Dossier, _mandate: Mandate, arrival_id: str) -> HttpResponse:
    """One upload of his (tus)."""
    desk = _desk(dossier)
    return tus.one(request, desks.arrival_at(desk, arrival_id), desk.role)


@require_safe
@_his
def state(request: HttpRequest, dossier: Dossier, _mandate: Mandate) -> HttpResponse:
    """His papers as they are now."""
    return desks.state(
        request, _desk(dossier), lambda found: desks.said_to(found, words.HIS_PIECES, words.HIS_REASON)
    )


@require_POST
@_his
def abandon(request: HttpRequest, dossier: Dossier, _mandate: Mandate, arrival_id: str) -> HttpResponse:
    """Gives up a file of his that is on its way."""
    return desks.abandon(request, _desk(dossier), arrival_id)


@require_POST
@_his
def keep_anyway(request: HttpRequest, dossier: Dossier, _mandate: Mandate, upload_id: str) -> HttpResponse:
    """Keeps a paper of his that a check advises against."""
    return desks.keep_anyway(request, _desk(dossier), upload_id)


@require_http_methods(["GET", "HEAD", "POST"])
@_his
def remove_file(request: HttpRequest, dossier: Dossier, _mandate: Mandate, upload_id: str) -> HttpResponse:
    """Takes one file of his back, after a page that asks."""
    return desks.remove_file(request, _desk(dossier), upload_id)


@require_http_methods(["GET", "HEAD", "POST"])
@_his
def remove(request: HttpRequest, dossier: Dossier, _mandate: Mandate, slot_id: str) -> HttpResponse:
    """Takes one of his papers back, after a page that asks."""
    return desks.remove(request, _desk(dossier), slot_id)


@require_safe
@_his
def page(
    request: HttpRequest, dossier: Dossier, _mandate: Mandate, upload_id: str, number: int
) -> HttpResponse:
    """One page of one of his papers."""
    return desks.picture(dossier, upload_id, number, HIS)


@require_safe
@_his
def thumbnail(request: HttpRequest, dossier: Dossier, _mandate: Mandate, upload_id: str) -> HttpResponse:
    """The first page of one of his papers, small."""
    return desks.picture(dossier, upload_id, 0, HIS)
