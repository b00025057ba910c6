"""XML exports into entries: every element with text a tag named by its path, one plan a format."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.model.record import Name, Tag
from pipeline.readers.entries import NOBODY, Entry, Plan, Sorter, words
from pipeline.readers.gathering import Gathered
from pipeline.readers.xml_stream import elements

INLINE = frozenset(
    words(
        "style i b u p em strong sub sup italic bold sc inf span br br/ math title-short "
        "formula ulink uri email emphasis"
    )
)
Said = dict[str, list[str]]


def _as_is(said: Said, element: Any) -> Said:
    return said


def _nobody(element: Any) -> Mapping[str, Sequence[Name]]:
    return NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlLayout:
    """`records` are the local names of the elements that are records; `plan` names paths.

    `people` parts names that stand in several elements; `finish` works out what a path alone does
    not tell. `keep` tells a record from an element that only
    has its name. `without` finds markup that says nothing but how text looks.
    """

    records: frozenset[str]
    plan: Plan
    people: Callable[[Any], Mapping[str, Sequence[Name]]] = _nobody
    finish: Callable[[Said, Any], Said] = _as_is
    keep: Callable[[Any], bool] = field(default=lambda element: True)
    without: re.Pattern[str] | None = None


def entries(
    pieces: Iterable[str], gathered: Gathered, declared: list[int], layout: XmlLayout
) -> Iterator[Entry]:
    """Entries in the order of the file."""
    sorter = Sorter(layout.plan)
    for line, element in _kept(pieces, gathered, layout):
        tags: list[Tag] = []
        _flatten(element, "", tags)
        if not tags:
            tags.append(Tag(local_name(element), (element.text or "").strip()))
        by_path: Said = {}
        for tag in tags:
            if tag.value:
                if tag.name in by_path:
                    by_path[tag.name].append(tag.value)
                else:
                    by_path[tag.name] = [tag.value]
        said = layout.finish(sorter.said(by_path), element)
        yield Entry(line, tuple(tags), said, layout.people(element))


def _kept(
    pieces: Iterable[str], gathered: Gathered, layout: XmlLayout
) -> Iterator[tuple[int, Any]]:
    """The elements that are records: an outer one of the same name may only wrap them."""
    for line, outer in elements(pieces, layout.records, gathered, layout.without):
        if layout.keep(outer):
            yield line, outer
        else:
            for inner in outer.iter():
                if (
                    inner is not outer
                    and local_name(inner) in layout.records
                    and layout.keep(inner)
                ):
                    yield inner.sourceline or line, inner


def paths(**fields: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """A plan written as words: for each field its paths, the preferred one first."""
    return tuple((field, tuple(names.split())) for field, names in fields.items())


def children(element: Any, wanted: str) -> list[Any]:
    """The children of an element with one local name."""
    return [c for c in element if local_name(c) == wanted]


def text_of(element: Any) -> str:
    """All text within an element, markup left out."""
    return "".join(element.itertext()).strip() if element is not None else ""


def local_name(element: Any) -> str:
    """The name of an element without its namespace; nothing for a comment or an entity."""
    tag = element.tag
    if tag.__class__ is not str:
        return ""
    return tag.rpartition("}")[2] if tag[:1] == "{" else tag


def _flatten(element: Any, path: str, tags: list[Tag]) -> None:
    for child in element:
        tag = child.tag
        if tag.__class__ is not str:  # an entity that was not expanded
            tags.append(Tag(f"{path}&" if path else "&", str(child.text or "")))
            continue
        name = tag.rpartition("}")[2] if tag[:1] == "{" else tag
        here = f"{path}/{name}" if path else name
        for key, value in child.items():
            key = key.rpartition("}")[2] if key[:1] == "{" else key
            tags.append(Tag(f"{here}@{key}", value))
        if len(child) == 0:
            text = child.text
            if text is not None:
                tags.append(Tag(here, text.strip()))
        elif _is_text(child):
            tags.append(Tag(here, "".join(child.itertext()).strip()))
        else:
            _flatten(child, here, tags)


def _is_text(element: Any) -> bool:
    """Whether an element holds running text: signs of its own, or nothing but inline markup."""
    if element.text and not element.text.isspace():
        return True
    return all(local_name(child) in INLINE for child in element)
