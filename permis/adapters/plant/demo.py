"""The demo's factory: orders and news are files; `permis outside factory` and /demo/ make it work."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
from typing import Any

from permis import clock
from permis.adapters import files
from permis.adapters.plant import BOOKLET, CARD, PRODUCTS, CardOrder, PlantNews


class DemoPlant:
    """Keeps orders and news under outside/plant/."""

    def order(self, key: str, card: CardOrder) -> None:
        """Keeps the order unless it is there already."""
        if card.product not in PRODUCTS:
            raise ValueError("the factory does not make that")
        path = files.outside("plant", "orders") / f"{key}.json"
        if not path.exists():
            files.write_json(
                path,
                {
                    "key": key,
                    "received": clock.now().isoformat(timespec="microseconds"),
                    "reference": card.reference,
                    "product": card.product,
                    "surname": card.surname,
                    "given_names": card.given_names,
                    "birth_date": card.birth_date,
                    "birth_place": card.birth_place,
                    "categories": list(card.categories),
                    "codes": list(card.codes),
                    "ends": dict(card.ends),
                    "photo": base64.b64encode(card.photo).decode(),
                    "signature": base64.b64encode(card.signature).decode(),
                },
            )

    def news(self) -> list[PlantNews]:
        """What was said and not yet acknowledged."""
        return [
            PlantNews(**{**data, "day": dt.date.fromisoformat(data["day"])})
            for path in files.names(files.outside("plant", "news"), ".json")
            if (data := files.read_json(path))
        ]

    def acknowledge(self, news_id: str) -> None:
        """Moves the news to the told ones."""
        path = files.outside("plant", "news") / f"{news_id}.json"
        if path.exists():
            path.replace(files.outside("plant", "told") / path.name)


def orders() -> list[dict[str, Any]]:
    """Every order, oldest first, each with `answered`: what the factory said of it, or None."""
    said = {}
    for folder in ("told", "news"):
        for path in files.names(files.outside("plant", folder), ".json"):
            data = files.read_json(path)
            if data:
                said[data["order"]] = data["kind"]
    found = [files.read_json(path) for path in files.names(files.outside("plant", "orders"), ".json")]
    found = [order for order in found if order]
    return sorted(
        (
            {"product": CARD, "codes": [], "ends": {}, **order, "answered": said.get(order["key"])}
            for order in found
        ),
        key=lambda order: order["received"],
    )


def answer(kind: str, reference: str | None = None, why: str = "") -> list[str]:
    """The factory makes or rejects the waiting orders (of one reference, or all). Returns the references."""
    done = []
    for order in orders():
        if order["answered"] or (reference and order["reference"] != reference):
            continue
        news_id = f"{kind}-{order['key']}"
        year = f"{clock.today().year % 100:02d}"
        letters = "PI" if order["product"] == BOOKLET else "AA"
        number = f"{year}{letters}{secrets.randbelow(10**5):05d}" if kind == "made" else ""
        files.write_json(
            files.outside("plant", "news") / f"{news_id}.json",
            {
                "id": news_id,
                "order": order["key"],
                "reference": order["reference"],
                "kind": kind,
                "day": clock.today().isoformat(),
                "card_number": number,
                "why": why or ("la photo ne s’imprime pas bien" if kind == "rejected" else ""),
            },
        )
        done.append(order["reference"])
    return done
