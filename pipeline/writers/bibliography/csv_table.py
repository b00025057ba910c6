"""Records as a CSV table (RFC 4180, UTF-8)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from itertools import chain

from pipeline.notation.safe_text import for_spreadsheet
from pipeline.terms.record import Record

COLUMNS = (
    "id", "type", "title", "authors", "editors", "year", "date", "journal", "journal abbreviation",
    "volume", "issue", "pages", "publisher", "place", "doi", "pmid", "pmcid", "issn", "isbn",
    "abstract", "language", "keywords", "url", "accession number", "database", "notes",
)  # fmt: skip


def as_exported(records: Iterable[Record]) -> Iterator[str]:
    """Rows of a table, every cell as it stood there; the first record has all the columns."""
    stream = iter(records)
    first = next(stream, None)
    if first is None:
        return
    yield _row([tag.name for tag in first.as_exported])
    for record in chain([first], stream):
        yield _row([tag.value for tag in record.as_exported])


def from_fields(records: Iterable[Record]) -> Iterator[str]:
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
