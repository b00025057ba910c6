"""A blank study file for an editor, and the JSON Schema that completes and checks it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pipeline.extraction.studies import HEADER
from pipeline.model.form import NUMBERS, AnswerType, Form, Item
from pipeline.model.protocol import Group, Outcome, Protocol
from pipeline.model.study import Absent, Basis

_WIDTH = 96

_HEAD = """\
# Fill in behind the colons. What is left empty is *not yet* answered. Where there is no value, say
# why: not reported, not applicable, unclear. With its source an answer is written like this:
#   country: {value: Sweden, sources: [{page: 12, quote: "the words of the report"}]}
# Beside `value` may also stand `note:` and `derived:` (how we worked it out; no report prints it).
"""


def blank_study(
    form: Form,
    study_id: str,
    title: str,
    reports: Sequence[str],
    outcomes: Sequence[Outcome] = (),
    groups: Sequence[Group] = (),
    instruments: Sequence[Form] = (),
    files: Mapping[str, str] | None = None,
    by_design: Sequence[Form] = (),
) -> str:
    """The text of a blank for `form` and the appraisal `instruments`, as YAML with comments.

    `files` are the SHA-256 of those files of `reports` that are at hand: pages belong to a version.

    `by_design` are instruments that fit some designs only: they are named, not written out, since
    the design is not known yet.

    Unfilled it reads as *not yet* everywhere and holds no error. Entries of parts that repeat are
    comments: one takes the `# ` off and copies them as often as needed.
    """
    lines = [f"# yaml-language-server: $schema={form.id}.schema.json", *_HEAD.splitlines(), ""]
    lines += [f"study: {_word(study_id)}", f"title: {_word(title)}"]
    lines += [f"form: {form.id}", f"form_version: {form.version}"]
    lines += ["reports:  # record ids, the primary report first"]
    lines += [f"  - {_word(report)}" for report in reports]
    if files:
        lines += ["files:  # the SHA-256 of what was read: pages belong to one version of a file"]
        lines += [f"  {_word(report)}: {sha256}" for report, sha256 in files.items()]
    lines += [
        "basis:  # full_text, abstract, page or secondary_source",
        "extracted_by:",
        "extracted_on:",
    ]
    lines += ["", *_comment(form.help, ""), "answers:"]
    for item in form.items:
        lines += ["", *_item(item, "  ", outcomes, groups)]
    if instruments or by_design:
        lines += ["", "# To leave an instrument out of this study, delete its block below."]
    for later in by_design:
        designs = ", ".join(later.designs)
        told = f"{later.id} is for {designs}: `review extract {study_id} --ask` adds it once"
        lines += _comment(f"{told} `design` is one of them.", "")
    if instruments:
        lines += ["appraisal:"]
    for instrument in instruments:
        lines += ["", *_comment(f"{instrument.title}. {instrument.help}", "  ")]
        lines += [*_comment(instrument.scoring, "  "), f"  {instrument.id}:"]
        lines += [f"    form_version: {instrument.version}"]
        for item in instrument.items:
            lines += ["", *_item(item, "    ", outcomes, groups)]
    return "\n".join(lines) + "\n"


def _item(
    item: Item, indent: str, outcomes: Sequence[Outcome], groups: Sequence[Group]
) -> Iterator[str]:
    yield from _comment(_asked(item), indent)
    for option in item.options:
        yield from _comment(f"  {option.id}: {option.label}. {option.help}".rstrip(". "), indent)
    for target, entries in (("protocol.outcomes", outcomes), ("protocol.groups", groups)):
        if target in item.targets:
            for entry in entries:
                yield from _comment(f"  {entry.id}: {entry.label}", indent)
    yield f"{indent}{item.id}:"
    if item.type is not AnswerType.PART:
        return
    inner = [line for child in item.items for line in _item(child, indent + "  ", outcomes, groups)]
    if not item.repeats:
        yield from inner
        return
    yield f"{indent}# - id: a-short-name"
    for line in inner:
        bare = line.removeprefix(indent)
        # a comment within the entry stays one when the entry is taken into use
        yield f"{indent}# {bare}"


def _asked(item: Item) -> str:
    """Label, type, unit and help of an item in one line of comment."""
    about = [item.type.value.replace("_", " ")] if item.type is not AnswerType.TEXT else []
    if item.type in NUMBERS:
        about[0] += " {" + ", ".join(f"{name}: " for name in NUMBERS[item.type]).rstrip() + "}"
    if item.type is AnswerType.REFERENCE:
        about = [f"id of an entry of {item.refers_to}"]
    if item.repeats:
        about.append("any number of entries" if item.type is AnswerType.PART else "a list")
    if item.unit:
        about.append(f"in {item.unit}")
    if item.required:
        about.append("required")
    for word, condition in (("required", item.required_if), ("asked only", item.asked_if)):
        if condition is not None:
            values = " or ".join(condition.values)
            about.append(f"{word} where {condition.item} is {values or 'answered'}")
    return (
        f"{item.label} ({'; '.join(about)}). {item.help}" if about else f"{item.label}. {item.help}"
    )


def _comment(text: str, indent: str) -> list[str]:
    lead = " " * (len(text) - len(text.lstrip()))
    return [f"{indent}# {lead}{line}" for line in textwrap.wrap(text.strip(), _WIDTH - len(indent))]


def _word(text: str) -> str:
    """`text` in the quotes of JSON, which YAML reads as the same text."""
    return json.dumps(text, ensure_ascii=False)


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
    properties = {item.id: _schema_item(item, outside) for item in items}
    if entry:
        properties["id"] = _TEXT
    return {
        "type": ["object", "null"],
        "additionalProperties": False,
        "properties": {**properties, **_BESIDE},
        **({"required": ["id"]} if entry else {}),
    }


def _schema_item(item: Item, outside: Mapping[str, tuple[str, ...]]) -> Schema:
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
