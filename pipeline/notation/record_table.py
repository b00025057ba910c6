"""Records as columns: what is compared, ranked or counted over all records at once.

The flat columns serve computing; `entry` holds the whole record, so that one row can be turned
back into the value it came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import msgspec
import pyarrow as pa

from pipeline.model.record import Record

TEXT_COLUMNS = (
    "id",
    "search",
    "type",
    "title",
    "author",
    "container_title",
    "volume",
    "issue",
    "page",
    "doi",
    "pmid",
    "pmcid",
    "issn",
    "isbn",
    "abstract",
    "language",
    "keyword",
    "url",
    "accession_number",
    "database",
    "publisher",
)

SCHEMA: Any = pa.schema(
    [
        *((name, pa.string()) for name in TEXT_COLUMNS),
        ("number", pa.int32()),
        ("year", pa.int32()),
        ("entry", pa.binary()),
    ]
)
"""Column names and types; text is "" where absent, `year` 0 where unknown, lists joined by "; "."""

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Record).decode


def record_batches(records: Iterable[Record], size: int = 5_000) -> Iterator[Any]:
    """`records` as Arrow record batches of `SCHEMA`, at most `size` rows each, in their order."""
    stream = iter(records)
    while chunk := list(islice(stream, size)):
        columns: dict[str, list[Any]] = {
            name: [getattr(r, name) for r in chunk] for name in TEXT_COLUMNS if name not in _JOINED
        }
        for name in _JOINED:
            columns[name] = ["; ".join(map(str, getattr(r, name))) for r in chunk]
        columns["number"] = [r.number for r in chunk]
        columns["year"] = [r.year for r in chunk]
        columns["entry"] = [_encode(r) for r in chunk]
        yield pa.RecordBatch.from_pydict(columns, schema=SCHEMA)


def record_of(entry: bytes) -> Record:
    """The record that a cell of the column `entry` holds."""
    record: Record = _decode(entry)
    return record


_JOINED = ("author", "issn", "isbn", "keyword")
