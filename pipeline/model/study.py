"""A study as extracted from its reports, what its appraisal says, and the text of its reports."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

from pipeline.model.form import Light
from pipeline.model.problem import Place, Problem

LATER = MappingProxyType({"later": True})
"""Marks a field that came to a value after people had confirmed what rests on the value: while it
holds its default it says nothing, and what was confirmed stays so."""


def is_unsaid(one: Field[Any], value: Any) -> bool:
    """Whether the field `one` came later and holds its default."""
    return "later" in one.metadata and bool(value == one.default)


class Absent(StrEnum):
    """Why an answer has no value; four different things, counted apart."""

    NOT_REPORTED = "not reported"
    NOT_APPLICABLE = "not applicable"
    UNCLEAR = "unclear"
    NOT_YET = "not yet"


class Basis(StrEnum):
    """What was read to extract a study.

    `PAGE` is a page about the report that is neither its text nor its abstract (of a project, a
    news item, its title page); `UNSTATED` that nobody has written what was read, and is no word
    that people write.
    """

    FULL_TEXT = "full_text"
    ABSTRACT = "abstract"
    PAGE = "page"
    SECONDARY_SOURCE = "secondary_source"
    UNSTATED = "unstated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a value stands: the record id of its report, the place in it, the words themselves.

    `page` is a page, table, figure or section as a reader would look it up ("12", "table 2",
    "abstract"). `url` names the page that was read when the report itself was not. `sure` says how
    sure the reader is: `certain`, `probable` or `doubtful`. `file_sha256` is the hash of the PDF
    that was read: pages belong to one version of a file. `place` is its line in the study file and
    makes no two sources different.
    """

    report: str = ""
    page: str = ""
    quote: str = ""
    url: str = ""
    note: str = ""
    sure: str = ""
    file_sha256: str = ""
    place: Place | None = field(default=None, compare=False)

    @property
    def where(self) -> str:
        """`page 12` for a page that is a number, else the place as it was given: `table 2`."""
        return page_in_words(self.page)


def page_in_words(page: str) -> str:
    return f"page {page}" if page[:1].isdigit() else page


Plain = str | int | float | bool | date


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one item: a value or why there is none, its source, and its line in the file.

    `value` is plain, a tuple of plain values (several choices), or a mapping for the types of
    several numbers (`AnswerType.PROPORTION` and the like). `derived` says how we worked the value
    out where no report prints it; it is empty for a value that stands in a report.
    """

    value: Plain | tuple[Plain, ...] | Mapping[str, Plain] | None = None
    absent: Absent | None = None
    sources: tuple[Source, ...] = ()
    note: str = ""
    derived: str = ""
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Answers that belong together: one entry of a repeating part, or a part that stands once.

    `answers` has every item that is asked, `Absent.NOT_YET` where nothing was written, and for a
    part that has no entries why there are none. `sources` of the entry hold for its answers.
    """

    id: str
    answers: Mapping[str, Answer]
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    note: str = ""
    derived: str = ""
    place: Place


class Direction(StrEnum):
    """Where a result points, coded by a person (Hilton Boon & Thomson 2021); never guessed."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    MIXED = "mixed"
    NOT_STATED = "not_stated"
    DESCRIPTIVE = "descriptive"  # a count or an account, nothing is compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One result of a study: an outcome, what is compared, the numbers, the direction, the source.

    `id` is `<study>/<entry>`. `estimate` carries {value, low, high, level, se}; `proportion` {x, n,
    percent}; `mean` {mean, sd, se, n}; `rate` {events, time}; any may be None. `measure` names what
    `estimate` is ("adjusted odds ratio"). `derived` says how numbers were worked out that no report
    prints; `unsourced` are those of them that have neither a source nor that.
    """

    id: str
    study: str
    outcome: str
    statement: str
    direction: Direction = Direction.DESCRIPTIVE
    group: str = ""
    comparator: str = ""
    measure: str = ""
    estimate: Mapping[str, float] | None = None
    proportion: Mapping[str, float] | None = None
    mean: Mapping[str, float] | None = None
    rate: Mapping[str, float] | None = field(default=None, metadata=LATER)
    n_analysed: int | None = None
    sources: tuple[Source, ...] = ()
    note: str = ""
    derived: str = ""
    unsourced: frozenset[str] = frozenset()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One `studies/ID.yaml` held against its form.

    `answers` and `parts` follow the form; `results` is its part of that name read as `Result`s.
    `reports` are record ids, the primary one first; `files` maps a report to the SHA-256 of the
    file that was read. `former` are answers to items that the form asks no more, by their address.
    """

    id: str
    title: str
    form: str
    form_version: int
    reports: tuple[str, ...]
    basis: Basis
    place: Place
    extracted_by: str = ""
    extracted_on: date | None = None
    checked_by: str = ""
    checked_on: date | None = None
    reconciled_by: str = ""
    reconciled_on: date | None = None
    note: str = ""
    answers: Mapping[str, Answer] = field(default_factory=dict)
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    results: tuple[Result, ...] = ()
    appraisals: Mapping[str, Part] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    former: Mapping[str, Answer] = field(default_factory=dict)

    @property
    def extractors(self) -> tuple[str, ...]:
        """Everybody who extracted it: `ada, ben` where two did so apart."""
        return tuple(name.strip() for name in self.extracted_by.split(",") if name.strip())


GIVEN = "given"
"""How answers with a value are counted, beside the words of `Absent`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What a study says of whom it studied, as far as it may give two studies away as one.

    `sizes` are those of its groups, `years` those in which data came to be, `registrations` every
    registration number in its texts; 0, "" and empty where nothing is said.
    """

    registrations: frozenset[str] = frozenset()
    total: int = 0
    sizes: frozenset[int] = frozenset()
    country: str = ""
    setting: str = ""
    design: str = ""
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StudySummary:
    """What lists and checks need of a study, so that not every study has to be read for them.

    `answers` counts them: `given`, and each reason of `Absent`. `to_revisit` are the items that a
    change of the form asks to look at again, `former` the addresses of answers that it asks no
    more. `sources` are those that can be checked or doubted: with a quote, with the hash of a file,
    or of a reader who was not certain.
    """

    id: str
    form: str
    form_version: int
    reports: tuple[str, ...]
    place: Place
    results: int
    answers: Mapping[str, int]
    to_revisit: tuple[str, ...] = ()
    is_outdated: bool = False
    former: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    sample: Sample = Sample()
    checked_by: str = ""
    reconciled_by: str = ""


@runtime_checkable
class Summarised(Protocol):
    """Studies that bring their summaries, so that not every one has to be read."""

    @property
    def summaries(self) -> Mapping[str, StudySummary]: ...


@runtime_checkable
class Drafted(Protocol):
    """Drafts that tell which of them are not finished, and what is wrong in them."""

    @property
    def unfinished(self) -> frozenset[tuple[str, str]]:
        """(person, study) of each draft with errors, or with required answers left open."""
        ...

    @property
    def faults(self) -> tuple[Problem, ...]:
        """One error for each draft that holds any, without a word of what is answered there."""
        ...


def reports_named(studies: Mapping[str, Study]) -> Mapping[str, tuple[str, ...]]:
    """The reports that each study names, by its id, read from summaries where there are any."""
    brief = studies.summaries if isinstance(studies, Summarised) else studies
    return {id: study.reports for id, study in brief.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The answer to one item of an appraisal instrument.

    `item` is the dotted path of the item in `instrument`, `about` the result or outcome judged
    where the instrument is answered for each (else ""). `answer` is the id of an option and
    `answer_label` its words, or, with `answer` "", why there is none (`absent`). `overall` marks
    the instrument's judgement over all domains, and `proposed` is then the worst of its domains, ""
    while one of them is open. `part` is the label of the part of the instrument that it stands in.
    """

    study: str
    instrument: str
    item: str
    label: str
    answer: str
    answer_label: str
    light: Light
    about: str = ""
    note: str = ""
    overall: bool = False
    proposed: str = ""
    part: str = ""
    absent: Absent | None = None
    by_rule: str = ""
    derived: bool = False
    signals: bool = False
    sources: tuple[Source, ...] = ()
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """What a PDF says: the text of its pages, in the order of the file.

    `labels` are the page numbers that the file itself gives its pages ("" where it gives none);
    `fault` says in words why there is no text, and is empty where there is.
    """

    sha256: str
    title: str = ""
    pages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    fault: str = ""
