"""Two days of a review held against each other: everything that is not as it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.comparing import evidence, selection
from pipeline.comparing.protocol import protocol
from pipeline.comparing.sentences import compare_texts
from pipeline.comparing.side import (
    Aspect,
    Change,
    Comparison,
    Kind,
    Mark,
    SentenceChange,
    Side,
)

__all__ = [
    "Aspect",
    "Change",
    "Comparison",
    "Kind",
    "Mark",
    "SentenceChange",
    "Side",
    "compare",
]

COMPARED: Mapping[str, Callable[[Side, Side], Iterator[Change]]] = {
    "protocol": protocol,
    "searches": selection.searches,
    "counts": selection.counts,
    "records": selection.records,
    "duplicates": selection.duplicates,
    "decisions": selection.decisions,
    "reasons": selection.reasons,
    "studies": selection.studies,
    "values": evidence.values,
    "directions": evidence.directions,
    "findings": evidence.findings,
    "certainty": evidence.certainty,
    "claims": evidence.claims,
}
"""What is compared, in the order in which it is told."""


def compare(old: Side, new: Side) -> Comparison:
    """Everything that differs between the days `old` and `new`; nothing when they are the same."""
    changes = tuple(change for look in COMPARED.values() for change in look(old, new))
    return Comparison(changes=changes, sentences=compare_texts(old.text, new.text))
