"""Where somebody gives documents of a dossier: as whom, which pieces, and at which addresses.

The citizen's own desk is `Desk.own(dossier)`. A later stage makes another one for somebody who gives only a few
pieces: see `Desk`. The acts below (`take`, `remove`, `picture`) are the same for both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from permis.design.headers import DOCUMENT
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import NotNow, may_give
from permis.dossier.models import Dossier, Slot
from permis.evidence import fps, keep, question, tus, watermark, work
from permis.evidence.arrivals import NotKept, drop
from permis.evidence.models import Arrival, Outcome, Source, Upload
from permis.evidence.shown import SPOILT, declarable, legible, needs_of, pieces_of
from permis.evidence.words import SHUT
from permis.form import progress
from permis.vault import Broken
from permis.vision import files

NO_FILE = "Choisissez d’abord un fichier, ou prenez une photo."
WHICH = "Choisissez dans la liste le document que vous donnez."
RECEIVED = (
    "nous avons votre fichier. Nous le regardons encore : vous pouvez continuer, il n’y a rien à refaire."
)
SIGNATURE = "signature"
DECIDE = "Choisissez d’abord pour chaque fichier « à confirmer » : le garder, ou le retirer."

Given = TypeVar("Given", Upload, Arrival)
Show = Callable[[dict[str, str]], HttpResponse]  # the page of the slots again: slot id → why it was not taken


@dataclass(frozen=True)
class Desk:
    """Who gives what, where.

    `space` is a namespace of URLs that has the names `documents` (the page with the slots), `give` and `remove`
    (then the slot's id), `page` (then the upload's id and a number) and `thumbnail` (then the upload's id);
    also `state` (the slots alone), `tus` (a slot's id) and `sending` (an arrival's id) for uploads that go on after a
    cut, `keep` and `remove_file` (an upload's id), `abandon` (an arrival's id). `args` come first in each. `only`: the
    pieces that are shown and taken here; None: all. `shut`: where one goes once nothing can be given any more.
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
                slot = side["slot"]
                for file in side["files"]:
                    upload = file["upload"]
                    file["thumbnail"] = self.url("thumbnail", upload.pk)
                    file["pages"] = [self.url("page", upload.pk, n) for n in range(1, upload.pages + 1)]
                    file["remove"] = self.url("remove_file", upload.pk)
                    file["keep"] = self.url("keep", upload.pk) if upload.held else ""
                for coming in side["pending"]:
                    coming["abandon"] = self.url("abandon", coming["arrival"].pk)
                for one in side["refusals"]:
                    one["dismiss"] = self.url("abandon", one["arrival"].pk)
                now = (refused or {}).get(str(slot.pk), "")
                if (
                    now and now not in side["said"]
                ):  # else it is said there already, with the name of the file
                    side["said"] = f"{now} {side['said']}".strip()
                side["give"] = self.url("give", slot.pk)
                side["tus"] = self.url("tus", slot.pk)
                side["phone"] = self.url("phone", slot.pk) if self.extras and side["open"] else ""
                given = side["files"][-1]["upload"].given_as if side["files"] else ""
                side["chosen"] = (chosen if side["said"] else "") or given or slot.piece
                side["signs"] = slot.side == SIGNATURE
            open_slot = next((side["slot"] for side in piece["slots"] if side["open"]), None)
            may = self.extras and open_slot is not None
            declares = may and declarable(piece["any_of"]) is not None
            piece["ephoto"] = self.url("ephoto") if may and piece["code"] == Piece.PHOTO else ""
            piece["declare"] = self.url("declare", open_slot.pk) if declares else ""
            asks = may and question.may_ask(Piece(piece["code"]))
            piece["ask"] = self.url("ask", open_slot.pk) if asks else ""
            missing = any(s["open"] and s["slot"].status not in progress.DONE for s in piece["slots"])
            by_post = may and piece["code"] == Piece.PHOTO and fps.offered(self.dossier)
            piece["post"] = self.url("fps") if by_post else ""
            piece["by_post"] = by_post and missing and self.dossier.photo_by_post
            piece["lacks"] = missing and bool(piece["alternatives"] or piece["instead"] or piece["ask"])
        return found

    def context(self, refused: dict[str, str] | None = None, chosen: str = "") -> dict[str, Any]:
        """What `evidence/_slots.html` reads, with the counts that a page may say."""
        pieces = self.pieces(refused, chosen)
        sides = [side for piece in pieces for side in piece["slots"]]
        refused_sides = [side for side in sides if (refused or {}).get(str(side["slot"].pk))]
        coming = {id(side) for piece in pieces if piece["by_post"] for side in piece["slots"]}
        sides = [
            side
            for side in sides
            if side["held"]
            or side["slot"].status in progress.DONE
            or not (id(side) in coming or (side["slot"].optional and side["slot"].status == SlotStatus.EMPTY))
        ]
        # A file that waits for an answer is not in the request: its side is not done, whatever else counts there.
        done = sum(side["slot"].status in progress.DONE and not side["held"] for side in sides)
        settled = [piece for piece in pieces if not any(side["open"] for side in piece["slots"])]
        return {
            "dossier": self.dossier,
            "pieces": [piece for piece in pieces if piece not in settled],
            "settled": settled,  # asked again of nobody: shown apart, so that what is left comes first
            "done": done,
            "total": len(sides),
            "left": len(sides) - done,
            "to_decide": sum(side["held"] for side in sides),
            "refused": refused_sides,
            "post_days": fps.PHOTO_BY_POST_DAYS,
            "limit": "20 Mo",
            "state_url": self.url("state"),
        }


def slot_for(dossier: Dossier, slot_id: object) -> Slot:
    """A slot that is asked in this dossier. Raises Http404."""
    slot = get_object_or_404(Slot, pk=slot_id, dossier=dossier, asked=True)
    slot.dossier = dossier  # as it was fetched: it is not asked for again
    return slot


def take(request: HttpRequest, desk: Desk, slot_id: object, show: Show) -> HttpResponse:
    """Takes a file, or a signature made on the screen, for one slot; the others are untouched."""
    slot = desk.slot(slot_id)
    file = request.FILES.get("file")
    chosen = request.POST.get("given_as", "")
    drawn = request.POST.get("source") == Source.DRAWN and slot.side == SIGNATURE
    try:
        paper_named(desk.dossier, slot, chosen)
        if file is None:
            raise files.Refused(NO_FILE)
        row = work.give(
            slot,
            desk.role,
            data=file.read(),
            size=file.size or 0,
            name=file.name or "",
            given_as=chosen,
            drawn=drawn,
            adds=request.POST.get("how") == "add",
        )
    except files.Refused as refusal:
        return show({str(slot.pk): refusal.sentence})
    except NotKept as fault:
        response = show({str(slot.pk): fault.sentence})
        response.status_code = 503
        response.headers["Retry-After"] = "60"
        return response
    except NotNow:
        messages.warning(request, SHUT)
        return redirect(desk.shut)
    if row.outcome == Outcome.REFUSED:
        return show({str(slot.pk): row.said})
    if row.outcome == Outcome.TAKEN:
        messages.success(request, f"{slot.label} : c’est ajouté.")
    elif row.outcome == Outcome.HELD:
        messages.warning(request, f"{slot.label} : regardez ce que nous avons vu, puis choisissez.")
    else:
        messages.info(request, f"{slot.label} : {RECEIVED}")
    return redirect(f"{desk.url('documents')}#slot-{slot.pk}")


def create(request: HttpRequest, desk: Desk, slot_id: object) -> HttpResponse:
    """Opens an upload that goes on where it was cut."""
    slot = desk.slot(slot_id)
    return tus.create(
        request,
        slot,
        desk.role,
        lambda row: desk.url("sending", row.pk),
        lambda chosen: paper_named(desk.dossier, slot, chosen),
    )


def paper_named(dossier: Dossier, slot: Slot, chosen: str) -> None:
    """Raises `files.Refused` unless the rule allows the paper that the person names (empty: not named)."""
    if not chosen:
        return
    need = needs_of(dossier).get(Piece(slot.piece))
    if chosen not in (need.any_of if need else ()):
        raise files.Refused(WHICH)


def remove(request: HttpRequest, desk: Desk, slot_id: object) -> HttpResponse:
    """Empties one slot, after a page that asks."""
    slot = desk.slot(slot_id)
    if request.method != "POST":
        context = {"slot": slot, "back": desk.url("documents"), "name": "", "others": False, "held": False}
        return render(request, "evidence/remove.html", context)
    try:
        keep.take_back(slot, desk.role)
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(desk.shut)
    return redirect(desk.url("documents"))


def upload_at(desk: Desk, upload_id: object) -> Upload:
    """A file that counts or waits for an answer, of a slot given here. Raises Http404."""
    return _given_here(desk, Upload.objects.filter(Q(current=True) | Q(held=True)), upload_id)


def _given_here(desk: Desk, rows: QuerySet[Given], pk: object) -> Given:
    """The one of these rows, if its slot is among those of this desk. Raises Http404."""
    asked = rows.filter(slot__dossier=desk.dossier, slot__asked=True).select_related("slot__dossier")
    row = get_object_or_404(asked, pk=pk)
    if not desk.shows(row.slot.piece):
        raise Http404
    return row


def remove_file(request: HttpRequest, desk: Desk, upload_id: object) -> HttpResponse:
    """Takes one file out of its slot, after a page that asks."""
    upload = upload_at(desk, upload_id)
    if request.method != "POST":
        others = Upload.objects.filter(slot=upload.slot_id, current=True).exclude(pk=upload.pk).exists()
        context = {
            "slot": upload.slot,
            "back": desk.url("documents"),
            "name": legible(upload, upload.read_name, SPOILT),
            "others": others,
            "held": upload.held,
        }
        return render(request, "evidence/remove.html", context)
    try:
        keep.take_back_one(upload, desk.role)
    except NotNow as refusal:
        messages.warning(request, refusal.sentence)
        return redirect(desk.shut)
    return redirect(f"{desk.url('documents')}#slot-{upload.slot_id}")


def keep_anyway(request: HttpRequest, desk: Desk, upload_id: object) -> HttpResponse:
    """The person has read what is wrong, and keeps the file: it counts, and the agent will see that."""
    upload = _given_here(desk, Upload.objects.all(), upload_id)
    try:
        if keep.insist(upload, desk.role):
            messages.success(request, f"{upload.slot.label} : c’est gardé. L’agent saura que vous l’avez vu.")
    except NotNow:
        messages.warning(request, SHUT)
        return redirect(desk.shut)
    return redirect(f"{desk.url('documents')}#slot-{upload.slot_id}")


def abandon(request: HttpRequest, desk: Desk, arrival_id: object) -> HttpResponse:
    """Gives up a file that is on its way; of one that was not taken, ends the notice that says so."""
    row = arrival_at(desk, arrival_id)
    if may_give(row.slot, desk.role) and not drop(row):
        with transaction.atomic():
            Arrival.objects.filter(pk=row.pk, outcome=Outcome.REFUSED).update(outcome=Outcome.DROPPED)
    return redirect(f"{desk.url('documents')}#slot-{row.slot_id}")


def arrival_at(desk: Desk, arrival_id: object) -> Arrival:
    """A file on its way to a slot given here. Raises Http404."""
    return _given_here(desk, Arrival.objects.all(), arrival_id)


def state(
    request: HttpRequest, desk: Desk, said: Callable[[dict[str, Any]], dict[str, Any]] = lambda found: found
) -> HttpResponse:
    """The slots alone, as they are now: what the page's script reads while something is on its way.

    `said`: puts them in the words of whoever gives here.
    """
    return render(request, "evidence/state_now.html", said(desk.context()))


def said_to(found: dict[str, Any], about: Mapping[str, Any], because: str) -> dict[str, Any]:
    """What `Desk.context` found, in words for somebody else than the person who asks."""
    for piece in (*found["pieces"], *found["settled"]):
        piece["about"] = about[piece["code"]]
        piece["because"] = because
        piece["lacks"] = False
    return found


def picture(
    dossier: Dossier, upload_id: object, number: int, only: frozenset[Piece] | None = None
) -> HttpResponse:
    """A page as a picture (0: the first one, small), under a policy that lets it run nothing. Raises Http404.

    An identity paper bears the reference of the request: taken elsewhere, it says where it comes from.
    """
    allowed = Upload.objects.filter(slot__dossier=dossier).select_related("slot")
    if only is not None:
        allowed = allowed.filter(slot__piece__in=only)
    upload = get_object_or_404(allowed, pk=upload_id)
    try:
        data = keep.thumbnail(upload) if number == 0 else keep.page_bytes(upload, number)
    except (IndexError, FileNotFoundError, Broken) as error:
        raise Http404 from error
    if upload.slot.piece in watermark.MARKED:
        data = watermark.stamp(data, dossier.reference)
    return jpeg(data, f"{dossier.reference}-{number}.jpg")


def jpeg(data: bytes, name: str) -> HttpResponse:
    """A picture that nobody caches and that can run nothing."""
    response = HttpResponse(data, content_type="image/jpeg")
    response.headers["Content-Security-Policy"] = DOCUMENT
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
