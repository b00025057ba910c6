"""Who is shown what, in which order."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.protocol import PlanKind, ScreeningPlan
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.screening.queue import conflicts, in_order, waiting_for

TA, FT = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT
IDS = tuple(f"s:{n:04d}" for n in range(1, 61))


def vote(reviewer: str, record: str) -> Screened:
    return Screened(
        id=reviewer + record,
        at=datetime(2026, 1, 1, tzinfo=UTC),
        reviewer=reviewer,
        record=record,
        stage=TA,
        verdict=Verdict.EXCLUDE,
    )


def position(record: str, standing: Standing, *voters: str, conflict: bool = False) -> Position:
    votes = tuple(vote(name, record) for name in voters)
    return Position(
        record=record, search="s", standing=standing, stage=TA, votes=votes, conflict=conflict
    )


def test_only_open_records_without_my_vote_wait_for_me() -> None:
    open_ = Standing.AWAITING_SCREENING
    positions = [
        position("s:1", open_),
        position("s:2", open_, "ada"),
        position("s:3", open_, "ben"),
        position("s:4", open_, "ben", "cleo", conflict=True),
        *(position(f"s:{s}", s) for s in Standing if s is not open_),
    ]
    assert waiting_for("ada", positions, TA, ScreeningPlan()) == ("s:1", "s:3")
    assert waiting_for("ada", positions, FT, ScreeningPlan()) == ("s:awaiting_assessment",)
    assert [p.record for p in conflicts(positions, TA)] == ["s:4"]


def test_a_split_shows_each_record_to_one_of_them() -> None:
    plan = ScreeningPlan(
        plan=PlanKind.SPLIT, reviewers=("ada", "ben", "cleo"), reviewers_per_record=1
    )
    positions = [position(i, Standing.AWAITING_SCREENING) for i in IDS]
    shares = [waiting_for(name, positions, TA, plan) for name in plan.reviewers]
    assert sorted(record for share in shares for record in share) == sorted(IDS)


@given(
    st.sets(st.sampled_from(IDS)),
    st.permutations(IDS),
    st.integers(0, 10),
    st.sampled_from([0.0, 0.05, 0.2, 0.5, 1.0]),
    st.integers(0, 30),
    st.sets(st.sampled_from(IDS), max_size=5),
)
def test_an_order_loses_nothing_and_adds_nothing(
    waiting: set[str], ranked: list[str], pilot: int, share: float, shown: int, later: set[str]
) -> None:
    plan = ScreeningPlan(pilot=pilot)
    left = [i for i in IDS if i in waiting]
    order = in_order(
        left, ranked[:40], plan, everything=IDS, random_share=share, shown=shown, later=later
    )
    assert sorted(order) == sorted(left)
    off = [i for i in left if i in later]
    assert list(order[len(order) - len(off) :]) == off


def test_a_pilot_comes_first_and_then_the_ranking() -> None:
    plan = ScreeningPlan(pilot=3)
    order = in_order(IDS, IDS[::-1], plan, everything=IDS)
    other = in_order(IDS, IDS, plan, everything=IDS)
    assert order[:3] == other[:3]
    assert list(order[3:]) == [i for i in IDS[::-1] if i not in order[:3]]


def test_every_fifth_place_is_drawn_whatever_the_model_says() -> None:
    plan = ScreeningPlan(seed=2)
    order = in_order(IDS, IDS, plan, everything=IDS, random_share=0.2)
    drawn = [record for place, record in enumerate(order, 1) if place % 5 == 0]
    assert drawn != sorted(drawn)
    ranked = [record for place, record in enumerate(order, 1) if place % 5]
    assert ranked == sorted(ranked)
