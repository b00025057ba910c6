"""Plans are pure draws: the same on every machine, and a new record changes nobody's share."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import HandedOver, Stage
from pipeline.model.protocol import PlanKind, ScreeningPlan
from pipeline.screening.plans import (
    assigned,
    in_sample,
    pilot,
    shuffled,
    stand_ins,
    turn_of,
    votes_needed,
)

IDS = tuple(f"search-{s}:{n:04d}" for s in range(4) for n in range(1, 1001))


@pytest.mark.parametrize("people", [1, 2, 3])
def test_all_by_as_many_as_the_plan_says(people: int) -> None:
    plan = ScreeningPlan(reviewers_per_record=people)
    assert {votes_needed(i, plan) for i in IDS} == {people}


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 1.0])
def test_a_sample_by_two_has_about_its_share(share: float) -> None:
    plan = ScreeningPlan(plan=PlanKind.SAMPLE, sample=share)
    needed = Counter(votes_needed(i, plan) for i in IDS)
    # four standard deviations of a draw of 4,000
    assert abs(needed[2] / len(IDS) - share) <= 4 * (share * (1 - share) / len(IDS)) ** 0.5
    assert needed[1] + needed[2] == len(IDS)


def test_another_seed_is_another_sample() -> None:
    one = ScreeningPlan(plan=PlanKind.SAMPLE, sample=0.5, seed=1)
    other = ScreeningPlan(plan=PlanKind.SAMPLE, sample=0.5, seed=2)
    same = sum(in_sample(i, one) == in_sample(i, other) for i in IDS)
    assert 0.4 < same / len(IDS) < 0.6


def test_the_draw_is_the_same_for_ever() -> None:
    """A change of the draw would deal out the records of running reviews anew."""
    plan = ScreeningPlan(plan=PlanKind.SAMPLE, sample=0.5, seed=7)
    assert "".join(str(votes_needed(i, plan)) for i in IDS[:12]) == FIRST_TWELVE
    assert shuffled(IDS[:5], 7) == FIRST_FIVE


def test_in_a_sample_the_first_reviewer_sees_all_and_the_second_the_sample() -> None:
    plan = ScreeningPlan(plan=PlanKind.SAMPLE, sample=0.3, reviewers=("ada", "ben"))
    for i in IDS[:500]:
        assert turn_of("ada", i, plan)
        assert turn_of("ben", i, plan) == in_sample(i, plan)
        assert len(assigned(i, plan)) == votes_needed(i, plan)


@pytest.mark.parametrize("people", [1, 2])
def test_a_split_is_even_and_needs_whom_it_is_dealt_to(people: int) -> None:
    names = ("ada", "ben", "cleo", "dan")
    plan = ScreeningPlan(plan=PlanKind.SPLIT, reviewers=names, reviewers_per_record=people)
    dealt = Counter(name for i in IDS for name in assigned(i, plan))
    assert sum(dealt.values()) == people * len(IDS)
    assert all(abs(n - people * 1000) < 130 for n in dealt.values())
    assert all(len(assigned(i, plan)) == votes_needed(i, plan) for i in IDS)


def test_when_a_reviewer_leaves_a_split_only_theirs_are_dealt_out_anew() -> None:
    before = ScreeningPlan(
        plan=PlanKind.SPLIT, reviewers=("ada", "ben", "cleo"), reviewers_per_record=1
    )
    after = ScreeningPlan(plan=PlanKind.SPLIT, reviewers=("ada", "cleo"), reviewers_per_record=1)
    for i in IDS:
        if assigned(i, before) != ("ben",):
            assert assigned(i, after) == assigned(i, before)


def test_people_the_plan_does_not_name_may_screen_everything() -> None:
    plan = ScreeningPlan(plan=PlanKind.SPLIT, reviewers=("ada", "ben"), reviewers_per_record=1)
    assert all(turn_of("zoe", i, plan) for i in IDS[:50])
    assert all(turn_of("zoe", i, ScreeningPlan()) for i in IDS[:50])


def test_a_pilot_is_as_large_as_asked_and_no_larger_than_the_review() -> None:
    assert len(pilot(IDS, ScreeningPlan(pilot=50))) == 50
    assert len(pilot(IDS[:7], ScreeningPlan(pilot=50))) == 7
    assert pilot(IDS, ScreeningPlan()) == ()


@given(st.sets(st.sampled_from(IDS), max_size=40), st.integers(0, 5))
def test_an_order_by_seed_keeps_its_order_when_records_leave(kept: set[str], seed: int) -> None:
    assert shuffled(kept, seed) == tuple(i for i in shuffled(IDS, seed) if i in kept)


def handed(tick: int, leaver: str, to: str, stage: Stage = Stage.TITLE_ABSTRACT) -> HandedOver:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=tick)
    return HandedOver(id=f"h{tick}", at=at, reviewer="lead", leaver=leaver, to=to, stage=stage)


def test_what_is_handed_over_goes_along_and_comes_back() -> None:
    there = handed(1, "ben", "cai")
    on = handed(2, "cai", "dan")
    back = handed(3, "dan", "ben")
    at = Stage.TITLE_ABSTRACT
    assert stand_ins([there], at) == {"ben": "cai"}
    assert stand_ins([on, there], at) == {"ben": "dan", "cai": "dan"}
    assert stand_ins([there, on, back], at) == {"cai": "ben", "dan": "ben"}
    assert stand_ins([there], Stage.FULL_TEXT) == {}


@pytest.mark.parametrize("kind", list(PlanKind))
def test_who_stands_in_is_shown_the_leavers_share_and_no_more(kind: PlanKind) -> None:
    plan = ScreeningPlan(plan=kind, reviewers=("ada", "ben", "cleo"), reviewers_per_record=1)
    gone = {"ben": "dan"}
    for i in IDS[:300]:
        assert turn_of("dan", i, plan, gone) == turn_of("ben", i, plan)
        assert not turn_of("ben", i, plan, gone)
        assert turn_of("ada", i, plan, gone) == turn_of("ada", i, plan)
        assert turn_of("zoe", i, plan, gone)


FIRST_TWELVE = "122111112111"
FIRST_FIVE = ("search-0:0004", "search-0:0003", "search-0:0005", "search-0:0002", "search-0:0001")
