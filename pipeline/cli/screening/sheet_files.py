"""Sheets on disk: CSV in UTF-8, or a workbook; cells are text, the first row is the heading."""

from __future__ import annotations

import csv
import io
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.cli.console import safe
from pipeline.model.problem import ReviewError

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MOST_BYTES = 200_000_000
_LONGEST_LIST = 255  # characters that Excel takes for a list written into the rule itself


def sheet_bytes(
    file: Path,
    rows: Iterable[Sequence[str]],
    *,
    title: str,
    widths: Sequence[int],
    frozen: str = "A2",
    choices: Mapping[int, Sequence[str]] | None = None,
) -> bytes | str:
    """`rows` (the heading first) as the kind of sheet that the name of `file` asks for.

    `widths` are those of the columns in characters, `frozen` the first cell that scrolls; a
    workbook offers `choices` (by the number of the column, from 1) in a list. Raises ReviewError
    for any other kind.
    """
    if file.suffix.lower() == ".csv":
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        return "\ufeff" + text.getvalue()  # without the mark Excel takes UTF-8 for something else
    if file.suffix.lower() != ".xlsx":
        raise ReviewError(f"{file} is neither .csv nor .xlsx", "Give the name one of the two")
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in rows:
        page.append(list(row))
    for line in page.iter_rows():
        for cell in line:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.data_type = "s"
            cell.number_format = "@"  # text: 2-3 stays no day, and 0.50 keeps its nought
    for cell in page[1]:
        cell.font = Font(bold=True)
    page.freeze_panes = frozen
    for number, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(number)].width = width
    for number, words in (choices or {}).items():
        _offer(page, get_column_letter(number), words)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _offer(page: Worksheet, column: str, words: Sequence[str]) -> None:
    """A list to choose from below the heading of `column`, where a workbook can hold it."""
    from openpyxl.worksheet.datavalidation import DataValidation

    listed = f'"{",".join(words)}"'
    if not words or len(listed) > _LONGEST_LIST or page.max_row < 2:
        return
    offered = DataValidation(type="list", formula1=listed, allow_blank=True, errorStyle="warning")
    page.add_data_validation(offered)
    offered.add(f"{column}2:{column}{page.max_row}")


def sheet_rows_of(file: Path, needed: Sequence[str]) -> list[Mapping[str, str]]:
    """The rows of a sheet by its heading. Raises ReviewError when it is none, or lacks a column."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ReviewError(f"{file} is too large for a sheet", "Split it into several")
        content = file.read_bytes()
    except OSError as error:
        raise ReviewError(f"{file} cannot be read: {error.strerror}", "Check the name") from error
    rows = _cells(file, content) if file.suffix.lower() == ".xlsx" else _lines(file, content)
    heading = [name.strip() for name in rows[0]] if rows else []
    missing = [name for name in needed if name not in heading]
    if missing:
        raise ReviewError(
            f"{file} has no column {safe(', '.join(missing))}", "Keep the first line of the sheet"
        )
    return [dict(zip(heading, row, strict=False)) for row in rows[1:]]


def _lines(file: Path, content: bytes) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReviewError(f"{file} is not UTF-8 text", "Save it as `CSV UTF-8`") from error
    csv.field_size_limit(sys.maxsize)
    first = text.partition("\n")[0]
    separator = ";" if first.count(";") > first.count(",") else ","
    try:
        return [list(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise ReviewError(f"{file} is no CSV: {error}", "Save it as `CSV UTF-8`") from error


def _cells(file: Path, content: bytes) -> list[list[str]]:
    from openpyxl import load_workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise ReviewError(f"{file} is not a workbook", "Save it as .xlsx or .csv") from error
    words = {None: "", True: "yes", False: "no"}
    return [
        [words[v] if v is None or isinstance(v, bool) else str(v) for v in row]
        for row in book.worksheets[0].iter_rows(values_only=True)
    ]
