"""Records as CSL-JSON (citation-style-language/schema, csl-data.json), one item a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pipeline.terms.record import Name, Record

_STRUCTURED = '{["-tfnIN'


def as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Items of a CSL-JSON export, every member as it stood there, in its order."""
    yield from _array({tag.name: _member(tag.value) for tag in r.as_exported} for r in records)


def from_fields(records: Iterable[Record]) -> Iterator[str]:
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
