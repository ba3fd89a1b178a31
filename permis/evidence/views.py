"""Documents side by side: give a file for a slot, see it, replace it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from permis.design.headers import DOCUMENT
from permis.domain import required
from permis.domain.pieces import PIECES
from permis.domain.vocabulary import Piece, Role, SlotStatus, State
from permis.dossier.access import dossier_for
from permis.dossier.facts import NotNow
from permis.dossier.looks import looked_at
from permis.dossier.models import Dossier, Slot
from permis.evidence import intake, keep
from permis.evidence.models import Upload
from permis.form import progress

WRITABLE = (State.DRAFT, State.INCOMPLETE)


@login_required
@require_safe
def documents(request: HttpRequest, reference: str) -> HttpResponse:
    """Every document that is asked, with its reason and what was given."""
    dossier = dossier_for(request.user, reference)
    if dossier.get_state() not in WRITABLE:
        return redirect("tracking:page", dossier.reference)
    looked_at(request, dossier)
    return _page(request, dossier)


def pieces_of(dossier: Dossier) -> list[dict[str, Any]]:
    """The pieces that are asked, each with its slots, its current uploads and why it is asked."""
    because = {need.piece: need for need in required.required_pieces(dossier.situation())}
    uploads = {u.slot_id: u for u in Upload.objects.filter(slot__dossier=dossier, current=True)}
    key = dossier.key()
    found: dict[str, dict[str, Any]] = {}
    for slot in dossier.slots.filter(asked=True):
        piece = Piece(slot.piece)
        need = because.get(piece)
        entry = found.setdefault(
            slot.piece,
            {
                "code": slot.piece,
                "about": PIECES[piece],
                "because": need.because if need else "",
                "source": str(need.source) if need else "",
                "alternatives": [PIECES[p].label for p in need.any_of[1:] if p in PIECES] if need else [],
                "slots": [],
            },
        )
        upload = uploads.get(slot.pk)
        entry["slots"].append(
            {
                "slot": slot,
                "upload": upload,
                "name": upload.read_name() if upload else "",
                "note": slot.note_text(key) if slot.status == SlotStatus.REFUSED else "",
                "open": dossier.state == State.DRAFT or slot.asked_again,
            }
        )
    return list(found.values())


def _page(
    request: HttpRequest, dossier: Dossier, refused: dict[str, str] | None = None, status: int = 200
) -> HttpResponse:
    pieces = pieces_of(dossier)
    sides = [side for piece in pieces for side in piece["slots"]]
    done = sum(side["slot"].status in progress.DONE for side in sides)
    draft = dossier.get_state() is State.DRAFT
    all_stops = progress.stops(dossier, dossier.read_answers()) if draft else []
    settled = [piece for piece in pieces if not any(side["open"] for side in piece["slots"])]
    context = {
        "dossier": dossier,
        "pieces": [piece for piece in pieces if piece not in settled],
        "settled": settled,  # asked again of nobody: shown apart, so that what is left comes first
        "done": done,
        "total": len(sides),
        "left": len(sides) - done,
        "position": progress.position(all_stops, "documents") if draft else None,
        "refused": refused or {},  # slot id → why the last file was not taken
        "limit": "20 Mo",
    }
    return render(request, "evidence/documents.html", context, status=status)


def slot_for(dossier: Dossier, slot_id: object) -> Slot:
    """A slot that is asked in this dossier. Raises Http404."""
    return get_object_or_404(Slot, pk=slot_id, dossier=dossier, asked=True)


@login_required
@require_POST
def give(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Takes a file for one slot; the others are untouched."""
    dossier = dossier_for(request.user, reference)
    slot = slot_for(dossier, slot_id)
    file = request.FILES.get("file")
    try:
        if file is None:
            raise intake.Refused("Choisissez d’abord un fichier, ou prenez une photo.")
        keep.give(slot, Role.CITIZEN, data=file.read(), size=file.size or 0, name=file.name or "")
    except intake.Refused as refusal:
        return _page(request, dossier, {str(slot.pk): refusal.sentence}, status=422)
    except NotNow:
        messages.warning(
            request,
            "Ce document ne peut plus être remplacé : il est déjà accepté, ou la demande est envoyée.",
        )
        return redirect("tracking:page", dossier.reference)
    messages.success(request, f"{slot.label} : c’est ajouté.")
    return redirect(f"{request.path.rsplit('/', 2)[0]}/#slot-{slot.pk}")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest, reference: str, slot_id: str) -> HttpResponse:
    """Empties one slot, after a page that asks."""
    dossier = dossier_for(request.user, reference)
    slot = slot_for(dossier, slot_id)
    if request.method != "POST":
        return render(request, "evidence/remove.html", {"dossier": dossier, "slot": slot})
    try:
        keep.take_back(slot, Role.CITIZEN)
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect("tracking:page", dossier.reference)
    return redirect("evidence:documents", dossier.reference)


@login_required
@require_safe
def page(request: HttpRequest, reference: str, upload_id: str, number: int) -> HttpResponse:
    """One page that the person gave."""
    dossier = dossier_for(request.user, reference)
    looked_at(request, dossier)
    return picture(dossier, upload_id, number)


@login_required
@require_safe
def thumbnail(request: HttpRequest, reference: str, upload_id: str) -> HttpResponse:
    """The first page, small."""
    dossier = dossier_for(request.user, reference)
    return picture(dossier, upload_id, 0)


def picture(dossier: Dossier, upload_id: object, number: int) -> HttpResponse:
    """A page as a picture (0: the first one, small), under a policy that lets it run nothing. Raises Http404."""
    upload = get_object_or_404(Upload, pk=upload_id, slot__dossier=dossier)
    try:
        data = keep.thumbnail(upload) if number == 0 else keep.page_bytes(upload, number)
    except (IndexError, FileNotFoundError) as error:
        raise Http404 from error
    response = HttpResponse(data, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = DOCUMENT
    response.headers["Content-Disposition"] = f'inline; filename="{dossier.reference}-{number}.jpg"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
