"""What an evidence browser shows: the review of one day as rows that name each other by id."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.document import Figure, Table


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSet:
    """Records that are counted together, as in a box of the flow diagram.

    A record belongs to it when its arm is one of `arms`, its standing one of `standings` and its
    entrance one of `entrances`; `n` is how many the ledger counts.
    """

    key: str
    label: str
    n: int
    arms: tuple[str, ...]
    standings: tuple[str, ...]
    entrances: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedRecord:
    """One record: what it is, where it stands, and the line of the export that it came from.

    `entrance` says where it comes into the round that the boxes count, "" where the edition before
    had settled it and it stands as it did then. `reason` is the label of a criterion, or words.
    `studies` are those that the report tells of.
    """

    id: str
    title: str
    authors: str
    year: str
    container: str
    doi: str
    arm: str
    standing: str
    reason: str
    kept: str
    search: str
    place: str
    entrance: str
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedDecision:
    """One decision; `about` are the ids of the records that it speaks of.

    `counts` is false when it was taken back, or when it undoes something that counts again.
    """

    id: str
    at: str
    who: str
    says: str
    note: str
    counts: bool
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedSearch:
    id: str
    source: str
    kind: str
    searched_on: str
    interface: str
    query: str
    limits: str
    export: str
    sha256: str
    was_run: bool
    read: int
    set_aside: int
    reported: int | None
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedSource:
    """Where a value was read: the report, the page, the words themselves."""

    report: str
    page: str
    quote: str
    url: str
    note: str
    sure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedValue:
    """An extracted answer in words, or why there is none (`absent`), with where it stands."""

    path: str
    label: str
    value: str
    absent: bool
    note: str
    derived: str
    line: int
    sources: tuple[BrowsedSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedResult:
    """A result; `row` names the participants that it tells of in the gap map."""

    id: str
    study: str
    outcome: str
    group: str
    comparator: str
    direction: str
    statement: str
    numbers: str
    line: int
    sources: tuple[BrowsedSource, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedJudgement:
    instrument: str
    item: str
    answer: str
    light: str
    about: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedStudy:
    id: str
    title: str
    included: bool
    previous: bool
    basis: str
    file: str
    reports: tuple[str, ...]
    values: tuple[BrowsedValue, ...]
    results: tuple[BrowsedResult, ...]
    judgements: tuple[BrowsedJudgement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedFinding:
    id: str
    statement: str
    question: str
    outcome: str
    votes: str
    certainty: str
    why: str
    notes: str
    place: str
    results: tuple[str, ...]
    studies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedTheme:
    """`codes` are labels; `below` are the themes under it, `quotes` all that it rests on."""

    id: str
    label: str
    level: str
    account: str
    place: str
    codes: tuple[str, ...]
    below: tuple[str, ...]
    quotes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedQuote:
    """Words of a study with the labels of their codes and the themes that they bear."""

    id: str
    study: str
    quote: str
    page: str
    said_by: str
    note: str
    place: str
    codes: tuple[str, ...]
    themes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """What a claim rests on: the reference as it is written, and what it says today."""

    ref: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrowsedClaim:
    id: str
    text: str
    place: str
    supports: tuple[Support, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapCell:
    """The studies that tell of the outcome `row` in the group `column`, by their quality.

    `studies` has an entry for each of the map's `qualities`, in their order.
    """

    row: str
    column: str
    studies: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GapMap:
    """Outcomes against groups of participants or of studies: where evidence is, and where none.

    `rows` (outcomes) and `columns` (groups) are (id, label); `qualities` are (mark, label), the
    mark a sign that stands beside the number of studies. Cells without a study are left out of
    `cells`.
    """

    id: str
    title: str
    rows: tuple[tuple[str, str], ...]
    columns: tuple[tuple[str, str], ...]
    qualities: tuple[tuple[str, str], ...]
    cells: tuple[GapCell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBrowser:
    """A whole browser.

    `flow` is the diagram as SVG with links to the sets of its boxes, `study_rows` the ids of the
    studies in the rows of `studies_table`, `references` what is cited, a line each by key.
    """

    title: str
    subtitle: str
    notice: str
    day: str
    language: str
    document: str
    flow: str
    sets: tuple[RecordSet, ...]
    studies_table: Table
    study_rows: tuple[str, ...]
    gap_maps: tuple[GapMap, ...]
    records: tuple[BrowsedRecord, ...]
    decisions: tuple[BrowsedDecision, ...]
    searches: tuple[BrowsedSearch, ...]
    studies: tuple[BrowsedStudy, ...]
    findings: tuple[BrowsedFinding, ...]
    claims: tuple[BrowsedClaim, ...]
    themes: tuple[BrowsedTheme, ...] = ()
    quotes: tuple[BrowsedQuote, ...] = ()
    figures: tuple[Figure, ...] = ()
    changes: tuple[Table, ...] = ()
    references: Mapping[str, str] = field(default_factory=dict)
