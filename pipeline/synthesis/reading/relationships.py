"""`synthesis/relationships.yaml`: moderators, contrasts, the concept map."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.notation.yaml_text import YamlText
from pipeline.synthesis.contrasts import compared, studies_in
from pipeline.synthesis.reading.faults import Known, fault, path_of, read_into, unknown, warning
from pipeline.terms.problem import Problem
from pipeline.terms.relationship import ConceptMap, Relationships


def read_relationships(
    file: tuple[str, str], known: Known
) -> tuple[Relationships, tuple[Problem, ...]]:
    """The relationships; none where there is no file. Contrasts with too few studies warn."""
    said, text, problems = read_into(Relationships, file)
    if said is None:
        return Relationships(), tuple(problems)
    for n, moderator in enumerate(said.moderators):
        at = text.place(path_of(text, ("moderators",), moderator.id, n))
        problems += unknown("grouping", [moderator.grouping], known.groupings, at)
        problems += unknown("finding", moderator.findings, known.findings, at)
    problems += _contrasts(said, text, known)
    problems += _links(said.concept_map, text, known)
    return said, tuple(problems)


def _contrasts(said: Relationships, text: YamlText, known: Known) -> Iterator[Problem]:
    groups = [group.id for group in known.review.protocol.groups]
    outcomes = [outcome.id for outcome in known.review.protocol.outcomes]
    for n, contrast in enumerate(said.contrasts):
        at = text.place(path_of(text, ("contrasts",), contrast.id, n))
        yield from unknown("group", (contrast.group, contrast.comparator), groups, at)
        yield from unknown("outcome", contrast.outcomes, outcomes, at)
        if contrast.group == contrast.comparator:
            yield fault(at, f"{contrast.group!r} is set against itself", "Name another group")
        studies = studies_in(compared(contrast, known.studies.values()))
        if len(studies) < contrast.at_least:
            told = ", ".join(studies) or "no study"
            yield warning(
                at,
                f"the contrast {contrast.id!r} rests on {told}; {contrast.at_least} are wanted",
                "Say so in `account`, or check `same_as` of the groups in the study files",
            )


def _links(map: ConceptMap, text: YamlText, known: Known) -> Iterator[Problem]:
    ends = {
        *(f"finding:{id}" for id in known.findings),
        *(f"theme:{id}" for id in known.themes),
        *(f"concept:{concept.id}" for concept in map.concepts),
        *known.studies,
    }
    for n, link in enumerate(map.links):
        at = text.place(("concept_map", "links", n))
        yield from unknown("end of a link", (link.start, link.end), ends, at)
