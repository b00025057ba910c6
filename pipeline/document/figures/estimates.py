"""Sets of estimates as they are drawn and printed: effects, subgroups, the pooled estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.document.evidence_base import evidence_base
from pipeline.document.finding_words import comparison
from pipeline.document.wording import counted, listed
from pipeline.model.document import Figure
from pipeline.model.finding import RATIOS, EstimateSet, PoolingModel, Scale
from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.render.svg.forest import ForestPlot, ForestRow, ForestSummary, forest_plot
from pipeline.snapshot import Snapshot
from pipeline.synthesis.effects import Effect, NotOnScale, back, effects_of
from pipeline.synthesis.pooling import Pooled, pooled

SCALES: Mapping[Scale, str] = {
    Scale.PROPORTION: "Share",
    Scale.ODDS_RATIO: "Odds ratio",
    Scale.RISK_RATIO: "Risk ratio",
    Scale.RISK_DIFFERENCE: "Risk difference",
    Scale.HAZARD_RATIO: "Hazard ratio",
    Scale.MEAN_DIFFERENCE: "Mean difference",
    Scale.STANDARDISED_MEAN_DIFFERENCE: "Standardised mean difference",
    Scale.CORRELATION: "Correlation",
}
MODELS = {
    PoolingModel.RANDOM_EFFECTS: "Random effects (REML, Hartung-Knapp)",
    PoolingModel.COMMON_EFFECT: "Common effect (inverse variance)",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A set with its effects, those that could not be brought onto its scale, and what they pool
    to (None where nobody asked for it or it cannot be done). `weights` are by effect."""

    asked: EstimateSet
    effects: tuple[Effect, ...]
    missing: tuple[NotOnScale, ...]
    pooled: Pooled | None
    weights: tuple[float | None, ...]


def numbers_of(snapshot: Snapshot, id: str) -> Numbers:
    """The numbers of the set `id`. Raises ReviewError for a set that is not there."""
    known = snapshot.synthesis.estimates
    if id not in known:
        raise ReviewError(
            f"there is no set of estimates {id!r}.{nearest(id, tuple(known))}",
            "Write its id as in synthesis/estimates.yaml",
        )
    return _numbers(snapshot, id)


@lru_cache(maxsize=64)
def _numbers(snapshot: Snapshot, id: str) -> Numbers:
    base = evidence_base(snapshot)
    asked = snapshot.synthesis.estimates[id]
    effects, missing = effects_of(asked, base.results, base.studies)
    order = {study: n for n, study in enumerate(base.studies)}
    effects = tuple(sorted(effects, key=lambda e: order[e.study]))
    result, weights = _pooled(asked, effects)
    return Numbers(asked=asked, effects=effects, missing=missing, pooled=result, weights=weights)


def _pooled(
    asked: EstimateSet, effects: Sequence[Effect]
) -> tuple[Pooled | None, tuple[float | None, ...]]:
    precise = [e for e in effects if e.variance is not None]
    if asked.pool is None or len({e.study for e in precise}) < 2:
        return None, tuple(None for _ in effects)
    result = pooled([e.y for e in precise], [e.variance or 1.0 for e in precise], asked.pool.model)
    weights = iter(result.weights)
    return result, tuple(next(weights) if e.variance is not None else None for e in effects)


def value_in_words(scale: Scale, value: float) -> str:
    """`4.2%`, `1.85`, `−0.12`: as many digits as tell something."""
    if scale is Scale.PROPORTION:
        return f"{100 * value:.1f}%"
    if scale in RATIOS and value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}".replace("-", "\u2212")


def interval_in_words(scale: Scale, value: float, low: float | None, high: float | None) -> str:
    """`1.85 (1.20 to 2.86)`; the value alone where no interval is known."""
    said = value_in_words(scale, value)
    if low is None or high is None:
        return said
    return f"{said} ({value_in_words(scale, low)} to {value_in_words(scale, high)})"


def pooled_in_words(found: Pooled, scale: Scale) -> str:
    """The pooled estimate with its interval, on the printed scale."""
    return interval_in_words(
        scale, back(scale, found.estimate), back(scale, found.low), back(scale, found.high)
    )


def heterogeneity_in_words(found: Pooled, scale: Scale) -> str:
    """`τ² = 0.31, I² = 92%, Q = 152.23 on 12 degrees of freedom`; with the prediction interval."""
    said = []
    if found.model is PoolingModel.RANDOM_EFFECTS:
        said.append(f"\u03c4\u00b2 = {found.tau2:.3g}")
    said += [
        f"I\u00b2 = {found.i2:.0f}%",
        f"Q = {found.q:.2f} on {counted(found.k - 1, 'degree', 'degrees')} of freedom",
    ]
    if found.prediction:
        low, high = (value_in_words(scale, back(scale, end)) for end in found.prediction)
        said.append(f"95% prediction interval {low} to {high}")
    return listed(said)


def forest(snapshot: Snapshot, estimates: str = "") -> tuple[Figure, ...]:
    """The forest plot of one set, or of every set one after the other."""
    if estimates:
        return forest_plot(_plot(snapshot, numbers_of(snapshot, estimates)))
    return tuple(
        figure
        for id in snapshot.synthesis.estimates
        for figure in forest_plot(_plot(snapshot, numbers_of(snapshot, id)))
    )


def _plot(snapshot: Snapshot, told: Numbers) -> ForestPlot:
    asked = told.asked
    scale = asked.scale
    return ForestPlot(
        id=f"forest-{for_file_name(asked.id)}",
        caption=asked.label,
        measure=SCALES[scale],
        rows=tuple(_rows(snapshot, told)),
        ratio=scale in RATIOS,
        null=None if scale is Scale.PROPORTION else 1.0 if scale in RATIOS else 0.0,
        span=(0.0, 1.0) if scale is Scale.PROPORTION else None,
        lower_means=asked.lower_means,
        higher_means=asked.higher_means,
        summary=_summary(told),
        notes=notes_of(snapshot, told),
    )


def _summary(told: Numbers) -> ForestSummary | None:
    found, scale = told.pooled, told.asked.scale
    if found is None:
        return None
    prediction = None
    if found.prediction:
        prediction = (back(scale, found.prediction[0]), back(scale, found.prediction[1]))
    ends = [value_in_words(scale, end) for end in prediction or ()]
    return ForestSummary(
        label=f"{MODELS[found.model]}, {counted(found.k, 'estimate')}",
        said=pooled_in_words(found, scale),
        value=back(scale, found.estimate),
        low=back(scale, found.low),
        high=back(scale, found.high),
        prediction=prediction,
        prediction_said=" to ".join(ends),
    )


def _rows(snapshot: Snapshot, told: Numbers) -> list[ForestRow]:
    base = evidence_base(snapshot)
    scale = told.asked.scale
    rows = []
    for effect, weight in zip(told.effects, told.weights, strict=True):
        rows.append(
            ForestRow(
                label=base.label(effect.study),
                about=about(snapshot, told, effect),
                said=interval_in_words(scale, effect.value, effect.low, effect.high),
                value=effect.value,
                low=effect.low,
                high=effect.high,
                numbers=effect.numbers,
                weight=weight,
                group=_group(snapshot, told.asked, effect.study),
            )
        )
    grouping = snapshot.synthesis.groupings.get(told.asked.grouping)
    if grouping is None:
        return rows
    order = [*(g.label for g in grouping.groups), _REST]
    return sorted(
        (replace(r, group=r.group or _REST) for r in rows), key=lambda r: order.index(r.group)
    )


_REST = "In no group"


def _group(snapshot: Snapshot, asked: EstimateSet, study: str) -> str:
    grouping = snapshot.synthesis.groupings.get(asked.grouping)
    groups = grouping.groups if grouping else ()
    return next((g.label for g in groups if study in g.studies), "")


def about(snapshot: Snapshot, told: Numbers, effect: Effect) -> str:
    """Whom an effect is about: the groups of its result, or of both results of a pair.

    Where that does not tell two effects of one study apart, the results' own names do.
    """
    words = _groups(snapshot, effect)
    same = [e for e in told.effects if e.study == effect.study and e is not effect]
    if any(_groups(snapshot, other) == words for other in same):
        names = [id.partition("/")[2].replace("-", " ").replace("_", " ") for id in effect.results]
        return "; ".join(part for part in (words, " v. ".join(names)) if part)
    return words


def _groups(snapshot: Snapshot, effect: Effect) -> str:
    base = evidence_base(snapshot)
    said = [
        comparison(base.results[id], base.studies[effect.study], snapshot) for id in effect.results
    ]
    return " v. ".join(dict.fromkeys(part for part in said if part))


def notes_of(snapshot: Snapshot, told: Numbers) -> tuple[str, ...]:
    """What stands below a plot or a table of a set: heterogeneity, working out, what is missing."""
    base = evidence_base(snapshot)
    notes = []
    if told.pooled is not None:
        notes.append(f"{heterogeneity_in_words(told.pooled, told.asked.scale)}.")
    if told.asked.scale is Scale.PROPORTION and any(e.low is not None for e in told.effects):
        notes.append("Intervals of single studies are Wilson's.")
    by: dict[str, list[str]] = {}
    for effect in told.effects:
        if effect.how:
            by.setdefault(effect.how, []).append(base.label(effect.study))
    notes += [f"{how}: {listed(dict.fromkeys(names))}." for how, names in by.items()]
    notes += [f"Not drawn: {gap.result}, which {gap.why}." for gap in told.missing]
    absent = [
        id
        for id in (*told.asked.results, *(p.group for p in told.asked.pairs))
        if id not in base.results
    ]
    if absent:
        notes.append(f"Not drawn, as the study is not included: {listed(absent)}.")
    return tuple(notes)
