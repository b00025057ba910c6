"""A review as far as it had come by a day: the decisions that count, and what they say last."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeGuard, TypeVar

from pipeline.model.decision import (
    Checked,
    Collated,
    Compared,
    Confirmed,
    Decision,
    Discarded,
    HandedOver,
    Matched,
    Reconciled,
    Removed,
    Reopened,
    Resolved,
    Retrieved,
    Screened,
    Stage,
    Stopped,
)
from pipeline.model.protocol import Protocol
from pipeline.model.review import Edition, Ledger, Position, Review
from pipeline.model.search import Search
from pipeline.model.standing import Standing
from pipeline.model.study import reports_named
from pipeline.model.undoing import discarded_searches, effective


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


_PEOPLES = (Screened, Resolved, Reopened, HandedOver, Removed, Stopped)
"""What moves a record only where a person says it; of a machine such a line settles nothing."""


def as_of(review: Review, until: date | None) -> AsOf:
    """What `review` held at the end of the day `until` (None: everything)."""
    came = tuple(s for s in review.searches if until is None or s.ingested_on <= until)
    happened = [d for d in review.decisions if until is None or d.at.date() <= until]
    discarded = discarded_searches(happened)
    searches = tuple(s for s in came if s.id not in discarded)
    parted: dict[type, list[Decision]] = defaultdict(list)
    for decision in effective(happened):
        if not (isinstance(decision, _PEOPLES) and decision.reviewer in review.protocol.machines):
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


def edition_before(review: Review, here: AsOf) -> Edition | None:
    """The edition that the searches of this state go beyond, None in a first round.

    A flow counts a round of searching (PRISMA 2020): work that goes on after an edition without a
    further search belongs to the round of that edition, and is counted with its searches.
    """
    return _latest(review, here, lambda e: bool(searches_since(e, review, here)))


def amended_edition(review: Review, here: AsOf, before: Edition | None) -> Edition | None:
    """The edition of this very round after which something was decided; None where there is none.

    `before` is the edition before the round.
    """
    latest = _latest(review, here, lambda e: _beyond(e, review, here))
    return None if latest == before else latest


def _latest(review: Review, here: AsOf, goes_beyond: Callable[[Edition], bool]) -> Edition | None:
    standing = [
        e
        for e in review.editions
        if e.stands_on(here.day) and (here.day is None or e.on <= here.day)
    ]
    standing.sort(key=lambda e: (e.on, e.number))
    return next((e for e in reversed(standing) if goes_beyond(e)), None)


def searches_since(edition: Edition | None, review: Review, here: AsOf) -> tuple[Search, ...]:
    """The searches that `edition` does not count; all of them without one.

    A sealed edition knows what it counted: a search that came to light only after it, by a merge
    of branches, goes beyond it even when its day is earlier.
    """
    if edition is None:
        return here.searches
    sealed = review.sealed.get(edition.number)
    if sealed is None:
        return tuple(s for s in here.searches if s.ingested_on > edition.on)
    known = {s.id for s in sealed.searches}
    return tuple(s for s in here.searches if s.id not in known)


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


Links = Mapping[tuple[str, str], Collated]
"""(kept record, study) to the word that counts on the two."""


def links_of(decisions: Iterable[Decision], positions: Mapping[str, Position]) -> Links:
    """The latest `collated` line on each report and study; a duplicate goes as its kept record."""
    links: dict[tuple[str, str], Collated] = {}
    said = [d for d in effective(decisions) if isinstance(d, Collated)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        position = positions.get(decision.record)
        home = position.kept or decision.record if position else decision.record
        links[home, decision.study] = decision
    return links


Pair = tuple[str, str]
"""Two ids of studies, the smaller first."""


def pair_of(one: str, other: str) -> Pair:
    """The two ids in the order that names a pair."""
    return (one, other) if one <= other else (other, one)


def overlaps_of(decisions: Iterable[Decision]) -> Mapping[Pair, Compared]:
    """The latest word that counts on each two studies, by pair."""
    found: dict[Pair, Compared] = {}
    said = [d for d in effective(decisions) if isinstance(d, Compared)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        found[pair_of(decision.study, decision.other)] = decision
    return dict(sorted(found.items()))


Verified = TypeVar("Verified", Checked, Reconciled)


def settled_of(decisions: Iterable[Decision]) -> Mapping[str, Mapping[str, Reconciled]]:
    """By study and address, the latest settlement that counts."""
    return _second_person_latest(decisions, Reconciled)


def checked_of(decisions: Iterable[Decision]) -> Mapping[str, Mapping[str, Checked]]:
    """By study and address, the latest check that counts."""
    return _second_person_latest(decisions, Checked)


def _second_person_latest(
    decisions: Iterable[Decision], kind: type[Verified]
) -> Mapping[str, Mapping[str, Verified]]:
    found: dict[str, dict[str, Verified]] = {}
    said = [d for d in effective(decisions) if isinstance(d, kind)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        found.setdefault(decision.study, {})[decision.item] = decision
    return found


def attempts_of(
    decisions: Iterable[Decision], positions: Mapping[str, Position]
) -> Mapping[str, tuple[Retrieved, ...]]:
    """The `retrieved` lines that count, by kept record, the earliest first."""
    found: dict[str, list[Retrieved]] = {}
    said = [d for d in effective(decisions) if isinstance(d, Retrieved)]
    for attempt in sorted(said, key=lambda d: (d.at, d.id)):
        position = positions.get(attempt.record)
        home = position.kept or attempt.record if position else attempt.record
        found.setdefault(home, []).append(attempt)
    return {record: tuple(attempts) for record, attempts in found.items()}


def attempt_in_words(attempt: Retrieved) -> str:
    """`2016-02-01, interlibrary loan: not obtained (no copy lent)`."""
    day = attempt.tried_on or attempt.at.date().isoformat()
    where = f", {attempt.where}" if attempt.where else ""
    why = f" ({attempt.reason})" if attempt.reason else ""
    return f"{day}{where}: {str(attempt.outcome).replace('_', ' ')}{why}"


_STAGE_OPEN = {
    Standing.AWAITING_SCREENING: Stage.TITLE_ABSTRACT,
    Standing.AWAITING_RETRIEVAL: Stage.FULL_TEXT,
    Standing.AWAITING_ASSESSMENT: Stage.FULL_TEXT,
}


def is_blind(decision: Decision, ledger: Ledger) -> TypeGuard[Screened]:
    """Whether `decision` is a vote at a stage at which its record still waits for another one.

    A conflict waits for nobody's vote: whoever settles it has all of them side by side.
    """
    if not isinstance(decision, Screened) or decision.record not in ledger.positions:
        return False
    position = ledger.positions[decision.record]
    home = ledger.positions[position.kept or position.record]
    return not home.conflict and decision.stage is _STAGE_OPEN.get(home.standing)
