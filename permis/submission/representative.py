"""The legal representative's part: the person invites, the representative reads, gives papers and signs with a code."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis import clock, notices
from permis.accounts import codes, throttle
from permis.accounts.codes import TooMany, WrongCode
from permis.accounts.identifier import masked
from permis.domain.vocabulary import Piece, Role, State
from permis.dossier import mandates
from permis.dossier.access import dossier_for, dossier_represented
from permis.dossier.facts import Stale
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Mandate
from permis.evidence import desk as desks
from permis.form import progress
from permis.questions import summary
from permis.submission import words
from permis.submission.forms import KeyForm, SignForm

PURPOSE = "represent"
SESSION_KEY = "mandates"
MOST = 5  # invitations that one browser keeps open: a parent has several children
HIS = frozenset({Piece.REP, Piece.ID_REP})
WRITABLE = (State.DRAFT, State.INCOMPLETE)


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
        if throttle.flooding(request) or _invited_often(dossier):
            messages.error(request, "Vous avez envoyé beaucoup d’invitations. Attendez une heure.")
        else:
            mandates.invite(dossier, who, lambda mandate, key: _post_invitation(dossier, mandate, who, key))
            messages.success(request, f"L’invitation est partie à {masked(who.channel, who.address)}.")
        return redirect("submission:signature", dossier.reference)
    mandate = mandates.live(dossier)
    moved = bool(mandate and who and mandate.read_address(dossier.key()) != who.address)
    context = {
        "dossier": dossier,
        "position": progress.position(progress.stops(dossier, answers), "signature"),
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


def _invited_often(dossier: Dossier) -> bool:
    hour_ago = clock.now() - mandates.HOUR
    return dossier.mandates.filter(invited_at__gt=hour_ago).count() >= codes.PER_HOUR


def _post_invitation(dossier: Dossier, mandate: Mandate, who: mandates.Representative, key: str) -> None:
    name = summary.full_name(dossier.read_answers())
    letter = words.invite(who.channel, name, dossier.reference, words.spaced(key))
    notices.post(key=f"mandate-{mandate.pk}", channel=who.channel, address=who.address, **letter)


def _papers_left(dossier: Dossier) -> list[str]:
    return [s.label for s in dossier.slots.filter(asked=True, piece__in=HIS) if s.status not in progress.DONE]


# ── The representative, on a device of his own, without an account ──────────────────────────────────────
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """The key of the invitation, typed."""
    form = KeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mandate = _let_in(request, form.cleaned_data["key"])
        if mandate:
            return redirect("representative:documents", mandate.dossier.reference)
        form.add_error(
            "key",
            words.TOO_MANY
            if throttle.too_many(request, _whence(request))
            else "Ce code d’invitation n’ouvre rien. Vérifiez les 12 caractères du dernier message reçu, ou demandez "
            "une nouvelle invitation à la personne que vous représentez.",
        )
    return render(request, "submission/enter.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, key: str) -> HttpResponse:
    """The link of the invitation: a page with a button, since programs open links too."""
    if request.method == "POST":
        mandate = _let_in(request, key)
        if mandate:
            return redirect("representative:documents", mandate.dossier.reference)
    elif throttle.too_many(request, _whence(request)) or mandates.by_key(key) is None:
        throttle.failed(request, _whence(request))
    else:
        return render(request, "submission/link.html", {})
    return render(request, "submission/link_gone.html", {}, status=410)


def _whence(request: HttpRequest) -> str:
    """Wrong keys are counted by where they come from: nobody shuts the door to everybody else."""
    return f"{PURPOSE}-{throttle.network_address(request)}"


def _let_in(request: HttpRequest, key: str) -> Mandate | None:
    """Opens the part of this browser's session; counts what opens nothing."""
    if throttle.too_many(request, _whence(request)):
        return None
    mandate = mandates.by_key(key)
    if mandate is None:
        throttle.failed(request, _whence(request))
        return None
    mandates.opened(mandate)
    request.session[SESSION_KEY] = [str(mandate.pk), *_held(request)][:MOST]
    return mandate


def _held(request: HttpRequest) -> list[str]:
    return [str(pk) for pk in request.session.get(SESSION_KEY, [])]


def _desk(dossier: Dossier) -> desks.Desk:
    here = reverse("representative:documents", args=[dossier.reference])
    return desks.Desk(dossier, Role.REPRESENTATIVE, "representative", (dossier.reference,), here, only=HIS)


@require_http_methods(["GET", "HEAD", "POST"])
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """The representative's page: what is asked, his papers, and his signature by a code."""
    dossier, mandate = dossier_represented(_held(request), reference)
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
        dossier, mandate = dossier_represented(_held(request), reference)
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
    desk = _desk(dossier).context(more.get("refused"))
    for piece in (
        *desk["pieces"],
        *desk["settled"],
    ):  # written for the person who asks: said here to who signs
        piece["about"] = words.HIS_PIECES[piece["code"]]
        piece["because"] = "pour signer avec la personne que vous représentez"
        piece["lacks"] = False
    context = {
        **desk,
        "form": form,
        "mandate": mandate,
        "name": summary.full_name(answers),
        "who": who,
        "quality": words.QUALITIES.get(who.quality, "") if who else "",
        "sections": summary.sections(answers, dossier.situation(answers=answers)),
        "draft": dossier.get_state() is State.DRAFT,
        "open": dossier.get_state() in WRITABLE,
        "papers": [
            f"{piece['about'].label}{', ' + side['slot'].side_label.lower() if len(piece['slots']) > 1 else ''}"
            for piece in desk["pieces"]
            for side in piece["slots"]
            if side["slot"].status not in progress.DONE
        ],
        "holds": mandate.signed_revision == dossier.revision,
        "signed": clock.in_paris(mandate.signed_at) if mandate.signed_at else None,
        "code": code if waiting else None,
        "code_until": clock.in_paris(code.expires_at) if code and waiting else None,
        "shown": masked(mandate.channel, mandate.read_address(dossier.key())),
    }
    return render(request, "submission/part.html", context, status=status)


@require_POST
def give(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Takes one of the representative's own papers."""
    dossier, mandate = dossier_represented(_held(request), reference)
    return desks.take(
        request,
        _desk(dossier),
        slot_id,
        lambda refused: _part(request, dossier, mandate, SignForm(), status=422, refused=refused),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Takes one of his papers back, after a page that asks."""
    dossier, _ = dossier_represented(_held(request), reference)
    return desks.remove(request, _desk(dossier), slot_id)


@require_safe
def page(request: HttpRequest, reference: str, upload_id: str, number: int) -> HttpResponse:
    """One page of one of his papers."""
    dossier, _ = dossier_represented(_held(request), reference)
    return desks.picture(dossier, upload_id, number, HIS)


@require_safe
def thumbnail(request: HttpRequest, reference: str, upload_id: str) -> HttpResponse:
    """The first page of one of his papers, small."""
    dossier, _ = dossier_represented(_held(request), reference)
    return desks.picture(dossier, upload_id, 0, HIS)
