"""The summary of findings, and the groups of studies."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.synthesis import in_several, ungrouped
from pipeline.terms.document import Cell, Table
from pipeline.terms.finding import Finding, FindingKind
from pipeline.writeup.citations import citable
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.votes import certainty_in_words, reasons_in_words, votes_in_words, votes_of
from pipeline.writeup.wording import counted


def findings(snapshot: Snapshot) -> Table:
    """Each finding with its studies, what their results say, and its certainty with the reasons.

    The columns follow the summary of findings table without effect estimates (Cochrane Handbook,
    11.5.3; SWiM 8), questions in the order of the protocol.
    """
    return Table(
        id="findings",
        caption="Summary of findings",
        columns=(
            column("outcome", "Outcome and comparison", 1.4),
            column("finding", "Finding", 2.4),
            column("studies", "Studies", 1.3),
            column("direction", "Direction of the results", 1.3),
            column("certainty", "Certainty", 0.9),
            column("why", "Why", 1.8),
        ),
        rows=tuple(_row(finding, snapshot) for finding in in_order(snapshot)),
    )


def in_order(snapshot: Snapshot) -> tuple[Finding, ...]:
    """The findings by question, in the order of the protocol, then as they are written."""
    order = {q.id: n for n, q in enumerate(snapshot.review.protocol.questions)}
    return tuple(
        sorted(
            snapshot.synthesis.findings.values(), key=lambda f: order.get(f.question, len(order))
        )
    )


def _row(finding: Finding, snapshot: Snapshot) -> tuple[Cell, ...]:
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    about = [labels.get(finding.outcome, finding.outcome), finding.comparison]
    if not any(about):
        questions = snapshot.review.protocol.questions
        about = [q.short or q.text for q in questions if q.id == finding.question]
    counts = finding.kind is FindingKind.DIRECTION
    said = votes_in_words(votes_of(finding, snapshot)) if counts else "not counted"
    names = citable(snapshot)
    cites = [key for study in finding.all_studies if (key := names.key(study))]
    return (
        cell("; ".join(part for part in about if part)),
        cell(" ".join(finding.statement.split())),
        cell(counted(len(finding.all_studies), "study", "studies"), *cites),
        cell(said),
        cell(certainty_in_words(finding)),
        cell(reasons_in_words(finding)),
    )


def groups(snapshot: Snapshot) -> Table:
    """How studies were grouped, by which rule and why, planned or post hoc (SWiM 1a, 1b)."""
    rows = []
    notes = []
    titles = {id: study.title or id for id, study in snapshot.review.studies.items()}
    for grouping in snapshot.synthesis.groupings.values():
        when = "planned" if grouping.planned else "post hoc"
        for group in grouping.groups:
            members = "; ".join(titles.get(id, id) for id in group.studies)
            rows.append(
                (
                    cell(f"{grouping.label} ({when})"),
                    cell(group.label),
                    cell(members),
                    cell(len(group.studies)),
                )
            )
        said = [part for part in (grouping.rule, grouping.rationale) if part]
        if said:
            notes.append(f"{grouping.label}: {' '.join(' '.join(said).split())}")
        left = ungrouped(grouping, sorted(snapshot.ledger.studies))
        if left:
            named = "; ".join(titles.get(id, id) for id in left)
            notes.append(f"{grouping.label}: in no group: {named}.")
        several = in_several(grouping)
        if several:
            named = "; ".join(titles.get(id, id) for id in several)
            notes.append(f"{grouping.label}: in several groups: {named}.")
    return Table(
        id="groups",
        caption="Groups of studies",
        columns=(
            column("grouping", "Grouped by", 1.4),
            column("group", "Group", 1.2),
            column("studies", "Studies", 2.4),
            column("n", "Number", 0.6, numeric=True),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )
