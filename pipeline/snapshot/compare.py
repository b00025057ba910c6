"""Two days of a review held against each other: everything that is not as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from typing import Any

from pipeline.model.decision import Screened, Stage
from pipeline.model.finding import Claim, Finding
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.model.study import Answer, Part, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.comparison import (
    Aspect,
    Change,
    Comparison,
    Kind,
    Prose,
    compare_texts,
    held,
    words,
)


def values(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Extracted values of studies that are there on both days, path by path.

    What a study says that came in or went is told with the study.
    """
    before, after = old.review.studies, new.review.studies
    for study in sorted(before.keys() & after.keys()):
        yield from held(Aspect.VALUES, dict(_values(before[study])), dict(_values(after[study])))
    extracted = {s: _basis(before[s]) for s in before}, {s: _basis(after[s]) for s in after}
    for change in held(Aspect.VALUES, *extracted):
        if change.what not in before or change.what not in after:
            yield change


def _basis(study: Study) -> str:
    return f"extracted from {words(study.basis)}"


def _values(study: Study) -> Iterator[tuple[str, str]]:
    yield f"{study.id}/basis", words(study.basis)
    top = Part(id="", answers=study.answers, parts=study.parts, place=study.place)
    yield from _of_part(study.id, top)
    for instrument, part in study.appraisals.items():
        yield from _of_part(f"{study.id}/{instrument}", part)


def _of_part(path: str, part: Part) -> Iterator[tuple[str, str]]:
    for name, answer in part.answers.items():
        if (said := in_words(answer)) != "not yet":
            yield f"{path}/{name}", said
    for name, entries in part.parts.items():
        for n, entry in enumerate(entries, 1):
            yield from _of_part(f"{path}/{name}/{entry.id or n}", entry)


def in_words(answer: Answer) -> str:
    """An answer as plain words: its value, or why it has none."""
    value = answer.value
    if value is None:
        return str(answer.absent) if answer.absent else "not yet"
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {n}" for name, n in value.items() if n is not None)
    if isinstance(value, tuple):
        return "; ".join(str(v) for v in value)
    return str(value)


def directions(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Directions of results and of findings."""

    def told(side: Snapshot) -> Mapping[str, str]:
        results = {
            result.id: words(result.direction)
            for study in side.review.studies.values()
            for result in study.results
        }
        return results | {
            f"finding {f.id}": words(f.direction)
            for f in side.synthesis.findings.values()
            if f.direction is not None
        }

    yield from held(Aspect.DIRECTIONS, told(old), told(new))


def findings(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Findings that are new, gone or worded otherwise, and what they rest on."""

    def told(side: Snapshot) -> Mapping[str, str]:
        said = {f.id: f.statement.strip() for f in side.synthesis.findings.values()}
        rests = {f"{f.id}, rests on": _supports(f) for f in side.synthesis.findings.values()}
        return said | {name: text for name, text in rests.items() if text}

    yield from held(Aspect.FINDINGS, told(old), told(new))


def _supports(finding: Finding) -> str:
    return ", ".join((*finding.results, *finding.studies))


def certainty(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """How certain each finding is, and the steps that led there."""

    def told(side: Snapshot) -> Mapping[str, str]:
        return {
            f.id: _certainty(f) for f in side.synthesis.findings.values() if f.certainty is not None
        }

    yield from held(Aspect.CERTAINTY, told(old), told(new))


def _certainty(finding: Finding) -> str:
    steps = [
        f"{words(r.domain)} {words(r.concern) if r.concern else f'{r.steps:+d}'}"
        for r in finding.reasons
        if r.steps or r.concern
    ]
    return words(finding.certainty) + (f" ({', '.join(steps)})" if steps else "")


def claims(old: Mapping[str, Claim], new: Mapping[str, Claim]) -> Iterator[Change]:
    """Claims of the manuscript that are new, gone, worded otherwise or rest on something else."""

    def told(claims: Mapping[str, Claim]) -> Mapping[str, str]:
        said = {id: claim.text for id, claim in claims.items()}
        return said | {f"{id}, rests on": ", ".join(c.supports) for id, c in claims.items()}

    yield from held(Aspect.CLAIMS, told(old), told(new))


def protocol(old: Snapshot, new: Snapshot) -> Iterator[Change]:
    """Keys of the protocol with another value, amendments among them."""
    yield from held(
        Aspect.PROTOCOL,
        dict(_keys(old.review.protocol, "")),
        dict(_keys(new.review.protocol, "")),
    )


def _keys(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Every plain value below `value` with its dotted path; things in lists go by their id."""
    if is_dataclass(value) and not isinstance(value, type):
        for f in fields(value):
            if f.name != "id":
                yield from _keys(getattr(value, f.name), f"{path}.{f.name}" if path else f.name)
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _keys(inner, f"{path}.{key}")
    elif isinstance(value, tuple) and any(is_dataclass(v) for v in value):
        for n, inner in enumerate(value, 1):
            name = getattr(inner, "id", "") or getattr(inner, "name", "") or str(n)
            yield from _keys(inner, f"{path}.{name}")
    elif value not in (None, "", (), {}):
        shown = ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
        yield path, " ".join(shown.split())


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


COMPARED: Mapping[str, Callable[[Snapshot, Snapshot], Iterator[Change]]] = {
    "protocol": protocol,
    "searches": searches,
    "counts": counts,
    "records": records,
    "duplicates": duplicates,
    "decisions": decisions,
    "reasons": reasons,
    "studies": studies,
    "values": values,
    "directions": directions,
    "findings": findings,
    "certainty": certainty,
}
"""What is compared, in the order in which it is told."""


_NONE = Prose()


def compare(old: Snapshot, new: Snapshot, was: Prose = _NONE, now: Prose = _NONE) -> Comparison:
    """Everything that differs between the days `old` and `new`; nothing when they are the same.

    `was` and `now` are what the manuscripts of the two days say.
    """
    changes = [change for look in COMPARED.values() for change in look(old, new)]
    changes += claims(was.claims, now.claims)
    return Comparison(changes=tuple(changes), sentences=compare_texts(was.text, now.text))
