"""Several effects of one study: a model of their dependence, and errors that hold if it is wrong.

The model is that of correlated and hierarchical effects (Pustejovsky & Tipton 2022): a variance
between studies, one between effects of a study, and sampling errors of one study correlated by a
number that the authors give. Errors are cluster-robust with the small-sample correction CR2 and
Satterthwaite's degrees of freedom (Tipton 2015; Pustejovsky & Tipton 2018), as the R package
clubSandwich has them for `rma.mv()` of metafor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from pipeline.model.finding import PoolingMethod, PoolingModel
from pipeline.synthesis.combining import Pooled, chi2_tail, half_width, two_sided
from pipeline.synthesis.heterogeneity import Floats, fitted, ones, typical_variance

Places = NDArray[np.intp]
FEW_DEGREES = 4.0
"""Below so many degrees of freedom the robust errors are not to be trusted (Tipton 2015)."""


@dataclass(frozen=True, slots=True)
class _Clusters:
    """Estimates by study: which places belong to each, and their sampling covariance."""

    places: tuple[Places, ...]
    sampling: tuple[Floats, ...]


def sampling_covariance(
    variances: Sequence[float], studies: Sequence[str], correlation: float
) -> tuple[tuple[Places, ...], tuple[Floats, ...]]:
    """The places of the effects of each study, and their covariance at `correlation`."""
    v = np.asarray(variances, dtype=float)
    places = tuple(
        np.array([n for n, s in enumerate(studies) if s == study])
        for study in dict.fromkeys(studies)
    )
    blocks = []
    for at in places:
        errors = np.sqrt(v[at])
        block = correlation * np.outer(errors, errors)
        np.fill_diagonal(block, v[at])
        blocks.append(block)
    return places, tuple(blocks)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    between: float
    within: float
    estimate: float
    variance: float
    covariances: tuple[Floats, ...]
    inverses: tuple[Floats, ...]


def _at(y: Floats, clusters: _Clusters, between: float, within: float) -> _Model:
    covariances = tuple(
        block + between + within * np.eye(len(block)) for block in clusters.sampling
    )
    inverses = tuple(np.linalg.inv(block) for block in covariances)
    weight = sum(float(w.sum()) for w in inverses)
    whole = sum(
        float(w.sum(axis=0) @ y[at]) for at, w in zip(clusters.places, inverses, strict=True)
    )
    return _Model(
        between=between,
        within=within,
        estimate=whole / weight,
        variance=1 / weight,
        covariances=covariances,
        inverses=inverses,
    )


def _deviance(y: Floats, clusters: _Clusters, between: float, within: float) -> float:
    """-2 times the restricted log-likelihood, but for a constant."""
    model = _at(y, clusters, between, within)
    total = -float(np.log(model.variance))
    for at, covariance, inverse in zip(
        clusters.places, model.covariances, model.inverses, strict=True
    ):
        off = y[at] - model.estimate
        total += float(np.linalg.slogdet(covariance)[1]) + float(off @ inverse @ off)
    return total


def _maximum(y: Floats, clusters: _Clusters) -> _Model:
    """The variances between and within studies of the highest restricted likelihood."""
    from scipy.optimize import minimize

    scale = float(np.var(y)) or 1.0
    nested = any(len(at) > 1 for at in clusters.places)

    def cost(roots: Floats) -> float:
        within = float(roots[1]) ** 2 if nested else 0.0
        return _deviance(y, clusters, scale * float(roots[0]) ** 2, scale * within)

    tries = [
        minimize(cost, np.array(start), method="Nelder-Mead", options=_NEAR)
        for start in ((0.7, 0.7), (0.05, 1.0), (1.0, 0.05))
    ]
    best = min(tries, key=lambda found: float(found.fun))
    roots: Floats = minimize(cost, best.x, method="Nelder-Mead", options=_CLOSE).x
    # a variance next to nothing is none, where that is no worse
    for n in (0, 1):
        without = roots.copy()
        without[n] = 0.0
        if cost(without) <= cost(roots) + 1e-10:
            roots = without
    return _at(
        y, clusters, scale * float(roots[0]) ** 2, scale * float(roots[1]) ** 2 if nested else 0.0
    )


_NEAR = {"xatol": 1e-4, "fatol": 1e-5}
_CLOSE = {"xatol": 1e-9, "fatol": 1e-13, "maxiter": 4000, "maxfev": 8000}


def robust(
    ys: Sequence[float], variances: Sequence[float], studies: Sequence[str], correlation: float
) -> Pooled:
    """The pooled effect of `ys`, which belong to `studies`, by the model above.

    `weights` are by effect, `free` are Satterthwaite's degrees of freedom. Raises ValueError for
    fewer than two studies, a variance that is not above 0, or a correlation beyond 0 to below 1.
    """
    if len(set(studies)) < 2 or min(variances) <= 0:
        raise ValueError("pooling needs two or more studies with variances above 0")
    if not 0 <= correlation < 1:
        raise ValueError(f"{correlation:g} is no correlation from 0 to below 1")
    y = np.asarray(ys, dtype=float)
    clusters = _Clusters(*sampling_covariance(variances, studies, correlation))
    model = _maximum(y, clusters)
    error, free = _satterthwaite(y, clusters, model)
    half = half_width(error, free)
    v, x = np.asarray(variances, dtype=float), ones(len(y))
    typical = typical_variance(v, x)
    total = model.between + model.within
    q = fitted(y, v, x).q
    weights = np.empty(len(y))
    for at, inverse in zip(clusters.places, model.inverses, strict=True):
        weights[at] = inverse.sum(axis=0) * model.variance
    prediction = None
    if len(clusters.places) > 2:
        reach = half_width(sqrt(total + error * error), free)
        prediction = (model.estimate - reach, model.estimate + reach)
    return Pooled(
        model=PoolingModel.RANDOM_EFFECTS,
        method=PoolingMethod.INVERSE_VARIANCE,
        k=len(y),
        estimate=model.estimate,
        error=error,
        plain_error=sqrt(model.variance),
        low=model.estimate - half,
        high=model.estimate + half,
        free=free,
        p=two_sided(model.estimate / error, free),
        tau2=model.between,
        tau2_interval=None,
        i2=100 * total / (total + typical),
        i2_interval=None,
        q=q,
        q_p=chi2_tail(q, len(y) - 1),
        prediction=prediction,
        weights=tuple(float(w) for w in weights),
        studies=len(clusters.places),
        within=model.within,
    )


def _satterthwaite(y: Floats, clusters: _Clusters, model: _Model) -> tuple[float, float]:
    """The CR2 error of the estimate and its degrees of freedom under the working model."""
    m = model.variance
    squared = 0.0
    rows: list[Floats] = []
    for at, phi, w in zip(clusters.places, model.covariances, model.inverses, strict=True):
        x = np.ones(len(at))
        adjusted = _adjustment(phi, phi - m * np.outer(x, x))
        g = adjusted.T @ w @ x * m  # what the residuals of the study are weighted with
        squared += float(g @ (y[at] - model.estimate)) ** 2
        rows.append(g)
    # p_i = (I - H)' g_i; the covariances of p_i' y over pairs of studies, under the model
    sums = np.array([float(g.sum()) for g in rows])
    own = np.array([float(g @ phi @ g) for g, phi in zip(rows, model.covariances, strict=True)])
    omega = np.diag(own) - m * np.outer(sums, sums)
    free = float(np.trace(omega)) ** 2 / float((omega * omega).sum())
    return sqrt(squared), free


def _adjustment(phi: Floats, left: Floats) -> Floats:
    """The matrix that makes residuals of one study unbiased (CR2), from its covariance `phi` and
    that of its residuals under the model."""
    root = np.linalg.cholesky(phi).T
    values, vectors = np.linalg.eigh(root @ left @ root.T)
    kept = values > 1e-12 * max(float(values.max()), 1e-300)
    inverse = np.where(kept, 1 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    made: Floats = root.T @ (vectors * inverse) @ vectors.T @ root
    return made
