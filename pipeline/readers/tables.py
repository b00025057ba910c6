"""Tables (CSV, TSV, rows of a spreadsheet) into entries.

The delimiter and the header row are found by what the columns are called: among the first rows
the one with the most known names. Rows longer or shorter than the header are taken as they are.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple

from pipeline.model.problem import ReviewError, Severity
from pipeline.model.record import Name, Tag
from pipeline.readers import columns as naming
from pipeline.readers.columns import GIVEN_NAME_FIRST, vendor
from pipeline.readers.entries import Entry, Gathered, tag_of
from pipeline.readers.lines import LONGEST, MOST, TOO_LONG, line_blocks
from pipeline.readers.names import names_in_cell, names_run_together

DELIMITERS = (",", ";", "\t", "|")
_ROWS_LOOKED_AT = 15
_MOST_OPEN_QUOTES = 20
_SURE_HEADER = 4
"""So many columns of a reference stand in no row of cells."""
_MOST_LINES = 20_000
_MOST_READ_AGAIN = 200_000
"""Lines of one row, and lines that are read once more because a quotation mark was open."""
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d(?:\.0)?")


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
            if 1 < points <= 1.1 and index + 1 < len(rows) and len(rows[index + 1]) == len(row):
                points += 0.11  # one name that is known, above a row of as many cells
            if points > (best.score if best else 1.1):
                best = Shape(delimiter, index, points, tuple(row))
            if points > 2 and index + 1 < len(rows) and len(rows[index + 1]) == len(row):
                break  # a header above its rows; another further below begins another table
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
    lines = (line + "\n" for _, block in line_blocks(pieces, gathered) for line in block)
    # in the tables of Web of Science a value that begins with a quotation mark is not quoted
    quoted = not (wos and form.delimiter == "\t")
    yield from rows_into_entries(
        _rows(_Lines(lines), form.delimiter, quoted, gathered, _row_of(form, columns)),
        form,
        gathered,
        columns,
    )


class _Lines:
    """Lines of a table, the last of which can be had again: those of a row with an open quote."""

    __slots__ = ("_again", "_lines", "ended", "held", "number", "size")

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self._again: list[str] = []
        self.held: list[str] = []
        self.number = 0
        self.size = 0
        self.ended = False

    def __iter__(self) -> Iterator[str]:
        while True:
            if len(self.held) > _MOST_LINES or self.size > MOST:
                self.ended = True  # no row is that long: its quotation mark is open
                return
            if self._again:
                line = self._again.pop()
            else:
                self.ended = True  # stays so when there is no other line
                if (line := next(self._lines, "")) == "":
                    return
                self.ended = False
            self.held.append(line)
            self.size += len(line)
            self.number += 1
            yield line

    def give_back(self) -> str:
        """Takes back all but the first of the lines held, and gives that one."""
        first, *others = self.held
        self._again.extend(reversed(others))
        self.number -= len(others)
        self.taken()
        return first

    def taken(self) -> None:
        """Forgets the lines held: their row is whole."""
        self.held.clear()
        self.size = 0
        self.ended = False


def _row_of(form: Shape, columns: Mapping[str, str]) -> Callable[[str], bool]:
    """Tells whether one line is plainly a row of the table: its year or its DOI stands where it
    should."""
    width = len(form.header)
    places = dict(naming.plan(form.header, columns, naming.is_wos(form.header)))
    years, dois = places.get("issued", ()), places.get("doi", ())

    def is_row(line: str) -> bool:
        if line.count(form.delimiter) < width - 1:
            return False
        cells = next(csv.reader([line.replace('"', "")], delimiter=form.delimiter), [])
        return len(cells) == width and (
            any(_YEAR.fullmatch(cells[i].strip()) for i in years)
            or any(cells[i].strip().startswith("10.") for i in dois)
        )

    return is_row


def _rows(
    lines: _Lines,
    delimiter: str,
    quoted: bool,
    gathered: Gathered,
    is_row: Callable[[str], bool],
) -> Iterator[tuple[int, list[str]]]:
    """(line, cells) of every row; a quotation mark that nothing closes takes one line, not all."""
    bare = 0
    again = 0
    held = lines.held
    while True:
        reading_quotes = quoted and bare < _MOST_OPEN_QUOTES and again < _MOST_READ_AGAIN
        reader = csv.reader(
            lines,
            delimiter=delimiter,
            quoting=csv.QUOTE_MINIMAL if reading_quotes else csv.QUOTE_NONE,
        )
        while True:
            line = lines.number + 1
            too_long = False
            try:
                row = next(reader, None)
            except csv.Error:
                row, too_long = [], True
            if row is None:
                return
            if (len(held) > 1 or lines.ended) and reading_quotes and held:
                # a row whose quotation mark is open asks for a line when there is none any more
                if too_long or lines.ended:
                    bare += 1
                    break
                if any(map(is_row, held[1:])) and not _well_quoted(held, delimiter):
                    break  # closed by a mark of another row
            lines.taken()
            yield line, row
        again += len(held)
        first = lines.give_back()
        gathered.add(
            "table",
            line,
            "a quotation mark is opened in this row and never closed",
            "The row was read up to the end of its line; close the mark in the export",
        )
        yield line, next(csv.reader([first.replace('"', "")], delimiter=delimiter))


def _well_quoted(lines: Sequence[str], delimiter: str) -> bool:
    """Whether each quotation mark that closes a cell of a row stands at its end."""
    try:
        next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except csv.Error:
        return False
    return True


def rows_into_entries(
    rows: Iterable[tuple[int, list[str]]],
    form: Shape,
    gathered: Gathered,
    columns: Mapping[str, str],
) -> Iterator[Entry]:
    """Entries of numbered rows, the header among them; what stands above it is skipped."""
    table = _Table(form.header, columns)
    for index, (line, row) in enumerate(rows):
        if index < form.header_row:
            if sum(map(bool, row)) > 2:
                _no_row(line, "  ".join(row), gathered)
            continue
        if index == form.header_row or not any(row) or row == table.raw_header:
            continue
        if row[0].lower().startswith("sep=") and not any(row[1:]):
            continue
        if len(row) == 1 and table.width > 2:
            _no_row(line, row[0], gathered)
        elif naming.is_name(row[0]) and naming.score(row) >= _SURE_HEADER:
            table = _Table(row, columns)  # two tables one behind the other
        else:
            yield table.entry(line, row)


class _Table:
    """A header, and the entries of rows below it."""

    __slots__ = (
        "as_named", "author", "editor", "empty", "names", "raw_header", "several", "single",
        "width",
    )  # fmt: skip

    def __init__(self, cells: Sequence[str], columns: Mapping[str, str]) -> None:
        header = [cell.strip() for cell in cells]
        while header and not header[-1]:
            header.pop()
        self.raw_header = list(cells)
        width = self.width = len(header)
        plan = [
            (field, tuple(i for i in indexes if 0 <= i < width))
            for field, indexes in naming.plan(header, columns, naming.is_wos(header))
        ]
        self.as_named = self.raw_header[:width]
        self.empty = [Tag(name, "") for name in self.as_named]
        self.names = _names_of(vendor(header))
        self.single = [
            (field, indexes[0])
            for field, indexes in plan
            if len(indexes) == 1 and field != "author"
        ]
        self.several = [
            (field, indexes) for field, indexes in plan if len(indexes) > 1 and field != "author"
        ]
        self.author = next((indexes for field, indexes in plan if field == "author"), ())
        self.editor = next((indexes for field, indexes in plan if field == "editor"), ())

    def entry(self, line: int, row: list[str]) -> Entry:
        """The entry of a row, be it longer or shorter than the header."""
        width, length = self.width, len(row)
        if length + sum(map(len, row)) > MOST:
            raw = "  ".join(cell[:2000] for cell in row[:10])
            return Entry(line, (), {}, why=TOO_LONG, raw=raw)
        more: list[str] = []
        if length < width:
            row = [*row, *[""] * (width - length)]
        elif length > width:
            row, more = row[:width], row[width:]
        tags = [
            tag_of(pair) if pair[1] else nothing
            for pair, nothing in zip(zip(self.as_named, row), self.empty)  # noqa: B905 - the hottest path
        ]
        if more:
            tags += [Tag(f"column {n}", cell) for n, cell in enumerate(more, width + 1) if cell]
        said: dict[str, Sequence[str]] = {
            field: (cell,) for field, i in self.single if (cell := row[i])
        }
        for field, indexes in self.several:
            values = [cell for i in indexes if (cell := row[i])]
            if values:
                said[field] = values
        people = {"author": _people(row, self.author, self.names)}
        if self.editor:
            people["editor"] = _people(row, self.editor, self.names)
        return Entry(line, tuple(tags), said, people)


def _names_of(seller: str) -> Callable[[str], Sequence[Name]]:
    """How a vendor's cells of names are read."""
    if seller == "springer_csv":
        return names_run_together
    if seller in GIVEN_NAME_FIRST:
        return partial(names_in_cell, given_first=True)
    return names_in_cell


def _no_row(line: int, text: str, gathered: Gathered) -> None:
    if text.strip():
        gathered.add(
            "outside-record",
            line,
            f"a line that is no row of the table: {text[:60]!r}",
            "Nothing to do if this is a note of the source",
            Severity.NOTE,
        )


def _people(
    row: Sequence[str], indexes: Sequence[int], read: Callable[[str], Sequence[Name]]
) -> Sequence[Name]:
    """The names of the first of the cells that names anybody."""
    for index in indexes:
        cell = row[index]
        if cell and (found := read(cell)):
            return found
    return ()


_MOST_PACKED = 200_000_000
_MOST_UNPACKED = 800_000_000
_MOST_RATIO = 200
"""What a workbook of references does not exceed: bytes packed, unpacked, and one by the other."""


def workbook_entries(
    pieces: Iterable[bytes], gathered: Gathered, columns: Mapping[str, str]
) -> Iterator[Entry]:
    """Entries of the sheet whose header names most fields of a reference.

    Raises ReviewError for what is no workbook, or unpacks to more than a workbook of references.
    """
    packed = io.BytesIO()
    for piece in pieces:
        packed.write(piece)
        if packed.tell() > _MOST_PACKED:
            raise ReviewError(f"{gathered.file} is too large for a workbook", "Save it as CSV")
    _weigh(packed, gathered.file)
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(packed, read_only=True, data_only=True, keep_links=False)
        best = None
        for sheet in book.worksheets:
            form = _shape(sheet, columns)
            if form and (best is None or form.score > best[0].score):
                best = (form, sheet)
        if best is None:
            raise ReviewError(
                f"{gathered.file} has no sheet with columns of references",
                "Name the columns under `columns:`, or export the records as RIS",
            )
        form, sheet = best
        for other in book.sheetnames:
            if other != sheet.title:
                gathered.add("sheet", 0, f"the sheet {other!r} was not read", "", Severity.NOTE)
        rows = ((i, [_text(cell) for cell in row]) for i, row in enumerate(_values(sheet), 1))
        yield from rows_into_entries(rows, form, gathered, columns)
        book.close()
    except (
        zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError, EOFError,
        SyntaxError, TypeError, AttributeError, IndexError, zlib.error, OverflowError,
    ) as error:  # fmt: skip
        raise ReviewError(
            f"{gathered.file} is no workbook that can be read ({error})", "Save it again as CSV"
        ) from error


def _weigh(packed: io.BytesIO, file: str) -> None:
    """Refuses a zip bomb: what the workbook unpacks to is known before it is unpacked."""
    try:
        with zipfile.ZipFile(packed) as archive:
            parts = archive.infolist()
            entities = any(_declares_entities(archive, part) for part in parts)
    except (
        zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, zlib.error,
        RuntimeError,
    ) as error:  # fmt: skip
        raise ReviewError(f"{file} is a damaged zip archive ({error})", "Save it again") from error
    if entities:
        raise ReviewError(f"{file} declares XML entities, which no workbook does", "Save it as CSV")
    unpacked = sum(part.file_size for part in parts)
    if not any(part.filename.startswith("xl/") for part in parts):
        raise ReviewError(
            f"{file} is a zip archive but no workbook", "Unpack it and read what is in it"
        )
    if unpacked > _MOST_UNPACKED or any(
        part.file_size > 20_000_000 and part.file_size > _MOST_RATIO * max(part.compress_size, 1)
        for part in parts
    ):
        raise ReviewError(
            f"{file} would unpack to {unpacked:,} bytes, which no workbook of references does",
            "Save it as CSV if it is genuine",
        )


def _declares_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    if not part.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(part) as stream:
        return b"<!" in stream.read(4096).replace(b"<!--", b"")


def _values(sheet: Any) -> Iterator[tuple[Any, ...]]:
    sheet.reset_dimensions()
    yield from sheet.iter_rows(values_only=True)


def _shape(sheet: Any, columns: Mapping[str, str]) -> Shape | None:
    wanted = {naming.plain_name(name) for name in columns.values()}
    best: Shape | None = None
    for index, row in enumerate(_values(sheet)):
        if index == 15:
            break
        cells = tuple(_text(cell) for cell in row)
        points = naming.score(cells) + 3 * len(wanted & {naming.plain_name(c) for c in cells})
        if points > (best.score if best else 0.9):
            best = Shape("", index, points, cells)
    return best


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("_x000D_", "")
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        plain = value.isoformat(sep=" ")
        return plain.removesuffix(" 00:00:00")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
