"""Doubtful pairs of records, looked for in the background and kept until they are decided."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import RLock, Thread

from pipeline.duplicates.engines import DuckEngine
from pipeline.duplicates.plan import Pair
from pipeline.model.problem import ReviewError
from pipeline.sessions.pairs import PairsFound, find_pairs, merge_by_rule
from pipeline.store import ReviewFolder

MEMORY = "500MB"
"""What the comparison may hold."""


@dataclass(slots=True)
class PairSearch:
    """The latest comparison of all records, and which of its doubtful pairs were decided since.

    `folder` opens the review anew, with all logs.
    """

    folder: Callable[[], ReviewFolder]
    found: PairsFound | None = None
    refusal: ReviewError | None = None
    _exports: tuple[str, ...] = ()
    _decided: set[tuple[str, str]] = field(default_factory=set)
    _thread: Thread | None = None
    _lock: RLock = field(default_factory=RLock)

    @property
    def is_running(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def begin(self, *, anew: bool = False) -> None:
        """Compares in the background what was not compared yet; with `anew` everything again."""
        with self._lock:
            if self.is_running:
                return
            exports = self._exports_now()
            if self.found is not None and exports == self._exports and not anew:
                return
            self._exports = exports
            self._thread = Thread(target=self._compare, name="pairs", daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> None:
        """Waits for a comparison that is running, at most so long."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)

    def _exports_now(self) -> tuple[str, ...]:
        return tuple(export.path.name for export in self.folder().exports[0].values())

    def _compare(self) -> None:
        try:
            with tempfile.TemporaryDirectory(prefix="review-dedupe-") as spill:
                found = find_pairs(self.folder(), DuckEngine(memory=MEMORY, spill=spill))
        except ReviewError as refusal:
            with self._lock:
                self.refusal = refusal
            return
        with self._lock:
            self.found, self.refusal = found, None
            self._decided.clear()

    def open(self) -> list[tuple[str, str, Pair]]:
        """The doubtful pairs that nobody has decided, as record ids, the likeliest first."""
        with self._lock:
            if self.found is None:
                return []
            ids = self.found.ids
            pairs = [(ids[p.a], ids[p.b], p) for p in self.found.found.ask]
            return [one for one in pairs if (one[0], one[1]) not in self._decided]

    def named(self, a: str, b: str) -> Pair | None:
        """The doubtful pair of these two; None where there is none."""
        with self._lock:
            ids = self.found.ids if self.found else ()
            pairs = self.found.found.ask if self.found else ()
            return next((p for p in pairs if (ids[p.a], ids[p.b]) == (a, b)), None)

    def decided(self, a: str, b: str, *, again_open: bool = False) -> None:
        with self._lock:
            if again_open:
                self._decided.discard((a, b))
            else:
                self._decided.add((a, b))

    def merge_sure(self) -> int:
        """Writes the merges that the rules are sure of; gives their number, then compares anew."""
        with self._lock:
            if self.found is None or self.is_running:
                raise ReviewError("the records are being compared", "Wait a moment")
            merged = len(merge_by_rule(self.found))
            self.begin(anew=True)
            return merged
