"""The only door for state: `start()` creates a dossier, `move()` says a verb of table 3, once."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.module_loading import import_string

from permis import bell, clock
from permis.accounts.models import Person
from permis.database.guard import door
from permis.domain.lifecycle import START_TERMS, TERMS, Refusal, Row, Term, row_for
from permis.domain.vocabulary import Motive, Role, State, Verb
from permis.dossier import chain
from permis.dossier.facts import Stale, lock, read_facts, sync_slots
from permis.dossier.models import KEY_PLACE, Dossier, Due, Event, FollowUp
from permis.dossier.reference import draw
from permis.vault import new_data_key, seal_value

__all__ = ["Actor", "Refusal", "Stale", "move", "start"]


@dataclass(frozen=True)
class Actor:
    """Who says a verb: a role, and the person when there is one."""

    role: Role
    person: str = ""

    @classmethod
    def of(cls, role: Role, person: Person) -> Actor:
        """This person under this role."""
        return cls(role, str(person.pk))


SYSTEM = Actor(Role.SYSTEM)

# Verbs whose event keeps what the decision rested on: the slots and a salted digest of the answers.
WITNESSED = frozenset({Verb.SUBMIT, Verb.COMPLETE, Verb.APPROVE})


def start(owner: Person, motive: Motive, answers: Mapping[str, Any] | None = None) -> Dossier:
    """Creates a draft with a fresh reference. The only place that inserts a dossier.

    `answers` are those already known, with their motive; without them only the motive is.
    """
    for _ in range(20):
        dossier = Dossier(reference=draw(), motive=motive, owner=owner)
        _, dossier.data_key = new_data_key(KEY_PLACE.format(dossier.pk))
        text = json.dumps(
            {"motive": motive} if answers is None else dict(answers), ensure_ascii=False, sort_keys=True
        )
        dossier.answers = seal_value(dossier.key(), text.encode(), f"dossier_dossier.answers:{dossier.pk}")
        try:
            with transaction.atomic(), door("dossier"):
                dossier.save(force_insert=True)
                sync_slots(dossier, dossier.situation())
                _open_terms(dossier, START_TERMS, clock.today())
        except IntegrityError:
            continue  # the reference is taken: draw again
        return dossier
    raise RuntimeError("no free reference found")


def move(
    dossier: Dossier | object,
    verb: Verb,
    actor: Actor,
    *,
    key: str | None = None,
    seen: int | None = None,
    also: Callable[[Dossier, Event], None] | None = None,
    detail: Mapping[str, Any] | None = None,
    on: dt.date | None = None,
) -> Event:
    """Says a verb: one transaction writes the state, the event, its follow-ups and its deadlines.

    `key` is unique in the dossier: told twice, the same event comes back and nothing else happens.
    `seen` is the version on the page: raises `Stale` when something happened since. `also` runs inside
    the transaction, SQL only. `on` is the legal day when it is not today. Raises `Refusal` when table 3 says no.
    """
    dossier_id = dossier.pk if isinstance(dossier, Dossier) else dossier
    detail = dict(detail or {})
    key = key or secrets.token_hex(16)
    with transaction.atomic():
        here = lock(dossier_id)
        told = Event.objects.filter(dossier=here, key=key).first()
        if told:
            if seen is not None and here.state == told.before != told.after:
                raise Stale  # said once, and since then back where it could be said again: an old page
            return told
        if seen is not None and seen != here.version:
            raise Stale
        before = here.get_state()
        row = row_for(verb, before, actor.role, read_facts(here, detail))
        event = _write(here, row, actor, key, detail, on or clock.today())
        if also:
            here.refresh_from_db()
            also(here, event)
        return event


def followers_of(row: Row) -> tuple[str, ...]:
    """The names of those who follow this row up: journey's table, and the notice when the row tells."""
    table: Mapping[Verb, tuple[str, ...]] = import_string(f"{settings.PERMIS_JOURNEY}.FOLLOWERS")
    return (*table.get(row.verb, ()), *(("tell",) if row.tells else ()))


def _write(here: Dossier, row: Row, actor: Actor, key: str, detail: dict[str, Any], day: dt.date) -> Event:
    n, followers = here.version + 1, followers_of(row)
    if row.verb in WITNESSED:
        salt = secrets.token_hex(16)
        detail |= {
            "reference": here.reference,
            "motive": here.motive,
            "owner": str(here.owner_id),
            "slots": [
                list(slot) for slot in here.slots.filter(asked=True).values_list("piece", "side", "status")
            ],
            "answers": {"salt": salt, "digest": chain.answers_digest(salt, bytes(here.answers))},
        }
    until = _until(row, day)
    if until:
        detail.setdefault("until", until.isoformat())
    event = Event(
        dossier=here,
        n=n,
        key=key,
        verb=row.verb,
        role=actor.role,
        actor=actor.person,
        before=row.before,
        after=row.after,
        at=clock.now(),
        day=day,
    )
    text = json.dumps(detail, ensure_ascii=False, sort_keys=True)
    event.detail = seal_value(here.key(), text.encode(), f"dossier_event.detail:{event.pk}")
    event.header = chain.header_bytes({**header_of(event), "followers": list(followers)})
    last = Event.objects.filter(dossier=here).order_by("-n").values_list("hash", flat=True).first()
    event.hash = chain.next_hash(last or chain.START, event.header, event.detail)
    changes: dict[str, Any] = {"state": row.after, "version": n}
    if row.verb is Verb.SUBMIT:
        changes["submitted_at"] = event.at
    with door("state", "event"):
        written = Dossier.objects.filter(pk=here.pk, version=here.version, state=row.before).update(**changes)
        if not written:
            raise Stale
        event.save(force_insert=True)
    for follow_up in FollowUp.objects.bulk_create(
        [FollowUp(event=event, follower=name) for name in followers]
    ):
        bell.ring("followup", follow_up.pk)
    _lapse_terms(here, row.after)
    _open_terms(here, row.terms, day)
    return event


def header_of(event: Event) -> dict[str, Any]:
    """The columns of an event as its hashed header says them."""
    return {
        "id": str(event.pk),
        "dossier": str(event.dossier_id),
        "n": event.n,
        "key": event.key,
        "verb": str(event.verb),
        "role": str(event.role),
        "actor": event.actor,
        "before": str(event.before),
        "after": str(event.after),
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "day": event.day.isoformat(),
    }


def _until(row: Row, day: dt.date) -> dt.date | None:
    """The deadline that the row's sentence speaks of: that of its term which acts."""
    acting = [term for term in row.terms if term.then is not None]
    return acting[0].after(day) if acting else None


def _open_terms(dossier: Dossier, terms: tuple[Term, ...], day: dt.date) -> None:
    Due.objects.bulk_create([Due(dossier=dossier, what=term.what, day=term.after(day)) for term in terms])


def _lapse_terms(dossier: Dossier, state: State) -> None:
    ended = [what for what, term in TERMS.items() if state not in term.while_in]
    Due.objects.filter(dossier=dossier, status=Due.OPEN, what__in=ended).update(status=Due.LAPSED)
