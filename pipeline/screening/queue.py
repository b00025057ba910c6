"""What a reviewer has still to look at, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from pipeline.screening.mixing import mixed
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
    doubtful: Sequence[str] = (),
    uncertain_share: float = 0.0,
) -> tuple[str, ...]:
    """`waiting` in the order of showing: pilot, then `ranked` mixed with random and doubtful ones.

    `ranked` holds ids, best first; what it lacks follows in the order it came in. Of the places,
    counted from the `shown` records shown before, `random_share` go to records drawn by the
    ranking's seed, so that what is found is no picture of the model's taste alone, and
    `uncertain_share` to the first of `doubtful`. `later` are records put off: they come last.
    `everything` is what the pilot is drawn from. `drawn` may hand in
    `shuffled(everything, plan.ranking_seed)`, which is the same draw, made once.
    """
    off = frozenset(later)
    open_ids = frozenset(waiting)
    first = [record for record in pilot(everything, plan) if record in open_ids - off]
    placed = set(first)
    by_rank = [record for record in ranked if record in open_ids]
    best = [r for r in dict.fromkeys((*by_rank, *waiting)) if r not in placed and r not in off]
    if random_share and drawn is None:
        drawn = shuffled(best, plan.ranking_seed)
    return (
        *first,
        *mixed(
            best,
            drawn=drawn or (),
            doubtful=doubtful,
            random=random_share,
            uncertain=uncertain_share,
            shown=shown,
        ),
        *(record for record in waiting if record in off),
    )
