"""Table 2 in words, motive by motive and row by row: what the page of the rules and docs/generated/law.md are made of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from permis.domain import legal, required, rights
from permis.domain.conditions import Test, always
from permis.domain.legal import Source
from permis.domain.pieces import PIECES, about
from permis.domain.required.table import DECISION, Bar, Deadline, Delay, Fee, Need, Note, Right, Row
from permis.domain.situation import FACTS, NotYetKnown, Situation
from permis.domain.terms import months
from permis.domain.vocabulary import HEAVY_C, HEAVY_D, Category, Motive, Outcome, Piece, Result

# What a row of outcome says of the request.
OUTCOMES = {
    Outcome.NOT_NEEDED: "Rien à demander",
    Outcome.NOT_BEFORE: "Pas encore",
    Outcome.NOT_POSSIBLE: "Pas possible",
}
# Whose day says which law applies, where it is not that of the request.
LAW_OF = {"exam_on": "le jour de l’examen", "course_on": "le jour de la formation"}
# Pieces that are words of the form and no paper.
IN_THE_FORM = {Piece.LOSS: "Déclaration de perte, faite dans la demande"}


@dataclass(frozen=True)
class Line:
    """One row in words: what it says, when it holds, why, by which text, and on which days it is law."""

    key: str
    what: str
    when: str  # empty: always
    why: str
    source: Source
    since: dt.date | None
    until: dt.date | None
    law_of: str = ""  # whose day says which law applies; empty: the day of the request
    mark: str = ""  # « facultatif », « Pas possible », the code on the card, the reason of refusal
    instead: str = ""


@dataclass(frozen=True)
class Chapter:
    """Everything about one motive, on one day or along time."""

    motive: Motive
    result: Result
    cancellable: bool
    delay: Delay
    documents: tuple[Line, ...]
    outcomes: tuple[Line, ...]
    fees: tuple[Line, ...]
    drive: tuple[Line, ...]
    dates: tuple[Line, ...]
    notes: tuple[Line, ...]
    probation: tuple[tuple[str, int], ...]  # (when, years); of several, the first that holds

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line, in the order of the chapter."""
        return (*self.documents, *self.outcomes, *self.fees, *self.drive, *self.dates, *self.notes)


def chapter(motive: Motive, on: dt.date | None = None) -> Chapter:
    """The rules of this motive in words: the rows in force on that day, or all of them."""
    rules = required.rules_of(motive)

    def told(rows: tuple[Row, ...]) -> tuple[Line, ...]:
        return tuple(_line(row, motive) for row in rows if on is None or in_force(row, on))

    return Chapter(
        motive,
        rules.result,
        rules.cancellable,
        rules.delay,
        told(rules.needs),
        told(rules.bars),
        told(rules.fees),
        told(rules.rights),
        told(rules.deadlines),
        told(rules.notes),
        tuple((condition(test), years) for test, years in rules.probation),
    )


def in_force(row: Row, on: dt.date) -> bool:
    """Whether the row is law on that day, for whoever's day it reads."""
    return (row.since is None or row.since <= on) and (row.until is None or on <= row.until)


def condition(test: Test) -> str:
    """The test as a sentence whose « et » and « ou » cannot be mistaken; empty when it always holds."""
    return "" if test is always else _said(test, yes=True)


def _said(test: Test, *, yes: bool) -> str:
    if test.kind == "not":
        return _said(test.parts[0], yes=not yes)
    if not test.parts:
        return test.yes if yes else test.no
    link = " et " if (test.kind == "all") is yes else " ou "
    parts = []
    for part in test.parts:
        said = _said(part, yes=yes)
        parts.append(f"({said})" if _joined(part) else said)
    return link.join(parts)


def _joined(test: Test) -> bool:
    return bool(test.parts) and (test.kind != "not" or _joined(test.parts[0]))


def _line(row: Row, motive: Motive) -> Line:
    what, why, mark, instead = _words(row, motive)
    return Line(
        row.key,
        what,
        condition(row.when),
        why,
        row.source,
        row.since,
        row.until,
        LAW_OF.get(row.by, "") if row.since or row.until else "",
        mark,
        instead,
    )


def _words(row: Row, motive: Motive) -> tuple[str, str, str, str]:
    """(what, why, mark, instead) of one row."""
    if isinstance(row, Need):
        groups = [" ou ".join(named(piece, motive) for piece in group) for group in row.pieces]
        return " ; ".join(groups), row.because, "Facultatif" if row.recommended else "", ""
    if isinstance(row, Bar):
        return row.because, "", OUTCOMES.get(row.outcome, ""), row.instead
    if isinstance(row, Fee):
        whole, rest = divmod(row.cents, 100)
        return f"{whole}{f',{rest:02}' if rest else ''} €", row.because, "", ""
    if isinstance(row, Right):
        papers = " et ".join(rights.PAPERS[paper] for paper in row.papers)
        return f"Conduire avec {papers}{_lasting(row)}", "", "", ""
    if isinstance(row, Note):
        return row.says, "", f"Code {row.code}" if row.code else "", ""
    if isinstance(row, Deadline):
        return row.what, "", "", ""
    raise TypeError(row)


def _lasting(row: Right) -> str:
    """How long a right lasts, found by trying it on two days: the table holds functions and not numbers."""
    found = set()
    for day in (dt.date(2024, 3, 15), dt.date(2025, 6, 15)):
        facts: dict[str, Any] = {fact.name: day for fact in FACTS if fact.kind is dt.date}
        facts |= {fact.name: frozenset(Category) for fact in FACTS if fact.kind is frozenset}
        facts |= {"birth_date": dt.date(2007, 1, 1), "category_ends_on": {}}
        anybody = Situation(**facts)
        try:
            starts, ends = row.begins(anybody), row.ends(anybody)
        except (NotYetKnown, LookupError):
            return ""
        if ends == DECISION:
            found.add(" jusqu’à la décision du préfet")
        elif isinstance(ends, dt.date):
            found |= {f" pendant {n} mois" for n in range(1, 37) if months(starts, n) == ends}
        else:
            found.add("")
    return found.pop() if len(found) == 1 else ""


def named(piece: Piece, motive: Motive | None = None) -> str:
    """The French name of a piece."""
    return about(piece, motive).label if piece in PIECES else IN_THE_FORM[piece]


# ── Motive × document ──────────────────────────────────────────────────────────────────────────────────────

ALWAYS, SOMETIMES, OPTIONAL = "toujours", "selon le cas", "facultatif"


def asked_by(motive: Motive, on: dt.date | None = None) -> dict[Piece, str]:
    """The pieces that this motive may ask for: always, in some cases, or only as an advice."""
    found: dict[Piece, str] = {}
    for need in required.rules_of(motive).needs:
        if on is not None and not in_force(need, on):
            continue
        for group in need.pieces:
            strength = OPTIONAL if need.recommended else ALWAYS if need.when is always else SOMETIMES
            if _RANK[strength] > _RANK.get(found.get(group[0], ""), -1):
                found[group[0]] = strength
    return found


_RANK = {OPTIONAL: 0, SOMETIMES: 1, ALWAYS: 2}


def matrix(on: dt.date | None = None) -> tuple[tuple[Piece, ...], dict[Motive, dict[Piece, str]]]:
    """Every piece that some motive asks for, in the order of the catalogue, and what each motive asks."""
    rows = {motive: asked_by(motive, on) for motive in required.FILES}
    met = {piece for row in rows.values() for piece in row}
    return tuple(piece for piece in Piece if piece in met), rows


# ── What stands beside the motives ─────────────────────────────────────────────────────────────────────────


def medical_periods() -> Iterator[tuple[str, str, int, Source]]:
    """(categories, age, years, source) of each longest validity after a medical opinion."""
    names = {HEAVY_C: "C1, C1E, C, CE", HEAVY_D: "D1, D1E, D, DE"}
    low = 0
    for period in rights.PERIODS:
        group = names.get(period.categories, "Autres catégories, limitées pour raison de santé ou de métier")
        if period.under >= rights.FOR_EVER:
            age, low_next = f"{low} ans ou plus", 0
        else:
            age = f"de {low} à {period.under - 1} ans" if low else f"moins de {period.under} ans"
            low_next = period.under
        yield group, age, period.years, period.source
        low = low_next


def texts() -> tuple[Source, ...]:
    """Every text that may be quoted, in the order of `permis/domain/legal.py`; our own choices are no text."""
    return tuple(
        value for value in vars(legal).values() if isinstance(value, Source) and value is not legal.PARAMETER
    )
