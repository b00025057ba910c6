"""Excel workbooks (XLSX) into entries, row by row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from pipeline.model.problem import ReviewError, Severity
from pipeline.readers import columns as naming
from pipeline.readers.entries import Entry
from pipeline.readers.gathering import Gathered
from pipeline.readers.tables import Shape, rows_into_entries

_MOST_PACKED = 500_000_000
_MOST_UNPACKED = 2_000_000_000
_MOST_RATIO = 300


def entries(
    pieces: Iterator[bytes], gathered: Gathered, columns: Mapping[str, str]
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
        SyntaxError, TypeError, AttributeError, IndexError,
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
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise ReviewError(f"{file} is a damaged zip archive ({error})", "Save it again") from error
    if entities:
        raise ReviewError(f"{file} declares XML entities, which no workbook does", "Save it as CSV")
    unpacked = sum(part.file_size for part in parts)
    if not any(part.filename.startswith("xl/") for part in parts):
        raise ReviewError(
            f"{file} is a zip archive but no workbook", "Unpack it and read what is in it"
        )
    if unpacked > _MOST_UNPACKED or any(
        part.file_size > 50_000_000 and part.file_size > _MOST_RATIO * max(part.compress_size, 1)
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
