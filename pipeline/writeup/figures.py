"""The figures of a write-up by the word that the manuscript uses for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.terms.document import Figure
from pipeline.writers.drawing.bars import SourceYield, source_yield_figure
from pipeline.writers.drawing.flow import flow_figure
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


FIGURES: Mapping[str, Callable[[Dossier], Figure]] = {
    "flow": lambda dossier: flow_figure(dossier.ledger.flow),
    "source_yield": source_yield,
}
