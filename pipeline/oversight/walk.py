"""The walk from a record, a study or a decision back to where it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.ledger import effective
from pipeline.ledger.blind import is_blind
from pipeline.notation.decision_words import in_words, in_words_blind
from pipeline.terms.decision import (
    AUTOMATION,
    Checked,
    Compared,
    Decision,
    Matched,
    Reconciled,
    Stopped,
    Withdrawn,
)
from pipeline.terms.problem import Place
from pipeline.terms.record import Record
from pipeline.terms.review import Ledger, Position, Review
from pipeline.terms.standing import Standing
from pipeline.terms.study import Answer, Part, Source, Study
from pipeline.terms.walk import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Walker:
    """A review on a day with what is needed to name the places in it."""

    review: Review
    ledger: Ledger
    records: Mapping[str, Record]
    place_of: Callable[[Decision], Place]
    log_of: Callable[[str], Place]


def walk(walker: Walker, name: str) -> Step | None:
    """The walk from `name` (the id of a record, study, search or decision); None if unknown."""
    if name in walker.ledger.positions:
        return _record_step(walker, name)
    if name in walker.review.studies or name in walker.ledger.studies:
        return _study_step(walker, name)
    for search in walker.review.searches:
        if search.id == name:
            return _search_step(walker, name)
    for decision in walker.review.decisions:
        if decision.id == name:
            record = getattr(decision, "record", "")
            below = (_record_step(walker, record),) if record in walker.ledger.positions else ()
            return Step(
                what=f"decision {name}: {_told_blind(walker, decision)}",
                place=walker.place_of(decision),
                below=below,
            )
    return None


def names(walker: Walker) -> tuple[str, ...]:
    """Everything that can be walked from, for suggestions."""
    return (
        *walker.ledger.studies,
        *walker.review.studies,
        *(s.id for s in walker.review.searches),
        *walker.ledger.positions,
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


def _told_blind(walker: Walker, decision: Decision) -> str:
    """`told`, but of a vote while another one is waited for only that it was cast."""
    if is_blind(decision, walker.ledger):
        return f"{decision.at:%Y-%m-%d %H:%M} {decision.reviewer}: {in_words_blind(decision)}"
    return told(decision)


def _record_step(walker: Walker, name: str) -> Step:
    position = walker.ledger.positions[name]
    record = walker.records[name]
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
            below=(_search_step(walker, position.search),),
        ),
    ]
    below += [
        Step(
            what=f"told of as well by {other}: {citation(walker.records[other])}",
            place=walker.records[other].place,
        )
        for other in walker.ledger.duplicates.get(name, ())
    ]
    below += _decision_steps(walker, name)
    below += [
        Step(what=f"a report of the study {study}")
        for study, reports in walker.ledger.studies.items()
        if name in reports
    ]
    if position.kept:
        below.append(_record_step(walker, position.kept))
    return Step(what=f"record {name}: {citation(record)}", place=record.place, below=tuple(below))


def _decision_steps(walker: Walker, name: str) -> list[Step]:
    """Every decision about a record, the undone ones marked, in the order of their moments."""
    position = walker.ledger.positions[name]
    counting = {d.id for d in effective(walker.review.decisions)}
    about = {name, *walker.ledger.duplicates.get(name, ())}
    undone = {d.undoes for d in walker.review.decisions if isinstance(d, Withdrawn)}
    steps = []
    for decision in sorted(walker.review.decisions, key=lambda d: (d.at, d.id)):
        if not _concerns(decision, about, position):
            continue
        record = getattr(decision, "record", name)
        on = f" [on {record}]" if record != name else ""
        mark = "" if decision.id in counting else " (taken back)" if decision.id in undone else ""
        steps.append(
            Step(
                what=f"{_told_blind(walker, decision)}{mark}{on}  {decision.id}",
                place=walker.place_of(decision),
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


def _search_step(walker: Walker, name: str) -> Step:
    search = next(s for s in walker.review.searches if s.id == name)
    through = f" through {search.interface}" if search.interface else ""
    if search.found_nothing:
        return Step(
            what=f"search {name}: {search.source}{through}, searched on {search.searched_on}, "
            "found nothing",
            place=walker.log_of(name),
        )
    return Step(
        what=f"search {name}: {search.source}{through}, searched on {search.searched_on}, "
        f"{len(walker.review.entries.get(name, ()))} records read from {search.export} "
        f"(sha256 {search.sha256[:12]}…)",
        place=walker.log_of(name),
    )


def _study_step(walker: Walker, name: str) -> Step:
    study = walker.review.studies.get(name)
    included = walker.ledger.studies.get(name, ())
    below: list[Step] = []
    if study is None:
        below.append(Step(what="not extracted yet"))
    else:
        below += _value_steps(study)
    below += _study_decisions(walker, name)
    reports = dict.fromkeys((*included, *(study.reports if study else ())))
    for report in reports:
        if report in walker.ledger.positions:
            below.append(_record_step(walker, report))
        else:
            below.append(Step(what=f"report {report}: no such record"))
    counted = "included" if name in walker.ledger.studies else "not included, so it counts nowhere"
    title = f" {study.title}," if study and study.title else ""
    return Step(
        what=f"study {name}:{title} {counted}",
        place=study.place if study else None,
        below=tuple(below),
    )


def _study_decisions(walker: Walker, name: str) -> Iterator[Step]:
    """What people said of the study itself: overlaps, settlements of two drafts, checks."""
    counting = {d.id for d in effective(walker.review.decisions)}
    for decision in sorted(walker.review.decisions, key=lambda d: (d.at, d.id)):
        if not isinstance(decision, (Compared, Reconciled, Checked)):
            continue
        named = (decision.study, decision.other if isinstance(decision, Compared) else "")
        if name in named:
            both = "; ".join(decision.said) if isinstance(decision, Reconciled) else ""
            drafts = f" [{both}]" if both else ""
            mark = "" if decision.id in counting else " (taken back)"
            yield Step(
                what=f"{told(decision)}{drafts}{mark}  {decision.id}",
                place=walker.place_of(decision),
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
