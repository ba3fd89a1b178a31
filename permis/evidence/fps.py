"""The sheet for a photo and a signature by post: printed for one dossier, read back, and what it brings put in its place.

Its code holds the reference and a keyed check, so that a foreign or altered code is never believed.
"""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction

from permis import clock
from permis.accounts.models import Cert
from permis.design import paper
from permis.design.words import french_date
from permis.domain.lifecycle import PHOTO_BY_POST_DAYS
from permis.domain.territory import department_of
from permis.domain.vocabulary import Piece, SlotStatus, State, Verb
from permis.dossier.facts import NotNow, awaited_by_post, decide, lock, slots_that_count
from permis.dossier.models import Dossier, Due, Event, Slot
from permis.dossier.move import Actor, move
from permis.dossier.reference import read as read_reference
from permis.evidence import keep, reading, work
from permis.evidence.models import Source
from permis.questions import summary
from permis.vault.keys import keyring
from permis.vision import layout
from permis.vision.files import Made

PAGE = 1  # the code says which page of a form it is; this form has one
CHECK_BYTES = 6  # 48 bits, keyed: nobody guesses one at an agent's desk
SIDES = {"photo": "Photo reçue par courrier", "signature": "Signature reçue par courrier"}
STEPS = (
    "Imprimez cette feuille sur du papier blanc, à sa taille réelle. En noir et blanc, elle convient aussi.",
    "Collez une photo d’identité de moins de 6 mois entre les quatre repères, sans agrafe ni ruban adhésif.",
    "Signez dans le cadre à l’encre noire, sans toucher ses bords.",
    "Laissez les carrés noirs bien visibles : ils nous servent à lire la feuille.",
    "Postez la feuille sans plier la photo.",
)
SEND_FIRST = "Envoyez d’abord votre demande en ligne : cette feuille s’y ajoute."


def payload(reference: str) -> str:
    """What the main code of this dossier's sheet says: nothing personal but the reference."""
    said = f"{layout.KIND}{reference};{PAGE}"
    return f"{said};{_check(said)}"


def read(text: str) -> str | None:
    """The reference in a code of ours; None when it is foreign or was altered."""
    said, _, check = text.rpartition(";")
    if not text.startswith(layout.KIND) or not hmac.compare_digest(check.encode(), _check(said).encode()):
        return None
    parts = said.removeprefix(layout.KIND).split(";")
    return read_reference(parts[0]) if len(parts) == 2 else None


def _check(said: str) -> str:
    digest = hmac.new(keyring().index, b"fps\x00" + said.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:CHECK_BYTES]).decode().rstrip("=")


def offered(dossier: Dossier) -> bool:
    """Whether this person may send photo and signature by post: they are asked, and the request is not sent."""
    return dossier.get_state() is State.DRAFT and dossier.slots.filter(asked=True, piece=Piece.PHOTO).exists()


def printable(dossier: Dossier) -> bool:
    """Whether there is a sheet to print now: the post was chosen, and something must still come."""
    slots = slots_that_count(dossier).values_list("piece", "side", "status")
    return dossier.get_state() in {State.DRAFT, State.AWAITING_PHOTO} and awaited_by_post(dossier, slots)


def centre(dossier: Dossier) -> Cert | None:
    """The centre to which the sheet goes; while the request is not sent, the one that it would go to."""
    if dossier.cert:
        return dossier.cert
    postcode = str(dossier.read_answers().get("postcode", ""))
    return Cert.for_department(department_of(postcode)) if postcode else None


def last_day(dossier: Dossier) -> dt.date | None:
    """The last day for the sheet to arrive; None while the request is not sent."""
    due = Due.objects.filter(dossier=dossier, what="photo_by_post", status=Due.OPEN).first()
    return due.day if due else None


def content(dossier: Dossier) -> dict[str, Any]:
    """What the sheet says, and where everything stands on it, as `fps.typ` reads it."""
    where, day = centre(dossier), last_day(dossier)
    names = summary.full_name(dossier.read_answers())
    return {
        "service": "Télépermis",
        "banner": "Démonstration, sans valeur officielle"
        if settings.DEMO or not settings.PERMIS_OPERATOR
        else "",
        "reference": dossier.reference,
        "names": names,
        "steps": list(STEPS) if day else [SEND_FIRST, *STEPS],
        "send_to": where.lines()
        if where
        else ["L’adresse est sur la page de votre demande, une fois envoyée."],
        "before": f"Elle doit arriver le {french_date(day)} au plus tard."
        if day
        else f"Elle doit arriver dans les {PHOTO_BY_POST_DAYS} jours après l’envoi de votre demande.",
        "alt": f"Code de la demande {dossier.reference}",
        "place": {
            "main": _frame(layout.MAIN),
            "photo": _frame(layout.PHOTO),
            "signature": _frame(layout.SIGNATURE),
            "corners": [_frame(frame) for frame in layout.CORNERS.values()],
        },
        "main": layout.matrix(payload(dossier.reference)),
        "corners": [layout.matrix(text) for text in layout.CORNERS],
    }


def _frame(frame: layout.Frame) -> dict[str, float]:
    return {"x": frame.x, "y": frame.y, "width": frame.width, "height": frame.height}


def pdf(dossier: Dossier) -> bytes:
    """The sheet as PDF/UA-1."""
    return paper.render("fps", content(dossier), on=clock.today())


def take(
    dossier: Dossier,
    actor: Actor,
    pictures: Mapping[str, Made],
    *,
    antivirus: str,
    key: str,
    also: Callable[[bool], None],
) -> bool:
    """Puts what a sheet brought into its slots, in one transaction; once nothing lacks, says `receive_photo`.

    `pictures`: by side, only those that are there. `also` runs inside the transaction, and is told
    what this returns: whether both are there now. Raises `NotNow` when the dossier awaits nothing by post, `Refusal` or `Stale` as
    `move` does.
    """
    slots = {slot.side: slot for slot in dossier.slots.filter(asked=True, piece=Piece.PHOTO)}
    with contextlib.ExitStack() as files:
        given = []
        for side, picture in pictures.items():
            slot = slots[side]
            read, _ = reading.read(Piece.PHOTO, side, picture.jpeg)
            results, looks = work.look_at(slot, [picture], antivirus=antivirus, read=read)
            upload = files.enter_context(
                keep.stored(
                    slot,
                    [picture],
                    name=SIDES[side],
                    size=len(picture.jpeg),
                    source=Source.PAPER,
                    checks={
                        "results": [result.as_json() for result in results],
                        "looks": looks,
                        "read": read,
                    },
                )
            )
            given.append((slot, upload))
        with transaction.atomic():
            here = lock(dossier.pk)
            if here.get_state() is not State.AWAITING_PHOTO:
                raise NotNow
            for slot, upload in given:
                decide(slot, SlotStatus.READY, actor.role, also=keep.upload_for(upload))
            complete = not _lacking(here)
            if complete:
                move(here, Verb.RECEIVE_PHOTO, actor, key=key)
            also(complete)
    return complete


def _lacking(dossier: Dossier) -> list[Slot]:
    done = [str(status) for status in (SlotStatus.READY, SlotStatus.ACCEPTED)]
    return list(dossier.slots.filter(asked=True, piece=Piece.PHOTO).exclude(status__in=done))


def lacking(dossier: Dossier) -> list[str]:
    """The sides that must still come, by their names."""
    return [slot.side for slot in _lacking(dossier)]


def received_on(dossier: Dossier) -> dt.date | None:
    """The day on which the photo and the signature were received by post; None if they were not."""
    event = Event.objects.filter(dossier=dossier, verb=Verb.RECEIVE_PHOTO).order_by("-n").first()
    return event.day if event else None
