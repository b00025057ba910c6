"""What a reviewer has still to look at, and in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum

from pipeline.model.decision import Stage
from pipeline.model.protocol import ScreeningPlan
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.screening.plans import pilot, shuffled, turn_of

_ROUNDING = 1e-9


class Turn(Enum):
    """For what reason a place in the order of showing is filled."""

    CERTAIN = "certain"
    UNCERTAIN = "uncertain"
    RANDOM = "random"


def turn(place: int, random: float, uncertain: float) -> Turn:
    """Whose turn the place numbered `place` (from 1) is, given the shares of places.

    Of the first n places, n times `random` (rounded down) are random, and of the others a part
    that comes to `uncertain` of all: the shares hold from the start on, and a session that goes on
    later counts on.
    """
    if _falls(place, random):
        return Turn.RANDOM
    others = place - int(place * random + _ROUNDING)
    return Turn.UNCERTAIN if _falls(others, uncertain / (1 - random)) else Turn.CERTAIN


def _falls(n: int, share: float) -> bool:
    """Whether the `n`th of a row of things is one of the `share` that is spread evenly over it."""
    return int(n * share + _ROUNDING) > int((n - 1) * share + _ROUNDING)


def mixed(
    best: Sequence[str],
    *,
    drawn: Sequence[str],
    doubtful: Sequence[str] = (),
    random: float = 0.0,
    uncertain: float = 0.0,
    shown: int = 0,
) -> Iterator[str]:
    """`best` (ids, best first), each once, with the shares of places that go to the others.

    `drawn` holds the same ids in an order drawn by a seed, `doubtful` those that the model is least
    sure of first (without any, those places are for the best). Places are counted on from the
    `shown` ones before. A random place goes to the next record in the order drawn, whether or not
    the model holds it likely.
    """
    sources = {
        Turn.CERTAIN: iter(best),
        Turn.UNCERTAIN: iter((*doubtful, *best)),
        Turn.RANDOM: iter((*drawn, *best)),
    }
    there = frozenset(best)
    placed: set[str] = set()
    for place in range(shown + 1, shown + len(there) + 1):
        source = sources[turn(place, random, uncertain)]
        record = next(r for r in source if r in there and r not in placed)
        placed.add(record)
        yield record


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
