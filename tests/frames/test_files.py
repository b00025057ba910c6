"""The tables as CSV and Parquet hold what the frames hold, and their schemas say so."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

import pipeline as rv
from pipeline.document.about import about_of
from pipeline.frames.files import table_files
from pipeline.frames.shapes import SHAPES
from pipeline.notation.safe_text import for_spreadsheet
from pipeline.sessions.snapshots import snapshot_of
from pipeline.store import open_review

EXAMPLE = Path(__file__).parents[2] / "reviews" / "ta-hsb"


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    folder = open_review(str(EXAMPLE))
    snapshot = snapshot_of(folder)[0]
    return table_files(folder, snapshot, about_of(snapshot), ("csv", "parquet"))


@pytest.fixture(scope="module")
def frames() -> dict[str, pd.DataFrame]:
    return dict(rv.open(EXAMPLE).tables())


@pytest.mark.parametrize("name", SHAPES)
def test_files_hold_the_frames(files, frames, name):
    frame = frames[name].drop(columns="abstract", errors="ignore")
    read = pq.read_table(io.BytesIO(files[f"{name}.parquet"]))
    assert read.column_names == list(frame.columns)
    rows = list(csv.reader(io.StringIO(files[f"{name}.csv"].decode())))
    assert rows[0] == list(frame.columns)
    assert len(rows) - 1 == read.num_rows == len(frame)
    for n, column in enumerate(frame.columns):
        for row, value, packed in zip(
            rows[1:], frame[column], read[column].to_pylist(), strict=True
        ):
            assert (row[n] == "") == pd.isna(value) == (packed is None)
            if isinstance(value, str):
                assert row[n] == for_spreadsheet(value) and packed == value
            elif not pd.isna(value) and not hasattr(value, "year"):
                assert packed == value and json.loads(row[n]) == value


def test_every_file_has_a_schema_of_every_column(files):
    package = json.loads(files["datapackage.json"])
    resources = {r["path"]: r for r in package["resources"]}
    assert set(resources) == set(files) - {"datapackage.json"}
    for name, shape in SHAPES.items():
        columns = [c.name for c in shape.columns if c.name != "abstract"]
        for ending in ("csv", "parquet"):
            fields = resources[f"{name}.{ending}"]["schema"]["fields"]
            assert [f["name"] for f in fields] == columns
            assert all(f["description"] for f in fields)
    assert len({r["name"] for r in package["resources"]}) == len(resources)
