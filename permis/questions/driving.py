"""What may be driven meanwhile, in words: the same reading for the summary, the receipt, the messages and the pages."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from permis.design.words import french_day
from permis.domain import rights
from permis.domain.situation import NotYetKnown, Situation

# What to do once the paper is no longer worth a licence, by the paper that is shown first.
AFTER = {
    "CEPC": "Votre certificat d’examen ne permet plus de conduire depuis le {day} : attendez votre carte.",
    "ADCS": "Votre attestation de droits à conduire ne vaut plus depuis le {day} : vous pouvez en demander une autre.",
}


# What has to be done before one may drive with the paper.
FIRST = {
    "ADCS": "Téléchargez d’abord cette attestation sur le site Mes Points Permis : sans elle, ne conduisez pas.",
}


@dataclass(frozen=True)
class Driving:
    """One right to drive: the categories, its last day, the papers to carry, whether it is over, what comes first."""

    categories: str
    until: dt.date
    papers: str
    over: bool
    sentence: str
    first: str = ""


def driving(situation: Situation, today: dt.date) -> list[Driving]:
    """The rights that this request shows, as a person reads them; none while an answer lacks."""
    try:
        found = rights.drive(situation)
    except NotYetKnown:
        return []
    return [_say(right, today) for right in found]


def _say(right: rights.Drive, today: dt.date) -> Driving:
    first = FIRST.get(right.papers[0], "")
    categories, over = ", ".join(right.categories), today > right.until
    if over:
        sentence = AFTER[right.papers[0]].format(day=french_day(right.until))
    else:
        sentence = (
            f"Vous pouvez conduire ({categories}) en France jusqu’au {french_day(right.until)}, "
            f"avec {right.papers_words} sur vous.{' ' if first else ''}{first}"
        )
    return Driving(categories, right.until, right.papers_words, over, sentence, first)
