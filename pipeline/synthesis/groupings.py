"""The included studies parted into groups, and those that no group takes in."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.terms.finding import Grouping


def ungrouped(grouping: Grouping, included: Iterable[str]) -> tuple[str, ...]:
    """The included studies that stand in no group of `grouping` (SWiM 1: they must be named)."""
    grouped = {study for group in grouping.groups for study in group.studies}
    return tuple(study for study in included if study not in grouped)


def in_several(grouping: Grouping) -> tuple[str, ...]:
    """The studies that stand in more than one group of `grouping`, in the order of the groups."""
    once: set[str] = set()
    twice: dict[str, None] = {}
    for group in grouping.groups:
        for study in dict.fromkeys(group.studies):
            if study in once:
                twice[study] = None
            once.add(study)
    return tuple(twice)
