"""What is still open: the facts on which undecided rules hang, in the order in which we would ask for them."""

from __future__ import annotations

from collections.abc import Iterable

from permis.domain import asked, required
from permis.domain.required.table import Need, Rules
from permis.domain.situation import FACTS, NotYetKnown, Situation
from permis.domain.vocabulary import Piece

_QUESTIONS = (question.name for step in asked.STEPS for question in step.questions)
_ORDER = {
    name: rank for rank, name in enumerate(dict.fromkeys([*_QUESTIONS, *(fact.name for fact in FACTS)]))
}


def in_order(facts: Iterable[str]) -> list[str]:
    """The facts, each once, in the order of table 1; then those that table 1 does not ask, in theirs."""
    return sorted(set(facts), key=lambda fact: _ORDER[fact])


def open_bars(rules: Rules, situation: Situation) -> list[str]:
    """The facts on which the outcome hangs: those of the undecided rules before the first one that surely holds."""
    lacking: list[str] = []
    for bar in rules.bars:
        try:
            if required.holds(bar, situation):
                if bar.not_before and not lacking:
                    bar.not_before(situation)
                break
        except NotYetKnown as missing:
            lacking.extend(missing.facts)
    return lacking


def open_needs(rules: Rules, situation: Situation) -> Iterable[str]:
    """The facts on which a document hangs that no other row already asks for."""
    sure: set[tuple[tuple[Piece, ...], bool]] = set()
    undecided: list[tuple[Need, tuple[str, ...]]] = []
    for need in rules.needs:
        try:
            if required.holds(need, situation):
                sure.update((group, need.recommended) for group in need.pieces)
        except NotYetKnown as missing:
            undecided.append((need, missing.facts))
    for need, facts in undecided:
        if any((group, need.recommended) not in sure for group in need.pieces):
            yield from facts
