"""Tables of reports that are not in the review, each with the reason (PRISMA 2020, item 16b)."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.ledger.attempts import attempt_in_words, attempts_of
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Retrieved
from pipeline.terms.document import Cell, Table
from pipeline.terms.review import Position
from pipeline.terms.standing import Standing
from pipeline.writeup.tables.rows import cell, column

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
