"""Agreement of two people who each chose one of several options for the same things.

Never kappa alone: where nearly everything gets one answer kappa is low while agreement is high
(Byrt et al. 1993), so observed agreement, PABAK and Gwet's AC1 stand beside it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import TypeVar

_Z95 = 1.959963984540054
_NONE = 1e-12  # a variance below this is the rounding of none

A = TypeVar("A", bound=Hashable)
Shares = Mapping[tuple[A, A], float]
"""How large a share of all got these two answers, the first person's and the second's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Agreement on `n` things; None where a figure is not defined.

    `observed` is the share on which both gave the same answer (0 to 1). `kappa_low` and
    `kappa_high` bound Cohen's kappa at 95 %; they are None where the answers do not vary enough for
    an error to be estimated.
    """

    n: int = 0
    observed: float | None = None
    kappa: float | None = None
    kappa_low: float | None = None
    kappa_high: float | None = None
    pabak: float | None = None
    ac1: float | None = None


def figures_of(counts: Mapping[tuple[A, A], int], options: int) -> Figures:
    """The figures of a square table: how often two answers met, of `options` that one could give.

    Cohen 1960 (kappa), Fleiss, Cohen & Everitt 1969 (its error in large samples), Byrt, Bishop &
    Carlin 1993 (PABAK; with k options (k·po - 1)/(k - 1)), Gwet 2008 (AC1). With one option only
    the observed agreement is defined.
    """
    n = sum(counts.values())
    if n == 0:
        return Figures()
    shares = {two: count / n for two, count in counts.items() if count}
    observed = math.fsum(share for (one, other), share in shares.items() if one == other)
    first, second = _margins(shares)
    given = {*first, *second}
    by_chance = math.fsum(first.get(a, 0.0) * second.get(a, 0.0) for a in given)
    kappa = (observed - by_chance) / (1 - by_chance) if len(given) > 1 else None
    low, high = (None, None) if kappa is None else _interval(shares, kappa, by_chance, n)
    others = max(options, len(given)) - 1
    means = [(first.get(a, 0.0) + second.get(a, 0.0)) / 2 for a in given]
    chance_ac1 = math.fsum(p * (1 - p) for p in means) / others if others else 0.0
    return Figures(
        n=n,
        observed=observed,
        kappa=kappa,
        kappa_low=low,
        kappa_high=high,
        pabak=((others + 1) * observed - 1) / others if others else None,
        ac1=(observed - chance_ac1) / (1 - chance_ac1) if others else None,
    )


def _margins(shares: Shares[A]) -> tuple[Mapping[A, float], Mapping[A, float]]:
    """The share of each answer among those of the first and of the second person."""
    first: dict[A, float] = defaultdict(float)
    second: dict[A, float] = defaultdict(float)
    for (one, other), share in shares.items():
        first[one] += share
        second[other] += share
    return first, second


def _interval(
    shares: Shares[A], kappa: float, by_chance: float, n: int
) -> tuple[float, float] | tuple[None, None]:
    first, second = _margins(shares)
    variance = -((kappa - by_chance * (1 - kappa)) ** 2)
    for (one, other), share in shares.items():
        if one == other:
            variance += share * (1 - (first[one] + second[one]) * (1 - kappa)) ** 2
        else:
            crossed = second.get(one, 0.0) + first.get(other, 0.0)
            variance += share * (1 - kappa) ** 2 * crossed**2
    if variance < _NONE:
        return None, None
    error = math.sqrt(variance / n) / (1 - by_chance)
    return max(-1.0, kappa - _Z95 * error), min(1.0, kappa + _Z95 * error)
