"""The stopping test against exact probabilities and against screenings in random order."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.screening.stopping import outlook, p_of_missing, p_of_two_looks

ROUNDING = 1e-9
"""A probability that equals 1 - confidence but for this much rules nothing out."""


def exact(found: list[bool], total: int, at_least: int) -> Fraction:
    """The definition word for word: every start of the sample, exact fractions."""
    n, relevant = len(found), sum(found)
    smallest = Fraction(1)
    for size in range(1, n + 1):
        k = sum(found[n - size :])
        urn, marked = total - n + size, at_least - (relevant - k)
        ways = sum(
            comb(marked, x) * comb(urn - marked, size - x)
            for x in range(k + 1)
            if x <= marked and size - x <= urn - marked
        )
        smallest = min(smallest, Fraction(ways, comb(urn, size)))
    return smallest


@settings(max_examples=150, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=25), st.integers(0, 20), st.integers(1, 6))
def test_the_probability_is_the_smallest_over_every_sample(
    found: list[bool], left: int, more: int
) -> None:
    total, at_least = len(found) + left, sum(found) + more
    got = p_of_missing(np.array(found), total, at_least)
    if more > left:
        assert got == 0
    else:
        assert got == pytest.approx(float(exact(found, total, at_least)), rel=1e-9, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.booleans(), max_size=40), st.integers(0, 60))
def test_what_is_certified_is_certified_by_the_test_and_nothing_higher_is(
    found: list[bool], left: int
) -> None:
    seen = outlook(found, len(found) + left)
    relevant = sum(found)
    if not relevant:
        assert seen.certified_recall == 0
        return
    most = round(relevant / seen.certified_recall)  # relevant records in all that remain possible
    labels, total = np.array(found), len(found) + left
    assert p_of_two_looks(labels, total, most + 1) < 0.05 - ROUNDING
    if most > relevant:
        assert p_of_two_looks(labels, total, most) >= 0.05 - ROUNDING
    assert seen.may_stop == (seen.p < 0.05 - ROUNDING)
    if seen.certified_recall >= 0.95:
        assert seen.may_stop


@settings(max_examples=60, deadline=None)
@given(st.lists(st.booleans(), max_size=300), st.integers(0, 100), st.integers(1, 6))
def test_what_is_said_held_a_hundredth_earlier_too(found: list[bool], left: int, more: int) -> None:
    labels, total = np.array(found, dtype=bool), len(found) + left
    at_least = sum(found) + more
    both = p_of_two_looks(labels, total, at_least)
    now = p_of_missing(labels, total, at_least)
    if more > left:
        assert both == now == 0
    elif left:
        before = p_of_missing(labels[: -max(1, total // 100)], total, at_least)
        assert both == max(now, before)
    else:
        assert both == now


def test_everything_seen_is_certain_and_nothing_seen_is_unknown() -> None:
    done = outlook([True, False, False], 3)
    assert done.certified_recall == 1 and done.may_stop and done.in_a_row == 2
    begun = outlook([], 50)
    assert begun.certified_recall == 0 and not begun.may_stop and begun.p == 1


def test_more_irrelevant_records_in_a_row_never_lower_what_is_certified() -> None:
    found = [True] * 20 + [False] * 20
    steps = [outlook(found + [False] * k, 600).certified_recall for k in range(0, 400, 40)]
    assert steps == sorted(steps) and steps[-1] > 0.9


@pytest.mark.parametrize("order", ["random", "ranked"])
def test_the_stated_confidence_holds(order: str) -> None:
    """Stops at 95 % recall with 95 % confidence, checked every 5 %: rarely too early."""
    draw = np.random.default_rng(5)
    runs, kept = 60, 0
    for _ in range(runs):
        labels = np.zeros(400, dtype=bool)
        labels[:40] = True
        pull = 1.5 if order == "ranked" else 0.0
        found = labels[np.argsort(-(labels * pull + draw.normal(size=400)))]
        stopped = next(
            (
                n
                for n in range(20, 401, 20)
                if outlook(found[:n].tolist(), 400, certify=False).may_stop
            ),
            400,
        )
        kept += found[:stopped].sum() >= 0.95 * 40
    assert kept / runs >= 0.9  # 95 % less three standard errors of 60 runs would be .87


@pytest.mark.parametrize("wrong", [{"target_recall": 1.0}, {"confidence": 0.0}])
def test_shares_outside_their_range_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError):
        outlook([True], 5, **wrong)
