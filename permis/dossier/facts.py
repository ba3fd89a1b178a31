"""The two functions that write answers and slots, under the same row lock as `move()`, and what a move reads."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from permis import clock
from permis.database.guard import door
from permis.domain import required
from permis.domain.lifecycle import GIVEN_STATUSES, HANDED_OVER, Facts
from permis.domain.pieces import PIECES
from permis.domain.situation import Situation
from permis.domain.vocabulary import Piece, Role, SlotStatus, State, Verb
from permis.dossier.models import Dossier, Event, Slot
from permis.vault import seal_value


class Stale(Exception):
    """The page is old: somebody, perhaps the same person in another tab, has saved since."""

    sentence = "Cette page n’est plus à jour : la demande a changé depuis que vous l’avez ouverte."


class NotNow(Exception):
    """In this state this role may not write that."""

    def __init__(self, sentence: str = "Cette demande ne peut plus être modifiée.") -> None:
        super().__init__(sentence)
        self.sentence = sentence


# Pieces that are given by a step of the form and not by a file: they have no slot.
WITHOUT_FILE = frozenset({Piece.LOSS, Piece.STAMP})

MAY_ANSWER = dict.fromkeys((Role.CITIZEN, Role.REPRESENTATIVE, Role.SCHOOL, Role.SYSTEM), (State.DRAFT,))

# role → status written → (states of the dossier, statuses of the slot before)
OWNERS = frozenset({Role.CITIZEN, Role.REPRESENTATIVE, Role.SCHOOL})
GIVEN = (SlotStatus.RECEIVED, SlotStatus.CHECKING, SlotStatus.READY)
_ANY = tuple(SlotStatus)
_OPEN_AGAIN = (SlotStatus.REFUSED, SlotStatus.EMPTY, *GIVEN)
_SEEN = (SlotStatus.READY, SlotStatus.ACCEPTED, SlotStatus.REFUSED)
_ON_THE_WAY = (SlotStatus.RECEIVED, SlotStatus.CHECKING)
# A check that ends after the request was sent: the file is there, or it is to be done again and the agent says so.
# Also of a request that was refused or closed: it may be opened again, and would then wait for a check that nobody makes.
_AFTER = (
    State.SUBMITTED,
    State.AWAITING_PHOTO,
    State.IN_REVIEW,
    State.COMPLETED,
    State.VERIFYING,
    State.ORIGINAL_AWAITED,
    State.AUTHENTICATING,
    State.REFUSED,
    State.CLOSED,
)
MAY_DECIDE: dict[Role, dict[SlotStatus, dict[State, tuple[SlotStatus, ...]]]] = {
    Role.CITIZEN: {
        status: {
            State.DRAFT: _ANY,
            State.INCOMPLETE: _OPEN_AGAIN,  # only the faulty ones open: what was accepted stays
        }
        for status in (SlotStatus.EMPTY, *GIVEN)
    },
    Role.AGENT: {
        # What is not checked yet is neither shown nor judged: unknown is never treated as safe.
        SlotStatus.ACCEPTED: {State.IN_REVIEW: _SEEN},
        SlotStatus.REFUSED: {State.IN_REVIEW: _SEEN},
        SlotStatus.READY: {
            State.IN_REVIEW: (SlotStatus.ACCEPTED, SlotStatus.REFUSED),
            State.AWAITING_PHOTO: _ANY,
        },
    },
    Role.SYSTEM: {
        status: {
            State.DRAFT: (*GIVEN, SlotStatus.EMPTY, SlotStatus.REFUSED),
            State.INCOMPLETE: (*GIVEN, SlotStatus.EMPTY, SlotStatus.REFUSED),
            **dict.fromkeys(_AFTER, _ON_THE_WAY),
        }
        for status in _ANY
        if status is not SlotStatus.ACCEPTED
    },
}
for _role in (Role.SUPERVISOR, Role.FRAUD_REFERENT):
    MAY_DECIDE[_role] = MAY_DECIDE[Role.AGENT]
for _role in (Role.REPRESENTATIVE, Role.SCHOOL):
    MAY_DECIDE[_role] = MAY_DECIDE[Role.CITIZEN]


def lock(dossier_id: object) -> Dossier:
    """The dossier under its row lock (on SQLite the fair file lock is already ours)."""
    return Dossier.objects.select_for_update(of=("self",)).get(pk=dossier_id)


def save_answers(dossier: Dossier, role: Role, given: Mapping[str, Any], *, revision: int) -> Dossier:
    """Merges these answers into the dossier and brings its slots up to date, in one transaction.

    `revision` is that of the page. Raises `Stale` when another save came between, `NotNow` in another state.
    Answers that no longer apply are kept, and not read.
    """
    with transaction.atomic():
        now = lock(dossier.pk)
        if now.get_state() not in MAY_ANSWER.get(role, ()):
            raise NotNow
        if now.revision != revision:
            raise Stale
        before = now.all_answers()
        answers = {**before, **given}
        if now.revision and answers == {**dict.fromkeys(answers), **before}:
            return now  # nothing changed: what was signed stays signed
        clear = json.dumps(answers, ensure_ascii=False, sort_keys=True).encode()
        sealed = seal_value(now.key(), clear, f"dossier_dossier.answers:{now.pk}")
        with door("answers"):
            written = Dossier.objects.filter(
                pk=now.pk, revision=revision, state__in=[str(s) for s in MAY_ANSWER[role]]
            ).update(
                answers=sealed,
                revision=revision + 1,
                saved_at=clock.now(),
                motive=str(answers.get("motive") or now.motive),
            )
        if not written:
            raise Stale
        now.refresh_from_db()
        sync_slots(now, now.situation())
        changed = {name for name, value in given.items() if before.get(name) and before.get(name) != value}
        if changed:
            import_string(f"{settings.PERMIS_JOURNEY}.answers_changed")(now, role, changed)
        return now


def bring_up_to_date(dossier: Dossier) -> None:
    """Makes the slots of a draft those that the law of today asks for: a birthday may have passed since the last save."""
    with transaction.atomic():
        now = lock(dossier.pk)
        if now.get_state() is State.DRAFT:
            sync_slots(now, now.situation())


def sync_slots(dossier: Dossier, situation: Situation) -> None:
    """Makes the slots equal to what table 2 asks; a slot no longer asked is kept aside with its file."""
    wanted: dict[tuple[str, str], tuple[int, bool]] = {}  # place → (rank, optional)
    needs = [
        n for n in required.required_pieces(situation) if n.piece not in WITHOUT_FILE and n.piece in PIECES
    ]
    one_paper = required.one_paper(situation)
    named = {need.piece for need in needs}
    for need in needs:
        if one_paper.get(need.piece) in named:
            continue  # the same paper is asked under its other name
        for side, _ in PIECES[need.piece].sides:
            wanted[need.piece.value, side] = (len(wanted), need.recommended)
    there = {(slot.piece, slot.side): slot for slot in dossier.slots.all()}
    with door("slot"):
        fresh = [
            Slot(dossier=dossier, piece=piece, side=side, rank=rank, optional=optional)
            for (piece, side), (rank, optional) in wanted.items()
            if (piece, side) not in there
        ]
        if fresh:
            Slot.objects.bulk_create(fresh)
        for place, slot in there.items():
            asked_now = place in wanted
            rank, optional = wanted.get(place, (slot.rank, slot.optional))
            if (slot.asked, slot.rank, slot.optional) != (asked_now, rank, optional):
                Slot.objects.filter(pk=slot.pk).update(asked=asked_now, rank=rank, optional=optional)


def rest_is_good(dossier: Dossier) -> bool:
    """Whether everything that is not to be done again was accepted."""
    return all(slot.asked_again or slot.status == SlotStatus.ACCEPTED for slot in slots_that_count(dossier))


def slots_that_count(dossier: Dossier) -> QuerySet[Slot]:
    """The slots that are asked, but for those that may stay empty and are."""
    return dossier.slots.filter(asked=True).exclude(optional=True, status=SlotStatus.EMPTY)


def decide(
    slot: Slot,
    status: SlotStatus,
    role: Role,
    *,
    reason: str = "",
    note: str = "",
    also: Callable[[Slot], None] | None = None,
) -> Slot:
    """Writes what became of a slot, under the row lock of its dossier; `also` runs in the same transaction.

    Raises `NotNow` when this role may not write this status in the present state.
    """
    with transaction.atomic():
        dossier = lock(slot.dossier_id)
        before = MAY_DECIDE.get(role, {}).get(status, {}).get(dossier.get_state(), ())
        rows = Slot.objects.filter(
            pk=slot.pk, status__in=[str(s) for s in before], dossier__state=dossier.state
        )
        changes: dict[str, Any] = {"status": status, "changed_at": clock.now()}
        if role in OWNERS:
            # The reason of a refusal stays with what replaces the document: the agent sees what was asked again,
            # and of a dossier to complete only those documents are open.
            if dossier.get_state() is State.INCOMPLETE:
                rows = rows.exclude(status__in=[str(s) for s in GIVEN], reason="", optional=False)
        elif reason or role is not Role.SYSTEM:  # a check run says no reason: that of the agent stays
            changes["reason"] = reason
            changes["note"] = (
                seal_value(dossier.key(), note.encode(), f"dossier_slot.note:{slot.pk}") if note else b""
            )
        with door("slot"):
            written = rows.update(**changes)
        if not written:
            raise NotNow
        slot.refresh_from_db()
        if also:
            also(slot)
        return slot


def may_give(slot: Slot, role: Role) -> bool:
    """Whether this role may give something for this slot now; `decide` will say it again under the lock."""
    dossier = slot.dossier
    before = MAY_DECIDE.get(role, {}).get(SlotStatus.RECEIVED, {}).get(dossier.get_state(), ())
    if slot.status not in before:
        return False
    return dossier.get_state() is not State.INCOMPLETE or slot.asked_again or slot.status not in GIVEN


def awaited_by_post(dossier: Dossier, slots: Iterable[tuple[str, str, str]]) -> bool:
    """Whether photo or signature must still come by post: it was chosen, and of the asked `slots` a side is not given.

    Both sides given online after all, or a motive that asks no photo: nothing is awaited.
    """
    return dossier.photo_by_post and any(
        piece == Piece.PHOTO and status not in GIVEN_STATUSES for piece, _, status in slots
    )


def read_facts(dossier: Dossier, detail: Mapping[str, Any]) -> Facts:
    """What the rows of table 3 may ask, read from Dossier, Slot and Event under the lock."""
    slots = tuple(slots_that_count(dossier).values_list("piece", "side", "status"))
    history = list(Event.objects.filter(dossier=dossier).values_list("verb", "before", "after").order_by("n"))
    said: set[Verb] = set()
    sends = 0
    for verb, before, after in history:
        said = {Verb(verb)} if before != after else said | {Verb(verb)}
        if verb in (Verb.POST, Verb.REPOST):
            sends += 1
        elif verb == Verb.ORDER_CARD:
            sends = 0
    rules = required.rules_of(dossier.get_motive())
    original_due = _original_due(dossier, {verb for verb, *_ in history})
    return Facts(
        slots=slots,
        makes_card=rules.makes_card,
        cancellable=rules.cancellable,
        photo_by_post=awaited_by_post(dossier, slots),
        said=frozenset(said),
        sends=sends,
        reason_given=bool(str(detail.get("reason", "")).strip()),
        hands_over=original_due,
        original_due=original_due,
    )


def _original_due(dossier: Dossier, said: set[str]) -> bool:
    """Whether a foreign licence that the person has must still be looked at; read where it decides something."""
    if dossier.get_motive() not in HANDED_OVER or dossier.get_state() is not State.IN_REVIEW:
        return False
    return str(Verb.AUTHENTICATE) not in said and not dossier.situation().licence_lost
