"""From the computer to the phone: the page that shows a QR code, and the page that it opens."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock
from permis.domain.vocabulary import Role
from permis.dossier.access import dossier_for
from permis.dossier.facts import NotNow
from permis.dossier.looks import looked_at
from permis.evidence import checks, phone, shown, tus, work
from permis.evidence import desk as desks
from permis.evidence.arrivals import NotKept, several
from permis.evidence.desk import Desk
from permis.evidence.models import Arrival, Outcome, PhoneLink
from permis.evidence.words import SHUT
from permis.vision import files

KEPT = 12  # other links that one phone may use at a time
HOLDER = "phone"  # in the session of the phone: link → what it was given to be recognised
TAKEN = "C’est bon : nous pouvons la lire."
LOOKING = "Bien reçue. Nous la regardons."
HELD = "Prenez-en une autre, ou choisissez sur l’ordinateur de garder celle-ci."
OVER = "Cette page ne sert plus. Pour une autre photo, faites un nouveau QR code sur l’ordinateur."
ELSEWHERE = "Ce code a déjà servi sur un autre téléphone. Faites-en un nouveau sur l’ordinateur."


# ── On the computer ─────────────────────────────────────────────────────────────────────────────────────────
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def offer(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """The QR code for one slot. POST makes a fresh one; the page waits for what the phone sends."""
    desk = Desk.own(dossier_for(request.user, reference))
    slot = desk.slot(slot_id)
    looked_at(request, desk.dossier)
    back = f"{desk.url('documents')}#slot-{slot.pk}"
    if request.method == "POST":
        try:
            phone.make(slot, desk.role)
        except NotNow:
            messages.warning(request, SHUT)
            return redirect(desk.shut)
        return redirect("evidence:phone", desk.dossier.reference, slot.pk)
    link = phone.live(slot)
    given = Arrival.objects.filter(phone=link).exclude(whole_at=None).exists() if link else False
    context = {
        "dossier": desk.dossier,
        "slot": slot,
        "qr": reverse("evidence:phone_qr", args=[desk.dossier.reference, link.pk]) if link else "",
        "short": address(request, link) if link else "",
        "until": clock.in_paris(link.expires_at) if link else None,
        "back": back,
        "state_url": desk.url("state"),
        "arrived": given,
    }
    return render(request, "evidence/phone.html", context)


@login_required
@require_safe
def code(request: HttpRequest, reference: str, link_id: str) -> HttpResponse:
    """The QR code itself, as a picture that nobody keeps."""
    dossier = dossier_for(request.user, reference)
    link = get_object_or_404(PhoneLink, pk=link_id, slot__dossier=dossier, ended_at=None)
    response = HttpResponse(phone.qr(address(request, link)), content_type="image/png")
    response.headers["Cache-Control"] = "private, no-store"
    return response


def address(request: HttpRequest, link: PhoneLink) -> str:
    """The page that the phone opens: at our public address, or in a demo at the one this page was read from."""
    path = reverse("phone:page", args=[phone.token(link)])
    return request.build_absolute_uri(path) if settings.DEMO else f"{settings.PERMIS_URL}{path}"


# ── On the phone ────────────────────────────────────────────────────────────────────────────────────────────
View = Callable[..., HttpResponse]


def _opened(view: View) -> View:
    """Fetches the link that the address opens, and shuts the door to another phone than the one that uses it."""

    @wraps(view)
    def inside(request: HttpRequest, token: str, *args: Any, **more: Any) -> HttpResponse:
        link = phone.find(token)
        if link is None:
            raise Http404
        if phone.is_over(link):
            return _over(request, link)
        if not phone.held_by(link, _holder(request, link)):
            return render(request, "evidence/telephone.html", {**_nothing(), "said": ELSEWHERE}, status=403)
        return view(request, link, *args, **more)

    return inside


def _sends(over: Callable[[PhoneLink], bool]) -> Callable[[View], View]:
    """The same for the addresses of uploads, whose refusals a script reads."""

    def wrapped(view: View) -> View:
        @wraps(view)
        def inside(request: HttpRequest, token: str, *args: Any, **more: Any) -> HttpResponse:
            link = phone.find(token)
            if link is None:
                raise Http404
            if over(link):
                return tus.problem(410, OVER)
            if not phone.held_by(link, _holder(request, link)):
                return tus.problem(403, ELSEWHERE)
            return view(request, link, *args, **more)

        return inside

    return wrapped


def _holder(request: HttpRequest, link: PhoneLink) -> str:
    return str(request.session.get(HOLDER, {}).get(str(link.pk), ""))


def _bind(request: HttpRequest, link: PhoneLink) -> bool:
    """From the first gift on, the link is this phone's alone."""
    mine = _holder(request, link) or secrets.token_urlsafe(16)
    if not phone.hold(link, mine):
        return False
    others = dict(list(request.session.get(HOLDER, {}).items())[-KEPT:])
    request.session[HOLDER] = {**others, str(link.pk): mine}  # one phone may have several sides to photograph
    return True


def _nothing() -> dict[str, Any]:
    return {
        "label": "",
        "until": None,
        "give": "",
        "tus": "",
        "said": "",
        "results": [],
        "ended": True,
        "several": False,
        "adds": False,
        "done": "",
        "state_url": "",
        "pending": False,
    }


def _over(request: HttpRequest, link: PhoneLink) -> HttpResponse:
    mine = phone.held_by(link, _holder(request, link)) and bool(link.holder_index)
    context = {**_nothing(), "results": _results(link) if mine else []}
    return render(request, "evidence/telephone.html", context, status=200 if mine else 410)


def _context(link: PhoneLink, said: str = "") -> dict[str, Any]:
    token = phone.token(link)
    results = _results(link)
    return {
        "label": link.slot.label,
        "until": clock.in_paris(link.expires_at),
        "give": reverse("phone:give", args=[token]),
        "tus": reverse("phone:tus", args=[token]),
        "said": said,
        "results": results,
        "ended": False,
        "several": several(link.slot),
        "adds": several(link.slot) and _adds(link),
        "done": reverse("phone:done", args=[token]),
        "state_url": reverse("phone:page", args=[token]),
        "pending": any(one["state"] == "looking" for one in results),
    }


def _results(link: PhoneLink) -> list[dict[str, str]]:
    """What became of each picture that this phone sent, in words."""
    found = []
    for row in Arrival.objects.filter(phone=link).exclude(whole_at=None).select_related("upload"):
        if row.outcome == Outcome.REFUSED:
            found.append({"state": "refused", "sentence": row.said})
        elif row.outcome == Outcome.HELD and row.upload:
            faults = [
                one["sentence"]
                for one in checks.shown(shown.checks_of(row.upload))
                if one["outcome"] == checks.Outcome.FAULT and one["fails"] == checks.Consequence.WARN
            ]
            if row.upload.held:
                found.append({"state": "held", "sentence": " ".join([*faults, HELD])})
            elif row.upload.current:
                found.append({"state": "taken", "sentence": TAKEN})
        elif row.outcome == Outcome.TAKEN:
            found.append({"state": "taken", "sentence": TAKEN})
        elif not row.done:
            found.append({"state": "looking", "sentence": LOOKING})
    return found


def _adds(link: PhoneLink) -> bool:
    """The second picture of a phone stands after its first, whatever the slot held before."""
    return (
        Arrival.objects.filter(phone=link)
        .filter(
            Q(outcome__in=[Outcome.TAKEN, Outcome.NONE]) | Q(outcome=Outcome.HELD, upload__current=True)
        )  # held, then kept on the computer
        .exclude(whole_at=None)
        .exists()
    )


def _named(given_as: str) -> None:
    """Which of the papers it is was said on the computer: a phone names none."""
    if given_as:
        raise files.Refused(desks.WHICH)


@require_safe
@_opened
def page(request: HttpRequest, link: PhoneLink) -> HttpResponse:
    """What is to be photographed, and what became of what was sent."""
    return render(request, "evidence/telephone.html", _context(link))


@require_POST
@_opened
def give(request: HttpRequest, link: PhoneLink) -> HttpResponse:
    """Takes a picture by the plain form."""
    file = request.FILES.get("file")
    said, status = "", 422
    if not _bind(request, link):
        said, status = ELSEWHERE, 403
    elif file is None:
        said = desks.NO_FILE
    else:
        try:
            row = work.give(
                link.slot,
                Role(link.role),
                data=file.read(),
                size=file.size or 0,
                name=file.name or "",
                adds=_adds(link),
                phone=link,
            )
            said = row.said if row.outcome == Outcome.REFUSED else ""
        except files.Refused as refusal:
            said = refusal.sentence
        except NotKept as fault:
            said, status = fault.sentence, 503
        except NotNow:
            return _over(request, link)
    if said:
        return render(request, "evidence/telephone.html", _context(link, said), status=status)
    return redirect("phone:page", phone.token(link))


@require_http_methods(["POST", "OPTIONS"])
@_sends(phone.is_over)
def create(request: HttpRequest, link: PhoneLink) -> HttpResponse:
    """Opens an upload that goes on where it was cut."""
    if request.method == "POST" and not _bind(request, link):
        return tus.problem(403, ELSEWHERE)
    token = phone.token(link)
    return tus.create(
        request,
        link.slot,
        Role(link.role),
        lambda row: reverse("phone:sending", args=[token, row.pk]),
        _named,
        channel="phone",
        phone=link,
        adds=_adds(link),
    )


@require_http_methods(["HEAD", "PATCH", "DELETE", "OPTIONS"])
@_sends(phone.is_shut)
def sending(request: HttpRequest, link: PhoneLink, arrival_id: str) -> HttpResponse:
    """One upload of this phone: begun in time, it may end after the quarter of an hour."""
    rows = Arrival.objects.filter(phone=link).select_related("slot__dossier")
    return tus.one(request, get_object_or_404(rows, pk=arrival_id), Role(link.role))


@require_POST
@_opened
def done(request: HttpRequest, link: PhoneLink) -> HttpResponse:
    """The person has finished: the link opens no more."""
    phone.end(link)
    link.refresh_from_db()
    return _over(request, link)
