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
    RATE = "rate"
    RATE_RATIO = "rate_ratio"
    RATE_DIFFERENCE = "rate_difference"
    MEAN_DIFFERENCE = "mean_difference"
    STANDARDISED_MEAN_DIFFERENCE = "standardised_mean_difference"
    RATIO_OF_MEANS = "ratio_of_means"
    CORRELATION = "correlation"


RATIOS = frozenset(
    {
        Scale.ODDS_RATIO,
        Scale.RISK_RATIO,
        Scale.HAZARD_RATIO,
        Scale.RATE_RATIO,
        Scale.RATIO_OF_MEANS,
    }
)
"""Scales that are worked with as natural logarithms; 1 means no difference."""
DESCRIPTIVE = frozenset({Scale.PROPORTION, Scale.RATE})
"""Scales of one group, which compare nothing."""


class Transform(StrEnum):
    """What proportions are worked with as: the logit, or the double arcsine of Freeman & Tukey."""

    LOGIT = "logit"
    DOUBLE_ARCSINE = "double_arcsine"


class PoolingModel(StrEnum):
    """Whether studies are taken to estimate effects that differ, or one that is the same."""

    RANDOM_EFFECTS = "random_effects"
    COMMON_EFFECT = "common_effect"


class PoolingMethod(StrEnum):
    """How single studies are weighted. The second and third assume a common effect."""

    INVERSE_VARIANCE = "inverse_variance"
    MANTEL_HAENSZEL = "mantel_haenszel"
    PETO = "peto"


class Tau2(StrEnum):
    """How the variance between studies is estimated."""

    REML = "reml"
    DERSIMONIAN_LAIRD = "dersimonian_laird"
    PAULE_MANDEL = "paule_mandel"


class IntervalOf(StrEnum):
    """What the interval of a random-effects estimate rests on."""

    HARTUNG_KNAPP = "hartung_knapp"
    NORMAL = "normal"


class Several(StrEnum):
    """How several results of one study are pooled: with robust errors, or as if independent."""

    ROBUST = "robust"
    INDEPENDENT = "independent"


class Asymmetry(StrEnum):
    """Tests of whether small studies show other effects than large ones."""

    EGGER = "egger"
    PETERS = "peters"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderation:
    """A meta-regression: on the answers at `by` (paths in the form), and why."""

    id: str
    by: tuple[str, ...]
    reason: str
    label: str = ""
    planned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudies:
    """What is looked at beside a funnel plot, and why."""

    reason: str
    tests: tuple[Asymmetry, ...] = (Asymmetry.EGGER,)
    trim_and_fill: bool = False
    fail_safe: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The authors' wish to pool, with the reason why the studies are alike enough for it.

    `safeguard`: the interval of Hartung and Knapp is never narrower than without their correction.
    `correlation` is that of sampling errors of one study, where it has several results. `subgroups`
    is a grouping whose groups are pooled apart and held against each other.
    """

    reason: str
    model: PoolingModel = PoolingModel.RANDOM_EFFECTS
    method: PoolingMethod = PoolingMethod.INVERSE_VARIANCE
    tau2: Tau2 = Tau2.REML
    interval: IntervalOf = IntervalOf.HARTUNG_KNAPP
    safeguard: bool = True
    several: Several = Several.ROBUST
    correlation: float = 0.6
    subgroups: str = ""
    regression: tuple[Moderation, ...] = ()
    leave_one_out: bool = False
    influence: bool = False
    small_studies: SmallStudies | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two results of one study, each with a proportion (a mean, a rate), set against each other."""

    group: str
    comparator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """How many of 1,000 people without the exposure or intervention have the outcome, and whence
    that is known: the ground of absolute effects."""

    per_1000: float
    why: str
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Important:
    """The effects from which on the authors hold a difference to be important, on the printed
    scale: `below` for a lower, `above` for a higher one."""

    why: str
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateSet:
    """Results brought onto one scale. `measures` says what an estimate is where its words do not.

    `lower_means` and `higher_means` stand at the two ends of the axis. `absolute` are baseline
    risks (none: the median of the comparators, where the set is pooled and has any); `important`
    serves the judgement of imprecision.
    """

    id: str
    label: str
    scale: Scale
    results: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    measures: Mapping[str, Scale] = field(default_factory=dict)
    transform: Transform = Transform.LOGIT
    lower_means: str = ""
    higher_means: str = ""
    grouping: str = ""
    reason: str = ""
    pool: Pool | None = None
    absolute: tuple[Baseline, ...] = ()
    important: Important | None = None
