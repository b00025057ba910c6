"""Checks of what people decided: records, reasons, order, what changed under a decision."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.checks import fault
from pipeline.duplicates.groups import settle_matches
from pipeline.model.decision import (
    AUTOMATION,
    Collated,
    Matched,
    Removed,
    Reopened,
    Resolved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.problem import Problem, Severity
from pipeline.model.record import Record
from pipeline.model.review import Ledger, Review
from pipeline.model.standing import REMOVED_BEFORE_SCREENING, SOUGHT, Standing
from pipeline.model.undoing import effective
from pipeline.notation.typed import nearest
from pipeline.screening.consensus import latest_votes
from pipeline.screening.seen import changed_since, criteria_changed_since, seen_criteria
from pipeline.snapshot import Snapshot


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


def unknown_records(e: Snapshot) -> Iterator[Problem]:
    """Decisions about records that no export holds."""
    known = {record for ids in e.review.entries.values() for record in ids}
    for decision in e.review.decisions:
        names = [getattr(decision, "record", ""), getattr(decision, "duplicate_of", "")]
        for name in names:
            if name and name not in known:
                search = name.rpartition(":")[0]
                hint = nearest(search, tuple(e.review.entries)) if search else ""
                yield fault(
                    e.place_of(decision),
                    f"there is no record {name!r}; the decision is kept and does not count.{hint}",
                    "Restore the export that held it, or withdraw the decision",
                )


def future_decisions(e: Snapshot) -> Iterator[Problem]:
    """Decisions made later than now: a clock was wrong."""
    for decision in e.review.decisions:
        if e.now is not None and decision.at > e.now:
            yield fault(
                e.place_of(decision),
                f"this decision is from the future ({decision.at.isoformat()}); "
                "it counts, and hides later ones of the same reviewer",
                "Set the clock right, withdraw the decision and make it again",
                Severity.WARNING,
            )


def reasons(e: Snapshot) -> Iterator[Problem]:
    """Exclusions on full text without a reason, and reasons that are no criterion of the stage."""
    for decision in effective(e.review.decisions):
        if (
            not isinstance(decision, (Screened, Resolved))
            or decision.verdict is not Verdict.EXCLUDE
        ):
            continue
        ids = tuple(c.id for c in e.review.protocol.criteria_of(decision.stage))
        if decision.reason and decision.reason not in ids:
            yield fault(
                e.place_of(decision),
                f"the reason {decision.reason!r} is no criterion of this stage."
                f"{nearest(decision.reason, ids)}",
                "Add the criterion to the protocol, or decide again with one of " + ", ".join(ids),
            )
        elif not decision.reason and decision.stage is Stage.FULL_TEXT:
            yield fault(
                e.place_of(decision),
                "this exclusion on full text has no reason (PRISMA 2020, item 16b)",
                "Decide again with the first criterion that fails",
            )


def undoings(e: Snapshot) -> Iterator[Problem]:
    """Undoings of what is not there, and of votes that are somebody else's."""
    by_id = {d.id: d for d in e.review.decisions}
    for decision in e.review.decisions:
        if not isinstance(decision, Withdrawn):
            continue
        target = by_id.get(decision.undoes)
        if target is None:
            what = f"this takes back the decision {decision.undoes!r}, which is not there"
            yield fault(e.place_of(decision), what, "Restore the line that it names")
        elif isinstance(target, Screened) and target.reviewer != decision.reviewer:
            what = f"this takes back a vote of {target.reviewer}; a vote is taken back by its owner"
            yield fault(e.place_of(decision), what, "Use `review resolve` to settle the record")


def out_of_turn(e: Snapshot) -> Iterator[Problem]:
    """Votes on full text for records that were not sought, and on reports not obtained."""
    for decision in effective(e.review.decisions):
        if not isinstance(decision, Screened) or decision.stage is not Stage.FULL_TEXT:
            continue
        position = e.ledger.positions.get(decision.record)
        if position is not None and position.kept:
            position = e.ledger.positions.get(position.kept)
        if position is None:
            continue
        if position.standing is Standing.NOT_RETRIEVED:
            yield fault(
                e.place_of(decision),
                "this vote is about a full text that is logged as not obtained; it does not count",
                f"Log it with `review retrieve {e.review.slug} {decision.record} --obtained`, "
                "or withdraw the vote",
            )
        elif position.standing not in SOUGHT:
            yield fault(
                e.place_of(decision),
                "this vote is on full text, but the record did not get past title and abstract",
                "Finish title and abstract for it first, or withdraw the vote",
                Severity.WARNING,
            )


def changed_under_decisions(e: Snapshot) -> Iterator[Problem]:
    """Verdicts whose title, abstract or criteria are no longer those that were shown."""
    for decision, changed in verdicts_to_look_at(e.review, e.ledger, e.records):
        at = "" if decision.stage is Stage.TITLE_ABSTRACT else f" --stage {decision.stage}"
        again = f"review screen {e.review.slug} --as {decision.reviewer}{at} --again"
        yield fault(
            e.place_of(decision),
            f"what this verdict rested on has changed: {', '.join(changed)}",
            f"Look at {decision.record} again (`{again}`), or have it screened anew by all "
            f"(`review reopen {e.review.slug} --changed`); the old verdict counts until then",
            Severity.WARNING,
        )


def strangers(e: Snapshot) -> Iterator[Problem]:
    """Votes of people whom the plan does not name."""
    told: set[tuple[str, Stage]] = set()
    for decision in e.review.decisions:
        if not isinstance(decision, Screened) or decision.reviewer == AUTOMATION:
            continue
        names = e.review.protocol.plan(decision.stage).reviewers
        key = (decision.reviewer, decision.stage)
        if names and decision.reviewer not in names and key not in told:
            told.add(key)
            yield fault(
                e.place_of(decision),
                f"{decision.reviewer!r} votes here but is not in the screening plan."
                f"{nearest(decision.reviewer, names)}",
                "Add the name to `screening: reviewers:` of the protocol, with an amendment",
                Severity.WARNING,
            )


def parted_chains(e: Snapshot) -> Iterator[Problem]:
    """Matches that were not followed because a person parted records that they would join."""
    order = [record for ids in e.review.entries.values() for record in ids]
    matches = [d for d in effective(e.review.decisions) if isinstance(d, Matched)]
    for match in settle_matches(order, matches).gave_way:
        yield fault(
            e.place_of(match),
            f"{match.record} and {match.duplicate_of} were found to be the same, but a person "
            "parted records that this would join; they stay apart",
            f"Look at the pair: `review dedupe {e.review.slug} --list`",
            Severity.WARNING,
        )


def overtaken_removals(e: Snapshot) -> Iterator[Problem]:
    """Removals that no longer hold, since another record of the same report came to light."""
    gone = (Standing.REMOVED_BY_AUTOMATION, Standing.REMOVED_FOR_OTHER_REASONS, Standing.DUPLICATE)
    for decision in effective(e.review.decisions):
        position = e.ledger.positions.get(getattr(decision, "record", ""))
        if isinstance(decision, Removed) and position and position.standing not in gone:
            others = ", ".join(e.ledger.duplicates.get(decision.record, ()))
            yield fault(
                e.place_of(decision),
                f"{decision.record} was removed, but was later found to be the same report as "
                f"{others}; it is to be screened",
                "Screen it, or remove it again if the reason still holds",
                Severity.NOTE,
            )


def stops(e: Snapshot) -> Iterator[Problem]:
    """Stops of screening that name a search which is not there, or a stage that cannot stop."""
    known = tuple(e.review.entries)
    for decision in effective(e.review.decisions):
        if not isinstance(decision, Stopped):
            continue
        for search in decision.searches:
            if search not in known:
                yield fault(
                    e.place_of(decision),
                    f"this stops the screening of {search!r}, and there is no such search."
                    f"{nearest(search, known)}",
                    "Restore the search, or take the stop back with `review undo`",
                )
        if decision.stage is not Stage.TITLE_ABSTRACT:
            yield fault(
                e.place_of(decision),
                "screening stops on title and abstract only: a report that was sought is read; "
                "this line does not count",
                "Take it back with `review undo`",
            )


def collation(e: Snapshot) -> Iterator[Problem]:
    """Reports collated with a study although they were not sought."""
    for decision in effective(e.review.decisions):
        if isinstance(decision, Collated) and decision.member:
            position = e.ledger.positions.get(decision.record)
            position = (
                e.ledger.positions.get(position.kept) if position and position.kept else position
            )
            if position is not None and position.standing not in SOUGHT:
                yield fault(
                    e.place_of(decision),
                    f"{decision.record} is collated with {decision.study} but was not sought",
                    "Include it first, or withdraw the line",
                    Severity.WARNING,
                )
