"""Sets of estimates as they are drawn and printed: effects, subgroups, the pooled estimate."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from pipeline.document.estimate_words import (
    SCALES,
    absolute_one,
    difference_in_words,
    filled_in_words,
    harmonic_n,
    heterogeneity_in_words,
    interval_in_words,
    model_in_words,
    pooled_in_words,
    value_on_scale,
    working_scale,
)
from pipeline.document.evidence_base import evidence_base
from pipeline.document.finding_words import comparison
from pipeline.document.wording import counted, listed, lower_first, sentence
from pipeline.model.decision import Overlap
from pipeline.model.document import Figure
from pipeline.model.finding import DESCRIPTIVE, RATIOS, EstimateSet, Scale
from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.render.svg.forest import ForestPlot, ForestRow, ForestSummary, forest_plot
from pipeline.render.svg.funnel import FunnelPlot, FunnelPoint, funnel_plot
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import overlaps_of
from pipeline.synthesis.absolute_effects import absolute_effects
from pipeline.synthesis.combining import Pooled
from pipeline.synthesis.effect_sizes import back
from pipeline.synthesis.effects import Effect, NotOnScale, effects_of
from pipeline.synthesis.pools import Analysis, analysed, poolable


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """A set analysed as its authors ask, and what could not be brought onto its scale."""

    analysis: Analysis
    missing: tuple[NotOnScale, ...]

    @property
    def asked(self) -> EstimateSet:
        return self.analysis.asked

    @property
    def effects(self) -> tuple[Effect, ...]:
        return self.analysis.effects

    @property
    def weights(self) -> tuple[float | None, ...]:
        return self.analysis.weights

    @property
    def pooled(self) -> Pooled | None:
        """What the set is pooled to; None where nobody asked for it or it cannot be done."""
        found = self.analysis.pooled
        return None if isinstance(found, str) else found

    @property
    def not_pooled(self) -> str:
        """Why the set is not pooled although its authors ask for it; "" else."""
        found = self.analysis.pooled
        return found if isinstance(found, str) else ""

    @property
    def n(self) -> float | None:
        """By which number of people pooled values are turned back, where that needs one."""
        return harmonic_n(self.analysis)

    def printed(self, y: float) -> float:
        """A pooled value as it is printed."""
        return back(self.asked.scale, y, self.n)


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
    analysis = analysed(asked, effects, snapshot.synthesis.groupings, base.studies)
    return Numbers(analysis=analysis, missing=missing)


def forest(snapshot: Snapshot, estimates: str = "") -> tuple[Figure, ...]:
    """The forest plot of one set, or of every set one after the other."""
    if estimates:
        return forest_plot(_plot(snapshot, numbers_of(snapshot, estimates)))
    return tuple(
        figure
        for id in snapshot.synthesis.estimates
        for figure in forest_plot(_plot(snapshot, numbers_of(snapshot, id)))
    )


def funnel(snapshot: Snapshot, estimates: str = "") -> tuple[Figure, ...]:
    """The funnel plot of one set that is pooled, or of each whose authors look at small studies."""
    sets = snapshot.synthesis.estimates
    told = [numbers_of(snapshot, id) for id in ([estimates] if estimates else sets)]
    wanted = [one for one in told if estimates or one.analysis.small is not None]
    return tuple(f for one in wanted for f in funnel_plot(_funnel(snapshot, one)))


def _funnel(snapshot: Snapshot, told: Numbers) -> FunnelPlot:
    """The points of a set; without a pooled estimate there is no middle, and no point is drawn."""
    asked, found, small = told.asked, told.pooled, told.analysis.small
    base = evidence_base(snapshot)
    points: list[FunnelPoint] = []
    notes = ["Dashed: where 95 of 100 estimates lie if chance alone moves them."]
    if found is not None and asked.pool is not None:
        points += [
            FunnelPoint(base.label(effect.study), effect.y, (effect.variance or 0.0) ** 0.5)
            for effect in poolable(told.effects, asked.pool)
        ]
    if small is not None and small.filled is not None and not isinstance(small.filled, str):
        filled = zip(small.filled.ys, small.filled.variances, strict=True)
        points += [FunnelPoint("A study filled in", y, v**0.5, True) for y, v in filled]
        notes.append(sentence(f"Trim and fill: {filled_in_words(asked, small.filled, told.n)}"))
        if small.filled.missing:
            notes.append("Hollow: filled in, not observed.")
    ratio = asked.scale in RATIOS
    return FunnelPlot(
        id=f"funnel-{for_file_name(asked.id)}",
        caption=f"{asked.label}: estimates and their errors",
        measure=SCALES[asked.scale] if ratio else working_scale(asked).capitalize(),
        points=tuple(points),
        middle=found.estimate if found is not None else 0.0,
        ratio=ratio,
        null=None if asked.scale in DESCRIPTIVE else 0.0,
        notes=tuple(notes),
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
        null=None if scale in DESCRIPTIVE else 1.0 if scale in RATIOS else 0.0,
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
        prediction = (told.printed(found.prediction[0]), told.printed(found.prediction[1]))
    ends = [value_on_scale(scale, end) for end in prediction or ()]
    return ForestSummary(
        label=f"{model_in_words(told.asked, found)}, {counted(found.k, 'estimate')}",
        said=pooled_in_words(found, scale, told.n),
        value=told.printed(found.estimate),
        low=told.printed(found.low),
        high=told.printed(found.high),
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
    grouping = snapshot.synthesis.groupings.get(_grouping(told.asked))
    if grouping is None:
        return rows
    order = [*(g.label for g in grouping.groups), _REST]
    rows = [replace(r, group=r.group or _REST) for r in rows] + _subtotals(told)
    return sorted(rows, key=lambda r: (order.index(r.group), r.subtotal))


def _subtotals(told: Numbers) -> list[ForestRow]:
    """A diamond for each group that is pooled by itself from two estimates or more."""
    found, scale = told.analysis.subgroups, told.asked.scale
    rows = []
    for group in found.groups if found is not None else ():
        pooled = group.pooled
        if isinstance(pooled, str) or pooled.k < 2:
            continue
        rows.append(
            ForestRow(
                label=f"Together, {counted(pooled.k, 'estimate')}",
                said=pooled_in_words(pooled, scale, told.n),
                value=told.printed(pooled.estimate),
                low=told.printed(pooled.low),
                high=told.printed(pooled.high),
                group=group.label,
                subtotal=True,
            )
        )
    return rows


def _grouping(asked: EstimateSet) -> str:
    """By which grouping the rows of a set stand."""
    return (asked.pool.subgroups if asked.pool else "") or asked.grouping


_REST = "In no group"


def _group(snapshot: Snapshot, asked: EstimateSet, study: str) -> str:
    grouping = snapshot.synthesis.groupings.get(_grouping(asked))
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
        notes.append(f"{heterogeneity_in_words(told.pooled, told.asked.scale, told.n)}.")
    if told.not_pooled:
        notes.append(f"Not pooled: {told.not_pooled}.")
    if told.analysis.subgroups is not None:
        notes.append(sentence(difference_in_words(told.analysis.subgroups)))
    if told.asked.scale is Scale.PROPORTION and any(e.low is not None for e in told.effects):
        notes.append("Intervals of single studies are Wilson's.")
    if told.asked.scale is Scale.RATE and any(e.low is not None for e in told.effects):
        notes.append("Intervals of single studies are exact (Garwood's).")
    if told.n is not None and told.pooled is not None:
        notes.append(
            "Pooled as double arcsines, which are turned back by the harmonic mean of the numbers "
            f"of people, {told.n:.1f}."
        )
    by: dict[str, list[str]] = {}
    for effect in told.effects:
        if effect.how:
            by.setdefault(effect.how, []).append(base.label(effect.study))
    notes += [f"{how}: {listed(dict.fromkeys(names))}." for how, names in by.items()]
    hollow: dict[str, list[str]] = {}
    for effect in told.effects:
        if effect.open:
            hollow.setdefault(effect.open, []).append(base.label(effect.study))
    notes += [
        f"Without an interval: {listed(dict.fromkeys(names))}, as {why}."
        for why, names in hollow.items()
    ]
    notes += [f"Not drawn: {gap.result}, which {gap.why}." for gap in told.missing]
    notes += _unsourced(told)
    notes += _shared(snapshot, told)
    absent = [
        id
        for id in (*told.asked.results, *(p.group for p in told.asked.pairs))
        if id not in base.results
    ]
    if absent:
        notes.append(f"Not drawn, as the study is not included: {listed(absent)}.")
    return tuple(notes)


def _unsourced(told: Numbers) -> list[str]:
    """The numbers that nothing bears: they have neither a source nor a word on how they came."""
    bare = list(dict.fromkeys(id for effect in told.effects for id in effect.unsourced))
    if not bare:
        return []
    pooled = told.pooled is not None
    return [
        f"Without a source in what was extracted: the numbers of {listed(bare)}"
        + (", which the pooled estimate rests on." if pooled else ".")
    ]


def _shared(snapshot: Snapshot, told: Numbers) -> list[str]:
    """Pairs of pooled studies that share participants, or may, as people decided."""
    if told.pooled is None:
        return []
    base = evidence_base(snapshot)
    pooled = {
        e.study for e, weight in zip(told.effects, told.weights, strict=True) if weight is not None
    }
    notes = []
    for pair, word in overlaps_of(snapshot.decisions).items():
        if word.overlap is Overlap.APART or not pooled.issuperset(pair):
            continue
        may = "share" if word.overlap is Overlap.OVERLAPPING else "may share"
        names = listed(base.label(study) for study in sorted(pair))
        notes.append(f"{names} {may} participants, and are pooled as if they did not.")
    return notes


def absolute_in_words(told: Numbers) -> list[str]:
    """What the pooled effect of a set comes to among 1,000 people, a line a baseline."""
    found, pool = told.pooled, told.asked.pool
    if found is None or pool is None:
        return []
    lines = []
    for one in absolute_effects(told.asked, poolable(told.effects, pool), found):
        label = " ".join((one.baseline.label or one.baseline.why).split())
        lines.append(f"{absolute_one(one)}, at {lower_first(label)}")
    return lines
