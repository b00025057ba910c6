"""When screening in ranked order may stop: what can be said of the records nobody has seen.

The test of Callaghan & Müller-Hansen (2020, doi:10.1186/s13643-020-01521-4): had fewer than the
target share of the relevant records been found, how likely would so few relevant ones have turned
up among the last that were screened? Any number of last records may be looked at; the smallest
probability counts. It takes the last records for a random sample of what was left. They were ranked
higher than what is left, so more should have turned up: the test errs on the side of going on.

The test is asked again and again, and a ranking that knows little gives it many chances to be
wrong. So what it says must have held a hundredth of all records earlier too: the larger of the two
probabilities counts. In simulations where the ranking knows nothing this raises the share of
screenings that reach their target from 89 to 95 %, and costs two records in a hundred.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

MOST_SAMPLES = 300
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the screening so far says of what is left.

    `p` is the probability of the test, in two looks, at `target_recall`; `may_stop` whether it is
    below 1 - `confidence`. `certified_recall` is the highest recall that holds at `confidence`: at
    least that share of the relevant records has been found. `in_a_row` counts the irrelevant
    records since the last relevant one: a heuristic, not a test.
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

    Without `certify` the highest certified recall, which takes longest, is left at 0. ValueError
    for shares outside their range and for more labels than records.
    """
    if not 0 < target_recall < 1 or not 0 < confidence < 1:
        raise ValueError("target recall and confidence lie between 0 and 1")
    if len(labels) > total:
        raise ValueError("more records were screened than there are")
    found = np.asarray(labels, dtype=bool)
    relevant = int(found.sum())
    p = p_of_two_looks(found, total, math.floor(relevant / target_recall + 1e-9) + 1)
    last = np.flatnonzero(found)
    return Outlook(
        seen=len(found),
        total=total,
        relevant=relevant,
        target_recall=target_recall,
        confidence=confidence,
        p=p,
        may_stop=_ruled_out(p, confidence),
        certified_recall=certified_recall(found, total, confidence) if certify else 0.0,
        in_a_row=len(found) - (int(last[-1]) + 1 if len(last) else 0),
    )


def statement(seen: Outlook) -> str:
    """What can be said of the records that are left, in one sentence that promises no more."""
    if seen.seen >= seen.total:
        return "Every record has been screened." if seen.total else "There is no record to screen."
    if not seen.relevant:
        return f"{seen.seen:,} of {seen.total:,} records screened; nothing relevant found yet."
    if seen.certified_recall < 0.01:
        screened = f"{seen.seen:,} of {seen.total:,} records screened, {seen.relevant:,} relevant"
        return f"{screened}; too few to say what share of the relevant ones that is."
    return (
        f"At {_percent(seen.confidence)} confidence, at least "
        f"{_percent(seen.certified_recall, down=True)} of the relevant records have been found "
        f"({seen.relevant:,} in {seen.seen:,} of {seen.total:,} records)."
    )


def target_statement(seen: Outlook) -> str:
    """Whether the target is reached, and that a person decides; empty when nothing is left."""
    if seen.seen >= seen.total:
        return ""
    target = _percent(seen.target_recall)
    if not seen.may_stop:
        return f"Target of {target} not reached yet."
    return f"Target of {target} reached; to stop is up to you."


def _percent(share: float, *, down: bool = False) -> str:
    """`95%`, `97.5%`; `down` cuts to a whole number below, so that nothing is promised too much."""
    return f"{math.floor(100 * share + 1e-9)}%" if down else f"{round(100 * share, 2):g}%"


def p_of_missing(found: npt.NDArray[np.bool_], total: int, at_least: int) -> float:
    """The probability of what was seen if there were `at_least` relevant records in all.

    The smallest over every number of last records taken as the sample (of very many, over
    `MOST_SAMPLES` of them, which can only make it larger); 1 before anything is seen, 0 where so
    many relevant records cannot be, for too few records are left.
    """
    return _Seen.of(found, total).p(at_least)


def p_of_two_looks(found: npt.NDArray[np.bool_], total: int, at_least: int) -> float:
    """The larger of `p_of_missing` now and a hundredth of all records ago; 0 for what cannot be."""
    looks = _looks(found, total)
    if looks[0].cannot_be(at_least):
        return 0.0
    return max(look.p(at_least) for look in looks)


def certified_recall(found: npt.NDArray[np.bool_], total: int, confidence: float) -> float:
    """The highest recall that both looks certify at `confidence`; 0 while nothing was found."""
    looks = _looks(found, total)
    seen = looks[0]
    if not seen.relevant:
        return 0.0
    low, high = seen.relevant + 1, seen.relevant + seen.left + 1
    while low < high:
        middle = (low + high) // 2
        if all(_ruled_out(look.p(middle), confidence) for look in looks):
            high = middle
        else:
            low = middle + 1
    # `low` relevant records in all can be ruled out, one fewer cannot
    return seen.relevant / (low - 1)


def _looks(found: npt.NDArray[np.bool_], total: int) -> tuple[_Seen, ...]:
    """What was seen now and, unless all is seen, a hundredth of all records ago."""
    now = _Seen.of(found, total)
    if not now.left:
        return (now,)
    return now, _Seen.of(found[: max(0, len(found) - max(1, total // 100))], total)


def _ruled_out(p: float, confidence: float) -> bool:
    """Whether `p` is below 1 - `confidence`; what is equal but for the last digits is not."""
    return p < 1 - confidence - _ROUNDING


@dataclass(frozen=True, slots=True)
class _Seen:
    """What was seen, as the samples that the test looks at.

    For each sample of last records: its `sizes`, how many relevant ones are `inside`, and the
    logarithms of all factorials that can be needed.
    """

    relevant: int
    left: int
    sizes: npt.NDArray[np.int64]
    inside: npt.NDArray[np.int64]
    log_factorial: npt.NDArray[np.float64]

    @classmethod
    def of(cls, found: npt.NDArray[np.bool_], total: int) -> _Seen:
        n = len(found)
        inside = np.cumsum(found[::-1], dtype=np.int64)
        # for one count of relevant ones in the sample the largest sample says most
        ends = np.flatnonzero(np.diff(inside, append=inside[-1] + 1 if n else 1))
        if len(ends) > MOST_SAMPLES:
            ends = ends[np.linspace(0, len(ends) - 1, MOST_SAMPLES).astype(np.intp)]
        return cls(
            relevant=int(found.sum()),
            left=total - n,
            sizes=ends + 1,
            inside=inside[ends],
            log_factorial=_log_factorials(total),
        )

    def cannot_be(self, at_least: int) -> bool:
        """Whether too few records are left for `at_least` relevant ones."""
        return at_least - self.relevant > self.left

    def p(self, at_least: int) -> float:
        """The smallest probability, over the samples, of so few relevant ones in it."""
        if self.cannot_be(at_least):
            return 0.0
        if not len(self.sizes):
            return 1.0
        urns = self.left + self.sizes
        marked = at_least - self.relevant + self.inside
        return min(1.0, float(self._at_most(urns, marked).min()))

    def _at_most(
        self, urns: npt.NDArray[np.int64], marked: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        """P(X ≤ inside) for X hypergeometric: `sizes` drawn from `urns`, `marked` relevant."""
        below = np.arange(int(self.inside.max()) + 1)[:, None]
        x = self.inside - below
        possible = (x >= 0) & (x >= self.sizes + marked - urns)
        x = np.where(possible, x, 0)
        terms = (
            self._log_choose(marked, x)
            + self._log_choose(urns - marked, np.where(possible, self.sizes - x, 0))
            - self._log_choose(urns, self.sizes)
        )
        return np.asarray(np.exp(np.where(possible, terms, -np.inf)).sum(axis=0))

    def _log_choose(
        self, n: npt.NDArray[np.int64], k: npt.NDArray[np.int64]
    ) -> npt.NDArray[np.float64]:
        of = self.log_factorial
        return np.asarray(of[n] - of[k] - of[n - k])


@lru_cache(maxsize=4)
def _log_factorials(most: int) -> npt.NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, most + 1)))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """How many relevant records there are in all, by the random sample.

    `sample` records were drawn, `relevant` of them are. `low` and `high` bound the number in all
    (`total` records) at 95 %, `likely` is the best guess; none is lower than what was found.
    """

    sample: int
    relevant: int
    total: int
    found: int
    low: int
    likely: int
    high: int

    @property
    def left(self) -> tuple[int, int, int]:
        """How many relevant records are left: at least, likely, at most."""
        return self.low - self.found, self.likely - self.found, self.high - self.found


def sample_of(drawn: Iterable[str], labels: Mapping[str, bool]) -> tuple[bool, ...]:
    """The labels of the longest beginning of `drawn` that was screened (`labels` by record)."""
    sample: list[bool] = []
    for record in drawn:
        if record not in labels:
            break
        sample.append(labels[record])
    return tuple(sample)


def estimate(sample: Iterable[bool], total: int, found: int, unscreened: int) -> Estimate | None:
    """What a random `sample` of `total` records says, where `found` relevant ones are known and
    `unscreened` records are left; None without a sample.

    The interval of Clopper and Pearson (1934), made narrower by what is known: at least the
    relevant records that were found are there, and no more than those and the unscreened ones.
    """
    from scipy.special import betaincinv

    drawn = tuple(sample)
    n, k = len(drawn), sum(drawn)
    if not n:
        return None
    low = float(betaincinv(k, n - k + 1, 0.025)) if k else 0.0
    high = float(betaincinv(k + 1, n - k, 0.975)) if k < n else 1.0
    if n == total:
        low = high = k / n
    most = found + unscreened
    return Estimate(
        sample=n,
        relevant=k,
        total=total,
        found=found,
        low=min(most, max(found, int(low * total))),
        likely=min(most, max(found, round(k / n * total))),
        high=min(most, max(found, -int(-high * total // 1))),
    )


RANDOM_SET = 0.01
LEAST_SCREENED = 0.10
IN_A_ROW = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeCheck:
    """One check of a phase: what is asked, whether it is met (None: only people can tell), and
    what was found."""

    phase: str
    asks: str
    met: bool | None
    found: str


def safe_checks(
    seen: Outlook, sample: Estimate | None, excluded: int, excluded_by_two: int, other_model: str
) -> tuple[SafeCheck, ...]:
    """The checks in their order, from the outlook, the random sample, the number of excluded
    records, how many of them two people saw, and the command that ranks with another model."""
    drawn = sample.sample if sample else 0
    likely = sample.likely if sample else 0
    found_at_random = sample.relevant if sample else 0
    return (
        SafeCheck(
            phase="Random set",
            asks=f"at least {RANDOM_SET:.0%} of the records screened in random order",
            met=drawn >= RANDOM_SET * seen.total,
            found=f"{drawn:,} of {seen.total:,}",
        ),
        SafeCheck(
            phase="Random set",
            asks="a relevant record found in random order",
            met=found_at_random > 0,
            found=f"{found_at_random:,} found",
        ),
        SafeCheck(
            phase="Active learning",
            asks="all key papers that you know of are among the relevant records",
            met=None,
            found="only you can tell",
        ),
        SafeCheck(
            phase="Active learning",
            asks="twice as many screened as are likely to be relevant by the random set",
            met=seen.seen >= 2 * likely if sample else False,
            found=f"{seen.seen:,} screened, {likely:,} likely" if sample else "no random set",
        ),
        SafeCheck(
            phase="Active learning",
            asks=f"at least {LEAST_SCREENED:.0%} of the records screened",
            met=seen.seen >= LEAST_SCREENED * seen.total,
            found=f"{seen.seen:,} of {seen.total:,}",
        ),
        SafeCheck(
            phase="Active learning",
            asks=f"{IN_A_ROW} irrelevant records in a row (a heuristic, no test)",
            met=seen.in_a_row >= min(IN_A_ROW, seen.total),
            found=f"{seen.in_a_row:,} in a row",
        ),
        SafeCheck(
            phase="Another model",
            asks=f"{IN_A_ROW} irrelevant records in a row in the order of another model",
            met=None,
            found=f"try {other_model}",
        ),
        SafeCheck(
            phase="Quality",
            asks="excluded records looked at by a second person",
            met=excluded_by_two == excluded if excluded else None,
            found=f"{excluded_by_two:,} of {excluded:,}",
        ),
    )
