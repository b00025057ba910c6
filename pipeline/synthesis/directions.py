"""Direction of effect: the results of a study into one vote, the votes of studies into a count.

Directions are coded by people in the study files. Nothing here reads words, p values or whether
an interval spans none (Hilton Boon & Thomson 2021; Cochrane Handbook 6.3, ch. 12).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.synthesis.intervals import wilson_interval
from pipeline.terms.study import Direction, Result


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
