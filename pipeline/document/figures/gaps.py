"""Gap maps: who was studied, or how, against the outcomes, with the quality of what there is.

An evidence gap map shows where studies are and where none are (Snilstveit and others 2016, doi
10.1016/j.jclinepi.2016.05.015). Quality is that of `pipeline.synthesis.sensitivity`: an overall
judgement, or the authors' view with its reason; no answers are added up into one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipeline.extraction import judgements_of
from pipeline.model.browsing import GapCell, GapMap
from pipeline.model.narrative import Concerns
from pipeline.model.study import Result, Study
from pipeline.snapshot import Snapshot
from pipeline.synthesis.sensitivity import quality_of

PARTICIPANTS = "participants"
_OTHERS = ("", "Other or unnamed groups")
_NO_GROUP = ("", "In no group")

QUALITIES: Mapping[Concerns, tuple[str, str]] = {
    Concerns.LOW: ("+", "few concerns about the study"),
    Concerns.SOME: ("\u2013", "some concerns"),
    Concerns.HIGH: ("\u00d7", "serious concerns"),
    Concerns.UNCLEAR: ("?", "unclear, or not judged as a whole"),
}

Group = tuple[str, str]
GroupsOf = Callable[[Study, Result], tuple[str, ...]]


def gap_maps(snapshot: Snapshot) -> tuple[GapMap, ...]:
    """One map by the groups of participants of the protocol, one by each grouping of studies."""
    maps = []
    groups = tuple((g.id, g.label) for g in snapshot.review.protocol.groups)
    if groups:
        about = (PARTICIPANTS, "Groups of participants", groups, _OTHERS)
        maps.append(_map(snapshot, *about, _by_participants))
    for grouping in snapshot.synthesis.groupings.values():
        groups = tuple((group.id, group.label) for group in grouping.groups)
        members = {group.id: frozenset(group.studies) for group in grouping.groups}
        about = (grouping.id, grouping.label, groups, _NO_GROUP)
        maps.append(_map(snapshot, *about, _by_membership(members)))
    return tuple(maps)


def _map(
    snapshot: Snapshot,
    id: str,
    title: str,
    groups: tuple[Group, ...],
    other: Group,
    groups_of: GroupsOf,
) -> GapMap:
    order = list(QUALITIES)
    known = {group for group, _ in groups}
    found: dict[tuple[str, str], dict[Concerns, dict[str, None]]] = {}
    for study in snapshot.included:
        quality = _concerns(study, snapshot)
        for result in study.results:
            for group in [g for g in groups_of(study, result) if g in known] or [""]:
                cell = found.setdefault((result.outcome, group), {})
                cell.setdefault(quality, {})[study.id] = None
    outcomes = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    outcomes |= {outcome: outcome for outcome, _ in found if outcome not in outcomes}
    if any(group == "" for _, group in found):
        groups = (*groups, other)
    return GapMap(
        id=id,
        title=title,
        rows=tuple(outcomes.items()),
        columns=groups,
        qualities=tuple(QUALITIES.values()),
        cells=tuple(
            GapCell(
                row=outcome,
                column=group,
                studies=tuple(tuple(cell.get(concerns, ())) for concerns in order),
            )
            for (outcome, group), cell in sorted(found.items())
        ),
    )


def _by_membership(members: Mapping[str, frozenset[str]]) -> GroupsOf:
    def groups_of(study: Study, result: Result) -> tuple[str, ...]:
        return tuple(id for id, studies in members.items() if study.id in studies)

    return groups_of


def _by_participants(study: Study, result: Result) -> tuple[str, ...]:
    """The protocol's groups that a result tells of: its own, or those that its groups are."""
    named = (result.group, result.comparator)
    return tuple(dict.fromkeys(group for id in named for group in _protocol_groups(id, study)))


def _protocol_groups(id: str, study: Study) -> Iterator[str]:
    if not id:
        return
    for entry in study.parts.get("groups", ()):
        if entry.id == id:
            said = entry.answers.get("same_as")
            if said is not None and isinstance(said.value, str):
                yield said.value
            return
    yield id


def _concerns(study: Study, snapshot: Snapshot) -> Concerns:
    judgements = judgements_of(study, snapshot.review.forms)
    judged = quality_of(study.id, judgements, snapshot.synthesis.preliminary)
    return judged.concerns or Concerns.UNCLEAR
