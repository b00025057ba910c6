"""Repaired entries: a small YAML file beside an export, by the number of the entry.

    17: |
      @article{key,
        title = {What stood there, mended},
      }

Each text is one entry in the export's own format; of a table, one row (its header is the
export's). The number is the one that the entry had when it was set aside, so no other record is
renumbered.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO, NamedTuple

from pipeline.model.problem import Severity
from pipeline.notation.yaml_text import read_yaml
from pipeline.readers.decoding import TextStream
from pipeline.readers.entries import Entry
from pipeline.readers.gathering import Gathered
from pipeline.readers.layout_table import Export, Reader
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
        number = int(key) if str(key).isdecimal() else 0
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
        form = shape(export.text.head, export.columns)
        if form:
            header = form.delimiter.join(_quoted(cell) for cell in form.header)
            text = f"{header}\n{text}"
    inner = Gathered(export.gathered.file)
    stream = TextStream(io.BytesIO(text.encode()), inner, "utf-8")
    found = list(reader.entries(Export(stream, inner, [], export.columns)))
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
