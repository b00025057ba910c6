"""A document before any writer has seen it, and the parts that stand in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from pipeline.model.statement import Step


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
class Evidence:
    """What one sentence or number of the text rests on: an entry of the evidence annex.

    `id` names it in links (`#evidence-ID`, see `evidence_anchor`). `label` ("E3") stands after the
    sentence in the text; a number has none. `said` is the sentence or number; texts are plain and
    untrusted.
    """

    id: str
    label: str
    said: str
    steps: tuple[Step, ...]


EVIDENCE_ANCHOR = "evidence-"
JOINER = "\u2060"
"""Stands before the label of a sentence in the Markdown (a word joiner); no document shows it."""


def evidence_anchor(id: str) -> str:
    """The name of the place in the annex that tells what `id` rests on."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", id).strip("-")
    if plain == id:
        return f"{EVIDENCE_ANCHOR}{plain}"
    return f"{EVIDENCE_ANCHOR}{plain}-{sha256(id.encode()).hexdigest()[:6]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """The other half of a write-up, a review and its supplement, as the one sees the other.

    `stem` is the file name without its suffix. `labels` are the numbers that its tables and figures
    have, by `kind:ID` ("Table S3"); `headings` the names of those headings that have one of their
    own; `said` the anchors of the evidence that it speaks of first.
    """

    stem: str
    title: str
    is_supplement: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    headings: frozenset[str] = frozenset()
    said: frozenset[str] = frozenset()


BESIDE = "beside:"
"""Links to `#beside:ANCHOR` lead to that place of the companion."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A whole write-up: pandoc Markdown with raw HTML, TeX and attributes off.

    A paragraph of the Markdown that is just `[[figure:ID]]` or `[[table:ID]]` is replaced by that
    figure or table. `references` are CSL-JSON items by citation key, cited as `[@key]`. `style` is
    the text of a CSL style. `day` (ISO) is the only date that a writer may print.

    Links to `#evidence-…` in the Markdown lead to the entries of `evidence`, which are an annex at
    the end. A document without an annex names in `evidence_in` the file that has it, without its
    suffix: each format leads to its like. `contents`: whether a table of contents stands at its
    head. `numbered` stands before the numbers of its tables and figures. `reference_docx` is a Word
    file whose look the Word document takes (empty: that of the house).
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
    evidence: tuple[Evidence, ...] = ()
    evidence_in: str = ""
    companion: Companion | None = None
    numbered: str = ""
    contents: bool = True
    reference_docx: bytes = b""

    @property
    def short_notice(self) -> str:
        """The first sentence of the notice: what later pages say of it."""
        return re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(self.notice.split()), maxsplit=1)[0]
