"""What changed in finding and choosing records: searches, counts, standings, verdicts, studies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.comparing.side import Aspect, Change, Kind, held, words
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Screened, Stage
from pipeline.terms.review import Position
from pipeline.terms.standing import Standing


def searches(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Searches that came in, with what they brought."""

    def told(side: Snapshot) -> Mapping[str, str]:
        return {
            s.id: f"{s.source}, {s.searched_on}, {len(side.review.entries.get(s.id, ())):,} records"
            for s in side.searches
        }

    yield from held(Aspect.SEARCHES, told(old), told(new))


def counts(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """The counts of the whole review, over all searches, on either day."""

    def told(side: Snapshot) -> Mapping[str, str]:
        standings = Counter(p.standing for p in side.ledger.positions.values())
        numbers = {"records": len(side.ledger.positions)}
        numbers |= {f"records {words(s)}": standings[s] for s in Standing}
        numbers["studies included"] = len(side.ledger.studies)
        numbers["reports included"] = len(side.ledger.flow.included_reports)
        return {name: f"{n:,}" for name, n in numbers.items()}

    before, after = told(old), told(new)
    for name, n in after.items():
        if before[name] != n:
            yield Change(
                aspect=Aspect.COUNTS, kind=Kind.CHANGED, what=name, before=before[name], after=n
            )


def records(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Records that came in or are gone, and those that stand elsewhere now."""
    before, after = old.ledger.positions, new.ledger.positions
    for record in sorted(before.keys() - after.keys()):
        yield Change(
            aspect=Aspect.RECORDS,
            kind=Kind.REMOVED,
            what=record,
            before=words(before[record].standing),
            note="its search is no longer there",
        )
    for record, position in after.items():
        was = before.get(record)
        if was is None or was.standing is not position.standing:
            yield Change(
                aspect=Aspect.RECORDS,
                kind=Kind.ADDED if was is None else Kind.CHANGED,
                what=record,
                before=words(was.standing) if was else "",
                after=words(position.standing),
            )


def duplicates(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Pairs that were merged or parted, among all records and with those that came in."""

    def kept(side: Snapshot) -> Mapping[str, str]:
        return {p.record: p.kept for p in side.ledger.positions.values() if p.kept}

    yield from held(Aspect.DUPLICATES, kept(old), kept(new))


def decisions(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Verdicts on records of both days that are no longer what they were, person by person.

    Of records that came in since, only how many verdicts each person gave is told.
    """
    before, after = _verdicts(old), _verdicts(new)
    known = old.ledger.positions
    newly: Counter[tuple[str, str]] = Counter()
    differ = {key for key, said in after.items() if before.get(key) != said}
    differ |= before.keys() - after.keys()
    for key in sorted(differ):
        record, stage, reviewer = key
        if record not in known and key in before:
            continue
        if record not in known:
            newly[reviewer, words(stage)] += 1
            continue
        yield from held(
            Aspect.DECISIONS,
            {f"{record}, {words(stage)}, {reviewer}": before[key]} if key in before else {},
            {f"{record}, {words(stage)}, {reviewer}": after[key]} if key in after else {},
        )
    for (reviewer, at_stage), n in sorted(newly.items()):
        yield Change(
            aspect=Aspect.DECISIONS,
            kind=Kind.ADDED,
            what=f"{reviewer}, {at_stage}",
            after=f"{n:,} on records that came in since",
        )


def _verdicts(side: Snapshot) -> Mapping[tuple[str, Stage, str], str]:
    """The verdict that counts of each person on each record and stage, resolutions among them."""
    found: dict[tuple[str, Stage, str], str] = {}
    held_at: dict[tuple[str, Stage, str], tuple[datetime, str]] = {}
    for decision in side.counting:
        if isinstance(decision, Screened):
            key = (decision.record, decision.stage, decision.reviewer)
            moment = (decision.at, decision.id)
            if key not in held_at or held_at[key] < moment:
                held_at[key] = moment
                found[key] = _verdict(decision.verdict, decision.reason)
    for position in side.ledger.positions.values():
        if position.resolution is not None:
            said = position.resolution
            key = (position.record, said.stage, f"{said.reviewer} (resolved)")
            found[key] = _verdict(said.verdict, said.reason)
    return found


def _verdict(verdict: object, reason: str) -> str:
    return f"{words(verdict)} ({reason})" if reason else words(verdict)


def reasons(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Records that stand where they stood, but for another reason."""
    before, after = old.ledger.positions, new.ledger.positions
    for record, position in after.items():
        was = before.get(record)
        if was and was.standing is position.standing and was.reason != position.reason:
            yield Change(
                aspect=Aspect.REASONS,
                kind=Kind.CHANGED,
                what=record,
                before=_reason(was, old),
                after=_reason(position, new),
                note=words(position.standing),
            )


def _reason(position: Position, side: Snapshot) -> str:
    labels = {c.id: c.label for c in side.review.protocol.criteria}
    return labels.get(position.reason, position.reason) or "no reason given"


def studies(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Studies that are newly or no longer included, and reports added to or taken from others."""
    before, after = old.ledger.studies, new.ledger.studies

    def named(studies: Mapping[str, tuple[str, ...]]) -> Mapping[str, str]:
        return {study: ", ".join(reports) for study, reports in studies.items()}

    shared = before.keys() & after.keys()
    only = (
        {s: r for s, r in before.items() if s not in shared},
        {s: r for s, r in after.items() if s not in shared},
    )
    yield from held(Aspect.STUDIES, named(only[0]), named(only[1]))
    for study in sorted(shared):
        old_reports, new_reports = set(before[study]), set(after[study])
        for report in sorted(old_reports ^ new_reports):
            yield Change(
                aspect=Aspect.REPORTS,
                kind=Kind.ADDED if report in new_reports else Kind.REMOVED,
                what=study,
                before="" if report in new_reports else report,
                after=report if report in new_reports else "",
            )
