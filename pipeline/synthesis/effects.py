"""The results of a set brought onto its scale, and those that cannot be, each with why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import exp, log, tanh

from pipeline.model.finding import RATIOS, EstimateSet, Scale
from pipeline.model.study import Result, Study
from pipeline.synthesis.directions import wilson_interval
from pipeline.synthesis.measures import (
    Working,
    converted,
    from_counts,
    from_means,
    scale_of,
    to_working,
    z_of,
)

LEVEL = 0.95
_ABOUT_COUNTS = frozenset({Scale.ODDS_RATIO, Scale.RISK_RATIO, Scale.RISK_DIFFERENCE})
_ABOUT_MEANS = frozenset({Scale.MEAN_DIFFERENCE, Scale.STANDARDISED_MEAN_DIFFERENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One number on the scale of its set, with its 95 % interval (None: not known).

    `y` and `variance` are on the working scale (logarithm, logit, Fisher's z). `numbers` says what
    it comes from ("4/123 v. 11/139"), `how` how it was worked out, "" where it stands in a report.
    """

    results: tuple[str, ...]
    study: str
    value: float
    low: float | None
    high: float | None
    y: float
    variance: float | None
    numbers: str = ""
    how: str = ""
    n: int | None = None


@dataclass(frozen=True, slots=True)
class NotOnScale:
    """A result that cannot be drawn on the scale of its set, and why."""

    result: str
    why: str


def effects_of(
    asked: EstimateSet, results: Mapping[str, Result], studies: Mapping[str, Study]
) -> tuple[tuple[Effect, ...], tuple[NotOnScale, ...]]:
    """The effects of a set in the order in which it names them; ids that are not there are passed
    over (they are told where the set is read)."""
    effects: list[Effect] = []
    missing: list[NotOnScale] = []
    for id in asked.results:
        if id in results:
            _sort(_single(asked, results[id]), effects, missing)
    for pair in asked.pairs:
        one, other = results.get(pair.group), results.get(pair.comparator)
        if one is not None and other is not None:
            _sort(_paired(asked, one, other), effects, missing)
    return tuple(effects), tuple(missing)


def _sort(found: Effect | NotOnScale, effects: list[Effect], missing: list[NotOnScale]) -> None:
    if isinstance(found, Effect):
        effects.append(found)
    else:
        missing.append(found)


def back(scale: Scale, y: float) -> float:
    """A value of the working scale as it is printed."""
    if scale in RATIOS:
        return exp(min(y, 700.0))
    if scale is Scale.PROPORTION:
        return 1 / (1 + exp(-max(min(y, 700.0), -700.0)))
    return tanh(y) if scale is Scale.CORRELATION else y


def _single(asked: EstimateSet, result: Result) -> Effect | NotOnScale:
    if asked.scale is Scale.PROPORTION:
        return _proportion(result)
    if result.estimate is None or "value" not in result.estimate:
        return NotOnScale(result.id, "has no estimate")
    source = asked.measures.get(result.id) or scale_of(result.measure)
    if source is None:
        named = f"{result.measure!r} names no measure that is known" if result.measure else ""
        return NotOnScale(
            result.id, f"{named or 'does not say what its estimate is'}: add it to `measures`"
        )
    try:
        working = _working(source, result)
    except ValueError as fault:
        return NotOnScale(result.id, str(fault))
    made = converted(working, source, asked.scale)
    if made is None:
        return NotOnScale(
            result.id, f"is {_words(source)}, which cannot be turned into {_words(asked.scale)}"
        )
    effect = _effect(asked.scale, made[0], (result,), how=made[1])
    return effect if made[1] else _as_reported(effect, result)


def _as_reported(effect: Effect, result: Result) -> Effect:
    """`effect` with the interval as the report prints it, where that is one of 95 %."""
    said = result.estimate or {}
    low, high = said.get("low"), said.get("high")
    if low is None or high is None or said.get("level", 100 * LEVEL) != 100 * LEVEL:
        return effect
    return replace(effect, value=said["value"], low=low, high=high)


def _words(scale: Scale) -> str:
    words = str(scale).replace("_", " ")
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


def _working(source: Scale, result: Result) -> Working:
    """An estimate of a report on the working scale; its variance from the interval first."""
    said = result.estimate or {}
    y = to_working(source, said["value"])
    low, high = said.get("low"), said.get("high")
    if low is not None and high is not None:
        level = said.get("level", 100 * LEVEL) / 100
        if not low <= said["value"] <= high or not 0 < level < 1:
            raise ValueError("lies outside its own interval")
        width = to_working(source, high) - to_working(source, low)
        error = width / (2 * z_of(level))
        return Working(y, error * error if error > 0 else None)
    error = said.get("se", 0.0)
    if error > 0 and source not in RATIOS:
        return Working(y, error * error)
    n = result.n_analysed
    if source is Scale.CORRELATION and n is not None and n > 3:
        return Working(y, 1 / (n - 3))
    return Working(y, None)


def _proportion(result: Result) -> Effect | NotOnScale:
    said = result.proportion
    if said is None:
        return NotOnScale(result.id, "has no proportion")
    n, x, percent = said.get("n"), said.get("x"), said.get("percent")
    how = ""
    if n is None:
        n = result.n_analysed
    if x is None and n is not None and percent is not None:
        x, how = round(percent * n / 100), "number worked out from the percentage"
    if x is None or not n:
        if percent is None:
            return NotOnScale(result.id, "has neither a number nor a percentage")
        share = percent / 100
        return Effect(
            results=(result.id,),
            study=result.study,
            value=share,
            low=None,
            high=None,
            y=share,
            variance=None,
            numbers="n not reported",
        )
    if not 0 <= x <= n:
        return NotOnScale(result.id, f"counts {x:g} of {n:g}")
    low, high = wilson_interval(round(x), round(n))
    a, b = (x, n - x) if 0 < x < n else (x + 0.5, n - x + 0.5)
    return Effect(
        results=(result.id,),
        study=result.study,
        value=x / n,
        low=low,
        high=high,
        y=_logit(a / (a + b)),
        variance=1 / a + 1 / b,
        numbers=f"{round(x):,}/{round(n):,}",
        how=how,
        n=round(n),
    )


def _logit(share: float) -> float:
    return log(share / (1 - share))


def _paired(asked: EstimateSet, one: Result, other: Result) -> Effect | NotOnScale:
    both = (one, other)
    names = f"{one.id} against {other.id}"
    try:
        counts = [_counts(result) for result in both]
        if counts[0] and counts[1]:
            scale = asked.scale if asked.scale in _ABOUT_COUNTS else Scale.ODDS_RATIO
            working, how = from_counts(scale, *counts[0], *counts[1])
            numbers = " v. ".join(f"{x:g}/{n:g}" for x, n in (counts[0], counts[1]))
        else:
            means = [_mean(result) for result in both]
            if not (means[0] and means[1]):
                return NotOnScale(names, "needs a number and a whole (or a mean) in both groups")
            scale = (
                asked.scale if asked.scale in _ABOUT_MEANS else Scale.STANDARDISED_MEAN_DIFFERENCE
            )
            working, how = from_means(scale, means[0], means[1])
            numbers = " v. ".join(f"{m:g} (SD {s:g}, n {n:g})" for m, s, n in (means[0], means[1]))
    except ValueError as fault:
        return NotOnScale(names, str(fault))
    made = converted(working, scale, asked.scale)
    if made is None:
        return NotOnScale(names, f"cannot be turned into {_words(asked.scale)}")
    said = "; ".join(part for part in (how, made[1]) if part)
    return _effect(asked.scale, made[0], both, numbers=numbers, how=said)


def _counts(result: Result) -> tuple[float, float] | None:
    said = result.proportion or {}
    x, n = said.get("x"), said.get("n") or result.n_analysed
    return (x, n) if x is not None and n and 0 <= x <= n else None


def _mean(result: Result) -> tuple[float, float, float] | None:
    said = result.mean or {}
    mean, sd, n = said.get("mean"), said.get("sd"), said.get("n") or result.n_analysed
    return (mean, sd, n) if mean is not None and sd is not None and n else None


def _effect(
    scale: Scale,
    working: Working,
    results: tuple[Result, ...],
    *,
    numbers: str = "",
    how: str = "",
) -> Effect:
    low = high = None
    if working.variance is not None:
        half = z_of(LEVEL) * working.variance**0.5
        low, high = back(scale, working.y - half), back(scale, working.y + half)
    ns = [result.n_analysed for result in results if result.n_analysed is not None]
    return Effect(
        results=tuple(result.id for result in results),
        study=results[0].study,
        value=back(scale, working.y),
        low=low,
        high=high,
        y=working.y,
        variance=working.variance,
        numbers=numbers,
        how=how,
        n=sum(ns) if ns else None,
    )
