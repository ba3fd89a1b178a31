"""What happens next: three tables that wire the stages (event → who follows it up; what to ask outside; the rest)."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path

from django.conf import settings
from django.db import transaction

from permis import clock
from permis.delivery import work as delivery
from permis.domain.vocabulary import Role, Verb
from permis.dossier import followups
from permis.dossier.models import Dossier, Due, FollowUp, Unexpected
from permis.evidence import keep, purge
from permis.evidence import work as evidence
from permis.instruction import scan
from permis.notices import box
from permis.production import work as production
from permis.submission import stamp
from permis.tracking import work as tracking

log = logging.getLogger(__name__)

BEAT_S = 2.0
HOUSE_S = 60.0
LOOK_S = 0.4  # between two looks for files to check: somebody waits in front of the page

# FOLLOWERS: when this verb is said, these rows are written with it. `tell` is added for rows that tell.
FOLLOWERS: Mapping[Verb, tuple[str, ...]] = {
    Verb.APPROVE: ("order_card", "use_stamp"),
    Verb.REFUSE: ("free_stamp",),
    Verb.CLOSE: ("free_stamp",),
    Verb.CANCEL: ("free_stamp",),
    Verb.REOPEN: ("hold_stamp",),
    Verb.REMAKE: ("order_card",),
    Verb.MAKE_CARD: ("hand_over",),
    Verb.RETURN: ("send_again",),
}
_TABLE: Mapping[str, Callable[[FollowUp], None]] = {
    "tell": tracking.tell,
    "order_card": production.order_card,
    "hand_over": delivery.hand_over,
    "send_again": delivery.send_again,
    "use_stamp": stamp.use_stamp,
    "free_stamp": stamp.free_stamp,
    "hold_stamp": stamp.hold_stamp,
}


def unexpected(source: str, news_id: str, said: str) -> None:
    """UNEXPECTED: news that no row accepts is kept for an operator (`permis doctor` names it), never retried."""
    with transaction.atomic():
        Unexpected.objects.get_or_create(source=source, news_id=news_id[:120], defaults={"said": said[:200]})


def answers_changed(dossier: Dossier, role: Role, changed: set[str]) -> None:
    """CHANGED: what was given for somebody else than the answers now name is set aside, in the same transaction."""
    for names, outdate in CHANGED:
        if changed & names:
            outdate(dossier, role)


CHANGED: tuple[tuple[frozenset[str], Callable[[Dossier, Role], None]], ...] = (
    (frozenset({"rep_birth_name", "rep_given_names", "rep_birth_date"}), keep.outdate_representative),
    (frozenset({"birth_name", "birth_date"}), keep.outdate_personal),
    (frozenset({"motive"}), keep.outdate_motive),
)


# POLLS: what to ask the outside world, at each beat.
POLLS: tuple[Callable[[], int], ...] = (
    lambda: production.hear_plant(unexpected),
    lambda: delivery.hear_post(unexpected),
)


def follower_table() -> Mapping[str, Callable[[FollowUp], None]]:
    """The functions behind the names of followers."""
    return _TABLE


def remind(due: Due) -> None:
    """Who tells of a deadline."""
    tracking.remind(due)


def beat(*, without_messages: bool = False) -> int:
    """One beat of the worker: ask outside, run what waits, do what deadlines say. Returns how much was done.

    Each part is on its own: one that fails delays nobody else.
    """
    return _each(
        (
            *POLLS,
            followups.sweep,
            followups.sweep_dues,
            scan.forget,
            *(() if without_messages else (box.sweep,)),
        )
    )


def check_documents() -> int:
    """The third part of a beat, in a thread of its own: an antivirus that hangs delays nothing else."""
    return _each((evidence.sweep,))


def keep_house() -> int:
    """The fourth part, now and then: what is due to go goes, and once a day files and rows are compared."""
    return _each((purge.sweep,))


def send_messages() -> int:
    """The other half of a beat, in a thread of its own: a mail server that hangs delays nothing else."""
    return _each((box.sweep,))


def _each(parts: tuple[Callable[[], int], ...]) -> int:
    done = 0
    for part in parts:
        try:
            done += part()
        except Exception:
            log.exception("a part of the beat failed")
    return done


def settle(most: int = 50) -> int:
    """Beats until nothing moves: for tests and the demo's commands, where no worker runs beside."""
    total = 0
    for _ in range(most):
        done = beat() + check_documents() + keep_house()
        if not done:
            break
        total += done
    return total


def beat_file() -> Path:
    """Touched by the worker at each beat: `permis doctor` reads its age."""
    return Path(settings.PERMIS_DATA) / "worker.beat"


def mark_beat() -> None:
    """Says that the worker is alive."""
    beat_file().write_text(f"{clock.ticks():.3f}", "ascii")
