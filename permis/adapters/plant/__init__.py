"""The factory of cards and booklets: it takes an order once, and tells later what became of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Protocol

CARD, CORRECTED_CARD, BOOKLET = "card", "corrected_card", "booklet"  # what the factory makes
PRODUCTS = frozenset({CARD, CORRECTED_CARD, BOOKLET})


@dataclass(frozen=True)
class CardOrder:
    """What is printed, on what, and where the order comes from.

    Photo and signature may be empty: a corrected card bears those of the card that it replaces, which the factory
    has; a booklet the photo on paper that came by post.
    """

    reference: str
    surname: str
    given_names: str
    birth_date: str
    birth_place: str
    categories: tuple[str, ...]
    photo: bytes  # JPEG
    signature: bytes  # JPEG
    product: str = CARD
    codes: tuple[str, ...] = ()  # restrictions and mentions beside the categories
    ends: tuple[tuple[str, str], ...] = ()  # (category, its last day): those that end before the card


@dataclass(frozen=True)
class PlantNews:
    """What the factory says of an order: `made` with the card's number, or `rejected` with why."""

    id: str  # of the news: told twice, it is one
    order: str  # the key of the order
    reference: str
    kind: str  # made, rejected
    day: dt.date
    card_number: str = ""
    why: str = ""


class Plant(Protocol):
    """The contract."""

    def order(self, key: str, card: CardOrder) -> None:
        """Orders a card or a booklet. "You already gave me this" is success."""

    def news(self) -> list[PlantNews]:
        """What was not yet acknowledged, oldest first."""

    def acknowledge(self, news_id: str) -> None:
        """The news is safe with us. Acknowledging twice is nothing."""
