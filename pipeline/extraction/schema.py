"""A JSON Schema (draft 7) of the study files of a form, for editors that complete and check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.extraction.heads import HEADER
from pipeline.terms.form import NUMBERS, AnswerType, Form, Item
from pipeline.terms.protocol import Protocol
from pipeline.terms.study import Absent, Basis

Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_SOURCE: Schema = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "report": {**_TEXT, "description": "record id of the report"},
        "page": {"type": ["string", "integer"], "description": "page, table, figure or abstract"},
        "quote": {**_TEXT, "description": "the words of the report"},
        "url": _TEXT,
        "note": _TEXT,
        "sure": {"enum": ["certain", "probable", "doubtful"]},
        "file_sha256": _TEXT,
    },
}
_BESIDE: Schema = {
    "sources": {"type": "array", "items": _SOURCE},
    "note": _TEXT,
    "derived": {**_TEXT, "description": "how we worked the value out; no report prints it"},
}


def json_schema(
    form: Form, instruments: Sequence[Form] = (), protocol: Protocol | None = None
) -> Schema:
    """The schema of a study file of `form`; outcomes and groups of `protocol` are completed."""
    outside: Mapping[str, tuple[str, ...]] = {}
    if protocol is not None:
        outside = {
            "protocol.outcomes": tuple(o.id for o in protocol.outcomes),
            "protocol.groups": tuple(g.id for g in protocol.groups),
        }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": form.title,
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **{key: {**_head_of(key), "description": about} for key, about in HEADER.items()},
            "form": {"const": form.id},
            "form_version": {"type": ["integer", "null"], "maximum": form.version},
            "answers": _part(form.items, outside),
            "appraisal": {
                "type": ["object", "null"],
                "properties": {i.id: _instrument(i, outside) for i in instruments},
            },
        },
    }


def _head_of(key: str) -> Schema:
    """What may stand behind a key at the top of a study file."""
    if key == "basis":
        return {"enum": [*(b.value for b in Basis), None]}
    if key == "reports":
        return {"type": ["array", "null"], "items": _TEXT}
    if key == "files":
        sha256 = {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}
        return {"type": ["object", "null"], "additionalProperties": sha256}
    return _BESIDE["sources"] if key == "sources" else {"type": ["string", "null"]}


def _instrument(form: Form, outside: Mapping[str, tuple[str, ...]]) -> Schema:
    part = _part(form.items, outside)
    version: Schema = {"type": ["integer", "null"], "maximum": form.version}
    return {**part, "properties": {**part["properties"], "form_version": version}}


def _part(
    items: Sequence[Item], outside: Mapping[str, tuple[str, ...]], entry: bool = False
) -> Schema:
    properties = {item.id: _item(item, outside) for item in items}
    if entry:
        properties["id"] = _TEXT
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {**properties, **_BESIDE},
        **({"required": ["id"]} if entry else {}),
    }


def _item(item: Item, outside: Mapping[str, tuple[str, ...]]) -> Schema:
    words: Schema = {"enum": [*(a.value for a in Absent), None]}
    about = f"{item.label}. {item.help}".strip()
    if item.type is AnswerType.PART:
        inner = _part(item.items, outside, entry=item.repeats)
        shape = {"type": "array", "items": inner} if item.repeats else inner
        return {"description": about, "anyOf": [shape, words]}
    bare = _value(item, outside)
    if item.repeats:
        bare = {"anyOf": [bare, {"type": "array", "items": bare}]}
    numbers = _value(item, outside)["properties"] if item.type in NUMBERS else {}
    wrapped: Schema = {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            **numbers,
            "value": {"anyOf": [bare, words, *([{"type": "number"}] if numbers else [])]},
            "absent": words,
            **_BESIDE,
        },
    }
    return {"description": about, "anyOf": [bare, words, wrapped]}


def _value(item: Item, outside: Mapping[str, tuple[str, ...]]) -> Schema:
    bounds = {
        word: bound
        for word, bound in (("minimum", item.minimum), ("maximum", item.maximum))
        if bound is not None
    }
    ids = [option.id for option in item.options]
    match item.type:
        case AnswerType.INTEGER:
            return {"type": "integer", **bounds}
        case AnswerType.DECIMAL:
            return {"type": "number", **bounds}
        case AnswerType.YES_NO:
            return {"enum": ["yes", "no", True, False]}
        case AnswerType.DATE:
            return {"type": ["string", "integer"]}
        case AnswerType.CHOICE:
            return {"enum": ids}
        case AnswerType.CHOICES:
            return {"anyOf": [{"enum": ids}, {"type": "array", "items": {"enum": ids}}]}
        case AnswerType.REFERENCE if item.targets and set(item.targets) <= set(outside):
            return {"enum": [id for target in item.targets for id in outside[target]]}
        case kind if kind in NUMBERS:
            numbers = {name: {"type": "number"} for name in NUMBERS[kind]}
            return {"type": "object", "additionalProperties": False, "properties": numbers}
        case _:
            return _TEXT
