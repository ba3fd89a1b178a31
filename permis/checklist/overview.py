"""Every document that one motive may ask for, whoever asks: always, or of whom."""

from __future__ import annotations

from typing import Any

from permis.checklist.personal import ARRIVES, MADE_HERE
from permis.design.words import euros
from permis.domain import required
from permis.domain.asked.motive import GROUPS
from permis.domain.conditions import always
from permis.domain.exploring import BY_SCHOOL
from permis.domain.pieces import PIECES, about
from permis.domain.required.table import Need
from permis.domain.vocabulary import SCHOOL_ONLY, Motive, Piece


def overview(motive: Motive) -> dict[str, Any]:
    """What the page of all documents shows."""
    rules = required.rules_of(motive)
    rows: dict[Piece, dict[str, Any]] = {}
    for need in rules.needs:
        for group in need.pieces:
            if group[0] in PIECES:
                row = rows.setdefault(group[0], _row(need, group, motive))
                row["optional"] = row["optional"] and need.recommended
                if need.who and need.who not in row["who"]:
                    row["who"].append(need.who)
                row["everybody"] = row["everybody"] or need.when is always
    return {
        "motive": motive.label,
        "open_motive": motive.value,
        "groups": others(motive),
        "by_school": BY_SCHOOL.title if motive in SCHOOL_ONLY else "",
        "result": rules.result.label,
        "always": [row for row in rows.values() if row["everybody"]],
        "sometimes": [row for row in rows.values() if not row["everybody"]],
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
        "delay_note": ARRIVES[rules.result],
    }


def others(here: Motive | None = None) -> list[dict[str, Any]]:
    """The motives by family, for a list of links; `here` is the one that is being read."""
    return [
        {
            "title": title,
            "motives": [
                {"code": motive.value, "label": motive.label, "here": motive is here} for motive, _ in motives
            ],
        }
        for title, motives in GROUPS
    ]


def _row(need: Need, group: tuple[Piece, ...], motive: Motive) -> dict[str, Any]:
    words = about(group[0], motive)
    return {
        "code": group[0].value,
        "label": words.label,
        "what": words.what,
        "example": words.example,
        "refused": words.refused,
        "because": need.because,
        "who": [],
        "everybody": False,
        "any_of": [about(piece, motive).label for piece in group[1:] if piece in PIECES],
        "optional": need.recommended,
        "source": str(need.source),
    }
