"""The two shapes of the door as JSON Schema (2020-12): what is asked, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from permis.domain import rights
from permis.domain.door.given import COMPULSORY, KEYS
from permis.domain.situation import FACTS
from permis.domain.vocabulary import Category, Outcome, Piece, Reason, Result

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    if "enum" in schema:
        return {**schema, "type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return {**schema, "type": [schema["type"], "null"]}


def input_schema() -> dict[str, Any]:
    """The situation that is asked about."""
    return {
        "title": "Situation",
        "type": "object",
        "required": list(COMPULSORY),
        "additionalProperties": False,
        "properties": {
            name: {"description": key.says, **(_or_null(key.schema) if key.null else key.schema)}
            for name, key in KEYS.items()
        },
    }


def _record(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": dict(properties),
    }


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": dict(items)}


def _enum(kind: type[StrEnum]) -> dict[str, Any]:
    return {"type": "string", "enum": [member.value for member in kind]}


_TEXT: dict[str, Any] = {"type": "string"}
_ISO: dict[str, Any] = {"type": "string", "format": "date"}


def output_schema() -> dict[str, Any]:
    """What the law answers; `why` is there when it was asked for."""
    piece = {
        "code": _enum(Piece),
        "any_of": {**_list(_enum(Piece)), "minItems": 1},
        "because": _TEXT,
        "source": _TEXT,
        "recommended": {"type": "boolean"},
    }
    drive = {
        "categories": {**_list(_enum(Category)), "minItems": 1},
        "from": _ISO,
        "until": {"anyOf": [_ISO, {"const": "decision"}, {"type": "null"}]},
        "with": _list({"type": "string", "enum": list(rights.PAPERS)}),
        "source": _TEXT,
    }
    why = {
        "code": _enum(Piece),
        "asked": {"type": ["boolean", "null"]},
        "because": _TEXT,
        "facts": _list(_TEXT),
        "source": {"type": ["string", "null"]},
        "law_on": _or_null(_ISO),
    }
    answered = _record(
        {
            "outcome": _or_null(_enum(Outcome)),
            "because": _TEXT,
            "reason": _or_null(_enum(Reason)),
            "not_before": _or_null(_ISO),
            "pieces": _list(_record(piece)),
            "fee_cents": {"type": ["integer", "null"], "minimum": 0},
            "drive": _list(_record(drive)),
            "result": _or_null(_enum(Result)),
            "validity": {
                "type": "object",
                "propertyNames": _enum(Category),
                "additionalProperties": _ISO,
            },
            "probation_years": {"type": ["integer", "null"]},
            "cancellable": {"type": "boolean"},
            "deadlines": _list(_record({"what": _TEXT, "date": _ISO, "source": _TEXT})),
            "warnings": _list(_TEXT),
            "unknown": _list({"type": "string", "enum": [fact.name for fact in FACTS]}),
            "law_on": _ISO,
            "checked_to": _ISO,
        }
    )
    answered["properties"]["why"] = _list(_record(why))
    return {"title": "Answer", **answered}
