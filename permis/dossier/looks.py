"""Who looked: a row an hour for each person, dossier and page, written after the response."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from permis import clock
from permis.dossier.models import Dossier, Look

SHOWN = frozenset({200, 409, 422})  # a form that comes back with its errors shows the dossier too

log = logging.getLogger(__name__)


def looked_at(request: HttpRequest, dossier: Dossier) -> None:
    """Says that this request showed this dossier; the row is written once the answer is ready."""
    request.looked = (dossier.pk, request.resolver_match.view_name)  # type: ignore[attr-defined,union-attr]


class LookMiddleware:
    """Writes the look that a view announced. A GET has no other effect, and a failed look fails no page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        looked = getattr(request, "looked", None)
        if looked and request.user.is_authenticated and response.status_code in SHOWN:
            record(request.user.pk, *looked)
        return response


def record(actor: object, target: object, what: str) -> None:
    """One look; the same within the hour is already there."""
    hour: dt.datetime = clock.now().replace(minute=0, second=0, microsecond=0)
    if Look.objects.filter(actor=actor, target=target, what=what, hour=hour).exists():
        return
    try:
        with transaction.atomic():
            Look.objects.create(actor=actor, target=target, what=what, hour=hour)
    except IntegrityError:
        pass  # another request of the same person said it first
    except Exception:
        log.exception("look not recorded")
