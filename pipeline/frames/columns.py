"""The columns of every table that notebooks and files are given: name, type and meaning.

Types are those of pandas that know missing values: `string`, `Int64`, `Float64`, `boolean`;
days are `datetime64[ns]` at midnight, moments `datetime64[ns, UTC]`. A value that is not there is
missing (`NA`, `NaT`), never an empty text or 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from pipeline.render.packaging import DataTable, Field

TEXT, WHOLE, NUMBER, TRUTH = "string", "Int64", "Float64", "boolean"
DAY, MOMENT = "datetime64[ns]", "datetime64[ns, UTC]"

FRICTIONLESS: Mapping[str, str] = {
    TEXT: "string",
    WHOLE: "integer",
    NUMBER: "number",
    TRUTH: "boolean",
    DAY: "date",
    MOMENT: "datetime",
}
"""The type of a Frictionless table schema for each type of a column."""


@dataclass(frozen=True, slots=True)
class FrameColumn:
    """A column: its name, its type in pandas and what it holds."""

    name: str
    dtype: str
    meaning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameShape:
    """A table before it has rows: what a row is, its columns, and those that tell rows apart."""

    name: str
    title: str
    columns: tuple[FrameColumn, ...]
    key: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


def shape(name: str, title: str, key: str, *columns: tuple[str, str, str]) -> FrameShape:
    """A `FrameShape`; `key` are names with blanks between them, `columns` (name, type, meaning)."""
    return FrameShape(
        name=name,
        title=title,
        key=tuple(key.split()),
        columns=tuple(FrameColumn(*column) for column in columns),
    )


def frame_of(shape: FrameShape, rows: Iterable[Sequence[Any]]) -> pd.DataFrame:
    """`rows` (their values in the order of the columns; "" and None are missing) as a DataFrame."""
    columns = list(zip(*rows, strict=True)) or [()] * len(shape.columns)
    series = {
        column.name: _series(values, column.dtype)
        for column, values in zip(shape.columns, columns, strict=True)
    }
    return pd.DataFrame(series, columns=list(shape.names))


def _series(values: Sequence[Any], dtype: str) -> Any:
    given = [None if value is None or value == "" else value for value in values]
    if dtype == MOMENT:
        return pd.Series(pd.to_datetime(pd.Series(given, dtype="object"), utc=True), dtype=dtype)
    if dtype == DAY:
        return pd.Series(pd.to_datetime(pd.Series(given, dtype="object")), dtype=dtype)
    if dtype == TEXT:
        given = [None if value is None else str(value) for value in given]
    return pd.Series(given, dtype=dtype)


def data_table(shape: FrameShape, frame: pd.DataFrame) -> DataTable:
    """`frame`, which has the columns of `shape` or some of them, as text for files."""
    columns = [column for column in shape.columns if column.name in frame.columns]
    cells = [[_WRITTEN[column.dtype](value) for value in frame[column.name]] for column in columns]
    return DataTable(
        name=shape.name,
        title=shape.title,
        fields=tuple(
            Field(name=c.name, description=c.meaning, type=FRICTIONLESS[c.dtype]) for c in columns
        ),
        rows=tuple(zip(*cells, strict=True)),
        key=shape.key,
    )


def _written(write: Callable[[Any], str]) -> Callable[[Any], str]:
    return lambda value: "" if pd.isna(value) else write(value)


def _moment(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _day(value: date) -> str:
    return value.isoformat()[:10]


_WRITTEN: Mapping[str, Callable[[Any], str]] = {
    TEXT: _written(str),
    WHOLE: _written(lambda value: str(int(value))),
    NUMBER: _written(lambda value: repr(float(value))),
    TRUTH: _written(lambda value: "true" if value else "false"),
    DAY: _written(_day),
    MOMENT: _written(_moment),
}
