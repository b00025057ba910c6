"""Whether small studies show other effects than large ones, and what that may come to.

None of this tells *why*: results that were not published are one reason among several (Sterne et
al. 2011). With fewer than ten studies the tests are not to be trusted (Cochrane Handbook 13.3.5.4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

import numpy as np

from pipeline.model.finding import IntervalOf, PoolingModel, Tau2
from pipeline.synthesis.combining import Pooled, pooled, two_sided
from pipeline.synthesis.effect_sizes import Cells
from pipeline.synthesis.heterogeneity import Floats, fitted, ones, tau2_of

LEAST = 10
"""The fewest studies that a test of a funnel plot needs (Sterne et al. 2011)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallStudyTest:
    """A test of a funnel plot: the slope on what stands for the size of studies (for Egger's test
    the error), its error, t on `free` degrees of freedom, probability `p`; `limit` is the effect at
    an error of 0 (or of people without end)."""

    slope: float
    error: float
    t: float
    free: int
    p: float
    limit: float


def egger(ys: Sequence[float], variances: Sequence[float]) -> SmallStudyTest:
    """Egger et al. 1997: estimates on their errors, weighted by inverse variance, with the spread
    that is left as its own factor. Needs three estimates whose errors differ."""
    y, v = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float)
    return _line(y, np.sqrt(v), 1 / v)


def peters(ys: Sequence[float], tables: Sequence[Cells]) -> SmallStudyTest:
    """Peters et al. 2006: log odds ratios on 1 / people, weighted by events and others of both
    groups together, so that the estimate and its own error are not held against each other."""
    x1, n1, x2, n2 = np.asarray(tables, dtype=float).T
    events, others = x1 + x2, n1 + n2 - x1 - x2
    if min(events.min(), others.min()) <= 0:
        raise ValueError("a study has no event, or nothing but events")
    return _line(np.asarray(ys, dtype=float), 1 / (n1 + n2), 1 / (1 / events + 1 / others))


def _line(y: Floats, z: Floats, w: Floats) -> SmallStudyTest:
    k = len(y)
    if k < 3 or float(np.ptp(z)) <= 1e-12 * float(np.abs(z).max()):
        raise ValueError("needs three or more estimates of different size")
    fit = fitted(y, 1 / w, np.column_stack([np.ones(k), z]))
    free = k - 2
    error = sqrt(float(fit.covariance[1, 1]) * fit.q / free)
    slope = float(fit.coefficients[1])
    t = slope / error
    return SmallStudyTest(
        slope=slope,
        error=error,
        t=t,
        free=free,
        p=two_sided(t, free),
        limit=float(fit.coefficients[0]),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrimAndFill:
    """Trim and fill: how many studies a symmetric funnel would have more (`missing`, on the side of
    `lower` effects or not), their mirrored estimates and variances, and what all come to then."""

    missing: int
    lower: bool
    ys: tuple[float, ...]
    variances: tuple[float, ...]
    pooled: Pooled


def trim_and_fill(
    ys: Sequence[float],
    variances: Sequence[float],
    model: PoolingModel,
    *,
    tau2: Tau2 = Tau2.REML,
    interval: IntervalOf = IntervalOf.HARTUNG_KNAPP,
    safeguard: bool = True,
) -> TrimAndFill:
    """Duval & Tweedie 2000 with their estimator L0, on the side that the slope on errors points
    away from. The filled studies are no data: it shows what asymmetry alone may do to an estimate.
    """

    def middle(y: Floats, v: Floats) -> float:
        x = ones(len(y))
        between = 0.0 if model is PoolingModel.COMMON_EFFECT else tau2_of(y, v, x, tau2)
        return float(fitted(y, v, x, between).coefficients[0])

    y, v = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float)
    k = len(y)
    if k < 3:
        raise ValueError("needs three or more estimates")
    lower = _leans_up(y, v, model, tau2)
    turned = y if lower else -y
    order = np.argsort(turned, kind="stable")
    turned, sorted_v = turned[order], v[order]
    missing, seen = 0, set[int]()
    while missing not in seen:
        seen.add(missing)
        centre = middle(turned[: k - missing], sorted_v[: k - missing])
        from_centre = turned - centre
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(from_centre), kind="stable")] = np.arange(1, k + 1)
        above = float(ranks[from_centre > 0].sum())
        missing = min(max(0, round((4 * above - k * (k + 1)) / (2 * k - 1))), k - 2)
    centre = middle(turned[: k - missing], sorted_v[: k - missing])
    mirrored = 2 * centre - turned[k - missing :]
    filled = mirrored if lower else -mirrored
    added = sorted_v[k - missing :]
    return TrimAndFill(
        missing=missing,
        lower=lower,
        ys=tuple(float(one) for one in filled),
        variances=tuple(float(one) for one in added),
        pooled=pooled(
            [*ys, *(float(one) for one in filled)],
            [*variances, *(float(one) for one in added)],
            model,
            tau2=tau2,
            interval=interval,
            safeguard=safeguard,
        ),
    )


def _leans_up(y: Floats, v: Floats, model: PoolingModel, tau2: Tau2) -> bool:
    """Whether less precise studies show higher effects, so that lower ones would be missing."""
    x = np.column_stack([np.ones(len(y)), np.sqrt(v)])
    if len(y) < 3 or np.linalg.matrix_rank(x) < 2:
        return True
    between = 0.0 if model is PoolingModel.COMMON_EFFECT else tau2_of(y, v, x, tau2)
    return float(fitted(y, v, x, between).coefficients[1]) >= 0


def fail_safe(ys: Sequence[float], variances: Sequence[float]) -> int:
    """Rosenthal's number (1979): how many results of exactly no effect would lift the one-sided
    probability of all of them together above 0.05. It rests on significance and says nothing of
    how large an effect is; the Cochrane Handbook (13.4.4) advises against it."""
    from scipy.special import ndtri

    y, v = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float)
    k = len(y)
    together = float(np.sum(y / np.sqrt(v)) ** 2) / k
    return ceil(max(0.0, k * together / float(ndtri(0.95)) ** 2 - k) - 1e-9)
