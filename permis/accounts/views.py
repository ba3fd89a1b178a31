"""The pages of the account: create it, confirm the address or number, sign in, choose a new password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.hashers import check_password, make_password
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis.accounts import codes, forms, session, throttle, words
from permis.accounts.codes import TooMany, WrongCode
from permis.accounts.identifier import masked, spoken
from permis.accounts.models import Person
from permis.vault.sealing import blind

WRONG = "Cette adresse ou ce mot de passe n’est pas le bon. Vérifiez les deux, ou choisissez un nouveau mot de passe."
SLOW = "Il y a eu trop d’essais. Attendez 15 minutes, ou choisissez un nouveau mot de passe."
PENDING = "accounts-pending"  # in the session: whose address is being confirmed in this browser


def _next(request: HttpRequest) -> str:
    url = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(url, {request.get_host()}, request.is_secure()):
        return url
    return ""


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    login(request, person, backend="permis.accounts.backend.MailOrPhone")
    return redirect(
        _next(request) or (reverse("instruction:queue") if person.is_agent else reverse("form:mine"))
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by e-mail or mobile number, and password."""
    if request.user.is_authenticated and request.method != "POST":
        return redirect(_next(request) or "form:mine")
    form = forms.SignIn(request.POST or None)
    if form.is_valid():
        _, address = form.cleaned_data["identifier"]
        if throttle.too_many(request, address, throttle.PASSWORDS):
            form.add_error(None, SLOW)
        elif person := authenticate(request, identifier=address, password=form.cleaned_data["password"]):
            throttle.forget(request, address, throttle.PASSWORDS)
            return _enter(request, person)
        else:
            throttle.failed(request, address, throttle.PASSWORDS)
            form.add_error(None, WRONG)
    return render(request, "accounts/sign_in.html", {"form": form, "next": _next(request)})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("home")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stay(request: HttpRequest) -> HttpResponse:
    """How many seconds the session has left, in JSON. Asking changes nothing; a POST begins its two hours again."""
    if request.method == "POST":
        session.renew(request)
    return JsonResponse({"left": request.session_left})  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
def sign_up(request: HttpRequest) -> HttpResponse:
    """Create an account. The answer is the same whether the address is already known or not."""
    form = forms.SignUp(request.POST or None)
    if form.is_valid():
        channel, address = form.cleaned_data["identifier"]
        if throttle.flooding(request):
            form.add_error(None, SLOW)
            return render(
                request, "accounts/sign_up.html", {"form": form, "next": _next(request)}, status=429
            )
        hashed = make_password(form.cleaned_data["password"])  # slow: outside the transaction
        try:
            subject = _pending_person(channel, address, hashed)
        except TooMany as error:
            form.add_error(None, error.sentence)
        else:
            request.session[PENDING] = {
                **subject,
                "channel": channel,
                "address": address,
                "next": _next(request),
                "password": hashed,  # its digest: what this browser chose, whoever asks after
            }
            return redirect("accounts:confirm")
    return render(request, "accounts/sign_up.html", {"form": form, "next": _next(request)})


def _pending_person(channel: str, address: str, hashed: str = "") -> dict[str, str]:
    """Makes or renews the unconfirmed account and sends its code; a confirmed one is told by message.

    Returns whom the browser waits for and under which purpose: a "known" code never opens anything, it only
    makes both cases answer alike.
    """
    sms = channel == "sms"
    with transaction.atomic():
        person = Person.objects.by_identifier(address)
        if person is not None and person.is_active:
            codes.send("known", person.pk, channel, address, words.already_sms if sms else words.already)
            return {"person": str(person.pk), "purpose": "known"}
        if person is None:
            person = Person(**{"phone" if sms else "email": address})
        if hashed:
            person.password = (
                hashed  # nobody has confirmed this address: the last to ask is the one who waits
            )
        person.save()
        codes.send("sign_up", person.pk, channel, address, words.sign_up_sms if sms else words.sign_up)
        return {"person": str(person.pk), "purpose": "sign_up"}


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The code of the message, in the browser that asked for it."""
    pending = request.session.get(PENDING)
    if not pending:
        return redirect("accounts:sign_up")
    form = forms.CodeForm(request.POST if "code" in request.POST else None)
    if request.POST.get("again"):
        form = forms.CodeForm({})
        form.full_clean()
        form.errors.clear()
        try:
            request.session[PENDING] = {**pending, **_pending_person(pending["channel"], pending["address"])}
            return redirect("accounts:confirm")
        except TooMany as error:
            form.add_error(None, error.sentence)
    elif form.is_valid():
        try:
            if throttle.flooding(request):
                raise WrongCode(SLOW)
            code = codes.check(pending["purpose"], pending["person"], form.cleaned_data["code"])
            if pending["purpose"] == "known":
                raise WrongCode(codes.WRONG)
            person = _activate(code, pending.get("password", ""))
        except WrongCode as error:
            form.add_error("code", error.sentence)
        else:
            del request.session[PENDING]
            login(request, person, backend="permis.accounts.backend.MailOrPhone")
            return redirect(pending.get("next") or "form:mine")
    shown = masked(pending["channel"], pending["address"])
    context = {"form": form, "shown": shown, "channel": pending["channel"], "added": False}
    return render(request, "accounts/confirm.html", context)


def _activate(code: Any, hashed: str = "") -> Person:
    with transaction.atomic():
        codes.consume(code)
        person = Person.objects.get(pk=code.subject)
        person.is_active = True
        person.password = hashed or person.password
        if code.channel == "sms":
            person.phone_confirmed = True
        else:
            person.email_confirmed = True
        person.save()
    return person


@require_http_methods(["GET", "HEAD", "POST"])
def confirm_link(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the message: a page with a button, since a GET changes nothing and robots open links.

    Elsewhere than in the browser that asked, the password is wanted: somebody else may have chosen it.
    """
    code = codes.by_token("sign_up", token)
    if code is None:
        return render(request, "accounts/link_gone.html", status=410)
    same = (request.session.get(PENDING) or {}).get("person") == code.subject
    form = None if same else forms.Confirm(request.POST or None)
    if request.method == "POST":
        person = Person.objects.filter(pk=code.subject, is_active=False).first()
        if person is None:
            raise Http404
        if form is not None and form.is_valid():
            if throttle.too_many(request, code.address, throttle.PASSWORDS):
                form.add_error(None, SLOW)
            elif not check_password(form.cleaned_data["password"], person.password):
                throttle.failed(request, code.address, throttle.PASSWORDS)
                form.add_error("password", "Ce n’est pas le mot de passe choisi à l’inscription.")
        if form is None or form.is_valid():
            try:
                person = _activate(
                    code, (request.session.get(PENDING) or {}).get("password", "") if same else ""
                )
            except WrongCode:
                return render(request, "accounts/link_gone.html", status=410)
            request.session.pop(PENDING, None)
            return _enter(request, person)
    return render(
        request, "accounts/confirm_link.html", {"form": form, "shown": masked(code.channel, code.address)}
    )


def _subject(address: str) -> str:
    """Whom a reset is about: the address, known or not, so that both answer alike."""
    return blind("reset", address)[:40]


@require_http_methods(["GET", "HEAD", "POST"])
def forgot(request: HttpRequest) -> HttpResponse:
    """Ask for a code to choose a new password; the same answer for an unknown address."""
    form = forms.Forgot(request.POST or None)
    if form.is_valid():
        channel, address = form.cleaned_data["identifier"]
        person = Person.objects.by_identifier(address)
        if throttle.flooding(request):
            form.add_error(None, SLOW)
            return render(request, "accounts/forgot.html", {"form": form}, status=429)
        try:
            known = person is not None and person.is_active
            say = (words.reset_sms if channel == "sms" else words.reset) if known else None
            codes.send("reset", _subject(address), channel, address, say)
        except TooMany as error:
            form.add_error(None, error.sentence)
        else:
            request.session["accounts-reset"] = {"channel": channel, "address": address}
            return redirect("accounts:reset")
    return render(request, "accounts/forgot.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def reset(request: HttpRequest) -> HttpResponse:
    """The code and the new password."""
    asked = request.session.get("accounts-reset")
    if not asked:
        return redirect("accounts:forgot")
    form = forms.ResetForm(request.POST or None)
    if form.is_valid():
        person = Person.objects.by_identifier(asked["address"])
        try:
            if throttle.flooding(request):
                raise WrongCode(SLOW)
            code = codes.check("reset", _subject(asked["address"]), form.cleaned_data["code"])
            if person is None or not person.is_active:
                raise WrongCode(codes.WRONG)
            hashed = make_password(form.cleaned_data["password"])
            with transaction.atomic():
                codes.consume(code)
                person.password = hashed
                person.save()
        except WrongCode as error:
            form.add_error("code", error.sentence)
        else:
            del request.session["accounts-reset"]
            throttle.forget(request, asked["address"], throttle.PASSWORDS)
            return _enter(request, person)
    shown = masked(asked["channel"], asked["address"])
    return render(request, "accounts/reset.html", {"form": form, "shown": shown})


@login_required
@require_safe
def me(request: HttpRequest) -> HttpResponse:
    """The account: how one is reached."""
    person: Person = request.user  # type: ignore[assignment]
    return render(
        request,
        "accounts/me.html",
        {"person": person, "phone": spoken(person.phone or ""), "service": settings.PERMIS_OPERATOR},
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def add_channel(request: HttpRequest) -> HttpResponse:
    """A second way to be reached: an e-mail beside the mobile, or the other way round."""
    form = forms.AddChannel(request.POST or None)
    if form.is_valid():
        channel, address = form.cleaned_data["identifier"]
        try:
            sms = channel == "sms"
            codes.send(
                "channel", request.user.pk, channel, address, words.channel_sms if sms else words.channel
            )
        except TooMany as error:
            form.add_error(None, error.sentence)
        else:
            return redirect("accounts:confirm_channel")
    return render(request, "accounts/add_channel.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def confirm_channel(request: HttpRequest) -> HttpResponse:
    """The code sent to the new address or number."""
    person: Person = request.user  # type: ignore[assignment]
    last = codes.latest("channel", person.pk)
    if last is None or last.used_at is not None:
        return redirect("accounts:add_channel")
    form = forms.CodeForm(request.POST or None)
    if form.is_valid():
        try:
            code = codes.check("channel", person.pk, form.cleaned_data["code"])
            with transaction.atomic():
                codes.consume(code)
                # An account that nobody confirmed does not keep an address from the person who just did.
                squatters = Person.objects.filter(is_active=False).exclude(pk=person.pk)
                squatters.filter(Q(email=code.address) | Q(phone=code.address)).delete()
                if code.channel == "sms":
                    person.phone, person.phone_confirmed = code.address, True
                else:
                    person.email, person.email_confirmed = code.address, True
                person.save()
        except WrongCode as error:
            form.add_error("code", error.sentence)
        except IntegrityError:
            form.add_error("code", "Cette adresse ou ce numéro sert déjà à un autre compte.")
        else:
            return redirect("accounts:me")
    shown = masked(last.channel, last.address)
    return render(
        request,
        "accounts/confirm.html",
        {"form": form, "shown": shown, "channel": last.channel, "added": True},
    )
