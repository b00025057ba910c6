"""The review as everybody's work has it, settled once for all requests that come meanwhile."""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from threading import RLock

from pipeline.checks.waiting import Waiting, waiting
from pipeline.model.decision import Decision, Reopened, Resolved, Screened, Stage
from pipeline.model.review import Ledger, Review
from pipeline.model.undoing import effective
from pipeline.screening.consensus import Consensus, consensus
from pipeline.screening.plans import votes_needed
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder, find_review
from pipeline.store.decision_logs import decisions_about
from pipeline.store.places import ReviewPlaces

REST, QUICK_SECONDS = 8.0, 0.4
"""A review that takes longer than `QUICK_SECONDS` to settle is settled again only after `REST`
times as long; a smaller one whenever a file of it has changed."""


@dataclass(frozen=True, kw_only=True)
class SettledReview:
    """A review and its ledger as they were at the moment `at`, and what waits then."""

    folder: ReviewFolder
    review: Review
    ledger: Ledger
    at: datetime

    @cached_property
    def work(self) -> Waiting:
        return waiting(self.review, self.ledger)


class CurrentReview:
    """The latest known state of one review; read anew when a file of it has changed."""

    def __init__(self, places: ReviewPlaces) -> None:
        self.places = places
        self._known: SettledReview | None = None
        self._marks: tuple[tuple[str, int, int], ...] = ()
        self._read_at = 0.0
        self._seconds = 0.0
        self._lock = RLock()
        self._handled: dict[str, float] = {}

    def settled(self, *, fresh: bool = False) -> SettledReview:
        """The review as it stands; on a large one a few seconds old, unless it must be `fresh`."""
        with self._lock:
            if self._known is not None:
                rest = REST * self._seconds if self._seconds > QUICK_SECONDS else 0.0
                rests = time.monotonic() - self._read_at < rest
                if (rests and not fresh) or _marks(self.places) == self._marks:
                    return self._known
            began = time.monotonic()
            marks = _marks(self.places)
            folder = ReviewFolder(find_review(str(self.places.review)))
            review = folder.review
            self._known = SettledReview(
                folder=folder,
                review=review,
                ledger=settle(review),
                at=datetime.now().astimezone(),
            )
            self._marks, self._read_at = marks, time.monotonic()
            self._seconds = self._read_at - began
            self._handled = {what: at for what, at in self._handled.items() if at > began}
            return self._known

    def handled(self, what: str, *, again_open: bool = False) -> None:
        """Remembers that `what` (a record, say) was dealt with since the review was settled."""
        with self._lock:
            if again_open:
                self._handled.pop(what, None)
            else:
                self._handled[what] = time.monotonic()

    def is_handled(self, what: str) -> bool:
        return what in self._handled

    def said_about(self, record: str) -> tuple[Decision, ...]:
        """What counts by the logs of this moment of all that was said of a report."""
        records = (record, *self.settled().ledger.duplicates.get(record, ()))
        found = effective(decisions_about(self.places, records))
        return tuple(d for d in found if getattr(d, "record", "") in records)

    def consensus_on(self, record: str, stage: Stage) -> Consensus:
        """Where `record` stands at `stage` by the logs of this moment."""
        protocol = self.settled().review.protocol
        found = [
            d
            for d in self.said_about(record)
            if isinstance(d, (Screened, Resolved, Reopened)) and d.stage is stage
        ]
        begun = max((d.at for d in found if isinstance(d, Reopened)), default=None)
        said = [d for d in found if begun is None or d.at > begun]
        return consensus(
            [d for d in said if isinstance(d, Screened)],
            [d for d in said if isinstance(d, Resolved)],
            protocol.plan(stage),
            votes_needed(record, protocol.plan(stage)),
            [c.id for c in protocol.criteria_of(stage)],
        )


def _marks(places: ReviewPlaces) -> tuple[tuple[str, int, int], ...]:
    """Name, size and time of every file that people write: other marks, something changed."""
    files = [places.protocol, places.editions]
    for folder, pattern in (
        (places.decisions, "*.jsonl"),
        (places.searches, "*"),
        (places.studies, "**/*.yaml"),
        (places.synthesis, "*"),
        (places.forms, "*.yaml"),
        (places.fulltexts, "*"),
    ):
        files += sorted(folder.glob(pattern))
    marks = []
    for path in files:
        with contextlib.suppress(OSError):
            stat = path.stat()
            marks.append((str(path), stat.st_size, stat.st_mtime_ns))
    return tuple(marks)
