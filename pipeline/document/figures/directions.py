"""Directions of effect as they are drawn: the effect direction plot and the harvest plot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.document.evidence_base import evidence_base, value_of
from pipeline.document.finding_words import comparison
from pipeline.document.wording import lower_first, number
from pipeline.model.document import Figure
from pipeline.model.finding import Grouping
from pipeline.model.form import Light
from pipeline.model.narrative import Contrast, ReadAs
from pipeline.model.problem import ReviewError
from pipeline.model.protocol import Outcome, Polarity
from pipeline.model.study import Direction, Result
from pipeline.notation.safe_text import for_file_name
from pipeline.notation.typed import nearest
from pipeline.render.svg.effect_direction import (
    DirectionCell,
    DirectionColumn,
    DirectionPlot,
    DirectionRow,
    Way,
    effect_direction_plot,
)
from pipeline.render.svg.harvest import HarvestBar, HarvestPlot, HarvestRow, harvest_plot
from pipeline.snapshot import Snapshot
from pipeline.synthesis import Vote, vote
from pipeline.synthesis.sensitivity import StudyQuality
from pipeline.synthesis.study_facts import compared, design_of, n_of, total_of

_WAYS = {
    Vote.HIGHER: Way.UP,
    Vote.LOWER: Way.DOWN,
    Vote.NO_CLEAR_DIFFERENCE: Way.SAME,
    Vote.CONFLICTING: Way.CONFLICTING,
    Vote.UNCLEAR: Way.UNCLEAR,
}
_OTHER_WAY = {Way.UP: Way.DOWN, Way.DOWN: Way.UP}
_SIGNS_OF_LIGHT = {
    Light.GOOD: "+",
    Light.SOME: "\u00b1",
    Light.BAD: "\u2212",
    Light.WORST: "\u2212",
    Light.UNKNOWN: "?",
}


def effect_direction(snapshot: Snapshot, contrast: str = "") -> tuple[Figure, ...]:
    """The effect direction plot of everything that compares, or of one contrast."""
    return effect_direction_plot(direction_plot(snapshot, contrast))


def direction_plot(snapshot: Snapshot, contrast: str = "") -> DirectionPlot:
    """The rows and columns of the plot: a row a study and comparison, a column an outcome.

    Raises ReviewError for a contrast that is not there.
    """
    asked = contrast_of(snapshot, contrast)
    results = _results(snapshot, asked)
    told = {result.outcome for result in results}
    columns = [o for o in snapshot.review.protocol.outcomes if o.id in told]
    up, down = _legend(snapshot, asked)
    label = f": {lower_first(asked.label)}" if asked else ""
    return DirectionPlot(
        id=f"effect_direction-{for_file_name(contrast)}" if contrast else "effect_direction",
        caption=f"Direction of effect by study and outcome{label}",
        rows=tuple(_rows(snapshot, results)),
        columns=tuple(
            DirectionColumn(id=o.id, label=o.label, means=_means(snapshot, o)) for o in columns
        ),
        up=up,
        down=down,
    )


def contrast_of(snapshot: Snapshot, id: str) -> Contrast | None:
    """The contrast `id`, None for no id. Raises ReviewError for one that is not there."""
    known = {c.id: c for c in snapshot.synthesis.relationships.contrasts}
    if id and id not in known:
        raise ReviewError(
            f"there is no contrast {id!r}.{nearest(id, tuple(known))}",
            "Write its id as in synthesis/relationships.yaml",
        )
    return known.get(id)


def _results(snapshot: Snapshot, contrast: Contrast | None) -> tuple[Result, ...]:
    base = evidence_base(snapshot)
    if contrast is not None:
        found: Iterable[Result] = compared(contrast, base.studies.values())
    else:
        found = base.results.values()
    return tuple(r for r in found if r.direction is not Direction.DESCRIPTIVE)


def _legend(snapshot: Snapshot, contrast: Contrast | None) -> tuple[str, str]:
    """What the triangles mean, in words."""
    if snapshot.synthesis.preliminary.directions.read_as is ReadAs.BENEFIT:
        return "better for those concerned", "worse for those concerned"
    if contrast is None:
        return "higher in the group named first", "lower in the group named first"
    labels = {g.id: g.label for g in snapshot.review.protocol.groups}
    one, other = (labels.get(g, g) for g in (contrast.group, contrast.comparator))
    return f"higher in {one} than in {other}", f"lower in {one} than in {other}"


def _means(snapshot: Snapshot, outcome: Outcome) -> str:
    """What higher means for an outcome: its definition, and whether that is good or bad."""
    benefit = snapshot.synthesis.preliminary.directions.read_as is ReadAs.BENEFIT
    judged = {
        Polarity.HIGHER_IS_BETTER: "higher is better for those concerned",
        Polarity.HIGHER_IS_WORSE: "higher is worse for those concerned",
        Polarity.NEUTRAL: "higher is neither better nor worse",
    }[outcome.polarity]
    if benefit and outcome.polarity is Polarity.NEUTRAL:
        judged += ", so its triangles mean higher and lower"
    definition = " ".join(outcome.definition.split()).removesuffix(".")
    return f"{definition}; {judged}." if definition else f"{judged}."


def shown_way(cast: Vote, outcome: Outcome | None, read_as: ReadAs) -> Way:
    """The sign of a vote: as the amount, or turned by the polarity of the outcome."""
    way = _WAYS[cast]
    turns = outcome is not None and outcome.polarity is Polarity.HIGHER_IS_WORSE
    return _OTHER_WAY.get(way, way) if turns and read_as is ReadAs.BENEFIT else way


def _rows(snapshot: Snapshot, results: Sequence[Result]) -> Iterable[DirectionRow]:
    base = evidence_base(snapshot)
    outcomes = {o.id: o for o in snapshot.review.protocol.outcomes}
    read_as = snapshot.synthesis.preliminary.directions.read_as
    for study in base.studies.values():
        own = [r for r in results if r.study == study.id and r.outcome in outcomes]
        for pair in dict.fromkeys((r.group, r.comparator) for r in own):
            here = [r for r in own if (r.group, r.comparator) == pair]
            cells: dict[str, DirectionCell] = {}
            for outcome in dict.fromkeys(r.outcome for r in here):
                votes = [r for r in here if r.outcome == outcome]
                ns = [n for r in votes if (n := n_of(r, study)) is not None]
                way = shown_way(vote(r.direction for r in votes), outcomes[outcome], read_as)
                cells[outcome] = DirectionCell(way=way, results=len(votes), n=max(ns, default=None))
            total = total_of(study)
            judged = base.quality[study.id]
            yield DirectionRow(
                study=base.label(study.id),
                comparison=comparison(here[0], study, snapshot),
                design=value_of(snapshot, study, "design"),
                n=number(total) if total is not None else "",
                concerns=judged.concerns,
                appraisal=answers_in_signs(judged),
                cells=cells,
            )


def answers_in_signs(quality: StudyQuality) -> str:
    """`2+ 5?`: how many answers of the appraisal are good, in between, bad, open."""
    counts: dict[str, int] = {}
    for light, n in quality.answers:
        if light in _SIGNS_OF_LIGHT:
            sign = _SIGNS_OF_LIGHT[light]
            counts[sign] = counts.get(sign, 0) + n
    return " ".join(f"{n}{sign}" for sign, n in counts.items())


def harvest(snapshot: Snapshot, grouping: str = "") -> tuple[Figure, ...]:
    """The harvest plot: a row an outcome, or an outcome in each group of `grouping`.

    Raises ReviewError for a grouping that is not there.
    """
    base = evidence_base(snapshot)
    parted = _grouping(snapshot, grouping)
    results = _results(snapshot, None)
    names = {id: n for n, id in enumerate(base.studies, 1)}
    ranks = _ranks(snapshot, {r.study for r in results})
    rows = []
    for outcome in snapshot.review.protocol.outcomes:
        about = [r for r in results if r.outcome == outcome.id]
        for group, members in _parts(parted, tuple(base.studies)):
            bars = _bars(snapshot, outcome, [r for r in about if r.study in members], names, ranks)
            if bars:
                label = f"{outcome.label}, {group}" if group else outcome.label
                rows.append(HarvestRow(label=label, bars=tuple(bars)))
    up, down = _legend(snapshot, None)
    by = f", by {lower_first(parted.label)}" if parted else ""
    return harvest_plot(
        HarvestPlot(
            id=f"harvest-{for_file_name(grouping)}" if grouping else "harvest",
            caption=f"Harvest plot of the directions of effect{by}",
            rows=tuple(rows),
            studies=tuple(base.label(id) for id in base.studies),
            designs=tuple(ranks),
            up=up,
            down=down,
        )
    )


def _grouping(snapshot: Snapshot, id: str) -> Grouping | None:
    known = snapshot.synthesis.groupings
    if id and id not in known:
        raise ReviewError(
            f"there is no grouping {id!r}.{nearest(id, tuple(known))}",
            "Write its id as in synthesis/groups.yaml",
        )
    return known.get(id)


def _parts(
    grouping: Grouping | None, included: tuple[str, ...]
) -> list[tuple[str, frozenset[str]]]:
    if grouping is None:
        return [("", frozenset(included))]
    parts = [(g.label, frozenset(g.studies)) for g in grouping.groups]
    rest = frozenset(included) - {id for _, members in parts for id in members}
    return [*parts, ("in no group", rest)]


def _ranks(snapshot: Snapshot, studies: Iterable[str]) -> Mapping[str, int]:
    """The labels of the designs of `studies` by how well they suit, the best first."""
    base = evidence_base(snapshot)
    order = snapshot.synthesis.preliminary.designs
    found = {design_of(base.studies[id]): base.studies[id] for id in studies}
    known = sorted(found, key=lambda d: (order.index(d) if d in order else len(order), d == "", d))
    labels = [value_of(snapshot, found[d], "design") or "Design not given" for d in known]
    return {label: n for n, label in enumerate(dict.fromkeys(labels))}


def _bars(
    snapshot: Snapshot,
    outcome: Outcome,
    results: Sequence[Result],
    names: Mapping[str, int],
    ranks: Mapping[str, int],
) -> list[tuple[Way, HarvestBar]]:
    base = evidence_base(snapshot)
    read_as = snapshot.synthesis.preliminary.directions.read_as
    found = []
    for key in dict.fromkeys((r.study, r.group, r.comparator) for r in results):
        here = [r for r in results if (r.study, r.group, r.comparator) == key]
        study, judged = base.studies[key[0]], base.quality[key[0]]
        design = value_of(snapshot, study, "design") or "Design not given"
        well = [n for light, n in judged.answers if light is Light.GOOD]
        bar = HarvestBar(
            number=names[study.id],
            rank=ranks[design],
            concerns=judged.concerns,
            well=sum(well) if judged.answers else None,
        )
        found.append((shown_way(vote(r.direction for r in here), outcome, read_as), bar))
    return found
