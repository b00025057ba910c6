"""What may explain that estimates differ: subgroups with a test, meta-regression.

Subgroups: each is pooled by itself, with a variance between studies of its own, and the pooled
estimates are held against each other (Borenstein & Higgins 2013; Cochrane Handbook 10.11.3.1).
Meta-regression: a mixed-effects model with the correction of Knapp and Hartung (2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from pipeline.model.finding import IntervalOf, Tau2
from pipeline.synthesis.combining import Pooled, chi2_tail, half_width, two_sided
from pipeline.synthesis.heterogeneity import fitted, i2_of, ones, tau2_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How far the effects of groups differ: `q` on `free` degrees of freedom, probability `p`."""

    q: float
    free: int
    p: float


def between(groups: Sequence[Pooled]) -> Difference | None:
    """The test of no difference between pooled groups; None for fewer than two of them."""
    if len(groups) < 2:
        return None
    y = np.array([g.estimate for g in groups])
    # robust errors hold where the model of several effects of a study does not
    v = np.array([(g.error if g.studies < g.k else g.plain_error) ** 2 for g in groups])
    q = fitted(y, v, ones(len(groups))).q
    free = len(groups) - 1
    return Difference(q=q, free=free, p=chi2_tail(q, free))


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """One term of a regression on the working scale, with its 95 % interval and probability."""

    term: str
    estimate: float
    error: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """A meta-regression of `k` estimates.

    `moderators` is the test that none of the moderators matters: `f` on `f_free` degrees of freedom
    (F where `free` is given, else chi-squared), probability `p`. `tau2` is what varies between
    studies beyond them, `i2` its share, `r2` how much of the variance between studies they explain
    (per cent; None where there is none to explain). `q` tests what is left.
    """

    k: int
    coefficients: tuple[Coefficient, ...]
    f: float
    f_free: int
    free: int | None
    p: float
    tau2: float
    i2: float
    r2: float | None
    q: float
    q_p: float


def regressed(
    ys: Sequence[float],
    variances: Sequence[float],
    terms: Sequence[str],
    columns: Sequence[Sequence[float]],
    *,
    tau2: Tau2 = Tau2.REML,
    interval: IntervalOf = IntervalOf.HARTUNG_KNAPP,
    safeguard: bool = True,
) -> Regression:
    """`ys` regressed on `columns`, a number an estimate for each of `terms` and an intercept.

    Raises ValueError where there are too few estimates for the terms, or where a term is the same
    for all of them or follows from the others.
    """
    k, p = len(ys), len(terms) + 1
    if k <= p:
        raise ValueError(f"{k} estimates are too few for {len(terms)} terms")
    y, v = np.asarray(ys, dtype=float), np.asarray(variances, dtype=float)
    x = np.column_stack([np.ones(k), *(np.asarray(c, dtype=float) for c in columns)])
    spread = np.abs(x).max(axis=0)
    if np.linalg.matrix_rank(x / np.where(spread > 0, spread, 1.0)) < p:
        raise ValueError("a term is the same for every estimate, or follows from the others")
    # moderators such as years are far from 0: they are worked with from their own middle
    middle = np.concatenate(([0.0], x[:, 1:].mean(axis=0)))
    size = np.concatenate(([1.0], np.abs(x[:, 1:] - middle[1:]).max(axis=0)))
    inner = (x - middle) / size
    left = tau2_of(y, v, inner, tau2)
    fit = fitted(y, v, inner, left)
    free = k - p if interval is IntervalOf.HARTUNG_KNAPP else None
    factor = fit.q / (k - p) if free is not None else 1.0
    if safeguard:
        factor = max(factor, 1.0)
    out = np.diag(1 / size)
    out[0, 1:] = -middle[1:] / size[1:]
    coefficients, covariance = out @ fit.coefficients, factor * (out @ fit.covariance @ out.T)
    given = fit.coefficients[1:]
    f = float(given @ np.linalg.solve(factor * fit.covariance[1:, 1:], given))
    without = tau2_of(y, v, ones(k), tau2)
    q = fitted(y, v, inner).q
    return Regression(
        k=k,
        coefficients=tuple(
            _coefficient(term, float(b), sqrt(float(s)), free)
            for term, b, s in zip(("", *terms), coefficients, np.diag(covariance), strict=True)
        ),
        f=f / (p - 1) if free is not None else f,
        f_free=p - 1,
        free=free,
        p=_f_tail(f / (p - 1), p - 1, free) if free is not None else chi2_tail(f, p - 1),
        tau2=left,
        i2=i2_of(left, v, inner),
        r2=100 * max(0.0, (without - left) / without) if without > 0 else None,
        q=q,
        q_p=chi2_tail(q, k - p),
    )


def _coefficient(term: str, estimate: float, error: float, free: int | None) -> Coefficient:
    half = half_width(error, free)
    return Coefficient(
        term=term,
        estimate=estimate,
        error=error,
        low=estimate - half,
        high=estimate + half,
        p=two_sided(estimate / error, free),
    )


def _f_tail(f: float, one: int, other: int) -> float:
    from scipy.special import fdtrc

    return float(fdtrc(one, other, f))


def dummies(values: Sequence[str]) -> tuple[tuple[str, ...], tuple[tuple[float, ...], ...], str]:
    """Words as columns of 0 and 1: the other words, their columns, and the word they are held
    against (the most frequent, of equals the first in the alphabet)."""
    known = sorted(set(values), key=lambda word: (-values.count(word), word))
    others = tuple(known[1:])
    return others, tuple(tuple(float(v == o) for v in values) for o in others), known[0]
