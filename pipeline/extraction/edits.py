"""What has to change in a study file for an answer to say something new."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.extraction.questions import StudyQuestion
from pipeline.model.form import NUMBERS, Item
from pipeline.notation.yaml_editing import with_value
from pipeline.notation.yaml_text import Path, read_yaml
from pipeline.notation.yaml_writing import Written


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerEdit:
    """What is newly said of one answer; what is None stays as it is.

    `value` is written as it would stand in the file, a reason like `not reported` included.
    `source` are the keys of its first source (`page`, `quote` …).
    """

    value: Any = None
    source: Mapping[str, str] = field(default_factory=dict)
    note: str | None = None
    derived: str | None = None

    @property
    def is_bare(self) -> bool:
        return not self.source and self.note is None and self.derived is None


def with_answer(text: str, path: Path, item: Item, said: AnswerEdit) -> str:
    """The text of a study file in which the answer to `item` at `path` says what `said` tells.

    Raises ReviewError where the file cannot be changed there without touching something else.
    """
    for at, value in _edits(_at(read_yaml(text, "").value, path), path, item, said):
        text = with_value(text, at, value)
    return text


def with_entry(text: str, question: StudyQuestion, id: str) -> str:
    """The text of a study file in which the part that `question` asks for has the entry `id` too.

    Raises ReviewError where the file cannot be changed there without touching something else.
    """
    there = _at(read_yaml(text, "").value, question.path)
    if there is None or isinstance(there, list):
        return with_value(text, (*question.path, len(there or ())), {"id": id})
    if isinstance(there, Mapping) and "absent" not in there:
        return with_value(text, (*question.path, id), {})
    return with_value(text, question.path, [{"id": id}])


def _at(value: Any, path: Path) -> Any:
    for step in path:
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _edits(raw: Any, path: Path, item: Item, said: AnswerEdit) -> Iterator[tuple[Path, Written]]:
    if not isinstance(raw, Mapping):
        value = raw if said.value is None else said.value
        yield path, value if said.is_bare else _long(value, said)
        return
    if said.value is not None:
        yield from _of_value(raw, path, item, said.value)
    if said.source:
        yield from _of_source(raw.get("sources"), (*path, "sources"), said.source)
    for key, words in (("note", said.note), ("derived", said.derived)):
        if words is not None:
            yield (*path, key), words or None


def _long(value: Any, said: AnswerEdit) -> Written:
    """An answer with what stands beside its value."""
    long: dict[str, Written] = dict(value) if isinstance(value, Mapping) else {"value": value}
    if said.source:
        long["sources"] = [dict(said.source)]
    if said.note:
        long["note"] = said.note
    if said.derived:
        long["derived"] = said.derived
    return long


def _of_value(
    raw: Mapping[str, Any], path: Path, item: Item, value: Any
) -> Iterator[tuple[Path, Written]]:
    if raw.get("absent") is not None:
        yield (*path, "absent"), None
    names = NUMBERS.get(item.type, ())
    beside = names and not isinstance(raw.get("value"), (Mapping, str))
    if not beside:
        yield (*path, "value"), value
        return
    numbers = value if isinstance(value, Mapping) else {}
    for name in names:
        if name in numbers:
            yield (*path, name), numbers[name]
        elif raw.get(name) is not None:
            yield (*path, name), None
    if not numbers:
        yield (*path, "absent"), value


def _of_source(raw: Any, path: Path, source: Mapping[str, str]) -> Iterator[tuple[Path, Written]]:
    if not raw:
        yield path, [dict(source)]
        return
    at = (*path, 0) if isinstance(raw, list) else path
    for key, words in source.items():
        yield (*at, key), words or None
