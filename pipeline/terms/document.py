"""A document before any writer has seen it, and the parts that stand in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A drawing as SVG text with the words for those who do not see it (`alt`, one paragraph)."""

    id: str
    svg: str
    caption: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table; `share` is its part of the width, relative to the other columns."""

    id: str
    label: str
    share: float = 1.0
    numeric: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell: plain `text` (untrusted, never markup) and the keys of the references it cites."""

    text: str
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table of plain cells, row by row; writers decide how it looks. `notes` stand below it."""

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole write-up: pandoc Markdown with raw HTML, TeX and attributes off.

    A paragraph of the Markdown that is just `[[figure:ID]]` or `[[table:ID]]` is replaced by that
    figure or table. `references` are CSL-JSON items by citation key, cited as `[@key]`. `style` is
    the text of a CSL style. `day` (ISO) is the only date that a writer may print.
    """

    title: str
    markdown: str
    subtitle: str = ""
    authors: tuple[str, ...] = ()
    day: str = ""
    language: str = "en-GB"
    notice: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    references: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    style: str = ""
