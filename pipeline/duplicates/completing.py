"""The record that is kept, completed from the other records of its report.

A value of its own always stands. What it lacks is taken from the others in the order in which they
came in, and the record tells from whom (`taken_from`). Volume, issue and pages are taken together
or not at all: they are taken from nobody who contradicts what stands already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.model.record import Issued, Record, Taken

FIELDS = (
    "type", "title", "author", "editor", "container_title", "container_title_short", "publisher",
    "publisher_place", "doi", "pmid", "pmcid", "issn", "isbn", "language", "keyword", "url",
)  # fmt: skip
"""Fields that are taken as they stand where the kept record has none."""
_PLACE = ("volume", "issue", "page")
_CUT = re.compile(r"\s*(?:\.{3}|…|\[?\(?abstract truncated[^\])]*[\])]?\.?)\s*$", re.IGNORECASE)
_SHORTEST_CUT = 60
"""Letters by which two abstracts must begin alike before one is taken for the other cut short."""


def completed(record: Record, others: Iterable[Record]) -> Record:
    """`record` with what it lacks, taken from `others`, the first that has it; itself where it
    lacks nothing that they have."""
    taken: list[Taken] = []
    values: dict[str, Any] = {}

    def own(name: str) -> Any:
        return values[name] if name in values else getattr(record, name)

    def take(name: str, value: Any, other: Record) -> None:
        before = own(name)
        taken.append(Taken(name, other.id, str(before) if before else ""))
        values[name] = value

    for other in others:
        for name in FIELDS:
            if not own(name) and getattr(other, name):
                take(name, getattr(other, name), other)
        issued: Issued | None = own("issued")
        if (issued is None or not issued.year) and other.year:
            take("issued", other.issued, other)
        if _says_more(other.abstract, own("abstract")):
            take("abstract", other.abstract, other)
        if _agree([(own(name), getattr(other, name)) for name in _PLACE]):
            for name in _PLACE:
                value = getattr(other, name)
                if value and (not own(name) or (name == "page" and _is_start(own(name), value))):
                    take(name, value, other)
    if not taken:
        return record
    last = {entry.field: entry for entry in taken}
    first = {entry.field: entry.before for entry in reversed(taken)}
    whose = tuple(entry._replace(before=first[name]) for name, entry in last.items())
    return replace(record, **values, taken_from=whose)


class CompletedRecords(Mapping[str, Record]):
    """Records by id, each completed from those of its report, as it is asked for.

    `duplicates` maps each kept record to the others of its report.
    """

    def __init__(
        self, as_read: Mapping[str, Record], duplicates: Mapping[str, Sequence[str]]
    ) -> None:
        self.as_read = as_read
        self._groups = {
            member: (kept, *others)
            for kept, others in duplicates.items()
            for member in (kept, *others)
        }

    def __getitem__(self, record: str) -> Record:
        own = self.as_read[record]
        group = self._groups.get(record)
        if group is None:
            return own
        return completed(own, (self.as_read[o] for o in group if o != record and o in self.as_read))

    def __contains__(self, record: object) -> bool:
        return record in self.as_read

    def __iter__(self) -> Iterator[str]:
        return iter(self.as_read)

    def __len__(self) -> int:
        return len(self.as_read)


def _says_more(other: str, own: str) -> bool:
    """Whether `other` is an abstract where there is none, or the whole of one that was cut."""
    if not other.strip() or not own.strip():
        return bool(other.strip())
    kept = _CUT.sub("", own)
    mine, theirs = _letters(kept), _letters(other)
    return (
        kept != own
        and len(mine) >= _SHORTEST_CUT
        and len(theirs) > len(mine)
        and theirs.startswith(mine)
    )


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _agree(places: Sequence[tuple[str, str]]) -> bool:
    return all(not x or not y or x == y or _is_start(x, y) or _is_start(y, x) for x, y in places)


def _is_start(page: str, pages: str) -> bool:
    """Whether `pages` is the range that begins with the single `page`."""
    head, dash, tail = pages.partition("-")
    return bool(dash and tail) and "-" not in page and head.strip() == page.strip()
