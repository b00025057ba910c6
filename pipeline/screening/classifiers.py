"""Models that rank: each takes judgements in one by one and scores every record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from pipeline.model.protocol import RankingModel
from pipeline.screening.features import Features, Floats

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


STRICTNESS = 0.11
RATIO = 20.0
"""The excluded records together weigh a twentieth of the included ones."""
LATEST = 4.0
"""The included record found last weighs this many times as much as the first one: what is still to
be found is more like it, for what is like the first ones has been shown long ago."""
TOPICS_FROM = 10
"""Included records at which topics weigh half of what they do in the end: a few included records
may lie in one corner of what is sought, and their topic would keep the others away."""
LARGEST_GRAM = 4_000
"""Judged records up to which their likenesses are kept; beyond, 64 MB become too many."""


class Model(Protocol):
    """What ranks: takes judgements in, gives scores; higher is shown earlier."""

    @property
    def can_part(self) -> bool:
        """Whether both included and excluded records are known."""

    def add(self, row: int, relevant: bool) -> None:
        """Takes in the judgement on the record in `row`, which must be new."""

    def scores(self) -> Floats:
        """One score a record, the higher the more like the included ones. Needs `can_part`."""

    def weights(self) -> Floats:
        """The weight of each feature as last solved; positive speaks for inclusion."""


class LinearModel:
    """Judged records and the linear function that parts them, found by `solver`.

    Deterministic: the same judgements in the same order give the same scores. With `warm` each
    solution starts from the last one (quicker; scores then also hang, in their last digits, on when
    they were asked for).
    """

    def __init__(
        self,
        features: Features,
        *,
        warm: bool = True,
        solver: Solver = squared_hinge,
        strictness: float | None = None,
    ) -> None:
        self._warm, self._solver = warm, solver
        self._strictness = STRICTNESS if strictness is None else strictness
        self._features = features
        self._rows: list[int] = []
        self._signs: list[float] = []
        self._gram: Floats = np.zeros((64, 64), dtype=np.float32)
        self._beta: Floats = np.zeros(0, dtype=np.float32)
        self._dense: Floats = np.zeros(features.matrix.shape[1], dtype=np.float32)
        self._weights: Floats = np.zeros(features.matrix.shape[1], dtype=np.float32)

    @property
    def can_part(self) -> bool:
        return len(set(self._signs)) == 2

    def add(self, row: int, relevant: bool) -> None:
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
        matrix = self._features.matrix
        start, end = matrix.indptr[row], matrix.indptr[row + 1]
        columns, values = matrix.indices[start:end], matrix.data[start:end]
        self._dense[columns] = values
        likeness = matrix[self._rows] @ self._dense
        self._dense[columns] = 0
        likeness[n] += self._features.alone[row]
        self._gram[n, : n + 1] = likeness
        self._gram[: n + 1, n] = likeness

    def scores(self) -> Floats:
        signs = np.array(self._signs, dtype=np.float32)
        weight = topics_weight(int((signs > 0).sum()))
        stretch = self._stretch(weight)
        own = stretch[self._rows]
        times, diagonal = self._likenesses(weight, own)
        guess = self._beta if self._warm else np.zeros_like(self._beta)
        costs = _costs(signs, self._strictness)
        self._beta = self._solver(times, diagonal, signs, costs, guess)
        self._weights = np.asarray(
            self._features.matrix[self._rows].T @ (own * self._beta), dtype=np.float32
        )
        matrix, topics = self._features.matrix, self._features.topics
        by_topic = topics @ (topics[self._rows].T @ (own * self._beta))
        return np.asarray(stretch * (matrix @ self._weights + weight * by_topic), dtype=np.float32)

    def _stretch(self, weight: np.float32) -> Floats:
        """What makes every row 1 long once its topics weigh only `weight` of what they are."""
        topics = self._features.topics
        lost = (1 - weight) * (topics * topics).sum(axis=1)
        return np.asarray(1 / np.sqrt(np.maximum(1 - lost, 1e-6)), dtype=np.float32)

    def _likenesses(self, weight: np.float32, own: Floats) -> tuple[Times, Floats]:
        """The matrix of likenesses of judged records as what it does to a vector; its diagonal.

        The likeness of two records is that of their words and `weight` times that of their topics,
        both stretched by `own`, and 1: the constant term is one more feature that every record has.
        """
        n = len(self._rows)
        topics = self._features.topics[self._rows]
        about = weight * (topics * topics).sum(axis=1)
        if n <= LARGEST_GRAM:
            gram = self._gram[:n, :n]
            by_words: Times = gram.__matmul__
            lengths = np.diagonal(gram)
        else:
            judged = self._features.matrix[self._rows]
            alone = self._features.alone[self._rows]
            by_words = _without_gram(judged, alone)
            lengths = np.asarray(judged.multiply(judged).sum(axis=1)).ravel() + alone

        def times(vector: Floats) -> Floats:
            stretched = own * vector
            by_topic = weight * (topics @ (topics.T @ stretched))
            return np.asarray(own * (by_words(stretched) + by_topic) + vector.sum())

        return times, (own * own * (lengths + about) + 1).astype(np.float32)

    def weights(self) -> Floats:
        return self._weights


def _without_gram(judged: Any, alone: Floats) -> Times:
    """The likenesses of the rows of `judged`, `alone` on their diagonal, without their table."""
    across = judged.T.tocsr()

    def times(vector: Floats) -> Floats:
        return np.asarray(judged @ (across @ vector) + alone * vector)

    return times


def topics_weight(included: int) -> np.float32:
    """What topics weigh, from 0 to 1, once so many included records are known."""
    return np.float32(included / (included + TOPICS_FROM))


def _costs(signs: Floats, strictness: float) -> Floats:
    """The cost of an error on each record, in the order judged: mean `strictness`, classes balanced
    by `RATIO`, included ones weighing more the later they were found, up to `LATEST`."""
    included = int((signs > 0).sum())
    excluded = len(signs) - included
    rising = np.linspace(1, LATEST, included) if included > 1 else np.ones(included)
    weight = np.full(len(signs), included / (RATIO * excluded))
    weight[signs > 0] = rising * (included / rising.sum())
    return np.asarray(strictness * weight * (len(signs) / weight.sum()), dtype=np.float32)


class NaiveBayes:
    """Multinomial naive Bayes on the weights of words (Rennie et al. 2003), classes held equal.

    A record's score is what its features say for the included against the excluded records, each
    feature's weight smoothed by `_PRIOR`.
    """

    _PRIOR = 0.05

    def __init__(self, features: Features) -> None:
        self._matrix = features.matrix
        width = features.matrix.shape[1]
        self._sums = {True: np.zeros(width), False: np.zeros(width)}
        self._judged = {True: 0, False: 0}

    @property
    def can_part(self) -> bool:
        return all(self._judged.values())

    def add(self, row: int, relevant: bool) -> None:
        start, end = self._matrix.indptr[row], self._matrix.indptr[row + 1]
        self._sums[relevant][self._matrix.indices[start:end]] += self._matrix.data[start:end]
        self._judged[relevant] += 1

    def scores(self) -> Floats:
        return np.asarray(self._matrix @ self.weights(), dtype=np.float32)

    def weights(self) -> Floats:
        included, excluded = (
            np.log(sums + self._PRIOR) - np.log((sums + self._PRIOR).sum() or 1.0)
            for sums in (self._sums[True], self._sums[False])
        )
        return np.asarray(included - excluded, dtype=np.float32)


MODELS: Mapping[RankingModel, Callable[[Features, bool], Model]] = {
    RankingModel.SVM: lambda features, warm: LinearModel(features, warm=warm),
    RankingModel.LOGISTIC: lambda features, warm: LinearModel(
        features, warm=warm, solver=logistic, strictness=1.0
    ),
    RankingModel.NAIVE_BAYES: lambda features, warm: NaiveBayes(features),
}
"""The models that learn, by their name in the protocol; a further one is a class and a row."""
