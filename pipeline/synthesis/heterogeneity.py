"""How much estimates differ beyond chance: Cochran's Q, the variance between studies, I².

Everything takes estimates `y`, their sampling variances `v` and a design matrix `x` (a column of
ones where nothing explains the differences), as `rma()` of the R package metafor does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.model.finding import Tau2

Floats = NDArray[np.floating[Any]]
_EXACT = 1e-13


@dataclass(frozen=True, slots=True)
class WeightedFit:
    """A weighted regression at one variance between studies: coefficients, their covariance,
    residuals and weights."""

    coefficients: Floats
    covariance: Floats
    residuals: Floats
    weights: Floats

    @property
    def q(self) -> float:
        """The weighted sum of squared residuals."""
        return float(np.sum(self.weights * self.residuals**2))


def ones(k: int) -> Floats:
    return np.ones((k, 1))


def fitted(y: Floats, v: Floats, x: Floats, tau2: float = 0.0) -> WeightedFit:
    """`y` regressed on `x` with weights 1 / (v + tau2)."""
    w = 1 / (v + tau2)
    covariance = np.linalg.inv(x.T @ (w[:, None] * x))
    coefficients = covariance @ (x.T @ (w * y))
    return WeightedFit(coefficients, covariance, y - x @ coefficients, w)


def tau2_of(y: Floats, v: Floats, x: Floats, estimator: Tau2) -> float:
    """The variance between studies, never below 0; 0 where nothing is left to estimate it from."""
    if len(y) <= x.shape[1]:
        return 0.0
    return _ESTIMATORS[estimator](y, v, x)


def _trace(v: Floats, x: Floats, tau2: float = 0.0) -> float:
    """The trace of the matrix that takes estimates to weighted residuals."""
    w = 1 / (v + tau2)
    inner = np.linalg.inv(x.T @ (w[:, None] * x))
    squared: Floats = x.T @ ((w * w)[:, None] * x)
    return float(np.sum(w)) - float(np.trace(inner @ squared))


def _dersimonian_laird(y: Floats, v: Floats, x: Floats) -> float:
    """DerSimonian & Laird 1986; with moderators, Raudenbush 2009."""
    free = len(y) - int(x.shape[1])
    return max(0.0, (fitted(y, v, x).q - free) / _trace(v, x))


def _paule_mandel(y: Floats, v: Floats, x: Floats) -> float:
    """The variance at which Q is what is expected of it (Paule & Mandel 1982)."""
    return q_inverse(y, v, x, float(len(y) - x.shape[1]))


def q_inverse(y: Floats, v: Floats, x: Floats, wanted: float) -> float:
    """The variance between studies at which Q comes down to `wanted`; 0 where it starts below."""
    from scipy.optimize import brentq

    def over(tau2: float) -> float:
        return fitted(y, v, x, tau2).q - wanted

    if over(0.0) <= 0:
        return 0.0
    high = float(np.max(v) + np.var(y))
    while over(high) > 0:
        high *= 4
    return float(brentq(over, 0.0, high, xtol=_EXACT * high, rtol=1e-14, maxiter=500))


def _reml(y: Floats, v: Floats, x: Floats) -> float:
    """The restricted maximum of the likelihood (Viechtbauer 2005): the best of a grid, then the
    root of the score beside it, as there may be more than one maximum."""
    from scipy.optimize import brentq

    def score(tau2: float) -> float:
        fit = fitted(y, v, x, tau2)
        return float(np.sum((fit.weights * fit.residuals) ** 2)) - _trace(v, x, tau2)

    spread = float(np.var(y)) + float(np.max(v))
    grid = np.concatenate(([0.0], spread * np.logspace(-8, 2, 81)))
    height = [_restricted(y, v, x, float(tau2)) for tau2 in grid]
    best = int(np.argmax(height))
    low, high = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
    if score(low) <= 0 or score(high) >= 0:
        return float(grid[best]) if best else 0.0
    return float(brentq(score, low, high, xtol=_EXACT * spread, rtol=1e-14, maxiter=500))


def _restricted(y: Floats, v: Floats, x: Floats, tau2: float) -> float:
    """The restricted log-likelihood, but for a constant."""
    fit = fitted(y, v, x, tau2)
    volume = float(np.linalg.slogdet(fit.covariance)[1])
    return 0.5 * (float(np.sum(np.log(fit.weights))) + volume - fit.q)


_ESTIMATORS: dict[Tau2, Callable[[Floats, Floats, Floats], float]] = {
    Tau2.REML: _reml,
    Tau2.DERSIMONIAN_LAIRD: _dersimonian_laird,
    Tau2.PAULE_MANDEL: _paule_mandel,
}


def q_profile(y: Floats, v: Floats, x: Floats, level: float = 0.95) -> tuple[float, float] | None:
    """The interval of the variance between studies by the Q-profile (Viechtbauer 2007); None where
    nothing is left to tell it from. (0, 0): Q is smaller than chance lets it be."""
    from scipy.special import chdtri

    free = len(y) - x.shape[1]
    if free < 1:
        return None
    tail = (1 - level) / 2
    low = q_inverse(y, v, x, float(chdtri(free, tail)))
    high = q_inverse(y, v, x, float(chdtri(free, 1 - tail)))
    return low, high


def typical_variance(v: Floats, x: Floats) -> float:
    """The sampling variance that stands for all of them in I² (Higgins & Thompson 2002)."""
    return (len(v) - int(x.shape[1])) / _trace(v, x)


def i2_of(tau2: float, v: Floats, x: Floats) -> float:
    """The share of the variance of estimates that lies between studies, in per cent."""
    if len(v) <= x.shape[1]:
        return 0.0
    return 100 * tau2 / (tau2 + typical_variance(v, x))
