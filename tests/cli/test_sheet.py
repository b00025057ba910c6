"""`review sheet`: out into a spreadsheet and back, harmless and row by row."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.model.decision import Stage
from pipeline.store import open_review

Run = Callable[..., Any]


def log(review: Path) -> list[dict[str, Any]]:
    path = review / "decisions" / "ada.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def fill(path: Path, *filled: dict[str, str]) -> None:
    """Writes the cells of `filled` into the rows of the sheet, the first row first."""
    if path.suffix == ".xlsx":
        book = load_workbook(path)
        page = book.worksheets[0]
        heading = [cell.value for cell in page[1]]
        for line, cells in enumerate(filled, 2):
            for name, value in cells.items():
                page.cell(line, heading.index(name) + 1).value = value
        book.save(path)
        return
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, cells in zip(rows, filled, strict=False):
        row.update(cells)
    with path.open("w", encoding="utf-8", newline="") as file:
        into = csv.DictWriter(file, list(rows[0]))
        into.writeheader()
        into.writerows(rows)


@pytest.mark.parametrize("name", ["ada.csv", "ada.xlsx"])
def test_out_filled_and_back(records: Path, here: Path, run: Run, name: str) -> None:
    assert run("sheet", "r", name, "--as", "ada").code == 0
    fill(here / name, {"verdict": "Include"}, {"verdict": "exclude", "note": "no"}, {})
    said = run("sheet", "r", name, "--as", "ada", "--back")
    assert said.code == 0 and "2 verdicts taken from 4 rows." in said.out
    assert [line["verdict"] for line in log(records)] == ["include", "exclude"]
    assert log(records)[1]["note"] == "no" and log(records)[0]["seen"]
    again = run("sheet", "r", name, "--as", "ada", "--back")
    assert again.code == 0 and "0 verdicts taken" in again.out and len(log(records)) == 2


def test_faults_are_told_by_line_and_the_other_rows_taken(
    records: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(
        here / "a.csv",
        {"verdict": "maybe"},
        {"verdict": "exclude", "reason": "nonsense"},
        {"verdict": "include", "record_id": "nowhere:0001"},
        {"verdict": "unsure"},
    )
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 1
    assert [f"a.csv:{n}:" in said.err for n in (2, 3, 4, 5)] == [True, True, True, False]
    assert [line["verdict"] for line in log(records)] == ["unsure"]


def test_a_verdict_changed_elsewhere_is_a_conflict_and_stays(
    records: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "a.csv", "--as", "ada")
    run("decide", "r", "db-2020-01-01:0001", "--as", "ada", "--verdict", "unsure")
    fill(here / "a.csv", {"verdict": "include"})
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 1 and "after the sheet was written" in said.err
    assert len(log(records)) == 1


def test_formulas_are_text_and_nothing_is_overwritten(review: Path, here: Path, run: Run) -> None:
    (here / "f.ris").write_text('TY  - JOUR\nTI  - =HYPERLINK("http://x")\nER  - \n\n')
    assert run("ingest", "r", "f.ris", "--source", "db", "--on", "2020-01-01").code == 0
    for name in ("f.csv", "f.xlsx", "g.csv"):
        extra = ["--asreview"] if name == "g.csv" else []
        assert run("sheet", "r", name, "--as", "ada", *extra).code == 0
        assert run("sheet", "r", name, "--as", "ada").code == 2
    page = load_workbook(here / "f.xlsx").worksheets[0]
    assert page["B2"].data_type == "s" and page["B2"].value.startswith("'=")
    assert "'=HYPERLINK" in (here / "f.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in (here / "g.csv").read_text()


def test_a_workbook_offers_verdicts_and_the_reasons_of_the_stage(
    records: Path, here: Path, run: Run
) -> None:
    said = run("sheet", "r", "a.xlsx", "--as", "ada")
    reasons = [c.id for c in open_review("r").protocol[0].criteria_of(Stage.TITLE_ABSTRACT)]
    assert reasons and f"a reason one of {', '.join(reasons)}." in said.out
    page = load_workbook(here / "a.xlsx").worksheets[0]
    offered = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    heading = {cell.value: cell.column_letter for cell in page[1]}
    last = page.max_row
    verdict, reason = (f"{heading[name]}2:{heading[name]}{last}" for name in ("verdict", "reason"))
    assert offered == {verdict: '"include,exclude,unsure"', reason: f'"{",".join(reasons)}"'}


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\xff\xfe\x00", b"PK\x03\x04broken"])
@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
def test_what_is_no_sheet_is_refused(
    records: Path, here: Path, run: Run, name: str, content: bytes
) -> None:
    (here / name).write_bytes(content)
    assert run("sheet", "r", name, "--as", "ada", "--back").code == 2


@pytest.mark.parametrize("name", ["ada.csv", "ada.xlsx"])
def test_a_sheet_of_full_texts_is_not_read_as_one_of_titles(
    records: Path, here: Path, run: Run, decide: Run, name: str
) -> None:
    decide("0001", "include")
    assert run("retrieve", "r", "db-2020-01-01:0001", "--obtained", "--as", "ada").code == 0
    said = run("sheet", "r", name, "--as", "ada", "--stage", "full_text")
    back = said.out.split(", then review ")[1].split()
    fill(here / name, {"verdict": "include"})
    wrong = run("sheet", "r", name, "--as", "ada", "--back")
    assert wrong.code == 2 and "--stage full_text" in wrong.err
    done = run(*back)
    assert done.code == 0 and "1 verdict taken" in done.out
    assert log(records)[-1]["stage"] == "full_text"


def owned(path: Path) -> dict[str, str]:
    """The first row of a sheet of ours by its heading."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.DictReader(file))


def test_a_sheet_says_whose_it_is_and_is_read_back_by_nobody_else(
    records: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "ben.csv", "--as", "ben")
    row = owned(here / "ben.csv")
    assert (row["reviewer"], row["review"], row["stage"]) == ("ben", "r", "title_abstract")
    assert row["written_at"][:2] == "20"
    fill(here / "ben.csv", {"verdict": "include"})
    for words in ((), ("--yes",)):
        said = run("sheet", "r", "ben.csv", "--as", "ada", "--back", *words)
        assert said.code == 2 and "the sheet of ben, and you are ada" in said.err
        assert "--as ben" in said.err
    assert log(records) == []
    assert run("sheet", "r", "ben.csv", "--as", "ben", "--back").code == 0


def test_the_sheet_of_another_review_is_refused(records: Path, here: Path, run: Run) -> None:
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(here / "a.csv", *[{"review": "other", "verdict": "include"}] * 4)
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 2 and "of the review other" in said.err and log(records) == []


def test_changes_are_listed_and_written_only_when_somebody_agrees(
    records: Path, here: Path, run: Run
) -> None:
    ids = [f"db-2020-01-01:000{n}" for n in (1, 2)]
    for record in ids:
        run("decide", "r", record, "--as", "ada", "--verdict", "include")
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(
        here / "a.csv",
        {"verdict": "exclude", "reason": "topic"},
        {"note": "the note alone changes"},
        {"verdict": "unsure"},
    )
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 2 and "--yes" in said.err and len(log(records)) == 2
    assert "include \u2192 exclude (topic)" in said.out and ids[1] not in said.out
    assert "1 verdict of ada would change; 2 new verdicts." in said.out
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back", "--yes")
    assert said.code == 0 and len(log(records)) == 5
    assert "review undo r --command --as ada" in said.out


def test_a_changed_reason_is_a_change(records: Path, here: Path, run: Run) -> None:
    words = ("--verdict", "exclude", "--reason")
    run("decide", "r", "db-2020-01-01:0001", "--as", "ada", *words, "topic")
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(here / "a.csv", {"reason": "population"})
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 2 and "exclude (topic) \u2192 exclude (population)" in said.out


def test_a_sheet_that_does_not_say_whose_it_is_is_asked_about(
    records: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(here / "a.csv", {"verdict": "include", "reviewer": ""})
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 2 and "does not say whose" in said.err and log(records) == []
    assert run("sheet", "r", "a.csv", "--as", "ada", "--back", "--yes").code == 0
    assert len(log(records)) == 1


def test_everything_a_sheet_wrote_is_taken_back_at_once(
    records: Path, here: Path, run: Run, standing: Any
) -> None:
    one = "db-2020-01-01:0001"
    run("decide", "r", one, "--as", "ada", "--verdict", "include")
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(here / "a.csv", *[{"verdict": "exclude", "reason": "topic"}] * 4)
    run("sheet", "r", "a.csv", "--as", "ada", "--back", "--yes")
    assert standing("0001") == standing("0004") == "excluded_on_title_and_abstract"
    refused = run("undo", "r", "--command", "--as", "ada")
    assert refused.code == 2 and "4 decisions would be taken back" in refused.err
    said = run("undo", "r", "--command", "--as", "ada", "--yes")
    assert said.code == 0 and "4 decisions taken back." in said.out
    assert (standing("0001"), standing("0004")) == ("awaiting_retrieval", "awaiting_screening")
    undo = said.out.split("review ")[1].split("\n")[0].split()
    assert run(*undo, "--yes").code == 0
    assert standing("0001") == standing("0004") == "excluded_on_title_and_abstract"


def test_several_reasons_in_any_case_are_kept_and_the_first_counts(
    records: Path, here: Path, run: Run
) -> None:
    run("sheet", "r", "a.csv", "--as", "ada")
    fill(
        here / "a.csv",
        {"verdict": "Exclude", "reason": "TOPIC; Population"},
        {"verdict": "exclude", "reason": "Another topic"},
        {"verdict": "exclude", "reason": "t"},
        {"verdict": "exclude", "reason": "topic, nonsense"},
    )
    said = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert said.code == 1 and "a.csv:5:" in said.err and "'nonsense' is none of" in said.err
    lines = log(records)
    assert [line["reason"] for line in lines] == ["population", "topic", "topic"]
    assert lines[0]["fails"] == ["population", "topic"] and "fails" not in lines[1]
    again = run("sheet", "r", "a.csv", "--as", "ada", "--back")
    assert "0 verdicts taken" in again.out
    run("sheet", "r", "b.csv", "--as", "ada")
    assert owned(here / "b.csv")["reason"] == "population; topic"
    assert "Another topic" in run("status", "r").out  # the reasons are told beside the count


def test_decide_takes_all_criteria_that_fail(records: Path, run: Run) -> None:
    words = ("--verdict", "exclude", "--reason", "Topic", "--reason", "POPULATION")
    said = run("decide", "r", "db-2020-01-01:0001", "--as", "ada", *words)
    assert said.code == 0 and "(population, topic)" in said.out
    assert (log(records)[0]["reason"], log(records)[0]["fails"]) == (
        "population",
        ["population", "topic"],
    )
    said = run("decide", "r", "db-2020-01-01:0001", "--as", "ada", *words[:3], "topc")
    assert said.code == 2 and "Did you mean 'topic'" in said.err
