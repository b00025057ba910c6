"""The two ways of parting judged records by a linear function, each in the judged records alone.

With n judged records the problem has n unknowns, whatever the size of the vocabulary. Both are
Newton's method, each step a linear system solved by conjugate gradients from where the last one
ended: milliseconds for a thousand records.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.screening.features import Floats

Times = Callable[[Floats], Floats]
"""What the matrix of likenesses of judged records does to a vector."""
Solver = Callable[[Times, Floats, Floats, Floats, Floats], Floats]
"""Coefficients from likenesses, their diagonal, signs (1, -1), costs of errors and a guess."""

_TOLERANCE = 1e-4
_NEWTON_STEPS = 15
_GRADIENT_STEPS = 60


def squared_hinge(
    times: Times, diagonal: Floats, signs: Floats, costs: Floats, beta: Floats
) -> Floats:
    """Minimises ½ βᵀKβ + Σ c·max(0, 1 - y·Kβ)²: the support vector machine with squared hinge.

    A finite Newton method (Mangasarian 2002): the records inside the margin are a least squares
    problem; solve it, look which records are inside now, until these stay the same.
    """
    ridge = np.float32(0.5) / costs
    active = signs * times(beta) < 1
    for _ in range(_NEWTON_STEPS):
        inside = active.astype(np.float32)
        beta = _conjugate_gradients(times, diagonal, ridge, inside, signs, beta * inside)
        now = signs * times(beta) < 1
        if bool((now == active).all()):
            break
        active = now
    return beta


def logistic(times: Times, diagonal: Floats, signs: Floats, costs: Floats, beta: Floats) -> Floats:
    """Minimises ½ βᵀKβ + Σ c·log(1 + exp(-y·Kβ)): logistic regression with a ridge penalty.

    Iteratively reweighted least squares (Green 1984).
    """
    everything = np.ones_like(signs)
    for _ in range(_NEWTON_STEPS):
        parted = times(beta)
        doubt = 1 / (1 + np.exp(np.clip(signs * parted, -30, 30)))
        curvature = np.maximum(costs * doubt * (1 - doubt), np.float32(1e-6))
        wanted = (parted + signs * costs * doubt / curvature).astype(np.float32)
        before = beta
        beta = _conjugate_gradients(times, diagonal, 1 / curvature, everything, wanted, beta)
        if float(np.abs(beta - before).max(initial=0)) <= _TOLERANCE:
            break
    return beta


def _conjugate_gradients(
    times: Times, diagonal: Floats, ridge: Floats, inside: Floats, wanted: Floats, guess: Floats
) -> Floats:
    """Solves (K + ridge)·x = wanted for the records `inside` (1 or 0), the others held at 0."""
    scale = np.float32(1) / (ridge + diagonal)
    solution = guess
    rest = (wanted - times(solution) - ridge * solution) * inside
    step = scale * rest
    direction = step.copy()
    fall = float(rest @ step)
    enough = _TOLERANCE * float(np.sqrt(len(wanted)))
    for _ in range(_GRADIENT_STEPS):
        if float(np.sqrt(rest @ rest)) <= enough:
            break
        along = (times(direction) + ridge * direction) * inside
        length = np.float32(fall / float(direction @ along))
        solution = solution + length * direction
        rest = rest - length * along
        step = scale * rest
        before, fall = fall, float(rest @ step)
        direction = step + np.float32(fall / before) * direction
    return solution
