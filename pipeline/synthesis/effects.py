"""The results of a set brought onto its scale, and those that cannot be, each with why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import sqrt

from pipeline.model.finding import RATIOS, EstimateSet, PoolingMethod, Scale, Transform
from pipeline.model.study import Result, Study
from pipeline.synthesis.directions import poisson_interval, wilson_interval
from pipeline.synthesis.effect_sizes import (
    Cells,
    Moments,
    Working,
    back,
    of_correlation,
    of_events,
    of_means,
    of_proportion,
    of_rate,
    of_rates,
)
from pipeline.synthesis.measures import converted, is_logarithm, scale_of, to_working, z_of
from pipeline.synthesis.study_facts import people_of

LEVEL = 0.95
_ABOUT_COUNTS = frozenset({Scale.ODDS_RATIO, Scale.RISK_RATIO, Scale.RISK_DIFFERENCE})
_ABOUT_MEANS = frozenset(
    {Scale.MEAN_DIFFERENCE, Scale.STANDARDISED_MEAN_DIFFERENCE, Scale.RATIO_OF_MEANS}
)
_ABOUT_RATES = frozenset({Scale.RATE_RATIO, Scale.RATE_DIFFERENCE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One number on the scale of its set, with its 95 % interval (None: not known).

    `y` and `variance` are on the working scale (logarithm, logit, Fisher's z). `numbers` says what
    it comes from ("4/123 v. 11/139"), `how` how it was worked out, "" where it stands in a report,
    `open` why it has no interval. `n` are the people it is of, `events` those with the event,
    `cells` the events and people (or time) of both groups where those are known. `unsourced` are
    the results whose numbers have no source.
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
    open: str = ""
    n: int | None = None
    events: int | None = None
    cells: Cells | None = None
    unsourced: tuple[str, ...] = ()


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
    for made in _made(asked, results, studies):
        if isinstance(made, Effect):
            effects.append(made)
        else:
            missing.append(made)
    return tuple(effects), tuple(missing)


def _made(
    asked: EstimateSet, results: Mapping[str, Result], studies: Mapping[str, Study]
) -> Iterator[Effect | NotOnScale]:
    for id in asked.results:
        if id in results:
            found = results[id]
            yield _held(found.id, asked, (found,), studies)
    for pair in asked.pairs:
        one, other = results.get(pair.group), results.get(pair.comparator)
        if one is not None and other is not None:
            yield _held(f"{one.id} against {other.id}", asked, (one, other), studies)


def _held(
    name: str, asked: EstimateSet, results: tuple[Result, ...], studies: Mapping[str, Study]
) -> Effect | NotOnScale:
    try:
        if len(results) == 2:
            return _paired(asked, results[0], results[1])
        return _single(asked, results[0], studies)
    except ValueError as fault:
        return NotOnScale(name, str(fault))


def _single(asked: EstimateSet, result: Result, studies: Mapping[str, Study]) -> Effect:
    study = studies.get(result.study)
    people = people_of(result, study) if study is not None else result.n_analysed
    if asked.scale is Scale.PROPORTION:
        return _proportion(result, asked.transform)
    if asked.scale is Scale.RATE and result.rate is not None:
        return replace(_rate(result), n=people)
    if result.estimate is None or "value" not in result.estimate:
        raise ValueError("has no estimate")
    source = asked.measures.get(result.id) or scale_of(result.measure)
    if source is None:
        named = f"{result.measure!r} names no measure that is known" if result.measure else ""
        raise ValueError(f"{named or 'does not say what its estimate is'}: add it to `measures`")
    working, open = _reported(source, result)
    made = converted(working, source, asked.scale)
    if made is None:
        raise ValueError(f"is {_words(source)}, which cannot be turned into {_words(asked.scale)}")
    how = "; ".join(part for part in (working.how, made[1]) if part)
    effect = _effect(asked.scale, made[0], (result,), ("estimate",), how=how)
    effect = replace(effect, n=people, open=open)
    return effect if made[1] else _as_printed(effect, result)


def _as_printed(effect: Effect, result: Result) -> Effect:
    """`effect` with the interval as the report prints it, where that is one of 95 %."""
    said = result.estimate or {}
    low, high = said.get("low"), said.get("high")
    if low is None or high is None or said.get("level", 100 * LEVEL) != 100 * LEVEL:
        return effect
    if is_logarithm(result.measure):
        return effect
    return replace(effect, value=said["value"], low=low, high=high)


def _words(scale: Scale) -> str:
    words = str(scale).replace("_", " ")
    return f"an {words}" if words[0] in "aeiou" else f"a {words}"


_NO_ERROR = "no interval, standard error or number of people is extracted"
_ERROR_OF_RATIO = (
    "its standard error is extracted without saying that it is that of the logarithm (name the "
    "measure `log odds ratio` and the like where it is)"
)


def _reported(source: Scale, result: Result) -> tuple[Working, str]:
    """An estimate of a report on the working scale; its variance from the interval first, then from
    the error. With it why there is no variance, "" where there is one."""
    said = result.estimate or {}
    as_log = is_logarithm(result.measure) and (source in RATIOS or source is Scale.RATE)

    def worked(value: float) -> float:
        return value if as_log else to_working(source, value)

    y = worked(said["value"])
    low, high = said.get("low"), said.get("high")
    if low is not None and high is not None:
        level = said.get("level", 100 * LEVEL) / 100
        if not low <= said["value"] <= high or not 0 < level < 1:
            raise ValueError("lies outside its own interval")
        error = (worked(high) - worked(low)) / (2 * z_of(level))
        if error > 0:
            return Working(y, error * error), ""
        return Working(y, None), "its interval has no width"
    n = result.n_analysed
    if source is Scale.CORRELATION and n is not None:
        return of_correlation(said["value"], n), ""
    error = said.get("se", 0.0)
    if error > 0 and source is Scale.CORRELATION:
        r = said["value"]
        return Working(y, (error / (1 - r * r)) ** 2, "error of r carried over to z"), ""
    if error > 0 and (as_log or (source not in RATIOS and source is not Scale.RATE)):
        return Working(y, error * error), ""
    return Working(y, None), _ERROR_OF_RATIO if error > 0 else _NO_ERROR


def _proportion(result: Result, transform: Transform) -> Effect:
    said = result.proportion
    if said is None:
        raise ValueError("has no proportion")
    n, x, percent = said.get("n"), said.get("x"), said.get("percent")
    how = ""
    if n is None:
        n = result.n_analysed
    if x is None and n is not None and percent is not None:
        x, how = round(percent * n / 100), "number worked out from the percentage"
    if x is None or not n:
        if percent is None:
            raise ValueError("has neither a number nor a percentage")
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
            open="the number of people is not extracted",
            unsourced=_without_source((result,), ("proportion",)),
        )
    working = of_proportion(x, n, transform)
    low, high = wilson_interval(round(x), round(n))
    return Effect(
        results=(result.id,),
        study=result.study,
        value=x / n,
        low=low,
        high=high,
        y=working.y,
        variance=working.variance,
        numbers=f"{round(x):,}/{round(n):,}",
        how="; ".join(part for part in (how, working.how) if part),
        n=round(n),
        events=round(x),
        unsourced=_without_source((result,), ("proportion",)),
    )


def _rate(result: Result) -> Effect:
    said = result.rate or {}
    events, time = said.get("events"), said.get("time")
    if events is None or time is None:
        raise ValueError("has a rate without its events or its time")
    working = of_rate(events, time)
    low, high = poisson_interval(events)
    return Effect(
        results=(result.id,),
        study=result.study,
        value=events / time,
        low=low / time,
        high=high / time,
        y=working.y,
        variance=working.variance,
        numbers=_in_time(events, time),
        how=working.how,
        events=round(events),
        unsourced=_without_source((result,), ("rate",)),
    )


def _in_time(events: float, time: float) -> str:
    return f"{events:g} in {time:,g}"


def _paired(asked: EstimateSet, one: Result, other: Result) -> Effect:
    """Two results of one study against each other: from what both give that suits the scale."""
    both = (one, other)
    if asked.scale in _ABOUT_RATES:
        return _rates(asked.scale, both)
    ways = [_of_counts, _of_means]
    for way in ways[::-1] if asked.scale in _ABOUT_MEANS else ways:
        found = way(asked, both)
        if found is not None:
            return found
    raise ValueError(
        "needs events and a number of people, or a mean with its standard deviation or error and a "
        "number of people, in both groups"
    )


def _of_counts(asked: EstimateSet, both: tuple[Result, Result]) -> Effect | None:
    first, second = _counts(both[0]), _counts(both[1])
    if first is None or second is None:
        return None
    scale = asked.scale if asked.scale in _ABOUT_COUNTS else Scale.ODDS_RATIO
    peto = asked.pool is not None and asked.pool.method is PoolingMethod.PETO
    cells = (*first, *second)
    working = of_events(scale, cells, peto=peto and scale is Scale.ODDS_RATIO)
    effect = _turned(asked.scale, scale, working, both, ("proportion",))
    return replace(
        effect,
        numbers=" v. ".join(f"{x:g}/{n:g}" for x, n in (first, second)),
        n=round(first[1] + second[1]),
        events=round(first[0] + second[0]),
        cells=cells if scale is asked.scale else None,
    )


def _of_means(asked: EstimateSet, both: tuple[Result, Result]) -> Effect | None:
    found = [_moments(result) for result in both]
    if found[0] is None or found[1] is None:
        return None
    (one, from_error), (other, also) = found[0], found[1]
    scale = asked.scale if asked.scale in _ABOUT_MEANS else Scale.STANDARDISED_MEAN_DIFFERENCE
    working = of_means(scale, one, other)
    if from_error or also:
        how = "; ".join(part for part in (working.how, "SD = SE \u00d7 \u221an") if part)
        working = replace(working, how=how)
    effect = _turned(asked.scale, scale, working, both, ("mean",))
    return replace(
        effect,
        numbers=" v. ".join(f"{m:g} (SD {s:.4g}, n {n:g})" for m, s, n in (one, other)),
        n=round(one[2] + other[2]),
    )


def _rates(scale: Scale, both: tuple[Result, Result]) -> Effect:
    cells: list[float] = []
    for result in both:
        said = result.rate or {}
        events, time = said.get("events"), said.get("time")
        if events is None or time is None:
            raise ValueError("needs events and time (`rate`) in both groups")
        cells += [events, time]
    x1, t1, x2, t2 = cells
    effect = _effect(scale, of_rates(scale, (x1, t1, x2, t2)), both, ("rate",))
    return replace(
        effect,
        numbers=f"{_in_time(x1, t1)} v. {_in_time(x2, t2)}",
        events=round(x1 + x2),
        cells=(x1, t1, x2, t2),
    )


def _turned(
    target: Scale, source: Scale, working: Working, both: tuple[Result, ...], items: tuple[str, ...]
) -> Effect:
    made = converted(working, source, target)
    if made is None:
        raise ValueError(f"gives {_words(source)}, which cannot be turned into {_words(target)}")
    how = "; ".join(part for part in (working.how, made[1]) if part)
    return _effect(target, made[0], both, items, how=how)


def _counts(result: Result) -> tuple[float, float] | None:
    said = result.proportion or {}
    x, n = said.get("x"), said.get("n") or result.n_analysed
    return (x, n) if x is not None and n else None


def _moments(result: Result) -> tuple[Moments, bool] | None:
    """Mean, standard deviation and people, and whether the deviation was made of the error."""
    said = result.mean or {}
    mean, n = said.get("mean"), said.get("n") or result.n_analysed
    sd, error = said.get("sd"), said.get("se")
    if mean is None or not n or (sd is None and error is None):
        return None
    if sd is not None:
        return (mean, sd, n), False
    return (mean, (error or 0.0) * sqrt(n), n), True


def _without_source(results: tuple[Result, ...], items: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(r.id for r in results if r.unsourced & frozenset(items))


def _effect(
    scale: Scale,
    working: Working,
    results: tuple[Result, ...],
    items: tuple[str, ...],
    *,
    how: str = "",
) -> Effect:
    low = high = None
    if working.variance is not None:
        half = z_of(LEVEL) * working.variance**0.5
        low, high = back(scale, working.y - half), back(scale, working.y + half)
    return Effect(
        results=tuple(result.id for result in results),
        study=results[0].study,
        value=back(scale, working.y),
        low=low,
        high=high,
        y=working.y,
        variance=working.variance,
        how=how or working.how,
        unsourced=_without_source(results, items),
    )
