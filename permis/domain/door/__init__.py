"""The programmatic door of the law: a JSON object of facts in, a JSON object of documents, rights and price out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from permis.domain import required, rights
from permis.domain.door.given import ASIDES, LIMIT, Asked, TooBig, Wrong, day, parse, read
from permis.domain.door.unknown import in_order, open_bars, open_needs
from permis.domain.door.why import why_each, why_nothing
from permis.domain.exploring import WITHOUT, Aside
from permis.domain.required.table import Answer, Fee, Rules
from permis.domain.situation import NotYetKnown, Situation, noting_presumptions
from permis.domain.terms import days, french_day
from permis.domain.vocabulary import Category, Motive, Outcome, Piece

POSSIBLE = "Vous pouvez faire cette demande."
OPEN = "Il manque des réponses pour dire si cette demande est possible."


def reply(raw: bytes, today: dt.date, *, why: bool = False) -> dict[str, Any]:
    """What the law answers to these bytes of JSON, on that day unless they name another. Raises `Wrong`."""
    return answer(read(parse(raw), today), why=why)


def answer(question: Asked, *, why: bool = False) -> dict[str, Any]:
    """What the law answers, every key of the contract always there; `why` adds the rule behind each document."""
    if question.aside is not None:
        said = _needs_no_request(question.aside, question.on)
        return said | ({"why": why_nothing(question.aside, question.on)} if why else {})
    said, found = _answer(question.situation)
    return said | ({"why": why_each(question.situation, found)} if why else {})


def _empty(on: dt.date) -> dict[str, Any]:
    return {
        "outcome": None,
        "because": OPEN,
        "reason": None,
        "not_before": None,
        "pieces": [],
        "fee_cents": None,
        "drive": [],
        "result": None,
        "validity": {},
        "probation_years": None,
        "cancellable": False,
        "deadlines": [],
        "warnings": [],
        "unknown": [],
        "law_on": on.isoformat(),
        "checked_to": required.CHECKED_TO.isoformat(),
    }


def _needs_no_request(aside: Aside, on: dt.date) -> dict[str, Any]:
    words = WITHOUT[aside]
    reason = ASIDES[aside]
    return _empty(on) | {
        "outcome": Outcome.NOT_NEEDED.value,
        "because": words.text,
        "reason": reason.value if reason else None,
        "warnings": [words.then],
    }


def _answer(situation: Situation) -> tuple[dict[str, Any], Answer]:
    rules = required.rules_of(situation.motive)
    said = _empty(situation.submitted_on)
    with noting_presumptions() as presumed:
        found = required.answer(situation)
        said |= {
            "outcome": found.outcome.value if found.outcome else None,
            "because": found.because or (POSSIBLE if found.outcome is Outcome.FILE else OPEN),
            "reason": found.reason.value if found.reason else None,
            "not_before": found.not_before.isoformat() if found.not_before else None,
            "result": rules.result.value,
            "cancellable": rules.cancellable,
        }
        told: list[str] = [found.bar.instead] if found.bar and found.bar.instead else []
        if found.outcome not in {Outcome.NOT_POSSIBLE, Outcome.NOT_NEEDED}:
            # What may be asked for later is answered as of that day.
            then = situation.on(found.not_before) if found.not_before else situation
            told += _fill(said, found, rules, then)
    said["warnings"] = list(dict.fromkeys([*_presumptions(situation, presumed), *told]))
    return said, found


def _presumptions(situation: Situation, read_by_rules: Iterable[str]) -> list[str]:
    says = list(read_by_rules)
    if situation.motive is Motive.REU and not situation.knows("held_categories"):
        says.insert(0, "aucune autre catégorie que AM sur un permis")
    said = [f"Nous supposons : {words}." for words in says]
    if situation.submitted_on < required.LAW_FROM:
        said.append(f"Nos tables ne disent toute la loi qu’à partir du {french_day(required.LAW_FROM)}.")
    return said


def _fill(said: dict[str, Any], found: Answer, rules: Rules, situation: Situation) -> list[str]:
    """Adds documents, price, rights and days; returns the sentences that the person must know."""
    files = found.outcome is Outcome.FILE
    later: list[str] = [] if found.outcome is Outcome.NOT_BEFORE else list(open_needs(rules, situation))
    later += found.unknown if found.outcome is Outcome.NOT_BEFORE else ()
    pieces = [_piece(p.piece, p.any_of, p.because, str(p.source), p.recommended) for p in found.pieces]
    try:
        fee = required.fee(situation)
    except NotYetKnown as missing:
        later += missing.facts
        pieces = [piece for piece in pieces if piece["code"] != Piece.STAMP]
    else:
        said["fee_cents"] = fee.cents if files else None
        pieces = _with_stamp(pieces, fee)
    told = [note.says for note in required.notes(situation)]
    if found.outcome is not Outcome.NOT_BEFORE:
        try:
            all_rights = rights.every_right(situation)
        except NotYetKnown as missing:
            later += missing.facts
        else:
            if files:
                said["drive"], more = _drive(all_rights, rules, situation.submitted_on)
                told += more
    try:
        said["validity"] = {c.value: day.isoformat() for c, day in rights.validity(situation).items()}
    except NotYetKnown as missing:
        later += missing.facts
    try:
        said["probation_years"] = rights.probation_years(situation)
    except NotYetKnown:
        said["probation_years"] = None
    said["pieces"] = pieces
    said["deadlines"] = _deadlines(situation)
    first = [] if found.outcome is not None else open_bars(rules, situation)
    said["unknown"] = [*in_order(first), *in_order(set(later) - set(first))]
    return told


def _piece(
    code: Piece, any_of: Iterable[Piece], because: str, source: str, recommended: bool
) -> dict[str, Any]:
    return {
        "code": code.value,
        "any_of": [piece.value for piece in any_of],
        "because": because,
        "source": source,
        "recommended": recommended,
    }


def _with_stamp(pieces: list[dict[str, Any]], fee: Fee) -> list[dict[str, Any]]:
    """The documents with a stamp exactly when something is to be paid."""
    there = any(piece["code"] == Piece.STAMP for piece in pieces)
    if fee.cents and not there:
        return [*pieces, _piece(Piece.STAMP, (Piece.STAMP,), fee.because, str(fee.source), recommended=False)]
    return pieces if fee.cents else [piece for piece in pieces if piece["code"] != Piece.STAMP]


def _drive(
    all_rights: Iterable[rights.Drive], rules: Rules, today: dt.date
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rights that still run, each category once, and the sentences about the others."""
    shown, told = [], []
    covered: set[Category] = set()
    for right in all_rights:
        names = _names(right.categories)
        if right.last_day is not None and right.last_day < today:
            told.append(
                f"Votre droit de conduire avec {right.papers_words} s’est terminé le {french_day(right.last_day)} "
                f"({names})."
            )
            continue
        fresh = [category for category in right.categories if category not in covered]
        again = [category for category in right.categories if category in covered]
        if again:
            told.append(
                f"Pour {_names(again)}, vous pouvez aussi conduire avec {right.papers_words}{_until(right)}."
            )
        if fresh:
            covered.update(fresh)
            shown.append(_entry(right, fresh))
            arrives = days(today, 7 * rules.delay.high)
            if right.last_day is not None and right.last_day < arrives:
                told.append(
                    f"Votre droit de conduire ({_names(fresh)}) se termine le {french_day(right.last_day)} : la carte "
                    f"peut arriver après, jusqu’au {french_day(arrives)}."
                )
    return shown, told


def _names(categories: Iterable[Category]) -> str:
    return ", ".join(categories)


def _until(right: rights.Drive) -> str:
    if right.last_day is not None:
        return f" jusqu’au {french_day(right.last_day)}"
    return " jusqu’à la décision" if right.until else ""


def _entry(right: rights.Drive, categories: Iterable[Category]) -> dict[str, Any]:
    return {
        "categories": [category.value for category in categories],
        "from": right.start.isoformat(),
        "until": right.last_day.isoformat() if right.last_day is not None else right.until,
        "with": list(right.papers),
        "source": str(right.source),
    }


def _deadlines(situation: Situation) -> list[dict[str, Any]]:
    found = []
    for row in required.deadlines(situation):
        try:
            day = row.day(situation)
        except NotYetKnown:
            continue
        found.append({"what": row.what, "date": day.isoformat(), "source": str(row.source)})
    return found


__all__ = ["LIMIT", "Asked", "TooBig", "Wrong", "answer", "day", "parse", "read", "reply"]
