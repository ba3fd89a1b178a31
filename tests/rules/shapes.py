"""Whether a value has the shape that a JSON Schema promises: the words of 2020-12 that our schemas use, and no other."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "null": type(None),
}
SAID = {"$schema", "$id", "title", "description"}
KNOWN = SAID | {"type", "enum", "const", "anyOf", "format", "pattern", "minimum", "minItems", "items"}
KNOWN |= {"properties", "required", "additionalProperties", "propertyNames"}


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> Iterator[str]:
    """Where the value is not what the schema says. KeyError for a word of the schema that is not read here."""
    if unread := set(schema) - KNOWN:
        raise KeyError(sorted(unread))
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(_is(value, kind) for kind in kinds):
        yield f"{where} is no {' or '.join(kinds)}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{where} is none of the list"
    if "const" in schema and value != schema["const"]:
        yield f"{where} is not {schema['const']}"
    if "anyOf" in schema and all(list(faults(value, one, where)) for one in schema["anyOf"]):
        yield f"{where} is none of the shapes"
    if isinstance(value, str):
        yield from _text(value, schema, where)
    if isinstance(value, int) and value < schema.get("minimum", value):
        yield f"{where} is below {schema['minimum']}"
    if isinstance(value, list):
        if len(value) < schema.get("minItems", 0):
            yield f"{where} is too short"
        for n, item in enumerate(value):
            yield from faults(item, schema.get("items", {}), f"{where}[{n}]")
    if isinstance(value, dict):
        yield from _object(value, schema, where)


def _is(value: Any, kind: str) -> bool:
    if kind == "integer" and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[kind])


def _text(value: str, schema: dict[str, Any], where: str) -> Iterator[str]:
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{where} is not written as {schema['pattern']}"
    if schema.get("format") == "date":
        try:
            dt.date.fromisoformat(value)
        except ValueError:
            yield f"{where} is no date"


def _object(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    properties = schema.get("properties", {})
    for name in schema.get("required", []):
        if name not in value:
            yield f"{where}.{name} is missing"
    for name, one in value.items():
        yield from faults(name, schema.get("propertyNames", {}), f"{where}.{name}, the name,")
        rest = schema.get("additionalProperties", {})
        if name in properties:
            yield from faults(one, properties[name], f"{where}.{name}")
        elif rest is False:
            yield f"{where}.{name} is too much"
        elif isinstance(rest, dict):
            yield from faults(one, rest, f"{where}.{name}")
