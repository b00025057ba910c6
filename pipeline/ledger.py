"""`settle()`: the one fold. From what people decided to where everything stands on a day.

Nothing here is stored. An edition, the previous version of a review and the difference between
two days are this one function called on different days.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from pipeline.duplicates.kept import kept_records
from pipeline.screening.consensus import Consensus, consensus
from pipeline.screening.plans import votes_needed
from pipeline.terms.decision import (
    AUTOMATION,
    Collated,
    Decision,
    Matched,
    Removed,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Verdict,
    Withdrawn,
)
from pipeline.terms.protocol import Protocol
from pipeline.terms.review import Edition, Ledger, Position, Review
from pipeline.terms.search import Search
from pipeline.terms.standing import OPEN, Flow, Stand, Standing
from pipeline.terms.study import Study

Said = TypeVar("Said", Resolved, Removed, Retrieved)


def settle(review: Review, until: date | None = None) -> Ledger:
    """Where every record, report and study of `review` stands at the end of the day `until`.

    Without `until`: now, that is with everything that was written. A decision counts from its own
    day (in the zone it was made in) on; what came later is as if it had not happened.
    """
    here = _as_of(review, until)
    positions, duplicates = _positions(here)
    studies = _included_studies(here, positions, duplicates)
    base = _previous_edition(review, here)
    previous = settle(review, base.on) if base else None
    return Ledger(
        day=until,
        positions=positions,
        duplicates=duplicates,
        studies=studies,
        flow=_flow(here, positions, studies, base, previous),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _AsOf:
    """The review as far as it had come by a day, decisions parted by kind, undone ones left out."""

    protocol: Protocol
    searches: tuple[Search, ...]
    entries: Mapping[str, tuple[str, ...]]
    studies: Mapping[str, Study]
    screened: tuple[Screened, ...]
    resolved: tuple[Resolved, ...]
    removed: tuple[Removed, ...]
    retrieved: tuple[Retrieved, ...]
    matched: tuple[Matched, ...]
    collated: tuple[Collated, ...]
    last_change: date | None


def effective(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The decisions that count: without undone ones and without the undoings themselves."""
    everything = list(decisions)
    gone = undone(everything)
    return tuple(d for d in everything if d.id not in gone and not isinstance(d, Withdrawn))


def undone(decisions: Iterable[Decision]) -> frozenset[str]:
    """The ids of the decisions, undoings among them, that are taken back.

    An undo can be undone. A vote is taken back only by whoever cast it; anything else by anyone.
    """
    everything = list(decisions)
    undoings = [d for d in everything if isinstance(d, Withdrawn)]
    if not undoings:
        return frozenset()
    by_id = {d.id: d for d in everything}
    gone: set[str] = set()
    # the latest first: whether an undo counts depends only on later ones
    for undoing in sorted(undoings, key=lambda d: (d.at, d.id), reverse=True):
        target = by_id.get(undoing.undoes)
        own = not isinstance(target, Screened) or target.reviewer == undoing.reviewer
        if undoing.id not in gone and target is not None and own:
            gone.add(target.id)
    return frozenset(gone)


def _as_of(review: Review, until: date | None) -> _AsOf:
    searches = tuple(s for s in review.searches if until is None or s.ingested_on <= until)
    happened = [d for d in review.decisions if until is None or d.at.date() <= until]
    parted: dict[type, list[Decision]] = defaultdict(list)
    for decision in effective(happened):
        parted[type(decision)].append(decision)
    days = [s.ingested_on for s in searches]
    days += [max(happened, key=lambda d: d.at.date()).at.date()] if happened else []
    return _AsOf(
        protocol=review.protocol,
        searches=searches,
        entries={s.id: review.entries.get(s.id, ()) for s in searches},
        studies=review.studies,
        screened=_of(Screened, parted),
        resolved=_of(Resolved, parted),
        removed=_of(Removed, parted),
        retrieved=_of(Retrieved, parted),
        matched=_of(Matched, parted),
        collated=_of(Collated, parted),
        last_change=max(days, default=None),
    )


Kind = TypeVar("Kind", Screened, Resolved, Removed, Retrieved, Matched, Collated)


def _of(kind: type[Kind], parted: Mapping[type, Sequence[Decision]]) -> tuple[Kind, ...]:
    return tuple(d for d in parted.get(kind, ()) if isinstance(d, kind))


def _previous_edition(review: Review, here: _AsOf) -> Edition | None:
    """The edition that this state goes beyond: the last one older than the last change."""
    if here.last_change is None:
        return None
    earlier = [e for e in review.editions if e.on < here.last_change]
    return max(earlier, key=lambda e: (e.on, e.number), default=None)


def _positions(here: _AsOf) -> tuple[dict[str, Position], dict[str, tuple[str, ...]]]:
    order = [record for ids in here.entries.values() for record in ids]
    kept = kept_records(order, here.matched)
    duplicates: dict[str, list[str]] = defaultdict(list)
    for record in order:
        if record in kept:
            duplicates[kept[record]].append(record)

    def home(record: str) -> str:
        return kept.get(record, record)

    votes: dict[tuple[str, Stage], list[Screened]] = defaultdict(list)
    for vote in here.screened:
        votes[home(vote.record), vote.stage].append(vote)
    resolutions: dict[tuple[str, Stage], list[Resolved]] = defaultdict(list)
    for resolution in here.resolved:
        resolutions[home(resolution.record), resolution.stage].append(resolution)
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
                positions[record] = _position(record, search, agreed, retrieved.get(record))
    return positions, {record: tuple(ids) for record, ids in duplicates.items()}


def _standing_removals(
    here: _AsOf, home: Callable[[str], str], duplicates: Mapping[str, Sequence[str]]
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
) -> Position:
    """The standing of a record that is neither a duplicate nor removed, stage by stage.

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


def _included_studies(
    here: _AsOf, positions: Mapping[str, Position], duplicates: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """Each included study with its included reports, the primary one first.

    What people collated counts; where nobody spoke of a report, the study file that names it; a
    report that nobody placed is a study of its own, called by its record id.
    """
    links: dict[tuple[str, str], Collated] = {}
    for link in here.collated:
        key = (_home(link.record, positions), link.study)
        if key not in links or (links[key].at, links[key].id) < (link.at, link.id):
            links[key] = link
    studies_of: dict[str, list[str]] = defaultdict(list)
    for (record, study), link in links.items():
        if link.member:
            studies_of[record].append(study)
    spoken_of = {record for record, _ in links}
    named_first: dict[str, str] = {}
    for extracted in here.studies.values():
        for n, report in enumerate(extracted.reports):
            record = _home(report, positions)
            if n == 0:
                named_first[extracted.id] = record
            if record not in spoken_of:
                studies_of[record].append(extracted.id)
    found: dict[str, list[str]] = defaultdict(list)
    for record, position in positions.items():
        if position.standing is Standing.INCLUDED:
            for name in studies_of.get(record) or [record]:
                found[name].append(record)

    def primary(study: str, record: str) -> tuple[bool, bool]:
        link = links.get((record, study))
        return (not (link is not None and link.primary), record != named_first.get(study))

    return {
        study: tuple(sorted(dict.fromkeys(reports), key=lambda r: primary(study, r)))
        for study, reports in sorted(found.items())
    }


def _home(record: str, positions: Mapping[str, Position]) -> str:
    position = positions.get(record)
    return position.kept or record if position else record


def _flow(
    here: _AsOf,
    positions: Mapping[str, Position],
    studies: Mapping[str, tuple[str, ...]],
    base: Edition | None,
    previous: Ledger | None,
) -> Flow:
    searches = {s.id: s for s in here.searches}
    earlier = {s.id for s in here.searches if base and s.ingested_on <= base.on}
    counts: Counter[tuple[str, Standing, str]] = Counter()
    carried_over: Counter[Standing] = Counter()
    for record, position in positions.items():
        if position.search not in earlier:
            counts[position.search, position.standing, position.reason] += 1
        elif previous is not None and (
            position.standing in OPEN
            or previous.positions[record].standing is not position.standing
        ):
            carried_over[position.standing] += 1
    census: Counter[Stand] = Counter()
    for (name, standing, reason), n in counts.items():
        census[Stand(searches[name].source, searches[name].arm, standing, reason)] += n
    included = frozenset(r for reports in studies.values() for r in reports)
    new_studies = [s for s in studies if previous is not None and s not in previous.studies]
    of_new_studies = frozenset(r for s in new_studies for r in studies[s])
    before = frozenset(
        r for reports in (previous.studies if previous else {}).values() for r in reports
    )
    return Flow(
        census=dict(census),
        included_studies=frozenset(studies),
        included_reports=included,
        reasons={c.id: c.label for c in here.protocol.criteria},
        kinds={s.source: str(s.kind) for s in here.searches},
        previous_studies=frozenset(previous.studies) if previous else None,
        previous_reports=before if previous else None,
        further_reports=included - before - of_new_studies if previous else frozenset(),
        carried_over=dict(carried_over),
    )
