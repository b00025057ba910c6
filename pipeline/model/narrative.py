"""The elements of a narrative synthesis (Popay 2006): theory, preliminary synthesis, relationships
and themes, robustness."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.model.form import Light
from pipeline.model.problem import Place
from pipeline.model.study import Basis


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelColumn:
    """A stage of a logic model; the stages stand from left to right."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelNode:
    """A box of a logic model; `note` is a second line in smaller type."""

    id: str
    label: str
    column: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelArrow:
    """`start` bears on `end` (ids of nodes).

    `findings` are those that bear it out; `assumed` says that none does.
    """

    start: str
    end: str
    label: str = ""
    findings: tuple[str, ...] = ()
    assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LogicModel:
    columns: tuple[ModelColumn, ...]
    nodes: tuple[ModelNode, ...]
    arrows: tuple[ModelArrow, ...] = ()
    title: str = "Logic model"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theory:
    """`synthesis/theory.yaml`. `text` is the authors' Markdown; `cites` are keys of references."""

    text: str = ""
    cites: tuple[str, ...] = ()
    logic_model: LogicModel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyOrder:
    """Studies stand by the answers to the items `by` (paths in their form), then by id (SWiM 7)."""

    by: tuple[str, ...] = ()
    reason: str = ""


class ReadAs(StrEnum):
    """What a symbol that points up stands for: a higher value, or a better one by polarity."""

    AMOUNT = "amount"
    BENEFIT = "benefit"


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionReading:
    read_as: ReadAs = ReadAs.AMOUNT


class Depth(StrEnum):
    """How much a report tells about meaning and context (thick and thin description)."""

    THIN = "thin"
    THICK = "thick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """The authors' words on a study, beside what is generated from its extraction."""

    account: str
    depth: Depth | None = None


class Concerns(StrEnum):
    """The concerns about a study as a whole."""

    LOW = "low"
    SOME = "some"
    HIGH = "high"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality:
    """The authors' view of a study as a whole, where its instrument gives none; and why."""

    concerns: Concerns
    why: str


DESIGNS = (
    "randomised_trial",
    "non_randomised_trial",
    "cohort",
    "longitudinal_survey",
    "case_control",
    "cross_sectional",
    "prevalence_survey",
    "file_study",
    "mixed_methods",
    "programme_evaluation",
    "case_series",
    "qualitative",
)
"""Designs of the shipped forms, those that speak most surely about an effect first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preliminary:
    """`synthesis/preliminary.yaml`. `designs` are options of `design`, the most suitable first."""

    order: StudyOrder = StudyOrder()
    directions: DirectionReading = DirectionReading()
    designs: tuple[str, ...] = DESIGNS
    descriptions: Mapping[str, Description] = field(default_factory=dict)
    quality: Mapping[str, Quality] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderator:
    """What results may differ by: a grouping of studies, held against `findings`.

    No findings named means every finding that is counted by direction.
    """

    id: str
    label: str
    grouping: str
    findings: tuple[str, ...] = ()
    planned: bool = False
    account: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contrast:
    """Two groups of participants of the protocol set against each other, outcome by outcome.

    No outcomes named means every outcome. Fewer studies than `at_least` are told as too few.
    """

    id: str
    label: str
    group: str
    comparator: str
    outcomes: tuple[str, ...] = ()
    account: str = ""
    at_least: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Concept:
    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptLink:
    """A line of the map. An end is `finding:ID`, `theme:ID`, `concept:ID` or the id of a study."""

    start: str
    end: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConceptMap:
    """The authors' concepts and links; which finding rests on which study is known without them."""

    concepts: tuple[Concept, ...] = ()
    links: tuple[ConceptLink, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Relationships:
    """`synthesis/relationships.yaml`."""

    moderators: tuple[Moderator, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    concept_map: ConceptMap = field(default_factory=ConceptMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    id: str
    label: str
    definition: str = ""


class SaidBy(StrEnum):
    """Whose words a quote has: a participant's, or those of the authors of the report."""

    PARTICIPANT = "participant"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedQuote:
    """Words of a study with the codes that people gave them; they stand in the study's file too."""

    id: str
    study: str
    quote: str
    codes: tuple[str, ...]
    page: str = ""
    said_by: SaidBy | None = None
    note: str = ""


class ThemeLevel(StrEnum):
    """Descriptive themes stay close to the studies, analytical ones go beyond them."""

    DESCRIPTIVE = "descriptive"
    ANALYTICAL = "analytical"


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """`codes` stand under a theme directly; `themes` are those below an analytical one."""

    id: str
    label: str
    level: ThemeLevel = ThemeLevel.DESCRIPTIVE
    account: str = ""
    codes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Themes:
    """`synthesis/themes.yaml`, by id. `places` are the lines of the quotes and themes."""

    codes: Mapping[str, Code] = field(default_factory=dict)
    quotes: Mapping[str, CodedQuote] = field(default_factory=dict)
    themes: Mapping[str, Theme] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


class ReflectionPrompt(StrEnum):
    """What a critical reflection speaks about (Popay et al. 2006; Busse et al. 2002)."""

    METHOD = "method"
    EVIDENCE = "evidence"
    ASSUMPTIONS = "assumptions"
    DISCREPANCIES = "discrepancies"
    GAPS = "gaps"
    TRANSFERABILITY = "transferability"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveOut:
    """A study is left out when any of these holds for it.

    `lights` are those of an instrument's overall judgement; `concerns` the view of a study as a
    whole.
    """

    basis: tuple[Basis, ...] = ()
    designs: tuple[str, ...] = ()
    studies: tuple[str, ...] = ()
    concerns: tuple[Concerns, ...] = ()
    lights: tuple[Light, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sensitivity:
    """The findings counted again without some studies; none named means all counted ones."""

    id: str
    label: str
    leave_out: LeaveOut
    findings: tuple[str, ...] = ()
    reason: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """`synthesis/robustness.yaml`. `reflection` holds the authors' words by prompt."""

    reflection: Mapping[str, str] = field(default_factory=dict)
    sensitivity: tuple[Sensitivity, ...] = ()
