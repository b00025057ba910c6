"""Reports and studies, many to many: which report tells of which study, and who counts twice."""

from __future__ import annotations

from pipeline.ledger import overlaps_of
from pipeline.ledger.links import links_of
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Compared, Overlap
from pipeline.terms.document import Cell, Table
from pipeline.writeup.tables.rows import cell, column, study_cell

OVERLAPS = {
    Overlap.OVERLAPPING: "Share participants",
    Overlap.UNCLEAR: "May share participants",
    Overlap.APART: "Share no participants",
}


def links(snapshot: Snapshot) -> Table:
    """Every included report with its study, whether it is the primary one, and the basis.

    Cochrane Handbook 4.6.2; MECIR C42: reports of one study are collated, none is left out.
    """
    said = links_of(snapshot.decisions, snapshot.ledger.positions)
    rows = []
    for study, reports in snapshot.ledger.studies.items():
        for n, record in enumerate(reports):
            link = said.get((record, study))
            role = "Primary" if n == 0 and len(reports) > 1 else ""
            why = [link.basis, link.why_primary if role else ""] if link else []
            if link is None and ":" not in study:
                why = ["named in the study file"]
            rows.append(
                (
                    _study(study, snapshot) if n == 0 else cell(""),
                    _report(record, snapshot),
                    cell(role or ("Only report" if len(reports) == 1 else "Secondary")),
                    cell("; ".join(word for word in why if word)),
                )
            )
    return Table(
        id="links",
        caption="Reports of each included study",
        columns=(
            column("study", "Study", 1.1),
            column("report", "Report", 2.6),
            column("role", "Role", 0.8),
            column("basis", "Why they belong together", 2),
        ),
        rows=tuple(rows),
        notes=("The study, not the report, is what is counted.",) if rows else (),
    )


def overlaps(snapshot: Snapshot) -> Table:
    """Included studies that share participants, may share them, or look so and do not."""
    return Table(
        id="overlaps",
        caption="Overlap of participants between included studies",
        columns=(
            column("study", "Study"),
            column("other", "And"),
            column("overlap", "Participants", 1.1),
            column("basis", "What shows it", 2.6),
        ),
        rows=tuple(
            (
                _study(said.study, snapshot),
                _study(said.other, snapshot),
                cell(OVERLAPS[said.overlap]),
                cell(said.reason),
            )
            for said in included_overlaps(snapshot)
        ),
    )


def included_overlaps(snapshot: Snapshot) -> tuple[Compared, ...]:
    """What was said on pairs of which both studies are included, overlaps first."""
    order = tuple(Overlap)
    found = [
        said
        for said in overlaps_of(snapshot.decisions).values()
        if said.study in snapshot.ledger.studies and said.other in snapshot.ledger.studies
    ]
    return tuple(sorted(found, key=lambda said: order.index(said.overlap)))


def _study(id: str, snapshot: Snapshot) -> Cell:
    study = snapshot.review.studies.get(id)
    return study_cell(study, snapshot) if study else cell(id)


def _report(record: str, snapshot: Snapshot) -> Cell:
    found = snapshot.records.get(record)
    return cell(
        found.title or "without a title" if found else record, *((record,) if found else ())
    )
