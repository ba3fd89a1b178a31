"""What a worker does about the card: order it, and hear what the factory says."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import ValidationError

from permis.adapters import adapter
from permis.adapters.plant import CardOrder, PlantNews
from permis.domain.required import rules_of
from permis.domain.vocabulary import Piece, Role, Verb
from permis.dossier.models import Dossier, Event, FollowUp
from permis.dossier.move import SYSTEM, Actor, Refusal, move
from permis.evidence.keep import page_bytes
from permis.evidence.models import Upload

log = logging.getLogger(__name__)
PLANT = Actor(Role.PLANT)

Unexpected = Callable[[str, str, str], None]  # (from, id of the news, what was said): kept for an operator


def _picture(dossier: Dossier, side: str) -> bytes:
    upload = Upload.objects.get(slot__dossier=dossier, slot__piece=Piece.PHOTO, slot__side=side, current=True)
    return page_bytes(upload, 1)


def order_card(follow_up: FollowUp) -> None:
    """Orders the card under the row's own key, then says so. A motive without a card is registered instead."""
    dossier = follow_up.event.dossier

    def also(_here: Dossier, _event: Event) -> None:
        follow_up.close()

    if not rules_of(dossier.get_motive()).makes_card:
        move(dossier, Verb.REGISTER, SYSTEM, key=f"register-{follow_up.pk}", also=also)
        return
    answers = dossier.read_answers()
    card = CardOrder(
        reference=dossier.reference,
        surname=answers["birth_name"],
        given_names=answers.get("given_names", ""),  # some civil registers know none
        birth_date=answers["birth_date"],
        birth_place=answers["birth_place"],
        categories=tuple(answers.get("categories") or answers["held_categories"]),
        photo=_picture(dossier, "photo"),
        signature=_picture(dossier, "signature"),
    )
    adapter("plant").order(str(follow_up.pk), card)
    move(
        dossier,
        Verb.ORDER_CARD,
        SYSTEM,
        key=f"order-{follow_up.pk}",
        also=also,
        detail={"order": str(follow_up.pk)},
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
