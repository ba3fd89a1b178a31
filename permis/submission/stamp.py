"""The fiscal stamp of a request: held before the request is sent, spent when it is granted, free again otherwise.

Its key at the service of the stamps is that of the dossier: whatever is told twice happens once. What is wrong
with a number is said by `permis/form/stamp.py:check`, when it is typed and again before `hold`.
"""

from __future__ import annotations

from django.db import transaction

from permis.adapters import adapter
from permis.adapters.stamps import Refused, Unavailable, Unknown
from permis.domain.lifecycle import Refusal
from permis.domain.vocabulary import State
from permis.dossier.models import Dossier, FollowUp
from permis.form.stamp import ANOTHER, NOT_NOW, UNKNOWN, check, key_of, number_of

__all__ = ["check", "free_stamp", "hold", "hold_stamp", "key_of", "number_of", "use_stamp"]

FREED_IN = frozenset({State.REFUSED, State.CLOSED, State.CANCELLED})


def hold(dossier: Dossier, number: str) -> None:
    """Reserves the stamp for this dossier, before the move that sends it. Not inside a transaction.

    Raises `Refusal` with the sentence to show when it cannot be had, or when the service does not answer.
    """
    try:
        adapter("stamps").reserve(number, key_of(dossier))
    except Unknown:
        raise Refusal(UNKNOWN) from None
    except Refused:
        raise Refusal(
            f"Ce timbre ne peut plus être pris : il a servi, ou une autre demande le garde. {ANOTHER}"
        ) from None
    except Unavailable:
        raise Refusal(NOT_NOW) from None


def use_stamp(follow_up: FollowUp) -> None:
    """The request is granted: spends its stamp. While the service does not answer, the row waits and tries again.

    A stamp that somebody else has meanwhile (it was freed, then the request reopened) fails until an operator looks.
    """
    _told(follow_up, "use")


def hold_stamp(follow_up: FollowUp) -> None:
    """The request is reopened: keeps its stamp again."""
    if follow_up.event.dossier.get_state() in FREED_IN:
        _close(follow_up)
        return
    _told(follow_up, "reserve")


def free_stamp(follow_up: FollowUp) -> None:
    """The request has ended without a card: its stamp may serve for a new one. What was spent stays spent."""
    if follow_up.event.dossier.get_state() not in FREED_IN:  # reopened meanwhile: the stamp is needed again
        _close(follow_up)
        return
    _told(follow_up, "release")


def _told(follow_up: FollowUp, act: str) -> None:
    dossier = follow_up.event.dossier
    if number := number_of(dossier.read_answers()):
        try:
            getattr(adapter("stamps"), act)(number, key_of(dossier))
        except Unknown:
            # A number that was never held (a draft given up) has nothing to give back.
            if act != "release":
                raise
    _close(follow_up)


def _close(follow_up: FollowUp) -> None:
    with transaction.atomic():
        follow_up.close()
