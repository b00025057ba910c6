"""Export files and tables of records outside a review: read, find duplicates, rank."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from pipeline.duplicates.comparable import INPUT
from pipeline.duplicates.engines import DuckEngine
from pipeline.duplicates.plan import RECORDS, DuplicateGroups, Pair, find_duplicates
from pipeline.frames import shapes
from pipeline.frames.columns import frame_of
from pipeline.model.problem import ReviewError, Severity
from pipeline.model.protocol import RankingModel
from pipeline.model.record import Record, SetAside
from pipeline.readers import stream_export
from pipeline.screening.features import features
from pipeline.screening.ranker import Ranker, cold_scores
from pipeline.store.files import open_outside

Paths = str | PathLike[str] | Iterable[str | PathLike[str]]
_BATCH = 5_000
_JOINED = ("author", "issn", "isbn", "keyword")
_YES = {"include": True, "exclude": False, "yes": True, "no": False, "1": True, "0": False}


def read(
    paths: Paths,
    *,
    format: str = "",
    encoding: str = "",
    columns: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """The records of one export or several, in any layout, as a table (columns: public-api).

    Layout and encoding are found by content unless they are given; `columns` names those of a
    table, like `{"title": "Titel"}`. Entries that cannot be read, and faults, are warned of and
    listed in `.attrs["set_aside"]` and `.attrs["problems"]`.
    """
    given = [paths] if isinstance(paths, (str, PathLike)) else list(paths)
    names = [fspath(path) for path in given]
    set_aside: list[str] = []
    problems: list[str] = []
    stems = _stems(names)

    def rows() -> Iterator[tuple[Any, ...]]:
        for name in names:
            with open_outside(Path(name)) as stream:
                export = stream_export(
                    stream,
                    file=name,
                    search=stems[name],
                    format=format,
                    encoding=encoding,
                    columns=columns,
                )
                for entry in export:
                    if isinstance(entry, SetAside):
                        set_aside.append(f"{entry.place}: entry {entry.number}: {entry.why}")
                    else:
                        yield _row(entry, name)
                problems.extend(str(p) for p in export.problems if p.severity is not Severity.NOTE)

    frame = frame_of(shapes.READ, rows())
    frame.attrs["set_aside"], frame.attrs["problems"] = set_aside, problems
    for kind, found in (("entries were set aside", set_aside), ("faults were found", problems)):
        if found:
            warnings.warn(f"{len(found)} {kind}, the first: {found[0]}", stacklevel=2)
    return frame


def _stems(names: Sequence[str]) -> Mapping[str, str]:
    """What the ids of the records of each file begin with, another for each file."""
    taken: dict[str, str] = {}
    for name in dict.fromkeys(names):
        stem, n = Path(name).stem, 2
        while stem in taken.values():
            stem, n = f"{Path(name).stem}-{n}", n + 1
        taken[name] = stem
    return taken


def _row(record: Record, file: str) -> tuple[Any, ...]:
    values = []
    for name, _, _ in shapes.BIBLIOGRAPHIC:
        value = getattr(record, name)
        if name in _JOINED:
            value = "; ".join(map(str, value))
        values.append(None if value in ("", 0) else value)
    return (record.id, record.number, file, record.place.line or None, *values)


def dedupe(frame: pd.DataFrame) -> pd.DataFrame:
    """`frame` with three columns: `duplicate_of` (the id of the record kept, missing for one that
    is kept), `doubt` and `reason` of the merge.

    Records are compared as `review dedupe` does, the first of a group is kept. `frame` has a column
    `title` and whatever else of the columns of `read` there is; ids are its column `id`, else its
    index. What a person should look at is told by `duplicate_pairs`.
    """
    ids, found = _compared(frame)
    merged = {pair.b: pair for pair in found.merges}
    merged = {pair.a: pair for pair in found.merges if pair.a not in merged} | merged
    copies = [(n, first) for n, first in enumerate(found.first) if n != first]
    given = frame.copy()
    columns: dict[str, list[Any]] = {"duplicate_of": [None] * len(ids)}
    columns |= {"doubt": [None] * len(ids), "reason": [None] * len(ids)}
    for n, first in copies:
        columns["duplicate_of"][n] = ids[first]
        columns["doubt"][n], columns["reason"][n] = merged[n].doubt, merged[n].reason
    given["duplicate_of"] = pd.Series(
        columns["duplicate_of"], index=given.index, dtype=_dtype_of_ids(frame)
    )
    given["doubt"] = pd.Series(columns["doubt"], index=given.index, dtype="Float64")
    given["reason"] = pd.Series(columns["reason"], index=given.index, dtype="string")
    return given


def duplicate_pairs(frame: pd.DataFrame) -> pd.DataFrame:
    """The pairs of `frame` that `dedupe` merges, those a person should decide, and other reports of
    the same study, each with its reason."""
    ids, found = _compared(frame)

    def row(pair: Pair) -> tuple[Any, ...]:
        why = "; ".join(pair.why_asked)
        return (ids[pair.a], ids[pair.b], pair.answer, pair.relation, pair.doubt, pair.reason, why)

    return frame_of(shapes.PAIRS, map(row, (*found.merges, *found.ask, *found.related)))


def _compared(frame: pd.DataFrame) -> tuple[list[Any], DuplicateGroups]:
    ids = _ids(frame)
    columns = {name: _texts(frame, name) for name in INPUT}
    years = _years(frame)

    def batches() -> Iterator[Any]:
        for start in range(0, len(ids), _BATCH):
            part = slice(start, start + _BATCH)
            n = pa.array(range(start, min(len(ids), start + _BATCH)), type=pa.int64())
            year = pa.array(years[part], type=pa.int32())
            texts = [pa.array(columns[name][part], type=pa.string()) for name in INPUT]
            yield pa.RecordBatch.from_arrays([n, year, *texts], schema=RECORDS)

    if not ids:
        return ids, DuplicateGroups(first=(), merges=(), ask=(), related=())
    return ids, find_duplicates(DuckEngine(), batches())


def rank(
    frame: pd.DataFrame,
    labels: Mapping[Any, Any] | Sequence[Any] | pd.Series[Any],
    *,
    query: str = "",
    model: str = RankingModel.SVM,
    seed: int = 1,
) -> pd.DataFrame:
    """`frame` with `score` and `rank`, what to read next first; what is labelled stands at the end.

    `labels` maps ids (column `id`, else the index) to verdicts, or gives one for each row: true or
    `include`, false or `exclude`, missing where nobody has judged. `query` are words of what is
    looked for; they order the records until both verdicts are known. As in `review rank`, the order
    is a function of texts, labels, model and seed.
    """
    if model not in tuple(RankingModel):
        raise ReviewError(f"there is no model {model!r}", f"Known are {', '.join(RankingModel)}")
    ids = _ids(frame)
    titles, abstracts = _texts(frame, "title"), _texts(frame, "abstract")
    given = frame.copy()
    ranks: list[int | None] = [None] * len(ids)
    scores = np.zeros(len(ids), dtype=np.float32)
    if ids:
        cold = cold_scores(query, titles, abstracts) if query else None
        ranker = Ranker(
            features=features(titles, abstracts),
            cold=cold,
            seed=seed,
            model_name=RankingModel(model),
        )
        for row, verdict in _verdicts(labels, ids, frame).items():
            ranker.add(row, verdict)
        for place, row in enumerate(ranker.ranking().tolist(), 1):
            ranks[row] = place
        scores = ranker.scores()
    given["score"] = pd.Series(scores.tolist(), index=given.index, dtype="Float64")
    given["rank"] = pd.Series(ranks, index=given.index, dtype="Int64")
    return given.sort_values("rank", kind="stable", na_position="last")


def _verdicts(labels: Any, ids: Sequence[Any], frame: pd.DataFrame) -> dict[int, bool]:
    """Row to verdict, in the order in which the labels are given."""
    row_of = {id: n for n, id in enumerate(ids)}
    if isinstance(labels, pd.Series):
        labels = labels.tolist() if labels.index.equals(frame.index) else labels.to_dict()
    if isinstance(labels, Mapping):
        unknown = [id for id in labels if id not in row_of]
        if unknown:
            raise ReviewError(
                f"{len(unknown)} labels are of records that the table has not, the first: "
                f"{unknown[0]!r}",
                "Name records by the column `id`, or by the index where there is none",
            )
        said = [(row_of[id], label) for id, label in labels.items()]
    else:
        said = list(enumerate(labels))
        if len(said) != len(ids):
            raise ReviewError(
                f"there are {len(said)} labels for {len(ids)} records",
                "Give one a row, missing where nobody has judged, or a mapping from ids",
            )
    return {row: _verdict(label) for row, label in said if not pd.isna(label)}


def _verdict(label: Any) -> bool:
    if isinstance(label, (bool, np.bool_)) or label in (0, 1):
        return bool(label)
    word = str(label).strip().lower()
    if word not in _YES:
        raise ReviewError(f"{label!r} is no label", "Give true or include, false or exclude")
    return _YES[word]


def _ids(frame: pd.DataFrame) -> list[Any]:
    if "title" not in frame.columns:
        raise ReviewError(
            "the table has no column `title`", "Read an export with `read`, or rename a column"
        )
    ids = list(frame["id"] if "id" in frame.columns else frame.index)
    if len(set(ids)) != len(ids):
        twice = next(id for n, id in enumerate(ids) if id in ids[:n])
        raise ReviewError(
            f"the id {twice!r} stands there twice", "Give every record an id of its own"
        )
    return ids


def _dtype_of_ids(frame: pd.DataFrame) -> Any:
    if "id" not in frame.columns:
        return "object"
    return frame["id"].dtype if isinstance(frame["id"].dtype, pd.StringDtype) else "object"


def _texts(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame.columns:
        return [""] * len(frame)
    return ["" if pd.isna(value) else str(value) for value in frame[name]]


def _years(frame: pd.DataFrame) -> list[int]:
    if "year" not in frame.columns:
        return [0] * len(frame)
    numbers = pd.to_numeric(frame["year"], errors="coerce")
    return [0 if pd.isna(year) else int(year) for year in numbers]
