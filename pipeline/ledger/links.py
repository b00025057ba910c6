"""Which report tells of which study, as people said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.ledger.undoing import effective
from pipeline.terms.decision import Collated, Decision
from pipeline.terms.review import Position

Links = Mapping[tuple[str, str], Collated]
"""(kept record, study) to the word that counts on the two."""


def links_of(decisions: Iterable[Decision], positions: Mapping[str, Position]) -> Links:
    """The latest `collated` line on each report and study; a duplicate goes as its kept record."""
    links: dict[tuple[str, str], Collated] = {}
    said = [d for d in effective(decisions) if isinstance(d, Collated)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        position = positions.get(decision.record)
        home = position.kept or decision.record if position else decision.record
        links[home, decision.study] = decision
    return links
