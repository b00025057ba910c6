"""Checks for what two people settled apart, each on a branch of their own, and not alike.

Logs merge line by line and lose nothing; what the lines say together may still need a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from pipeline.checks import fault
from pipeline.extraction.study_data import summaries_of
from pipeline.model.decision import (
    AUTOMATION,
    Collated,
    Matched,
    Reopened,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
)
from pipeline.model.problem import Problem, Severity
from pipeline.model.study import StudySummary
from pipeline.model.undoing import effective
from pipeline.snapshot import Snapshot

_Said = Resolved | Retrieved | Matched | Collated


def settled_apart(e: Snapshot) -> Iterator[Problem]:
    """Conflicts resolved twice, retrievals, matches and placements that two people tell
    differently. The later line counts; that it should is for them to say."""
    yield from _own_verdicts(e)
    yield from _resolutions(e)
    yield from _retrievals(e)
    yield from _matches(e)
    yield from _placements(e)
    yield from _extractions(e)


def _own_verdicts(e: Snapshot) -> Iterator[Problem]:
    """Two verdicts of one reviewer on the same text and criteria, neither cast knowing the other.

    What was looked at anew (reopened, or shown with another text or other criteria), taken back,
    replaced knowingly or settled afterwards is the usual course of things.
    """
    cast: dict[tuple[str, str, Stage], list[Screened]] = defaultdict(list)
    over: dict[tuple[str, Stage], datetime] = {}
    for d in effective(e.review.decisions):
        if isinstance(d, Screened) and d.reviewer != AUTOMATION:
            cast[d.reviewer, d.record, d.stage].append(d)
        elif isinstance(d, (Reopened, Resolved)):
            key = d.record, d.stage
            over[key] = max(d.at, over.get(key, d.at))
    for (reviewer, record, stage), votes in cast.items():
        if len(votes) < 2:
            continue
        replaced = {id for vote in votes for id in vote.replaces}
        since = over.get((record, stage))
        heads = [
            vote
            for vote in sorted(votes, key=lambda d: (d.at, d.id))
            if vote.id not in replaced and (since is None or vote.at > since)
        ]
        last = heads[-1] if heads else None
        apart = [v for v in heads if last and v.seen == last.seen and v.verdict != last.verdict]
        if last and apart:
            told = ", ".join(f"{vote.verdict} on {vote.at:%Y-%m-%d %H:%M}" for vote in heads)
            yield fault(
                e.place_of(last),
                f"{reviewer} gave two verdicts on {record}, not alike, the later without knowing "
                f"of the earlier ({told}); the last counts",
                f"{reviewer} decides once more: `review decide {e.review.slug} {record} --as "
                f"{reviewer} --stage {stage} --verdict …`",
                Severity.WARNING,
            )


def _resolutions(e: Snapshot) -> Iterator[Problem]:
    said: dict[tuple[str, Stage], list[Resolved]] = defaultdict(list)
    last_vote: dict[tuple[str, Stage], Screened] = {}
    for d in effective(e.review.decisions):
        if isinstance(d, Resolved):
            said[_home(d.record, e), d.stage].append(d)
        elif isinstance(d, Screened):
            key = (_home(d.record, e), d.stage)
            if key not in last_vote or last_vote[key].at < d.at:
                last_vote[key] = d
    for (record, stage), resolutions in said.items():
        # a resolution that came after a newer vote settles a newer question
        vote = last_vote.get((record, stage))
        open_since = [r for r in resolutions if vote is None or r.at > vote.at]
        words = {
            r.id: f"{r.verdict} ({r.reason})" if r.reason else str(r.verdict) for r in open_since
        }
        yield from _apart(e, record, f"the conflict on {record}", open_since, words, "resolve")


def _retrievals(e: Snapshot) -> Iterator[Problem]:
    said: dict[str, list[Retrieved]] = defaultdict(list)
    for d in effective(e.review.decisions):
        if isinstance(d, Retrieved) and d.outcome is not Retrieval.SOUGHT:
            said[_home(d.record, e)].append(d)
    for record, outcomes in said.items():
        latest = {d.reviewer: d for d in sorted(outcomes, key=lambda d: (d.at, d.id))}
        words = {d.id: str(d.outcome).replace("_", " ") for d in latest.values()}
        # that a report was obtained in the end is the usual course of things
        last = max(latest.values(), key=lambda d: (d.at, d.id))
        if last.outcome is Retrieval.NOT_OBTAINED:
            found = list(latest.values())
            yield from _apart(e, record, f"the report of {record}", found, words, "retrieve")


def _matches(e: Snapshot) -> Iterator[Problem]:
    said: dict[frozenset[str], list[Matched]] = defaultdict(list)
    for d in effective(e.review.decisions):
        if isinstance(d, Matched) and d.reviewer != AUTOMATION:
            said[frozenset((d.record, d.duplicate_of))].append(d)
    for pair, matches in said.items():
        words = {d.id: "the same" if d.same else "different" for d in matches}
        what = f"the pair {' and '.join(sorted(pair))}"
        yield from _apart(e, min(pair), what, matches, words, "dedupe")


def _placements(e: Snapshot) -> Iterator[Problem]:
    said: dict[str, dict[str, Collated]] = defaultdict(dict)
    for d in sorted(effective(e.review.decisions), key=lambda d: (d.at, d.id)):
        if isinstance(d, Collated):
            said[_home(d.record, e)][d.study] = d
    for record, by_study in said.items():
        members = [d for d in by_study.values() if d.member]
        words = {d.id: f"of {d.study}" for d in members}
        yield from _apart(e, record, f"the report of {record}", members, words, "collate")


def _extractions(e: Snapshot) -> Iterator[Problem]:
    """Two study files of the same primary report; of included ones `shared-report` tells."""
    files: dict[str, list[StudySummary]] = defaultdict(list)
    for study in summaries_of(e.review).values():
        if study.reports and study.id not in e.ledger.studies:
            files[_home(study.reports[0], e)].append(study)
    for report, studies in files.items():
        if len(studies) > 1:
            names = " and ".join(study.id for study in studies)
            yield fault(
                studies[-1].place,
                f"{names} are both extracted from {report} as their primary report",
                "Keep one file; if the report tells of several studies, include it and say so with "
                f"`review collate {e.review.slug}`",
                Severity.WARNING,
            )


def _apart(
    e: Snapshot,
    record: str,
    what: str,
    said: Sequence[_Said],
    words: Mapping[str, str],
    verb: str,
) -> Iterator[Problem]:
    """A problem at the latest of `said` when two people do not say the same."""
    people = {d.reviewer for d in said}
    if len(people) < 2 or len(set(words.values())) < 2:
        return
    in_order = sorted(said, key=lambda d: (d.at, d.id))
    told = ", ".join(f"{d.reviewer}: {words[d.id]}" for d in in_order)
    counts = "all count" if isinstance(in_order[-1], Collated) else "the last counts"
    yield fault(
        e.place_of(in_order[-1]),
        f"{what} was settled by {len(people)} people, not alike ({told}); {counts}",
        f"Agree, then settle it once more (`review {verb} {e.review.slug}`), or take one back with "
        f"`review undo {e.review.slug}`",
        Severity.WARNING,
    )


def _home(record: str, e: Snapshot) -> str:
    position = e.ledger.positions.get(record)
    return position.kept or record if position else record
