"""A labelled set: a CSV of records that somebody has screened, to be played again."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.cli.console import safe
from pipeline.terms.problem import ReviewError

COLUMNS = ("record_id", "title", "abstract", "included")
_LABELS = {
    **dict.fromkeys(("1", "1.0", "yes", "y", "true", "t", "include", "included", "relevant"), True),
    **dict.fromkeys(("0", "0.0", "no", "n", "false", "f", "exclude", "excluded"), False),
    "irrelevant": False,
}
"""What a label may be called, in any case: tools and spreadsheets write it in many ways."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A labelled set, column by column."""

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    abstracts: tuple[str, ...]
    labels: tuple[bool, ...]


def read_labelled(path: Path) -> Labelled:
    """The labelled set in the CSV file `path`; columns in any order, their names in any case.

    ReviewError names the file and the line of the first fault.
    """
    columns: list[tuple[str, str, str, bool]] = []
    first_at: dict[str, int] = {}
    for line, row in _rows(path):
        said = row["included"].strip().casefold()
        if said not in _LABELS:
            raise ReviewError(
                f"{path}:{line}: included is {safe(row['included'].strip(), 40)!r}",
                "Write 1 or 0 (or yes or no) for every record",
            )
        name = row["record_id"].strip()
        if not name:
            raise ReviewError(
                f"{path}:{line}: the record has no record_id", "Give every record an id of its own"
            )
        if name in first_at:
            raise ReviewError(
                f"{path}:{line}: the record_id {safe(name, 40)!r} stands there twice, first in "
                f"line {first_at[name]}",
                "Give every record an id of its own",
            )
        first_at[name] = line
        columns.append((name, row["title"], row["abstract"], _LABELS[said]))
    if not columns:
        raise ReviewError(f"{path} holds no record", "Give a file with records")
    ids, titles, abstracts, labels = zip(*columns, strict=True)
    return Labelled(ids=ids, titles=titles, abstracts=abstracts, labels=labels)


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row by the names of `COLUMNS`, with the line on which it begins."""
    csv.field_size_limit(sys.maxsize)
    text = read_text(path)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count) if head else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        names = [name.strip().casefold() for name in next(rows, [])]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise ReviewError(
                f"{path}:1: there is no column {', '.join(missing)}",
                f"The columns are {', '.join(COLUMNS)}",
            )
        place = {name: names.index(name) for name in COLUMNS}
        line = rows.line_num + 1
        for row in rows:
            if any(cell.strip() for cell in row):
                if len(row) != len(names):
                    raise ReviewError(
                        f"{path}:{line}: the row has {len(row)} cells, the header {len(names)}",
                        "Put quotes around text that holds commas, quotes or line feeds",
                    )
                yield line, {name: row[at] for name, at in place.items()}
            line = rows.line_num + 1
    except csv.Error as error:
        raise ReviewError(
            f"{path}:{rows.line_num}: this is no CSV ({error})", "Save it as CSV in UTF-8"
        ) from error


def read_text(path: Path) -> str:
    """The text of a file that somebody named. ReviewError where it cannot be read as UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise ReviewError(f"{path}:{line}: this is not UTF-8 text", "Save it as UTF-8") from error
    except OSError as error:
        raise ReviewError(f"{path} cannot be read: {error.strerror}", "Check the name") from error
