"""Nothing typed on a step is lost: it waits while one signs in again, and comes back when the step is opened again.

When the session has ended, what was posted is put aside for an hour in the new, still nameless session, sealed
under a key that only a cookie of that browser holds. It is shown again to the owner of the dossier alone.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, QueryDict

from permis import clock
from permis.accounts import throttle
from permis.domain import asked
from permis.domain.vocabulary import State
from permis.dossier.access import dossiers_of
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier
from permis.dossier.reference import read
from permis.form import steps, typed
from permis.vault import Broken, DataKey, open_value, seal_value

KEPT_S = 3600
MOST = 5  # steps put aside in one browser
LONGEST = 100_000  # characters posted: the longest step has a few hundred
SLOT = "form-typed"  # in the session
COOKIE = "__Host-typed" if settings.HTTPS else "typed"
NOT_KEPT = frozenset({"csrfmiddlewaretoken", "later", "password"})
WAITING = "Votre session était terminée. Connectez-vous : ce que vous avez écrit vous attend."
AFTER_SIGN_IN = (
    "Votre session était terminée. Ce que vous aviez écrit est ci-dessous : vérifiez, puis enregistrez."
)
OLD_PAGE = (
    "Cette étape a été enregistrée ailleurs, à {time}, depuis que vous avez ouvert cette page. "
    "Ce que vous venez d’écrire est ci-dessous : vérifiez, puis enregistrez à nouveau."
)
OLD_AFTER_SIGN_IN = (
    "Cette étape a été enregistrée ailleurs, à {time}, depuis que vous aviez ouvert cette page. Ce que vous aviez "
    "écrit est ci-dessous, et n’a rien remplacé : vérifiez, puis enregistrez."
)
NOT_SAVED_YET = "Ce que vous aviez commencé à écrire ici est ci-dessous. Vérifiez, puis enregistrez."

View = Callable[..., HttpResponse]


def nothing_typed_is_lost(view: View) -> View:
    """For the view of a step, in the place of `login_required`: what was typed survives the end of a session."""

    @wraps(view)
    def careful(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
        if not request.user.is_authenticated:
            response: HttpResponse = redirect_to_login(request.get_full_path())
            if request.method == "POST":
                _put_aside(request, response, reference, slug)
            return response
        if request.method != "POST":
            return _brought_back(request, reference, slug) or view(request, reference, slug)
        response = view(request, reference, slug)
        if response.status_code != HTTPStatus.CONFLICT:  # an old page is pressed again before it is saved
            _drop(request, reference, slug)
        return response

    return careful


# ── Put aside at the end of a session ───────────────────────────────────────────────────────────────────────
def _place(reference: str, slug: str) -> str:
    return f"{SLOT}:{read(reference) or ''}/{slug}"


def _key(token: str) -> DataKey:
    return DataKey(hashlib.sha256(token.encode()).digest())


def _put_aside(request: HttpRequest, response: HttpResponse, reference: str, slug: str) -> None:
    fields = request.POST.copy()
    for name in NOT_KEPT:
        fields.pop(name, None)
    text = fields.urlencode()
    if slug not in asked.BY_SLUG or read(reference) is None or len(text) > LONGEST:
        return
    if throttle.flooding(request):  # anybody may post here: not more than codes are asked for
        return
    token = request.COOKIES.get(COOKIE) or secrets.token_urlsafe(32)
    place = _place(reference, slug)
    sealed = base64.b64encode(seal_value(_key(token), text.encode(), place)).decode()
    others = {name: one for name, one in _aside(request).items() if name != place}
    newest = dict(list(others.items())[1 - MOST :])
    request.session[SLOT] = {**newest, place: {"sealed": sealed, "until": clock.ticks() + KEPT_S}}
    response.set_cookie(COOKIE, token, max_age=KEPT_S, secure=settings.HTTPS, httponly=True, samesite="Lax")
    messages.info(request, WAITING)


def _aside(request: HttpRequest) -> dict[str, Any]:
    """What is put aside in this browser and not too old."""
    kept: dict[str, Any] = request.session.get(SLOT) or {}
    return {name: one for name, one in kept.items() if one["until"] > clock.ticks()}


def _drop(request: HttpRequest, reference: str, slug: str) -> None:
    place = _place(reference, slug)
    if place in (request.session.get(SLOT) or {}):
        request.session[SLOT] = {name: one for name, one in _aside(request).items() if name != place}


def _put_aside_before(request: HttpRequest, reference: str, slug: str) -> QueryDict | None:
    one, token = _aside(request).get(_place(reference, slug)), request.COOKIES.get(COOKIE)
    if one is None or not token:
        return None
    try:
        text = open_value(_key(token), base64.b64decode(one["sealed"]), _place(reference, slug))
    except Broken:
        return None
    return QueryDict(text.decode())


# ── Shown again ─────────────────────────────────────────────────────────────────────────────────────────────
def _draft(request: HttpRequest, reference: str) -> Dossier | None:
    return dossiers_of(request.user).filter(reference=read(reference) or "", state=State.DRAFT).first()


def _brought_back(request: HttpRequest, reference: str, slug: str) -> HttpResponse | None:
    """The step with what was typed on it, or None when there is nothing to bring back."""
    dossier = _draft(request, reference)
    if dossier is None:  # not theirs: somebody else has signed in here
        _drop(request, reference, slug)
        return None
    this = steps.step_of(dossier, slug)
    if this is None:
        return None
    form = steps.form_for(request, dossier, this)
    posted = _put_aside_before(request, reference, slug)
    if posted is not None:
        held, form.notice = typed.boxes(form, posted), AFTER_SIGN_IN
        revision = steps.number(posted.get("revision"))
        if revision != dossier.revision:
            form.notice = OLD_AFTER_SIGN_IN.format(time=steps.saved_time(dossier))
            # The page comes back as old as it was: nothing keeps it by itself, and to save it is to be told again.
            dossier.revision = revision
    else:
        held, form.notice = typed.typed(dossier.all_answers(), slug), NOT_SAVED_YET
    if not held:
        return None
    form.initial.update(held)
    looked_at(request, dossier)
    return steps.page(request, dossier, this, form)
