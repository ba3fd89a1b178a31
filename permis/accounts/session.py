"""A session ends two hours after the last visit: each visit renews it, at most once every five minutes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse

from permis import clock

RENEW_S = 300  # a write for each page would cost more than it is worth
VISITED = "visited"  # in the session: ticks of the visit from which its two hours run
ASKS_ONLY = "accounts:stay"  # asking how long is left is no visit
LET_IN = "mandates"  # in the session: the invitations that let somebody in who has no account


def renew(request: HttpRequest) -> None:
    """The two hours begin again now."""
    request.session[VISITED] = clock.ticks()
    request.session_left = settings.SESSION_COOKIE_AGE  # type: ignore[attr-defined]


class Renewal:
    """Renews the session of whoever is signed in, or was let in by an invitation.

    To the page of whoever is signed in it tells how many seconds there are (`session_left`).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Before the view, so that its page can say the hour."""
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return
        visited = request.session.get(VISITED)
        if SESSION_KEY not in request.session:
            # Nothing to warn of with « Rester connecté »: there is no account to sign in to. It is only renewed.
            if request.session.get(LET_IN) and (visited is None or clock.ticks() - visited > RENEW_S):
                request.session[VISITED] = clock.ticks()
            return
        asks_only = request.resolver_match is not None and request.resolver_match.view_name == ASKS_ONLY
        if not asks_only and (visited is None or clock.ticks() - visited > RENEW_S):
            renew(request)
        else:
            gone = clock.ticks() - (visited or clock.ticks())
            request.session_left = max(0, int(settings.SESSION_COOKIE_AGE - gone))  # type: ignore[attr-defined]
