"""Verdicts out to other screening tools, and back from their exports."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
ID = "db-2020-01-01:000"


def verdicts(review: Path, name: str) -> dict[str, tuple[str, str]]:
    """{number of the record: (verdict, reason)} in the log of `name`."""
    path = review / "decisions" / f"{name}.jsonl"
    said = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return {line["record"][-1]: (line["verdict"], line.get("reason", "")) for line in said}


@pytest.fixture
def decided(records: Path, run: Run) -> Path:
    """ada includes One, excludes Two for the topic and is unsure of Three."""
    for number, *words in (
        ("1", "include", "--note", "=1+1", "--tag", "key"),
        ("2", "exclude", "--reason", "topic"),
        ("3", "unsure"),
    ):
        said = run("decide", "r", f"{ID}{number}", "--as", "ada", "--verdict", *words)
        assert said.code == 0
    return records


def test_ris_carries_verdicts_there_and_back(decided: Path, here: Path, run: Run) -> None:
    assert run("sheet", "r", "ada.ris", "--as", "ada").code == 0
    text = (here / "ada.ris").read_text()
    assert text.count("N1  - ASReview_not_seen") == 2 and "N1  - ASReview_relevant" in text
    told = verdicts(decided, "ada")
    (decided / "decisions" / "ada.jsonl").unlink()
    said = run("sheet", "r", "ada.ris", "--as", "ada", "--back", "--person", "ada")
    assert said.code == 0 and "3 verdicts taken from 4 rows." in said.out
    assert verdicts(decided, "ada") == told
    again = run("sheet", "r", "ada.ris", "--as", "ada", "--back", "--person", "ada")
    assert "0 verdicts taken" in again.out


@pytest.mark.parametrize("words", [("a.ris",), ("a.csv", "--asreview"), ("a.csv",), ("a.xlsx",)])
def test_no_file_of_ada_is_read_back_as_anybody_else(
    decided: Path, here: Path, run: Run, words: tuple[str, ...]
) -> None:
    assert run("sheet", "r", *words, "--as", "ada").code == 0
    for more in ((), ("--person", "ada"), ("--yes",)):
        said = run("sheet", "r", words[0], "--as", "ben", "--back", *more)
        assert said.code == 2 and "of ada" in said.err and "--as ada" in said.err
        assert not (decided / "decisions" / "ben.jsonl").exists()


def test_a_plain_export_that_names_another_reviewer_is_refused(
    decided: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "a.ris", "--as", "ada")
    text = (here / "a.ris").read_text()
    bare = "\n".join(line for line in text.splitlines() if "Sheet of:" not in line)
    (here / "b.ris").write_text(bare + "\n")
    said = run("sheet", "r", "b.ris", "--as", "ben", "--back")
    assert said.code == 2 and "verdicts of ada, and you are ben" in said.err


def test_a_dataset_for_asreview_comes_back_with_its_labels(
    decided: Path, here: Path, run: Run
) -> None:
    """ASReview numbers records anew and adds a column `asreview_label`."""
    assert run("sheet", "r", "a.csv", "--as", "ada", "--asreview").code == 0
    rows = list(csv.DictReader((here / "a.csv").read_text().splitlines()))
    assert {row["title"]: row["included"] for row in rows} == {
        "One": "1",
        "Two": "0",
        "Three": "",
        "Four": "",
    }
    with (here / "out.csv").open("w", newline="") as file:
        into = csv.writer(file)
        into.writerow(["record_id", "title", "doi", "asreview_label"])
        for n, row in enumerate(rows):
            label = {"Three": "1", "Four": "0"}.get(row["title"], "")
            into.writerow([n, row["title"], row["doi"], label])
    said = run("sheet", "r", "out.csv", "--as", "ben", "--back")
    assert said.code == 0, said.err
    assert verdicts(decided, "ben") == {"3": ("include", ""), "4": ("exclude", "")}


RAYYAN = """key,title,year,notes
rayyan-1,One,2015,"RAYYAN-INCLUSION: {""Ada L""=>""Included"", ""Ben M""=>""Excluded""}"
rayyan-2,Two,2015,"RAYYAN-INCLUSION: {""Ada L""=>""Excluded""} | \
RAYYAN-EXCLUSION-REASONS: background article,Another topic"
rayyan-3,Three!,2015,"RAYYAN-INCLUSION: {""Ada L""=>""Maybe""}"
rayyan-4,Five,2015,"RAYYAN-INCLUSION: {""Ada L""=>""Included""}"
"""


def test_rayyans_export_gives_one_persons_verdicts_and_tells_what_has_no_record_here(
    records: Path, here: Path, run: Run
) -> None:
    (here / "r.csv").write_text(RAYYAN)
    said = run("sheet", "r", "r.csv", "--as", "ada", "--back", "--person", "Ada L")
    assert said.code == 1 and "r.csv:5" in said.err and "no record of this review" in said.err
    assert verdicts(records, "ada") == {
        "1": ("include", ""),
        "2": ("exclude", "topic"),
        "3": ("unsure", ""),
    }
    nobody = run("sheet", "r", "r.csv", "--as", "cai", "--back", "--person", "Cai")
    assert nobody.code == 2 and "Ada L, Ben M" in nobody.err
    both = run("sheet", "r", "r.csv", "--as", "dan", "--back")
    assert both.code == 2 and "several people: Ada L, Ben M" in both.err
    assert not (records / "decisions" / "dan.jsonl").exists()


COVIDENCE = """Title,Authors,DOI,Covidence #,Tags,Notes
One,"Doe, J",10.1000/1,#1,,Irrelevant
Two,"Doe, J",10.1000/2,#2,,Included
"""
EPPI = """TY  - JOUR
TI  - One
DO  - 10.1000/1
N1  - EXCLUDE on topic
ER  -

TY  - JOUR
TI  - Another title
DO  - 10.1000/2
N1  - INCLUDE on title & abstract
ER  -
"""


@pytest.mark.parametrize(("name", "text"), [("c.csv", COVIDENCE), ("e.ris", EPPI)])
def test_covidence_and_eppi_come_in_as_a_named_reviewer(
    records: Path, here: Path, run: Run, name: str, text: str
) -> None:
    (here / name).write_text(text)
    said = run("sheet", "r", name, "--as", "ada", "--back")
    assert said.code == 0, said.err
    found = {number: verdict for number, (verdict, _) in verdicts(records, "ada").items()}
    assert found == {"1": "exclude", "2": "include"}


def test_what_was_decided_here_meanwhile_is_told_and_stays(
    decided: Path, here: Path, run: Run
) -> None:
    (here / "c.csv").write_text(COVIDENCE)
    said = run("sheet", "r", "c.csv", "--as", "ada", "--back")
    assert said.code == 1 and "c.csv:2" in said.err and "you have decided include" in said.err
    assert "c.csv:3" in said.err and verdicts(decided, "ada")["2"] == ("exclude", "topic")


def test_tags_and_formulas_survive_a_sheet(decided: Path, here: Path, run: Run) -> None:
    assert run("sheet", "r", "a.csv", "--as", "ada").code == 0
    text = (here / "a.csv").read_text(encoding="utf-8-sig")
    row = next(csv.DictReader(text.splitlines()))
    assert (row["note"], row["tags"]) == ("'=1+1", "key")
    unchanged = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert unchanged.code == 0 and "0 verdicts taken" in unchanged.out
