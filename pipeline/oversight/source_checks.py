"""Checks of what values rest on: quotes, the files they were read from, how sure a reader was."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.extraction.quote_checks import quote_problems, unchecked_quotes
from pipeline.extraction.summary import UNSURE, summaries_of
from pipeline.oversight.fault import fault
from pipeline.snapshot import Snapshot
from pipeline.terms.problem import Problem, Severity


def quotes(e: Snapshot) -> Iterator[Problem]:
    """Quotes that do not stand on the page that they name, in the PDFs that are at hand."""
    missing = 0
    for study in summaries_of(e.review).values():
        yield from quote_problems(study, e.text_of)
        missing += unchecked_quotes(study, e.text_of)
    if missing:
        yield fault(
            e.log_of(""),
            f"{missing} quote{'s stand' if missing > 1 else ' stands'} in reports whose text is "
            "not at hand here",
            "Put their PDFs into fulltexts/ (`review retrieve`) to have them looked up",
            Severity.NOTE,
        )


def full_texts(e: Snapshot) -> Iterator[Problem]:
    """Files in `fulltexts/` that are no longer those that were logged as obtained."""
    for position in e.ledger.positions.values():
        log = position.retrieval
        if log is None or not log.file_sha256 or position.kept:
            continue
        text = e.text_of(position.record)
        if text is not None and text.sha256 and text.sha256 != log.file_sha256:
            yield fault(
                e.place_of(log),
                f"the file {log.file} of {position.record} is not the one that was logged",
                "Log the new one with `review retrieve`, or put the old one back",
                Severity.WARNING,
            )


def doubtful(e: Snapshot) -> Iterator[Problem]:
    """Values whose reader was not sure."""
    for summary in summaries_of(e.review).values():
        for source in (source for source in summary.sources if source.sure in UNSURE):
            where = f" ({source.page})" if source.page else ""
            yield fault(
                source.place or summary.place,
                f"a value of {summary.id} rests on a {source.sure} reading{where}",
                "Have a second person look it up",
                Severity.WARNING if source.sure == "doubtful" else Severity.NOTE,
            )
