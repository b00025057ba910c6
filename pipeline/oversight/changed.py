"""Which verdicts ask for another look, since what they rested on has changed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.ledger import effective
from pipeline.screening.consensus import latest_votes
from pipeline.screening.seen import changed_since, criteria_changed_since, seen_criteria
from pipeline.terms.decision import Reopened, Screened, Stage
from pipeline.terms.record import Record
from pipeline.terms.review import Ledger, Review
from pipeline.terms.standing import REMOVED_BEFORE_SCREENING


def verdicts_to_look_at(
    review: Review, ledger: Ledger, records: Mapping[str, Record]
) -> Iterator[tuple[Screened, tuple[str, ...]]]:
    """Each person's latest verdict that rested on what has changed, with what that is.

    Left out are verdicts that no longer count: on records removed or reopened, and those that
    their reviewer has cast anew.
    """
    criteria = {stage: review.protocol.criteria_of(stage) for stage in Stage}
    for vote in _standing_votes(review, ledger):
        changed = changed_since(
            vote, records[vote.record], criteria[vote.stage], review.protocol.amendments
        )
        if changed:
            yield vote, changed


def resting_on_changed_criteria(review: Review, ledger: Ledger) -> Mapping[tuple[str, Stage], int]:
    """How many verdicts of each reviewer at each stage ask for another look, criteria only.

    It looks at no record, so it is quick on any review.
    """
    criteria = {stage: review.protocol.criteria_of(stage) for stage in Stage}
    today = {stage: seen_criteria(of_stage) for stage, of_stage in criteria.items()}
    found: Counter[tuple[str, Stage]] = Counter()
    for vote in _standing_votes(review, ledger, unless=today):
        if criteria_changed_since(vote, criteria[vote.stage], review.protocol.amendments):
            found[vote.reviewer, vote.stage] += 1
    return found


def _standing_votes(
    review: Review, ledger: Ledger, unless: Mapping[Stage, str] | None = None
) -> Iterator[Screened]:
    """The verdicts with a hash that count; `unless` all of them were cast on these criteria."""
    votes = [d for d in review.decisions if isinstance(d, Screened) and d.seen]
    if unless is not None and all(v.seen.endswith(unless[v.stage]) for v in votes):
        return
    decisions = effective(review.decisions)
    reopened: dict[tuple[str, Stage], datetime] = {}
    for d in decisions:
        if isinstance(d, Reopened):
            key = _home(d.record, ledger), d.stage
            reopened[key] = max(d.at, reopened.get(key, d.at))
    cast: dict[tuple[str, Stage], list[Screened]] = defaultdict(list)
    for d in decisions:
        if isinstance(d, Screened):
            key = _home(d.record, ledger), d.stage
            if key not in reopened or d.at > reopened[key]:
                cast[key].append(d)
    for (record, _), held in cast.items():
        position = ledger.positions.get(record)
        if position is not None and position.standing not in REMOVED_BEFORE_SCREENING:
            yield from (vote for vote in latest_votes(held) if vote.seen)


def _home(record: str, ledger: Ledger) -> str:
    position = ledger.positions.get(record)
    return (position.kept or record) if position else record
