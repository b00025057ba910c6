"""Tables as pandas frames of text, and how they are written for programs and spreadsheets.

pandas is imported where a frame is made: it takes a third of a second, and most commands need none.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pipeline.notation.safe_text import for_spreadsheet

if TYPE_CHECKING:
    import pandas as pd


def text_frame(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> pd.DataFrame:
    """`rows` as a frame of text under `columns`, which may stand twice."""
    import pandas as pd

    return pd.DataFrame([tuple(row) for row in rows], columns=pd.Index(list(columns)), dtype=object)


def text_frame_of_cells(rows: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """`rows`, each its cells by column, as a frame: columns as they first come, "" for no cell."""
    import pandas as pd

    return pd.DataFrame(list(rows), dtype=object).fillna("")


def csv_of(frame: pd.DataFrame, *, mark: bool = False) -> bytes:
    """`frame` as CSV in UTF-8 whose cells no spreadsheet takes for a formula.

    `mark` puts the byte order mark at its head, without which Excel takes UTF-8 for the letters of
    the machine's country; programs then read it as `utf-8-sig`.
    """
    safe = frame.map(for_spreadsheet)
    safe.columns = safe.columns.map(for_spreadsheet)
    text = safe.to_csv(index=False, lineterminator="\r\n", quoting=csv.QUOTE_MINIMAL)
    return text.encode("utf-8-sig" if mark else "utf-8")
