"""`theory.yaml`, `preliminary.yaml`, `relationships.yaml` and `robustness.yaml` of `synthesis/`."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.model.narrative import (
    ConceptMap,
    LeaveOut,
    LogicModel,
    Preliminary,
    ReflectionPrompt,
    Relationships,
    Robustness,
    Theory,
)
from pipeline.model.problem import Problem
from pipeline.notation.typed import nearest
from pipeline.notation.yaml_text import YamlText
from pipeline.synthesis.reading.faults import (
    KnownIds,
    fault,
    path_of,
    read_into,
    twice,
    unknown,
    warning,
)
from pipeline.synthesis.study_facts import compared, studies_in


def read_theory(file: tuple[str, str], known: KnownIds) -> tuple[Theory, tuple[Problem, ...]]:
    """The theory; an empty one where there is no file."""
    theory, text, problems = read_into(Theory, file)
    if theory is None:
        return Theory(), tuple(problems)
    if theory.logic_model is not None:
        problems += _faults_of(theory.logic_model, text, known)
    return theory, tuple(problems)


def _faults_of(model: LogicModel, text: YamlText, known: KnownIds) -> Iterator[Problem]:
    top = ("logic_model",)
    nodes = [node.id for node in model.nodes]
    columns = [column.id for column in model.columns]
    at_nodes = text.place((*top, "nodes"))
    yield from twice((id, at_nodes) for id in nodes)
    yield from twice((id, text.place((*top, "columns"))) for id in columns)
    for node in model.nodes:
        yield from unknown(
            "column", [node.column], columns, text.place((*top, "nodes", node.id, "column"))
        )
    for n, arrow in enumerate(model.arrows):
        at = text.place((*top, "arrows", n))
        yield from unknown("node", (arrow.start, arrow.end), nodes, at)
        yield from unknown("finding", arrow.findings, known.findings, at)
        if arrow.start == arrow.end:
            yield fault(at, f"the arrow leads from {arrow.start!r} to itself", "Take it out")
        if arrow.assumed and arrow.findings:
            yield warning(
                at,
                f"the arrow from {arrow.start!r} to {arrow.end!r} is assumed, and findings bear it",
                "Take `assumed` out, or the findings",
            )


def read_preliminary(
    file: tuple[str, str], known: KnownIds
) -> tuple[Preliminary, tuple[Problem, ...]]:
    """The preliminary synthesis; one with nothing said where there is no file."""
    said, text, problems = read_into(Preliminary, file)
    if said is None:
        return Preliminary(), tuple(problems)
    if known.studies:
        problems += unknown(
            "item of the form", said.order.by, known.items, text.place(("order", "by"))
        )
    if said.order.by and not said.order.reason:
        problems.append(
            fault(
                text.place(("order",)),
                "the order of the studies has no reason",
                "Add `reason:`: by what they are ordered and why (SWiM 7)",
            )
        )
    for id in said.descriptions:
        problems += unknown("study", [id], known.studies, text.place(("descriptions", id)))
    for id, quality in said.quality.items():
        problems += unknown("study", [id], known.studies, text.place(("quality", id)))
        if not quality.why.strip():
            problems.append(
                fault(text.place(("quality", id)), f"no reason is given for {id}", "Add `why:`")
            )
    return said, tuple(problems)


def read_relationships(
    file: tuple[str, str], known: KnownIds
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


def _contrasts(said: Relationships, text: YamlText, known: KnownIds) -> Iterator[Problem]:
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


def _links(map: ConceptMap, text: YamlText, known: KnownIds) -> Iterator[Problem]:
    ends = {
        *(f"finding:{id}" for id in known.findings),
        *(f"theme:{id}" for id in known.themes),
        *(f"concept:{concept.id}" for concept in map.concepts),
        *known.studies,
    }
    for n, link in enumerate(map.links):
        at = text.place(("concept_map", "links", n))
        yield from unknown("end of a link", (link.start, link.end), ends, at)


def read_robustness(
    file: tuple[str, str], known: KnownIds
) -> tuple[Robustness, tuple[Problem, ...]]:
    """The robustness; nothing said where there is no file."""
    said, text, problems = read_into(Robustness, file)
    if said is None:
        return Robustness(), tuple(problems)
    prompts = tuple(str(prompt) for prompt in ReflectionPrompt)
    for prompt in said.reflection:
        if prompt not in prompts:
            problems.append(
                fault(
                    text.place(("reflection", prompt)),
                    f"there is no prompt {prompt!r}.{nearest(prompt, prompts)}",
                    f"Known are {', '.join(prompts)}",
                )
            )
    for n, analysis in enumerate(said.sensitivity):
        at = text.place(path_of(text, ("sensitivity",), analysis.id, n))
        problems += unknown("finding", analysis.findings, known.findings, at)
        problems += unknown("study", analysis.leave_out.studies, known.studies, at)
        if analysis.leave_out == LeaveOut():
            problems.append(
                fault(
                    at,
                    f"{analysis.id!r} leaves nothing out",
                    "Name basis, designs, studies, concerns or lights below `leave_out`",
                )
            )
    return said, tuple(problems)
