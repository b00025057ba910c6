"""What an estimate is, from the words beside it, and how one measure becomes another.

Conversions: Borenstein, Hedges, Higgins & Rothstein 2009, ch. 7; Chinn 2000 for the odds ratio and
the standardised mean difference.
"""

from __future__ import annotations

import re
from math import log, pi, sqrt, tanh
from statistics import NormalDist

from pipeline.model.finding import RATIOS, Scale
from pipeline.synthesis.effect_sizes import Working, of_correlation

_WORDS = {
    "odds ratio": Scale.ODDS_RATIO,
    "or": Scale.ODDS_RATIO,
    "aor": Scale.ODDS_RATIO,
    "peto odds ratio": Scale.ODDS_RATIO,
    "risk ratio": Scale.RISK_RATIO,
    "relative risk": Scale.RISK_RATIO,
    "rr": Scale.RISK_RATIO,
    "arr": Scale.RISK_RATIO,
    "prevalence ratio": Scale.RISK_RATIO,
    "risk difference": Scale.RISK_DIFFERENCE,
    "hazard ratio": Scale.HAZARD_RATIO,
    "hr": Scale.HAZARD_RATIO,
    "ahr": Scale.HAZARD_RATIO,
    "rate ratio": Scale.RATE_RATIO,
    "incidence rate ratio": Scale.RATE_RATIO,
    "irr": Scale.RATE_RATIO,
    "airr": Scale.RATE_RATIO,
    "rate difference": Scale.RATE_DIFFERENCE,
    "incidence rate difference": Scale.RATE_DIFFERENCE,
    "incidence rate": Scale.RATE,
    "mean difference": Scale.MEAN_DIFFERENCE,
    "standardised mean difference": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "standardized mean difference": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "smd": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "cohen's d": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "hedges' g": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "d": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "g": Scale.STANDARDISED_MEAN_DIFFERENCE,
    "ratio of means": Scale.RATIO_OF_MEANS,
    "response ratio": Scale.RATIO_OF_MEANS,
    "correlation": Scale.CORRELATION,
    "correlation coefficient": Scale.CORRELATION,
    "r": Scale.CORRELATION,
}
_ADJUSTED = re.compile(r"^(?:(?:un)?adjusted|crude|pooled|multivariable|univariable)\s+")
_LOGARITHM = re.compile(r"^(?:(?:natural\s+)?log(?:arithm of(?: the)?)?\s+|ln\s*\(?\s*)")


def _plain(measure: str) -> str:
    return " ".join(measure.casefold().replace("\u2019", "'").split())


def scale_of(measure: str) -> Scale | None:
    """The scale that the words of a measure name exactly ("adjusted odds ratio", "log odds ratio"),
    else None."""
    words = _ADJUSTED.sub("", _LOGARITHM.sub("", _ADJUSTED.sub("", _plain(measure)))).rstrip(")")
    return _WORDS.get(words.strip())


def is_logarithm(measure: str) -> bool:
    """Whether the words say that the estimate is a logarithm: "log odds ratio", "ln(OR)"."""
    return bool(_LOGARITHM.match(_ADJUSTED.sub("", _plain(measure))))


def z_of(level: float) -> float:
    """The normal quantile of a two-sided interval of `level` (0 to 1)."""
    return NormalDist().inv_cdf(0.5 + level / 2)


def to_working(scale: Scale, value: float) -> float:
    """`value` on the working scale. Raises ValueError where `value` cannot be one of `scale`."""
    if scale in RATIOS or scale is Scale.RATE:
        if value <= 0:
            raise ValueError(f"is a ratio or rate of {value:g}, which has no logarithm")
        return log(value)
    return of_correlation(value, None).y if scale is Scale.CORRELATION else value


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
