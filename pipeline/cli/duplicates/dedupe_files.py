"""`review dedupe --files`: duplicates in any export files, without a review."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.cli.console import counted, progress, say, say_json, say_problems, tell
from pipeline.duplicates import METHOD_VERSION
from pipeline.duplicates.completing import completed
from pipeline.duplicates.engines import Engine
from pipeline.duplicates.plan import RECORDS, DuplicateGroups, Pair, find_duplicates
from pipeline.model.problem import Problem, ReviewError
from pipeline.model.record import Record, SetAside
from pipeline.notation.safe_text import for_spreadsheet
from pipeline.readers import stream_export
from pipeline.render.bibliography import write_bibliography
from pipeline.store.files import open_outside, stream_into

_BATCH = 2_000
_COLUMN = {
    "author": "author",
    "container_title": "journal",
    "issue": "number",
    "page": "pages",
    "issn": "isbn_issn",
    "accession_number": "accession",
    "database": "source",
}
"""Where the columns of a labelled set (`record_id`, …) have names of their own."""


def dedupe_files(names: Sequence[str], to: Path | None, engine: Engine, as_json: bool) -> int:
    """Compares all records of the files; writes results into `to`; 1 if entries were set aside."""
    if to is not None and to.exists() and not to.is_dir():
        raise ReviewError(f"{to} is no folder", "Name a folder with --to")
    reading = _Files(names)
    with progress("Records") as tick:
        found = find_duplicates(engine, reading.batches(tick), tick=lambda step: None)
    say_problems(reading.problems, most=20)
    kept = len(found.first) - found.duplicates
    if to is not None:
        _write(reading, found, to)
    if as_json:
        say_json(
            {
                "records": len(found.first),
                "kept": kept,
                "duplicates": found.duplicates,
                "to_ask": len(found.ask),
                "asked_per_1000_records": round(
                    1000 * len(found.ask) / max(1, len(found.first)), 1
                ),
                "same_study_other_report": len(found.related),
                "set_aside": reading.set_aside,
                "method": f"duplicates {METHOD_VERSION}",
                "written": str(to) if to else None,
            }
        )
        return int(reading.set_aside > 0)
    say(
        f"{counted(len(found.first), 'record')} read, {counted(found.duplicates, 'duplicate')} "
        f"found, {kept:,} kept; {counted(len(found.ask), 'pair')} to look at "
        f"({1000 * len(found.ask) / max(1, len(found.first)):.1f} per 1,000 records), "
        f"{counted(len(found.related), 'pair')} that may be two reports of one study."
    )
    if reading.set_aside:
        tell(f"{counted(reading.set_aside, 'entry', 'entries')} could not be read.")
    if to is None:
        say("Nothing was written. To get the deduplicated set: the same command with --to FOLDER.")
    else:
        say(f"In {to}: deduplicated.ris, deduplicated.csv, clusters.csv, pairs.csv (with reasons).")
        say("completed.csv there tells which values of a kept record are those of a copy.")
    return int(reading.set_aside > 0)


class _Files:
    """The records of all files, read anew for each use, so that none need be held."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self.set_aside = 0
        self.problems: tuple[Problem, ...] = ()

    def records(self) -> Iterator[tuple[str, Record]]:
        """Each record with the name of its file, in order; counts what was set aside."""
        self.set_aside = 0
        problems: list[Problem] = []
        for name in self._names:
            with ExitStack() as stack:
                stream = stack.enter_context(open_outside(Path(name)))
                export = stream_export(stream, file=name, search=Path(name).stem)
                for entry in export:
                    if isinstance(entry, SetAside):
                        self.set_aside += 1
                    else:
                        yield name, entry
                problems.extend(export.problems)
        self.problems = tuple(problems)

    def batches(self, tick: Callable[[int], None]) -> Iterator[Any]:
        rows: list[dict[str, Any]] = []
        for n, (_, record) in enumerate(self.records()):
            rows.append(row_of(n, record))
            if len(rows) == _BATCH:
                tick(n + 1)
                yield _batch_of(rows)
                rows = []
        if rows:
            yield _batch_of(rows)


def _batch_of(rows: Sequence[Mapping[str, Any]]) -> Any:
    columns = [pa.array([row[f.name] for row in rows], type=f.type) for f in RECORDS]
    return pa.RecordBatch.from_arrays(columns, schema=RECORDS)


def row_of(n: int, record: Record) -> dict[str, Any]:
    """`record` as a row of the plan's table; labelled sets are taken by their own columns."""
    row: dict[str, Any] = {
        "n": n,
        "year": record.year,
        "title": record.title,
        "author": "; ".join(map(str, record.author)),
        "container_title": record.container_title or record.container_title_short,
        "volume": record.volume,
        "issue": record.issue,
        "page": record.page,
        "doi": record.doi,
        "pmid": record.pmid,
        "issn": "; ".join(record.issn),
        "isbn": "; ".join(record.isbn),
        "abstract": record.abstract,
        "accession_number": record.accession_number,
        "database": record.database,
        "type": record.type,
    }
    own = {tag.name: tag.value for tag in record.as_exported} if _labelled(record) else {}
    if own:
        row.update({name: own.get(column, "") for name, column in _COLUMN.items()})
    return row


def _labelled(record: Record) -> bool:
    return any(tag.name == "record_id" for tag in record.as_exported)


def _record_id(record: Record) -> str:
    own = next((tag.value for tag in record.as_exported if tag.name == "record_id"), "")
    return own or record.id


def _write(reading: _Files, found: DuplicateGroups, to: Path) -> None:
    wanted = {i for pair in _pairs(found) for i in (pair.a, pair.b)}
    ids: dict[int, str] = {}
    firsts: dict[int, str] = {}
    heads = {first for i, first in enumerate(found.first) if first != i}

    whole: dict[int, Record] = {}  # what a kept record lacks and its copies have

    def clusters() -> Iterator[Sequence[str]]:
        yield "file", "record_number", "record_id", "cluster_id"
        for n, (name, record) in enumerate(reading.records()):
            own = _record_id(record)
            first = found.first[n]
            if n in wanted:
                ids[n] = own
            if n in heads:
                firsts[n] = own
                whole[n] = replace(record, as_exported=(), id=own)
            elif first != n:
                whole[first] = completed(whole[first], [replace(record, as_exported=(), id=own)])
            yield name, str(record.number), own, own if first == n else firsts[first]

    def pairs() -> Iterator[Sequence[str]]:
        yield (
            "record_a", "record_b", "answer", "relation", "doubt", "reason", "method", "why_asked",
        )  # fmt: skip
        for p in _pairs(found):
            yield (
                ids[p.a], ids[p.b], p.answer, p.relation, f"{p.doubt:.4f}", p.reason,
                f"duplicates {METHOD_VERSION}", "; ".join(p.why_asked),
            )  # fmt: skip

    def taken() -> Iterator[Sequence[str]]:
        yield "record_id", "field", "taken_from"
        for n in sorted(whole):
            for value in whole[n].taken_from:
                yield firsts[n], value.field, value.record

    def kept() -> Iterator[Record]:
        for n, (_, record) in enumerate(reading.records()):
            if found.first[n] == n:
                made = whole.get(n)
                yield (
                    record
                    if made is None
                    else replace(made, id=record.id, as_exported=record.as_exported)
                )

    stream_into(to / "clusters.csv", _csv(clusters()))
    stream_into(to / "pairs.csv", _csv(pairs()))
    stream_into(to / "completed.csv", _csv(taken()))
    stream_into(to / "deduplicated.ris", write_bibliography(kept(), "ris"))
    stream_into(to / "deduplicated.csv", write_bibliography(kept(), "csv"))


def _pairs(found: DuplicateGroups) -> Iterator[Pair]:
    yield from found.merges
    yield from found.ask
    yield from found.related


def _csv(rows: Iterable[Sequence[str]]) -> Iterator[bytes]:
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow([for_spreadsheet(cell) for cell in row])
        yield line.getvalue().encode("utf-8", "replace")
