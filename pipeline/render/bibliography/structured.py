"""Records as CSL-JSON, one item a line, and as a CSV table (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from pipeline.model.record import Name, Record
from pipeline.notation.safe_text import for_spreadsheet

_STRUCTURED = '{["-tfnIN'


def csl_as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Items of a CSL-JSON export, every member as it stood there, in its order."""
    yield from _array({tag.name: _member(tag.value) for tag in r.as_exported} for r in records)


def csl_from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export, written from their fields."""
    yield from _array(csl_item(record) for record in records)


def csl_item(record: Record) -> dict[str, Any]:
    """The CSL item of a record; its id is the record's."""
    item: dict[str, Any] = {
        "id": record.id,
        "type": record.type or "document",
        "title": record.title,
        "author": [_name(name) for name in record.author],
        "editor": [_name(name) for name in record.editor],
        "issued": _issued(record),
        "container-title": record.container_title,
        "container-title-short": record.container_title_short,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.page,
        "publisher": record.publisher,
        "publisher-place": record.publisher_place,
        "DOI": record.doi,
        "PMID": record.pmid,
        "PMCID": record.pmcid,
        "ISSN": ", ".join(record.issn),
        "ISBN": ", ".join(record.isbn),
        "abstract": record.abstract,
        "language": record.language,
        "keyword": "; ".join(record.keyword),
        "URL": record.url,
        "call-number": "",
        "archive_location": record.accession_number,
        "archive": record.database,
        "note": record.note,
    }
    return {key: value for key, value in item.items() if value}


def _array(items: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    first = True
    for item in items:
        yield ("[\n" if first else ",\n") + json.dumps(item, ensure_ascii=False)
        first = False
    yield "[]\n" if first else "\n]\n"


def _member(text: str) -> Any:
    """A member of an item from the text of its tag: JSON where it reads as JSON, else text."""
    if not text or not (text[0] in _STRUCTURED or text[0].isdigit()):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _name(name: Name) -> dict[str, str]:
    parts = {
        "family": name.family,
        "given": name.given,
        "suffix": name.suffix,
        "literal": name.literal,
    }
    return {key: value for key, value in parts.items() if value}


def _issued(record: Record) -> dict[str, Any] | None:
    issued = record.issued
    if issued is None:
        return None
    if not issued.year:
        return {"literal": issued.literal} if issued.literal else None
    parts = [issued.year]
    if issued.month:
        parts.append(issued.month)
        if issued.day:
            parts.append(issued.day)
    return {"date-parts": [parts]}


COLUMNS = (
    "id", "type", "title", "authors", "editors", "year", "date", "journal", "journal abbreviation",
    "volume", "issue", "pages", "publisher", "place", "doi", "pmid", "pmcid", "issn", "isbn",
    "abstract", "language", "keywords", "url", "accession number", "database", "notes",
)  # fmt: skip


def csv_as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Rows of a table, every cell as it stood there; the first record has all the columns."""
    stream = iter(records)
    first = next(stream, None)
    if first is None:
        return
    yield _row([tag.name for tag in first.as_exported])
    for record in chain([first], stream):
        yield _row([tag.value for tag in record.as_exported])


def csv_from_fields(records: Iterable[Record]) -> Iterator[str]:
    """Records of any export; what a spreadsheet would take for a formula is made harmless."""
    yield _row(COLUMNS)
    for record in records:
        yield _row([for_spreadsheet(cell) for cell in _cells(record)])


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow(cells)
    return line.getvalue()


def _cells(record: Record) -> tuple[str, ...]:
    issued = record.issued
    return (
        record.id,
        record.type,
        record.title,
        "; ".join(map(str, record.author)),
        "; ".join(map(str, record.editor)),
        str(record.year) if record.year else "",
        str(issued) if issued else "",
        record.container_title,
        record.container_title_short,
        record.volume,
        record.issue,
        record.page,
        record.publisher,
        record.publisher_place,
        record.doi,
        record.pmid,
        record.pmcid,
        "; ".join(record.issn),
        "; ".join(record.isbn),
        record.abstract,
        record.language,
        "; ".join(record.keyword),
        record.url,
        record.accession_number,
        record.database,
        record.note,
    )
