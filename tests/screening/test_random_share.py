"""The estimate from the records drawn at random: honest, whatever the ranking shows besides."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening.queue import mixed
from pipeline.screening.stopping import estimate, sample_of


def test_the_sample_is_the_beginning_of_the_draw_that_was_screened() -> None:
    labels = {"a": True, "b": False, "d": True}
    assert sample_of(["b", "a", "c", "d"], labels) == (False, True)
    assert sample_of(["c"], labels) == ()


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 500), st.integers(0, 90))
def test_an_estimate_never_says_less_than_what_was_found(
    sample: list[bool], more: int, found: int
) -> None:
    total = len(sample) + more
    found = min(total, max(found, sum(sample)))
    said = estimate(sample, total, found, total - found)
    assert said is not None
    assert found <= said.low <= said.likely <= said.high <= total
    nearly_done = estimate(sample, total, found, 2)
    assert nearly_done is not None and nearly_done.high <= found + 2
    assert all(n >= 0 for n in said.left)


def test_without_a_sample_nothing_is_estimated_and_a_whole_sample_is_exact() -> None:
    assert estimate((), 100, 3, 97) is None
    said = estimate([True, False, False, True], 4, 2, 0)
    assert said is not None and (said.low, said.likely, said.high) == (2, 2, 2)


def test_by_hand_clopper_and_pearson() -> None:
    """4 of 40: .0279 to .2366 (any table); of 1,000 records 27 to 237."""
    said = estimate([True] * 4 + [False] * 36, 1000, 4, 960)
    assert said is not None and (said.low, said.likely, said.high) == (27, 100, 237)


def test_the_interval_holds_beside_a_ranking_that_finds_the_relevant_first() -> None:
    draw = np.random.default_rng(3)
    held = 0
    for _ in range(80):
        n = 400
        relevant = draw.random(n) < 0.08
        ids = [str(i) for i in range(n)]
        best = sorted(ids, key=lambda i: -(2.0 * relevant[int(i)] + draw.normal()))
        drawn = [ids[i] for i in draw.permutation(n)]
        shown = list(mixed(best, drawn=drawn, random=0.2))[:170]
        labels = {i: bool(relevant[int(i)]) for i in shown}
        said = estimate(sample_of(drawn, labels), n, sum(labels.values()), n - len(labels))
        held += said is not None and said.low <= relevant.sum() <= said.high
    assert held / 80 >= 0.88  # 95 % less nearly three standard errors of 80 runs
