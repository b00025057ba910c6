"""The tables of what was extracted, judged and concluded, as DataFrames."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from pipeline.document.finding_words import votes_of
from pipeline.extraction import judgements_of
from pipeline.extraction.appraisal import design_of
from pipeline.extraction.tidy import tidy
from pipeline.frames import shapes
from pipeline.frames.columns import TEXT, FrameColumn, FrameShape, frame_of
from pipeline.model.study import Basis, Result, Source, Study
from pipeline.snapshot import Snapshot
from pipeline.synthesis.directions import Vote

Row = tuple[Any, ...]


def studies(snapshot: Snapshot) -> pd.DataFrame:
    included = snapshot.ledger.studies

    def rows() -> Iterator[Row]:
        for id in sorted({*included, *snapshot.review.studies}):
            study = snapshot.review.studies.get(id)
            reports = included.get(id) or (study.reports if study else ())
            about = (id, study.title if study else None, id in included, study is not None)
            count = (reports[0] if reports else None, "; ".join(reports), len(reports))
            if study is None:
                yield (*about, *(None,) * 4, *count, *(None,) * 6)
                continue
            yield (
                *about,
                design_of(study),
                None if study.basis is Basis.UNSTATED else study.basis,
                study.form,
                study.form_version,
                *count,
                len(study.results),
                study.extracted_by,
                study.extracted_on,
                study.checked_by,
                study.checked_on,
                study.place.file,
            )

    return frame_of(shapes.STUDIES, rows())


def results(snapshot: Snapshot) -> pd.DataFrame:
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}

    def rows() -> Iterator[Row]:
        for study in _studies(snapshot):
            for result in study.results:
                source = result.sources[0] if result.sources else Source()
                yield (
                    result.id,
                    study.id,
                    study.id in snapshot.ledger.studies,
                    result.outcome,
                    labels.get(result.outcome, result.outcome),
                    result.group,
                    result.comparator,
                    result.direction,
                    result.statement,
                    result.measure,
                    *_numbers(result),
                    result.n_analysed,
                    result.derived,
                    source.report or (study.reports[0] if study.reports else None),
                    source.page,
                    source.quote,
                    result.place.file,
                    result.place.line,
                )

    return frame_of(shapes.RESULTS, rows())


def _numbers(result: Result) -> Row:
    def of(numbers: Mapping[str, float] | None, *names: str) -> Row:
        return tuple((numbers or {}).get(name) for name in names)

    return (
        *of(result.estimate, "value", "low", "high", "level", "se"),
        *of(result.proportion, "x", "n", "percent"),
        *of(result.mean, "mean", "sd", "se", "n"),
        *of(result.rate, "events", "time"),
    )


def appraisals(snapshot: Snapshot) -> pd.DataFrame:
    rows = (
        (
            j.study,
            j.study in snapshot.ledger.studies,
            j.instrument,
            j.item,
            j.part,
            j.label,
            j.about,
            j.answer,
            j.answer_label,
            j.light,
            j.overall,
            j.proposed,
            j.note,
            j.place.file,
            j.place.line,
        )
        for study in _studies(snapshot)
        for j in judgements_of(study, snapshot.review.forms)
    )
    return frame_of(shapes.APPRAISALS, rows)


def findings(snapshot: Snapshot) -> pd.DataFrame:
    def rows() -> Iterator[Row]:
        for finding in snapshot.synthesis.findings.values():
            votes = votes_of(finding, snapshot)
            place = snapshot.synthesis.places.get(finding.id)
            yield (
                finding.id,
                finding.statement,
                finding.kind,
                finding.question,
                finding.outcome,
                finding.comparison,
                finding.method,
                finding.direction,
                finding.size,
                finding.approach,
                finding.certainty,
                "; ".join(finding.all_studies),
                len(finding.all_studies),
                len(finding.results),
                *(len(votes.of(which)) for which in Vote),
                place.file if place else None,
                place.line if place else None,
            )

    return frame_of(shapes.FINDINGS, rows())


def extracted(snapshot: Snapshot) -> Mapping[str, tuple[FrameShape, pd.DataFrame]]:
    """What the forms ask, one table a level (`studies`, `groups` …) with a column an item, as text.

    Of every extracted study, included or not.
    """
    found = {}
    for id, level in tidy(_studies(snapshot), snapshot.review.forms).items():
        columns = tuple(FrameColumn(c, TEXT, f"`{c}` of the form") for c in level.columns)
        keys = tuple(c for c in level.columns if c == "study" or c.endswith("_id"))
        name = f"extracted_{id.replace('.', '_')}"
        shape = FrameShape(name=name, title=f"Extracted: {id}", columns=columns, key=keys)
        found[id] = shape, frame_of(shape, level.itertuples(index=False, name=None))
    return found


def _studies(snapshot: Snapshot) -> tuple[Study, ...]:
    """The extracted studies by id."""
    studies = snapshot.review.studies
    return tuple(studies[id] for id in sorted(studies))
