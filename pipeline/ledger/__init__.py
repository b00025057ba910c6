"""`settle()`: the one fold. From what people decided to where everything stands on a day.

Nothing here is stored. An edition, the previous version of a review and the difference between
two days are this one function called on different days.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.ledger.as_of import as_of, previous_edition
from pipeline.ledger.flow import flow_of
from pipeline.ledger.overlaps import overlaps_of
from pipeline.ledger.positions import positions_of
from pipeline.ledger.studies import included_studies
from pipeline.ledger.undoing import discarded_searches, effective, undone
from pipeline.screening.plans import stand_ins
from pipeline.terms.decision import Stage
from pipeline.terms.review import Ledger, Review

__all__ = ["discarded_searches", "effective", "overlaps_of", "settle", "undone"]


def settle(
    review: Review, until: date | None = None, known: Mapping[int, Ledger] | None = None
) -> Ledger:
    """Where every record, report and study of `review` stands at the end of the day `until`.

    Without `until`: now, that is with everything that was written. A decision counts from its own
    day (in the zone it was made in) on; what came later is as if it had not happened. `known` are
    ledgers of sealed editions of the review, by number, that need not be worked out again.
    """
    here = as_of(review, until)
    positions, duplicates = positions_of(here)
    studies = included_studies(here, positions)
    base = previous_edition(review, here)
    # what an edition included is what its own files said, where they were sealed
    previous = (known or {}).get(base.number) if base else None
    if base is not None and previous is None:
        previous = settle(review.sealed.get(base.number, review), base.on)
    return Ledger(
        day=until,
        positions=positions,
        duplicates=duplicates,
        studies=studies,
        flow=flow_of(here, positions, studies, previous),
        discarded=here.discarded,
        stand_ins={stage: stand_ins(here.handed_over, stage) for stage in Stage},
    )
