"""`review dedupe`: in a review every merge is a line that can be undone; files need no review."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

TITLE = "Early visual experience and the later reading of young people in care"
LINES = ("JO  - Journal of Care", "VL  - 29", "IS  - 3", "SP  - 312", "EP  - 329")


def entry(title: str, *lines: str, author: str = "Meyer, Anna", year: int = 2014) -> str:
    said = (f"TI  - {title}", f"AU  - {author}", f"PY  - {year}", *lines)
    return "TY  - JOUR\n" + "\n".join(said) + "\nER  - \n\n"


FIRST = entry(TITLE, *LINES) + entry("Another thing altogether, told at length", year=2001)
SECOND = (
    entry(TITLE.upper(), *LINES)
    + entry(TITLE, "JO  - Workshop on Libraries")
    + entry("A third thing that nobody else has written about")
)
A, B, DOUBTFUL = "one-2020-01-01:0001", "two-2021-01-01:0001", "two-2021-01-01:0002"


@pytest.fixture
def twice(review: Path, here: Path, run: Any) -> Path:
    """The review `r` with two searches: a sure pair, and a doubtful one."""
    (here / "one.ris").write_text(FIRST)
    (here / "two.ris").write_text(SECOND)
    assert run("ingest", "r", "one.ris", "--source", "one", "--on", "2020-01-01").code == 0
    assert run("ingest", "r", "two.ris", "--source", "two", "--on", "2021-01-01").code == 0
    return review


def lines(review: Path, name: str) -> list[dict[str, Any]]:
    log = review / "decisions" / f"{name}.jsonl"
    return [json.loads(x) for x in log.read_text().splitlines()] if log.exists() else []


def test_sure_pairs_are_merged_once_and_doubtful_ones_listed(twice: Path, run: Any) -> None:
    said = run("dedupe", "r", "--json").json
    assert [(p["record"], p["duplicate_of"]) for p in said["merged"]] == [(B, A)]
    assert [p["record"] for p in said["to_ask"]] == [DOUBTFUL]
    line, run_line = lines(twice, "automation")
    assert (run_line["event"], len(run_line["searches"])) == ("deduplicated", 2)
    assert line["event"] == "matched" and line["same"] and line["method"].startswith("duplicates ")
    assert line["reason"].startswith("title equal") and 0 <= float(line["doubt"]) < 0.1
    again = run("dedupe", "r", "--json").json
    assert again["merged"] == [] and again["duplicates"] == 1
    assert len(lines(twice, "automation")) == 2


def test_list_writes_nothing(twice: Path, run: Any) -> None:
    said = run("dedupe", "r", "--list")
    assert said.code == 0 and "1 would be merged" in said.out and DOUBTFUL in said.out
    assert "\x1b" not in said.out
    assert lines(twice, "automation") == []


def test_different_holds_for_ever_and_undo_lets_it_be_asked_again(twice: Path, run: Any) -> None:
    assert run("dedupe", "r", "--different", A, B, "--as", "ada").code == 0
    said = run("dedupe", "r", "--json").json
    assert said["merged"] == [] and said["duplicates"] == 0
    assert {p["record"] for p in said["to_ask"]} <= {DOUBTFUL}
    assert run("dedupe", "r", "--undo", f"{A}={B}", "--as", "ada").code == 0
    assert len(run("dedupe", "r", "--json").json["merged"]) == 1


def test_a_merge_that_a_person_takes_back_is_not_made_again(twice: Path, run: Any) -> None:
    run("dedupe", "r")
    assert run("dedupe", "r", "--undo", f"{B}={A}", "--as", "ada").code == 0
    said = run("dedupe", "r", "--json").json
    assert said["merged"] == [] and said["duplicates"] == 0
    assert run("dedupe", "r", "--same", A, B, "--as", "ada").code == 0
    assert run("dedupe", "r", "--json").json["duplicates"] == 1


def test_a_person_is_asked_side_by_side_and_may_undo(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("what\nd\n"))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "Why: title equal" in said.out and "in          ≠" in said.out
    assert "title       =" in said.out
    (line,) = lines(twice, "ada")
    assert line["record"] == DOUBTFUL and line["duplicate_of"] == A and not line.get("same")
    after = run("dedupe", "r", "--as", "ada")
    assert "No pair is doubtful" in after.out


def test_undo_in_the_middle_asks_again(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch, here: Path
) -> None:
    (here / "three.ris").write_text(entry(TITLE, "JO  - Yearbook of Other Homes"))
    run("ingest", "r", "three.ris", "--source", "three", "--on", "2022-01-01")
    monkeypatch.setattr("sys.stdin", io.StringIO("s\nu\nt\nk\n"))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "1 pair decided" in said.out
    events = [line["event"] for line in lines(twice, "ada")]
    assert events == ["matched", "withdrawn", "matched"]
    assert lines(twice, "ada")[-1]["reason"] == "same study, other report"


def test_a_pipe_that_ends_keeps_what_was_decided(
    twice: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    said = run("dedupe", "r", "--as", "ada")
    assert said.code == 0 and "0 pairs decided, 1 left" in said.out


def test_refusals(twice: Path, run: Any) -> None:
    assert run("dedupe", "r", "--same", A, B).code == 2
    assert run("dedupe", "r", "--same", A, A, "--as", "ada").code == 2
    assert run("dedupe", "r", "--same", A, "nobody:0001", "--as", "ada").code == 2
    assert run("dedupe", "r", "--undo", "ffffffffffff", "--as", "ada").code == 2
    assert run("dedupe", "r", "--engine", "abacus").code == 2
    assert run("dedupe", "r", "--engine", "spark").code == 2
    assert run("dedupe", "--files", "nothing.ris").code == 2


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_files_without_a_review(here: Path, run: Any) -> None:
    (here / "a.ris").write_text(FIRST)
    (here / "b.ris").write_text(SECOND)
    said = run("dedupe", "--files", "a.ris", "b.ris", "--to", "out", "--json")
    assert said.code == 0
    assert (said.json["records"], said.json["kept"], said.json["duplicates"]) == (5, 4, 1)
    clusters = rows(here / "out" / "clusters.csv")
    assert list(clusters[0]) == ["file", "record_number", "record_id", "cluster_id"]
    assert [(c["file"], c["record_number"]) for c in clusters] == [
        ("a.ris", "1"), ("a.ris", "2"), ("b.ris", "1"), ("b.ris", "2"), ("b.ris", "3"),
    ]  # fmt: skip
    assert clusters[2]["cluster_id"] == clusters[0]["record_id"]
    assert len({c["cluster_id"] for c in clusters}) == 4
    assert (here / "out" / "deduplicated.ris").read_text().count("TY  - ") == 4
    assert len(rows(here / "out" / "deduplicated.csv")) == 4
    pairs = rows(here / "out" / "pairs.csv")
    assert [p["answer"] for p in pairs] == ["same", "ask"] and all(p["reason"] for p in pairs)


def test_a_labelled_set_keeps_its_ids(here: Path, run: Any) -> None:
    head = (
        "record_id,source,title,author,year,journal,volume,number,pages,doi,isbn_issn,abstract,"
        "accession,cluster_id\n"
    )
    same = f'"{TITLE}","Meyer, Anna; Okafor, Ben",2014,Journal of Care,29,3'
    (here / "set.csv").write_text(
        head
        + f"r9,PubMed,{same},312-29,10.1000/abc.12,,,99,w1\n"
        + f"r7,Embase,{same},312-329,,,,L5,w1\n"
        + "r8,Embase,Another thing told at length,X,2001,J,,,,,,,,w2\n"
    )
    assert run("dedupe", "--files", "set.csv", "--to", "out").code == 0
    clusters = rows(here / "out" / "clusters.csv")
    assert [(c["record_id"], c["cluster_id"]) for c in clusters] == [
        ("r9", "r9"), ("r7", "r9"), ("r8", "r8"),
    ]  # fmt: skip


def test_without_to_nothing_is_written(here: Path, run: Any) -> None:
    (here / "a.ris").write_text(FIRST)
    said = run("dedupe", "--files", "a.ris")
    assert "Nothing was written" in said.out and [p.name for p in here.iterdir()] == ["a.ris"]
