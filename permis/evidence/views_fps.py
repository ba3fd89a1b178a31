"""The sheet for a photo and a signature by post: choosing it, giving it up, printing it."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from permis.domain.vocabulary import Piece, Role
from permis.dossier.access import dossier_for
from permis.dossier.facts import NotNow
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier
from permis.dossier.photo import choose_post
from permis.evidence import fps
from permis.evidence.desk import Desk

CHOSEN = (
    "C’est noté : vous enverrez votre photo et votre signature par courrier. Imprimez la feuille à envoyer."
)
GIVEN_UP = "C’est noté : donnez votre photo et votre signature ici."


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, reference: str) -> HttpResponse:
    """The sheet as a PDF; by POST, the choice of the post (`by` = `post`) or of files (`by` = `files`)."""
    dossier = dossier_for(request.user, reference)  # type: ignore[arg-type]
    if request.method == "POST":
        return _choose(request, Desk.own(dossier))
    if not fps.printable(dossier):
        return redirect(Desk.own(dossier).shut)
    looked_at(request, dossier)
    return as_pdf(dossier)


def as_pdf(dossier: Dossier) -> HttpResponse:
    """The sheet of this dossier, to keep and print."""
    response = HttpResponse(fps.pdf(dossier), content_type="application/pdf")
    response.headers["Content-Disposition"] = (
        f'attachment; filename="photo-signature-{dossier.reference}.pdf"'
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _choose(request: HttpRequest, desk: Desk) -> HttpResponse:
    by_post = request.POST.get("by") == "post"
    try:
        choose_post(desk.dossier, Role.CITIZEN, by_post)
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(desk.shut)
    messages.success(request, CHOSEN if by_post else GIVEN_UP)
    return redirect(f"{desk.url('documents')}#piece-{Piece.PHOTO.value}")
