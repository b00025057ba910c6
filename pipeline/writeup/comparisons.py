"""Whom a result compares with whom, in words."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.terms.study import Result, Study
from pipeline.writeup.values import entry_of


def comparison(result: Result, study: Study, snapshot: Snapshot) -> str:
    """`possessors v. contact offences`, `possessors`, or nothing: the groups by their labels."""
    names = [_group(id, study, snapshot) for id in (result.group, result.comparator) if id]
    return " v. ".join(names)


def _group(id: str, study: Study, snapshot: Snapshot) -> str:
    entry = entry_of(study, "groups", id)
    label = entry.answers.get("label") if entry else None
    if label is not None and isinstance(label.value, str):
        return label.value
    return next((g.label for g in snapshot.review.protocol.groups if g.id == id), id)
