"""Every layout that can be read: its id, what people call it, where it comes from, its reader.

Adding a layout is one row here, one module or table, and one sample beside the tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.readers import bibtex, medline, ris, tables
from pipeline.readers.assembling import Names, one_name
from pipeline.readers.decoding import TextStream
from pipeline.readers.entries import Entry
from pipeline.readers.gathering import Gathered
from pipeline.readers.vendors import LABELS

READER_VERSION = "1"
"""Changes whenever any reader could give another result for the same bytes."""


@dataclass(frozen=True, slots=True)
class Export:
    """An export on its way through a reader.

    `declared` gathers the numbers of records that the file itself states.
    """

    text: TextStream
    gathered: Gathered
    declared: list[int]
    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """A row of the registry. `sources` are typical places an export of this layout comes from."""

    format: str
    label: str
    sources: tuple[str, ...]
    suffix: str
    entries: Callable[[Export], Iterator[Entry]]
    names: Names = one_name


def _lines(
    read: Callable[..., Iterator[Entry]],
) -> Callable[[Export], Iterator[Entry]]:
    return lambda export: read(export.text.pieces(), export.gathered, export.declared)


def _table(export: Export) -> Iterator[Entry]:
    head = export.text.head
    return tables.entries(export.text.pieces(), head, export.gathered, export.columns)


_ROWS = (
    Reader(
        format="ris",
        label="RIS",
        sources=(
            "EndNote",
            "Zotero",
            "Mendeley",
            "Scopus",
            "Embase",
            "Ovid",
            "ProQuest",
            "EPPI-Reviewer",
        ),
        suffix=".ris",
        entries=_lines(ris.entries),
    ),
    Reader(
        format="nbib",
        label="PubMed/MEDLINE tagged text",
        sources=("PubMed", "ERIC", "Ovid MEDLINE"),
        suffix=".nbib",
        entries=_lines(medline.entries),
    ),
    Reader(
        format="bibtex",
        label="BibTeX and BibLaTeX",
        sources=("Zotero", "JabRef", "Mendeley", "Scopus", "ACM", "Google Scholar"),
        suffix=".bib",
        entries=_lines(bibtex.entries),
    ),
    *(
        Reader(format=id, label=label, sources=(label,), suffix=".csv", entries=_table)
        for id, label in LABELS.items()
    ),
)
READERS: Mapping[str, Reader] = {reader.format: reader for reader in _ROWS}
