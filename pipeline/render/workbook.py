"""Tables as one XLSX workbook and as CSV: text stays text, numbers are numbers."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pipeline.model.document import Cell, Table
from pipeline.notation.safe_text import without_controls
from pipeline.notation.text_frames import csv_of, text_frame

if TYPE_CHECKING:
    import pandas as pd

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]+)?\Z")
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_LONGEST_TITLE, _LONGEST_CELL = 31, 32_767
_WIDEST = 60


def workbook(tables: Mapping[str, pd.DataFrame]) -> bytes:
    """`tables`, frames of text by name, as a workbook.

    Every cell that is no plain number is written as text, so that no spreadsheet takes it for a
    formula. What is longer than a cell can hold is cut and says so.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.worksheets[0])
    titles: list[str] = []
    for name, frame in tables.items():
        columns, rows = list(frame.columns), list(frame.itertuples(index=False, name=None))
        page = book.create_sheet(_title(name, titles))
        for line, row in enumerate([columns, *rows], 1):
            for place, said in enumerate(row, 1):
                cell = page.cell(line, place)
                if line > 1 and _NUMBER.match(said):
                    cell.value = float(said) if "." in said else int(said)
                elif said:
                    cell.value = _fitting(without_controls(said))
                    cell.data_type = "s"
        for cell in page[1]:
            cell.font = Font(bold=True)
        page.freeze_panes = "B2"
        for place, column in enumerate(columns, 1):
            longest = int(frame.iloc[:, place - 1].str.len().max()) if len(frame) else 0
            width = min(_WIDEST, max(len(column), longest) + 2)
            page.column_dimensions[get_column_letter(place)].width = width
    if not book.worksheets:
        book.create_sheet("empty")
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _title(name: str, taken: list[str]) -> str:
    """A name that a sheet may have and no other sheet has, whatever the case."""
    clean = _NOT_IN_TITLES.sub("-", name)[:_LONGEST_TITLE] or "sheet"
    title, n = clean, 1
    while title.casefold() in taken:
        n += 1
        title = f"{clean[: _LONGEST_TITLE - len(str(n)) - 1]} {n}"
    taken.append(title.casefold())
    return title


def _fitting(text: str) -> str:
    mark = " [cut: too long for a cell]"
    return text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - len(mark)] + mark


def table_csv(table: Table) -> bytes:
    """The head and rows of `table`; caption and notes are not in it.

    UTF-8 with a byte order mark, without which Excel takes UTF-8 for the letters of the machine's
    country; programs read it as `utf-8-sig`. Cells that a spreadsheet would run are made text.
    A cell that cites names its keys in square brackets, which lead back to the reference.
    """
    cells = ([_text(cell) for cell in row] for row in table.rows)
    return csv_of(text_frame([column.label for column in table.columns], cells), mark=True)


def _text(cell: Cell) -> str:
    keys = "; ".join(cell.cites)
    return " ".join(part for part in (cell.text.strip(), f"[{keys}]" if keys else "") if part)
