"""The review as everybody's work has it, settled once for all requests that come meanwhile."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from threading import RLock

from pipeline.ledger import effective, settle
from pipeline.review_folder import ReviewFolder, find_review
from pipeline.review_folder.decision_logs import decisions_about
from pipeline.review_folder.places import ReviewPlaces
from pipeline.terms.decision import Decision, Reopened, Resolved, Screened, Stage
from pipeline.terms.review import Ledger, Review

REST = 8.0
"""A review is settled again only after so many times the seconds that settling takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledReview:
    """A review and its ledger as they were at the moment `at`."""

    folder: ReviewFolder
    review: Review
    ledger: Ledger
    at: datetime


class CurrentReview:
    """The latest known state of one review; read anew when a file of it has changed."""

    def __init__(self, places: ReviewPlaces) -> None:
        self.places = places
        self._known: SettledReview | None = None
        self._marks: tuple[tuple[str, int, int], ...] = ()
        self._read_at = 0.0
        self._seconds = 0.0
        self._lock = RLock()

    def settled(self, *, fresh: bool = False) -> SettledReview:
        """The review as it stands; on a large one a few seconds old, unless it must be `fresh`."""
        with self._lock:
            if self._known is not None:
                rests = time.monotonic() - self._read_at < REST * self._seconds
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
            return self._known

    def said_of(self, records: Iterable[str], stage: Stage) -> tuple[Decision, ...]:
        """What counts now of all that was said of `records` at `stage`, read from the logs."""
        found = effective(decisions_about(self.places, records))
        return tuple(
            d for d in found if isinstance(d, (Screened, Resolved, Reopened)) and d.stage is stage
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
