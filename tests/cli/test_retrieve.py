"""`review retrieve`: only what was sought, the latest word counts, files kept under safe names."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

ONE, TWO = "db-2020-01-01:0001", "db-2020-01-01:0002"
PDF = b"%PDF-1.7\nsome pages"


def lines(review: Path, name: str = "ada") -> list[dict[str, Any]]:
    log = review / "decisions" / f"{name}.jsonl"
    said = [json.loads(x) for x in log.read_text().splitlines()] if log.exists() else []
    return [x for x in said if x["event"] == "retrieved"]


def test_sought_obtained_and_not_obtained_move_the_record(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    assert standing("0001") == "awaiting_retrieval"
    assert run("retrieve", "r", ONE, "--sought", "--as", "ada").code == 0
    assert standing("0001") == "awaiting_retrieval"
    said = run("retrieve", "r", ONE, "--not-obtained", "--reason", "lost", "--as", "ada")
    assert said.code == 0 and standing("0001") == "not_retrieved"
    said = run("retrieve", "r", "db-2020-01-01:1", "--obtained", "--as", "ben")
    assert said.code == 0 and standing("0001") == "awaiting_assessment"
    assert "--stage full_text" in said.out
    assert [x["outcome"] for x in lines(records)] == ["sought", "not_obtained"]


def test_a_file_is_copied_under_the_name_of_its_record(
    records: Path, run: Any, decide: Any, here: Path
) -> None:
    decide("0001", "include")
    (here / "..evil name;.PDF").write_bytes(PDF)
    arguments = ("retrieve", "r", ONE, "--obtained", "--as", "ada", "--file")
    said = run(*arguments, "..evil name;.PDF")
    assert said.code == 0 and "damaged and cannot be opened" in said.err
    kept = records / "fulltexts" / "db-2020-01-01-0001.pdf"
    assert kept.read_bytes() == PDF
    assert lines(records)[-1]["file"] == kept.name
    assert lines(records)[-1]["file_sha256"] == hashlib.sha256(PDF).hexdigest()
    run(*arguments, "..evil name;.PDF")
    (here / "other.pdf").write_bytes(PDF + b"!")
    run(*arguments, "other.pdf")
    assert kept.read_bytes() == PDF
    assert sorted(p.name for p in kept.parent.glob("*.pdf")) == [
        "db-2020-01-01-0001-2.pdf",
        "db-2020-01-01-0001.pdf",
    ]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("page.pdf", b"<html>log in</html>", "is none"),
        ("empty.pdf", b"", "is empty"),
        ("gone.pdf", None, "there is no file"),
    ],
)
def test_what_is_no_report_is_refused(
    records: Path, run: Any, decide: Any, here: Path, name: str, content: bytes | None, words: str
) -> None:
    decide("0001", "include")
    if content is not None:
        (here / name).write_bytes(content)
    said = run("retrieve", "r", ONE, "--obtained", "--file", name, "--as", "ada")
    assert said.code == 2 and words in said.err
    assert lines(records) == [] and not (records / "fulltexts").exists()


def test_only_records_past_title_and_abstract_and_all_or_none(
    records: Path, run: Any, decide: Any
) -> None:
    decide("0001", "include")
    decide("0002", "exclude")
    said = run("retrieve", "r", ONE, TWO, "--sought", "--as", "ada")
    assert said.code == 2 and "excluded on title and abstract (Another topic)" in said.err
    said = run("retrieve", "r", "db-2020-01-01:0003", "--sought", "--as", "ada")
    assert said.code == 2 and "review screen r" in said.err
    assert lines(records) == []


def test_a_report_that_was_read_was_obtained(records: Path, run: Any, decide: Any) -> None:
    decide("0001", "include")
    decide("0001", "include", "full_text")
    said = run("retrieve", "r", ONE, "--not-obtained", "--reason", "x", "--as", "ada")
    assert said.code == 2 and "read in full by ada" in said.err
    assert lines(records) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((ONE, "--as", "ada"), "what became"),
        ((ONE, "--sought", "--obtained", "--as", "ada"), "not clear"),
        ((ONE, "--not-obtained", "--as", "ada"), "needs a reason"),
        ((ONE, "--not-obtained", "--reason", " ", "--as", "ada"), "needs a reason"),
        ((ONE, "--sought", "--reason", "x", "--as", "ada"), "--note"),
        ((ONE, "--sought", "--file", "x.pdf", "--as", "ada"), "--obtained"),
        ((ONE, TWO, "--obtained", "--file", "x.pdf", "--as", "ada"), "one at a time"),
        ((ONE, "--sought"), "--as NAME"),
        ((ONE, "--sought", "--as", "automation"), "not of a person"),
        (("--list", "--sought"), "--list"),
        (("db-2020-01-01:9", "--sought", "--as", "ada"), "db-2020-01-01:0001 to"),
        (("bd-2020-01-01:1", "--sought", "--as", "ada"), "Did you mean 'db-2020-01-01'"),
        (("db:1", "--sought", "--as", "ada"), "Did you mean 'db-2020-01-01'"),
    ],
)
def test_what_is_not_clear_is_refused(
    records: Path, run: Any, decide: Any, arguments: tuple[str, ...], words: str
) -> None:
    decide("0001", "include")
    decide("0002", "include")
    said = run("retrieve", "r", *arguments)
    assert said.code == 2 and words in said.err
    assert lines(records) == []


def test_the_list_names_the_report_and_where_it_may_be_had(
    records: Path, run: Any, decide: Any
) -> None:
    assert "No report awaits retrieval." in run("retrieve", "r", "--list").out
    for number in ("0001", "0002"):
        decide(number, "include")
    run("retrieve", "r", TWO, "--not-obtained", "--reason", "thesis", "--as", "ada")
    told = run("retrieve", "r", "--list").out
    assert "1 report to retrieve" in told and "Doe 2015. One" in told
    assert "https://doi.org/10.1000/1" in told
    assert "1 report not obtained" in told and "not obtained (thesis)" in told
    listed = run("retrieve", "r", "--json").json
    assert [(x["record"], x["outcome"]) for x in listed] == [(ONE, None), (TWO, "not_obtained")]


def test_a_duplicate_is_written_for_the_record_kept(
    records: Path, run: Any, decide: Any, standing: Any, same_report: Any
) -> None:
    decide("0001", "include")
    same_report("0002", "0001")
    said = run("retrieve", "r", TWO, ONE, "--obtained", "--as", "ada")
    assert said.code == 0 and f"{TWO} is a duplicate: written for {ONE}" in said.err
    assert [x["record"] for x in lines(records)] == [ONE]
    assert standing("0001") == "awaiting_assessment"


def test_a_note_on_a_title_is_no_reason_for_a_report_that_is_not_there(
    records: Path, here: Path, run: Any
) -> None:
    first = "db-2020-01-01:0001"
    said = run("decide", "r", first, "--as", "ada", "--verdict", "include", "--note", "hm, perhaps")
    assert said.code == 0 and run("build", "r", "--format", "markdown").code == 0
    table = (here / "outputs" / "r" / "tables" / "not_retrieved.csv").read_text()
    assert "not yet retrieved" in table and "hm, perhaps" not in table
