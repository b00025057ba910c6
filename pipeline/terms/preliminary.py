"""The preliminary synthesis: in which order studies stand, and what is said of each.

Second of the four elements of Popay et al. 2006; the groups of studies are in `finding`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
