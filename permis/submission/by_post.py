"""What somebody must still send by post after the request is sent, to whom, and by when."""

from __future__ import annotations

from permis.design.words import french_date
from permis.domain import required
from permis.domain.lifecycle import UNDER_INSTRUCTION
from permis.domain.vocabulary import Result, State, Verb
from permis.dossier.models import Dossier
from permis.evidence import fps

# ANTS_PCI: the "certificat de dépôt" goes with the photo; here it is the receipt.
ENCLOSED = (
    "Joignez votre reçu (PDF) imprimé : c’est le certificat de dépôt, et il porte le numéro de la demande."
)
PHOTO_BY_POST = "{what}, sur la feuille à imprimer depuis votre demande en ligne. Elle doit arriver le {day} au plus tard."
WHAT = {"photo": "Votre photo", "signature": "Votre signature"}
NOT_MADE_YET = UNDER_INSTRUCTION | {State.DRAFT, State.INCOMPLETE}


def where(dossier: Dossier) -> list[str]:
    """The address of the centre that reads the request, line by line; empty while there is none."""
    return dossier.cert.lines() if dossier.cert else []


def to_post(dossier: Dossier) -> list[str]:
    """What is still to be posted, with its last day, as table 2 counts it from the day of the request.

    Only for a booklet, whose photo is paper and whose envelope is the person's own; empty once it is granted.
    """
    if dossier.get_result() is not Result.BOOKLET or dossier.get_state() not in NOT_MADE_YET:
        return []
    if dossier.events.filter(verb=Verb.APPROVE).exists():
        return []  # it came: the factory alone sent the request back
    situation = dossier.situation()
    rows = [(row.what, row.day(situation)) for row in required.deadlines(situation)]
    return [f"{what} : {french_date(day)}." for what, day in rows if day >= situation.submitted_on]


def photo_to_post(dossier: Dossier) -> str:
    """The photo and the signature that were announced by post, as far as they are not here; empty otherwise."""
    if dossier.get_state() is not State.AWAITING_PHOTO:
        return ""
    lacking, day = fps.lacking(dossier), fps.last_day(dossier)
    if not lacking or day is None:
        return ""
    what = "Votre photo et votre signature" if len(lacking) > 1 else WHAT[lacking[0]]
    return PHOTO_BY_POST.format(what=what, day=french_date(day))


def to_enclose(dossier: Dossier) -> list[str]:
    """What the person must post, in words; what goes with a booklet travels with the receipt, by which it is known."""
    if photo := photo_to_post(dossier):
        return [photo]
    found = to_post(dossier)
    return [*found, ENCLOSED] if found else []
