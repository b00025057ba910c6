"""Relationships in tables: the logic model, moderators, contrasts, the map of concepts."""

from __future__ import annotations

from pipeline.notation.safe_text import for_file_name
from pipeline.snapshot import Snapshot
from pipeline.synthesis import count_votes
from pipeline.synthesis.contrasts import compared
from pipeline.synthesis.sensitivity import by_group, counted_findings
from pipeline.terms.document import Cell, Table
from pipeline.terms.relationship import Contrast
from pipeline.terms.study import Direction, Result
from pipeline.writeup.citations import citable
from pipeline.writeup.comparisons import comparison
from pipeline.writeup.drawn.directions import contrast_of
from pipeline.writeup.drawn.maps import short_name
from pipeline.writeup.evidence_base import evidence_base
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.tables.studies import DIRECTIONS
from pipeline.writeup.votes import votes_in_words
from pipeline.writeup.wording import capital, counted, listed


def logic_model(snapshot: Snapshot) -> Table:
    """The arrows of the logic model: what bears on what, and which findings bear that out."""
    model = snapshot.synthesis.theory.logic_model
    labels = {node.id: node.label for node in model.nodes} if model else {}
    findings = snapshot.synthesis.findings
    rows = []
    for arrow in model.arrows if model else ():
        named = listed(
            short_name(findings[id], snapshot) for id in arrow.findings if id in findings
        )
        rows.append(
            (
                cell(labels.get(arrow.start, arrow.start)),
                cell(capital(arrow.label) or "Bears on"),
                cell(labels.get(arrow.end, arrow.end)),
                cell(named or "assumed; no finding bears it"),
            )
        )
    return Table(
        id="logic_model",
        caption="The logic model, arrow by arrow",
        columns=(
            column("start", "What", 1.3),
            column("how", "How"),
            column("end", "Bears on what", 1.3),
            column("findings", "Findings", 1.5),
        ),
        rows=tuple(rows),
    )


def moderators(snapshot: Snapshot) -> Table:
    """The votes on each finding in each group of a moderator, and in the studies of no group."""
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for moderator in synthesis.relationships.moderators:
        grouping = synthesis.groupings.get(moderator.grouping)
        if grouping is None:  # told where the file is read
            continue
        when = "planned" if moderator.planned else "post hoc"
        for finding in counted_findings(synthesis.findings, moderator.findings):
            votes = by_group(finding, base.results, grouping, base.studies)
            for group in grouping.groups:
                if votes[group.id].studies:
                    rows.append(
                        (
                            cell(capital(f"{moderator.label} ({when})")),
                            cell(short_name(finding, snapshot)),
                            cell(group.label),
                            cell(votes_in_words(votes[group.id])),
                        )
                    )
            counted_once = {s for v in votes.values() for s in v.studies}
            rest = [
                base.results[id]
                for id in finding.results
                if id in base.results and base.results[id].study not in counted_once
            ]
            if rest:
                said = votes_in_words(count_votes(rest))
                name = cell(short_name(finding, snapshot))
                rows.append(
                    (
                        cell(capital(f"{moderator.label} ({when})")),
                        name,
                        cell("in no group"),
                        cell(said),
                    )
                )
        if moderator.account:
            notes.append(f"{capital(moderator.label)}: {' '.join(moderator.account.split())}")
    return Table(
        id="moderators",
        caption="Directions of effect by what they may differ in",
        columns=(
            column("moderator", "Moderator", 1.3),
            column("finding", "Finding", 1.3),
            column("group", "Group", 1.2),
            column("direction", "Direction of the results", 2.2),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def contrasts(snapshot: Snapshot, contrast: str = "") -> Table:
    """Two groups of participants set against each other, outcome by outcome, of all contrasts or of
    one. Raises ReviewError for a contrast that is not there."""
    asked = contrast_of(snapshot, contrast)
    told = (asked,) if asked else snapshot.synthesis.relationships.contrasts
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for one in told:
        rows += _contrast_rows(one, snapshot)
        if one.account:
            notes.append(f"{one.label}: {' '.join(one.account.split())}")
        found = {r.study for r in compared(one, evidence_base(snapshot).studies.values())}
        if len(found) < one.at_least:
            notes.append(
                f"{one.label}: {counted(len(found), 'study', 'studies')}, too few to compare; "
                f"{one.at_least} were wanted."
            )
    return Table(
        id=f"contrasts-{for_file_name(contrast)}" if contrast else "contrasts",
        caption="Groups of participants compared",
        columns=(
            column("contrast", "Comparison", 1.4),
            column("outcome", "Outcome", 1.1),
            column("votes", "Direction of the results", 1.5),
            column("results", "What the studies say", 2.6),
        ),
        rows=tuple(rows),
        notes=("Direction: of the group named first against the other.", *notes),
    )


def _contrast_rows(contrast: Contrast, snapshot: Snapshot) -> list[tuple[Cell, ...]]:
    base = evidence_base(snapshot)
    results = compared(contrast, base.studies.values())
    names = citable(snapshot)
    rows: list[tuple[Cell, ...]] = []
    for outcome in snapshot.review.protocol.outcomes:
        here = [r for r in results if r.outcome == outcome.id]
        if not here:
            if outcome.id in contrast.outcomes:
                rows.append(
                    (cell(contrast.label), cell(outcome.label), cell("no study tells"), cell(""))
                )
            continue
        cites = [key for r in here if (key := names.key(r.study))]
        counts = [r for r in here if r.direction is not Direction.DESCRIPTIVE]
        said = votes_in_words(count_votes(counts)) if counts else "not counted"
        rows.append(
            (
                cell(contrast.label),
                cell(outcome.label),
                cell(said),
                cell("\n".join(_statement(r, snapshot) for r in here), *dict.fromkeys(cites)),
            )
        )
    return rows


def _statement(result: Result, snapshot: Snapshot) -> str:
    base = evidence_base(snapshot)
    study = base.studies[result.study]
    whom = comparison(result, study, snapshot)
    sign = DIRECTIONS[result.direction].split()[0]
    statement = " ".join(result.statement.split()).removesuffix(".")
    return f"{sign} {base.label(result.study)} ({whom}): {statement}."


def concept_map(snapshot: Snapshot) -> Table:
    """The links that the authors drew between findings, studies, themes and concepts."""
    rows = [
        (
            cell(end_in_words(link.start, snapshot)),
            cell(link.label),
            cell(end_in_words(link.end, snapshot)),
        )
        for link in snapshot.synthesis.relationships.concept_map.links
    ]
    return Table(
        id="concept_map",
        caption="Links between findings, studies and concepts",
        columns=(column("start", "From", 1.4), column("label", "Link"), column("end", "To", 1.4)),
        rows=tuple(rows),
        notes=("Which finding rests on which study stands in the summary of findings.",),
    )


def end_in_words(end: str, snapshot: Snapshot) -> str:
    """An end of a link by its label."""
    kind, _, id = end.partition(":")
    synthesis = snapshot.synthesis
    if kind == "finding" and id in synthesis.findings:
        return short_name(synthesis.findings[id], snapshot)
    if kind == "theme" and id in synthesis.themes.themes:
        return synthesis.themes.themes[id].label
    concepts = {c.id: c.label for c in synthesis.relationships.concept_map.concepts}
    return concepts.get(id, "") or evidence_base(snapshot).label(end)
