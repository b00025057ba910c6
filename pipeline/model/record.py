"""A record: the title and abstract of a report as one source indexes it (PRISMA 2020, Box 1).

Field names are CSL 1.0.2 variables with underscores; `doi`, `pmid`, `issn` and `isbn` stand in
lower case. A field that the export does not have is empty (`""`, `()` or `None`), never guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple
from urllib.parse import quote

from pipeline.model.problem import Place, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person (`family`, `given`) or, when it cannot be parted, a `literal` name (CSL name)."""

    family: str = ""
    given: str = ""
    literal: str = ""
    suffix: str = ""

    def __str__(self) -> str:
        if self.literal:
            return self.literal
        parts = [part for part in (self.family, self.given, self.suffix) if part]
        return ", ".join(parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Issued:
    """The day of publication as far as the export knows it; 0 where it does not.

    `literal` keeps what could not be read as a date ("in press", "Spring 2012").
    """

    year: int = 0
    month: int = 0
    day: int = 0
    literal: str = ""

    def __str__(self) -> str:
        if not self.year:
            return self.literal
        parts = [f"{self.year:04d}"]
        if self.month:
            parts.append(f"{self.month:02d}")
            if self.day:
                parts.append(f"{self.day:02d}")
        return "-".join(parts)


class Tag(NamedTuple):
    """One tag, column or element of the export with its value, as it stood there.

    A named tuple: an export of 100,000 records has two million of them.
    """

    name: str
    value: str


class Taken(NamedTuple):
    """A value that a record lacked: which `field`, from which `record` of the same report, and the
    text that stood there `before` ("" for none)."""

    field: str
    record: str
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One entry of one export.

    `id` is `<search id>:<number>`, `number` counting the entries found in the file from 1, those
    set aside included, so that a repaired entry never renumbers the others. `as_exported` holds
    every tag of the entry in order, repeats kept. Nothing ever deletes a record. `taken_from` tells
    which values are those of other records of the same report; a reader leaves it empty.
    """

    id: str
    number: int
    place: Place
    type: str = ""
    title: str = ""
    author: tuple[Name, ...] = ()
    editor: tuple[Name, ...] = ()
    issued: Issued | None = None
    container_title: str = ""
    container_title_short: str = ""
    volume: str = ""
    issue: str = ""
    page: str = ""
    publisher: str = ""
    publisher_place: str = ""
    doi: str = ""
    pmid: str = ""
    pmcid: str = ""
    issn: tuple[str, ...] = ()
    isbn: tuple[str, ...] = ()
    abstract: str = ""
    language: str = ""
    keyword: tuple[str, ...] = ()
    url: str = ""
    accession_number: str = ""
    database: str = ""
    note: str = ""
    identifiers: tuple[Tag, ...] = ()
    as_exported: tuple[Tag, ...] = ()
    taken_from: tuple[Taken, ...] = ()

    @property
    def as_read(self) -> Record:
        """The record without what was taken from others."""
        if not self.taken_from:
            return self
        own: dict[str, Any] = {
            f.name: f.default
            for f in fields(Record)
            if f.name in {t.field for t in self.taken_from}
        }
        for field, _, before in self.taken_from:
            if before:
                own[field] = Issued(literal=before) if field == "issued" else before
        return replace(self, **own, taken_from=())

    @property
    def search(self) -> str:
        """The id of the search that brought this record in."""
        return self.id.rpartition(":")[0]

    @property
    def year(self) -> int:
        """The year of publication, 0 when unknown."""
        return self.issued.year if self.issued else 0

    @property
    def address(self) -> str:
        """Where the record is on the web: its DOI, its PubMed id or the exported URL; "" for none.

        A DOI may hold signs that no address does (DOI Handbook 2.5.2.4); they are encoded.
        """
        if self.doi:
            return f"https://doi.org/{quote(self.doi, safe='/:;()[]+,@!*')}"
        if self.pmid:
            return f"https://pubmed.ncbi.nlm.nih.gov/{self.pmid}/"
        return self.url if self.url.startswith(("https://", "http://")) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """An entry that was found in an export and could not be read as a record."""

    number: int
    place: Place
    why: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader made of one export: found = records read + entries set aside.

    `declared` is the number of records that the file says it holds, where it says so.
    """

    format: str
    encoding: str
    records: tuple[Record, ...]
    set_aside: tuple[SetAside, ...] = ()
    problems: tuple[Problem, ...] = ()
    declared: int | None = None

    @property
    def found(self) -> int:
        return len(self.records) + len(self.set_aside)


class Nature(StrEnum):
    """What a notice says: the first four in the words of the Retraction Watch database."""

    RETRACTION = "Retraction"
    EXPRESSION_OF_CONCERN = "Expression of concern"
    CORRECTION = "Correction"
    REINSTATEMENT = "Reinstatement"
    NEW_VERSION = "New version"
    REGISTER_CHANGED = "Change in the register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One notice about the report with `doi`, `pmid` or number of a `trial`, and `title`.

    Each is "" where it has none.
    """

    nature: Nature
    doi: str
    pmid: str
    title: str
    on: date | None
    notice_doi: str
    reason: str
    place: Place
    trial: str = ""
