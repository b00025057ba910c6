"""Plain values into frozen dataclasses, every fault a problem with its line.

Fields are matched by name and converted by their type: text refuses numbers, numbers refuse text,
an enum names its members, a word that is nearly right is suggested.
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pipeline.model.problem import Problem
from pipeline.notation.yaml_text import Path, YamlText

T = TypeVar("T")


def into(
    kind: type[T], text: YamlText, *, path: Path = (), given: Mapping[str, Any] | None = None
) -> tuple[T | None, tuple[Problem, ...]]:
    """The value of `text` at `path` as a `kind` (a dataclass), and what is wrong with it.

    `given` holds fields that the file does not (an id taken from the file name). The value is
    None when anything is wrong.
    """
    if text.value is None and text.problems:
        return None, text.problems
    value = text.value
    for step in path:
        value = value[step]
    conversion = _Conversion(text)
    built = conversion.dataclass(kind, value, path, dict(given or {}))
    problems = (*text.problems, *conversion.problems)
    return (None if problems else built), problems


def nearest(word: str, words: tuple[str, ...]) -> str:
    """` Did you mean 'x'?` for the word in `words` that is nearest to `word`, or nothing."""
    found = difflib.get_close_matches(word, words, n=1, cutoff=0.6)
    return f" Did you mean {found[0]!r}?" if found else ""


@cache
def _types_of(kind: type) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _must_be_given(f: Field[Any]) -> bool:
    return f.default is MISSING and f.default_factory is MISSING


class _Conversion:
    def __init__(self, text: YamlText) -> None:
        self.text = text
        self.problems: list[Problem] = []

    def fault(self, path: Path, what: str, remedy: str) -> None:
        place = self.text.place(path)
        self.problems.append(Problem(place=place, what=what, remedy=remedy, check="shape"))

    def dataclass(self, kind: type[Any], value: Any, path: Path, given: dict[str, Any]) -> Any:
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            self.fault(path, f"{_name(path)} is {wording(value)}", "Write it as `key: value` lines")
            return None
        known = tuple(f.name for f in fields(kind) if f.name not in given)
        for key in value:
            if key not in known:
                hint = nearest(str(key), known)
                self.fault(
                    (*path, key),
                    f"{key!r} is not known here.{hint}",
                    f"Known are {', '.join(known)}",
                )
        hints: Mapping[str, Any] = _types_of(kind)  # type: ignore[arg-type]
        arguments = dict(given)
        for f in fields(kind):
            if f.name in given:
                continue
            if value.get(f.name) is not None:
                arguments[f.name] = self.value(hints[f.name], value[f.name], (*path, f.name))
            elif _must_be_given(f):
                self.fault(path, f"{f.name!r} is missing", f"Add a line `{f.name}: …`")
        if self.problems:
            return None
        return kind(**arguments)

    def value(self, kind: Any, value: Any, path: Path) -> Any:
        origin = get_origin(kind)
        if origin in (Union, types.UnionType):
            inner = [k for k in get_args(kind) if k is not type(None)]
            if len(inner) == 1:
                return self.value(inner[0], value, path)
            for k in inner:
                if isinstance(value, k) and (k is bool or not isinstance(value, bool)):
                    return value
            self.fault(path, f"{_name(path)} is {wording(value)}", "Write a plain value")
            return None
        if origin is tuple:
            return self._several(get_args(kind)[0], value, path)
        if origin is not None and issubclass(origin, Mapping):
            if not isinstance(value, Mapping):
                self.fault(path, f"{_name(path)} is {wording(value)}", "Write `key: value` lines")
                return None
            of = get_args(kind)[1]
            return {str(k): self.value(of, v, (*path, k)) for k, v in value.items()}
        if is_dataclass(kind):
            return self.dataclass(kind, value, path, {})  # type: ignore[arg-type]
        return self._plain(kind, value, path)

    def _several(self, of: Any, value: Any, path: Path) -> tuple[Any, ...]:
        if isinstance(value, list):
            return tuple(self.value(of, v, (*path, i)) for i, v in enumerate(value))
        if isinstance(value, Mapping) and "id" in getattr(of, "__dataclass_fields__", {}):
            # `criteria: {population: {label: …}}` says the same as a list with ids
            return tuple(self._named(of, str(key), v, (*path, key)) for key, v in value.items())
        if isinstance(value, Mapping) or is_dataclass(of):
            self.fault(path, f"{_name(path)} is {wording(value)}", "Write a list, one `- ` a line")
            return ()
        return (self.value(of, value, path),)

    def _named(self, kind: type[Any], key: str, value: Any, path: Path) -> Any:
        if isinstance(value, str):
            # `outcomes: {reoffending: Later offences}` gives the one field that must be there
            needed = [f.name for f in fields(kind) if _must_be_given(f) and f.name != "id"]
            if len(needed) == 1:
                value = {needed[0]: value}
        return self.dataclass(kind, value, path, {"id": key})

    def _plain(self, kind: Any, value: Any, path: Path) -> Any:
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            if isinstance(value, str) and value in kind._value2member_map_:
                return kind(value)
            words = tuple(str(m) for m in kind)
            self.fault(
                path,
                f"{value!r} is not one of the words for {_name(path)}.{nearest(str(value), words)}",
                f"Write one of {', '.join(words)}",
            )
            return None
        if kind is str:
            if isinstance(value, str):
                return value
            if isinstance(value, date):
                return value.isoformat()
            self.fault(path, f"{_name(path)} is {wording(value)}, not text", "Put it in quotes")
            return None
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        self.fault(path, f"{_name(path)} is {wording(value)}, not {_KINDS[kind]}", _EXAMPLES[kind])
        return None


_KINDS = {int: "a whole number", float: "a number", bool: "yes or no", date: "a day"}
_EXAMPLES = {
    int: "Write it without quotes or units, like `275`",
    float: "Write it without quotes or units, like `0.95`",
    bool: "Write `true` or `false`",
    date: "Write year-month-day, like `2016-01-31`",
}


def _name(path: Path) -> str:
    words = [str(p) for p in path if not isinstance(p, int)]
    return repr(words[-1]) if words else "this file"


def wording(value: Any) -> str:
    """`value` in words for a message: `a list`, `the text 'x'`, `the value 3`."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true or false"
        case Mapping():
            return "a group of keys"
        case list():
            return "a list"
        case str() if len(value) > 40:
            return f"the text {value[:40]!r}…"
        case str():
            return f"the text {value!r}"
        case _:
            return f"the value {value}"
