"""Estimates, and what they are pooled to, in words."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.document.wording import counted, listed
from pipeline.model.finding import (
    RATIOS,
    EstimateSet,
    IntervalOf,
    PoolingMethod,
    PoolingModel,
    Scale,
    Tau2,
    Transform,
)
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.effect_sizes import back
from pipeline.synthesis.pools import Analysis

SCALES: Mapping[Scale, str] = {
    Scale.PROPORTION: "Share",
    Scale.ODDS_RATIO: "Odds ratio",
    Scale.RISK_RATIO: "Risk ratio",
    Scale.RISK_DIFFERENCE: "Risk difference",
    Scale.HAZARD_RATIO: "Hazard ratio",
    Scale.RATE: "Rate",
    Scale.RATE_RATIO: "Rate ratio",
    Scale.RATE_DIFFERENCE: "Rate difference",
    Scale.MEAN_DIFFERENCE: "Mean difference",
    Scale.STANDARDISED_MEAN_DIFFERENCE: "Standardised mean difference",
    Scale.RATIO_OF_MEANS: "Ratio of means",
    Scale.CORRELATION: "Correlation",
}
ESTIMATORS: Mapping[Tau2, str] = {
    Tau2.REML: "REML",
    Tau2.DERSIMONIAN_LAIRD: "DerSimonian-Laird",
    Tau2.PAULE_MANDEL: "Paule-Mandel",
}
METHODS: Mapping[PoolingMethod, str] = {
    PoolingMethod.INVERSE_VARIANCE: "inverse variance",
    PoolingMethod.MANTEL_HAENSZEL: "Mantel-Haenszel",
    PoolingMethod.PETO: "Peto",
}


def model_in_words(asked: EstimateSet, found: Pooled) -> str:
    """`Random effects (REML, Hartung-Knapp)`, `Common effect (Mantel-Haenszel)`."""
    if found.model is PoolingModel.COMMON_EFFECT:
        return f"Common effect ({METHODS[found.method]})"
    pool = asked.pool
    if found.studies < found.k:
        rho = f", \u03c1 = {pool.correlation:g}" if pool else ""
        return f"Random effects with robust errors (REML, CR2{rho})"
    if pool is None:
        return "Random effects"
    hartung = pool.interval is IntervalOf.HARTUNG_KNAPP
    interval = "Hartung-Knapp" if hartung else "normal interval"
    bare = ", without safeguard" if hartung and not pool.safeguard else ""
    return f"Random effects ({ESTIMATORS[pool.tau2]}, {interval}{bare})"


def harmonic_n(analysis: Analysis) -> float | None:
    """The harmonic mean of the people of all effects, where double arcsines are turned back by it
    (Miller 1978); else None."""
    asked = analysis.asked
    if asked.scale is not Scale.PROPORTION or asked.transform is not Transform.DOUBLE_ARCSINE:
        return None
    ns = [effect.n for effect in analysis.effects if effect.n and effect.variance is not None]
    return len(ns) / sum(1 / n for n in ns) if ns else None


def value_in_words(scale: Scale, value: float) -> str:
    """`4.2%`, `1.85`, `−0.12`: as many digits as tell something."""
    if scale is Scale.PROPORTION:
        return f"{100 * value:.1f}%"
    if scale in RATIOS and value >= 100:
        return f"{value:,.0f}"
    small = scale in (Scale.RATE, Scale.RATE_DIFFERENCE) and 0 < abs(value) < 0.1
    return (f"{value:.3g}" if small else f"{value:.2f}").replace("-", "\u2212")


def interval_in_words(scale: Scale, value: float, low: float | None, high: float | None) -> str:
    """`1.85 (1.20 to 2.86)`; the value alone where no interval is known."""
    said = value_in_words(scale, value)
    if low is None or high is None:
        return said
    return f"{said} ({value_in_words(scale, low)} to {value_in_words(scale, high)})"


def pooled_in_words(found: Pooled, scale: Scale, n: float | None = None) -> str:
    """The pooled estimate with its interval, on the printed scale."""
    value, low, high = (back(scale, y, n) for y in (found.estimate, found.low, found.high))
    return interval_in_words(scale, value, low, high)


def p_in_words(p: float) -> str:
    """`p = 0.012`, `p < 0.001`."""
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"


def heterogeneity_in_words(found: Pooled, scale: Scale, n: float | None = None) -> str:
    """`τ² = 0.31 (0.12 to 1.11), I² = 92%, Q = 152.23 on 12 degrees of freedom`, with the
    prediction interval where there is one."""
    said = []
    if found.model is PoolingModel.RANDOM_EFFECTS:
        said.append(f"\u03c4\u00b2 = {found.tau2:.3g}{_ends(found.tau2_interval, '.3g')}")
        if found.studies < found.k:
            said[-1] += f" between and {found.within:.3g} within studies"
    said += [
        f"I\u00b2 = {found.i2:.0f}%{_ends(found.i2_interval, '.0f', '%')}",
        f"Q = {found.q:.2f} on {counted(found.k - 1, 'degree', 'degrees')} of freedom",
    ]
    if found.prediction:
        low, high = (value_in_words(scale, back(scale, end, n)) for end in found.prediction)
        said.append(f"95% prediction interval {low} to {high}")
    return listed(said)


def _ends(interval: tuple[float, float] | None, digits: str, unit: str = "") -> str:
    if interval is None:
        return ""
    low, high = (f"{end:{digits}}{unit}" for end in interval)
    return f" ({low} to {high})"
