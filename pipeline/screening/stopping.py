"""When screening in ranked order may stop: what can be said of the records nobody has seen.

The test of Callaghan & Müller-Hansen (2020, doi:10.1186/s13643-020-01521-4): had fewer than the
target share of the relevant records been found, how likely would so few relevant ones have turned
up among the last that were screened? Any number of last records may be looked at; the smallest
probability counts. It takes the last records for a random sample of what was left. They were ranked
higher than what is left, so more should have turned up: the test errs on the side of going on.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the screening so far says of what is left.

    `p` is the probability of the test at `target_recall`; `may_stop` whether it is below
    1 - `confidence`. `certified_recall` is the highest recall that holds at `confidence`: at least
    that share of the relevant records has been found. `in_a_row` counts the irrelevant records
    since the last relevant one: a heuristic, not a test.
    """

    seen: int
    total: int
    relevant: int
    target_recall: float
    confidence: float
    p: float
    may_stop: bool
    certified_recall: float
    in_a_row: int


def outlook(
    labels: Sequence[bool],
    total: int,
    *,
    target_recall: float = 0.95,
    confidence: float = 0.95,
    certify: bool = True,
) -> Outlook:
    """The outlook after screening `labels` (in the order shown) of `total` records.

    Without `certify` the highest certified recall, which takes longest, is left at 0.
    """
    if not 0 < target_recall < 1 or not 0 < confidence < 1:
        raise ValueError("target recall and confidence lie between 0 and 1")
    if len(labels) > total:
        raise ValueError("more records were screened than there are")
    found = np.asarray(labels, dtype=bool)
    relevant = int(found.sum())
    p = p_of_missing(found, total, math.floor(relevant / target_recall + 1e-9) + 1)
    last = np.flatnonzero(found)
    return Outlook(
        seen=len(found),
        total=total,
        relevant=relevant,
        target_recall=target_recall,
        confidence=confidence,
        p=p,
        may_stop=p < 1 - confidence,
        certified_recall=certified_recall(found, total, confidence) if certify else 0.0,
        in_a_row=len(found) - (int(last[-1]) + 1 if len(last) else 0),
    )


def p_of_missing(found: npt.NDArray[np.bool_], total: int, at_least: int) -> float:
    """The probability of what was seen if there were `at_least` relevant records in all.

    The smallest over every number of last records taken as the sample; 1 before anything is seen,
    0 where so many relevant records cannot be, for too few records are left.
    """
    n = len(found)
    relevant = int(found.sum())
    if at_least - relevant > total - n:
        return 0.0
    if n == 0:
        return 1.0
    in_sample = np.cumsum(found[::-1])
    sizes = np.arange(1, n + 1)
    urns = total - n + sizes
    in_urn = at_least - (relevant - in_sample)
    # for one count of relevant ones in the sample the largest sample says most
    ends = np.flatnonzero(np.diff(in_sample, append=in_sample[-1] + 1))
    return min(
        1.0,
        min(_at_most(int(in_sample[k]), int(urns[k]), int(in_urn[k]), int(sizes[k])) for k in ends),
    )


def certified_recall(found: npt.NDArray[np.bool_], total: int, confidence: float) -> float:
    """The highest recall that the test certifies at `confidence`; 0 while nothing was found."""
    relevant = int(found.sum())
    if not relevant:
        return 0.0
    low, high = relevant + 1, relevant + total - len(found) + 1
    while low < high:
        middle = (low + high) // 2
        if p_of_missing(found, total, middle) < 1 - confidence:
            high = middle
        else:
            low = middle + 1
    # `low` relevant records in all can be ruled out, one fewer cannot
    return relevant / (low - 1)


def _at_most(k: int, urn: int, marked: int, drawn: int) -> float:
    """P(X ≤ k) for X hypergeometric: `drawn` from `urn` records of which `marked` are relevant."""
    whole = _log_choose(urn, drawn)
    lowest = max(0, drawn + marked - urn)
    terms = [
        _log_choose(marked, x) + _log_choose(urn - marked, drawn - x) - whole
        for x in range(k, lowest - 1, -1)
    ]
    if not terms:
        return 0.0
    top = max(terms)
    return math.exp(top) * math.fsum(math.exp(term - top) for term in terms)


@lru_cache(maxsize=200_000)
def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
