"""Records, decisions and searches as rows, and the sets in which records are counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pipeline.document.browsing.evidence import within
from pipeline.document.counts import BOTH_ARMS, STANDINGS
from pipeline.model.browsing import BrowsedDecision, BrowsedRecord, BrowsedSearch, RecordSet
from pipeline.model.decision import Decision, Withdrawn
from pipeline.model.record import Record
from pipeline.model.review import Position
from pipeline.model.search import Arm
from pipeline.model.standing import BOXES
from pipeline.model.undoing import effective
from pipeline.notation.decision_lines import in_words, in_words_blind
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import is_blind

_MOST_AUTHORS = 3


def sets(snapshot: Snapshot) -> Iterator[RecordSet]:
    """The boxes of the flow diagram, then what the text counts over both of its arms."""
    flow = snapshot.ledger.flow
    for key, box in BOXES.items():
        yield RecordSet(
            key=key,
            label=box.text,
            n=flow.count(key),
            arms=tuple(sorted(box.arms)),
            standings=tuple(sorted(box.standings)),
            entrances=tuple(sorted(box.entrances)),
        )
    every_arm = tuple(sorted(Arm))
    # the two boxes of a count over both arms differ in their arms alone
    for key, (one, other) in BOTH_ARMS.items():
        yield RecordSet(
            key=key,
            label=BOXES[one].text,
            n=flow.count(one) + flow.count(other),
            arms=every_arm,
            standings=tuple(sorted(BOXES[one].standings)),
            entrances=tuple(sorted(BOXES[one].entrances)),
        )
    for key, box in STANDINGS.items():
        yield RecordSet(
            key=key,
            label=box.text,
            n=flow.inside(box),
            arms=every_arm,
            standings=tuple(sorted(box.standings)),
            entrances=tuple(sorted(box.entrances)),
        )


def records(snapshot: Snapshot) -> Iterator[BrowsedRecord]:
    """Every record of the searches that count, in the order in which they came in."""
    searches = {s.id: s for s in snapshot.searches}
    entrances = snapshot.ledger.entrances
    labels = snapshot.ledger.flow.reasons
    studies = _studies_of(snapshot.ledger.studies)
    for position in snapshot.ledger.positions.values():
        record = snapshot.records[position.record]
        yield _row(
            record,
            position,
            arm=searches[position.search].arm,
            reason=labels.get(position.reason, position.reason),
            place=within(str(record.place), snapshot),
            entrance=entrances.get(position.record, ""),
            studies=studies.get(position.kept or position.record, ()),
        )


def _studies_of(studies: Mapping[str, tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for study, reports in studies.items():
        for report in reports:
            found[report] = (*found.get(report, ()), study)
    return found


def _row(
    record: Record,
    position: Position,
    *,
    arm: Arm,
    reason: str,
    place: str,
    entrance: str,
    studies: tuple[str, ...],
) -> BrowsedRecord:
    names = [name.family or name.literal for name in record.author]
    authors = "; ".join(names[:_MOST_AUTHORS]) + (" et al." if len(names) > _MOST_AUTHORS else "")
    return BrowsedRecord(
        id=record.id,
        title=record.title,
        authors=authors,
        year=str(record.year or (record.issued.literal if record.issued else "")),
        container=record.container_title,
        doi=record.doi,
        arm=arm,
        standing=position.standing,
        reason=reason,
        kept=position.kept,
        search=position.search,
        place=place,
        entrance=entrance,
        studies=studies,
    )


def decisions(snapshot: Snapshot) -> Iterator[BrowsedDecision]:
    """Every decision up to the day, those taken back marked, by their moments.

    Of a vote while another one is waited for it is told only that it was cast.
    """
    made = sorted(snapshot.decisions, key=lambda d: (d.at, d.id))
    counting = {decision.id for decision in effective(made)}
    by_id = {decision.id: decision for decision in made}
    for decision in made:
        says, note = in_words(decision), decision.note
        if is_blind(decision, snapshot.ledger):
            says, note = in_words_blind(decision), ""
        yield BrowsedDecision(
            id=decision.id,
            at=f"{decision.at:%Y-%m-%d %H:%M}",
            who=decision.reviewer,
            says=says,
            note=note,
            counts=decision.id in counting or _undoes_still(decision, by_id, counting),
            about=_about(decision, by_id),
        )


def _undoes_still(decision: Decision, by_id: Mapping[str, Decision], counting: set[str]) -> bool:
    return (
        isinstance(decision, Withdrawn)
        and decision.undoes in by_id
        and decision.undoes not in counting
    )


def _about(decision: Decision, by_id: Mapping[str, Decision]) -> tuple[str, ...]:
    """The records, or else the studies, that a decision speaks of."""
    if isinstance(decision, Withdrawn):
        undone = by_id.get(decision.undoes)
        return _about(undone, by_id) if undone is not None and undone is not decision else ()
    named = (getattr(decision, name, "") for name in ("record", "duplicate_of", "study"))
    return tuple(dict.fromkeys(name for name in named if isinstance(name, str) and name))


def searches(snapshot: Snapshot) -> Iterator[BrowsedSearch]:
    for search in snapshot.searches:
        reading = snapshot.reading(search)
        yield BrowsedSearch(
            id=search.id,
            source=search.source,
            kind=search.kind.replace("_", " "),
            searched_on=search.searched_on.isoformat(),
            interface=search.interface,
            query=search.query,
            limits="; ".join(search.limits),
            export=search.export,
            sha256=search.sha256,
            was_run=search.was_run,
            read=reading.read,
            set_aside=len(reading.set_aside),
            reported=search.results_reported,
            note=search.note,
        )
