"""From the bytes of an export to its records: layout and encoding found, every entry numbered.

`READERS` lists the layouts by id; `stream_export` and `read_export` take any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import BinaryIO, NamedTuple

from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.record import Reading, Record, SetAside
from pipeline.model.search import READER_VERSION
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import read_yaml
from pipeline.readers.assembling import record_of
from pipeline.readers.census import Census
from pipeline.readers.decoding import TextStream
from pipeline.readers.detection import bytes_format, chosen, layout_of
from pipeline.readers.entries import Entry, Gathered
from pipeline.readers.layout_table import READERS, Export, Reader
from pipeline.readers.packed import unpacked
from pipeline.readers.sections import FilePart, Sections
from pipeline.readers.tables import shape


class Repair(NamedTuple):
    """The text of a repaired entry and its line in the file of repairs."""

    text: str
    line: int


def read_repairs(stream: BinaryIO, gathered: Gathered) -> Mapping[int, Repair]:
    """The repairs in `stream` by number of entry; what is no repair is told as a problem."""
    content = stream.read().decode("utf-8-sig", "replace")
    if not content.strip():
        return {}
    read = read_yaml(content, "repairs")
    for problem in read.problems:
        gathered.add(
            "repairs",
            0,
            f"line {problem.place.line} of the repairs: {problem.what}",
            problem.remedy,
            Severity.ERROR,
        )
    repairs: dict[int, Repair] = {}
    if read.value is not None and not isinstance(read.value, Mapping):
        gathered.add("repairs", 0, "the repairs are no mapping", _REMEDY, Severity.ERROR)
        return {}
    for key, text in (read.value or {}).items():
        line = read.place((key,)).line
        number = int(key) if str(key).isdecimal() and len(str(key)) < 10 else 0
        if number and isinstance(text, str) and text.strip():
            repairs[number] = Repair(text, line)
        else:
            gathered.add(
                "repairs",
                0,
                f"line {line} of the repairs is none: {str(key)[:40]!r}",
                _REMEDY,
                Severity.ERROR,
            )
    return repairs


_REMEDY = "Write the number of the entry, a colon, a blank and |, and below it the entry, indented"


def repaired(entry: Entry, number: int, repair: Repair, reader: Reader, export: Export) -> Entry:
    """`entry` as its repair says; as it was, with a problem, when the repair cannot be read."""
    text = repair.text
    if reader.suffix == ".csv":
        form = shape(export.head, export.columns)
        if form:
            header = form.delimiter.join(_quoted(cell) for cell in form.header)
            text = f"{header}\n{text}"
    inner = Gathered(export.gathered.file)
    found = list(reader.entries(Export(iter([text]), text, inner, [], export.columns)))
    if len(found) == 1 and not found[0].why:
        export.gathered.add(
            "repaired",
            entry.line,
            f"entry {number} was read from line {repair.line} of the repairs",
            "Nothing to do",
            Severity.NOTE,
        )
        return found[0]._replace(line=entry.line)
    why = found[0].why if len(found) == 1 else f"it holds {len(found)} entries"
    export.gathered.add(
        "repairs",
        entry.line,
        f"the repair of entry {number} cannot be used: {why}",
        f"Look at line {repair.line} of the repairs",
        Severity.ERROR,
    )
    return entry


def _quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


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
        self.format = format or kind or chosen(self._text.head, self._columns, file)

    def __iter__(self) -> Iterator[Record | SetAside]:
        search, gathered = self._search, self._gathered
        repairs = dict(self._repairs)
        number = 0
        for part in self._parts():
            reader = READERS[part.format]
            census = Census(reader.marks)
            raw = self._text.raw() if part.format == "xlsx" else ()
            head = next(part.pieces, "")
            inner = gathered.behind(part.before)
            pieces = census.watch(chain([head] if head else [], part.pieces))
            export = Export(pieces, head, inner, self._declared, self._columns, raw)
            before = number
            if part.before:
                inner.add(
                    "parts",
                    1,
                    f"another export begins here, in the layout {reader.label}",
                    "Both were read. Keep the file of each source apart, so that each is counted",
                )
            for entry in reader.entries(export):
                number += 1
                if number in repairs:
                    entry = repaired(entry, number, repairs.pop(number), reader, export)
                if part.before:
                    entry = entry._replace(line=entry.line + part.before)
                yield record_of(
                    entry, search=search, number=number, gathered=gathered, names=reader.names
                )
            self._account(reader, number - before, census, inner)
        for missing, repair in repairs.items():
            gathered.add(
                "repairs",
                0,
                f"the repairs speak of entry {missing}, which this export does not have",
                f"Look at line {repair.line} of the repairs",
            )

    def _parts(self) -> Iterable[FilePart]:
        reader = READERS[self.format]
        if self.format == "xlsx":
            return (FilePart(self.format, 0, iter(())),)
        pieces = self._text.pieces()
        if reader.suffix == ".csv":  # a cell may hold anything
            return (FilePart(self.format, 0, pieces),)
        return Sections(pieces, self.format, lambda head: layout_of(head, {}))

    def _account(self, reader: Reader, found: int, census: Census, gathered: Gathered) -> None:
        """Holds what was read against what the marks of the file say."""
        marks = census.differs(found)
        if marks:
            gathered.add(
                "count",
                0,
                f"{found:,} entries were read, but the file has {marks}",
                "Compare the number with the source; another layout can be named with `format:`",
                Severity.ERROR if not found else Severity.WARNING,
            )
        elif not found:
            gathered.add(
                "count",
                0,
                f"no record was found in this file, which looks like {reader.label}",
                "If the search found any, export them again, or name the layout with `format:`",
                Severity.ERROR,
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
