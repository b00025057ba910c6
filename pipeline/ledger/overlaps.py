"""Which studies share participants, as people said last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.ledger.undoing import effective
from pipeline.terms.decision import Compared, Decision

Pair = tuple[str, str]
"""Two ids of studies, the smaller first."""


def pair_of(one: str, other: str) -> Pair:
    """The two ids in the order that names a pair."""
    return (one, other) if one <= other else (other, one)


def overlaps_of(decisions: Iterable[Decision]) -> Mapping[Pair, Compared]:
    """The latest word that counts on each two studies, by pair."""
    found: dict[Pair, Compared] = {}
    said = [d for d in effective(decisions) if isinstance(d, Compared)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        found[pair_of(decision.study, decision.other)] = decision
    return dict(sorted(found.items()))
