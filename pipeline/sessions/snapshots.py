"""A review's folder into the snapshot of a day, with the snapshots of the editions before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import pipeline
from pipeline.duplicates.completing import CompletedRecords
from pipeline.model.finding import Synthesis
from pipeline.model.problem import Problem
from pipeline.model.review import Edition, Ledger
from pipeline.snapshot import ReadingSummary, Snapshot
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.places import shown
from pipeline.store.sealing import edited_since
from pipeline.synthesis import SYNTHESIS_FILES, read_synthesis


def snapshot_of(
    folder: ReviewFolder,
    until: date | None = None,
    known: Mapping[int, Ledger] | None = None,
    now: datetime | None = None,
) -> tuple[Snapshot, tuple[Problem, ...]]:
    """The snapshot of `folder` at the end of `until` (None: now), and what is wrong in what the
    authors concluded and cite. `known` are ledgers of sealed editions, as for `settle`; `now` is
    the moment of the look, for checks."""
    from pipeline.document.citations import read_references

    def text_and_name(path: Path) -> tuple[str, str]:
        return folder.text_of(path), shown(path)

    synthesis, about_synthesis = read_synthesis(
        {name: text_and_name(folder.places.synthesis / name) for name in SYNTHESIS_FILES},
        folder.review,
    )
    references, about_references = read_references(*text_and_name(folder.places.references))
    found = _snapshot(folder, until, known, now, synthesis, references)
    return found, (*found.ledger.problems, *about_synthesis, *about_references)


def snapshot_of_records(
    folder: ReviewFolder, until: date | None = None, now: datetime | None = None
) -> Snapshot:
    """The snapshot of `folder` without what its authors concluded and cite."""
    return _snapshot(folder, until, None, now, Synthesis(), {})


def _snapshot(
    folder: ReviewFolder,
    until: date | None,
    known: Mapping[int, Ledger] | None,
    now: datetime | None,
    synthesis: Synthesis,
    references: Mapping[str, Mapping[str, object]],
) -> Snapshot:
    ledger = settle(folder.review, until, known)
    return Snapshot(
        review=folder.review,
        ledger=ledger,
        records=CompletedRecords(folder.as_read, ledger.duplicates),
        synthesis=synthesis,
        readings={
            id: ReadingSummary(
                format=export.notes.format,
                encoding=export.notes.encoding,
                read=len(export.ids),
                set_aside=export.notes.set_aside,
                declared=export.notes.declared,
                problems=export.notes.problems,
            )
            for id, export in folder.exports[0].items()
        },
        references=references,
        version=pipeline.__version__,
        earlier=_Earlier(folder, until),
        edited=_edited(folder) if until is None else (),
        place_of=folder.place_of,
        log_of=folder.search_place,
        key_of=folder.protocol_place,
        form_of=folder.form_place,
        orphans=folder.orphaned_exports(),
        form_names=folder.form_names(),
        now=now,
    )


def _edited(folder: ReviewFolder) -> tuple[str, ...]:
    """What differs from the files of the latest edition that stands."""
    standing = [e for e in folder.review.editions if e.stands_on(None)]
    if folder.places.seal or not standing:
        return ()
    return edited_since(folder, max(standing, key=lambda e: (e.on, e.number)).number)


class _Earlier(Mapping[int, Snapshot]):
    """The snapshots of the editions before this one, made when they are asked for."""

    def __init__(self, folder: ReviewFolder, until: date | None) -> None:
        self._folder = folder
        here = folder.places.seal
        self._editions: dict[int, Edition] = {
            e.number: e
            for e in folder.review.editions
            if e.stands_on(until) and e.number != here and (until is None or e.on < until)
        }
        self._made: dict[int, Snapshot] = {}

    def __getitem__(self, number: int) -> Snapshot:
        edition = self._editions[number]
        if number not in self._made:
            sealed = number in self._folder.review.sealed
            folder = self._folder.as_sealed(number) if sealed else self._folder
            self._made[number] = snapshot_of(folder, edition.on)[0]
        return self._made[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)
