"""The fiscal stamp of a request: held before the request is sent, spent when it is granted, free again otherwise.

Its key at the service of the stamps is that of the dossier: whatever is told twice happens once, and what the key
holds is given back whichever number it is. What is wrong with a number is said by `permis/form/stamp.py:check`, when
it is typed and again before `hold`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from django.db import transaction

from permis.adapters import adapter
from permis.adapters.stamps import Refused, Unavailable, Unknown
from permis.domain.lifecycle import Refusal
from permis.domain.vocabulary import State
from permis.dossier.models import Dossier, FollowUp
from permis.form.stamp import ANOTHER, NOT_NOW, UNKNOWN, check, key_of, may_hold, number_due, number_of

__all__ = [
    "check",
    "free_stamp",
    "held",
    "hold",
    "hold_stamp",
    "key_of",
    "number_due",
    "number_of",
    "use_stamp",
]

FREED_IN = frozenset({State.REFUSED, State.CLOSED, State.CANCELLED})
NOT_SENT = frozenset({State.DRAFT})


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


@contextlib.contextmanager
def held(dossier: Dossier, number: str | None) -> Iterator[None]:
    """The stamp is reserved while the block sends the request; whatever became of the request, the stamp follows.

    None: nothing is due, and what the request held before is given back. When the block fails, or the request was
    given up meanwhile in another tab, the stamp is free again. Not inside a transaction. Raises what `hold` raises.
    """
    if number is not None:
        hold(dossier, number)
    try:
        yield
    finally:
        # What could not be given back here is, at the latest, by the followers of what ends the request.
        with contextlib.suppress(Unavailable, Unknown, Refused):
            _agree(dossier, told=number)


def use_stamp(follow_up: FollowUp) -> None:
    """The request is granted: spends its stamp. While the service does not answer, the row waits and tries again.

    A stamp that somebody else has meanwhile (it was freed, then the request reopened) fails until an operator looks.
    A request for which nothing is due spends none, and gives back what it may hold.
    """
    dossier = follow_up.event.dossier
    if number := number_due(dossier):
        adapter("stamps").use(number, key_of(dossier))
    elif may_hold(dossier):
        adapter("stamps").release(key_of(dossier))
    _close(follow_up)


def hold_stamp(follow_up: FollowUp) -> None:
    """The request is reopened: keeps its stamp again, unless it has ended again since."""
    _agree(follow_up.event.dossier)
    _close(follow_up)


def free_stamp(follow_up: FollowUp) -> None:
    """The request has ended: its stamp may serve for a new one, unless it was reopened since or the stamp is spent."""
    _agree(follow_up.event.dossier)
    _close(follow_up)


def _agree(dossier: Dossier, told: str | None = None) -> None:
    """Tells the service which stamp the request needs now, and looks again: it may have moved meanwhile.

    `told`: the number that the service has just been told to keep, None when that is not known. Not inside a
    transaction. Whoever speaks for a state that is over looks after that and corrects it, so the last word is right.
    """
    while (needed := _needed(dossier)) != told:
        if needed:
            adapter("stamps").reserve(needed, key_of(dossier))
        elif may_hold(dossier):
            adapter("stamps").release(key_of(dossier))
        told = needed


def _needed(dossier: Dossier) -> str:
    """The number that must be kept for this request, as it is in the database at this moment; empty for none."""
    now = Dossier.objects.get(pk=dossier.pk)
    return "" if now.get_state() in FREED_IN | NOT_SENT else number_due(now)


def _close(follow_up: FollowUp) -> None:
    with transaction.atomic():
        follow_up.close()
