"""The figures of a write-up by the word that the manuscript uses for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.terms.document import Figure
from pipeline.writers.drawing.appraisal import traffic_light
from pipeline.writers.drawing.appraisal_summary import summary
from pipeline.writers.drawing.bars import SourceYield, source_yield_figure
from pipeline.writers.drawing.flow import flow_figure
from pipeline.writeup.appraised import appraisal_of
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.source_yield import yields


def source_yield(dossier: Dossier) -> Figure:
    """A bar a source: the numbers of the table `sources`."""
    rows = [
        SourceYield(
            source=brought.source,
            identified=brought.records,
            only_here=brought.only_here,
            included=brought.included,
        )
        for brought in yields(dossier)
    ]
    return source_yield_figure(rows, id="source_yield")


def appraisal(dossier: Dossier, instrument: str = "") -> tuple[Figure, ...]:
    """The traffic light of one instrument (PRISMA 2020, item 18)."""
    return traffic_light(appraisal_of(dossier, instrument, _named("appraisal", instrument)))


def appraisal_summary(dossier: Dossier, instrument: str = "") -> tuple[Figure, ...]:
    """How many studies got which answer to each question of one instrument."""
    return summary(appraisal_of(dossier, instrument, _named("appraisal_summary", instrument)))


def _named(word: str, option: str) -> str:
    return f"{word}-{option}" if option else word


@dataclass(frozen=True, slots=True)
class FigureMaker:
    """`make` takes a dossier and gives a figure, or as many as it needs pages.

    `option` names the one keyword it also takes ("" for none). Raises ReviewError for what cannot
    be drawn.
    """

    make: Callable[..., Figure | tuple[Figure, ...]]
    option: str = ""

    def figures(self, dossier: Dossier, **options: str) -> tuple[Figure, ...]:
        made = self.make(dossier, **options)
        return made if isinstance(made, tuple) else (made,)


FIGURES: Mapping[str, FigureMaker] = {
    "flow": FigureMaker(lambda dossier: flow_figure(dossier.ledger.flow)),
    "source_yield": FigureMaker(source_yield),
    "appraisal": FigureMaker(appraisal, "instrument"),
    "appraisal_summary": FigureMaker(appraisal_summary, "instrument"),
}
