"""YAML 1.2 text into plain values that know their lines.

PyYAML follows YAML 1.1, which damages what researchers write: `NO` (Norway) becomes false, `12:30`
becomes 750, `0123` becomes 83. Here only the core schema of YAML 1.2 is resolved, and a number
that would not survive the round trip (`0123`, the DOI prefix `10.1000`) stays text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import yaml

from pipeline.model.problem import Place, Problem

_OPEN = re.compile(r"^<{7} ", re.MULTILINE)
_CLOSE = re.compile(r"^>{7} ", re.MULTILINE)


def conflict_in(text: str, file: str) -> Problem | None:
    """The first conflict that stands in `text`, told at its line; None where there is none."""
    opened = _OPEN.search(text)
    if opened is None or _CLOSE.search(text, opened.end()) is None:
        return None
    return Problem(
        place=Place(file=file, line=text.count("\n", 0, opened.start()) + 1),
        what="two branches changed this place, and git left both versions here",
        remedy="Keep what holds of the lines between <<<<<<< and >>>>>>>, delete these markers and "
        "=======, then `git add` the file",
        check="merge-conflict",
    )


Path = tuple[str | int, ...]

MAX_CHARACTERS = 20_000_000
MAX_NODES = 300_000
_BASE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_BASE_LOADER):  # type: ignore[misc]
    """The composer of PyYAML (libyaml where it is there) without the rules of YAML 1.1."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[Any]]] = {}

    def resolve(self, kind: Any, value: str, implicit: Any) -> str:
        """The tag of a node that names none; `plain` says later what a bare word is."""
        return _TAG_OF[kind]

    def descend_resolver(self, current_node: Any, current_index: Any) -> None:
        """Nothing is resolved by its path, so no path is followed."""

    def ascend_resolver(self) -> None:
        """See `descend_resolver`."""


_SIGNIFICANT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+(?:[eE][-+]?[0-9]+)?\Z")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "null", "seq", "map"))
_TAG_OF = {
    yaml.ScalarNode: "tag:yaml.org,2002:str",
    yaml.SequenceNode: "tag:yaml.org,2002:seq",
    yaml.MappingNode: "tag:yaml.org,2002:map",
}
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlText:
    """What a YAML file says: `value` (mappings, lists, plain values) and the place of each path.

    A path is the keys and indexes that lead to a value: `("criteria", 2, "label")`. `marks` are
    the line and the column of each, from 1.
    """

    file: str
    value: Any
    marks: Mapping[Path, tuple[int, int]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def place(self, path: Path = ()) -> Place:
        """The place of `path`, or of the nearest thing around it."""
        for end in range(len(path), -1, -1):
            mark = self.marks.get(path[:end])
            if mark is not None:
                return Place(file=self.file, line=mark[0], column=mark[1])
        return Place(file=self.file, line=1)

    def has(self, path: Path) -> bool:
        """Whether something stands at `path`."""
        return path in self.marks


def read_yaml(text: str, file: str) -> YamlText:
    """Reads the one document in `text`; faults come back as problems, `value` is then None."""
    if len(text) > MAX_CHARACTERS:
        what = f"this file has {len(text):,} characters; more than {MAX_CHARACTERS:,} are not read"
        return _failed(file, 1, 0, what, "Split it into several files")
    if conflict := conflict_in(text, file):
        return YamlText(
            file=file, value=None, marks={(): (conflict.place.line, 0)}, problems=(conflict,)
        )
    try:
        node = compose(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 0)
        what = " ".join(part for part in (error.context, error.problem) if part)
        lines = text.split("\n", line)
        indented = lines[line - 1][: column or 1] if line <= len(lines) else ""
        remedy = _yaml_remedy("tab" if "\t" in indented else what)
        return _failed(file, line, column, f"this is not YAML: {what}", remedy)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        what = f"this is not YAML: {str(error).splitlines()[0] if str(error) else 'too deep'}"
        return _failed(
            file, 1, 0, what, "Save the file as plain UTF-8 text without control characters"
        )
    walk = _NodeWalk(file)
    if node is None:
        return YamlText(file=file, value=None, marks={(): (1, 0)})
    value = walk.value_of(node, ())
    if any(problem.check == "yaml-too-large" for problem in walk.problems):
        value = None
    return YamlText(file=file, value=value, marks=walk.marks, problems=tuple(walk.problems))


def compose(text: str) -> Any:
    """The nodes of the one document in `text`, with their marks; None where it holds nothing.

    Raises yaml.YAMLError for what is no YAML.
    """
    loader = _Loader(text)
    try:
        return loader.get_single_node()
    finally:
        loader.dispose()


def plain(text: str) -> str | int | float | bool | date | None:
    """A plain scalar by the YAML 1.2 core schema, plus whole days (`2016-01-31`)."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _SIGNIFICANT.match(text) and len(text) < 19:
        return int(text)
    if _DECIMAL.match(text) and _is_exact(text):
        return float(text)
    if _DAY.match(text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _is_exact(text: str) -> bool:
    """Whether a decimal says no more than its number: `0.00001` and `1.5e-7`, but not `0.50`."""
    number = repr(float(text))
    if number == text.lstrip("+"):
        return True
    fraction = re.split("[eE]", text)[0].partition(".")[2]
    shortest = fraction == "0" or not fraction.endswith("0")
    return shortest and number[-3:] != "inf" and Decimal(text) == Decimal(number)


def _failed(file: str, line: int, column: int, what: str, remedy: str) -> YamlText:
    place = Place(file=file, line=line, column=column)
    problem = Problem(place=place, what=what, remedy=remedy, check="yaml")
    return YamlText(file=file, value=None, marks={(): (line, column)}, problems=(problem,))


def _yaml_remedy(what: str) -> str:
    if "\\t" in what or "tab" in what:
        return "Indent with blanks, not with tabs"
    if "mapping values are not allowed" in what:
        return "Put text that holds a colon and a blank in quotes"
    if "undefined alias" in what or "anchor" in what:
        return "Put text that begins with * or & in quotes"
    return "Compare the indentation and the quotes with the lines above"


class _NodeWalk:
    """Turns composed nodes into values while it notes their places. One walk, one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.marks: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def value_of(self, node: Any, path: Path) -> Any:
        self.nodes += 1
        mark = node.start_mark
        self.marks[path] = (mark.line + 1, mark.column + 1)
        if self.nodes > MAX_NODES or len(path) > 50:
            if self.nodes == MAX_NODES + 1 or len(path) > 50:
                self._fault(
                    self._at(node),
                    "this file unfolds into more values than a person writes (aliases or nesting)",
                    "Write the values out instead of repeating them with * and &",
                    "yaml-too-large",
                )
            return None
        if node.tag not in _TAGS:
            self._fault(
                self._at(node),
                f"the tag {node.tag!r} is not used here",
                "Remove it or put the text in quotes",
            )
            return None
        if isinstance(node, yaml.ScalarNode):
            if not node.style and node.tag.endswith((":str", ":null")):
                return plain(node.value)
            return node.value
        if isinstance(node, yaml.SequenceNode):
            return [self.value_of(child, (*path, i)) for i, child in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if self.nodes > MAX_NODES:
                break
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(self._at(key_node), "a key must be a word", "Put the key in quotes")
                continue
            key = key_node.value
            if key in found:
                first = self.marks[*path, key][0]
                self._fault(
                    self._at(key_node),
                    f"{key!r} stands here twice; the first was at line {first}",
                    "Keep one of the two",
                )
                continue
            found[key] = self.value_of(value_node, (*path, key))
            # a message about a missing or odd value should point at its key
            self.marks[*path, key] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        return found

    def _at(self, node: Any) -> Place:
        mark = node.start_mark
        return Place(file=self.file, line=mark.line + 1, column=mark.column + 1)

    def _fault(self, place: Place, what: str, remedy: str, check: str = "yaml") -> None:
        self.problems.append(Problem(place=place, what=what, remedy=remedy, check=check))
