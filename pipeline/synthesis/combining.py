"""Many estimates into one: by inverse variance, by Mantel and Haenszel, by Peto.

Random effects carry the interval of Hartung and Knapp (2001) that is never narrower than without
their correction (Röver, Knapp & Friede 2015), unless the authors ask for the normal one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log, sqrt

import numpy as np

from pipeline.model.finding import IntervalOf, Pool, PoolingMethod, PoolingModel, Scale, Tau2
from pipeline.synthesis.effect_sizes import Cells
from pipeline.synthesis.heterogeneity import Floats, fitted, i2_of, ones, q_profile, tau2_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """What `k` estimates come to on the working scale, with its 95 % interval.

    `free` are the degrees of freedom of the interval (None: normal), `p` the probability of a
    result as far from none. `tau2` is the variance between studies with its interval, `within` that
    between effects of one study (0 where each study has one), `i2` their share of the whole (0 to
    100) with its interval, `q` Cochran's statistic with its probability `q_p`. `prediction` is
    where the effect of a new study would lie in 95 of 100 cases (from 3 studies on). `weights` add
    up to 1. `plain_error` is the standard error without the correction of Hartung and Knapp.
    """

    model: PoolingModel
    method: PoolingMethod
    k: int
    estimate: float
    error: float
    plain_error: float
    low: float
    high: float
    free: float | None
    p: float
    tau2: float
    tau2_interval: tuple[float, float] | None
    i2: float
    i2_interval: tuple[float, float] | None
    q: float
    q_p: float
    prediction: tuple[float, float] | None
    weights: tuple[float, ...]
    studies: int = 0
    within: float = 0.0


def half_width(error: float, free: float | None, level: float = 0.95) -> float:
    """Half of an interval of `level`: normal, or of Student's t on `free` degrees of freedom."""
    from scipy.special import ndtri, stdtrit

    tail = 0.5 + level / 2
    return error * float(ndtri(tail) if free is None else stdtrit(free, tail))


def two_sided(statistic: float, free: float | None) -> float:
    """The probability of a statistic at least as far from 0, by the normal or Student's t."""
    from scipy.special import ndtr, stdtr

    tail = -abs(statistic)
    return float(2 * (ndtr(tail) if free is None else stdtr(free, tail)))


def chi2_tail(q: float, free: float) -> float:
    """The probability of a chi-squared statistic of at least `q` on `free` degrees of freedom."""
    from scipy.special import chdtrc

    return float(chdtrc(free, q)) if free > 0 else 1.0


def pooled(
    ys: Sequence[float],
    variances: Sequence[float],
    model: PoolingModel,
    *,
    tau2: Tau2 = Tau2.REML,
    interval: IntervalOf = IntervalOf.HARTUNG_KNAPP,
    safeguard: bool = True,
) -> Pooled:
    """The effect of `ys` with their sampling variances, pooled by inverse variance.

    `safeguard`: the interval of Hartung and Knapp is never narrower than without their correction.
    Raises ValueError for fewer than two estimates, or a variance that is not above 0.
    """
    k = len(ys)
    if k < 2 or k != len(variances) or min(variances) <= 0:
        raise ValueError("pooling needs two or more estimates with variances above 0")
    y, v, x = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float), ones(k)
    common = fitted(y, v, x)
    if model is PoolingModel.COMMON_EFFECT:
        i2 = max(0.0, 100 * (common.q - (k - 1)) / common.q) if common.q > 0 else 0.0
        error = sqrt(float(common.covariance[0, 0]))
        estimate = float(common.coefficients[0])
        return _common(
            PoolingMethod.INVERSE_VARIANCE, estimate, error, common.q, i2, common.weights
        )
    between = tau2_of(y, v, x, tau2)
    fit = fitted(y, v, x, between)
    plain = sqrt(float(fit.covariance[0, 0]))
    free: float | None = None
    error = plain
    if interval is IntervalOf.HARTUNG_KNAPP:
        factor = fit.q / (k - 1)
        error, free = plain * sqrt(max(factor, 1.0) if safeguard else factor), float(k - 1)
    estimate = float(fit.coefficients[0])
    half = half_width(error, free)
    ends = q_profile(y, v, x)
    return Pooled(
        model=model,
        method=PoolingMethod.INVERSE_VARIANCE,
        k=k,
        estimate=estimate,
        error=error,
        plain_error=plain,
        low=estimate - half,
        high=estimate + half,
        free=free,
        p=two_sided(estimate / error, free) if error > 0 else 0.0,
        tau2=between,
        tau2_interval=ends,
        i2=i2_of(between, v, x),
        i2_interval=(i2_of(ends[0], v, x), i2_of(ends[1], v, x)) if ends else None,
        q=common.q,
        q_p=chi2_tail(common.q, k - 1),
        prediction=_prediction(estimate, error, between, k),
        weights=_shares(fit.weights),
        studies=k,
    )


def _prediction(estimate: float, error: float, tau2: float, k: int) -> tuple[float, float] | None:
    """Higgins, Thompson & Spiegelhalter 2009: Student's t on k - 2 degrees of freedom."""
    if k < 3:
        return None
    half = half_width(sqrt(tau2 + error * error), k - 2)
    return estimate - half, estimate + half


def _shares(weights: Floats) -> tuple[float, ...]:
    return tuple(float(w) for w in weights / weights.sum())


def _common(
    method: PoolingMethod, estimate: float, error: float, q: float, i2: float, weights: Floats
) -> Pooled:
    k = len(weights)
    half = half_width(error, None)
    return Pooled(
        model=PoolingModel.COMMON_EFFECT,
        method=method,
        k=k,
        estimate=estimate,
        error=error,
        plain_error=error,
        low=estimate - half,
        high=estimate + half,
        free=None,
        p=two_sided(estimate / error, None),
        tau2=0.0,
        tau2_interval=None,
        i2=i2,
        i2_interval=None,
        q=q,
        q_p=chi2_tail(q, k - 1),
        prediction=None,
        weights=_shares(weights),
        studies=k,
    )


def alone(y: float, variance: float, pool: Pool) -> Pooled:
    """One estimate as if it were pooled, to stand beside others: with its own normal interval."""
    error = sqrt(variance)
    half = half_width(error, None)
    return Pooled(
        model=pool.model,
        method=pool.method,
        k=1,
        estimate=y,
        error=error,
        plain_error=error,
        low=y - half,
        high=y + half,
        free=None,
        p=two_sided(y / error, None),
        tau2=0.0,
        tau2_interval=None,
        i2=0.0,
        i2_interval=None,
        q=0.0,
        q_p=1.0,
        prediction=None,
        weights=(1.0,),
        studies=1,
    )


def mantel_haenszel(
    scale: Scale, tables: Sequence[Cells], ys: Sequence[float], variances: Sequence[float]
) -> Pooled:
    """Groups compared study by study and put together without anything added to empty cells.

    Odds ratio: error of Robins, Breslow & Greenland 1986; risk ratio: Greenland & Robins 1985; risk
    difference: Sato, Greenland & Robins 1989; ratio and difference of rates: Rothman, Greenland &
    Lash 2008. `ys` and `variances` are the single studies', for Q. Raises ValueError for fewer than
    two studies, and where the studies together have no event (or no other) in a group.
    """
    if len(tables) < 2:
        raise ValueError("pooling needs two or more studies")
    x1, n1, x2, n2 = np.asarray(tables, dtype=float).T
    estimate, error, weights = _MANTEL_HAENSZEL[scale](x1, n1, x2, n2)
    y, v = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float)
    q = float(np.sum((y - estimate) ** 2 / v))
    i2 = max(0.0, 100 * (q - (len(y) - 1)) / q) if q > 0 else 0.0
    return _common(PoolingMethod.MANTEL_HAENSZEL, estimate, error, q, i2, weights)


_Told = tuple[float, float, Floats]
_NO_RATIO = "the studies together have no event, or nothing else, in one of the groups"


def _mh_odds(a: Floats, n1: Floats, c: Floats, n2: Floats) -> _Told:
    b, d, n = n1 - a, n2 - c, n1 + n2
    r, s = a * d / n, b * c / n
    p, q = (a + d) / n, (b + c) / n
    rr, ss = float(r.sum()), float(s.sum())
    if rr <= 0 or ss <= 0:
        raise ValueError(_NO_RATIO)
    variance = 0.5 * (
        float((p * r).sum()) / rr**2
        + float((p * s + q * r).sum()) / (rr * ss)
        + float((q * s).sum()) / ss**2
    )
    return log(rr / ss), sqrt(variance), s


def _mh_risk(a: Floats, n1: Floats, c: Floats, n2: Floats) -> _Told:
    n = n1 + n2
    r, s = float((a * n2 / n).sum()), float((c * n1 / n).sum())
    if r <= 0 or s <= 0:
        raise ValueError(_NO_RATIO)
    variance = float(((n1 * n2 * (a + c)) / n**2 - a * c / n).sum()) / (r * s)
    return log(r / s), sqrt(variance), c * n1 / n


def _mh_difference(a: Floats, n1: Floats, c: Floats, n2: Floats) -> _Told:
    n = n1 + n2
    w = n1 * n2 / n
    estimate = float((a * n2 / n - c * n1 / n).sum() / w.sum())
    one = (c * (n1 / n) ** 2 - a * (n2 / n) ** 2 + (n1 / n) * (n2 / n) * (n2 - n1) / 2).sum()
    two = (a * (n2 - c) / n + c * (n1 - a) / n).sum() / 2
    variance = float(estimate * one + two) / float(w.sum()) ** 2
    if variance <= 0:
        raise ValueError(_NO_RATIO)
    return estimate, sqrt(variance), w


def _mh_rates(a: Floats, t1: Floats, c: Floats, t2: Floats) -> _Told:
    t = t1 + t2
    r, s = float((a * t2 / t).sum()), float((c * t1 / t).sum())
    if r <= 0 or s <= 0:
        raise ValueError(_NO_RATIO)
    variance = float(((t1 / t) * (t2 / t) * (a + c)).sum()) / (r * s)
    return log(r / s), sqrt(variance), c * t1 / t


def _mh_rate_difference(a: Floats, t1: Floats, c: Floats, t2: Floats) -> _Told:
    w = t1 * t2 / (t1 + t2)
    estimate = float(((a * t2 - c * t1) / (t1 + t2)).sum() / w.sum())
    variance = float((w**2 * (a / t1**2 + c / t2**2)).sum()) / float(w.sum()) ** 2
    if variance <= 0:
        raise ValueError(_NO_RATIO)
    return estimate, sqrt(variance), w


_MANTEL_HAENSZEL = {
    Scale.ODDS_RATIO: _mh_odds,
    Scale.RISK_RATIO: _mh_risk,
    Scale.RISK_DIFFERENCE: _mh_difference,
    Scale.RATE_RATIO: _mh_rates,
    Scale.RATE_DIFFERENCE: _mh_rate_difference,
}
BY_MANTEL_HAENSZEL = frozenset(_MANTEL_HAENSZEL)
"""The scales that Mantel and Haenszel's way has a formula for."""


def peto(ys: Sequence[float], variances: Sequence[float]) -> Pooled:
    """One-step odds ratios (`of_events(…, peto=True)`) put together (Yusuf et al. 1985)."""
    found = pooled(ys, variances, PoolingModel.COMMON_EFFECT)
    return replace(found, method=PoolingMethod.PETO)
