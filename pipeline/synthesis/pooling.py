"""Estimates pooled by inverse variance, where the authors ask for it.

The random-effects model is fitted by PyMARE (REML, interval of Hartung and Knapp 2001, never
narrower than without their correction: Röver, Knapp & Friede 2015); checked against the BCG example
of metafor (Viechtbauer 2010). It is imported where it is used, because that takes a second.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from pipeline.model.finding import PoolingModel
from pipeline.synthesis.measures import z_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What `k` estimates come to on the working scale, with its 95 % interval.

    `tau2` is the variance between studies, `i2` its share of the whole (0 to 100), `q` Cochran's
    statistic on k - 1 degrees of freedom with its probability `q_p`. `prediction` is where the
    effect of a new study would lie in 95 of 100 cases (from 3 studies on). `weights` add up to 1.
    `wald_error` is the standard error without the correction of Hartung and Knapp.
    """

    model: PoolingModel
    k: int
    estimate: float
    error: float
    wald_error: float
    low: float
    high: float
    tau2: float
    i2: float
    q: float
    q_p: float
    prediction: tuple[float, float] | None
    weights: tuple[float, ...]


def pooled(ys: Sequence[float], variances: Sequence[float], model: PoolingModel) -> Pooled:
    """The pooled effect of `ys` with their sampling variances.

    Raises ValueError for fewer than two estimates, or a variance that is not above 0.
    """
    k = len(ys)
    if k < 2 or k != len(variances) or min(variances) <= 0:
        raise ValueError("pooling needs two or more estimates with variances above 0")
    fixed = [1 / v for v in variances]
    middle = _weighted(ys, fixed)
    q = sum(w * (y - middle) ** 2 for w, y in zip(fixed, ys, strict=True))
    if model is PoolingModel.COMMON_EFFECT:
        error = sqrt(1 / sum(fixed))
        half = z_of(0.95) * error
        return _made(model, ys, fixed, 0.0, middle, error, (middle - half, middle + half), q)
    tau2, estimate, error, interval = _random_effects(ys, variances)
    weights = [1 / (v + tau2) for v in variances]
    return _made(model, ys, weights, tau2, estimate, error, interval, q, fixed)


def _random_effects(
    ys: Sequence[float], variances: Sequence[float]
) -> tuple[float, float, float, tuple[float, float]]:
    import numpy as np

    with warnings.catch_warnings():
        # remarks of the library on its own files and its search, which tests check
        warnings.simplefilter("ignore")
        from pymare import Dataset
        from pymare.estimators import VarianceBasedLikelihoodEstimator

        model = VarianceBasedLikelihoodEstimator(
            method="REML", small_sample_correction="knapp-hartung-conservative"
        )
        fitted = model.fit_dataset(Dataset(y=np.array(ys), v=np.array(variances))).summary()
        told = fitted.get_fe_stats()
    low, high = (float(np.ravel(told[end])[0]) for end in ("ci_l", "ci_u"))
    estimate, error = (float(np.ravel(told[name])[0]) for name in ("est", "se"))
    return float(np.ravel(fitted.tau2)[0]), estimate, error, (low, high)


def _made(
    model: PoolingModel,
    ys: Sequence[float],
    weights: Sequence[float],
    tau2: float,
    estimate: float,
    error: float,
    interval: tuple[float, float],
    q: float,
    fixed: Sequence[float] = (),
) -> Pooled:
    from scipy.stats import chi2, t

    k, whole = len(ys), sum(weights)
    wald = sqrt(1 / whole)
    prediction = None
    if model is PoolingModel.RANDOM_EFFECTS and k > 2:
        # Higgins, Thompson & Spiegelhalter 2009: t on k - 2 degrees of freedom
        half = float(t.ppf(0.975, k - 2)) * sqrt(tau2 + error * error)
        prediction = (estimate - half, estimate + half)
    return Pooled(
        model=model,
        k=k,
        estimate=estimate,
        error=error,
        wald_error=wald,
        low=interval[0],
        high=interval[1],
        tau2=tau2,
        i2=_i2(tau2, fixed or weights, q, k, model),
        q=q,
        q_p=float(chi2.sf(q, k - 1)),
        prediction=prediction,
        weights=tuple(w / whole for w in weights),
    )


def _i2(tau2: float, fixed: Sequence[float], q: float, k: int, model: PoolingModel) -> float:
    """I² in per cent: from tau² and the typical variance (Higgins & Thompson 2002), as metafor
    gives it; from Q for a common effect."""
    if model is PoolingModel.COMMON_EFFECT:
        return max(0.0, 100 * (q - (k - 1)) / q) if q > 0 else 0.0
    whole = sum(fixed)
    typical = (k - 1) * whole / (whole * whole - sum(w * w for w in fixed))
    return 100 * tau2 / (tau2 + typical)


def _weighted(ys: Sequence[float], weights: Sequence[float]) -> float:
    return sum(w * y for w, y in zip(weights, ys, strict=True)) / sum(weights)
