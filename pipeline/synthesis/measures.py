"""What an estimate is, from the words beside it, and how one measure becomes another.

Formulas: Borenstein, Hedges, Higgins & Rothstein 2009, ch. 4 to 7; Cochrane Handbook 6.5, 6.3 and
10.6; Chinn 2000 for the odds ratio and the standardised mean difference.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from math import log, pi, sqrt, tanh
from statistics import NormalDist

from pipeline.model.finding import RATIOS, Scale

_WORDS = {
    "odds ratio": Scale.ODDS_RATIO,
    "or": Scale.ODDS_RATIO,
    "aor": Scale.ODDS_RATIO,
    "risk ratio": Scale.RISK_RATIO,
    "relative risk": Scale.RISK_RATIO,
    "rr": Scale.RISK_RATIO,
    "arr": Scale.RISK_RATIO,
    "prevalence ratio": Scale.RISK_RATIO,
    "risk difference": Scale.RISK_DIFFERENCE,
    "hazard ratio": Scale.HAZARD_RATIO,
    "hr": Scale.HAZARD_RATIO,
    "ahr": Scale.HAZARD_RATIO,
    "mean difference": Scale.MEAN_DIFFERENCE,
    "standardised mean difference": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "standardized mean difference": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "smd": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "cohen's d": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "hedges' g": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "d": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "g": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "correlation": Scale.CORRELATION,
    "correlation coefficient": Scale.CORRELATION,
    "r": Scale.CORRELATION,
}
_ADJUSTED = re.compile(r"^(?:(?:un)?adjusted|crude|pooled|multivariable|univariable)\s+")


def scale_of(measure: str) -> Scale | None:
    """The scale that the words of a measure name exactly ("adjusted odds ratio"), else None."""
    plain = " ".join(measure.casefold().replace("\u2019", "'").split())
    return _WORDS.get(_ADJUSTED.sub("", plain))


@dataclass(frozen=True, slots=True)
class Working:
    """An estimate as it is worked with: a logarithm for ratios, Fisher's z for correlations.

    `variance` is None where no interval, error or number of people tells it.
    """

    y: float
    variance: float | None


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval of `level` (0 to 1)."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def to_working(scale: Scale, value: float) -> float:
    """`value` on the working scale. Raises ValueError where `value` cannot be one of `scale`."""
    if scale in RATIOS:
        if value <= 0:
            raise ValueError(f"a ratio of {value} has no logarithm")
        return log(value)
    if scale is Scale.CORRELATION:
        if not -1 < value < 1:
            raise ValueError(f"{value} is no correlation between -1 and 1")
        return 0.5 * log((1 + value) / (1 - value))
    return value


_D = sqrt(3) / pi


def converted(working: Working, source: Scale, target: Scale) -> tuple[Working, str] | None:
    """`working` from `source` to `target` with the formula in words, None where there is no way.

    Odds ratios, standardised mean differences and correlations become each other; risk ratios and
    hazard ratios do not without a baseline risk, and mean differences not without a spread.
    """
    if source is target:
        return working, ""
    into_d, out_of_d = _TO_D.get(source), _FROM_D.get(target)
    if into_d is None or out_of_d is None:
        return None
    via, first = into_d(working)
    made, second = out_of_d(via)
    return made, "; ".join(part for part in (first, second) if part)


def _from_odds(w: Working) -> tuple[Working, str]:
    variance = None if w.variance is None else w.variance * _D * _D
    return Working(w.y * _D, variance), "d = ln(OR) \u00d7 \u221a3/\u03c0"


def _to_odds(w: Working) -> tuple[Working, str]:
    variance = None if w.variance is None else w.variance / (_D * _D)
    return Working(w.y / _D, variance), "ln(OR) = d \u00d7 \u03c0/\u221a3"


def _from_r(w: Working) -> tuple[Working, str]:
    r = tanh(w.y)
    spread = 1 - r * r
    # the variance of r is that of Fisher's z times (1 - r^2)^2
    of_r = None if w.variance is None else w.variance * spread * spread
    variance = None if of_r is None else 4 * of_r / spread**3
    return Working(2 * r / sqrt(spread), variance), "d = 2r/\u221a(1 \u2212 r\u00b2)"


def _to_r(w: Working) -> tuple[Working, str]:
    d, a = w.y, 4.0
    r = d / sqrt(d * d + a)
    of_r = None if w.variance is None else a * a * w.variance / (d * d + a) ** 3
    variance = None if of_r is None else of_r / (1 - r * r) ** 2
    return (
        Working(to_working(Scale.CORRELATION, r), variance),
        "r = d/\u221a(d\u00b2 + 4), groups of equal size",
    )


def _as_is(w: Working) -> tuple[Working, str]:
    return w, ""


_TO_D = {
    Scale.ODDS_RATIO: _from_odds,
    Scale.CORRELATION: _from_r,
    Scale.STANDARDISED_MEAN_DIFFERENCE: _as_is,
}
_FROM_D = {
    Scale.ODDS_RATIO: _to_odds,
    Scale.CORRELATION: _to_r,
    Scale.STANDARDISED_MEAN_DIFFERENCE: _as_is,
}


def from_counts(scale: Scale, x1: float, n1: float, x2: float, n2: float) -> tuple[Working, str]:
    """Two proportions `x1` of `n1` and `x2` of `n2` as a ratio or a difference.

    A half is added to each of the four cells when one is empty (Cochrane Handbook 10.4.4.2).
    Raises ValueError where both groups have no event or both nothing else, which tells nothing of
    a ratio.
    """
    a, b, c, d = x1, n1 - x1, x2, n2 - x2
    if scale is Scale.RISK_DIFFERENCE:
        p1, p2 = a / n1, c / n2
        variance = p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2
        return Working(p1 - p2, variance or None), ""
    if (a == 0 and c == 0) or (b == 0 and d == 0):
        raise ValueError("has no event, or nothing but events, in both groups")
    how = ""
    if 0 in (a, b, c, d):
        a, b, c, d = a + 0.5, b + 0.5, c + 0.5, d + 0.5
        how = "0.5 added to each cell, as one is empty"
    if scale is Scale.RISK_RATIO:
        y = log(a / (a + b)) - log(c / (c + d))
        return Working(y, 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)), how
    return Working(log(a * d / (b * c)), 1 / a + 1 / b + 1 / c + 1 / d), how


def from_means(
    scale: Scale, one: tuple[float, float, float], other: tuple[float, float, float]
) -> tuple[Working, str]:
    """Two (mean, sd, n) as a mean difference, or as Hedges' g. Raises ValueError for no spread."""
    (m1, s1, n1), (m2, s2, n2) = one, other
    if scale is Scale.MEAN_DIFFERENCE:
        return Working(m1 - m2, s1 * s1 / n1 + s2 * s2 / n2), ""
    free = n1 + n2 - 2
    if free < 1 or s1 + s2 <= 0:
        raise ValueError("has no spread to standardise by")
    pooled = sqrt(((n1 - 1) * s1 * s1 + (n2 - 1) * s2 * s2) / free)
    d = (m1 - m2) / pooled
    small = 1 - 3 / (4 * free - 1)
    variance = (n1 + n2) / (n1 * n2) + d * d / (2 * (n1 + n2))
    return Working(small * d, small * small * variance), "Hedges\u2019 g from means"
