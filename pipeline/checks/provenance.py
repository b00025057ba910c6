"""The walk from a record, a study or a decision back to where it came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.model.decision import (
    AUTOMATION,
    Checked,
    Compared,
    Decision,
    Matched,
    Reconciled,
    Stopped,
    Withdrawn,
)
from pipeline.model.record import Record
from pipeline.model.review import Position
from pipeline.model.standing import Standing
from pipeline.model.statement import Step
from pipeline.model.study import Answer, Part, Source, Study
from pipeline.model.undoing import effective
from pipeline.notation.decision_lines import in_words, in_words_blind
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import is_blind


def walk(snapshot: Snapshot, name: str) -> Step | None:
    """The walk from `name` (the id of a record, study, search or decision); None if unknown."""
    if name in snapshot.ledger.positions:
        return _record_step(snapshot, name)
    if name in snapshot.review.studies or name in snapshot.ledger.studies:
        return _study_step(snapshot, name)
    for search in snapshot.review.searches:
        if search.id == name:
            return _search_step(snapshot, name)
    if (stray := _stray_step(snapshot, name)) is not None:
        return stray
    for decision in snapshot.review.decisions:
        if decision.id == name:
            record = getattr(decision, "record", "")
            below = (_record_step(snapshot, record),) if record in snapshot.ledger.positions else ()
            return Step(
                what=f"decision {name}: {_told_blind(snapshot, decision)}",
                place=snapshot.place_of(decision),
                below=below,
            )
    return None


def _stray_step(snapshot: Snapshot, name: str) -> Step | None:
    """Of a record whose search was taken out."""
    of = name.rpartition(":")[0]
    if of not in snapshot.ledger.discarded or name not in snapshot.records:
        return None
    record = snapshot.records[name]
    return Step(
        what=f"record {name}: {citation(record)}; counts nowhere, for its search was taken out",
        place=record.place,
        below=(_search_step(snapshot, of),),
    )


def names(snapshot: Snapshot) -> tuple[str, ...]:
    """Everything that can be walked from, for suggestions."""
    return (
        *snapshot.ledger.studies,
        *snapshot.review.studies,
        *(s.id for s in snapshot.review.searches),
        *snapshot.ledger.positions,
    )


def citation(record: Record) -> str:
    """Author, year and title on one line; untrusted text."""
    authors = [name.family or name.literal for name in record.author]
    who = authors[0] if authors else "no author"
    who += " & " + authors[1] if len(authors) == 2 else " et al." if len(authors) > 2 else ""
    year = str(record.year or (record.issued.literal if record.issued else "") or "no year")
    return f"{who} ({year}). {record.title or 'no title'}"


def told(decision: Decision) -> str:
    """A decision with its moment, who made it, the method of a rule and the note."""
    who = "a rule" if decision.reviewer == AUTOMATION else decision.reviewer
    method = f" [{decision.method}]" if isinstance(decision, Matched) and decision.method else ""
    note = f" — {decision.note}" if decision.note else ""
    if isinstance(decision, Stopped) and decision.statement:
        note = f" — {decision.statement}{note}"
    return f"{decision.at:%Y-%m-%d %H:%M} {who}: {in_words(decision)}{method}{note}"


def _told_blind(snapshot: Snapshot, decision: Decision) -> str:
    """`told`, but of a vote while another one is waited for only that it was cast."""
    if is_blind(decision, snapshot.ledger):
        return f"{decision.at:%Y-%m-%d %H:%M} {decision.reviewer}: {in_words_blind(decision)}"
    return told(decision)


def _record_step(snapshot: Snapshot, name: str) -> Step:
    position = snapshot.ledger.positions[name]
    record = snapshot.records[name]
    standing = position.standing.replace("_", " ")
    reason = f" ({position.reason})" if position.reason else ""
    kept = f" of {position.kept}" if position.kept else ""
    conflict = "; reviewers disagree" if position.conflict else ""
    below = [
        Step(what=f"stands: {standing}{kept}{reason}{conflict}"),
        Step(
            what=f"exported by {position.search} as entry {record.number}, "
            f"{len(record.as_exported)} tags kept",
            place=record.place,
            below=(_search_step(snapshot, position.search),),
        ),
    ]
    below += _led_steps(snapshot, record)
    below += [
        Step(
            what=f"told of as well by {other}: {citation(snapshot.records[other])}",
            place=snapshot.records[other].place,
        )
        for other in snapshot.ledger.duplicates.get(name, ())
    ]
    below += [
        Step(
            what=f"its {taken.field.replace('_', ' ')} is that of {taken.record}",
            place=snapshot.records[taken.record].place,
        )
        for taken in record.taken_from
    ]
    below += _decision_steps(snapshot, name)
    below += [
        Step(what=f"a report of the study {study}")
        for study, reports in snapshot.ledger.studies.items()
        if name in reports
    ]
    if position.kept:
        below.append(_record_step(snapshot, position.kept))
    return Step(what=f"record {name}: {citation(record)}", place=record.place, below=tuple(below))


def _led_steps(snapshot: Snapshot, record: Record) -> list[Step]:
    """Which works led to a record that came in by following citations."""
    search = next((s for s in snapshot.review.searches if s.id == record.search), None)
    if search is None or search.chased is None:
        return []
    chased = search.chased
    names = [tag.value for tag in record.identifiers if tag.name == "openalex"]
    steps = []
    for way in (way for name in names for way in chased.led.get(name, ())):
        number, direction, origin = way.split(" ", 2)
        work, _, voice = origin.partition(" ")
        by = chased.seeds.get(work, work) + (f" {voice}" if voice else "")
        words = f"cited by {by}" if direction == "backward" else f"cites {by}"
        steps.append(Step(what=f"found in round {number} of following citations: {words}"))
    return steps


def _decision_steps(snapshot: Snapshot, name: str) -> list[Step]:
    """Every decision about a record, the undone ones marked, in the order of their moments."""
    position = snapshot.ledger.positions[name]
    counting = {d.id for d in effective(snapshot.review.decisions)}
    about = {name, *snapshot.ledger.duplicates.get(name, ())}
    undone = {d.undoes for d in snapshot.review.decisions if isinstance(d, Withdrawn)}
    steps = []
    for decision in sorted(snapshot.review.decisions, key=lambda d: (d.at, d.id)):
        if not _concerns(decision, about, position):
            continue
        record = getattr(decision, "record", name)
        on = f" [on {record}]" if record != name else ""
        mark = "" if decision.id in counting else " (taken back)" if decision.id in undone else ""
        steps.append(
            Step(
                what=f"{_told_blind(snapshot, decision)}{mark}{on}  {decision.id}",
                place=snapshot.place_of(decision),
            )
        )
    return steps


def _concerns(decision: Decision, about: set[str], position: Position) -> bool:
    """Whether `decision` is on one of the records `about`, or left the one at `position`."""
    if isinstance(decision, Stopped):
        left = position.standing is Standing.NOT_SCREENED
        return left and position.search in decision.searches
    named = (getattr(decision, "record", ""), getattr(decision, "duplicate_of", ""))
    return any(name in about for name in named)


def _search_step(snapshot: Snapshot, name: str) -> Step:
    search = next(s for s in snapshot.review.searches if s.id == name)
    gone = snapshot.ledger.discarded.get(name)
    taken_out = (
        (Step(what=f"{told(gone)}  {gone.id}", place=snapshot.place_of(gone)),) if gone else ()
    )
    through = f" through {search.interface}" if search.interface else ""
    if search.found_nothing:
        return Step(
            what=f"search {name}: {search.source}{through}, searched on {search.searched_on}, "
            "found nothing",
            place=snapshot.log_of(name),
            below=taken_out,
        )
    return Step(
        what=f"search {name}: {search.source}{through}, searched on {search.searched_on}, "
        f"{len(snapshot.review.entries.get(name, ()))} records read from {search.export} "
        f"(sha256 {search.sha256[:12]}…)",
        place=snapshot.log_of(name),
        below=taken_out,
    )


def _study_step(snapshot: Snapshot, name: str) -> Step:
    study = snapshot.review.studies.get(name)
    included = snapshot.ledger.studies.get(name, ())
    below: list[Step] = []
    if study is None:
        below.append(Step(what="not extracted yet"))
    else:
        below += _value_steps(study)
    below += _study_decisions(snapshot, name)
    reports = dict.fromkeys((*included, *(study.reports if study else ())))
    for report in reports:
        if report in snapshot.ledger.positions:
            below.append(_record_step(snapshot, report))
        else:
            below.append(Step(what=f"report {report}: no such record"))
    counted = (
        "included" if name in snapshot.ledger.studies else "not included, so it counts nowhere"
    )
    title = f" {study.title}," if study and study.title else ""
    return Step(
        what=f"study {name}:{title} {counted}",
        place=study.place if study else None,
        below=tuple(below),
    )


def _study_decisions(snapshot: Snapshot, name: str) -> Iterator[Step]:
    """What people said of the study itself: overlaps, settlements of two drafts, checks."""
    counting = {d.id for d in effective(snapshot.review.decisions)}
    for decision in sorted(snapshot.review.decisions, key=lambda d: (d.at, d.id)):
        if not isinstance(decision, (Compared, Reconciled, Checked)):
            continue
        named = (decision.study, decision.other if isinstance(decision, Compared) else "")
        if name in named:
            both = "; ".join(decision.said) if isinstance(decision, Reconciled) else ""
            drafts = f" [{both}]" if both else ""
            mark = "" if decision.id in counting else " (taken back)"
            yield Step(
                what=f"{told(decision)}{drafts}{mark}  {decision.id}",
                place=snapshot.place_of(decision),
            )


def _value_steps(study: Study) -> Iterator[Step]:
    for address, answer in study.former.items():
        yield Step(
            what=f"{address}: {_shown(answer.value)} (the form asks it no more; it counts nowhere)",
            place=answer.place,
        )
    for item, answer in study.answers.items():
        yield _answer_step(item, answer)
    for part, entries in study.parts.items():
        for entry in entries:
            yield _part_step(part, entry)


def _part_step(part: str, entry: Part) -> Step:
    below = [_answer_step(item, answer) for item, answer in entry.answers.items()]
    below += [_part_step(p, e) for p, entries in entry.parts.items() for e in entries]
    return Step(what=f"{part}/{entry.id}", place=entry.place, below=tuple(below))


def _answer_step(item: str, answer: Answer) -> Step:
    value = answer.absent.value if answer.absent else _shown(answer.value)
    return Step(
        what=f"{item}: {value}",
        place=answer.place,
        below=tuple(_source_step(source) for source in answer.sources),
    )


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{k} {v}" for k, v in value.items())
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    return str(value)


def _source_step(source: Source) -> Step:
    parts = [source.report, source.where, f"“{source.quote}”" if source.quote else "", source.url]
    parts += [f"{source.sure} reading" if source.sure else "", source.note]
    return Step(what="read in " + ", ".join(part for part in parts if part))
