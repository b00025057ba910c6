"""`synthesis/estimates.yaml`: which numbers stand side by side, and whether they are pooled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.finding import (
    DESCRIPTIVE,
    EstimateSet,
    Pool,
    PoolingMethod,
    PoolingModel,
    Several,
)
from pipeline.model.problem import Place, Problem
from pipeline.notation.yaml_text import Path, YamlText
from pipeline.synthesis.effects import Effect, effects_of
from pipeline.synthesis.pools import can_pool_by, has_several, pool_effects, poolable, studies_of
from pipeline.synthesis.reading.faults import (
    KnownIds,
    fault,
    path_of,
    read_into,
    twice,
    unknown,
    warning,
)
from pipeline.synthesis.several_effects import FEW_DEGREES


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatesFile:
    estimates: tuple[EstimateSet, ...] = ()


def read_estimates(
    file: tuple[str, str], known: KnownIds
) -> tuple[Mapping[str, EstimateSet], tuple[Problem, ...]]:
    """The sets of estimates by id. What cannot be brought onto the scale is named as a warning."""
    whole, text, problems = read_into(EstimatesFile, file)
    found: dict[str, EstimateSet] = {}
    places = []
    for n, one in enumerate(whole.estimates if whole else ()):
        path = path_of(text, ("estimates",), one.id, n)
        places.append((one.id, text.place(path)))
        found[one.id] = one
        problems += _faults_of(one, text, path, known)
    return found, (*problems, *twice(places))


def _faults_of(one: EstimateSet, text: YamlText, path: Path, known: KnownIds) -> Iterator[Problem]:
    at = text.place(path)
    pairs = [id for pair in one.pairs for id in (pair.group, pair.comparator)]
    yield from unknown("result", one.results, known.results, text.place((*path, "results")))
    yield from unknown("result", pairs, known.results, text.place((*path, "pairs")))
    yield from unknown("result", one.measures, known.results, text.place((*path, "measures")))
    if one.grouping:
        yield from unknown("grouping", [one.grouping], known.groupings, at)
    if not one.results and not one.pairs:
        yield fault(at, f"the set {one.id!r} names no result", "Name `results` or `pairs`")
    if one.pairs and one.scale in DESCRIPTIVE:
        what = f"pairs are compared, and a {one.scale} compares nothing"
        yield fault(at, what, "Name `results`")
    for pair in one.pairs:
        if pair.group.partition("/")[0] != pair.comparator.partition("/")[0]:
            yield fault(
                text.place((*path, "pairs")),
                f"{pair.group} and {pair.comparator} belong to different studies",
                "Compare two groups of one study",
            )
    if one.important is not None and not one.important.why.strip():
        yield fault(
            text.place((*path, "important")),
            "what is important is said without a reason",
            "Say in `why` whence it is known",
        )
    for n, baseline in enumerate(one.absolute):
        if not 0 < baseline.per_1000 < 1000 or not baseline.why.strip():
            yield fault(
                text.place((*path, "absolute", n)),
                f"{baseline.per_1000:g} of 1,000 is no baseline, or it is not said whence it is",
                "Write `per_1000` between 0 and 1,000 and `why`",
            )
    effects, missing = effects_of(one, known.results, known.studies)
    for gap in missing:
        yield warning(at, f"{gap.result} {gap.why}", "It is named beside the plot, and not drawn")
    if one.pool is not None:
        yield from _pool_faults(one, one.pool, text, (*path, "pool"), known)
        yield from _pool_remarks(one, one.pool, effects, text.place((*path, "pool")))


def _pool_faults(
    one: EstimateSet, pool: Pool, text: YamlText, path: Path, known: KnownIds
) -> Iterator[Problem]:
    """What cannot be meant in `pool`."""
    at = text.place(path)
    if not pool.reason.strip():
        yield fault(
            at,
            f"{one.id!r} is pooled without a reason",
            "Say why the studies are alike enough to be pooled",
        )
    words = str(pool.method).replace("_", " ")
    common = pool.model is PoolingModel.COMMON_EFFECT
    if pool.method is not PoolingMethod.INVERSE_VARIANCE and not common:
        yield fault(at, f"{words} takes one effect for all studies", "Write `model: common_effect`")
    if not can_pool_by(one.scale, pool.method):
        scale = str(one.scale).replace("_", " ")
        yield fault(at, f"{words} has no way for a {scale}", "Write `method: inverse_variance`")
    if not 0 <= pool.correlation < 1:
        yield fault(
            text.place((*path, "correlation")),
            f"{pool.correlation:g} is no correlation from 0 to below 1",
            "Write how alike the sampling errors of one study are taken to be, like 0.6",
        )
    if pool.subgroups:
        groups = text.place((*path, "subgroups"))
        yield from unknown("grouping", [pool.subgroups], known.groupings, groups)
    for n, asked in enumerate(pool.regression):
        here = text.place(path_of(text, (*path, "regression"), asked.id, n))
        yield from unknown("item", asked.by, known.items, here)
        if not asked.reason.strip() or not asked.by:
            yield fault(
                here,
                f"the regression {asked.id!r} has no reason, or nothing to regress on",
                "Say in `reason` why, and in `by` on which answers",
            )
    if pool.small_studies is not None and not pool.small_studies.reason.strip():
        yield fault(
            text.place((*path, "small_studies")),
            "small studies are looked at without a reason",
            "Say in `reason` what you want to know",
        )


def _pool_remarks(
    one: EstimateSet, pool: Pool, effects: Sequence[Effect], at: Place
) -> Iterator[Problem]:
    """What readers of a pooled estimate will ask about."""
    taken = poolable(effects, pool)
    found = pool_effects(one, taken)
    studies = studies_of(taken)
    if isinstance(found, str):
        yield warning(
            at, f"{one.id!r} is not pooled: {found}", "Wait for more studies, or take `pool` out"
        )
        return
    few = pool.model is PoolingModel.RANDOM_EFFECTS and len(studies) < 5
    if few:
        yield warning(
            at,
            f"{one.id!r} pools {len(studies)} studies: between-study variance is hardly known",
            "Say so in the text, or let the estimates stand side by side",
        )
    if not has_several(taken):
        return
    names = [s for s in studies if sum(e.study == s for e in taken) > 1]
    if pool.several is Several.INDEPENDENT:
        yield warning(
            at,
            f"{one.id!r} pools several results of {', '.join(names)} as if they were independent",
            "Keep one result a study, or leave `several` out for robust errors",
        )
    elif found.free is not None and found.free < FEW_DEGREES:
        yield warning(
            at,
            f"{one.id!r} has {found.free:.1f} degrees of freedom for its robust error, too few to "
            "be trusted",
            "Keep one result a study, or say so in the text",
        )
