"""What a relative effect comes to among 1,000 people at a given baseline (Cochrane Handbook 14.1.5,
15.4.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import median

from pipeline.model.finding import Baseline, EstimateSet, Scale
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.effects import Effect

COMPARATORS = "the median of the comparators"


def share_with(scale: Scale, baseline: float, y: float) -> float | None:
    """The share of people with the outcome at an effect `y` (working scale) over a `baseline` (0 to
    1); None where the scale tells of no share. What goes beyond 0 or 1 is put on the end."""
    if scale is Scale.RISK_DIFFERENCE:
        found = baseline + y
    elif scale is Scale.RISK_RATIO:
        found = baseline * exp(y)
    elif scale is Scale.ODDS_RATIO:
        odds = exp(y) * baseline / (1 - baseline)
        found = odds / (1 + odds)
    elif scale is Scale.HAZARD_RATIO:
        found = 1 - (1 - baseline) ** exp(y)
    else:
        return None
    return min(max(found, 0.0), 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class AbsoluteEffect:
    """People with the outcome among 1,000: without (`baseline`) and with, and how many more that is
    (fewer: below 0) with the ends of its interval."""

    baseline: Baseline
    with_effect: float
    more: float
    low: float
    high: float


def baselines_of(asked: EstimateSet, effects: Sequence[Effect]) -> tuple[Baseline, ...]:
    """The baselines that the authors name, else the median risk of the comparators that gave their
    counts; none where nothing tells one."""
    if asked.absolute:
        return asked.absolute
    risks = [e.cells[2] / e.cells[3] for e in effects if e.cells is not None and e.cells[3] > 0]
    if not risks or asked.scale not in (Scale.ODDS_RATIO, Scale.RISK_RATIO, Scale.RISK_DIFFERENCE):
        return ()
    middle = median(risks)
    return (Baseline(per_1000=1000 * middle, why=COMPARATORS),) if 0 < middle < 1 else ()


def absolute_effects(
    asked: EstimateSet, effects: Sequence[Effect], pooled: Pooled
) -> tuple[AbsoluteEffect, ...]:
    """What `pooled` comes to at each baseline."""
    found = []
    for baseline in baselines_of(asked, effects):
        risk = baseline.per_1000 / 1000
        at = [share_with(asked.scale, risk, y) for y in (pooled.estimate, pooled.low, pooled.high)]
        value, low, high = at
        if value is None or low is None or high is None or not 0 < risk < 1:
            continue
        found.append(
            AbsoluteEffect(
                baseline=baseline,
                with_effect=1000 * value,
                more=1000 * (value - risk),
                low=1000 * (low - risk),
                high=1000 * (high - risk),
            )
        )
    return tuple(found)
