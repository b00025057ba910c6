"""The order of showing keeps its shares from any place on, and shows every record once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening.queue import Turn, mixed, turn

IDS = [f"r{n:03d}" for n in range(60)]
shares = st.floats(0, 0.5)


@given(st.integers(0, 400), st.integers(1, 200), shares, shares)
def test_the_shares_hold_over_any_run_of_places(
    start: int, length: int, random: float, uncertain: float
) -> None:
    turns = [turn(start + n, random, uncertain) for n in range(1, length + 1)]
    assert abs(turns.count(Turn.RANDOM) - length * random) < 1.001
    others = length - turns.count(Turn.CERTAIN)
    assert abs(others - length * (random + uncertain)) < 2.001


@given(
    st.permutations(IDS), st.permutations(IDS), st.integers(0, 300), st.integers(0, 60), shares,
    shares,
)  # fmt: skip
def test_every_record_is_shown_once_and_each_place_to_whom_it_is_due(
    drawn: list[str], doubtful: list[str], shown: int, n: int, random: float, uncertain: float
) -> None:
    best = IDS[:n]
    order = list(
        mixed(best, drawn=drawn, doubtful=doubtful, random=random, uncertain=uncertain, shown=shown)
    )
    assert sorted(order) == best
    sources = {Turn.CERTAIN: best, Turn.RANDOM: drawn, Turn.UNCERTAIN: doubtful}
    for place, record in enumerate(order):
        source = sources[turn(shown + place + 1, random, uncertain)]
        left = [r for r in source if r in best and r not in order[:place]]
        assert record == left[0]


def test_without_doubtful_ones_their_places_are_for_the_best() -> None:
    assert list(mixed(IDS, drawn=(), uncertain=0.5)) == IDS
