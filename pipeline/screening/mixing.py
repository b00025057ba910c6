"""What is shown mostly for being likely, now and then drawn at random or for being doubtful."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

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
