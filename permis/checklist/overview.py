"""Every document that one motive may ask for, whoever asks: always, or of whom."""

from __future__ import annotations

from typing import Any

from permis.checklist.personal import MADE_HERE, euros
from permis.domain import required
from permis.domain.conditions import always
from permis.domain.pieces import PIECES
from permis.domain.required.table import Need
from permis.domain.vocabulary import Motive, Piece


def overview(motive: Motive) -> dict[str, Any]:
    """What the page of all documents shows. KeyError when the motive is not open."""
    rules = required.rules_of(motive)
    rows: dict[Piece, dict[str, Any]] = {}
    for need in rules.needs:
        for group in need.pieces:
            if group[0] in PIECES:
                row = rows.setdefault(group[0], _row(need, group))
                if need.who and need.who not in row["who"]:
                    row["who"].append(need.who)
    return {
        "motive": motive.label,
        "open_motive": motive.value,
        "others": [(other.value, other.label) for other in required.FILES if other is not motive],
        "always": [row for row in rows.values() if not row["who"]],
        "sometimes": [row for row in rows.values() if row["who"]],
        "made_here": [
            {"label": MADE_HERE[group[0]], "because": need.because}
            for need in rules.needs
            for group in need.pieces
            if group[0] in MADE_HERE
        ],
        "prices": [
            {"amount": euros(fee.cents), "why": fee.because, "all": fee.when is always} for fee in rules.fees
        ],
        "delay": rules.delay,
    }


def _row(need: Need, group: tuple[Piece, ...]) -> dict[str, Any]:
    about = PIECES[group[0]]
    return {
        "code": group[0].value,
        "label": about.label,
        "what": about.what,
        "example": about.example,
        "refused": about.refused,
        "because": need.because,
        "who": [],
        "any_of": [PIECES[piece].label for piece in group[1:] if piece in PIECES],
        "optional": need.recommended,
        "source": str(need.source),
    }
