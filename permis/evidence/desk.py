"""Where somebody gives documents of a dossier: as whom, which pieces, and at which addresses.

The citizen's own desk is `Desk.own(dossier)`. A later stage makes another one for somebody who gives only a few
pieces: see `Desk`. The acts below (`take`, `remove`, `picture`) are the same for both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from permis.design.headers import DOCUMENT
from permis.domain import required
from permis.domain.pieces import PIECES
from permis.domain.required.table import Required
from permis.domain.vocabulary import Piece, Role, SlotStatus, State
from permis.dossier.facts import NotNow
from permis.dossier.models import Dossier, Slot
from permis.evidence import intake, keep, words
from permis.evidence.models import Source, Upload
from permis.form import progress

NO_FILE = "Choisissez d’abord un fichier, ou prenez une photo."
WHICH = "Choisissez dans la liste le document que vous donnez."
SHUT = "Ce document ne peut plus être remplacé : il est déjà accepté, ou la demande est envoyée."
SIGNATURE = "signature"

Show = Callable[[dict[str, str]], HttpResponse]  # the page of the slots again: slot id → why it was not taken


@dataclass(frozen=True)
class Desk:
    """Who gives what, where.

    `space` is a namespace of URLs that has the names `documents` (the page with the slots), `give` and `remove`
    (then the slot's id), `page` (then the upload's id and a number) and `thumbnail` (then the upload's id);
    `args` come first in each. `only`: the pieces that are shown and taken here; None: all. `shut`: where one goes
    once nothing can be given any more.
    """

    dossier: Dossier
    role: Role
    space: str
    args: tuple[str, ...]
    shut: str
    only: frozenset[Piece] | None = None
    extras: bool = field(default=False)  # the ways that only the person who asks has: e-photo, declaration

    @classmethod
    def own(cls, dossier: Dossier) -> Desk:
        """The desk of the person who asks."""
        return cls(
            dossier,
            Role.CITIZEN,
            "evidence",
            (dossier.reference,),
            reverse("tracking:page", args=[dossier.reference]),
            extras=True,
        )

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this desk."""
        return reverse(f"{self.space}:{name}", args=[*self.args, *args])

    def shows(self, piece: str) -> bool:
        """Whether this piece is given here."""
        return self.only is None or piece in self.only

    def slot(self, slot_id: object) -> Slot:
        """A slot that is asked in this dossier and given here. Raises Http404."""
        found = slot_for(self.dossier, slot_id)
        if not self.shows(found.piece):
            raise Http404
        return found

    def pieces(self, refused: dict[str, str] | None = None, chosen: str = "") -> list[dict[str, Any]]:
        """The pieces that are given here, as `evidence/_slots.html` reads them."""
        found = pieces_of(self.dossier, self.only)
        for piece in found:
            for side in piece["slots"]:
                slot, upload = side["slot"], side["upload"]
                side["said"] = (refused or {}).get(str(slot.pk), "")
                side["give"] = self.url("give", slot.pk)
                side["remove"] = self.url("remove", slot.pk)
                side["thumbnail"] = self.url("thumbnail", upload.pk) if upload else ""
                side["pages"] = (
                    [self.url("page", upload.pk, n) for n in range(1, upload.pages + 1)] if upload else []
                )
                given = upload.given_as if upload else ""
                side["chosen"] = (chosen if side["said"] else "") or given or slot.piece
                side["signs"] = slot.side == SIGNATURE
            open_slot = next((side["slot"] for side in piece["slots"] if side["open"]), None)
            may = self.extras and open_slot is not None
            declares = may and declarable(piece["any_of"]) is not None
            piece["ephoto"] = self.url("ephoto") if may and piece["code"] == Piece.PHOTO else ""
            piece["declare"] = self.url("declare", open_slot.pk) if declares else ""
            missing = any(s["open"] and s["slot"].status not in progress.DONE for s in piece["slots"])
            piece["lacks"] = missing and bool(piece["alternatives"] or piece["instead"])
        return found

    def context(self, refused: dict[str, str] | None = None, chosen: str = "") -> dict[str, Any]:
        """What `evidence/_slots.html` reads, with the counts that a page may say."""
        pieces = self.pieces(refused, chosen)
        sides = [side for piece in pieces for side in piece["slots"]]
        refused_sides = [side for side in sides if side["said"]]
        sides = [s for s in sides if not (s["slot"].optional and s["slot"].status == SlotStatus.EMPTY)]
        done = sum(side["slot"].status in progress.DONE for side in sides)
        settled = [piece for piece in pieces if not any(side["open"] for side in piece["slots"])]
        return {
            "dossier": self.dossier,
            "pieces": [piece for piece in pieces if piece not in settled],
            "settled": settled,  # asked again of nobody: shown apart, so that what is left comes first
            "done": done,
            "total": len(sides),
            "left": len(sides) - done,
            "refused": refused_sides,
            "limit": "20 Mo",
        }


def pieces_of(dossier: Dossier, only: frozenset[Piece] | None = None) -> list[dict[str, Any]]:
    """The pieces that are asked, each with its slots, its current uploads and why it is asked."""
    because = needs_of(dossier)
    uploads = {u.slot_id: u for u in Upload.objects.filter(slot__dossier=dossier, current=True)}
    key = dossier.key()
    found: dict[str, dict[str, Any]] = {}
    for slot in dossier.slots.filter(asked=True):
        piece = Piece(slot.piece)
        if only is not None and piece not in only:
            continue
        need = because.get(piece)
        any_of = need.any_of if need else (piece,)
        entry = found.setdefault(
            slot.piece,
            {
                "code": slot.piece,
                "about": PIECES[piece],
                "because": need.because if need else "",
                "source": str(need.source) if need else "",
                "any_of": any_of,
                "choices": [(p.value, PIECES[p].label) for p in any_of if p in PIECES]
                if len(any_of) > 1
                else [],
                "alternatives": [PIECES[p].label for p in any_of[1:] if p in PIECES],
                "instead": getattr(PIECES[piece], "instead", ""),
                "slots": [],
            },
        )
        upload = uploads.get(slot.pk)
        entry["slots"].append(
            {
                "slot": slot,
                "upload": upload,
                "name": upload.read_name() if upload else "",
                "given_as": given_as(upload),
                "source": Source(upload.source).label if upload and upload.source != Source.FILE else "",
                "note": slot.note_text(key) if slot.status == SlotStatus.REFUSED else "",
                "open": dossier.state == State.DRAFT or slot.asked_again,
            }
        )
    return list(found.values())


def needs_of(dossier: Dossier) -> dict[Piece, Required]:
    """What table 2 asks of this person, by piece."""
    return {need.piece: need for need in required.required_pieces(dossier.situation())}


def given_as(upload: Upload | None) -> str:
    """The name of the paper that the person says this is; empty when the rule allows only one, or its own name says it."""
    if upload is None or not upload.given_as or upload.source == Source.DECLARED:
        return ""
    return PIECES[Piece(upload.given_as)].label


def declarable(any_of: tuple[Piece, ...]) -> words.Declaration | None:
    """The declaration on honour that may stand for these papers; None if there is none."""
    if Piece.HONOUR not in any_of:
        return None
    return words.DECLARATIONS.get(any_of[0])


def slot_for(dossier: Dossier, slot_id: object) -> Slot:
    """A slot that is asked in this dossier. Raises Http404."""
    return get_object_or_404(Slot, pk=slot_id, dossier=dossier, asked=True)


def take(request: HttpRequest, desk: Desk, slot_id: object, show: Show) -> HttpResponse:
    """Takes a file, or a signature made on the screen, for one slot; the others are untouched."""
    slot = desk.slot(slot_id)
    file = request.FILES.get("file")
    chosen = request.POST.get("given_as", "")
    drawn = request.POST.get("source") == Source.DRAWN and slot.side == SIGNATURE
    try:
        need = needs_of(desk.dossier).get(Piece(slot.piece))
        if chosen and chosen not in (need.any_of if need else ()):
            raise intake.Refused(WHICH)
        if file is None:
            raise intake.Refused(NO_FILE)
        keep.give(
            slot,
            desk.role,
            data=file.read(),
            size=file.size or 0,
            name="Signature faite à l’écran" if drawn else file.name or "",
            given_as=chosen,
            drawn=drawn,
        )
    except intake.Refused as refusal:
        return show({str(slot.pk): refusal.sentence})
    except NotNow:
        messages.warning(request, SHUT)
        return redirect(desk.shut)
    messages.success(request, f"{slot.label} : c’est ajouté.")
    return redirect(f"{desk.url('documents')}#slot-{slot.pk}")


def remove(request: HttpRequest, desk: Desk, slot_id: object) -> HttpResponse:
    """Empties one slot, after a page that asks."""
    slot = desk.slot(slot_id)
    if request.method != "POST":
        context = {"slot": slot, "back": desk.url("documents")}
        return render(request, "evidence/remove.html", context)
    try:
        keep.take_back(slot, desk.role)
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(desk.shut)
    return redirect(desk.url("documents"))


def picture(
    dossier: Dossier, upload_id: object, number: int, only: frozenset[Piece] | None = None
) -> HttpResponse:
    """A page as a picture (0: the first one, small), under a policy that lets it run nothing. Raises Http404."""
    allowed = Upload.objects.filter(slot__dossier=dossier)
    if only is not None:
        allowed = allowed.filter(slot__piece__in=only)
    upload = get_object_or_404(allowed, pk=upload_id)
    try:
        data = keep.thumbnail(upload) if number == 0 else keep.page_bytes(upload, number)
    except (IndexError, FileNotFoundError) as error:
        raise Http404 from error
    return jpeg(data, f"{dossier.reference}-{number}.jpg")


def jpeg(data: bytes, name: str) -> HttpResponse:
    """A picture that nobody caches and that can run nothing."""
    response = HttpResponse(data, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = DOCUMENT
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
