"""The included studies parted into groups, and those that no group takes in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from pipeline.synthesis.study_facts import values_at
from pipeline.terms.finding import Grouping, StudyGroup
from pipeline.terms.study import Study


def with_members(grouping: Grouping, studies: Mapping[str, Study]) -> Grouping:
    """`grouping` with the studies that fit `where` among those of each group."""
    return replace(grouping, groups=tuple(_filled(group, studies) for group in grouping.groups))


def _filled(group: StudyGroup, studies: Mapping[str, Study]) -> StudyGroup:
    if not group.where:
        return group
    fitting = (id for id, study in studies.items() if fits(study, group.where))
    return replace(group, studies=tuple(dict.fromkeys((*group.studies, *fitting))))


def fits(study: Study, where: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether the answer to every item of `where` is one of its values."""
    return all(set(values_at(study, path)) & set(values) for path, values in where.items())


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
