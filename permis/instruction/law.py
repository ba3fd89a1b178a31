"""What the tables say of a request, for the agent who decides: outcome, price and stamp, and what differs since."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from permis import clock
from permis.design.words import euros, french_date
from permis.domain import required
from permis.domain.lifecycle import HANDED_OVER
from permis.domain.pieces import PIECES, reasons_for
from permis.domain.required.table import Answer
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import SCHOOL_ONLY, Motive, Outcome, Piece, Reason, Result, Role, Verb
from permis.dossier.facts import WITHOUT_FILE
from permis.dossier.models import Dossier, Event, FollowUp
from permis.questions.summary import masked_stamp
from permis.submission.stamp import number_of

M = Motive
OUTCOMES: dict[Outcome | None, str] = {
    Outcome.FILE: "La demande peut être faite.",
    Outcome.NOT_NEEDED: "Aucune demande n’est nécessaire.",
    Outcome.NOT_BEFORE: "La demande vient trop tôt.",
    Outcome.NOT_POSSIBLE: "La demande n’est pas possible.",
    None: "Il manque une réponse pour le dire.",
}
# Of which requests a reason can be the reason; those of the documents come from what is asked.
OPENS_A_CATEGORY = frozenset(
    {M.INS, M.INS_EXT, M.INS_RET, M.REU, M.REU_EXT, M.REU_RET, M.MIL, M.DIP} | SCHOOL_ONLY | HANDED_OVER
)
NOTHING_CHANGES = frozenset({M.EC, M.ERR, M.DET, M.ROSE, M.EXP15, M.ENR_EU})
BY_MOTIVE: dict[Reason, frozenset[Motive]] = {
    Reason.R11: OPENS_A_CATEGORY,
    Reason.R13: frozenset(Motive),
    Reason.R15: frozenset(Motive),
    Reason.R16: frozenset(Motive),
    Reason.R17: HANDED_OVER,
    Reason.R19: NOTHING_CHANGES,
    Reason.R21: SCHOOL_ONLY,
}
STAMP_NOW = {
    "": "réservé pour cette demande",
    "use_stamp": "utilisé",
    "free_stamp": "rendu à la personne",
    "hold_stamp": "réservé pour cette demande",
}


def reasons_of(dossier: Dossier) -> tuple[Reason, ...]:
    """Why this request may be refused, in the order of the list; R18 is never said."""
    motive = dossier.get_motive()
    pieces = {Piece(piece) for piece in dossier.slots.filter(asked=True).values_list("piece", flat=True)}
    found = {reason for piece in pieces for reason in reasons_for(piece)}
    found |= {reason for reason, motives in BY_MOTIVE.items() if motive in motives}
    if _cents(dossier.situation()):
        found.add(Reason.R14)
    return tuple(reason for reason in Reason if reason in found and reason is not Reason.R18)


def what_the_law_says(dossier: Dossier, answers: Mapping[str, Any], asked: Collection[str]) -> dict[str, Any]:
    """The outcome on the day of the request, the price with its stamp, and what is otherwise today or was not asked.

    `asked`: the pieces that have a slot.
    """
    situation = dossier.situation(answers=dict(answers))
    then = required.answer(situation)
    now = required.answer(situation.on(clock.today()))
    return {
        "outcome": OUTCOMES[then.outcome],
        "fine": then.outcome is Outcome.FILE,
        "because": then.because,
        "reason": f"{then.reason.value} · {then.reason.label}" if then.reason else "",
        "source": str(then.source) if then.source else "",
        "differs": [*_since(then, now), *_not_asked(asked, then, situation)],
        "price": _price(dossier, situation, answers),
        "notes": [note.says for note in required.notes(situation)],
    }


def _since(then: Answer, now: Answer) -> list[str]:
    """What today's answer says that the one of the day of the request did not."""
    if (then.outcome, then.because) == (now.outcome, now.because):
        return []
    day = f" Pas avant le {french_date(now.not_before)}." if now.not_before else ""
    return [f"Aujourd’hui : {OUTCOMES[now.outcome].lower()} {now.because}{day}".strip()]


def _not_asked(asked: Collection[str], then: Answer, situation: Situation) -> list[str]:
    """Documents that table 2 asks for and that no slot holds: the answers or the tables changed since."""
    doubled = required.one_paper(situation)
    return [
        f"Document que la loi demande et qui n’a pas été demandé : {PIECES[need.piece].label}."
        for need in then.pieces
        if need.piece in PIECES
        and not need.recommended
        and need.piece not in WITHOUT_FILE
        and need.piece not in doubled
        and need.piece.value not in asked
    ]


def _cents(situation: Situation) -> int:
    try:
        return required.fee(situation).cents
    except NotYetKnown:
        return 0


def _price(dossier: Dossier, situation: Situation, answers: Mapping[str, Any]) -> str:
    cents = _cents(situation)
    if not cents:
        return "Gratuit."
    number = number_of(dict(answers))
    if not number:
        return f"{euros(cents)}. Aucun timbre n’est donné."
    return f"{euros(cents)}, timbre {masked_stamp(number)}, {_stamp_now(dossier)}."


def _stamp_now(dossier: Dossier) -> str:
    """What became of the stamp, as far as our own rows tell; the service of the stamps is not asked by a page."""
    last = FollowUp.objects.filter(
        event__dossier=dossier, follower__in=[name for name in STAMP_NOW if name]
    ).order_by("-event__n")
    row = last.first()
    if row is None:
        return STAMP_NOW[""]
    if row.parked:
        return "que le service des timbres n’a pas accepté : un exploitant regarde"
    return STAMP_NOW[row.follower] if row.done else "dont le service des timbres n’a pas encore répondu"


def original(dossier: Dossier) -> list[str]:
    """How far the foreign original has come, for a request that hands one over; empty elsewhere."""
    if dossier.get_motive() not in HANDED_OVER:
        return []
    said = dict(
        dossier.events.filter(
            verb__in=[Verb.ASK_ORIGINAL, Verb.RECEIVE_ORIGINAL, Verb.AUTHENTICATE]
        ).values_list("verb", "day")
    )
    words = {
        Verb.ASK_ORIGINAL: "Demandé le",
        Verb.RECEIVE_ORIGINAL: "Reçu le",
        Verb.AUTHENTICATE: "Vérifié le",
    }
    found = [f"{text} {french_date(said[verb])}." for verb, text in words.items() if verb in said]
    if _lost(dossier):
        return [*found, "La personne dit l’avoir perdu ou qu’on le lui a volé : il n’est pas demandé."]
    return found or ["Pas encore demandé. L’échange ne peut pas être accordé sans lui."]


def _lost(dossier: Dossier) -> bool:
    try:
        return bool(dossier.situation().licence_lost)
    except NotYetKnown:
        return False


def to_check(dossier: Dossier, events: Iterable[Event]) -> list[str]:
    """What the agent looks at himself before granting, since no document shows it: said beside the button.

    `events`: its history, newest first.
    """
    found = []
    if dossier.get_motive() in HANDED_OVER and _lost(dossier):
        found.append(
            "Permis étranger perdu ou volé : droits à vérifier dans RESPER avant d’accorder."
            if dossier.get_motive() is Motive.ECH_EU
            else "Permis étranger perdu ou volé : droits à vérifier auprès de l’autorité qui l’a délivré avant d’accorder."
        )
    last = next((event for event in events if event.verb == Verb.REJECT_CARD), None)
    if last is not None and last.role == Role.SYSTEM:
        found.append(
            "Dans le registre, le numéro que la personne a écrit est celui d’une autre. Si vous accordez de nouveau, la "
            "demande part sans ce numéro : le registre en donne un nouveau."
        )
    return found


def awaits_post(dossier: Dossier) -> bool:
    """Whether a photo and an envelope on paper must have come before this is granted; once they have, they are here."""
    return dossier.get_result() is Result.BOOKLET and not dossier.events.filter(verb=Verb.APPROVE).exists()
