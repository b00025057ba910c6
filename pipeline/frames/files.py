"""The tables of a review as files: CSV and Parquet, with their Frictionless schemas beside them."""

from __future__ import annotations

import io
from collections.abc import Collection, Iterator, Mapping
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.frames import evidence, shapes
from pipeline.frames.columns import DAY, MOMENT, NUMBER, TEXT, TRUTH, WHOLE, FrameShape, data_table
from pipeline.frames.opened import OpenReview
from pipeline.render.packaging import About, DataTable, datapackage, table_bytes
from pipeline.snapshot import Snapshot
from pipeline.store import ReviewFolder

TABLE_FORMATS = ("csv", "parquet")
_ARROW: Mapping[str, Any] = {
    TEXT: pa.string(),
    WHOLE: pa.int64(),
    NUMBER: pa.float64(),
    TRUTH: pa.bool_(),
    DAY: pa.date32(),
    MOMENT: pa.timestamp("us", tz="UTC"),
}


def table_files(
    folder: ReviewFolder, snapshot: Snapshot, about: About, formats: Collection[str]
) -> dict[str, bytes]:
    """Every table of `snapshot` by the name of its file, and `datapackage.json` beside them.

    `formats` are of `TABLE_FORMATS`. Cells of CSV that a spreadsheet would take for a formula are
    led by an apostrophe; Parquet holds them as they are. Abstracts stand in none.
    """
    files: dict[str, bytes] = {}
    tabular: dict[str, DataTable] = {}
    for shape, frame in _tables(OpenReview(folder, snapshot.ledger.day, snapshot), snapshot):
        written = data_table(shape, frame)
        if "csv" in formats:
            files[f"{shape.name}.csv"] = table_bytes(written)
        if "parquet" in formats:
            files[f"{shape.name}.parquet"] = parquet(shape, frame)
        tabular |= {f"{shape.name}.{ending}": written for ending in formats}
    files["datapackage.json"] = datapackage(about, tabular, files)
    return files


def _tables(review: OpenReview, snapshot: Snapshot) -> Iterator[tuple[FrameShape, pd.DataFrame]]:
    for name, frame in review.tables().items():
        shape = shapes.without_abstracts(shapes.SHAPES[name])
        yield shape, frame[list(shape.names)]
    yield from evidence.extracted(snapshot).values()


def parquet(shape: FrameShape, frame: pd.DataFrame) -> bytes:
    """`frame` as Parquet; each column carries its meaning as metadata."""
    fields = [
        pa.field(c.name, _ARROW[c.dtype], metadata={"description": c.meaning})
        for c in shape.columns
    ]
    schema = pa.schema(fields, metadata={"title": shape.title})
    arrays = [
        pa.Array.from_pandas(frame[c.name], type=_ARROW[c.dtype], safe=False) for c in shape.columns
    ]
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()
