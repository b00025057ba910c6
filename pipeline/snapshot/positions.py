"""Where each record stands: duplicates, removals, then stage by stage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from pipeline.duplicates.groups import groups_of, kept_records
from pipeline.model.decision import (
    AUTOMATION,
    Removed,
    Reopened,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
)
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.screening.consensus import Consensus, consensus
from pipeline.screening.plans import votes_needed
from pipeline.snapshot.as_of import AsOf

Said = TypeVar("Said", Resolved, Removed, Retrieved)


def positions_of(here: AsOf) -> tuple[dict[str, Position], dict[str, tuple[str, ...]]]:
    """The position of every record, and the duplicates of each kept record, as they came in."""
    order = [record for ids in here.entries.values() for record in ids]
    # records of a search that was taken out come last, so none is kept where another is: what was
    # decided of them goes to the records of the same reports that stay
    kept = kept_records([*order, *here.stray], here.matched)
    duplicates = groups_of(order, kept)

    def home(record: str) -> str:
        return kept.get(record, record)

    votes: dict[tuple[str, Stage], list[Screened]] = defaultdict(list)
    for vote in here.screened:
        votes[home(vote.record), vote.stage].append(vote)
    resolutions: dict[tuple[str, Stage], list[Resolved]] = defaultdict(list)
    for resolution in here.resolved:
        resolutions[home(resolution.record), resolution.stage].append(resolution)
    reopened = _reopened(here.reopened, home)
    for (record, stage), moment in reopened.items():
        votes[record, stage] = [v for v in votes[record, stage] if v.at > moment]
        resolutions[record, stage] = [r for r in resolutions[record, stage] if r.at > moment]
    stopped = _latest_stops(here.stopped)
    removed = _standing_removals(here, home, duplicates)
    retrieved = _latest(here.retrieved, home)
    rank = {stage: tuple(c.id for c in here.protocol.criteria_of(stage)) for stage in Stage}

    def agreed(record: str, stage: Stage) -> Consensus:
        plan = here.protocol.plan(stage)
        return consensus(
            votes.get((record, stage), ()),
            resolutions.get((record, stage), ()),
            plan,
            votes_needed(record, plan),
            rank[stage],
        )

    positions: dict[str, Position] = {}
    for search, ids in here.entries.items():
        for record in ids:
            if record in kept:
                positions[record] = Position(
                    record=record, search=search, standing=Standing.DUPLICATE, kept=kept[record]
                )
            elif record in removed:
                positions[record] = _removed_position(record, search, removed[record])
            else:
                # who asked for another look wants it, whether or not screening goes on
                asked = (record, Stage.TITLE_ABSTRACT) in reopened
                stop = None if asked else stopped.get(search)
                positions[record] = _position(record, search, agreed, retrieved.get(record), stop)
    return positions, duplicates


def _reopened(
    said: Iterable[Reopened], home: Callable[[str], str]
) -> dict[tuple[str, Stage], datetime]:
    """The last moment at which a record was reopened at a stage: what was said before is over."""
    moments: dict[tuple[str, Stage], datetime] = {}
    for decision in said:
        key = home(decision.record), decision.stage
        moments[key] = max(decision.at, moments.get(key, decision.at))
    return moments


def _latest_stops(stops: Iterable[Stopped]) -> dict[str, Stopped]:
    """The latest stop of screening on title and abstract, by the searches that it names."""
    return {
        search: stop
        for stop in sorted(stops, key=lambda s: (s.at, s.id))
        if stop.stage is Stage.TITLE_ABSTRACT
        for search in stop.searches
    }


def _standing_removals(
    here: AsOf, home: Callable[[str], str], duplicates: Mapping[str, Sequence[str]]
) -> dict[str, Removed]:
    """The removals that hold, by record.

    When a record that was removed is later found to be the same report as one that was not, the
    report goes back to screening: whoever removed it had not seen the other record, which would
    otherwise be lost without a word.
    """
    removed = _latest(here.removed, lambda record: record)
    if not removed:
        return removed
    matched_at: dict[str, datetime] = {}
    for match in here.matched:
        kept = home(match.record)
        if match.same and kept == home(match.duplicate_of):
            matched_at[kept] = max(match.at, matched_at.get(kept, match.at))

    def holds(record: str, removal: Removed) -> bool:
        whole = all(other in removed for other in duplicates.get(record, ()))
        return whole or record not in matched_at or matched_at[record] < removal.at

    return {record: removal for record, removal in removed.items() if holds(record, removal)}


def _latest(said: Iterable[Said], home: Callable[[str], str]) -> dict[str, Said]:
    latest: dict[str, Said] = {}
    for decision in said:
        record = home(decision.record)
        held = latest.get(record)
        if held is None or (held.at, held.id) < (decision.at, decision.id):
            latest[record] = decision
    return latest


def _removed_position(record: str, search: str, removal: Removed) -> Position:
    by_rule = removal.automation or removal.reviewer == AUTOMATION
    standing = Standing.REMOVED_BY_AUTOMATION if by_rule else Standing.REMOVED_FOR_OTHER_REASONS
    return Position(record=record, search=search, standing=standing, reason=removal.reason)


def _position(
    record: str,
    search: str,
    agreed: Callable[[str, Stage], Consensus],
    retrieval: Retrieved | None,
    stop: Stopped | None,
) -> Position:
    """The standing of a record that is neither a duplicate nor removed, stage by stage.

    Once screening has stopped, what nobody has voted on stays unscreened; a record with a vote
    still gets the others that it needs, so that nothing somebody wanted is left behind.

    A record resolved as *unsure* on title and abstract goes on to full text; a report that people
    voted on was obtained, whether or not somebody wrote so.
    """
    first = agreed(record, Stage.TITLE_ABSTRACT)

    def at_first(standing: Standing, reason: str = "") -> Position:
        return Position(
            record=record,
            search=search,
            standing=standing,
            reason=reason,
            stage=Stage.TITLE_ABSTRACT,
            conflict=first.conflict,
            votes=first.votes,
            resolution=first.resolution,
            retrieval=retrieval,
        )

    if first.verdict is None:
        if stop is not None and not first.votes and first.resolution is None:
            return at_first(Standing.NOT_SCREENED, stop.reason)
        return at_first(Standing.AWAITING_SCREENING)
    if first.verdict is Verdict.EXCLUDE:
        return at_first(Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT, first.reason)
    if retrieval is not None and retrieval.outcome is Retrieval.NOT_OBTAINED:
        return at_first(Standing.NOT_RETRIEVED, retrieval.reason)
    second = agreed(record, Stage.FULL_TEXT)
    obtained = retrieval is not None and retrieval.outcome is Retrieval.OBTAINED
    if not (obtained or second.votes or second.resolution):
        return at_first(Standing.AWAITING_RETRIEVAL)
    standings = {
        None: Standing.AWAITING_ASSESSMENT,
        Verdict.INCLUDE: Standing.INCLUDED,
        Verdict.EXCLUDE: Standing.EXCLUDED_ON_FULL_TEXT,
        Verdict.UNSURE: Standing.AWAITING_CLASSIFICATION,
    }
    return Position(
        record=record,
        search=search,
        standing=standings[second.verdict],
        reason=second.reason,
        stage=Stage.FULL_TEXT,
        conflict=second.conflict,
        votes=second.votes,
        resolution=second.resolution,
        retrieval=retrieval,
    )
