"""Votes by direction of effect: the oracles of the literature, and rules that hold for all."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.model.problem import Place
from pipeline.model.study import Direction, Result
from pipeline.synthesis import Vote, count_votes, sign_test, vote, wilson_interval

HIGHER, LOWER = Direction.HIGHER, Direction.LOWER


def result(study: str, direction: Direction, n: int = 0, statement: str = "") -> Result:
    return Result(
        id=f"{study}/{n}",
        study=study,
        outcome="reoffending",
        statement=statement,
        direction=direction,
        place=Place(file="x.yaml"),
    )


@pytest.mark.parametrize(
    ("u", "n", "p", "low", "high"),
    [
        (10, 12, 0.0386, 0.552, 0.953),
        (9, 9, 0.0039, None, None),
        (5, 6, 0.2188, None, None),
        (7, 8, 0.0703, 0.529, 0.978),
        (6, 7, 0.125, None, None),
    ],
)
def test_published_vote_counts(u: int, n: int, p: float, low: float, high: float) -> None:
    assert sign_test(u, n) == pytest.approx(p, abs=5e-5)
    if low is not None:
        assert wilson_interval(u, n) == pytest.approx((low, high), abs=5e-4)


def test_every_small_share_agrees_with_scipy() -> None:
    for n in range(1, 40):
        for u in range(n + 1):
            exact = binomtest(u, n)
            interval = exact.proportion_ci(0.95, method="wilson")
            assert wilson_interval(u, n) == pytest.approx((interval.low, interval.high), abs=1e-9)
            assert sign_test(u, n) == pytest.approx(exact.pvalue, abs=1e-9)


@pytest.mark.parametrize(("u", "n"), [(1, 0), (-1, 3), (4, 3), (0, 0)])
def test_what_is_no_share_is_refused(u: int, n: int) -> None:
    with pytest.raises(ValueError, match=r"no (share|split)"):
        wilson_interval(u, n)
    with pytest.raises(ValueError, match="no split"):
        sign_test(u, n)


@pytest.mark.parametrize(
    ("directions", "expected"),
    [
        ([HIGHER, HIGHER], Vote.HIGHER),
        ([HIGHER] * 7 + [LOWER] * 3, Vote.HIGHER),  # exactly 70 %
        ([HIGHER] * 2 + [LOWER], Vote.CONFLICTING),  # 67 %
        ([HIGHER] * 69 + [LOWER] * 31, Vote.CONFLICTING),
        ([LOWER] * 3 + [Direction.NO_CLEAR_DIFFERENCE], Vote.LOWER),
        ([HIGHER, LOWER], Vote.CONFLICTING),
        ([Direction.MIXED], Vote.CONFLICTING),
        ([Direction.NO_CLEAR_DIFFERENCE] * 3, Vote.NO_CLEAR_DIFFERENCE),
        ([Direction.DESCRIPTIVE, Direction.NOT_STATED], Vote.UNCLEAR),
        ([HIGHER, Direction.DESCRIPTIVE, Direction.NOT_STATED], Vote.HIGHER),
        ([], Vote.UNCLEAR),
    ],
)
def test_the_results_of_a_study_make_one_vote(directions: list[Direction], expected: Vote) -> None:
    assert vote(directions) is expected


def test_seventy_per_cent_for_every_mix_of_up_to_ten_results() -> None:
    for higher, lower, none in itertools.product(range(11), repeat=3):
        n = higher + lower + none
        if not 0 < n <= 10:
            continue
        mix = [HIGHER] * higher + [LOWER] * lower + [Direction.NO_CLEAR_DIFFERENCE] * none
        most = max(higher, lower, none)
        expected = Vote.CONFLICTING
        if most / n >= 0.7 - 1e-12:
            expected = [Vote.HIGHER, Vote.LOWER, Vote.NO_CLEAR_DIFFERENCE][
                [higher, lower, none].index(most)
            ]
        assert vote(mix) is expected, (higher, lower, none)


def test_nine_of_ten_with_one_conflicting_counts_nine() -> None:
    results = [result(f"s{n}", HIGHER) for n in range(9)]
    results += [result("s9", HIGHER, 1), result("s9", LOWER, 2)]
    count = count_votes(results)
    assert (len(count.higher), count.counted, count.conflicting) == (9, 9, ("s9",))
    assert count.leading is Vote.HIGHER


@pytest.mark.parametrize(
    "words",
    [
        "did not significantly reduced",
        "was ineffective",
        "no significant improvement",
        "interventions and conclusions, ns, p = 0.001",
    ],
)
def test_direction_is_never_guessed_from_words(words: str) -> None:
    for direction in Direction:
        told = count_votes([result("s", direction, statement=words)])
        assert told == count_votes([result("s", direction, statement="")])


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(list(Direction)))))
def test_each_study_votes_once_in_any_order(told: list[tuple[str, Direction]]) -> None:
    results = [result(study, direction, n) for n, (study, direction) in enumerate(told)]
    count = count_votes(results)
    assert sorted(count.studies) == sorted({study for study, _ in told})
    back = count_votes(reversed(results))
    for which in Vote:
        assert set(count.of(which)) == set(back.of(which))
    assert (count.leading is None) == (len(count.higher) == len(count.lower))
