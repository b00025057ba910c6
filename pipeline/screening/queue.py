"""What a reviewer has still to look at, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline.screening.plans import pilot, shuffled, turn_of
from pipeline.terms.decision import Stage
from pipeline.terms.protocol import ScreeningPlan
from pipeline.terms.review import Position
from pipeline.terms.standing import Standing

OPEN_AT = {
    Stage.TITLE_ABSTRACT: Standing.AWAITING_SCREENING,
    Stage.FULL_TEXT: Standing.AWAITING_ASSESSMENT,
}
"""The standing in which a record waits for votes, by stage."""


def waiting_for(
    reviewer: str,
    positions: Iterable[Position],
    stage: Stage,
    plan: ScreeningPlan,
    standing_in: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """The ids of the records on which `reviewer` is to vote at `stage`, in the order they came in.

    Left out are records that have the votes they need (a conflict needs a resolution, not another
    vote), those the reviewer has voted on, and those that the plan gives to other people
    (`standing_in`: what was handed over, as `plans.stand_ins` gives it). The answer tells nothing
    of how anybody voted.
    """
    return tuple(
        position.record
        for position in positions
        if position.standing is OPEN_AT[stage]
        and not position.conflict
        and not any(vote.reviewer == reviewer for vote in position.votes)
        and turn_of(reviewer, position.record, plan, standing_in)
    )


def conflicts(positions: Iterable[Position], stage: Stage) -> tuple[Position, ...]:
    """The records on which reviewers disagree at `stage`, in the order they came in."""
    return tuple(p for p in positions if p.conflict and p.standing is OPEN_AT[stage])


def in_order(
    waiting: Collection[str],
    ranked: Sequence[str],
    plan: ScreeningPlan,
    *,
    everything: Iterable[str],
    random_share: float = 0.0,
    shown: int = 0,
    later: Collection[str] = (),
    drawn: Sequence[str] | None = None,
) -> tuple[str, ...]:
    """`waiting` in the order of showing: pilot, then `ranked` with a share drawn at random.

    `ranked` holds ids, best first; what it lacks follows in the order it came in. One place in
    `1 / random_share`, counted from the `shown` records shown before, goes to a record drawn by the
    plan's seed, so that what is found is no picture of the model's taste alone. `later` are records
    put off: they come last. `everything` is what the pilot is drawn from. `drawn` may
    hand in `shuffled(everything, plan.seed)`, which is the same draw, made once.
    """
    off = frozenset(later)
    open_ids = frozenset(waiting)
    first = [record for record in pilot(everything, plan) if record in open_ids - off]
    placed = set(first)
    by_rank = [record for record in ranked if record in open_ids]
    best = [r for r in dict.fromkeys((*by_rank, *waiting)) if r not in placed and r not in off]
    return (
        *first,
        *_with_random(best, plan.seed, random_share, shown, drawn),
        *_kept(waiting, off),
    )


def _with_random(
    best: Sequence[str], seed: int, share: float, shown: int, order: Sequence[str] | None
) -> Iterable[str]:
    if share <= 0:
        return best
    every = max(1, round(1 / share))
    there = frozenset(best)
    drawn = iter(shuffled(best, seed) if order is None else [r for r in order if r in there])
    ranked = iter(best)
    placed: dict[str, None] = {}
    for place in range(shown + 1, shown + len(best) + 1):
        source = drawn if place % every == 0 else ranked
        placed[next(record for record in source if record not in placed)] = None
    return placed


def _kept(waiting: Iterable[str], off: frozenset[str]) -> Iterable[str]:
    return (record for record in waiting if record in off)
