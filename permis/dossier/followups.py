"""Running what events make happen, and what deadlines make happen when their day has come."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Mapping

from django.conf import settings
from django.db import transaction
from django.utils.module_loading import import_string

from permis import clock
from permis.database.leases import Lost
from permis.domain.lifecycle import START_TERMS, TERMS, Refusal
from permis.dossier.facts import lock
from permis.dossier.models import Due, FollowUp
from permis.dossier.move import SYSTEM, move

log = logging.getLogger(__name__)

Follower = Callable[[FollowUp], None]


def run(pk: object) -> bool:
    """Runs one follow-up if it is waiting; the follower closes it in the transaction of its own effect."""
    follow_up = FollowUp.claim(pk)
    if follow_up is None:
        return False
    try:
        table: Mapping[str, Follower] = import_string(f"{settings.PERMIS_JOURNEY}.follower_table")()
        table[follow_up.follower](follow_up)
    except Lost:
        return False
    except Exception as error:  # noqa: BLE001  whatever went wrong, the row stays and is tried again
        log.warning("follow-up %s (%s): %s", follow_up.pk, follow_up.follower, type(error).__name__)
        follow_up.fail(error)
        return False
    return True


def sweep() -> int:
    """Runs what is waiting; returns how many ran."""
    return sum(run(pk) for pk in FollowUp.waiting())


def sweep_dues(today: dt.date | None = None) -> int:
    """Does what the deadlines say: a notice on its day, a verb the day after its last day. Oldest first.

    A deadline that acts carries its legal day, whenever the sweep comes. Returns how many were met.
    """
    today = today or clock.today()
    met = 0
    waiting = Due.objects.filter(status=Due.OPEN, day__lte=today).order_by("day", "pk")
    for due in list(waiting.select_related("dossier")[:500]):
        term = TERMS[due.what]
        try:
            if _postponed(due):
                continue
            if term.then is None:
                met += _tell(due)
            elif due.day < today:
                met += _act(due)
        except Exception as error:  # noqa: BLE001  one spoilt dossier delays nobody else's deadline
            log.warning("due %s (%s): %s", due.pk, due.what, type(error).__name__)
    return met


def _postponed(due: Due) -> bool:
    """The deadlines of a draft run from the last thing that was done to it: looked up only when they fall due."""
    if TERMS[due.what] not in START_TERMS:
        return False
    changed = due.dossier.slots.order_by("-changed_at").values_list("changed_at", flat=True).first()
    touched = max(t for t in (due.dossier.saved_at, changed, due.dossier.created_at) if t is not None)
    day = TERMS[due.what].after(clock.in_paris(touched).date())
    if day <= due.day:
        return False
    with transaction.atomic():
        Due.objects.filter(pk=due.pk, status=Due.OPEN).update(day=day)
    return True


def _act(due: Due) -> int:
    term = TERMS[due.what]
    assert term.then is not None  # noqa: S101  for the type checker: sweep_dues chose it

    def close(*_: object) -> None:
        if not Due.objects.filter(pk=due.pk).exclude(status=Due.MET).update(status=Due.MET):
            raise Lost

    try:
        move(
            due.dossier_id,
            term.then,
            SYSTEM,
            key=f"due-{due.pk}",
            also=close,
            on=due.day + dt.timedelta(days=1),
            detail={"term": due.what},
        )
    except (Refusal, Lost):
        with transaction.atomic():  # the dossier left that state between the list and the lock
            Due.objects.filter(pk=due.pk, status=Due.OPEN).update(status=Due.LAPSED)
        return 0
    return 1


def _tell(due: Due) -> int:
    tell: Callable[[Due], None] = import_string(f"{settings.PERMIS_JOURNEY}.remind")
    with transaction.atomic():
        here = lock(due.dossier_id)
        live = here.get_state() in TERMS[due.what].while_in
        status = Due.MET if live else Due.LAPSED
        if not Due.objects.filter(pk=due.pk, status=Due.OPEN).update(status=status) or not live:
            return 0
        due.dossier = here
        tell(due)
    return 1
