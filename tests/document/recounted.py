"""A naive recount of a small review from the lines that people wrote, without the ledger.

One reviewer decides; what counts is the last line of each kind that was not taken back. From that
each record's place on a day is read off, and every number that the generated sentences may say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pipeline.model.decision import (
    Collated,
    Decision,
    Matched,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Withdrawn,
)
from pipeline.model.review import Edition, Review

DATABASES, OTHER = "databases", "other"
BEFORE_SCREENING = ("duplicate",)
STEP = {
    "duplicate": 1,
    "awaiting screening": 1,
    "not screened": 1,
    "excluded": 1,
    "awaiting retrieval": 2,
    "not retrieved": 2,
    "awaiting assessment": 3,
    "excluded on full text": 3,
    "included": 3,
}
OPEN = ("awaiting screening", "awaiting retrieval", "awaiting assessment")


@dataclass
class Recount:
    """What a review comes to on a day (None: now)."""

    review: Review
    day: date | None = None
    where: dict[str, str] = field(default_factory=dict)
    entered: dict[str, int] = field(default_factory=dict)
    before: Edition | None = None
    amends: Edition | None = None

    def __post_init__(self) -> None:
        self.where = places(self.review, self.day)
        editions = [e for e in self.review.editions if self.day is None or e.on <= self.day]
        searched = [s.ingested_on for s in self.searches]
        older = [e for e in editions if any(day > e.on for day in searched)]
        self.before = max(older, key=lambda e: e.on, default=None)
        decided = [d.at.date() for d in self.review.decisions if self.is_by(d.at.date())]
        last = max([*searched, *decided], default=date.min)
        passed = [e for e in editions if e.on < last]
        latest = max(passed, key=lambda e: e.on, default=None)
        self.amends = latest if latest != self.before else None
        then = places(self.review, self.before.on) if self.before else {}
        for record, place in self.where.items():
            if record not in then:
                self.entered[record] = 0
            elif then[record] != place or place in OPEN:
                self.entered[record] = min(STEP[then[record]], STEP[place])

    def is_by(self, day: date) -> bool:
        return self.day is None or day <= self.day

    @property
    def searches(self) -> list:
        return [s for s in self.review.searches if self.is_by(s.ingested_on)]

    def arm(self, record: str) -> str:
        kind = next(s.kind for s in self.review.searches if s.id == record.split(":")[0])
        return DATABASES if kind in ("database", "register") else OTHER

    def n(self, arm: str, places: Iterable[str], steps: Iterable[int]) -> int:
        """Records of `arm` of the round that stand in `places` and came in at one of `steps`."""
        there, at = set(places), set(steps)
        return sum(
            self.arm(r) == arm and self.where[r] in there and step in at
            for r, step in self.entered.items()
        )

    def all(self, *places: str) -> int:
        return sum(place in places for place in self.where.values())

    def studies(self, day: date | None) -> dict[str, set[str]]:
        """The included studies of a day: their reports by name."""
        here = places(self.review, day)
        names: dict[str, str] = {}
        for d in standing_lines(self.review, day):
            if isinstance(d, Collated):
                names[d.record] = d.study
        found: dict[str, set[str]] = {}
        for record, place in here.items():
            if place == "included":
                found.setdefault(names.get(record, record), set()).add(record)
        return found


def standing_lines(review: Review, day: date | None) -> list[Decision]:
    """The lines of a day that were not taken back, the earliest first."""
    lines = [d for d in review.decisions if day is None or d.at.date() <= day]
    gone = {d.undoes for d in lines if isinstance(d, Withdrawn)}
    return sorted(
        (d for d in lines if d.id not in gone and not isinstance(d, Withdrawn)),
        key=lambda d: d.at,
    )


def places(review: Review, day: date | None) -> dict[str, str]:
    """Where each record of a day stands, in words."""
    lines = standing_lines(review, day)
    found = {}
    for search in review.searches:
        if day is not None and search.ingested_on > day:
            continue
        for record in review.entries[search.id]:
            found[record] = _place(record, search.id, lines)
    return found


def _place(record: str, search: str, lines: list[Decision]) -> str:
    if any(isinstance(d, Matched) and d.record == record for d in lines):
        return "duplicate"
    said = {
        stage: [
            d.verdict
            for d in lines
            if isinstance(d, Screened) and d.record == record and d.stage is stage
        ]
        for stage in Stage
    }
    first, second = said[Stage.TITLE_ABSTRACT], said[Stage.FULL_TEXT]
    if not first:
        stopped = any(isinstance(d, Stopped) and search in d.searches for d in lines)
        return "not screened" if stopped else "awaiting screening"
    if first[-1] == "exclude":
        return "excluded"
    sought = [d.outcome for d in lines if isinstance(d, Retrieved) and d.record == record]
    if sought and sought[-1] == "not_obtained":
        return "not retrieved"
    if second:
        return "included" if second[-1] == "include" else "excluded on full text"
    return "awaiting assessment" if sought and sought[-1] == "obtained" else "awaiting retrieval"
