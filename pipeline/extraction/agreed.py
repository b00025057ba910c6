"""The study that two people agree on: the first draft, and in it what was settled otherwise.

The text of the first draft keeps its comments and its order; an answer that comes from the second
draft brings its sources along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from pipeline.extraction.answers import path_of
from pipeline.extraction.differences import Renamed, TwoAnswers, raw_with_ids
from pipeline.model.form import Form
from pipeline.model.study import Answer, Source
from pipeline.notation.yaml_editing import with_value, without_entry
from pipeline.notation.yaml_text import Path, read_yaml
from pipeline.notation.yaml_writing import yaml_value


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """How one difference was settled: the answer of the second draft (`theirs`), or `anew`.

    `anew` is what stands behind the key in YAML, as plain values. Neither: the first draft holds.
    """

    two: TwoAnswers
    theirs: bool = False
    anew: Any = None
    is_anew: bool = False


def agreed_text(
    text: str,
    second: str,
    settled: Iterable[Settlement],
    *,
    form: str,
    renamed: Renamed,
    forms: Mapping[str, Form],
) -> str:
    """`text` (the first draft, or what was agreed before) with each of `settled` in its place.

    `second` is the text of the second draft, `renamed` the ids that it goes by, `form` the id of
    the extraction form. Raises ReviewError where a place of the file cannot be edited.
    """
    theirs = raw_with_ids(read_yaml(second, "").value, form, renamed, forms)
    for one in settled:
        if one.two.entry:
            text = _entry(text, theirs, one)
        elif one.is_anew:
            text = _put(text, one.two.address, one.anew)
        elif one.theirs:
            text = _put(text, one.two.address, _raw(text, theirs, one.two))
    return _reports(text, theirs)


def headed(text: str, extractors: Sequence[str], by: str, on: date) -> str:
    """`text` with who extracted it apart, who settled the differences, and the day of that."""
    text = text.replace("$schema=../../", "$schema=", 1)
    text = with_value(text, ("extracted_by",), ", ".join(extractors))
    return signed(text, "reconciled", by, on)


def signed(text: str, what: str, by: str, on: date) -> str:
    """`text` with `WHAT_by` and `WHAT_on` in its head; new ones stand below who extracted it."""
    said = read_yaml(text, "")
    keys: dict[str, str | date] = {f"{what}_by": by, f"{what}_on": on}
    new = {key: value for key, value in keys.items() if not said.has((key,))}
    for key in keys.keys() - new.keys():
        text = with_value(text, (key,), keys[key])
    if new and said.has(("extracted_by",)):
        lines = text.splitlines(keepends=True)
        line = read_yaml(text, "").place(("extracted_by",)).line
        more = [f"{key}: {yaml_value(value)}\n" for key, value in new.items()]
        edited = "".join([*lines[:line], *more, *lines[line:]])
        after = read_yaml(edited, "")
        if not after.problems and all(after.value.get(k) == v for k, v in keys.items()):
            return edited
    for key, value in new.items():
        text = with_value(text, (key,), value)
    return text


def _reports(text: str, theirs: Mapping[str, Any]) -> str:
    """`text` with the reports that only the second draft names behind its own."""
    own = read_yaml(text, "").value.get("reports") or []
    own = own if isinstance(own, list) else [own]
    named = theirs.get("reports") or []
    for report in named if isinstance(named, list) else [named]:
        if report not in own:
            own = [*own, report]
            text = with_value(text, ("reports",), own)
    return text


def _path(value: Mapping[str, Any], address: str, of: Mapping[str, Any]) -> Path | None:
    """The path of `address` in `value`; an instrument that only `of` has is one all the same."""
    head = address.partition("/")[0]
    blocks = of.get("appraisal")
    own = value.get("appraisal")
    if isinstance(blocks, Mapping) and head in blocks and not (own and head in own):
        own = own if isinstance(own, Mapping) else {}
        value = {**value, "appraisal": {**own, head: {}}}
    return path_of(value, address)


def _put(text: str, address: str, raw: Any, of: Mapping[str, Any] | None = None) -> str:
    value = read_yaml(text, "").value
    path = _path(value, address, of or value)
    if path is None:
        raise AssertionError(f"{address} stands in neither draft")
    return with_value(text, path, raw)


def _raw(text: str, theirs: Mapping[str, Any], two: TwoAnswers) -> Any:
    """What the second draft writes at the address, with its sources where they are not the same."""
    path = _path(theirs, two.address, theirs)
    raw = _at(theirs, path)
    if two.other is None or not two.other.sources or _has_sources(raw):
        return raw
    value = read_yaml(text, "").value
    mine = _at(value, _path(value, two.address, theirs))
    inherited = _sources(two.one) if two.one and not _has_sources(mine) else None
    if raw is None or inherited == _sources(two.other):
        return raw
    return with_sources(raw, two.other)


def with_sources(raw: Any, answer: Answer) -> dict[str, Any]:
    """`raw` written the long way, with the sources of `answer` beside it."""
    sources = _sources(answer)
    long = isinstance(raw, Mapping) and ({"value", "absent"} & raw.keys())
    return {**raw, "sources": sources} if long else {"value": raw, "sources": sources}


def _sources(answer: Answer) -> list[dict[str, str]]:
    """The sources of an answer as they are written, wherever they stand."""
    return [
        {
            f.name: value
            for f in fields(Source)
            if isinstance(value := getattr(source, f.name), str) and value
        }
        for source in answer.sources
    ]


def _has_sources(raw: Any) -> bool:
    return isinstance(raw, Mapping) and bool(raw.get("sources"))


def _entry(text: str, theirs: Mapping[str, Any], one: Settlement) -> str:
    """An entry that one draft lacks: taken in from the second, or taken out of the first."""
    address = one.two.entry
    value = read_yaml(text, "").value
    path = _path(value, address, theirs)
    there = path is not None and _at(value, path) is not None
    if there and one.theirs:
        return without_entry(text, path or ())
    if there or not one.theirs:
        return text
    raw = dict(_at(theirs, _path(theirs, address, theirs)))
    if "sources" not in raw and theirs.get("sources") not in (None, value.get("sources")):
        raw["sources"] = theirs["sources"]
    around, _, id = address.rpartition("/")
    home = _path(value, around, theirs)
    if home is None:
        raise AssertionError(f"{around} stands in neither draft")
    held = _at(value, home)
    if isinstance(held, list):
        return with_value(text, (*home, len(held)), raw)
    if isinstance(held, Mapping) and "absent" not in held:
        return with_value(text, (*home, id), {k: v for k, v in raw.items() if k != "id"})
    return with_value(text, home, [raw if "id" in raw else {"id": id, **raw}])


def _at(value: Any, path: Path | None) -> Any:
    for step in path or ():
        if isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value if path is not None else None
