"""What the records shown at random say of all records: an estimate with its interval.

Records come in an order drawn by the seed as well as in that of the ranking (`plans.shuffled`). The
longest beginning of the drawn order of which every record was screened, for whatever reason, is a
random sample of all of them: the ranking's taste plays no part in who stands there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


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
