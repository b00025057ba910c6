"""The JSON Schema of a file that people write, worked out from the value it is read into.

It says what `notation/typed.py` takes: fields by name, a list of things with ids also as a mapping
from id to the rest, one text where a list of one is meant. Editors complete and check by it.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
HEADER = "# yaml-language-server: $schema="
"""What editors read in the first line of a file, before the path of its schema."""

_PLAIN: Mapping[type, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    date: {"type": "string", "format": "date"},
}


def schema_of(kind: type[Any], given: tuple[str, ...] = ()) -> Schema:
    """The schema of a file that is read into the dataclass `kind`; `given` fields stand elsewhere.

    Every field may be left empty (`null`) but those that must be there.
    """
    return {"$schema": DRAFT, **_dataclass(kind, given)}


def _dataclass(kind: type[Any], given: tuple[str, ...] = ()) -> Schema:
    hints = get_type_hints(kind)
    own = [f for f in fields(kind) if f.name not in given]
    needed = [f.name for f in own if f.default is MISSING and f.default_factory is MISSING]
    found: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            f.name: _value(hints[f.name]) if f.name in needed else _or_empty(_value(hints[f.name]))
            for f in own
        },
    }
    if needed:
        found["required"] = needed
    if words := _first_sentence(kind.__doc__ or ""):
        found["description"] = words
    return found


def _or_empty(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]} if schema else {}


def _first_sentence(text: str) -> str:
    """The first sentence of a docstring on one line; "" for the one that dataclasses write."""
    words = " ".join(text.split())
    if "(" in words.split(" ")[0]:
        return ""
    return words.partition(". ")[0].removesuffix(".")


def _value(kind: Any) -> Schema:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = [_value(k) for k in get_args(kind) if k is not type(None)]
        return inner[0] if len(inner) == 1 else {"anyOf": inner}
    if origin is tuple:
        return _several(get_args(kind)[0])
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _value(get_args(kind)[1])}
    if isinstance(kind, type) and is_dataclass(kind):
        return _dataclass(kind)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [str(member) for member in kind]}
    return dict(_PLAIN.get(kind, {}))


def _several(of: Any) -> Schema:
    listed: Schema = {"type": "array", "items": _value(of)}
    if not (isinstance(of, type) and is_dataclass(of)):
        return {"anyOf": [listed, _value(of)]}
    own = {f.name: f for f in fields(of)}
    if "id" not in own:
        return listed
    named = _dataclass(of, ("id",))
    needed = [name for name in named.get("required", ()) if name != "id"]
    if len(needed) == 1 and named["properties"][needed[0]] == _PLAIN[str]:
        named = {"anyOf": [named, dict(_PLAIN[str])]}
    return {"anyOf": [listed, {"type": "object", "additionalProperties": _or_empty(named)}]}
