"""Exports as tables outside a review: nothing lost, merged and ranked as the verbs do."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

import pipeline as rv
from pipeline.cli.entry import _run

SEARCHES = Path(__file__).parents[2] / "reviews" / "ta-hsb" / "searches"
EXPORTS = sorted(p for p in SEARCHES.iterdir() if p.suffix in (".ris", ".csv", ".nbib", ".bib"))[:4]


def test_exports_become_one_table():
    frame = rv.read(EXPORTS)
    assert frame["id"].is_unique
    assert frame["file"].nunique() == len(EXPORTS)
    assert (frame.groupby("file")["number"].max() > 0).all()
    assert frame.attrs["set_aside"] == []
    assert len(rv.read(EXPORTS[0])) == (frame["file"] == str(EXPORTS[0])).sum()


def test_two_files_of_one_name_keep_their_records_apart(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "x.ris").write_text("TY  - JOUR\nTI  - One\nER  - \n")
    frame = rv.read(tmp_path / folder / "x.ris" for folder in ("a", "b"))
    assert frame["id"].tolist() == ["x:0001", "x-2:0001"]


def test_what_cannot_be_read_is_warned_of(tmp_path):
    torn = tmp_path / "torn.json"
    torn.write_text('[{"title": "One", "type": "article-journal"}, 7]')
    with pytest.warns(UserWarning, match="set aside"):
        frame = rv.read(torn)
    assert len(frame) == 1
    assert len(frame.attrs["set_aside"]) == 1


def test_duplicates_are_those_of_the_verb(tmp_path):
    frame = rv.read(EXPORTS)
    found = rv.dedupe(frame)
    assert list(found.index) == list(frame.index)
    assert _run(["dedupe", "--files", *map(str, EXPORTS), "--to", str(tmp_path / "out")]) == 0
    with (tmp_path / "out" / "clusters.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    verbs = [None if r["record_id"] == r["cluster_id"] else r["cluster_id"] for r in rows]
    assert [None if pd.isna(v) else v for v in found["duplicate_of"]] == verbs
    assert sum(v is not None for v in verbs) > 3
    merged = found["duplicate_of"].notna()
    assert found.loc[merged, "reason"].notna().all()
    assert found.loc[~merged, ["doubt", "reason"]].isna().all().all()
    with (tmp_path / "out" / "pairs.csv").open() as stream:
        pairs = list(csv.DictReader(stream))
    mine = rv.duplicate_pairs(frame)
    assert mine["record_b"].tolist() == [p["record_b"] for p in pairs]
    assert mine["answer"].tolist() == [p["answer"] for p in pairs]


def test_a_table_of_ones_own_is_named_by_its_index():
    frame = pd.DataFrame(
        {
            "title": ["Sleep and screens in early adolescence: a cohort study"] * 2
            + ["Other words"],
            "author": ["Berg, A"] * 2 + [None],
            "year": ["2014", 2014, None],
            "doi": ["10.1/x", "10.1/x", None],
        },
        index=["p", "q", "r"],
    )
    found = rv.dedupe(frame)
    assert found["duplicate_of"].tolist()[1] == "p"
    assert pd.isna(found.loc["r", "duplicate_of"])
    assert rv.dedupe(frame.iloc[:0]).empty
    with pytest.raises(rv.ReviewError, match="title"):
        rv.dedupe(frame.rename(columns={"title": "Titel"}))
    with pytest.raises(rv.ReviewError, match="twice"):
        rv.dedupe(frame.assign(id=["1", "1", "2"]))


def _records() -> pd.DataFrame:
    about = ["sleep in children", "sleep of adolescents", "sleep loss at night",
             "steel bridges", "bridges of stone", "corrosion of steel"]  # fmt: skip
    return pd.DataFrame({"id": list("abcdef"), "title": about})


def test_ranking_learns_and_keeps_every_record():
    frame = _records()
    ranked = rv.rank(frame, {"a": "include", "d": "exclude"})
    assert sorted(ranked["id"]) == list("abcdef")
    assert set(ranked["id"][:2]) == {"b", "c"}
    assert ranked["rank"].tolist()[:4] == [1, 2, 3, 4]
    assert set(ranked["id"][4:]) == {"a", "d"} and ranked["rank"][4:].isna().all()
    again = rv.rank(frame, pd.Series([True, None, None, False, None, None]))
    assert again["id"].tolist() == ranked["id"].tolist()
    assert set(rv.rank(frame, {}, query="bridges of steel")["id"][:3]) == {"d", "e", "f"}


@pytest.mark.parametrize(
    ("labels", "said"),
    [({"z": True}, "'z'"), ([True], "1 labels for 6"), ({"a": "perhaps"}, "perhaps")],
)
def test_labels_that_fit_nothing_are_refused(labels, said):
    with pytest.raises(rv.ReviewError, match=said):
        rv.rank(_records(), labels)
