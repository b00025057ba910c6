"""A table as CSV for spreadsheets and programs."""

from __future__ import annotations

import csv
import io

from pipeline.notation.safe_text import for_spreadsheet
from pipeline.terms.document import Cell, Table


def table_csv(table: Table) -> bytes:
    """The head and rows of `table`; caption and notes are not in it.

    UTF-8 with a byte order mark, without which Excel takes UTF-8 for the letters of the machine's
    country; programs read it as `utf-8-sig`. Cells that a spreadsheet would run are made text.
    A cell that cites names its keys in square brackets, which lead back to the reference.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([for_spreadsheet(column.label) for column in table.columns])
    for row in table.rows:
        writer.writerow([for_spreadsheet(_text(cell)) for cell in row])
    return stream.getvalue().encode("utf-8-sig")


def _text(cell: Cell) -> str:
    keys = "; ".join(cell.cites)
    return " ".join(part for part in (cell.text.strip(), f"[{keys}]" if keys else "") if part)
