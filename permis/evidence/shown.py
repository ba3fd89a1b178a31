"""What stands in the slots of a dossier, as every page reads it: the person's, the agent's, the receipt's.

It writes nothing and knows no address: who gives what, where, is `desk.py`.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Q

from permis import clock
from permis.domain import required
from permis.domain.pieces import PIECES
from permis.domain.required.table import Required
from permis.domain.vocabulary import Piece, SlotStatus, State
from permis.dossier.models import Dossier, Slot
from permis.evidence import beside, checks, trusted, words
from permis.evidence.arrivals import several
from permis.evidence.beside import Beside
from permis.evidence.models import Arrival, Outcome, Source, Upload
from permis.vault import Broken, DataKey

SPOILT = "Document illisible"  # in the place of a name that cannot be read any more
A_FILE = "Un fichier"  # in the place of a name that is not kept any more

log = logging.getLogger(__name__)

T = TypeVar("T")


def pieces_of(dossier: Dossier, only: frozenset[Piece] | None = None) -> list[dict[str, Any]]:
    """The pieces that are asked, each with its slots, its current uploads and why it is asked."""
    because = needs_of(dossier)
    uploads: dict[object, list[Upload]] = defaultdict(list)
    kept = Upload.objects.filter(Q(current=True) | Q(held=True), slot__dossier=dossier)
    for row in kept.order_by("given_at", "pk"):
        uploads[row.slot_id].append(row)
    arrivals = _arrivals(dossier)
    key = dossier.key()
    typed, on = _typed(dossier), _on(dossier)
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
        files = [_file(upload, slot, typed, on) for upload in uploads[slot.pk]]
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
            name = legible(row, row.read_name, SPOILT)
            coming.append(
                {"arrival": row, "name": name, "since": row.began_at, "state": state, "channel": row.channel}
            )
        if not row.adds and row.whole_at:
            refusals.clear()
        if row.outcome == Outcome.REFUSED:
            name = legible(row, row.read_name, SPOILT) if row.name else A_FILE
            refusals.append({"arrival": row, "name": name, "sentence": row.said})
    return found


def _still_told(refusals: list[dict[str, Any]], uploads: list[Upload]) -> list[dict[str, Any]]:
    """Those that nothing has answered since: a declaration, a question, a code or a paper ends them."""
    since = [u.given_at for u in uploads if u.current and u.source not in (Source.FILE, Source.DRAWN)]
    return [one for one in refusals if not any(given > one["arrival"].began_at for given in since)]


def legible(row: Any, read: Callable[[], T], instead: T) -> T:
    """What `read` reads of this row; `instead` when the row is spoilt, which must not close the whole page."""
    try:
        return read()
    except (Broken, ValueError) as error:
        log.warning("%s %s: %s", row._meta.model_name, row.pk, type(error).__name__)
        return instead


def _typed(dossier: Dossier) -> dict[str, Any]:
    return legible(dossier, dossier.read_answers, {})


def _on(dossier: Dossier) -> dt.date:
    """The day on which the law counts how old a document is: that of the sending, or today."""
    sent = dossier.submitted_at
    return clock.in_paris(sent).date() if sent else clock.today()


def beside_of(slot: Slot, read: Mapping[str, Any]) -> Beside:
    """What was read in a file of this slot, beside the answers of its dossier as they are now."""
    if not read:
        return Beside()
    return _beside(slot, read, _typed(slot.dossier), _on(slot.dossier))


def _beside(slot: Slot, read: Mapping[str, Any], typed: Mapping[str, Any], on: dt.date) -> Beside:
    today = clock.today()
    return beside.look(Piece(slot.piece), read, typed, on, today, lambda code: trusted.judged(code, today))


def _file(upload: Upload, slot: Slot, typed: Mapping[str, Any], on: dt.date) -> dict[str, Any]:
    """One file as the pages show it."""
    kept = checks_of(upload)
    read = kept.get("read") or {}
    said = _beside(slot, read, typed, on) if read else Beside()
    live = checks.run_live(Piece(slot.piece), slot.side, said) if read else None
    shown = checks.shown(kept, live)
    faults = [one for one in shown if one["outcome"] == checks.Outcome.FAULT]
    return {
        "upload": upload,
        "name": legible(upload, upload.read_name, SPOILT),
        "given_as": given_as(upload),
        "source": Source(upload.source).label if upload.source != Source.FILE else "",
        "size": upload.size,
        "held": upload.held,
        "insisted": upload.insisted,
        "checks": shown,
        "faults": faults,
        "heads": said.heads,
        "rows": said.rows,
    }


def checks_of(upload: Upload) -> dict[str, Any]:
    """What was looked at in this file; nothing when the row is spoilt."""
    return legible(upload, upload.read_checks, {})


def _note(slot: Slot, key: DataKey) -> str:
    """What the agent wrote."""
    return legible(slot, lambda: slot.note_text(key), SPOILT)


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
