"""CSL-YAML (pandoc's `references:`, Better BibTeX) into entries, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pipeline.notation.yaml_text import read_yaml
from pipeline.readers.entries import Entry
from pipeline.readers.gathering import Gathered
from pipeline.readers.json_records import entry_of
from pipeline.readers.json_stream import JsonObject
from pipeline.readers.lines import line_blocks

_ITEM = re.compile(r"( *)- +\S")


def entries(pieces: Iterable[str], gathered: Gathered) -> Iterator[Entry]:
    """Entries of the list in the file: an item begins at a hyphen as deep as the first."""
    indent: str | None = None
    item: list[str] = []
    begun = 0
    for first, lines in line_blocks(pieces, gathered):
        for number, line in enumerate(lines, first):
            found = _ITEM.match(line)
            if found and (indent is None or found[1] == indent):
                if item:
                    yield from _item(item, begun, gathered.file)
                indent, item, begun = found[1], [line], number
            elif item:
                if (
                    line.strip()
                    and not line.startswith((" ", "#"))
                    and not (indent == "" and line[:1] == "-")
                ):
                    yield from _item(item, begun, gathered.file)
                    item = []
                else:
                    item.append(line)
    if item:
        yield from _item(item, begun, gathered.file)


def _item(lines: list[str], begun: int, file: str) -> Iterator[Entry]:
    text = "\n".join(lines)
    read = read_yaml(text, file)
    if read.value is None or read.problems:
        why = read.problems[0].what if read.problems else "it is empty"
        yield Entry(begun, (), {}, why=why, raw=text)
        return
    for value in read.value if isinstance(read.value, list) else [read.value]:
        yield entry_of(JsonObject(begun, value, raw=text))
