"""Which report tells of which study, and the reports that are not in the review."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.document.tables.rows import cell, column, study_cell
from pipeline.model.decision import Compared, Overlap, Retrieved
from pipeline.model.document import Cell, Table
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import attempt_in_words, attempts_of, links_of, overlaps_of

_STATES = {
    Standing.NOT_RETRIEVED: "Not retrieved",
    Standing.AWAITING_RETRIEVAL: "Sought, not yet retrieved",
    Standing.AWAITING_ASSESSMENT: "Obtained, not yet assessed",
    Standing.AWAITING_CLASSIFICATION: "Awaiting classification",
}


def excluded(snapshot: Snapshot) -> Table:
    """The reports excluded on full text, each with its one main reason, by reason."""
    order = {c.id: n for n, c in enumerate(snapshot.review.protocol.criteria)}
    positions = sorted(
        snapshot.ledger.at(Standing.EXCLUDED_ON_FULL_TEXT),
        key=lambda p: order.get(p.reason, len(order)),
    )
    return Table(
        id="excluded",
        caption="Reports excluded on full text",
        columns=(
            column("report", "Report", 3),
            column("reason", "Reason", 1.5),
            column("note", "Note", 1.5),
        ),
        rows=tuple(
            (_report(p, snapshot), cell(reason(p, snapshot)), cell(_note(p))) for p in positions
        ),
        notes=("Each report is counted under one reason: the first criterion that it fails.",),
    )


def not_retrieved(snapshot: Snapshot) -> Table:
    """Reports that could not be obtained, and those that are still open.

    Where it was written down where reports were tried, each attempt stands in a column of its own.
    """
    attempts = attempts_of(snapshot.decisions, snapshot.ledger.positions)
    told = any(attempt.where for tried in attempts.values() for attempt in tried)
    return Table(
        id="not_retrieved",
        caption="Reports not retrieved or awaiting a decision",
        columns=(
            column("report", "Report", 3),
            column("state", "State", 1.2),
            column("reason", "Why", 1.5),
            *((column("attempts", "Attempts", 1.8),) if told else ()),
        ),
        rows=tuple(
            (
                _report(p, snapshot),
                cell(_STATES[p.standing]),
                cell(_why_open(p)),
                *((cell(_attempts(attempts.get(p.record, ()))),) if told else ()),
            )
            for standing in _STATES
            for p in snapshot.ledger.at(standing)
        ),
    )


def _attempts(attempts: Iterable[Retrieved]) -> str:
    return "\n".join(attempt_in_words(attempt) for attempt in attempts)


def reason(position: Position, snapshot: Snapshot) -> str:
    """The label of the criterion that a report was excluded for, or the words given."""
    return snapshot.ledger.flow.reasons.get(position.reason, position.reason) or "no reason given"


def _report(position: Position, snapshot: Snapshot) -> Cell:
    """The title with its citation; alone where a citation could say no more than the title."""
    record = snapshot.records.get(position.record)
    if record is None:
        return cell(position.record)
    more = record.author or record.container_title or record.doi or record.url
    return cell(record.title or "without a title", *((position.record,) if more else ()))


def _note(position: Position) -> str:
    if position.resolution is not None and position.resolution.note:
        return position.resolution.note
    return next((vote.note for vote in position.votes if vote.note), "")


def _why_open(position: Position) -> str:
    if position.standing is Standing.AWAITING_CLASSIFICATION:
        return _note(position)
    # what somebody noted on a title says nothing of why the report is not there
    return position.retrieval.reason or position.retrieval.note if position.retrieval else ""


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
                    _collation_report(record, snapshot),
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


def _collation_report(record: str, snapshot: Snapshot) -> Cell:
    found = snapshot.records.get(record)
    return cell(
        found.title or "without a title" if found else record, *((record,) if found else ())
    )
