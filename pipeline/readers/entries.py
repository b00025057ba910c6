"""An entry: what a layout's reader found, before its fields are made alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import field, fields, make_dataclass
from functools import partial
from typing import Any, NamedTuple, ParamSpec, TypeVar

from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.record import Name, Tag

MOST_OF_A_KIND = 200


_LONGEST_COUNT = 9
"""Digits of a number of records; Python reads no number of more than 4,300 digits."""


def counted(digits: str) -> list[int]:
    """The number of records that a file states, as a list of one; of none when it is no number."""
    return [int(digits)] if digits.isdecimal() and len(digits) <= _LONGEST_COUNT else []


class Gathered:
    """The problems of one export, in the order in which they were met."""

    __slots__ = ("_counts", "_problems", "before", "file")

    def __init__(self, file: str) -> None:
        self.file = file
        self.before = 0
        self._problems: list[Problem] = []
        self._counts: dict[str, int] = {}

    def behind(self, lines: int) -> Gathered:
        """The same problems, for a part of the export that has `lines` lines before it."""
        part = Gathered(self.file)
        part.before, part._problems, part._counts = lines, self._problems, self._counts
        return part

    def add(
        self,
        check: str,
        line: int,
        what: str,
        remedy: str,
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Notes one problem; beyond `MOST_OF_A_KIND` of one `check` it is only counted."""
        count = self._counts[check] = self._counts.get(check, 0) + 1
        if count <= MOST_OF_A_KIND:
            place = Place(file=self.file, line=line + self.before if line else 0)
            self._problems.append(
                Problem(place=place, what=what, remedy=remedy, severity=severity, check=check)
            )

    def count(self, check: str) -> int:
        """How often `check` found something, those included that are only counted."""
        return self._counts.get(check, 0)

    def all(self) -> tuple[Problem, ...]:
        """Every problem kept, and one more for each kind of which there were too many to keep."""
        more = [
            Problem(
                place=Place(file=self.file),
                what=f"{count - MOST_OF_A_KIND:,} more problems of the kind '{check}'",
                remedy="Look at the first ones; the others are likely to have the same cause",
                severity=Severity.WARNING,
                check=check,
            )
            for check, count in self._counts.items()
            if count > MOST_OF_A_KIND
        ]
        return (*self._problems, *more)


P = ParamSpec("P")
T = TypeVar("T")


def quickly(kind: Callable[P, T]) -> Callable[P, T]:
    """What makes the same values as the frozen, slotted, keyword-only dataclass `kind`, sooner."""
    frozen: Any = kind

    def become_frozen(twin: Any) -> None:
        twin.__class__ = frozen

    twin: Any = make_dataclass(
        frozen.__name__,
        [
            (f.name, f.type, field(default=f.default, default_factory=f.default_factory))
            for f in fields(frozen)
        ],
        namespace={"__post_init__": become_frozen},
        kw_only=True,
        slots=True,
        eq=False,
        repr=False,
    )
    made: Callable[P, T] = twin
    return made


Said = Mapping[str, Sequence[str]]
"""What an entry says, by field: every value that stood there, the preferred one first.

The fields are those of `assembling.FIELDS`.
"""
Plan = Sequence[tuple[str, Sequence[str]]]
"""For each field the tags that may hold it, the preferred one first."""

NOBODY: Mapping[str, Sequence[Name]] = {}

tag_of: Callable[[tuple[str, str]], Tag] = partial(tuple.__new__, Tag)
"""The tag of a pair (name, value); half the cost of `Tag(name, value)`, and there are millions."""


class Entry(NamedTuple):
    """One entry of an export with the line on which it begins (from 1; row or item number where
    a layout has no lines).

    `tags` are all its tags in order, `said` the values by field. `people` holds "author" and
    "editor" where the layout's own rules have parted the names. `why` is empty, or says why the
    entry cannot be read as a record; `raw` is then its text.
    """

    line: int
    tags: tuple[Tag, ...]
    said: Said
    people: Mapping[str, Sequence[Name]] = NOBODY
    why: str = ""
    raw: str = ""


class Sorter:
    """Sorts the values of tags into fields by one plan.

    Records of one export have the same few sets of tags, so the way is worked out once a set.
    """

    __slots__ = ("_plan", "_together", "_ways")

    def __init__(self, plan: Plan, together: frozenset[str] = frozenset()) -> None:
        """Of several tags with people (`AU`, `AF`) one is taken, but in the fields `together`."""
        self._plan = plan
        self._together = together
        self._ways: dict[tuple[str, ...], list[tuple[str, str, tuple[str, ...]]]] = {}

    def said(self, by_tag: Mapping[str, list[str]]) -> dict[str, list[str]]:
        """The values by field of tags grouped by name."""
        key = tuple(by_tag)
        way = self._ways.get(key)
        if way is None:
            way = []
            for field, names in self._plan:
                present = [name for name in names if name in by_tag]
                if field in ("author", "editor") and field not in self._together:
                    present = present[:1]
                if present:
                    way.append((field, present[0], tuple(present[1:])))
            if len(self._ways) < 5000:
                self._ways[key] = way
        said = {}
        for field, first, more in way:
            values = by_tag[first]
            if more:
                values = values.copy()
                for name in more:
                    values += by_tag[name]
            said[field] = values
        return said


def grouped(names: Iterable[str], texts: Iterable[str]) -> dict[str, list[str]]:
    """The values by name, empty ones left out."""
    groups: dict[str, list[str]] = {}
    for name, text in zip(names, texts):  # noqa: B905 - made together, on the hottest path
        if text:
            if name in groups:
                groups[name].append(text)
            else:
                groups[name] = [text]
    return groups


def words(text: str) -> tuple[str, ...]:
    """The words of a table of words."""
    return tuple(text.split())
