"""One number with its variance from what groups show: events, means, rates, a correlation.

The formulas are those of `escalc()` in the R package metafor (Viechtbauer 2010), to which the tests
hold them on published data; each names its own source. What a study cannot tell is a ValueError in
words that follow on its name: "… has no event in either group".
"""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, exp, lgamma, log, sin, sqrt, tanh

from pipeline.model.finding import RATIOS, Scale, Transform


@dataclass(frozen=True, slots=True)
class Working:
    """An estimate as it is worked with: a logarithm for ratios, Fisher's z for correlations.

    `variance` is None where no interval, error or number of people tells it. `how` says what was
    done to get there, "" where nothing has to be said.
    """

    y: float
    variance: float | None
    how: str = ""


Cells = tuple[float, float, float, float]
"""Two groups: events and people of the one, then of the other; or events and time of each."""

HALF_ADDED = "0.5 added to each cell, as one is empty"


def of_events(scale: Scale, cells: Cells, *, peto: bool = False) -> Working:
    """Events `x1` of `n1` against `x2` of `n2` as an odds ratio, risk ratio or risk difference.

    Ratios: a half is added to each of the four cells when one is empty (Cochrane Handbook
    10.4.4.2). Risk difference: the difference as it is; where a cell is empty its variance is
    worked out with a half added, so that it is never 0. `peto`: the one-step odds ratio of Yusuf et
    al. 1985, which needs nothing added. Raises ValueError where both groups have no event or
    nothing but events, which tells nothing of a ratio, and where a group is empty.
    """
    x1, n1, x2, n2 = cells
    a, b, c, d = x1, n1 - x1, x2, n2 - x2
    if min(n1, n2) <= 0:
        raise ValueError("has nobody in one of its groups")
    if min(a, b, c, d) < 0:
        raise ValueError("counts more events than people")
    if scale is Scale.RISK_DIFFERENCE:
        return _risk_difference(a, b, c, d)
    if a == 0 and c == 0:
        raise ValueError("has no event in either group, which tells nothing of a ratio")
    if b == 0 and d == 0:
        raise ValueError("has nothing but events in both groups, which tells nothing of a ratio")
    if peto:
        return _peto(a, b, c, d)
    how = ""
    if 0 in (a, b, c, d):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        how = HALF_ADDED
    if scale is Scale.RISK_RATIO:
        y = log(a / (a + b)) - log(c / (c + d))
        return Working(y, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d), how)
    return Working(log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d, how)


def _risk_difference(a: float, b: float, c: float, d: float) -> Working:
    y = a / (a + b) - c / (c + d)
    how = ""
    if 0 in (a, b, c, d):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        how = "0.5 added to each cell for the variance, as one is empty"
    n1, n2 = a + b, c + d
    return Working(y, a * b / n1**3 + c * d / n2**3, how)


def _peto(a: float, b: float, c: float, d: float) -> Working:
    n1, n2 = a + b, c + d
    n = n1 + n2
    expected = (a + c) * n1 / n
    spread = (a + c) * (b + d) * (n1 / n) * (n2 / n) / (n - 1)
    return Working((a - expected) / spread, 1 / spread, "Peto\u2019s one-step odds ratio")


Moments = tuple[float, float, float]
"""A mean, a standard deviation and how many people they are of."""


def of_means(scale: Scale, one: Moments, other: Moments) -> Working:
    """Two means as their difference, Hedges' g or the logarithm of their ratio.

    Mean difference: each group keeps its own variance. Standardised: divided by the pooled standard
    deviation, with the exact correction for small samples and the large-sample variance (Hedges
    1981, 1982). Ratio of means: Hedges, Gurevitch & Curtis 1999; both means need the same sign.
    Raises ValueError for groups of fewer than two people and where no one varies.
    """
    (m1, s1, n1), (m2, s2, n2) = one, other
    if min(n1, n2) < 1 or n1 + n2 <= 2:
        raise ValueError("has too few people for a spread")
    if min(s1, s2) < 0:
        raise ValueError("has a standard deviation below 0")
    if s1 == 0 and s2 == 0:
        raise ValueError("has standard deviations of 0 in both groups, so nothing tells its error")
    if scale is Scale.MEAN_DIFFERENCE:
        return Working(m1 - m2, s1 * s1 / n1 + s2 * s2 / n2)
    if scale is Scale.RATIO_OF_MEANS:
        if m1 * m2 <= 0:
            raise ValueError("has means that are 0 or of different signs, which have no ratio")
        return Working(log(m1 / m2), s1 * s1 / (n1 * m1 * m1) + s2 * s2 / (n2 * m2 * m2))
    free = n1 + n2 - 2
    g = small_sample(free) * (m1 - m2) / sqrt(((n1 - 1) * s1 * s1 + (n2 - 1) * s2 * s2) / free)
    return Working(g, 1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2)), "Hedges\u2019 g from means")


def small_sample(free: float) -> float:
    """The exact factor by which a standardised mean difference of `free` degrees of freedom is too
    large (Hedges 1981); 1 minus about 3 / (4 free - 1)."""
    if free <= 1:
        raise ValueError("has too few people to standardise by their spread")
    return exp(lgamma(free / 2) - 0.5 * log(free / 2) - lgamma((free - 1) / 2))


def of_correlation(r: float, n: float | None) -> Working:
    """Fisher's z of a correlation among `n` people (variance None without `n`).

    Raises ValueError unless -1 < r < 1 and n > 3.
    """
    if not -1 < r < 1:
        raise ValueError(f"is {r:g}, no correlation between \u22121 and 1")
    if n is not None and n <= 3:
        raise ValueError("has too few people for the error of a correlation")
    return Working(0.5 * log((1 + r) / (1 - r)), None if n is None else 1 / (n - 3))


def of_proportion(x: float, n: float, transform: Transform) -> Working:
    """`x` of `n` as a logit (a half added where x is 0 or n), or as a double arcsine (Freeman &
    Tukey 1950), which needs nothing added. Raises ValueError unless 0 <= x <= n and n > 0."""
    if n <= 0 or not 0 <= x <= n:
        raise ValueError(f"counts {x:g} of {n:g}")
    if transform is Transform.DOUBLE_ARCSINE:
        y = 0.5 * (asin(sqrt(x / (n + 1))) + asin(sqrt((x + 1) / (n + 1))))
        return Working(y, 1 / (4 * n + 2))
    a, b = (x, n - x) if 0 < x < n else (x + 0.5, n - x + 0.5)
    how = "" if 0 < x < n else "0.5 added for its weight, as nobody or everybody has it"
    return Working(log(a / b), 1 / a + 1 / b, how)


def of_rate(events: float, time: float) -> Working:
    """The logarithm of a rate of `events` in `time`; a half is added to no event."""
    _timed(events, time)
    x = events or 0.5
    return Working(log(x / time), 1 / x, "" if events else "0.5 added, as there was no event")


def of_rates(scale: Scale, cells: Cells) -> Working:
    """Events in person-time against events in person-time, as a ratio or a difference of rates.

    A half is added to both numbers of events when one is 0 (for a difference to the variance only).
    Raises ValueError where neither group has an event and a ratio is wanted.
    """
    x1, t1, x2, t2 = cells
    _timed(x1, t1)
    _timed(x2, t2)
    empty = 0 in (x1, x2)
    a, b = (x1 + 0.5, x2 + 0.5) if empty else (x1, x2)
    if scale is Scale.RATE_DIFFERENCE:
        how = "0.5 added to both numbers of events for the variance, as one is 0" if empty else ""
        return Working(x1 / t1 - x2 / t2, a / t1**2 + b / t2**2, how)
    if x1 == 0 and x2 == 0:
        raise ValueError("has no event in either group, which tells nothing of a ratio")
    how = "0.5 added to both numbers of events, as one is 0" if empty else ""
    return Working(log(a / t1) - log(b / t2), 1 / a + 1 / b, how)


def _timed(events: float, time: float) -> None:
    if events < 0 or time <= 0:
        raise ValueError(f"counts {events:g} events in a time of {time:g}")


def back(scale: Scale, y: float, n: float | None = None) -> float:
    """A value of the working scale as it is printed.

    `n` is given where a proportion was worked with as a double arcsine: the people whom it is of,
    or their harmonic mean over studies (Miller 1978).
    """
    if scale in RATIOS or scale is Scale.RATE:
        return exp(min(y, 700.0))
    if scale is Scale.PROPORTION:
        if n is not None:
            return _out_of_arcsines(y, n)
        return 1 / (1 + exp(-max(min(y, 700.0), -700.0)))
    return tanh(y) if scale is Scale.CORRELATION else y


def _out_of_arcsines(y: float, n: float) -> float:
    # what no proportion of n could give lies at the ends (as metafor's transf.ipft has it)
    if y <= 0.5 * asin(sqrt(1 / (n + 1))):
        return 0.0
    if y >= 0.5 * (asin(sqrt(n / (n + 1))) + asin(1.0)):
        return 1.0
    twice = sin(2 * y)
    inner = twice + (twice - 1 / twice) / n
    sign = 1.0 if 2 * y <= asin(1.0) else -1.0
    return 0.5 * (1 - sign * sqrt(max(0.0, 1 - inner * inner)))
