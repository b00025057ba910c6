"""From the bytes of an export to its records: layout and encoding found, every entry numbered.

`READERS` lists the layouts by id; `stream_export` and `read_export` take any of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import BinaryIO

from pipeline.model.problem import Problem, ReviewError
from pipeline.model.record import Reading, Record, SetAside
from pipeline.model.search import READER_VERSION
from pipeline.notation.typed import nearest
from pipeline.readers.assembling import record_of
from pipeline.readers.decoding import TextStream
from pipeline.readers.detection import bytes_format, text_format
from pipeline.readers.gathering import Gathered
from pipeline.readers.layout_table import READERS, Export, Reader
from pipeline.readers.packed import unpacked
from pipeline.readers.repairs import Repair, read_repairs, repaired

__all__ = ["READERS", "READER_VERSION", "ExportStream", "Reader", "read_export", "stream_export"]


class ExportStream:
    """The records and the entries set aside of one export, in the order of the file, once.

    `format` is known from the start. `encoding`, `declared` (the number of records that the file
    states, None where it does not) and `problems` are complete when the iteration has ended.
    """

    def __init__(
        self,
        stream: BinaryIO,
        *,
        file: str,
        search: str = "",
        format: str = "",
        encoding: str = "",
        columns: Mapping[str, str] | None = None,
        repairs: BinaryIO | None = None,
    ) -> None:
        self.file = file
        self._gathered = Gathered(file)
        self._text = TextStream(unpacked(stream, self._gathered), self._gathered, encoding)
        self._declared: list[int] = []
        self._search = search
        self._columns = columns or {}
        self._repairs: Mapping[int, Repair] = {}
        if repairs is not None:
            self._repairs = read_repairs(repairs, self._gathered)
        kind = bytes_format(self._text.raw_head, file)
        if format and format not in READERS:
            raise ReviewError(
                f"{format!r} is no format.{nearest(format, tuple(READERS))}",
                f"Known are {', '.join(READERS)}",
            )
        self.format = format or kind or text_format(self._text.head, self._columns, file)

    def __iter__(self) -> Iterator[Record | SetAside]:
        reader = READERS[self.format]
        export = Export(self._text, self._gathered, self._declared, self._columns)
        search, gathered, names = self._search, self._gathered, reader.names
        repairs = dict(self._repairs)
        for number, entry in enumerate(reader.entries(export), start=1):
            if number in repairs:
                entry = repaired(entry, number, repairs.pop(number), reader, export)
            yield record_of(entry, search=search, number=number, gathered=gathered, names=names)
        for number, repair in repairs.items():
            gathered.add(
                "repairs",
                0,
                f"the repairs speak of entry {number}, which this export does not have",
                f"Look at line {repair.line} of the repairs",
            )

    @property
    def encoding(self) -> str:
        return self._text.encoding

    @property
    def declared(self) -> int | None:
        return max(self._declared, default=None)

    @property
    def problems(self) -> tuple[Problem, ...]:
        return self._gathered.all()


def stream_export(
    stream: BinaryIO,
    *,
    file: str,
    search: str = "",
    format: str = "",
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    repairs: BinaryIO | None = None,
) -> ExportStream:
    """Reads an export piece by piece; `file` is only the name that places in it carry.

    `format` (an id of `READERS`) and `encoding` override what is found by content; `columns` maps
    fields to the columns of a table; `repairs` is a file of `pipeline.readers.repairs`.
    Raises ReviewError when no layout fits.
    """
    return ExportStream(
        stream,
        file=file,
        search=search,
        format=format,
        encoding=encoding,
        columns=columns,
        repairs=repairs,
    )


def read_export(
    stream: BinaryIO,
    *,
    file: str,
    search: str = "",
    format: str = "",
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
    repairs: BinaryIO | None = None,
) -> Reading:
    """The whole export in memory; as `stream_export`."""
    export = stream_export(
        stream,
        file=file,
        search=search,
        format=format,
        encoding=encoding,
        columns=columns,
        repairs=repairs,
    )
    records: list[Record] = []
    set_aside: list[SetAside] = []
    for entry in export:
        if isinstance(entry, Record):
            records.append(entry)
        else:
            set_aside.append(entry)
    return Reading(
        format=export.format,
        encoding=export.encoding,
        records=tuple(records),
        set_aside=tuple(set_aside),
        problems=export.problems,
        declared=export.declared,
    )
