"""`permis storage check|purge|undo`: database and storage side by side, what is to go, and what is brought back."""

from __future__ import annotations

import argparse
import uuid
from typing import Any

from permis.cli import NO, YES, Fault, setup_django

MOST_NAMED = 100


def arguments(parser: argparse.ArgumentParser) -> None:
    """check, purge, undo."""
    what = parser.add_subparsers(dest="what", required=True, parser_class=type(parser))
    what.add_parser("check", help="compare database and storage, both ways; changes nothing")
    purge = what.add_parser("purge", help="remove now what is due, and mark what belongs to nothing")
    purge.add_argument(
        "--however-many", action="store_true", help="mark files of no dossier even when they are many"
    )
    undo = what.add_parser("undo", help="bring back a document that was set aside less than 30 days ago")
    undo.add_argument("reference")
    undo.add_argument("--document", metavar="ID", help="this one; otherwise the last one of each empty slot")


def run(args: argparse.Namespace) -> tuple[int, dict[str, Any] | None]:
    """Exit 0: nothing amiss, or done. 1: something is missing or belongs to nothing, or nothing could be done."""
    setup_django()
    from permis.adapters.storage import StorageDown  # noqa: PLC0415

    acts = {"check": _check, "purge": _purge, "undo": _undo}
    try:
        return acts[args.what](args)
    except StorageDown as error:
        return NO, {"done": False, "storage": f"does not answer: {type(error).__name__}"}


def _check(_args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis.evidence import purge  # noqa: PLC0415
    from permis.evidence.models import Purge  # noqa: PLC0415

    found = purge.compare()
    whole = not (found.danglers or found.orphans)
    return (YES if whole else NO), {
        "whole": whole,
        "files": found.files,
        "missing": len(found.danglers),
        "belonging_to_nothing": len(found.orphans),
        "too_young_to_judge": found.fresh,
        "not_ours": found.foreign,
        "marked": Purge.objects.count(),
        "too_many": found.too_many,
        "faults": [
            *({"reference": whose, "key": key, "what": "missing"} for whose, key in found.danglers),
            *({"reference": None, "key": key, "what": "belongs to nothing"} for key in found.orphans),
        ][:MOST_NAMED],
    }


def _purge(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from django.db import transaction  # noqa: PLC0415

    from permis import clock  # noqa: PLC0415
    from permis.evidence import purge  # noqa: PLC0415
    from permis.evidence.models import Comparison, Purge  # noqa: PLC0415

    removed = 0
    while Purge.objects.filter(due_at__lte=clock.now()).exists():
        removed += purge.remove_due()
    found = purge.compare()
    with transaction.atomic():
        row, _ = Comparison.objects.get_or_create(day=clock.today())
    marked = purge.note(row, found, however_many=args.however_many)
    row.refresh_from_db()
    waiting = Purge.objects.order_by("due_at")
    first = waiting.first()
    return (NO if row.held_back or row.danglers else YES), {
        "done": not row.held_back,
        "removed": removed,
        "marked": marked,
        "waiting": waiting.count(),
        "next": first.due_at.isoformat(timespec="seconds") if first else None,
        "missing": row.danglers,
        "too_many": row.held_back,
    }


def _undo(args: argparse.Namespace) -> tuple[int, dict[str, Any]]:
    from permis.cli.outside import reference_of  # noqa: PLC0415
    from permis.domain.vocabulary import SlotStatus  # noqa: PLC0415
    from permis.dossier.models import Dossier  # noqa: PLC0415
    from permis.evidence import purge  # noqa: PLC0415

    reference = reference_of(args.reference)
    dossier = Dossier.objects.filter(reference=reference).first()
    if dossier is None:
        raise Fault(f"There is no dossier {reference!r}.")
    there = purge.waiting(dossier)
    if args.document:
        try:
            wanted = uuid.UUID(args.document)
        except ValueError as error:
            raise Fault(f"{args.document!r} is not the id of a document.") from error
        chosen = [upload for upload in there if upload.pk == wanted]
        if not chosen:
            raise Fault(f"No document {wanted} of {reference} waits to be purged.")
    else:
        # Of each slot where nothing is left, what was there last: files that went together come back together.
        empty = [u for u in there if u.slot.asked and u.slot.status == SlotStatus.EMPTY]
        latest = {u.slot_id: u.set_aside_at for u in reversed(empty)}
        chosen = [u for u in empty if u.set_aside_at == latest[u.slot_id]]
    back, faults = [], []
    for upload in chosen:
        try:
            back.append(_line(purge.undo(upload)))
        except purge.NotUndone as error:
            faults.append({**_line(upload), "why": error.sentence})
    return (YES if back and not faults else NO), {
        "reference": reference,
        "back": back,
        "not_back": faults,
        "waiting": [_line(upload) for upload in purge.waiting(dossier)],
    }


def _line(upload: Any) -> dict[str, Any]:
    aside = upload.set_aside_at
    return {
        "document": str(upload.pk),
        "slot": str(upload.slot),
        "pages": upload.pages,
        "set_aside_at": aside.isoformat(timespec="seconds") if aside else None,
    }
