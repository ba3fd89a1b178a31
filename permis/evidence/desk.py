"""Where somebody gives documents of a dossier: as whom, which pieces, and at which addresses.

The citizen's own desk is `Desk.own(dossier)`. A later stage makes another one for somebody who gives only a few
pieces: see `Desk`. The acts below (`take`, `remove`, `picture`) are the same for both.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from permis.design.headers import DOCUMENT
from permis.domain import required
from permis.domain.pieces import PIECES
from permis.domain.required.table import Required
from permis.domain.vocabulary import Piece, Role, SlotStatus, State
from permis.dossier.facts import NotNow, may_give
from permis.dossier.models import Dossier, Slot
from permis.evidence import checks, fps, keep, question, tus, watermark, words, work
from permis.evidence.arrivals import NotKept, drop, several
from permis.evidence.models import Arrival, Outcome, Source, Upload
from permis.form import progress
from permis.vault import Broken, DataKey
from permis.vision import files

NO_FILE = "Choisissez d’abord un fichier, ou prenez une photo."
WHICH = "Choisissez dans la liste le document que vous donnez."
SHUT = "Ce document ne peut plus être remplacé : il est déjà accepté, ou la demande est envoyée."
RECEIVED = (
    "nous avons votre fichier. Nous le regardons encore : vous pouvez continuer, il n’y a rien à refaire."
)
SIGNATURE = "signature"
SPOILT = "Document illisible"  # in the place of a name that cannot be read any more
A_FILE = "Un fichier"  # in the place of a name that is not kept any more
DECIDE = "Choisissez d’abord pour chaque fichier « à confirmer » : le garder, ou le retirer."

log = logging.getLogger(__name__)

T = TypeVar("T")

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


def pieces_of(dossier: Dossier, only: frozenset[Piece] | None = None) -> list[dict[str, Any]]:
    """The pieces that are asked, each with its slots, its current uploads and why it is asked."""
    because = needs_of(dossier)
    uploads: dict[object, list[Upload]] = defaultdict(list)
    kept = Upload.objects.filter(Q(current=True) | Q(held=True), slot__dossier=dossier)
    for row in kept.order_by("given_at", "pk"):
        uploads[row.slot_id].append(row)
    arrivals = _arrivals(dossier)
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
        files = [_file(upload) for upload in uploads[slot.pk]]
        refusals = _still_told(arrivals[slot.pk][1], uploads[slot.pk])
        alone = len(refusals) == 1 and not files and not arrivals[slot.pk][0]
        counted = [file for file in files if not file["held"]]
        last = counted[-1]["upload"] if counted else None
        entry["slots"].append(
            {
                "slot": slot,
                "files": files,
                "held": any(file["held"] for file in files),
                "pending": arrivals[slot.pk][0],
                "checking": [one["name"] for one in arrivals[slot.pk][0] if one["state"] != "coming"],
                "refusals": refusals,
                "said": " ".join(
                    one["sentence"] if alone else f"« {one['name']} » : {one['sentence']}" for one in refusals
                ),
                "several": several(slot),
                "upload": last,
                "uploads": [file["upload"] for file in counted],
                "name": ", ".join(file["name"] for file in counted),
                "given_as": given_as(last),
                "source": Source(last.source).label if last and last.source != Source.FILE else "",
                "note": _note(slot, key) if slot.status == SlotStatus.REFUSED else "",
                "open": dossier.state == State.DRAFT or slot.asked_again,
            }
        )
    for entry in found.values():
        _other_side(entry)
    return list(found.values())


def _arrivals(dossier: Dossier) -> dict[object, tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """By slot: the files on their way, and those that were not taken since the last one that replaced the others."""
    found: dict[object, tuple[list[dict[str, Any]], list[dict[str, Any]]]] = defaultdict(lambda: ([], []))
    rows = Arrival.objects.filter(slot__dossier=dossier).exclude(outcome=Outcome.DROPPED)
    for row in rows.order_by("began_at", "pk"):
        coming, refusals = found[row.slot_id]
        if not row.done:
            state = "coming" if row.whole_at is None else "waiting" if row.attempts > 1 else "checking"
            if state == "coming" and row.offset == 0 and row.channel == "form":
                continue
            name = _legible(row, row.read_name, SPOILT)
            coming.append(
                {"arrival": row, "name": name, "since": row.began_at, "state": state, "channel": row.channel}
            )
        if not row.adds and row.whole_at:
            refusals.clear()
        if row.outcome == Outcome.REFUSED:
            name = _legible(row, row.read_name, SPOILT) if row.name else A_FILE
            refusals.append({"arrival": row, "name": name, "sentence": row.said})
    return found


def _still_told(refusals: list[dict[str, Any]], uploads: list[Upload]) -> list[dict[str, Any]]:
    """Those that nothing has answered since: a declaration, a question, a code or a paper ends them."""
    since = [u.given_at for u in uploads if u.current and u.source not in (Source.FILE, Source.DRAWN)]
    return [one for one in refusals if not any(given > one["arrival"].began_at for given in since)]


def _legible(row: Any, read: Callable[[], T], instead: T) -> T:
    """What `read` reads of this row; `instead` when the row is spoilt, which must not close the whole page."""
    try:
        return read()
    except (Broken, ValueError) as error:
        log.warning("%s %s: %s", row._meta.model_name, row.pk, type(error).__name__)
        return instead


def _file(upload: Upload) -> dict[str, Any]:
    """One file as the pages show it."""
    shown = checks.shown(checks_of(upload))
    faults = [one for one in shown if one["outcome"] == checks.Outcome.FAULT]
    return {
        "upload": upload,
        "name": _legible(upload, upload.read_name, SPOILT),
        "given_as": given_as(upload),
        "source": Source(upload.source).label if upload.source != Source.FILE else "",
        "size": upload.size,
        "held": upload.held,
        "insisted": upload.insisted,
        "checks": shown,
        "faults": faults,
    }


def checks_of(upload: Upload) -> dict[str, Any]:
    """What was looked at in this file; nothing when the row is spoilt."""
    return _legible(upload, upload.read_checks, {})


def _note(slot: Slot, key: DataKey) -> str:
    """What the agent wrote."""
    return _legible(slot, lambda: slot.note_text(key), SPOILT)


def undecided(dossier: Dossier) -> list[Slot]:
    """The slots with a file that a check advises against, and of which the person has not said whether it counts."""
    return list(dossier.slots.filter(asked=True, uploads__held=True).distinct())


def _other_side(entry: dict[str, Any]) -> None:
    """Says of each side of a card whether the other one is there, as things stand now."""
    sides = entry["slots"]
    there = [bool(side["uploads"] or side["pending"]) for side in sides]
    for n, side in enumerate(sides):
        others = [here for m, here in enumerate(there) if m != n]
        awaited = any(others) and not there[n] and not side["slot"].optional
        side["missing"] = checks.THIS_SIDE_MISSING if awaited and entry["code"] != Piece.PHOTO else ""
        for file in side["files"]:
            checks.said_now(file["checks"], alone=bool(others) and not all(others))
            file["faults"] = [one for one in file["checks"] if one["outcome"] == checks.Outcome.FAULT]


def needs_of(dossier: Dossier) -> dict[Piece, Required]:
    """What table 2 asks of this person, by piece."""
    return {need.piece: need for need in required.required_pieces(dossier.situation())}


def given_as(upload: Upload | None) -> str:
    """The name of the paper that the person says this is; empty when the rule allows only one, or its own name says it."""
    if upload is None or not upload.given_as or upload.source == Source.DECLARED:
        return ""
    known = next((piece for piece in PIECES if piece.value == upload.given_as), None)
    return PIECES[known].label if known else ""


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
    need = needs_of(dossier).get(Piece(slot.piece))
    if chosen and chosen not in (need.any_of if need else ()):
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
    rows = Upload.objects.filter(Q(current=True) | Q(held=True), slot__dossier=desk.dossier, slot__asked=True)
    upload = get_object_or_404(rows.select_related("slot__dossier"), pk=upload_id)
    if not desk.shows(upload.slot.piece):
        raise Http404
    return upload


def remove_file(request: HttpRequest, desk: Desk, upload_id: object) -> HttpResponse:
    """Takes one file out of its slot, after a page that asks."""
    upload = upload_at(desk, upload_id)
    if request.method != "POST":
        others = Upload.objects.filter(slot=upload.slot_id, current=True).exclude(pk=upload.pk).exists()
        context = {
            "slot": upload.slot,
            "back": desk.url("documents"),
            "name": _legible(upload, upload.read_name, SPOILT),
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
    rows = Upload.objects.filter(slot__dossier=desk.dossier, slot__asked=True)
    upload = get_object_or_404(rows.select_related("slot__dossier"), pk=upload_id)
    if not desk.shows(upload.slot.piece):
        raise Http404
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
    rows = Arrival.objects.filter(slot__dossier=desk.dossier, slot__asked=True)
    row = get_object_or_404(rows.select_related("slot__dossier"), pk=arrival_id)
    if not desk.shows(row.slot.piece):
        raise Http404
    return row


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
