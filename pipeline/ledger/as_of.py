"""A review as far as it had come by a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipeline.ledger.undoing import discarded_searches, effective
from pipeline.terms.decision import (
    Collated,
    Confirmed,
    Decision,
    Discarded,
    HandedOver,
    Matched,
    Removed,
    Reopened,
    Resolved,
    Retrieved,
    Screened,
    Stopped,
)
from pipeline.terms.protocol import Protocol
from pipeline.terms.review import Edition, Review
from pipeline.terms.search import Search
from pipeline.terms.study import reports_named


@dataclass(frozen=True, slots=True, kw_only=True)
class AsOf:
    """The review as far as it had come by a day, decisions parted by kind, undone ones left out.

    `decisions` are the ids of all that had been decided, undone ones among them; `named_reports`
    are the reports that the file of each study names. `searches` and `entries` are without those
    of `discarded`, which were taken out; `stray` are the records that these brought.
    """

    day: date | None
    protocol: Protocol
    searches: tuple[Search, ...]
    entries: Mapping[str, tuple[str, ...]]
    named_reports: Mapping[str, tuple[str, ...]]
    screened: tuple[Screened, ...]
    resolved: tuple[Resolved, ...]
    reopened: tuple[Reopened, ...]
    handed_over: tuple[HandedOver, ...]
    removed: tuple[Removed, ...]
    retrieved: tuple[Retrieved, ...]
    matched: tuple[Matched, ...]
    collated: tuple[Collated, ...]
    stopped: tuple[Stopped, ...]
    discarded: Mapping[str, Discarded]
    stray: tuple[str, ...]
    decisions: frozenset[str]
    last_change: date | None


def as_of(review: Review, until: date | None) -> AsOf:
    """What `review` held at the end of the day `until` (None: everything)."""
    came = tuple(s for s in review.searches if until is None or s.ingested_on <= until)
    happened = [d for d in review.decisions if until is None or d.at.date() <= until]
    discarded = discarded_searches(happened)
    searches = tuple(s for s in came if s.id not in discarded)
    parted: dict[type, list[Decision]] = defaultdict(list)
    for decision in effective(happened):
        parted[type(decision)].append(decision)
    days = [s.ingested_on for s in came]
    # who confirms a sentence moves no record: an edition stays what it is
    days += [d.at.date() for d in happened if not isinstance(d, Confirmed)]
    return AsOf(
        day=until,
        protocol=review.protocol,
        searches=searches,
        entries={s.id: review.entries.get(s.id, ()) for s in searches},
        named_reports=reports_named(review.studies),
        screened=_of(Screened, parted),
        resolved=_of(Resolved, parted),
        reopened=_of(Reopened, parted),
        handed_over=_of(HandedOver, parted),
        removed=_of(Removed, parted),
        retrieved=_of(Retrieved, parted),
        matched=_of(Matched, parted),
        collated=_of(Collated, parted),
        stopped=_of(Stopped, parted),
        discarded=discarded,
        stray=tuple(r for s in came if s.id in discarded for r in review.entries.get(s.id, ())),
        decisions=frozenset(d.id for d in happened),
        last_change=max(days, default=None),
    )


Kind = TypeVar("Kind", bound=Decision)


def _of(kind: type[Kind], parted: Mapping[type, Sequence[Decision]]) -> tuple[Kind, ...]:
    return tuple(d for d in parted.get(kind, ()) if isinstance(d, kind))


def previous_edition(review: Review, here: AsOf) -> Edition | None:
    """The edition that this state goes beyond: the last one older than the last change.

    A sealed edition knows what it counted: a search or decision that came to light only after it,
    by a merge of branches, goes beyond it even when its day is earlier.
    """
    if here.last_change is None:
        return None
    standing = [
        e
        for e in review.editions
        if e.stands_on(here.day) and (here.day is None or e.on <= here.day)
    ]
    standing.sort(key=lambda e: (e.on, e.number))
    while standing and not _beyond(standing[-1], review, here):
        standing.pop()
    return standing[-1] if standing else None


def _beyond(edition: Edition, review: Review, here: AsOf) -> bool:
    """Whether anything had happened by the day of `here` that `edition` does not count."""
    if here.last_change is not None and edition.on < here.last_change:
        return True
    sealed = review.sealed.get(edition.number)
    if sealed is None:
        return False
    searches = {s.id for s in sealed.searches}
    return any(s.id not in searches for s in here.searches) or not here.decisions <= {
        d.id for d in sealed.decisions
    }
