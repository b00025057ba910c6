"""A screening played again: labelled records shown in the order in which the ranking shows them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.screening.ranker import Ranker
from pipeline.screening.stopping import outlook

EVERY_VERDICT_UP_TO = 2_000
"""Verdicts up to which each is learned from at once; beyond, ever more of them are shown between
one lesson and the next, up to a fortieth part of those known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """The work that a ranking saves on one set; `None` where the set has nothing to find.

    Work saved over sampling at a recall (Cohen 2006), recall after a tenth and a fifth of the
    pool, average time to discovery as a share of the pool, normalised loss (0 best, 1 worst: one
    less the area under the ROC curve of the order; 0 where everything is relevant).
    """

    pool: int
    relevant: int
    wss95: float | None
    wss100: float | None
    recall10: float | None
    recall20: float | None
    time_to_discovery: float | None
    loss: float | None
    first_at: int | None


def draw_start(labels: Sequence[bool], seed: int) -> tuple[int, ...]:
    """The rows of one included and one excluded record, drawn by `seed`."""
    draw = np.random.default_rng(seed)
    included = [row for row, label in enumerate(labels) if label]
    excluded = [row for row, label in enumerate(labels) if not label]
    return tuple(int(draw.choice(rows)) for rows in (included, excluded) if rows)


def replay(
    ranker: Ranker,
    labels: Sequence[bool],
    known: Sequence[int],
    tick: Callable[[int], None] = lambda n: None,
) -> list[int]:
    """The rows in the order shown, `known` ones left out; each verdict teaches the next ranking.

    When the last included record is found nothing can change any more: the rest follows in the
    order of the last ranking. `tick` is told how many were shown.
    """
    for row in known:
        ranker.add(row, labels[row])
    missing = sum(labels) - sum(labels[row] for row in known)
    shown: list[int] = []
    ahead: list[int] = []
    while missing:
        if not ahead:
            step = _verdicts_a_lesson(len(ranker.judged))
            ahead = [ranker.best()] if step == 1 else [int(r) for r in ranker.ranking()[:step]]
        row = ahead.pop(0)
        shown.append(row)
        missing -= labels[row]
        ranker.add(row, labels[row])
        tick(len(shown))
    return [*shown, *(int(row) for row in ranker.ranking())]


def _verdicts_a_lesson(known: int) -> int:
    if known <= EVERY_VERDICT_UP_TO:
        return 1
    return max(2, (known - EVERY_VERDICT_UP_TO) // 40)


def would_stop(labels: Sequence[bool], target_recall: float, confidence: float) -> int:
    """After how many records, of `labels` in the order shown, the rule first allows to stop.

    It is asked after every hundredth part of the pool; the whole pool where it never does.
    """
    total = len(labels)
    step = max(1, total // 100)
    for n in range(step, total, step):
        seen = outlook(
            labels[:n], total, target_recall=target_recall, confidence=confidence, certify=False
        )
        if seen.relevant and seen.may_stop:
            return n
    return total


def work_saved(labels: Sequence[bool]) -> Saved:
    """What an order saved, from the labels in the order shown, known records left out."""
    pool = len(labels)
    ranks = [rank for rank, label in enumerate(labels, 1) if label]
    n = len(ranks)
    if not n:
        return Saved(
            pool=pool,
            relevant=0,
            wss95=None,
            wss100=None,
            recall10=None,
            recall20=None,
            time_to_discovery=None,
            loss=None,
            first_at=None,
        )

    def saved(recall: float) -> float:
        return recall - ranks[max(1, math.ceil(recall * n - 1e-9)) - 1] / pool

    def found_after(share: float) -> float:
        return sum(rank <= math.ceil(share * pool - 1e-9) for rank in ranks) / n

    return Saved(
        pool=pool,
        relevant=n,
        wss95=saved(0.95),
        wss100=saved(1.0),
        recall10=found_after(0.1),
        recall20=found_after(0.2),
        time_to_discovery=sum(ranks) / n / pool,
        loss=(sum(ranks) - n * (n + 1) / 2) / (n * (pool - n)) if pool > n else 0.0,
        first_at=ranks[0],
    )
