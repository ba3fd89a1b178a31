"""What a worker does once a request is granted: order the card or the booklet, or enter the person in the register."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError

from permis import clock
from permis.adapters import adapter
from permis.adapters.plant import CardOrder, PlantNews
from permis.adapters.registry import NUMBER, Entry, Refused, Unavailable
from permis.domain import required, rights
from permis.domain.required.registration import REGISTRATION_MONTHS
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.terms import months
from permis.domain.vocabulary import Category, Piece, Result, Role, Verb
from permis.dossier.models import Dossier, Event, FollowUp
from permis.dossier.move import SYSTEM, Actor, Refusal, move
from permis.evidence.keep import page_bytes
from permis.evidence.models import Upload
from permis.production.models import GivenNumber

log = logging.getLogger(__name__)
PLANT = Actor(Role.PLANT)
ENTERED = frozenset({Result.REGISTRATION, Result.RECORD})  # what the register gives, and no factory
# The notes of table 2 by which a motorcycle licence comes back as A2.
A_AS_A2 = frozenset({"hue-a2", "ret-a2"})

Unexpected = Callable[[str, str, str], None]  # (from, id of the news, what was said): kept for an operator


def order_card(follow_up: FollowUp) -> None:
    """Orders what was granted under the row's own key, then says so. What the factory does not make is registered."""
    dossier = follow_up.event.dossier
    if dossier.get_result() in ENTERED:
        _register(follow_up, dossier)
        return
    answers = dossier.read_answers()
    situation = dossier.situation(answers=answers)
    notes = required.notes(situation)
    card = CardOrder(
        reference=dossier.reference,
        surname=answers["birth_name"],
        given_names=answers.get("given_names", ""),  # some civil registers know none
        birth_date=answers["birth_date"],
        birth_place=answers["birth_place"],
        categories=_rights(answers, {note.key for note in notes}),
        photo=_picture(dossier, "photo"),
        signature=_picture(dossier, "signature"),
        product=dossier.get_result().value,
        codes=tuple(note.code for note in notes if note.code),
        ends=_ends(situation),
    )
    adapter("plant").order(str(follow_up.pk), card)
    move(
        dossier,
        Verb.ORDER_CARD,
        SYSTEM,
        key=f"order-{follow_up.pk}",
        also=_closing(follow_up),
        detail={"order": str(follow_up.pk)},
    )


def _closing(follow_up: FollowUp) -> Callable[[Dossier, Event], None]:
    return lambda _here, _event: follow_up.close()


def _picture(dossier: Dossier, side: str) -> bytes:
    """The photo or the signature that was given; empty where the request asks for none (an error, a booklet)."""
    if not dossier.slots.filter(piece=Piece.PHOTO, side=side, asked=True).exists():
        return b""
    upload = Upload.objects.get(slot__dossier=dossier, slot__piece=Piece.PHOTO, slot__side=side, current=True)
    return page_bytes(upload, 1)


def _rights(answers: Mapping[str, Any], notes: Collection[str]) -> tuple[str, ...]:
    """The categories of the card: what is asked for and what is held already, in the order of the licence."""
    asked = set(_codes(answers, "categories"))
    if A_AS_A2 & set(notes) and Category.A.value in asked:
        asked = asked - {Category.A.value} | {Category.A2.value}
    return _in_order(asked | set(_codes(answers, "held_categories")))


def _codes(answers: Mapping[str, Any], name: str) -> list[str]:
    value = answers.get(name) or []
    return [value] if isinstance(value, str) else list(value)


def _in_order(codes: Collection[str]) -> tuple[str, ...]:
    return tuple(category.value for category in Category if category.value in codes)


def _ends(situation: Situation) -> tuple[tuple[str, str], ...]:
    """The last day of each category that a medical opinion renews; none while a date lacks."""
    try:
        return tuple(
            (category.value, day.isoformat()) for category, day in rights.validity(situation).items()
        )
    except NotYetKnown:
        return ()


def _known_number(answers: Mapping[str, Any]) -> str:
    """The number that the person has in the register, as they wrote it; empty when they wrote none, or a card's."""
    written = (str(answers.get(name) or "") for name in ("neph", "licence_number"))
    return next((number for number in written if NUMBER.fullmatch(number)), "")


def _register(follow_up: FollowUp, dossier: Dossier) -> None:
    """Enters the person in the register of rights under the dossier's key: one number a dossier, however often told.

    While the register does not answer the row waits and tries again. A number that the register knows as somebody
    else's brings the request back to an agent; granted once more, it is entered without it and has a fresh one.
    """
    answers, result = dossier.read_answers(), dossier.get_result()
    refused = dossier.events.filter(verb=Verb.REJECT_CARD, role=Role.SYSTEM).exists()
    entry = Entry(
        kind=result.value,
        surname=answers["birth_name"],
        given_names=answers.get("given_names", ""),
        birth_date=answers["birth_date"],
        birth_place=answers.get("birth_place", ""),
        department=dossier.department,
        categories=_in_order(_codes(answers, "categories")),
        known="" if refused else _known_number(answers),
    )
    day = clock.today()
    # A key has the answer of its first time: what was refused is asked under another one.
    key = f"{dossier.pk}-fresh" if refused else str(dossier.pk)
    try:
        entered = adapter("registry").enter(key, entry)
    except Refused:
        move(dossier, Verb.REJECT_CARD, SYSTEM, key=f"unregistered-{follow_up.pk}", also=_closing(follow_up))
        return
    detail = {"number": entered.number, "kept": entered.kept}
    if result is Result.REGISTRATION:
        detail["valid_until"] = months(day, REGISTRATION_MONTHS).isoformat()

    def kept(here: Dossier, _event: Event) -> None:
        if not GivenNumber.keep(here, entered.number, entry):
            raise Unavailable("a number that somebody else has")  # the row waits, and permis doctor names it
        follow_up.close()

    move(
        dossier,
        Verb.REGISTER,
        SYSTEM,
        key=f"register-{follow_up.pk}",
        also=kept,
        detail=detail,
        on=day,
    )


def hear_plant(unexpected: Unexpected) -> int:
    """Says in our dossiers what the factory said. Acknowledged once it is safe; returns how many were heard."""
    heard = 0
    for news in adapter("plant").news():
        dossier = Dossier.objects.filter(reference=news.reference).first()
        order = _order_of(dossier, news)
        if order is not None and not order.done and not order.parked:
            continue  # killed between the order and the move that says it: heard again once that is said
        if dossier is None or order is None:
            unexpected("plant", news.id, f"{news.kind} {news.reference}: no such order")
        else:
            verb = Verb.MAKE_CARD if news.kind == "made" else Verb.REJECT_CARD
            try:
                move(
                    dossier,
                    verb,
                    PLANT,
                    key=f"plant-{news.id}"[:80],
                    on=news.day,
                    detail={"card_number": news.card_number, "why": news.why, "order": news.order},
                )
            except Refusal:
                unexpected("plant", news.id, f"{news.kind} {news.reference}: not awaited in {dossier.state}")
            except Exception as error:  # noqa: BLE001  one spoilt dossier keeps nobody else's card waiting
                log.warning("news %s: %s", news.id, type(error).__name__)
                continue  # not acknowledged: it is told again
        adapter("plant").acknowledge(news.id)
        heard += 1
    return heard


def _order_of(dossier: Dossier | None, news: PlantNews) -> FollowUp | None:
    """The order of ours, for this dossier, that the news speaks of."""
    try:
        return FollowUp.objects.filter(pk=news.order, event__dossier=dossier).first() if dossier else None
    except (ValueError, TypeError, ValidationError):
        return None
