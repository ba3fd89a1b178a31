"""The fiscal stamp of a request, judged by its number: when it is typed, and again when the request is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from permis.adapters import adapter
from permis.adapters.stamps import LICENCE, REFUNDED, RESERVED, USED, Stamp, Unavailable, Unknown
from permis.design.words import euros, french_date
from permis.domain import required
from permis.domain.situation import NotYetKnown
from permis.dossier.models import Dossier
from permis.questions.summary import masked_stamp

__all__ = [
    "ANOTHER",
    "ANSWER",
    "NOT_NOW",
    "UNKNOWN",
    "Remark",
    "check",
    "key_of",
    "masked_stamp",
    "may_hold",
    "number_due",
    "number_of",
]

ANSWER = "stamp_number"
ANOTHER = "Écrivez le numéro d’un autre timbre."
UNKNOWN = "Ce numéro de timbre n’existe pas. Recopiez les 16 chiffres du SMS ou du PDF."
SPENT = f"Ce timbre a déjà servi. {ANOTHER}"
ELSEWHERE = f"Ce timbre est déjà gardé pour une autre demande. {ANOTHER}"
BACK = f"Ce timbre a été remboursé : il ne vaut plus rien. {ANOTHER}"
LATER = "Le service des timbres ne répond pas. Votre numéro est gardé, il sera vérifié à l’envoi."
NOT_NOW = "Le service des timbres ne répond pas. Réessayez dans quelques minutes ; rien n’est perdu."
# What a stamp of another kind pays for, as people say it.
KINDS = {
    "fine": "un timbre d’amende",
    "passport": "un timbre de passeport",
    "identity": "un timbre de carte d’identité",
}


@dataclass(frozen=True)
class Remark:
    """What there is to say of a stamp. `blocks`: with this number the request cannot go on."""

    sentence: str
    blocks: bool = True


def number_of(answers: Mapping[str, Any]) -> str:
    """The number of the stamp in these answers, empty when there is none. It may be of another motive: `number_due`."""
    return str(answers.get(ANSWER) or "")


def number_due(dossier: Dossier) -> str:
    """The number of the stamp that pays for this request; empty when nothing is due, or it is not known yet.

    A request that became free keeps the number among its answers, and neither uses nor needs it.
    """
    answers = dossier.read_answers()
    try:
        cents = required.fee(dossier.situation(answers=answers)).cents
    except NotYetKnown:
        return ""
    return number_of(answers) if cents else ""


def may_hold(dossier: Dossier) -> bool:
    """Whether a stamp was ever typed in this request, so that the service may keep one for it."""
    return ANSWER in dossier.all_answers()


def key_of(dossier: Dossier) -> str:
    """Under which key the service of the stamps knows this request."""
    return str(dossier.pk)


def check(
    answers: Mapping[str, Any], fee_cents: int, today: dt.date, *, key: str = "", sending: bool = False
) -> Remark | None:
    """What is wrong with the stamp of these answers, or None. Asks the service: not inside a transaction.

    `key` is `key_of(dossier)`: a stamp that this request holds already is right. When the service does not
    answer, the remark blocks only while `sending`. Nothing is asked when there is no fee, or no number yet.
    """
    number = number_of(answers)
    if not fee_cents or not number:
        return None
    try:
        stamp: Stamp = adapter("stamps").look(number, key)
    except Unknown:
        return Remark(UNKNOWN)
    except Unavailable:
        return Remark(NOT_NOW) if sending else Remark(LATER, blocks=False)
    sentence = _wrong(stamp, fee_cents, today)
    return Remark(sentence) if sentence else None


def _wrong(stamp: Stamp, fee_cents: int, today: dt.date) -> str:
    if stamp.kind != LICENCE:
        what = KINDS.get(stamp.kind, "un timbre d’une autre sorte")
        return f"{what.capitalize()} ne convient pas : il faut un timbre « permis de conduire ». {ANOTHER}"
    if stamp.state == REFUNDED:
        return BACK
    if stamp.state == USED:
        return SPENT
    if stamp.state == RESERVED and not stamp.yours:
        return ELSEWHERE
    if stamp.valid_until < today and not stamp.yours:
        return f"Ce timbre était valable jusqu’au {french_date(stamp.valid_until)}. {ANOTHER}"
    if stamp.cents != fee_cents:
        return (
            f"Ce timbre vaut {euros(stamp.cents)} : pour cette demande, il faut {euros(fee_cents)}. {ANOTHER} "
            "Celui-ci peut être remboursé pendant 18 mois par le site qui l’a vendu."
        )
    return ""
