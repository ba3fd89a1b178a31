"""The home page, and what one will need: open to all, read from table 2."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from permis.domain import required
from permis.domain.conditions import always
from permis.domain.pieces import PIECES
from permis.domain.required.table import Need
from permis.domain.vocabulary import Motive, Piece
from permis.dossier.access import dossiers_of
from permis.dossier.models import Dossier
from permis.dossier.reference import read


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What happens to you? And, for somebody who has begun, the way back to it."""
    drafts: list[Dossier] = []
    if request.user.is_authenticated:
        drafts = list(dossiers_of(request.user).filter(state="DRAFT").order_by("-created_at")[:1])
    return render(request, "checklist/home.html", {"draft": drafts[0] if drafts else None})


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """From a reference typed on the home page to its tracking page (which asks to sign in)."""
    reference = read(request.GET.get("num", ""))
    if reference is None:
        return render(
            request, "checklist/not_a_reference.html", {"typed": request.GET.get("num", "")[:20]}, status=404
        )
    return redirect(reverse("tracking:page", args=[reference]))


@require_safe
def pieces(request: HttpRequest) -> HttpResponse:
    """The documents of a first licence: always asked, then asked of some people, each with its reason and text."""
    rows: dict[str, dict[str, Any]] = {}
    for need in required.rules_of(Motive.REU).needs:
        for group in need.pieces:
            if group[0] in PIECES:  # the same piece for two reasons: the first one is told
                rows.setdefault(group[0], _row(need, group))
    always_asked = [row for row in rows.values() if row["when"] is None]
    sometimes = [row for row in rows.values() if row["when"] is not None]
    return render(request, "checklist/pieces.html", {"always": always_asked, "sometimes": sometimes})


def _row(need: Need, group: tuple[Piece, ...]) -> dict[str, Any]:
    return {
        "about": PIECES[group[0]],
        "because": need.because,
        "when": None if need.when is always else need.when.yes,
        "source": str(need.source),
        "alternatives": [PIECES[piece].label for piece in group[1:] if piece in PIECES],
    }
