"""What numbers say of imprecision: a help for the judgement, which stays the authors' own.

GRADE guidelines 6 (Guyatt 2011) and the GRADE handbook 5.2.4: an interval that holds no difference,
or both an important lower and a higher value, and too little information: fewer than 300 events or
400 people as rules of thumb.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.finding import DESCRIPTIVE, RATIOS, EstimateSet, Scale
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.effect_sizes import back
from pipeline.synthesis.effects import Effect

EVENTS, PEOPLE = 300, 400
APPRECIABLE = (0.75, 1.25)
"""Ratios beyond which GRADE's rule of thumb calls a benefit or a harm appreciable."""
_OF_EVENTS = frozenset(
    {Scale.ODDS_RATIO, Scale.RISK_RATIO, Scale.RISK_DIFFERENCE, Scale.HAZARD_RATIO}
    | {Scale.RATE_RATIO, Scale.RATE_DIFFERENCE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Imprecision:
    """Whether the interval holds no difference, and both an important lower and higher value (by
    the authors' `important`, else GRADE's rule of thumb for ratios; None: neither is known);
    people and events that bear the estimate (None: not every study tells), and whether those are
    few.
    """

    holds_none: bool
    holds_both: bool | None
    people: int | None
    events: int | None
    few: bool

    @property
    def steps(self) -> int:
        """By how many levels these numbers would take certainty down: 0 to -2."""
        if self.holds_both and self.few:
            return -2
        return -1 if self.holds_none or self.holds_both or self.few else 0


def imprecision_of(
    asked: EstimateSet, effects: Sequence[Effect], pooled: Pooled
) -> Imprecision | None:
    """What the pooled effect of a set says of imprecision; None where the set compares nothing.

    `effects` are those that were pooled. People of several results of one study count once, by the
    largest.
    """
    if asked.scale in DESCRIPTIVE:
        return None
    none = 1.0 if asked.scale in RATIOS else 0.0
    low, high = back(asked.scale, pooled.low), back(asked.scale, pooled.high)
    people = _together({e.study: [] for e in effects}, [(e.study, e.n) for e in effects])
    events = _together({e.study: [] for e in effects}, [(e.study, e.events) for e in effects])
    few = people is not None and people < PEOPLE
    if asked.scale in _OF_EVENTS and events is not None:
        few = events < EVENTS
    return Imprecision(
        holds_none=low <= none <= high,
        holds_both=_both(asked, low, high),
        people=people,
        events=events,
        few=few,
    )


def _both(asked: EstimateSet, low: float, high: float) -> bool | None:
    below = asked.important.below if asked.important else None
    above = asked.important.above if asked.important else None
    if asked.important is None and asked.scale in RATIOS:
        below, above = APPRECIABLE
    if below is None or above is None:
        return None
    return low <= below and above <= high


def _together(by: dict[str, list[int]], told: Sequence[tuple[str, int | None]]) -> int | None:
    for study, n in told:
        if n is None:
            return None
        by[study].append(n)
    return sum(max(ns) for ns in by.values()) if by else None
