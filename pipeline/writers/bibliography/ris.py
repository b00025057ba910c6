"""Records as RIS (Research Information Systems tags, 2011 list)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.terms.record import Record, Tag
from pipeline.writers.bibliography.kinds import RIS
from pipeline.writers.bibliography.lines import one_line, pages


def as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Records of a RIS export, every tag as it stood there, in its order but for TY, the first."""
    for record in records:
        tags = record.as_exported
        if not tags or tags[0].name != "TY":
            at = next((place for place, tag in enumerate(tags) if tag.name == "TY"), -1)
            first = tags[at] if at >= 0 else Tag("TY", "GEN")
            tags = (first, *tags[: max(at, 0)], *tags[at + 1 :])
        lines = [_line(tag) for tag in tags]
        yield "\n".join([*lines, "ER  - ", "", ""])


def from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields."""
    for record in records:
        tags = [("TY", RIS.get(record.type, "GEN")), *_tags(record)]
        lines = [f"{tag}  - {clean}" for tag, value in tags if (clean := one_line(value))]
        yield "\n".join([*lines, "ER  - ", "", ""])


def _line(tag: Tag) -> str:
    mark = f"{tag.name}  - " if len(tag.name) == 2 else f"{tag.name} - "
    return mark + tag.value


def _tags(record: Record) -> Iterator[tuple[str, str]]:
    yield "TI", record.title
    for author in record.author:
        yield "AU", str(author)
    for editor in record.editor:
        yield "A2", str(editor)
    issued = record.issued
    if issued and issued.year:
        yield "PY", f"{issued.year:04d}"
        if issued.month:
            yield (
                "DA",
                f"{issued.year:04d}/{issued.month:02d}/{f'{issued.day:02d}' if issued.day else ''}",
            )
    elif issued:
        yield "PY", issued.literal
    yield "T2", record.container_title
    yield "J2", record.container_title_short
    yield "VL", record.volume
    yield "IS", record.issue
    first, last = pages(record.page)
    yield "SP", first
    yield "EP", last
    yield "PB", record.publisher
    yield "CY", record.publisher_place
    yield "DO", record.doi
    for serial in (*record.issn, *record.isbn):
        yield "SN", serial
    yield "AB", record.abstract
    yield "LA", record.language
    for keyword in record.keyword:
        yield "KW", keyword
    yield "UR", record.url
    yield "AN", record.accession_number
    yield "DB", record.database
    yield "PMID", record.pmid
    yield "PMCID", record.pmcid
    yield "N1", record.note
    for tag in record.identifiers:
        yield "M1", f"{tag.name}: {tag.value}"
