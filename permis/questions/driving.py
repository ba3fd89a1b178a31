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
    "THEFT": "Le récépissé de vol ne permet plus de conduire depuis le {day} : demandez une attestation de droits à "
    "conduire (ADCS) sur le site Mes Points Permis.",
    "FORM": "L’attestation de formation ne permet plus de conduire depuis le {day} : attendez la carte.",
    "FLIC": "Votre permis étranger ne permet plus de conduire en France depuis le {day}.",
}
AFTER_ANY = "Ce droit de conduire s’est terminé le {day}."

# What has to be done before one may drive with the paper.
FIRST = {
    "ADCS": "Téléchargez d’abord cette attestation sur le site Mes Points Permis : sans elle, ne conduisez pas.",
}


@dataclass(frozen=True)
class Driving:
    """One right to drive: the categories, its last day if one is known, the papers to carry, what comes first."""

    categories: str
    until: dt.date | None
    papers: str
    over: bool
    sentence: str
    first: str = ""
    when: str = ""  # from when to when, after « Vous pouvez conduire »


def driving(situation: Situation, today: dt.date) -> list[Driving]:
    """The rights that this request shows, as a person reads them; none while an answer lacks."""
    try:
        found = rights.drive(situation)
    except NotYetKnown:
        return []
    return [_say(right, today) for right in found]


def last_day(situation: Situation) -> dt.date | None:
    """The last of the days on which a right of this request ends; None when none has an end that is known."""
    try:
        days = [right.last_day for right in rights.drive(situation)]
    except NotYetKnown:
        return None
    return max((day for day in days if day), default=None)


def _say(right: rights.Drive, today: dt.date) -> Driving:
    first = FIRST.get(right.papers[0], "")
    categories, until = ", ".join(right.categories), right.last_day
    if until and right.over(today):
        sentence = AFTER.get(right.papers[0], AFTER_ANY).format(day=french_day(until))
        return Driving(categories, until, right.papers_words, True, sentence, first)
    when = f"jusqu’au {french_day(until)}" if until else "jusqu’à la décision" if right.until else ""
    if right.start > today:
        when = f"à partir du {french_day(right.start)}{f', {when}' if when else ''}"
    allowed = f"Vous pouvez conduire ({categories}) en France{f' {when}' if when else ''}"
    sentence = f"{allowed}, avec {right.papers_words} sur vous.{' ' if first else ''}{first}"
    return Driving(categories, until, right.papers_words, False, sentence, first, when or "en attendant")
