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
    Prose,
    SentenceChange,
)
from pipeline.snapshot import Snapshot

__all__ = [
    "Aspect",
    "Change",
    "Comparison",
    "Kind",
    "Mark",
    "Prose",
    "SentenceChange",
    "compare",
]

COMPARED: Mapping[str, Callable[[Snapshot, Snapshot], Iterator[Change]]] = {
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
}
"""What is compared, in the order in which it is told."""


_NONE = Prose()


def compare(old: Snapshot, new: Snapshot, was: Prose = _NONE, now: Prose = _NONE) -> Comparison:
    """Everything that differs between the days `old` and `new`; nothing when they are the same.

    `was` and `now` are what the manuscripts of the two days say.
    """
    changes = [change for look in COMPARED.values() for change in look(old, new)]
    changes += evidence.claims(was.claims, now.claims)
    return Comparison(changes=tuple(changes), sentences=compare_texts(was.text, now.text))
