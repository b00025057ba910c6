"""What single estimates do to a pooled one: left out one by one, and the usual diagnostics.

Diagnostics and the marks beyond which they are called influential: Viechtbauer & Cheung 2010, as
`influence()` of the R package metafor has them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TypeVar

import numpy as np

from pipeline.model.finding import Tau2
from pipeline.synthesis.heterogeneity import Floats, fitted, ones, tau2_of

T = TypeVar("T")


def left_out_one_by_one(count: int, pool: Callable[[Sequence[int]], T]) -> tuple[T, ...]:
    """What `pool` gives without each of `count` units in turn; it takes the places of those that
    stay."""
    return tuple(pool([n for n in range(count) if n != out]) for out in range(count))


@dataclass(frozen=True, slots=True, kw_only=True)
class Influence:
    """How one estimate bears on a random-effects model.

    `residual` is its studentised deleted residual; `dffits` by how many errors its own fitted value
    moves without it; `cook` its Cook's distance; `tau2` and `q` what heterogeneity is without it;
    `hat` its leverage. `marked` where one of them is beyond the usual mark.
    """

    residual: float
    dffits: float
    cook: float
    tau2: float
    q: float
    hat: float
    marked: bool


def influences(
    ys: Sequence[float], variances: Sequence[float], estimator: Tau2
) -> tuple[Influence, ...]:
    """The diagnostics of each estimate of a random-effects model. Needs three or more."""
    k = len(ys)
    if k < 3:
        raise ValueError("influence needs three or more estimates")
    y, v, x = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float), ones(k)
    tau2 = tau2_of(y, v, x, estimator)
    whole = fitted(y, v, x, tau2)
    estimate, hats = float(whole.coefficients[0]), whole.weights / whole.weights.sum()
    return tuple(_one(n, y, v, tau2, estimate, hats, estimator) for n in range(k))


def _one(
    n: int, y: Floats, v: Floats, tau2: float, estimate: float, hats: Floats, estimator: Tau2
) -> Influence:
    from scipy.special import chdtri

    k = len(y)
    rest = np.arange(k) != n
    ry, rv, rx = y[rest], v[rest], ones(k - 1)
    without = tau2_of(ry, rv, rx, estimator)
    fit = fitted(ry, rv, rx, without)
    moved = estimate - float(fit.coefficients[0])
    variance = float(fit.covariance[0, 0])
    # the error of the fitted value: that of the weights of all, at the variance without it
    among = 1 / float(np.sum(1 / (v + without)))
    own = float(hats[n])
    residual = (float(y[n]) - float(fit.coefficients[0])) / sqrt(float(v[n]) + without + variance)
    dffits = moved / sqrt(own * (float(v[n]) + without))
    cook = moved**2 * float(np.sum(1 / (v + tau2)))
    change = moved / sqrt(among)
    marked = (
        abs(dffits) > 3 * sqrt(1 / (k - 1))
        or cook > float(chdtri(1, 0.5))
        or own > 3 / k
        or abs(change) > 1
    )
    return Influence(
        residual=residual,
        dffits=dffits,
        cook=cook,
        tau2=without,
        q=fitted(ry, rv, rx).q,
        hat=own,
        marked=marked,
    )
