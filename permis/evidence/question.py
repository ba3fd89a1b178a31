"""A question to the centre in the place of a document that somebody does not have: kept as a dated page of ours."""

from __future__ import annotations

from django.conf import settings

from permis import clock
from permis.design import paper
from permis.design.words import french_date, french_time
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import NotNow, decide, may_give
from permis.dossier.models import Dossier, Slot
from permis.evidence import keep
from permis.evidence.models import Source, Upload
from permis.questions import summary
from permis.vision import cage, files

MOST = 1000  # characters
LINES = 40
TITLE = "Question au centre (CERT)"
NAME = "Question posée au centre"
EMPTY = "Écrivez votre question : dites pourquoi vous n’avez pas ce document, et ce que vous avez à la place."
TOO_LONG = f"Votre question est trop longue : {MOST} caractères au plus. Gardez l’essentiel."
TOO_MANY_LINES = f"Votre question a trop de lignes : {LINES} au plus. Écrivez-la en quelques phrases."

# Nothing can be decided without them: no card without a photo, no request without a person, no exchange without a
# licence (arrêté du 9 février 2017, art. 1; arrêté du 12 janvier 2012, art. 5), no right without a doctor's opinion.
NEVER = frozenset({Piece.PHOTO, Piece.ID, Piece.MED, Piece.FLIC})


def may_ask(piece: Piece) -> bool:
    """Whether the request may go on with a question in the place of this piece; an agent then decides."""
    return piece not in NEVER


def ask(dossier: Dossier, slot: Slot, role: Role, typed: str) -> Upload:
    """Keeps the question as the page that stands in this slot.

    Raises `files.Refused` with what to do, or `facts.NotNow` when the slot is shut.
    """
    text = "\n".join(
        "".join(c for c in line if c.isprintable()).strip() for line in typed.strip().splitlines()
    ).strip()
    if not text:
        raise files.Refused(EMPTY)
    if len(text) > MOST:
        raise files.Refused(TOO_LONG)
    if text.count("\n") >= LINES:
        raise files.Refused(TOO_MANY_LINES)
    if not may_give(slot, role):
        raise NotNow
    now = clock.in_paris(clock.now())
    pdf = paper.render(
        "question",
        {
            "title": TITLE,
            "reference": dossier.reference,
            "about": f"À la place du document : {slot.label}",
            "who": summary.full_name(dossier.read_answers()),
            "question": text,
            "made": f"Question écrite en ligne le {french_date(now.date())} à {french_time(now)}, dans la demande "
            f"{dossier.reference}.",
            "banner": "Démonstration, sans valeur officielle"
            if settings.DEMO or not settings.PERMIS_OPERATOR
            else "",
        },
        on=now.date(),
    )
    pages = cage.read(pdf)
    with keep.stored(slot, pages, name=NAME, size=len(pdf), source=Source.ASKED) as upload:
        decide(slot, SlotStatus.READY, role, also=keep.upload_for(upload))
    return upload
