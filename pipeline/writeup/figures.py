"""The figures of a write-up by the word that the manuscript uses for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.terms.document import Figure
from pipeline.writers.drawing.flow import flow_figure
from pipeline.writeup.dossier import Dossier

FIGURES: Mapping[str, Callable[[Dossier], Figure]] = {
    "flow": lambda dossier: flow_figure(dossier.ledger.flow),
}
