"""Direction of effect: the results of a study into one vote, the votes of studies into a count.

Directions are coded by people in the study files. Nothing here reads words, p values or whether
an interval spans none (Hilton Boon & Thomson 2021; Cochrane Handbook 6.3, ch. 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import comb, sqrt
from statistics import NormalDist

from pipeline.model.study import Direction, Result


def wilson_interval(u: int, n: int, level: float = 0.95) -> tuple[float, float]:
    """The Wilson score interval of the share `u` of `n` (0 to 1), without continuity correction.

    Wilson 1927; recommended for small n by Brown, Cai & DasGupta 2001. Raises ValueError unless
    0 <= u <= n, n >= 1 and 0 < level < 1.
    """
    if not 0 <= u <= n or n < 1 or not 0 < level < 1:
        raise ValueError(f"no share: {u} of {n} at {level}")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share = u / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return (0.0 if u == 0 else middle - half), (1.0 if u == n else middle + half)


def poisson_interval(events: float, level: float = 0.95) -> tuple[float, float]:
    """The exact interval of a number of events (Garwood 1936). Raises ValueError below 0."""
    from scipy.special import chdtri

    if events < 0 or not 0 < level < 1:
        raise ValueError(f"no number of events: {events} at {level}")
    tail = (1 - level) / 2
    low = float(chdtri(2 * events, 1 - tail)) / 2 if events else 0.0
    return low, float(chdtri(2 * (events + 1), tail)) / 2


def sign_test(u: int, n: int) -> float:
    """The two-sided exact probability of a split at least as uneven as `u` of `n` by chance.

    The binomial assumption behind it seldom holds between studies (Nikolakopoulos 2020): it is
    given on request only. Raises ValueError unless 0 <= u <= n and n >= 1.
    """
    if not 0 <= u <= n or n < 1:
        raise ValueError(f"no split: {u} of {n}")
    tail = sum(comb(n, k) for k in range(max(u, n - u), n + 1)) / (1 << n)
    return min(1.0, 2 * tail)


class Vote(StrEnum):
    """What one study says on one outcome of one comparison."""

    HIGHER = "higher"
    LOWER = "lower"
    NO_CLEAR_DIFFERENCE = "no_clear_difference"
    CONFLICTING = "conflicting"
    UNCLEAR = "unclear"  # nothing is compared, or the report does not say which way


_VOTE_OF = {
    Direction.HIGHER: Vote.HIGHER,
    Direction.LOWER: Vote.LOWER,
    Direction.NO_CLEAR_DIFFERENCE: Vote.NO_CLEAR_DIFFERENCE,
    Direction.MIXED: Vote.CONFLICTING,
}


def vote(directions: Iterable[Direction]) -> Vote:
    """The vote of a study whose results on one outcome point in `directions`.

    All the same way, or at least 70 % of them: that way. Fewer: conflicting. Results that name no
    direction do not count; when all are like that the vote is unclear (Hilton Boon & Thomson 2021).
    """
    told = Counter(_VOTE_OF[d] for d in directions if d in _VOTE_OF)
    if not told:
        return Vote.UNCLEAR
    first, most = told.most_common(1)[0]
    return first if 10 * most >= 7 * told.total() else Vote.CONFLICTING


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteCount:
    """The ids of the studies by their vote; each study has one.

    Only `higher` and `lower` are set against each other; the others are named beside them.
    """

    higher: tuple[str, ...] = ()
    lower: tuple[str, ...] = ()
    no_clear_difference: tuple[str, ...] = ()
    conflicting: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()

    def of(self, which: Vote) -> tuple[str, ...]:
        found: tuple[str, ...] = getattr(self, which.value)
        return found

    @property
    def studies(self) -> tuple[str, ...]:
        return tuple(study for which in Vote for study in self.of(which))

    @property
    def counted(self) -> int:
        """The studies with a direction: the n of "u of n"."""
        return len(self.higher) + len(self.lower)

    @property
    def leading(self) -> Vote | None:
        """The direction that more studies have, None when neither or no study has one."""
        if len(self.higher) == len(self.lower):
            return None
        return Vote.HIGHER if len(self.higher) > len(self.lower) else Vote.LOWER

    def interval(self, which: Vote, level: float = 0.95) -> tuple[float, float]:
        """The Wilson interval of the share of studies that point `which` way (0 to 1).

        Raises ValueError when no study has a direction.
        """
        return wilson_interval(len(self.of(which)), self.counted, level)


def count_votes(results: Iterable[Result]) -> VoteCount:
    """One vote a study, from its results among `results`, in the order of the studies' first."""
    by_study: dict[str, list[Direction]] = {}
    for result in results:
        by_study.setdefault(result.study, []).append(result.direction)
    cast: dict[Vote, list[str]] = {which: [] for which in Vote}
    for study, directions in by_study.items():
        cast[vote(directions)].append(study)
    return VoteCount(**{which.value: tuple(studies) for which, studies in cast.items()})
