"""Why: for each document of the catalogue, asked or not, the rule that decided, its facts, its source, its day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from permis.domain import required
from permis.domain.conditions import Test
from permis.domain.door.unknown import in_order
from permis.domain.exploring import WITHOUT, Aside
from permis.domain.required.table import Answer, Row, Rules
from permis.domain.situation import NotYetKnown, Situation
from permis.domain.vocabulary import Outcome, Piece

NO_ROW = "Aucune règle de ce motif ne le demande."


class _Noting:
    """A situation that notes which facts were read."""

    def __init__(self, situation: Situation) -> None:
        self._situation = situation
        self.facts: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.facts.append(name)
        return getattr(self._situation, name)


def deciding_facts(test: Test, situation: Situation) -> tuple[str, ...]:
    """The facts that decided this test, or those that are missing."""
    because = test.explain(situation)
    if because.holds is None:
        return because.facts
    if not test.parts:
        noting: Any = _Noting(situation)
        test.check(noting)
        return tuple(dict.fromkeys(noting.facts))
    if test.kind != "not":
        for part in test.parts:
            if part.explain(situation).holds is (test.kind == "any"):
                return deciding_facts(part, situation)
    return tuple(dict.fromkeys(fact for part in test.parts for fact in deciding_facts(part, situation)))


@dataclass(frozen=True)
class _Told:
    """What one row says of one piece."""

    asked: bool | None
    because: str
    facts: tuple[str, ...]
    source: str
    law_on: str | None


def _tell(row: Row, situation: Situation) -> _Told:
    source = str(row.source)
    because = row.when.explain(situation)
    facts = deciding_facts(row.when, situation)
    try:
        law_on = getattr(situation, row.by)
    except NotYetKnown as missing:
        if because.holds is False:  # whatever the law of that day is
            return _Told(False, _sentence(because.sentence), facts, source, None)
        facts = tuple(dict.fromkeys((*missing.facts, *because.facts)))
        return _Told(None, _lacking(facts), facts, source, None)
    day = law_on.isoformat() if law_on else None
    if not required.in_force(row, situation):
        return _Told(False, "Cette règle n’est pas en vigueur ce jour-là.", (row.by,), source, day)
    sentence = _lacking(because.facts) if because.holds is None else _sentence(because.sentence)
    return _Told(because.holds, sentence, facts, source, day)


def _lacking(facts: Iterable[str]) -> str:
    return f"Cela dépend encore de : {', '.join(in_order(facts))}."


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:].rstrip('.')}."


def why_each(situation: Situation, found: Answer) -> list[dict[str, Any]]:
    """For each document of the catalogue, asked or not: the rule that decided, its facts, its source and its day."""
    if found.bar is not None and found.outcome in {Outcome.NOT_POSSIBLE, Outcome.NOT_NEEDED}:
        told = _tell(found.bar, situation)
        stopped = _Told(False, found.bar.because, told.facts, told.source, told.law_on)
        return [_reason(piece, stopped) for piece in Piece]
    then = situation.on(found.not_before) if found.not_before else situation
    rules = required.rules_of(situation.motive)
    return [_reason(piece, _decided(piece, rules, then)) for piece in Piece]


def _decided(piece: Piece, rules: Rules, situation: Situation) -> _Told:
    if piece is Piece.STAMP:
        return _stamp(rules, situation)
    rows = [need for need in rules.needs if any(group[0] is piece for group in need.pieces)]
    told = [_tell(row, situation) for row in rows]
    for wanted in (True, None):
        for one in told:
            if one.asked is wanted:
                return one
    for need in rules.needs:
        for group in need.pieces:
            if piece in group:
                one = _tell(need, situation)
                if one.asked:
                    words = f"Il est accepté à la place de {group[0].value}."
                    return _Told(False, words, one.facts, one.source, one.law_on)
                told = told or [one] if one.asked is False else told
    if not told:
        return _Told(False, NO_ROW, (), "", situation.submitted_on.isoformat())
    facts = tuple(dict.fromkeys(fact for one in told for fact in one.facts))
    words = " ".join(dict.fromkeys(one.because for one in told))
    return _Told(False, words, facts, told[0].source, told[0].law_on)


def _stamp(rules: Rules, situation: Situation) -> _Told:
    """A stamp is asked for exactly when there is a price."""
    day = situation.submitted_on.isoformat()
    try:
        fee = required.fee(situation)
    except NotYetKnown as missing:
        return _Told(None, _lacking(missing.facts), missing.facts, str(rules.fees[0].source), day)
    told = _tell(fee, situation)
    return _Told(fee.cents > 0, _sentence(fee.because), told.facts, str(fee.source), day)


def why_nothing(aside: Aside, on: dt.date) -> list[dict[str, Any]]:
    """The same when nothing has to be asked for."""
    words = WITHOUT[aside]
    told = _Told(False, words.text, ("motive",), str(words.source or ""), on.isoformat())
    return [_reason(piece, told) for piece in Piece]


def _reason(piece: Piece, told: _Told) -> dict[str, Any]:
    return {
        "code": piece.value,
        "asked": told.asked,
        "because": told.because,
        "facts": list(told.facts),
        "source": told.source or None,
        "law_on": told.law_on,
    }
