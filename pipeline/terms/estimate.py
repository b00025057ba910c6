"""Numbers that stand side by side, and, where the authors ask for it, pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Scale(StrEnum):
    """What a set of estimates is expressed in."""

    PROPORTION = "proportion"
    ODDS_RATIO = "odds_ratio"
    RISK_RATIO = "risk_ratio"
    RISK_DIFFERENCE = "risk_difference"
    HAZARD_RATIO = "hazard_ratio"
    MEAN_DIFFERENCE = "mean_difference"
    STANDARDISED_MEAN_DIFFERENCE = "standardised_mean_difference"
    CORRELATION = "correlation"


RATIOS = frozenset({Scale.ODDS_RATIO, Scale.RISK_RATIO, Scale.HAZARD_RATIO})
"""Scales that are worked with as natural logarithms; 1 means no difference."""


class PoolingModel(StrEnum):
    """Inverse variance; `random_effects` is REML with the interval of Hartung and Knapp."""

    RANDOM_EFFECTS = "random_effects"
    COMMON_EFFECT = "common_effect"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The authors' wish to pool, with the reason why the studies are alike enough for it."""

    reason: str
    model: PoolingModel = PoolingModel.RANDOM_EFFECTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two results of one study, each with a proportion (or a mean), set against each other."""

    group: str
    comparator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateSet:
    """Results brought onto one scale. `measures` says what an estimate is where its words do not.

    `lower_means` and `higher_means` stand at the two ends of the axis.
    """

    id: str
    label: str
    scale: Scale
    results: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    measures: Mapping[str, Scale] = field(default_factory=dict)
    lower_means: str = ""
    higher_means: str = ""
    grouping: str = ""
    reason: str = ""
    pool: Pool | None = None
