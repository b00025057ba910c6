"""Pairs of records that may tell of one report: found, merged by rule, decided by people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.duplicates import METHOD_VERSION, settle_matches
from pipeline.duplicates.comparable import INPUT
from pipeline.duplicates.engines import Engine
from pipeline.duplicates.plan import RECORDS, DuplicateGroups, Pair, find_duplicates
from pipeline.duplicates.same_report import OTHER_REPORT
from pipeline.model.decision import AUTOMATION, Decision, Deduplicated, Matched
from pipeline.model.undoing import discarded_searches, effective
from pipeline.store import ReviewFolder
from pipeline.store.cache import keep

METHOD = f"duplicates {METHOD_VERSION}"
_BATCH = 5_000


@dataclass(frozen=True, slots=True)
class PairsFound:
    """What the method and what people say of a review's records: `ids` in order of arrival."""

    folder: ReviewFolder
    ids: Sequence[str]
    found: DuplicateGroups
    matched: tuple[Matched, ...]
    gave_way: tuple[Matched, ...]


def find_pairs(folder: ReviewFolder, engine: Engine, since: int = 0) -> PairsFound:
    """What the method and what people say of the records of `folder`; writes nothing.

    With `since`, so many records that came in first were compared with each other earlier.
    """
    written = folder.review
    table = folder.table(["id", "year", *INPUT], discarded_searches(written.decisions))
    ids: list[str] = table.column("id").to_pylist()
    counting = effective(written.decisions)
    matched = tuple(d for d in counting if isinstance(d, Matched))
    settled = settle_matches(ids, matched)
    position = {record: i for i, record in enumerate(ids)}
    refused = _taken_back(written.decisions, {d.id for d in counting})
    same = [(position[r], position[kept]) for r, kept in settled.kept.items()]
    different = [
        (position[m.record], position[m.duplicate_of])
        for m in (*matched, *refused)
        if m.record in position and m.duplicate_of in position and _parts(m, matched)
    ]
    batches = _batches(table)
    found = find_duplicates(engine, batches, same=same, different=different, since=since)
    return PairsFound(folder, ids, found, matched, settled.gave_way)


def _taken_back(decisions: Sequence[Decision], counting: set[str]) -> list[Matched]:
    """Merges by rule that a person took back: not to be made again."""
    return [
        d
        for d in decisions
        if isinstance(d, Matched) and d.reviewer == AUTOMATION and d.same and d.id not in counting
    ]


def _parts(match: Matched, matched: Sequence[Matched]) -> bool:
    """Whether this match keeps its pair apart, if it is the last word about it."""
    pair = {match.record, match.duplicate_of}
    if match.same and match.reviewer != AUTOMATION:
        return False
    later = [m for m in matched if m.reviewer != AUTOMATION and {m.record, m.duplicate_of} == pair]
    last = max(later, key=lambda m: (m.at, m.id), default=None)
    if last is not None:
        return not last.same
    return match.reviewer == AUTOMATION and all(m.id != match.id for m in matched)


def _batches(table: Any) -> Iterator[Any]:
    n = 0
    for batch in table.to_batches(_BATCH):
        numbers = pa.array(range(n, n + batch.num_rows), type=pa.int64())
        columns = [numbers, *(batch.column(f.name).cast(f.type) for f in list(RECORDS)[1:])]
        yield pa.RecordBatch.from_arrays(columns, schema=RECORDS)
        n += batch.num_rows


def merge_by_rule(looked: PairsFound) -> Sequence[Decision]:
    """Writes the sure merges, and remembers that all was compared."""
    lines: list[tuple[type[Decision], Mapping[str, Any]]] = [
        (Matched, _line(looked, pair)) for pair in looked.found.merges
    ]
    run = _run(looked.folder)
    if run is not None:
        lines.append((Deduplicated, run))
    written = looked.folder.append_all(AUTOMATION, lines) if lines else ()
    keep(_mark(looked.folder), b"")
    return tuple(d for d in written if isinstance(d, Matched))


def _run(folder: ReviewFolder) -> Mapping[str, Any] | None:
    """The line that says what was compared by which rules; None where it is written already."""
    gone = discarded_searches(folder.review.decisions)
    searches = tuple(s.id for s in folder.review.searches if s.id not in gone)
    told = any(
        isinstance(d, Deduplicated) and d.method == METHOD and set(searches) <= set(d.searches)
        for d in effective(folder.review.decisions)
    )
    return None if told or not searches else {"searches": searches, "method": METHOD}


def is_told(folder: ReviewFolder) -> bool:
    """Whether the logs tell that everything which counts was compared by the present rules."""
    return _run(folder) is None


def is_compared(folder: ReviewFolder) -> bool:
    """Whether all records that stand now have been compared, as far as the cache remembers."""
    return not _counted(folder) or _mark(folder).is_file()


def _mark(folder: ReviewFolder) -> Path:
    """A file of the cache for these exports and this method, there once they were compared."""
    said = [METHOD, str(folder.places.review)]
    said += _counted(folder)
    name = hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]
    return folder.places.cache / "compared" / name


def _counted(folder: ReviewFolder) -> list[str]:
    """The exports that count, each by its search and the file that holds what was read of it."""
    gone = discarded_searches(folder.review.decisions)
    exports = folder.exports[0].items()
    return [f"{id} {export.path.name}" for id, export in exports if id not in gone]


def _line(looked: PairsFound, pair: Pair) -> dict[str, Any]:
    return {
        "record": looked.ids[pair.b],
        "duplicate_of": looked.ids[pair.a],
        "same": True,
        "reason": pair.reason,
        "method": METHOD,
        "doubt": f"{pair.doubt:.4f}",
    }


def decide_pairs(
    folder: ReviewFolder,
    name: str,
    pairs: Sequence[tuple[str, str]],
    same: bool,
    other_report: bool,
) -> Sequence[Decision]:
    """Writes one person's word about several pairs, of each the one that came in first first."""
    reason = OTHER_REPORT if other_report else ""
    lines: list[tuple[type[Decision], Mapping[str, Any]]] = [
        (Matched, {"record": b, "duplicate_of": a, "same": same, "reason": reason})
        for a, b in pairs
    ]
    return folder.append_all(name, lines)


def decide_pair(
    folder: ReviewFolder, name: str, a: str, b: str, same: bool, other_report: bool
) -> Decision:
    """Writes one person's word about two records, `a` the one that came in first."""
    return decide_pairs(folder, name, [(a, b)], same, other_report)[0]


def record_ids(folder: ReviewFolder) -> list[str]:
    return [record for ids in folder.review.entries.values() for record in ids]
