"""The consensus, proved over every small set of votes and resolutions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import chain, permutations, product

import pytest

from pipeline.model.decision import AUTOMATION, Resolved, Screened, Stage, Verdict
from pipeline.model.protocol import ScreeningPlan
from pipeline.screening.consensus import consensus, first_reason, latest_votes

I, E, U = Verdict.INCLUDE, Verdict.EXCLUDE, Verdict.UNSURE  # noqa: E741
PLAN = ScreeningPlan()
SAFE = ScreeningPlan(safety_first=True)
START = datetime(2026, 2, 1, 9, tzinfo=UTC)


def vote(reviewer: str, verdict: Verdict, minute: int, reason: str = "") -> Screened:
    return Screened(
        id=f"{reviewer}{minute}",
        at=START + timedelta(minutes=minute),
        reviewer=reviewer,
        record="s:0001",
        stage=Stage.FULL_TEXT,
        verdict=verdict,
        reason=reason,
    )


def resolved(verdict: Verdict, minute: int, reason: str = "") -> Resolved:
    return Resolved(
        id=f"r{minute}",
        at=START + timedelta(minutes=minute),
        reviewer="carol",
        record="s:0001",
        stage=Stage.FULL_TEXT,
        verdict=verdict,
        reason=reason,
    )


def test_every_complete_set_of_votes_without_a_resolution() -> None:
    for size in (1, 2, 3):
        for verdicts in product(Verdict, repeat=size):
            votes = [
                vote(name, v, i) for i, (name, v) in enumerate(zip("abc", verdicts, strict=False))
            ]
            for safety_first in (False, True):
                plan = ScreeningPlan(safety_first=safety_first)
                got = consensus(votes, (), plan, size)
                if set(verdicts) == {I}:
                    expected: tuple[Verdict | None, bool] = (I, False)
                elif set(verdicts) == {E}:
                    expected = (E, False)
                elif safety_first and I in verdicts:
                    expected = (I, False)
                else:
                    expected = (None, True)
                assert (got.verdict, got.conflict) == expected, verdicts
                assert got.waiting_for == 0
                assert got.votes == tuple(votes), "the votes that counted, as they were cast"
                assert got.by_safety_rule == (
                    safety_first and I in verdicts and len(set(verdicts)) > 1
                )


def test_until_enough_have_voted_nothing_is_told() -> None:
    for size, needed in product((0, 1, 2), (1, 2, 3)):
        if size >= needed:
            continue
        for verdicts in product(Verdict, repeat=size):
            votes = [
                vote(name, v, i) for i, (name, v) in enumerate(zip("abc", verdicts, strict=False))
            ]
            for plan in (PLAN, SAFE):
                got = consensus(votes, (), plan, needed)
                assert (got.verdict, got.conflict, got.waiting_for) == (None, False, needed - size)
                assert got.votes == tuple(votes)


def test_a_plan_that_needs_nobody_still_needs_one() -> None:
    assert consensus((), (), PLAN, 0).waiting_for == 1


def test_more_votes_than_needed_all_count() -> None:
    assert consensus([vote("a", E, 0), vote("b", I, 1)], (), PLAN, 1).conflict


@pytest.mark.parametrize("needed", [1, 2, 3])
def test_every_order_of_two_voters_changes_of_mind_and_a_resolution(needed: int) -> None:
    """All histories of up to four votes by two people with one resolution somewhere among them."""
    for length in (0, 1, 2, 3, 4):
        for people in product("ab", repeat=length):
            for verdicts in product((I, E, U), repeat=length):
                votes = [
                    vote(p, v, 10 * i)
                    for i, (p, v) in enumerate(zip(people, verdicts, strict=True))
                ]
                for place in range(length + 1):
                    for settled in Verdict:
                        resolution = resolved(settled, 10 * place - 5)
                        got = consensus(votes, (resolution,), PLAN, needed)
                        last = {v.reviewer: v for v in votes}  # the latest stands last
                        later = [v.verdict for v in last.values() if v.at > resolution.at]
                        stands = all(v is settled for v in later)
                        assert got.verdict is (settled if stands else None)
                        assert got.conflict is not stands
                        assert got.waiting_for == 0
                        assert got.resolution is resolution
                        assert set(got.votes) == set(last.values())


def test_a_resolution_with_no_vote_at_all_settles_and_blocks_nobody() -> None:
    assert consensus((), (resolved(E, 0, "population"),), PLAN, 2).reason == "population"


def test_a_changed_mind_that_comes_back_lets_the_resolution_stand_again() -> None:
    history = [vote("a", I, 0), vote("b", E, 1), vote("b", E, 5), vote("b", I, 6)]
    assert consensus(history[:3], (resolved(I, 2),), PLAN, 2).conflict
    assert consensus(history, (resolved(I, 2),), PLAN, 2).verdict is I


def test_votes_that_agree_against_a_resolution_wait_for_a_new_one() -> None:
    votes = [vote("a", I, 0), vote("b", E, 1), vote("a", E, 5)]
    assert consensus(votes, (resolved(I, 2),), PLAN, 2).conflict
    assert consensus(votes, (resolved(I, 2), resolved(E, 6)), PLAN, 2).verdict is E


def test_a_vote_of_the_same_moment_as_the_resolution_was_before_it() -> None:
    assert consensus([vote("a", E, 2)], (resolved(I, 2),), PLAN, 2).verdict is I


def test_the_latest_resolution_counts_in_any_order() -> None:
    first, second = resolved(I, 2), resolved(E, 3, "design")
    for order in permutations((first, second)):
        got = consensus([vote("a", I, 0), vote("b", E, 1)], order, PLAN, 2)
        assert (got.verdict, got.reason, got.resolution) == (E, "design", second)


def test_the_order_of_lines_means_nothing() -> None:
    votes = [vote("a", I, 0), vote("b", E, 1, "design"), vote("a", E, 2, "population")]
    for needed in (1, 2, 3):
        answers = {consensus(o, (), PLAN, needed, ("population",)) for o in permutations(votes)}
        assert len(answers) == 1


def test_moments_in_different_zones_are_compared_as_moments() -> None:
    early = vote("a", I, 0)
    written = "2026-02-01T10:00:30+02:00"  # 08:00:30 in London
    late_by_its_digits = Screened(
        id="z",
        at=datetime.fromisoformat(written),
        reviewer="a",
        record="s:0001",
        stage=Stage.FULL_TEXT,
        verdict=E,
    )
    assert latest_votes([early, late_by_its_digits]) == (early,)


def test_rules_do_not_vote() -> None:
    assert consensus([vote(AUTOMATION, E, 0), vote("a", I, 1)], (), PLAN, 1).verdict is I


def test_exclusions_for_different_reasons_agree_on_the_first_criterion() -> None:
    order = ("language", "population", "design")
    for one, other in product(("", *order, "elsewhere"), repeat=2):
        got = consensus([vote("a", E, 0, one), vote("b", E, 1, other)], (), PLAN, 2, order)
        named = [r for r in chain(order, ("elsewhere",)) if r in (one, other)]
        assert got.verdict is E
        assert got.reason == (named[0] if named else "")


def test_reasons_that_are_no_criterion_keep_the_order_of_the_votes() -> None:
    assert first_reason(("", "b", "a"), ()) == "b"
    assert first_reason(("b", "a", "known"), ("known",)) == "known"
