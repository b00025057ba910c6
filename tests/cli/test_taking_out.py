"""What came in by mistake goes out with a word, counts nowhere, and comes back by an undo."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import ris

Run = Callable[..., Any]
WRONG = "wrong-2020-01-02"
ONE, TWO = "db-2020-01-01:0001", "db-2020-01-01:0002"


@pytest.fixture
def two(records: Path, here: Path, run: Run) -> Path:
    """The review `r`, and a wrong export that holds One again and Five; One is kept from `db`."""
    (here / "wrong.ris").write_text(
        ris("One", year=2015) + ris("Five").replace("10.1000/1", "10.9/5")
    )
    assert run("ingest", "r", "wrong.ris", "--source", "wrong", "--on", "2020-01-02").code == 0
    assert run("dedupe", "r").code == 0
    return records


def flow(run: Run) -> dict[str, int]:
    found: dict[str, int] = run("status", "r", "--json").json["flow"]
    return found


def take_out(run: Run, *words: str) -> Any:
    return run("remove", "r", *words, "--reason", "another topic", "--as", "ada", "--yes")


def test_a_wrong_export_counts_nowhere_and_comes_back(two: Path, here: Path, run: Run) -> None:
    before = flow(run)
    assert (before["database_results"], before["duplicates"]) == (6, 1)
    said = take_out(run, "--search", WRONG)
    assert said.code == 0
    assert "1 record of them came from another search as well" in said.out
    assert "1 record came from here alone" in said.out
    after = flow(run)
    assert (after["database_results"], after["duplicates"]) == (4, 0)
    assert (two / "searches" / f"{WRONG}.ris").is_file()
    status = run("status", "r").out
    assert f"Taken out: the search {WRONG} (another topic), by ada" in status
    assert f"search {WRONG}" in run("remove", "r", "--list").out
    assert "another topic" in run("explain", "r", WRONG).out
    assert "counts nowhere" in run("explain", "r", f"{WRONG}:0002").out
    assert run("check", "r").code == 0
    again = run("ingest", "r", "wrong.ris", "--source", "wrong", "--on", "2020-01-02")
    assert "was taken out by ada" in again.err
    refused = run("remove", "r", f"{WRONG}:0002", "--reason", "x", "--as", "ada")
    assert refused.code == 2 and "ada took out the search" in refused.err
    assert take_out(run, "--search", WRONG).code == 2
    undo = next(line for line in said.out.splitlines() if "have it back" in line)
    assert run(*undo.split("review ")[1].split()).code == 0
    assert flow(run) == before


def test_what_was_decided_of_a_report_stays_with_the_records_that_stay(
    records: Path, here: Path, run: Run, same_report: Any, standing: Any
) -> None:
    """The record of the wrong export came in first and was kept; the vote stands on it."""
    (here / "wrong.ris").write_text(ris("Five"))
    assert run("ingest", "r", "wrong.ris", "--source", "new", "--on", "2020-01-03").code == 0
    new = "new-2020-01-03"
    from pipeline.model.decision import Matched
    from pipeline.store import open_review

    open_review("r").append("ben", Matched, record=f"{new}:0001", duplicate_of=ONE, same=True)
    run("decide", "r", ONE, "--as", "ada", "--verdict", "include")
    said = take_out(run, "--search", "db-2020-01-01")
    assert said.code == 0 and "1 record of them came from another search as well" in said.out
    counted = run("status", "r", "--json").json
    assert counted["records"] == 1 and counted["flow"]["records_screened"] == 1
    assert counted["standings"]["awaiting_retrieval"] == 1


def test_verdicts_and_studies_that_hang_on_it_are_told(two: Path, run: Run) -> None:
    five = f"{WRONG}:0002"
    run("decide", "r", five, "--as", "ada", "--verdict", "include")
    run("retrieve", "r", five, "--obtained", "--as", "ada")
    run("decide", "r", five, "--as", "ada", "--verdict", "include", "--stage", "full_text")
    run("collate", "r", five, "--study", "five-2015", "--as", "ada")
    looked = run("remove", "r", "--search", WRONG, "--list")
    assert looked.code == 0 and "Studies that lose a report: five-2015" in looked.out
    assert "2 of ada" in looked.out and "2 further decisions" in looked.out
    assert flow(run)["database_results"] == 6
    told = run("remove", "r", "--search", WRONG, "--list", "--json").json["hangs_on_it"]
    assert told == {
        "records": 2,
        "elsewhere": 1,
        "verdicts": {"ada": 2},
        "settled": 2,
        "studies": ["five-2015"],
    }


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--search", "wrng-2020-01-02", "--reason", "x", "--as", "ada"), "Did you mean"),
        (("--search", WRONG, "--as", "ada"), "needs a reason"),
        (("--search", WRONG, "--reason", "x"), "--as NAME"),
        (("--search", WRONG, "--reason", "x", "--as", "ada"), "Add --yes"),
        (("--search", WRONG, "--study", "a", "--reason", "x", "--as", "ada"), "one thing"),
        (("--study", "nobody-1999", "--reason", "x", "--as", "ada", "--yes"), "no study"),
    ],
)
def test_what_is_not_clear_is_refused(two: Path, run: Run, words: Any, said: str) -> None:
    answer = run("remove", "r", *words)
    assert answer.code == 2 and said in answer.err
    assert flow(run)["database_results"] == 6


def test_a_search_that_an_edition_counts_stays(two: Path, run: Run) -> None:
    (two / "editions.yaml").write_text("- number: 1\n  on: 2099-01-01\n")
    said = take_out(run, "--search", WRONG)
    assert said.code == 2 and "edition 1 counts" in said.err and "--withdraw" in said.err


def test_a_study_file_for_a_slip_is_put_away_and_comes_back(two: Path, run: Run) -> None:
    for stage in ("title_abstract", "full_text"):
        run("decide", "r", ONE, "--as", "ada", "--verdict", "include", "--stage", stage)
        run("retrieve", "r", ONE, "--obtained", "--as", "ada")
    run("collate", "r", ONE, "--study", "doe-2051", "--as", "ada")
    run("extract", "r", "doe-2051")
    file = two / "studies" / "doe-2051.yaml"
    text = file.read_text()
    (two / "synthesis" / "groups.yaml").write_text("# doe-2051\ngroupings: []\nx: doe-2051\n")
    looked = run("remove", "r", "--study", "doe-2051", "--list")
    assert "groups.yaml:3" in looked.out and "groups.yaml:1:" not in looked.out
    said = take_out(run, "--study", "doe-2051")
    assert said.code == 0 and ONE in said.out and not file.exists()
    assert (two / "studies" / "removed" / "doe-2051.yaml").read_text() == text
    assert run("status", "r", "--json").json["studies"].keys() == {ONE}
    undo = next(line for line in said.out.splitlines() if "have it back" in line)
    back = run(*undo.split("review ")[1].split(), "--yes")
    assert back.code == 0 and file.read_text() == text
    assert run("status", "r", "--json").json["studies"].keys() == {"doe-2051"}
    again = next(line for line in back.out.splitlines() if "undo this undo" in line)
    assert run(*again.split("review ")[1].split(), "--yes").code == 0
    assert not file.exists()


def test_a_log_moves_no_file_outside_of_the_studies(two: Path, run: Run) -> None:
    """A log comes from anywhere: a path in it that leads elsewhere is left alone."""
    line = {
        "event": "discarded",
        "at": "2026-01-01T08:00:00+01:00",
        "study": "x",
        "was": "studies/x.yaml",
        "file": "studies/../protocol.yaml",
    }
    (two / "decisions" / "eve.jsonl").write_text(json.dumps(line) + "\n")
    found = run("undo", "r", "--list", "--as", "eve", "--json").json
    assert run("undo", "r", found[0]["id"], "--as", "eve").code == 0
    assert (two / "protocol.yaml").is_file() and not (two / "studies" / "x.yaml").exists()
