"""Step 1, comparable: every record as a row of normalised fields. A batch in, a batch out."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.duplicates.comparable.authors import comparable_authors
from pipeline.duplicates.comparable.forms import comparable_form
from pipeline.duplicates.comparable.sources import (
    comparable_container,
    comparable_doi,
    comparable_issn,
    comparable_numbering,
    comparable_pmid,
)
from pipeline.duplicates.comparable.titles import comparable_title, plain_words

ABSTRACT_CHARACTERS = 300
INPUT = (
    "title", "author", "container_title", "volume", "issue", "page", "doi", "pmid", "issn",
    "isbn", "abstract", "accession_number", "database", "type",
)  # fmt: skip
"""Text columns of the table of records that the method reads, beside `n` and `year`."""

_TEXTS = (
    "title", "main", "numbers", "parts", "kind", "families", "first", "names", "body",
    "container", "volume", "issue", "page", "last_page", "prefix", "supplement", "doi", "pmid",
    "issn", "abstract", "accession", "form",
)  # fmt: skip
SCHEMA: Any = pa.schema(
    [
        ("n", pa.int64()),
        ("year", pa.int32()),
        ("generic", pa.int32()),
        ("authors", pa.int32()),
        *((name, pa.string()) for name in _TEXTS),
        ("copy", pa.string()),
    ]
)
"""`n` is the place of the record among all (0 first); texts are "" and numbers 0 where unknown.

`copy` is the record's own content: two records with one `copy` are exact copies.
"""


def comparable(batch: Any) -> Any:
    """The batch of `SCHEMA` for a batch of records (`n`, `year`, the columns of `INPUT`)."""
    read = {name: batch.column(name).to_pylist() for name in ("n", "year", *INPUT)}
    rows = [_row(*row) for row in zip(*read.values(), strict=True)]
    columns: list[Any] = list(zip(*rows, strict=True)) if rows else [()] * len(SCHEMA)
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _row(
    n: int, year: int, title: str, author: str, container: str, volume: str, issue: str,
    page: str, doi: str, pmid: str, issn: str, isbn: str, abstract: str, accession: str,
    database: str, type: str,
) -> tuple[Any, ...]:  # fmt: skip
    journal = comparable_container(container)
    t = comparable_title(title, journal)
    a = comparable_authors(author)
    m = comparable_numbering(volume, issue, page)
    identifier = comparable_doi(doi)
    said = "\x1f".join(
        (title, author, str(year), container, volume, issue, page, doi, pmid, abstract, accession)
    )
    return (
        n, year, int(t.generic), a.count,
        t.words, t.main, t.numbers, t.parts, t.kind, a.families, a.first, a.tokens, a.body,
        journal, m.volume, m.issue, m.first_page, m.last_page, m.prefix,
        m.supplement, identifier, comparable_pmid(pmid), comparable_issn(f"{issn} {isbn}"),
        plain_words(abstract[: ABSTRACT_CHARACTERS + 60])[:ABSTRACT_CHARACTERS],
        f"{database}:{accession}" if database and accession else "",
        comparable_form(type, title, container, identifier, bool(m.volume or m.issue)),
        _digest(said) if title.strip() else "",
    )  # fmt: skip


def _digest(text: str) -> str:
    from hashlib import blake2b

    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
