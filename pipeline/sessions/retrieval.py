"""What may be said of a report that was sought, and of which records."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pipeline.model.decision import Retrieval
from pipeline.model.problem import ReviewError
from pipeline.model.review import Position, Review
from pipeline.model.standing import SOUGHT, Standing
from pipeline.sessions.named_records import where_it_stands


def attempt_day(text: str) -> str:
    """`text` as a day, "" for none; ReviewError where it is no day."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ReviewError(f"{text!r} is no day", "Write year-month-day, like 2016-01-31") from error


def check_attempt(outcome: Retrieval, reason: str, file: Path | None, records: int) -> None:
    """Raises ReviewError where outcome, reason and file do not go together."""
    if outcome is Retrieval.NOT_OBTAINED and not reason.strip():
        raise ReviewError(
            "a report that was not obtained needs a reason",
            'Add --reason "no copy could be lent", say',
        )
    if outcome is not Retrieval.NOT_OBTAINED and reason.strip():
        raise ReviewError("--reason is for --not-obtained", "Use --note for anything else")
    if file is not None and outcome is not Retrieval.OBTAINED:
        raise ReviewError("--file is for --obtained", "Leave it out, or say --obtained")
    if file is not None and records > 1:
        raise ReviewError("one file cannot be the report of several records", "Do one at a time")


def check_sought(position: Position, outcome: Retrieval, review: Review) -> None:
    """Raises ReviewError where nothing may be said of the report of `position`."""
    if position.standing not in SOUGHT:
        remedy = f"`review explain {review.slug} {position.record}` says who decided so"
        if position.standing is Standing.AWAITING_SCREENING:
            remedy = f"Screen it first: `review screen {review.slug} --as NAME`"
        raise ReviewError(
            f"{position.record} {where_it_stands(position, review)}; only records that got past "
            "title and abstract are sought. Nothing was written",
            remedy,
        )
    read = [vote for vote in position.votes if vote.stage is position.stage]
    on_full_text = position.standing not in (Standing.AWAITING_RETRIEVAL, Standing.NOT_RETRIEVED)
    if outcome is Retrieval.NOT_OBTAINED and on_full_text and (read or position.resolution):
        who = ", ".join(sorted({vote.reviewer for vote in read})) or "somebody"
        raise ReviewError(
            f"{position.record} was read in full by {who}, so it was obtained. Nothing was written",
            f"If the votes are wrong, take them back first: `review undo {review.slug} --list`",
        )
