"""`synthesis/estimates.yaml`: which numbers stand side by side, and whether they are pooled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.model.finding import EstimateSet, Scale
from pipeline.model.problem import Problem
from pipeline.notation.yaml_text import Path, YamlText
from pipeline.synthesis.effects import effects_of
from pipeline.synthesis.reading.faults import (
    KnownIds,
    fault,
    path_of,
    read_into,
    twice,
    unknown,
    warning,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _EstimatesFile:
    estimates: tuple[EstimateSet, ...] = ()


def read_estimates(
    file: tuple[str, str], known: KnownIds
) -> tuple[Mapping[str, EstimateSet], tuple[Problem, ...]]:
    """The sets of estimates by id. What cannot be brought onto the scale is named as a warning."""
    whole, text, problems = read_into(_EstimatesFile, file)
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
    if one.pairs and one.scale is Scale.PROPORTION:
        yield fault(at, "pairs are compared, and a proportion compares nothing", "Name `results`")
    for pair in one.pairs:
        if pair.group.partition("/")[0] != pair.comparator.partition("/")[0]:
            yield fault(
                text.place((*path, "pairs")),
                f"{pair.group} and {pair.comparator} belong to different studies",
                "Compare two groups of one study",
            )
    if one.pool is not None and not one.pool.reason.strip():
        yield fault(
            text.place((*path, "pool")),
            f"{one.id!r} is pooled without a reason",
            "Say why the studies are alike enough to be pooled",
        )
    effects, missing = effects_of(one, known.results, known.studies)
    for gap in missing:
        yield warning(at, f"{gap.result} {gap.why}", "It is named beside the plot, and not drawn")
    if one.pool is None:
        return
    precise = [effect for effect in effects if effect.variance is not None]
    studies = [effect.study for effect in precise]
    if len(set(studies)) < 2:
        told = "no study" if not studies else f"{studies[0]} alone"
        yield warning(
            text.place((*path, "pool")),
            f"{one.id!r} is not pooled: {told} has an estimate with an interval",
            "Wait for more studies, or take `pool` out",
        )
    elif len(set(studies)) < 5:
        yield warning(
            text.place((*path, "pool")),
            f"{one.id!r} pools {len(set(studies))} studies: between-study variance is hardly known",
            "Say so in the text, or let the estimates stand side by side",
        )
    for study in dict.fromkeys(s for s in studies if studies.count(s) > 1):
        yield warning(
            text.place((*path, "pool")),
            f"{one.id!r} pools several results of {study} as if they were independent",
            "Keep one result a study",
        )
