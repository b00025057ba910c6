"""The model that ranks: a linear support vector machine, solved in the records that were judged.

Squared hinge loss and a small C on text features rank unscreened records better than naive Bayes,
logistic or ridge regression (ASReview's ELAS u4 has it too). The excluded records together weigh a
twentieth of the included ones. With n judged records the problem has n unknowns, whatever the size
of the vocabulary; a finite Newton method (Mangasarian 2002) with conjugate gradients solves it in
milliseconds from where the last one ended.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.screening.features import Features, Floats

STRICTNESS = 0.11
RATIO = 20.0
LARGEST_GRAM = 4_000
"""Judged records up to which their likenesses are kept; beyond, 64 MB become too many."""

_TOLERANCE = 1e-4


Times = Callable[[Floats], Floats]


class SupportVectors:
    """Judged records and the function that parts them; scores for every record.

    Deterministic: the same judgements in the same order give the same scores. With `warm` each
    solution starts from the last one (quicker; scores then also hang, in their last digits, on when
    they were asked for).
    """

    def __init__(self, features: Features, *, warm: bool = True) -> None:
        self._warm = warm
        self._x = features.matrix
        self._alone = features.alone
        self._rows: list[int] = []
        self._signs: list[float] = []
        self._gram: Floats = np.zeros((64, 64), dtype=np.float32)
        self._beta: Floats = np.zeros(0, dtype=np.float32)
        self._dense: Floats = np.zeros(self._x.shape[1], dtype=np.float32)

    @property
    def can_part(self) -> bool:
        """Whether both included and excluded records are known."""
        return len(set(self._signs)) == 2

    def add(self, row: int, relevant: bool) -> None:
        """Takes in the judgement on the record in `row`, which must be new."""
        n = len(self._rows)
        self._rows.append(row)
        self._signs.append(1.0 if relevant else -1.0)
        self._beta = np.append(self._beta, np.float32(0))
        if n >= LARGEST_GRAM:
            self._gram = np.zeros((0, 0), dtype=np.float32)
            return
        if n == len(self._gram):
            grown = np.zeros((2 * n, 2 * n), dtype=np.float32)
            grown[:n, :n] = self._gram
            self._gram = grown
        start, end = self._x.indptr[row], self._x.indptr[row + 1]
        columns, values = self._x.indices[start:end], self._x.data[start:end]
        self._dense[columns] = values
        # + 1: the constant term is one more feature that every record has
        likeness = self._x[self._rows] @ self._dense + np.float32(1)
        self._dense[columns] = 0
        likeness[n] += self._alone[row]
        self._gram[n, : n + 1] = likeness
        self._gram[: n + 1, n] = likeness

    def scores(self) -> Floats:
        """One score a record, the higher the more like the included ones. Needs `can_part`."""
        signs = np.array(self._signs, dtype=np.float32)
        times, diagonal = self._likenesses()
        guess = self._beta if self._warm else np.zeros_like(self._beta)
        self._beta = _solve(times, diagonal, signs, _costs(signs), guess)
        return np.asarray(self._x @ self.weights(), dtype=np.float32)

    def _likenesses(self) -> tuple[Times, Floats]:
        """The matrix of likenesses of judged records as what it does to a vector; its diagonal."""
        n = len(self._rows)
        if n <= LARGEST_GRAM:
            gram = self._gram[:n, :n]
            return gram.__matmul__, np.diagonal(gram)
        judged = self._x[self._rows]
        across = judged.T.tocsr()
        alone = self._alone[self._rows]

        def times(vector: Floats) -> Floats:
            return np.asarray(judged @ (across @ vector) + alone * vector + vector.sum())

        lengths = np.asarray(judged.multiply(judged).sum(axis=1)).ravel()
        return times, (lengths + alone + 1).astype(np.float32)

    def weights(self) -> Floats:
        """The weight of each feature as last solved; positive speaks for inclusion."""
        return np.asarray(self._x[self._rows].T @ self._beta, dtype=np.float32)


def _costs(signs: Floats) -> Floats:
    """The cost of an error on each record: mean `STRICTNESS`, classes balanced by `RATIO`."""
    included = int((signs > 0).sum())
    excluded = len(signs) - included
    weight = np.where(signs > 0, 1.0, included / (RATIO * excluded))
    return np.asarray(STRICTNESS * weight * (len(signs) / weight.sum()), dtype=np.float32)


def _solve(times: Times, diagonal: Floats, signs: Floats, costs: Floats, beta: Floats) -> Floats:
    """Coefficients that minimise ½ βᵀKβ + Σ c·max(0, 1 - y·Kβ)², from the guess `beta`."""
    ridge = 1 / (2 * costs)
    scale = 1 / (ridge + diagonal)
    active = signs * (times(beta)) < 1
    for _ in range(15):
        inside = active.astype(np.float32)
        solution = beta * inside
        rest = (signs - times(solution) - ridge * solution) * inside
        step = scale * rest
        direction = step.copy()
        fall = float(rest @ step)
        enough = _TOLERANCE * float(np.sqrt(len(signs)))
        for _ in range(60):
            if float(np.sqrt(rest @ rest)) <= enough:
                break
            along = (times(direction) + ridge * direction) * inside
            length = np.float32(fall / float(direction @ along))
            solution += length * direction
            rest -= length * along
            step = scale * rest
            before, fall = fall, float(rest @ step)
            direction = step + np.float32(fall / before) * direction
        beta = solution
        now = signs * (times(beta)) < 1
        if bool((now == active).all()):
            break
        active = now
    return beta
