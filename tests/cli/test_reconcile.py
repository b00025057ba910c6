"""`review reconcile`: blind drafts, each settlement kept, the agreed study, checks by another."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import open_review
from tests.extraction.drafts import ADA, BEN, FORM, PROTOCOL, TOOL


@pytest.fixture
def review(here: Path) -> Path:
    folder = here / "reviews" / "r"
    forms = here / "extraction_forms"
    for path, text in (
        (folder / "protocol.yaml", PROTOCOL),
        (forms / "small.yaml", FORM),
        (forms / "tool.yaml", TOOL),
        (folder / "studies/drafts/ada/a-2014.yaml", ADA),
        (folder / "studies/drafts/ben/a-2014.yaml", BEN),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


SETTLE = ("reconcile", "r", "a-2014", "--as", "cai")


def lines(review: Path, event: str) -> list[dict[str, Any]]:
    log = (review / "decisions/cai.jsonl").read_text().splitlines()
    return [x for x in map(json.loads, log) if x["event"] == event]


def answers_typed(monkeypatch: Any, *typed: str) -> None:
    monkeypatch.setattr("sys.stdin", __import__("io").StringIO("\n".join(typed) + "\n"))


def test_settling_goes_on_where_it_stopped_and_keeps_both_drafts(
    review: Path, run: Any, monkeypatch: Any
) -> None:
    agreed = review / "studies/a-2014.yaml"
    answers_typed(monkeypatch, "2", "a cohort by its table", "1", "", "q")
    said = run(*SETTLE)
    assert said.code == 0 and "5 differences still open" in said.out and not agreed.exists()
    assert "264 juveniles" in said.out and "ada" in said.out and "ben" in said.out
    first = lines(review, "reconciled")
    assert [(x["item"], x["kept"]) for x in first] == [
        ("design", "ben"),
        ("participants/total", "ada"),
    ]
    assert first[0]["said"] == ["ada: survey", "ben: cohort"]
    assert first[0]["reason"] == "a cohort by its table"
    said = run(
        *SETTLE,
        *("--keep", "groups/others=ben", "--write", "participants/age={mean: 15, sd: 1.5}"),
        *("--reason", "table 1"),
    )
    assert said.code == 0 and "3 differences still open" in said.out
    said = run(*SETTLE, "--keep-all", "ben", "--reason", "read again")
    assert said.code == 0 and agreed.exists()
    text = agreed.read_text()
    assert "{value: cohort, sources: [{report: r2" in text and "# see page 3" in text
    assert "264 juveniles" in text and "id: contact" in text
    assert "id: others" not in text and "{mean: 15, sd: 1.5}" in text
    assert 'extracted_by: "ada, ben"' in text and "\nreconciled_by: cai\nrec" in text
    assert (review / "studies/drafts/ada/a-2014.yaml").read_text() == ADA
    assert (review / "studies/drafts/ben/a-2014.yaml").read_text() == BEN
    assert run(*SETTLE).out.startswith("Nothing is open")


def test_a_value_that_is_no_answer_is_refused_and_asked_again(
    review: Path, run: Any, monkeypatch: Any
) -> None:
    said = run(*SETTLE, "--write", "participants/total=many")
    assert said.code == 2 and "not a whole number" in said.err
    answers_typed(monkeypatch, "w cohrt", "", "w cohort", "", "q")
    said = run(*SETTLE)
    assert "Did you mean 'cohort'" in said.out
    assert [x["answer"] for x in lines(review, "reconciled")] == ["cohort"]


def test_a_draft_that_changes_after_its_settlement_is_open_again(review: Path, run: Any) -> None:
    run(*SETTLE, "--keep", "participants/total=ada")
    listed = {x["address"]: x for x in run(*SETTLE, "--list", "--json").json}
    assert listed["participants/total"]["settled_by"] == "cai"
    draft = review / "studies/drafts/ben/a-2014.yaml"
    draft.write_text(BEN.replace("total: 246", "total: 247"))
    listed = {x["address"]: x for x in run(*SETTLE, "--list", "--json").json}
    assert listed["participants/total"]["settled_by"] == ""


def test_an_undone_settlement_is_open_again(review: Path, run: Any) -> None:
    run(*SETTLE, "--keep", "design=ada")
    assert run("undo", "r", "--last", "--as", "cai").code == 0
    assert "7 open" in run(*SETTLE, "--list").out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("--keep", "design=cai"), "has none of the two drafts"),
        (("--keep", "desing=ada"), "Did you mean 'design'"),
        (("--keep", "design"), "is not ADDRESS="),
        (("--between", "ada,dan"), "no two drafts"),
        (("--write", "groups/others=x"), "a whole entry"),
    ],
)
def test_what_cannot_be_settled_is_refused(review: Path, run: Any, words: Any, what: str) -> None:
    said = run(*SETTLE, *words)
    assert said.code == 2 and what in said.err and not (review / "decisions").exists()


def test_unfinished_and_missing_drafts_are_refused(review: Path, run: Any) -> None:
    draft = review / "studies/drafts/ben/a-2014.yaml"
    draft.write_text(BEN.replace("246", "many"))
    said = run(*SETTLE)
    assert said.code == 2 and "the draft of ben is not finished: 2 errors" in said.err
    assert "`review extract r a-2014 --check --as ben`" in said.err
    draft.unlink()
    said = run(*SETTLE)
    assert said.code == 2 and "there is one of ada" in said.err


def test_a_draft_is_written_for_whoever_extracts_and_counts_nowhere_else(
    review: Path, run: Any
) -> None:
    said = run("extract", "r", "b-2015", "--as", "ada", "--report", "r1")
    assert said.code == 2  # no such record
    said = run("extract", "r", "b-2015", "--as", "ada", "--new")
    assert said.code == 0 and (review / "studies/drafts/ada/b-2015.yaml").is_file()
    assert not (review / "studies/b-2015.yaml").exists()
    said = run("extract", "r", "b-2015", "--as", "ada", "--new")
    assert said.code == 2 and "b-2015 --check --as ada`" in said.err
    said = run("extract", "r", "b-2015", "--to", "b.csv", "--as", "ada")
    assert said.out.endswith("review extract r b-2015 --from b.csv --as ada\n")
    assert "--check --as ada" in run("extract", "r", "b-2015", "--from", "b.csv", "--as", "ada").out
    assert run("extract", "r", "b-2015").code == 2
    assert run("extract", "r", "b-2015", "--as", "eve").code == 2
    assert run("extract", "r", "b-2015", "--check", "--as", "ben").code == 2
    assert run("status", "r", "--json").json["studies"] == {}


def test_an_unfinished_draft_is_owed_still_and_its_errors_told_without_its_answers(
    review: Path, run: Any
) -> None:
    draft = review / "studies/drafts/ben/a-2014.yaml"
    draft.write_text(BEN.replace("246", "many"))
    folder = open_review("r")
    assert folder.drafts.unfinished == {("ben", "a-2014")}
    said = run("check", "r", "--only", "drafts", "--json")
    assert said.code == 1 and [x["what"] for x in said.json] == ["this draft holds 2 errors"]
    assert "--check --as ben" in said.json[0]["remedy"] and "many" not in said.out
    draft.write_text(BEN)
    assert run("check", "r", "--only", "drafts").code == 0
    assert open_review("r").drafts.unfinished == set()


CHECK = ("reconcile", "r", "a-2014", "--as", "cai", "--check")


@pytest.fixture
def extracted(review: Path) -> Path:
    """One extracts, another checks."""
    (review / "protocol.yaml").write_text(PROTOCOL.replace("two_apart", "one_checked"))
    (review / "studies/a-2014.yaml").write_text(ADA)
    return review


def test_a_checker_goes_through_every_answer_and_what_is_changed_is_kept(
    extracted: Path, run: Any, monkeypatch: Any
) -> None:
    answers_typed(monkeypatch, "h", "c cohort", "by its table", "q")
    said = run("reconcile", "r", "a-2014", "--as", "cai")
    assert said.code == 0 and "not yet checked" in said.out
    held, changed = lines(extracted, "checked")
    assert (held["item"], held["agreed"]) == ("country", True)
    assert (changed["was"], changed["now"], changed["reason"]) == (
        "survey",
        "cohort",
        "by its table",
    )
    assert "design: cohort  # see page 3" in (extracted / "studies/a-2014.yaml").read_text()
    said = run(*CHECK, "--write", "participants/total=265", "--reason", "page 12")
    assert said.code == 0
    said = run(*CHECK, "--holds-all")
    assert "Every answer of a-2014 is checked" in said.out
    text = (extracted / "studies/a-2014.yaml").read_text()
    assert "checked_by: cai" in text and 'value: 265, sources: [{page: "12"' in text
    path = extracted / "studies/a-2014.yaml"
    path.write_text(text.replace("country: Sweden", "country: Norway"))
    assert "1 answer not yet checked" in run(*CHECK, "--list").out


def test_nobody_checks_their_own_extraction(extracted: Path, run: Any) -> None:
    said = run("reconcile", "r", "a-2014", "--as", "ada", "--check", "--holds-all")
    assert said.code == 2 and "ada extracted a-2014" in said.err
    assert run(*CHECK, "--write", "design=cohort").code == 2  # no reason
    assert run(*CHECK, "--write", "design=kohort", "--reason", "x").code == 2
    assert (extracted / "studies/a-2014.yaml").read_text() == ADA


def test_what_a_second_person_has_to_do_is_told_and_a_later_change_too(
    extracted: Path, run: Any
) -> None:
    run(*CHECK, "--holds", "country")
    assert run("check", "r", "--only", "second-look").out.count("warning") == 0
    path = extracted / "studies/a-2014.yaml"
    path.write_text(path.read_text().replace("country: Sweden", "country: Norway"))
    said = run("check", "r", "--only", "second-look", "--json").json
    assert "country changed after cai had checked it" in said[0]["what"]


@pytest.mark.parametrize("study", ["../a", "a/b", "*", "", "A"])
def test_a_name_that_is_no_id_of_a_study_is_refused(review: Path, run: Any, study: str) -> None:
    said = run("reconcile", "r", study, "--as", "cai")
    assert said.code == 2 and "no id for a study" in said.err
