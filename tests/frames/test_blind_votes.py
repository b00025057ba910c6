"""While another vote is waited for, no table and no exported file tells how one was cast."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

import pipeline as rv
from pipeline.cli.entry import _run

RECORD = """\
TY  - JOUR
TI  - Sleep and screens in cohort {n}
PY  - 2014
AB  - A publisher wrote this
ER  -

"""
RIS = "".join(RECORD.format(n=n) for n in range(3))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("a.ris").write_text(RIS)
    assert _run(["init", "r"]) == 0
    protocol = tmp_path / "reviews" / "r" / "protocol.yaml"
    text = protocol.read_text("utf-8")
    assert _run(["ingest", "r", "a.ris", "--source", "PsycINFO", "--on", "2026-01-02"]) == 0
    assert "reviewers" in text
    return tmp_path


def _vote(name: str, record: str, verdict: str, *more: str) -> None:
    assert _run(["decide", "r", record, "--verdict", verdict, "--as", name, *more]) == 0


def test_votes_are_blind_until_all_are_in(here):
    ids = rv.open("r").records["record"].tolist()
    _vote("ada", ids[0], "include", "--note", "a secret of ada")
    one = rv.open("r").decisions.set_index("record").loc[ids[0]]
    assert one["blind"]
    assert one[["verdict", "reason", "note"]].isna().all()
    assert "include" not in one["in_words"]
    assert _run(["export", "r", "--to", "data"]) == 0
    for path in (here / "data" / "tables").iterdir():
        packed = path.suffix == ".parquet"
        text = str(pq.read_table(path).to_pylist()) if packed else path.read_text("utf-8")
        assert "a secret of ada" not in text, path
        assert "A publisher wrote this" not in text, path
    assert rv.open("r").records["standing"].tolist() == ["awaiting_screening"] * 3
    _vote("ben", ids[0], "include")
    both = rv.open("r").decisions.set_index("record").loc[ids[0]]
    assert both["verdict"].tolist() == ["include", "include"]
    assert not both["blind"].any()
