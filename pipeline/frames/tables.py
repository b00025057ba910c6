"""The tables of a snapshot as DataFrames: where records stand, who decided what, the flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import pandas as pd

from pipeline.frames import shapes
from pipeline.frames.columns import frame_of
from pipeline.model.decision import AUTOMATION, EVENTS, Decision, Matched, Stage
from pipeline.model.standing import BOXES, Flow, Standing
from pipeline.model.undoing import effective
from pipeline.notation.decision_lines import in_words, in_words_blind
from pipeline.screening.agreement import Agreement
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import is_blind
from pipeline.snapshot.first_votes import agreement_at

Row = tuple[Any, ...]
_EVENT_OF = {kind: word for word, kind in EVENTS.items()}
_SOURCED = ("database_results", "register_results", "other_results")
_REASONED = ("records_not_screened", "dbr_excluded", "other_not_screened", "other_excluded")
_STUDIES = (
    ("previous_studies", "Studies included in the previous version"),
    ("previous_reports", "Reports of studies included in the previous version"),
    ("new_studies", "New studies included"),
    ("removed_studies", "Studies of the previous version that are no longer included"),
    ("included_studies", "Total studies included"),
    ("included_reports", "Reports of all included studies"),
)


def searches(snapshot: Snapshot) -> pd.DataFrame:
    rows = (
        (
            s.id,
            s.source,
            s.kind,
            s.arm,
            s.interface,
            s.searched_on,
            s.ingested_on,
            s.query,
            s.results_reported,
            snapshot.reading(s).read,
            len(snapshot.reading(s).set_aside),
            s.sha256,
        )
        for s in snapshot.searches
    )
    return frame_of(shapes.SEARCHES, rows)


def records(snapshot: Snapshot, table: Any) -> pd.DataFrame:
    """Every record that counts on the day of the snapshot, in the order in which they came in.

    `table` is an Arrow table of all records with the columns `id` and those of `BIBLIOGRAPHIC`.
    """
    source_of = {s.id: s.source for s in snapshot.searches}
    labels = {c.id: c.label for c in snapshot.review.protocol.criteria}
    names = [name for name, _, _ in shapes.BIBLIOGRAPHIC]
    columns = [table.column(name).to_pylist() for name in names]
    row_of = {id: n for n, id in enumerate(table.column("id").to_pylist())}

    def rows() -> Iterator[Row]:
        for id, at in snapshot.ledger.positions.items():
            n = row_of[id]
            yield (
                id,
                at.search,
                source_of.get(at.search),
                at.standing,
                at.stage,
                at.conflict,
                at.reason,
                labels.get(at.reason),
                at.kept,
                *(None if column[n] in ("", 0) else column[n] for column in columns),
            )

    return frame_of(shapes.RECORDS, rows())


def duplicates(snapshot: Snapshot) -> pd.DataFrame:
    said: dict[str, list[Matched]] = {}
    for decision in snapshot.counting:
        if isinstance(decision, Matched) and decision.same:
            said.setdefault(decision.record, []).append(decision)
            said.setdefault(decision.duplicate_of, []).append(decision)

    def rows() -> Iterator[Row]:
        for at in snapshot.ledger.at(Standing.DUPLICATE):
            joined = min(said[at.record], key=lambda d: _nearness(d, at.record, at.kept))
            yield (
                at.record,
                at.kept,
                joined.reviewer,
                joined.at,
                joined.method,
                float(joined.doubt) if joined.doubt else None,
                joined.reason,
                joined.id,
            )

    return frame_of(shapes.DUPLICATES, rows())


def _nearness(match: Matched, record: str, kept: str) -> tuple[bool, bool, bool, float, str]:
    """Sorts what was said of `record`: with the kept one first, then people's, then the latest."""
    return (
        {match.record, match.duplicate_of} != {record, kept},
        match.reviewer == AUTOMATION,
        match.record != record,
        -match.at.timestamp(),
        match.id,
    )


def decisions(snapshot: Snapshot) -> pd.DataFrame:
    """Every decision up to the day, undone ones too; of a blind vote, that it was cast."""
    counting = {d.id for d in effective(snapshot.decisions)}

    def rows() -> Iterator[Row]:
        for d in sorted(snapshot.decisions, key=lambda d: (d.at, d.id)):
            said = {f.name: getattr(d, f.name) for f in fields(d)}
            place = snapshot.place_of(d)
            blind = is_blind(d, snapshot.ledger)
            told = ("verdict", "reason", "note")
            yield (
                d.id,
                d.at,
                d.reviewer,
                _EVENT_OF[type(d)],
                said.get("record"),
                said.get("study"),
                said.get("stage"),
                *(None if blind else said.get(name) for name in told),
                d.id in counting,
                blind,
                _words(d, snapshot),
                place.file,
                place.line or None,
            )

    return frame_of(shapes.DECISIONS, rows())


def _words(decision: Decision, snapshot: Snapshot) -> str:
    if is_blind(decision, snapshot.ledger):
        return in_words_blind(decision)
    return in_words(decision)


def flow(snapshot: Snapshot) -> pd.DataFrame:
    return frame_of(shapes.FLOW, _flow(snapshot.ledger.flow))


def _flow(flow: Flow) -> Iterator[Row]:
    for key, box in BOXES.items():
        yield key, box.text, "total", None, None, flow.count(key)
        if key in _SOURCED:
            for source, n in flow.by_source(key).items():
                yield key, box.text, "source", source, source, n
        if key in _REASONED:
            for reason, n in flow.by_reason(key).items():
                yield key, box.text, "reason", reason, flow.reasons.get(reason, reason), n
    for name, text in _STUDIES:
        yield name, text, "total", None, None, len(getattr(flow, name) or ())


def agreement(snapshot: Snapshot, stages: Iterable[Stage] = tuple(Stage)) -> pd.DataFrame:
    def rows() -> Iterator[Row]:
        for stage in stages:
            found = agreement_at(
                stage, snapshot.counting, snapshot.ledger, snapshot.review.protocol
            )
            for pair, figures in found.pairs.items():
                yield (stage, *pair, None, *_figures(figures))
                for criterion, about in found.criteria[pair].items():
                    yield (stage, *pair, criterion, *_figures(about))

    return frame_of(shapes.AGREEMENT, rows())


def _figures(found: Agreement) -> Row:
    table = found.table
    return (
        table.n,
        table.both,
        table.only_first,
        table.only_second,
        table.neither,
        found.observed,
        found.kappa,
        found.kappa_low,
        found.kappa_high,
        found.pabak,
        found.ac1,
        found.prevalence_index,
        found.bias_index,
    )
