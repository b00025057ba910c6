"""An entry: what a layout's reader found, before its fields are made alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from pipeline.terms.record import Name, Tag

Said = Mapping[str, Sequence[str | Name]]
"""What an entry says, by field: every value that stood there, the preferred one first.

The fields are those of `assembling.FIELDS`.
"""


class Entry(NamedTuple):
    """One entry of an export with the line on which it begins (from 1; row or item number where
    a layout has no lines).

    `tags` are all its tags in order, `said` the values by field. `why` is empty, or says why the
    entry cannot be read as a record; `raw` is then its text.
    """

    line: int
    tags: tuple[Tag, ...]
    said: Said
    why: str = ""
    raw: str = ""


def preferred(plan: Sequence[tuple[str, Sequence[str]]], by_tag: Mapping[str, list[str]]) -> Said:
    """The values by field, of tags grouped by name; a `plan` names the tags of a field, best first."""
    said: dict[str, list[str | Name]] = {}
    for field, names in plan:
        for name in names:
            if name in by_tag:
                if field in said:
                    said[field].extend(by_tag[name])
                else:
                    said[field] = list(by_tag[name])
    return said


def grouped(tags: Sequence[Tag]) -> dict[str, list[str]]:
    """The values of `tags` by name, empty ones left out."""
    groups: dict[str, list[str]] = {}
    for tag in tags:
        value = tag.value
        if value:
            if tag.name in groups:
                groups[tag.name].append(value)
            else:
                groups[tag.name] = [value]
    return groups
