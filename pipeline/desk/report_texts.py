"""The full texts of a review as far as they are at hand, read when a quote asks for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from pipeline.extraction.quote_checks import ReportText, TextOf
from pipeline.notation.safe_text import for_file_name
from pipeline.review_folder import ReviewFolder
from pipeline.review_folder.cache import known_sha256
from pipeline.review_folder.pdf_text import pages_of
from pipeline.terms.review import Ledger


def report_texts(
    folder: ReviewFolder, ledger: Ledger, tick: Callable[[int], object] = lambda n: None
) -> TextOf:
    """What can be searched of a report by its record id, each read once.

    The file is the one that `retrieved` names, or one in `fulltexts/` with the name of the record.
    `tick` is told how many reports have been looked into.
    """
    looked: list[str] = []

    @cache
    def text_of(report: str) -> ReportText | None:
        position = ledger.positions.get(report)
        if position is None:
            return None
        kept = ledger.positions[position.kept] if position.kept else position
        looked.append(report)
        tick(len(looked))
        named = kept.retrieval.file if kept.retrieval is not None else ""
        file = folder.places.fulltexts / (named or f"{for_file_name(kept.record)}.pdf")
        abstract = folder.records[report].abstract
        is_inside = file.parent == folder.places.fulltexts
        if not is_inside or file.suffix.lower() != ".pdf" or not file.is_file():
            return ReportText(abstract=abstract) if abstract else None
        cached = folder.places.cache
        return ReportText(
            read=lambda: pages_of(file, cached),
            sha256=known_sha256(file, cached),
            abstract=abstract,
        )

    return text_of
