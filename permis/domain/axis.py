"""The law along time: the rows in force on a day, and what changed between two days."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from permis.domain import readable, required, rights
from permis.domain.required.table import Bar, Deadline, Fee, Need, Note, Right, Row
from permis.domain.terms import french_day
from permis.domain.vocabulary import Motive

KINDS: dict[type, str] = {
    Bar: "outcome",
    Need: "pieces",
    Fee: "fee",
    Note: "note",
    Right: "drive",
    Deadline: "deadline",
}


class TooEarly(ValueError):
    """The tables do not say the whole law of that day."""


def _words(row: Row) -> str:
    """What the row says, in French."""
    if isinstance(row, Need):
        groups = " + ".join(" ou ".join(group) for group in row.pieces)
        return f"{groups} : {row.because}"
    if isinstance(row, Fee):
        return f"{row.cents / 100:.2f} € : {row.because}".replace(".", ",", 1)
    if isinstance(row, Right):
        return row.says or _right(row)
    if isinstance(row, Note):
        return row.says
    return row.what if isinstance(row, Deadline) else row.because


def _right(row: Right) -> str:
    papers = " et ".join(rights.PAPERS[paper] for paper in row.papers)
    when = readable.condition(row.when)
    return f"Vous pouvez conduire avec {papers}{', si ' + when if when else ''}."


def _goes_on(words: str) -> str:
    """The words as they go on after a colon: without a capital that only opened the sentence."""
    return words[:1].lower() + words[1:] if words[1:2] == "’" or words[1:2].islower() else words


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None


def _row(row: Row) -> dict[str, Any]:
    return {
        "key": row.key,
        "kind": KINDS[type(row)],
        "text": _words(row),
        "since": _iso(row.since),
        "until": _iso(row.until),
        "by": row.by,
        "source": str(row.source),
    }


def on(day: dt.date) -> dict[str, Any]:
    """The rows in force on that day, motive by motive.

    Raises `TooEarly` for a day before the tables say the whole law, unless every row says since when it is law.
    """
    if day < required.LAW_FROM and any(row.since is None for _, row in _rows()):
        first = french_day(required.LAW_FROM)
        raise TooEarly(
            f"Nos tables ne disent toute la loi qu’à partir du {first} : choisissez une date plus récente."
        )
    motives: dict[str, Any] = {}
    for motive in Motive:
        rules = required.rules_of(motive)
        rows = [_row(row) for row in rules.rows if _in_force(row, day)]
        motives[motive.value] = {"label": motive.label, "result": rules.result.value, "rows": rows}
    return {"on": day.isoformat(), "checked_to": required.CHECKED_TO.isoformat(), "motives": motives}


def _in_force(row: Row, day: dt.date) -> bool:
    return (row.since is None or row.since <= day) and (row.until is None or day <= row.until)


def _rows() -> Iterator[tuple[Motive, Row]]:
    for motive in Motive:
        for row in required.rules_of(motive).rows:
            yield motive, row


def changes(first: dt.date, last: dt.date) -> dict[str, Any]:
    """What became law, or ceased to be, on a day from `first` to `last`, both included; in order of the days."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for motive, row in _rows():
        for day, begins in ((row.since, True), (row.until and row.until + dt.timedelta(days=1), False)):
            if day is None or not first <= day <= last:
                continue
            words = _words(row)
            when = f"Depuis le {french_day(day)}" if begins else f"Jusqu’au {french_day(row.until or day)}"
            change = {
                "date": day.isoformat(),
                "change": "begins" if begins else "ends",
                "motives": [],
                "sentence": f"{when} : {_goes_on(words.rstrip('.'))}.",
                **_row(row),
            }
            # A row that several motives share is one change of law.
            found.setdefault((change["sentence"], row.key), change)["motives"].append(motive.value)
    rows = sorted(found.values(), key=lambda change: (change["date"], change["change"] == "begins"))
    return {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "checked_to": required.CHECKED_TO.isoformat(),
        "changes": rows,
    }


def schema(*, of_changes: bool = False) -> dict[str, Any]:
    """The shape of what `on` answers, or `changes`, as JSON Schema (2020-12)."""
    text, day = {"type": "string"}, {"type": "string", "format": "date"}
    maybe = {"type": ["string", "null"], "format": "date"}
    row: dict[str, Any] = {
        "key": text,
        "kind": {"type": "string", "enum": list(KINDS.values())},
        "text": text,
        "since": maybe,
        "until": maybe,
        "by": text,
        "source": text,
    }
    if of_changes:
        codes = {
            "type": "array",
            "items": {"type": "string", "enum": [m.value for m in Motive]},
            "minItems": 1,
        }
        begins = {"type": "string", "enum": ["begins", "ends"]}
        change = _record({"date": day, "change": begins, "motives": codes, "sentence": text, **row})
        listed = {"type": "array", "items": change}
        return {"title": "Changes", **_record({"from": day, "to": day, "checked_to": day, "changes": listed})}
    rows = {"type": "array", "items": _record(row)}
    motive = _record({"label": text, "result": text, "rows": rows})
    every = [m.value for m in Motive]
    motives = {
        "type": "object",
        "required": every,
        "propertyNames": {"enum": every},
        "additionalProperties": motive,
    }
    return {"title": "Law", **_record({"on": day, "checked_to": day, "motives": motives})}


def _record(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }
