"""The robustness of a synthesis: what its authors reflect on, and what holds without some studies.

Fourth of the four elements of Popay et al. 2006.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.terms.form import Light
from pipeline.terms.preliminary import Concerns
from pipeline.terms.study import Basis


class Prompt(StrEnum):
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
