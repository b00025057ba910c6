"""The figures of a write-up by the word that the manuscript uses for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pipeline.document.appraised import appraisal_of
from pipeline.document.counts import yields
from pipeline.document.figures import directions, estimates, maps
from pipeline.document.figures.gaps import gap_maps
from pipeline.model.document import Figure
from pipeline.model.problem import ReviewError
from pipeline.render.svg.appraisal_summary import summary
from pipeline.render.svg.bars import SourceYield, source_yield_figure
from pipeline.render.svg.flow import flow_figure
from pipeline.render.svg.gap_map import gap_map_figure
from pipeline.render.svg.traffic_light import traffic_light
from pipeline.snapshot import Snapshot


def flow(snapshot: Snapshot, edition: str = "") -> Figure:
    """The PRISMA 2020 flow diagram: what is new, beside what the edition before included.

    With the number of an earlier `edition`: its own diagram, as it was then. Raises ReviewError
    when there is none of that number.
    """
    if not edition:
        return flow_figure(snapshot.ledger.flow)
    known = {str(number): number for number in snapshot.earlier}
    if edition not in known:
        listed = ", ".join(known) or "none"
        raise ReviewError(f"there is no earlier edition {edition!r}", f"Earlier are: {listed}")
    drawn = flow_figure(snapshot.earlier[known[edition]].ledger.flow)
    caption = f"{drawn.caption}, edition {edition}"
    return replace(drawn, id=f"flow-{edition}", caption=caption)


def flow_all(snapshot: Snapshot) -> Figure:
    """The flow of the searches of all editions together, every record as it stands now."""
    drawn = flow_figure(snapshot.ledger.whole)
    return replace(drawn, id="flow_all", caption=f"{drawn.caption}, all searches together")


def source_yield(snapshot: Snapshot) -> Figure:
    """A bar a source: the numbers of the table `sources`."""
    rows = [
        SourceYield(
            source=brought.source,
            identified=brought.records,
            only_here=brought.only_here,
            included=brought.included,
        )
        for brought in yields(snapshot)
    ]
    return source_yield_figure(rows, id="source_yield")


def appraisal(snapshot: Snapshot, instrument: str = "") -> tuple[Figure, ...]:
    """The traffic light of one instrument (PRISMA 2020, item 18)."""
    return traffic_light(appraisal_of(snapshot, instrument, _named("appraisal", instrument)))


def appraisal_summary(snapshot: Snapshot, instrument: str = "") -> tuple[Figure, ...]:
    """How many studies got which answer to each question of one instrument."""
    return summary(appraisal_of(snapshot, instrument, _named("appraisal_summary", instrument)))


def gap_map(snapshot: Snapshot, groups: str = "") -> Figure:
    """Outcomes against the protocol's groups of participants, or against the grouping `groups`.

    Raises ReviewError for a grouping that is not there, and where there is none at all.
    """
    maps = {map.id: map for map in gap_maps(snapshot)}
    if not maps or (groups and groups not in maps):
        raise ReviewError(
            f"there are no groups {groups!r} to map" if groups else "there are no groups to map",
            f"Known are {', '.join(maps)}" if maps else "Name `groups:` in the protocol",
        )
    shown = maps[groups] if groups else next(iter(maps.values()))
    return gap_map_figure(shown, id=_named("gap_map", groups))


def _named(word: str, option: str) -> str:
    return f"{word}-{option}" if option else word


@dataclass(frozen=True, slots=True)
class FigureMaker:
    """`make` takes a snapshot and gives a figure, or as many as it needs pages.

    `option` names the one keyword it also takes ("" for none). Raises ReviewError for what cannot
    be drawn.
    """

    make: Callable[..., Figure | tuple[Figure, ...]]
    option: str = ""

    def figures(self, snapshot: Snapshot, **options: str) -> tuple[Figure, ...]:
        made = self.make(snapshot, **options)
        return made if isinstance(made, tuple) else (made,)


FIGURES: Mapping[str, FigureMaker] = {
    "flow": FigureMaker(flow, "edition"),
    "flow_all": FigureMaker(flow_all),
    "source_yield": FigureMaker(source_yield),
    "appraisal": FigureMaker(appraisal, "instrument"),
    "appraisal_summary": FigureMaker(appraisal_summary, "instrument"),
    "gap_map": FigureMaker(gap_map, "groups"),
    "logic_model": FigureMaker(maps.logic_model),
    "effect_direction": FigureMaker(directions.effect_direction, "contrast"),
    "harvest": FigureMaker(directions.harvest, "grouping"),
    "forest": FigureMaker(estimates.forest, "estimates"),
    "funnel": FigureMaker(estimates.funnel, "estimates"),
    "concept_map": FigureMaker(maps.concept_map),
    "theme_map": FigureMaker(maps.theme_map),
}
