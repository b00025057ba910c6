"""A review's folder into the dossier of a day, with the dossiers of the editions before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

import pipeline
from pipeline.ledger import settle
from pipeline.review_folder import ReviewFolder
from pipeline.review_folder.places import shown
from pipeline.synthesis import SYNTHESIS_FILES, read_synthesis
from pipeline.terms.problem import Problem
from pipeline.terms.review import Edition, Ledger
from pipeline.writeup import Dossier, Reading, read_references


def dossier_of(
    folder: ReviewFolder, until: date | None, known: Mapping[int, Ledger] | None = None
) -> tuple[Dossier, tuple[Problem, ...]]:
    """The dossier of `folder` at the end of `until` (None: now), and what is wrong in what the
    authors concluded and cite. `known` are ledgers of sealed editions, as for `settle`."""
    written = folder.review

    def text_and_name(path: Path) -> tuple[str, str]:
        return folder.text_of(path), shown(path)

    synthesis, about_synthesis = read_synthesis(
        {name: text_and_name(folder.places.synthesis / name) for name in SYNTHESIS_FILES}, written
    )
    references, about_references = read_references(*text_and_name(folder.places.references))
    ledger = settle(written, until, known)
    dossier = Dossier(
        review=written,
        ledger=ledger,
        records=folder.records,
        synthesis=synthesis,
        readings={
            id: Reading(read=len(export.ids), set_aside=len(export.notes.set_aside))
            for id, export in folder.exports[0].items()
        },
        references=references,
        version=pipeline.__version__,
        earlier=_Earlier(folder, until),
    )
    return dossier, (*ledger.problems, *about_synthesis, *about_references)


class _Earlier(Mapping[int, Dossier]):
    """The dossiers of the editions before this one, made when they are asked for."""

    def __init__(self, folder: ReviewFolder, until: date | None) -> None:
        self._folder = folder
        here = folder.places.seal
        self._editions: dict[int, Edition] = {
            e.number: e
            for e in folder.review.editions
            if e.stands_on(until) and e.number != here and (until is None or e.on < until)
        }
        self._made: dict[int, Dossier] = {}

    def __getitem__(self, number: int) -> Dossier:
        edition = self._editions[number]
        if number not in self._made:
            sealed = number in self._folder.review.sealed
            folder = self._folder.as_sealed(number) if sealed else self._folder
            self._made[number] = dossier_of(folder, edition.on)[0]
        return self._made[number]

    def __iter__(self) -> Iterator[int]:
        return iter(self._editions)

    def __len__(self) -> int:
        return len(self._editions)
