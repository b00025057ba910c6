"""`synthesis/groups.yaml`: how studies are parted, by which rule, planned or post hoc."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.synthesis.groupings import with_members
from pipeline.synthesis.reading.faults import Known, path_of, read_into, twice, unknown, warning
from pipeline.terms.finding import Grouping
from pipeline.terms.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    groupings: tuple[Grouping, ...] = ()


def read_groups(
    file: tuple[str, str], known: Known
) -> tuple[Mapping[str, Grouping], tuple[Problem, ...]]:
    """The groupings by id, each group with all its members."""
    whole, text, problems = read_into(_File, file)
    found: dict[str, Grouping] = {}
    places = []
    for n, grouping in enumerate(whole.groupings if whole else ()):
        path = path_of(text, ("groupings",), grouping.id, n)
        places.append((grouping.id, text.place(path)))
        for m, group in enumerate(grouping.groups):
            at = text.place((*path_of(text, (*path, "groups"), group.id, m), "studies"))
            problems += unknown("study", group.studies, known.studies, at)
            if known.studies:
                problems += unknown("item of the form", group.where, known.items, at)
        found[grouping.id] = with_members(grouping, known.studies)
        for group in found[grouping.id].groups:
            if group.where and not group.studies and known.studies:
                problems.append(
                    warning(
                        text.place(path),
                        f"no study fits `where` of the group {group.id!r}",
                        "Look at the values in the study files; they are ids of options",
                    )
                )
    return found, (*problems, *twice(places))
