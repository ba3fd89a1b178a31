"""One person's list in words, for the page and for the paper: documents, price, days, rights meanwhile."""

from __future__ import annotations

import datetime as dt
from typing import Any

from permis.design.words import NBSP, between, french_day
from permis.domain import asked, required, rights
from permis.domain.conditions import always
from permis.domain.exploring import UNSURE, Walk
from permis.domain.pieces import PIECES
from permis.domain.required.table import Need, Required
from permis.domain.situation import BY_NAME, NotYetKnown, Situation
from permis.domain.vocabulary import Motive, Piece

# Pieces that nearly everybody gives, though a condition stands beside them in table 2.
USUAL = frozenset({Piece.ADDR})
# Declared inside the form: nothing to prepare.
MADE_HERE = {Piece.LOSS: "Déclaration de perte"}
MINUTES = 10  # to fill the form, documents at hand (docs/law.md)


def euros(cents: int) -> str:
    """0 €, 25 €, 12,50 €."""
    whole, rest = divmod(cents, 100)
    return f"{whole},{rest:02}{NBSP}€" if rest else f"{whole}{NBSP}€"


def content(way: Walk, today: dt.date) -> dict[str, Any]:
    """What the list says. The way is at its end, and its outcome lets the request be filed."""
    if way.answer is None:
        raise ValueError("the motive is not known")
    situation = way.situation
    rules, fee, sent = (
        required.rules_of(situation.motive),
        required.fee(situation),
        situation.submitted_on,
    )
    groups = _groups(way)
    documents = sum(len(group["needs"]) for group in groups if not group["optional"])
    delay = rules.delay
    return {
        "motive": situation.motive.label,
        "open_motive": situation.motive.value,
        "groups": groups,
        "documents": documents,
        "made_here": [
            {"label": MADE_HERE[n.piece], "because": n.because}
            for n in way.answer.pieces
            if n.piece in MADE_HERE
        ],
        "minutes": MINUTES,
        "price": {
            "amount": euros(fee.cents),
            "why": fee.because,
            "how": asked.BY_SLUG["perte"].help_text if fee.cents else "",
            "source": str(fee.source),
        },
        "sent": "aujourd’hui" if sent == today else f"le {french_day(sent)}",
        "ahead": "" if sent == today else french_day(sent),
        "delay": {
            "words": between(sent + dt.timedelta(weeks=delay.low), sent + dt.timedelta(weeks=delay.high)),
            "source": str(delay.source).removesuffix(" (voir docs/law.md)"),
        },
        "drive": _drive(situation, today),
        "notes": [{"says": note.says, "source": str(note.source)} for note in required.notes(situation)],
        "unsaid": [UNSURE[fact][1] for fact in way.unsaid],
    }


def _groups(way: Walk) -> list[dict[str, Any]]:
    """The documents: nearly always asked, asked because of an answer, optional; empty groups left out."""
    needs = way.answer.pieces if way.answer else ()
    rows = {need.key: need for need in required.rules_of(way.situation.motive).needs}
    served = required.one_paper(way.situation)
    there = {need.piece for need in needs}
    groups: dict[str, list[dict[str, Any]]] = {"usual": [], "yours": [], "optional": []}
    for need in needs:
        if need.piece not in PIECES or served.get(need.piece) in there:
            continue
        twin = [piece for piece, under in served.items() if under == need.piece and piece in there]
        groups[_kind(need, rows[need.key])].append(_told(need, twin))
    titles = {
        "usual": "Demandés presque toujours",
        "yours": "Demandés d’après vos réponses",
        "optional": "Facultatifs",
    }
    return [
        {"slug": slug, "title": titles[slug], "needs": found, "optional": slug == "optional"}
        for slug, found in groups.items()
        if found
    ]


def _kind(need: Required, row: Need) -> str:
    if need.recommended:
        return "optional"
    return "usual" if row.when is always or need.piece in USUAL else "yours"


def _told(need: Required, twin: list[Piece]) -> dict[str, Any]:
    about = PIECES[need.piece]
    return {
        "code": need.piece.value,
        "label": about.label,
        "what": about.what,
        "because": need.because,
        "example": about.example,
        "refused": about.refused,
        "instead": about.instead,
        "any_of": [PIECES[piece].label for piece in need.any_of[1:] if piece in PIECES],
        "twice": [PIECES[piece].label for piece in twin],
        "source": str(need.source),
    }


def _drive(situation: Situation, today: dt.date) -> list[dict[str, str]]:
    """What may be driven meanwhile: a short answer, and its conditions."""
    try:
        found = rights.drive(situation)
    except NotYetKnown as missing:
        if situation.motive is Motive.REU:
            return [
                {
                    "answer": f"{rights.CEPC_MONTHS} mois après l’examen",
                    "note": f"En France, avec {rights.PAPERS['CEPC']} et {rights.PAPERS['ID']} sur vous.",
                }
            ]
        # The days do not hang on the categories: they are told, the categories are not.
        known = {name: getattr(situation, name) for name in BY_NAME if situation.knows(name)}
        found = rights.drive(Situation(**known, **dict.fromkeys(missing.facts, frozenset())))
    return [_right(right, today) for right in found]


def _right(right: rights.Drive, today: dt.date) -> dict[str, str]:
    codes = ", ".join(right.categories)
    if right.until < today:
        return {
            "answer": f"Plus depuis le {french_day(right.until)}",
            "note": "Le certificat d’examen ne vaut que quelques mois : attendez votre carte pour conduire.",
        }
    until = f"Jusqu’au {french_day(right.until)}"
    answer = until if right.start <= today else f"Du {french_day(right.start)} au {french_day(right.until)}"
    what = (
        f"En France, {'catégories' if len(right.categories) > 1 else 'catégorie'} {codes}"
        if codes
        else "En France"
    )
    return {"answer": answer, "note": f"{what}, avec {right.papers_words} sur vous."}
