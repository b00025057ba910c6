"""What the checks look at, gathered from the folder of a review."""

from __future__ import annotations

from datetime import datetime

from pipeline.ledger import settle
from pipeline.oversight.evidence import Evidence, ReadingSummary
from pipeline.review_folder import ReviewFolder


def evidence_of(folder: ReviewFolder, now: datetime) -> Evidence:
    """What the checks look at, gathered from a review's folder; exports are hashed anew."""
    folder.verify_exports()
    written = folder.review
    readings = {
        name: ReadingSummary(
            format=export.notes.format,
            encoding=export.notes.encoding,
            read=len(export.ids),
            set_aside=export.notes.set_aside,
            declared=export.notes.declared,
            problems=export.notes.problems,
        )
        for name, export in folder.exports[0].items()
    }
    return Evidence(
        review=written,
        ledger=settle(written),
        records=folder.records,
        readings=readings,
        place_of=folder.place_of,
        log_of=folder.search_place,
        orphans=folder.orphaned_exports(),
        now=now,
    )
