"""Shares with their uncertainty, from counts alone."""

from __future__ import annotations

from math import comb, sqrt
from statistics import NormalDist


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
