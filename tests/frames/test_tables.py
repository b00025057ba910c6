"""A review as tables: the columns that are promised, and the same numbers as everywhere else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest

import pipeline as rv
from pipeline.frames.shapes import SHAPES
from pipeline.model.standing import BOXES
from pipeline.sessions.snapshots import snapshot_of
from pipeline.store import open_review

PROJECT = Path(__file__).parents[2]
EXAMPLE = PROJECT / "reviews" / "ta-hsb"


@pytest.fixture(scope="module")
def example() -> rv.OpenReview:
    return rv.open(EXAMPLE)


@pytest.fixture(scope="module")
def snapshot():
    return snapshot_of(open_review(str(EXAMPLE)))[0]


@pytest.mark.parametrize("name", SHAPES)
def test_columns_and_types_are_those_that_are_documented(example, name):
    frame, shape = example.tables()[name], SHAPES[name]
    assert len(frame)
    assert {c: str(t) for c, t in frame.dtypes.items()} == {c.name: c.dtype for c in shape.columns}
    if shape.key:
        assert not frame.duplicated(list(shape.key)).any()
        assert frame[list(shape.key)].notna().all().all()
    assert all(column.meaning for column in shape.columns)


def test_an_empty_review_has_the_same_columns(tmp_path, monkeypatch):
    from pipeline.cli.entry import _run

    monkeypatch.chdir(tmp_path)
    assert _run(["init", "new"]) == 0
    for name, frame in rv.open("new").tables().items():
        shape = SHAPES[name]
        assert {c: str(t) for c, t in frame.dtypes.items()} == {
            c.name: c.dtype for c in shape.columns
        }
        assert name == "flow" or frame.empty
    assert (rv.open().flow["n"] == 0).all()


def test_records_stand_where_the_ledger_says(example, snapshot):
    positions = snapshot.ledger.positions
    records = example.records.set_index("record")
    assert list(records.index) == list(positions)
    assert [str(p.standing) for p in positions.values()] == records["standing"].tolist()
    for id in positions:
        assert records.loc[id, "title"] == snapshot.records[id].title
        year = records.loc[id, "year"]
        assert (0 if pd.isna(year) else year) == snapshot.records[id].year


def test_duplicates_are_those_of_the_ledger_each_with_a_decision(example, snapshot):
    kept = {d: k for k, copies in snapshot.ledger.duplicates.items() for d in copies}
    duplicates = example.duplicates.set_index("record")
    assert duplicates["kept"].to_dict() == kept
    assert set(duplicates["decision"]) <= set(example.decisions["decision"])


def test_the_flow_is_the_diagrams_and_its_parts_add_up(example, snapshot):
    flow = example.flow
    totals = flow[flow["part"] == "total"].set_index("box")["n"]
    assert {key: totals[key] for key in BOXES} == {
        key: snapshot.ledger.flow.count(key) for key in BOXES
    }
    parts = flow[flow["part"] != "total"].groupby("box")["n"].sum()
    assert len(parts) >= 3
    for box, n in parts.items():
        assert n == totals[box]
    assert totals["included_studies"] == example.studies["included"].sum()


def test_results_carry_their_numbers_and_their_line(example, snapshot):
    results = example.results.set_index("result")
    found = {r.id: r for s in snapshot.review.studies.values() for r in s.results}
    assert set(results.index) == set(found)
    for id, result in found.items():
        row = results.loc[id]
        for column, numbers, name in (
            ("estimate", result.estimate, "value"),
            ("events", result.proportion, "x"),
            ("total", result.proportion, "n"),
            ("mean_sd", result.mean, "sd"),
        ):
            value = (numbers or {}).get(name)
            assert pd.isna(row[column]) if value is None else row[column] == value
        written = (PROJECT / row["file"]).read_text("utf-8").splitlines()[row["line"] - 1]
        assert f"id: {id.partition('/')[2]}" in written


def test_votes_of_a_finding_are_its_studies(example):
    findings = example.findings
    votes = findings[[c for c in findings if c.startswith("n_")]].drop(
        columns=["n_studies", "n_results"]
    )
    counted = votes.sum(axis=1)
    assert (counted <= findings["n_studies"]).all()
    assert counted.max() > 1


def test_agreement_is_the_verbs(example, capsys, monkeypatch):
    import json

    from pipeline.cli.entry import _run

    monkeypatch.chdir(PROJECT)
    capsys.readouterr()
    assert _run(["agreement", "ta-hsb", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    for one in told:
        rows = example.agreement(one["stage"])
        pairs = rows[rows["criterion"].isna()]
        assert pairs["kappa"].tolist() == [p["kappa"] for p in one["pairs"]]
        assert pairs["n"].tolist() == [p["table"]["both"] + p["table"]["only_first"]
                                       + p["table"]["only_second"] + p["table"]["neither"]
                                       for p in one["pairs"]]  # fmt: skip


def test_another_day_is_another_review(example):
    first = snapshot_of(open_review(str(EXAMPLE)))[0].review.editions[0]
    then = example.on(str(first.on))
    assert then.day == first.on
    assert len(then.records) < len(example.records)
    assert (then.decisions["at"].dt.date <= first.on).all()
    assert then.flow.equals(example.on(first.on).flow)
    with pytest.raises(rv.ReviewError, match="no day"):
        example.on("last week")


def test_a_figure_shows_itself(example, tmp_path):
    flow = example.figure("flow")
    assert flow._repr_svg_().startswith("<svg") and flow._repr_html_() is None
    assert flow.alt and flow.caption
    (written,) = flow.save(tmp_path / "flow.svg")
    assert written.read_text("utf-8") == flow.svg
    with pytest.raises(rv.ReviewError, match="flow"):
        example.figure("flwo")
    with pytest.raises(rv.ReviewError, match="edition"):
        example.figure("flow", until="2016")


def test_nothing_that_people_wrote_changes(example):
    def prints() -> dict[str, str]:
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in EXAMPLE.rglob("*")
            if path.is_file()
        }

    before = prints()
    example.on("2016-01-31").tables()
    example.records.loc[:, "standing"] = "mine"
    assert prints() == before
    del example.records
    assert "mine" not in set(example.records["standing"])


def test_what_is_public_is_reached_when_it_is_asked_for():
    import subprocess
    import sys

    heavy = "{'pandas', 'numpy', 'pyarrow', 'yaml', 'typer', 'duckdb', 'scipy'}"
    for words in (
        "import pipeline",
        "import pipeline, contextlib, io\n"
        "from pipeline.cli.entry import _run\n"
        "with contextlib.redirect_stdout(io.StringIO()): _run(['--help'])",
    ):
        code = f"import sys\n{words}\nprint(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PROJECT
        )
        assert done.stdout.strip() == "[]"
    assert {"open", "read", "dedupe", "rank", "ReviewError"} <= set(dir(rv))
    assert not hasattr(rv, "close")
