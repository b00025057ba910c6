"""Tables (CSV, TSV, rows of a spreadsheet) into entries.

The delimiter and the header row are found by what the columns are called: among the first rows
the one with the most known names. Rows longer or shorter than the header are taken as they are.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.readers import columns as naming
from pipeline.readers.entries import Entry
from pipeline.readers.gathering import Gathered
from pipeline.readers.line_blocks import LONGEST, line_blocks
from pipeline.readers.names import names_in_cell, names_run_together
from pipeline.terms.problem import Severity
from pipeline.terms.record import Name, Tag

DELIMITERS = (",", ";", "\t", "|")
_ROWS_LOOKED_AT = 15


class Shape(NamedTuple):
    """How a table is written: its delimiter, the index of its header row, how sure that is."""

    delimiter: str
    header_row: int
    score: float
    header: tuple[str, ...]


def shape(head: str, columns: Mapping[str, str] | None = None) -> Shape | None:
    """The shape of the table that begins with `head`, or None when it is no bibliography."""
    lines = head.split("\n", 400)[:400]
    stated = lines[0].strip().strip('"')
    wanted = {naming.plain_name(name) for name in (columns or {}).values()}
    best: Shape | None = None
    for delimiter in DELIMITERS:
        if stated.lower().startswith("sep=") and stated[4:5] not in ("", delimiter):
            continue
        rows = _first_rows("\n".join(lines), delimiter)
        for index, row in enumerate(rows):
            if len(row) < 2 and not wanted:
                continue
            points = naming.score(row) + 3 * len(wanted & {naming.plain_name(c) for c in row})
            points += min(len(row), 200) / 1000
            if points > (best.score if best else 1.1):
                best = Shape(delimiter, index, points, tuple(row))
    return best


def _first_rows(text: str, delimiter: str) -> list[list[str]]:
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            rows.append(row)
            if len(rows) == _ROWS_LOOKED_AT:
                break
    except csv.Error:
        pass
    return rows


def entries(
    pieces: Iterable[str],
    head: str,
    gathered: Gathered,
    columns: Mapping[str, str],
) -> Iterator[Entry]:
    """Entries of a text table, row by row."""
    form = shape(head, columns)
    if form is None:
        form = Shape(",", 0, 0.0, tuple(_first_rows(head, ",")[0] if head else ()))
    csv.field_size_limit(LONGEST)
    wos = naming.is_wos(form.header)
    quoting = csv.QUOTE_NONE if wos and form.delimiter == "\t" else csv.QUOTE_MINIMAL
    lines = (line + "\n" for _, block in line_blocks(pieces, gathered) for line in block)
    reader = csv.reader(lines, delimiter=form.delimiter, quoting=quoting)
    yield from rows_into_entries(_rows(reader, gathered), form, gathered, columns)


def _rows(reader: Iterator[list[str]], gathered: Gathered) -> Iterator[tuple[int, list[str]]]:
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            gathered.add(
                "table",
                line,
                f"a row cannot be read: {error}",
                "Look at the quotation marks in this row",
                Severity.ERROR,
            )
            line = reader.line_num + 1  # type: ignore[attr-defined]
            continue
        if row is None:
            return
        yield line, row
        line = reader.line_num + 1  # type: ignore[attr-defined]


def rows_into_entries(
    rows: Iterable[tuple[int, Sequence[str]]],
    form: Shape,
    gathered: Gathered,
    columns: Mapping[str, str],
) -> Iterator[Entry]:
    """Entries of numbered rows, the header among them; what stands above it is skipped."""
    header = [cell.strip() for cell in form.header]
    while header and not header[-1]:
        header.pop()
    raw_header = list(form.header)
    width = len(header)
    plan = naming.plan(header, columns, naming.is_wos(header))
    empty = [Tag(name, "") for name in header]
    run_together = {naming.plain_name(name) for name in header} >= {"itemtitle", "itemdoi"}
    read_names = names_run_together if run_together else names_in_cell
    for index, (line, row) in enumerate(rows):
        if index <= form.header_row:
            continue
        if not any(row) or list(row) == raw_header:
            continue
        if len(row) == 1 and width > 2:
            if not row[0].strip():
                continue
            gathered.add(
                "outside-record",
                line,
                f"a line that is no row of the table: {row[0][:60]!r}",
                "Nothing to do if this is a note of the source",
                Severity.NOTE,
            )
            continue
        tags = [
            Tag(name, cell) if cell else nothing
            for name, cell, nothing in zip(header, row, empty, strict=False)
        ]
        if len(row) > width:
            tags += [
                Tag(f"column {n}", cell) for n, cell in enumerate(row[width:], width + 1) if cell
            ]
        said: dict[str, list[str | Name]] = {}
        length = len(row)
        for field, indexes in plan:
            values: list[str | Name] = [row[i] for i in indexes if i < length and row[i]]
            if values:
                if field == "author":
                    values = _authors(values, read_names)
                said[field] = values
        yield Entry(line, tuple(tags), said)


def _authors(cells: Sequence[str | Name], read: object) -> list[str | Name]:
    """The names of the first cell that names anybody."""
    for cell in cells:
        found = read(str(cell))  # type: ignore[operator]
        if found:
            return list(found)
    return []
