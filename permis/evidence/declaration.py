"""A declaration on honour made online: the sentence that is read is the one that is kept, as a page of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from permis import clock
from permis.design import paper
from permis.design.words import french_date, french_time
from permis.domain.vocabulary import Piece, Role, SlotStatus
from permis.dossier.facts import decide
from permis.dossier.models import Dossier, Slot
from permis.evidence import intake, keep, words
from permis.evidence.models import Source, Upload
from permis.questions import summary


@dataclass(frozen=True)
class Sentence:
    """What the person reads before declaring."""

    who: str
    declared: str


def sentence(declaration: words.Declaration, answers: dict[str, Any]) -> Sentence | None:
    """The exact sentence; None while the person has not said who they are."""
    if not answers.get("birth_name") or not answers.get("birth_date"):
        return None
    feminine = answers.get("sex") == "F"
    birth = str(answers["birth_date"])
    born = f"{'le' if len(birth) == 10 else 'en'} {summary.birth_day(birth)}"
    where = answers.get("birth_place") or ""
    return Sentence(
        f"Je soussigné{'e' if feminine else ''}, {summary.full_name(answers)}, né{'e' if feminine else ''} {born}"
        f"{f' à {where}' if where else ''},",
        f"déclare sur l’honneur {declaration.sentence}.",
    )


def declare(
    dossier: Dossier, slot: Slot, role: Role, declaration: words.Declaration, said: Sentence
) -> Upload:
    """Makes the page and gives it for this slot. Raises `intake.Refused`, or `facts.NotNow` when it is shut."""
    now = clock.in_paris(clock.now())
    pdf = paper.render(
        "honour",
        {
            "title": words.NAME,
            "reference": dossier.reference,
            "who": said.who,
            "declared": said.declared,
            "made": f"Déclaration faite en ligne le {french_date(now.date())} à {french_time(now)}, dans la demande "
            f"{dossier.reference}.",
            "warning": words.FALSE,
            "banner": "Démonstration, sans valeur officielle"
            if settings.DEMO or not settings.PERMIS_OPERATOR
            else "",
        },
        on=now.date(),
    )
    pages = intake.read(pdf)
    with keep.stored(
        slot, pages, name=words.NAME, size=len(pdf), source=Source.DECLARED, given_as=Piece.HONOUR
    ) as upload:
        decide(slot, SlotStatus.READY, role, also=keep.upload_for(upload))
    return upload
