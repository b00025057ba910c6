"""Messages as the person who gets them reads them: each names what was meant and what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ingest", "r", "four.ris", "--source", "db"), "the day of the search is missing"),
        (("publish", "r", "1", "--on", "2999-01-01", "--as", "ada"), "the day that the edition"),
        (("convert", "four.ris", "--to", "xlsx"), "--to csv"),
        (("convert", "four.ris", "--to", "bibtx"), "Did you mean 'bibtex'"),
        (("explain", "r", "db-2020-01-01:0001", "--until", "2019-01-01"), "not yet on 2019-01-01"),
    ],
)
def test_what_is_wrong_is_said_of_what_was_meant(
    records: Path, run: Run, words: tuple[str, ...], said: str
) -> None:
    answer = run(*words)
    assert answer.code == 2 and said in answer.err, answer.err
    assert "''" not in answer.err


def test_the_ending_of_a_file_names_its_format(records: Path, here: Path, run: Run) -> None:
    assert run("convert", "four.ris", "--to", "bib", "--into", "out").code == 0
    assert list((here / "out").iterdir())


def test_of_no_records_none_was_screened(review: Path, run: Run) -> None:
    said = run("stop", "r").out
    assert "There is no record to screen." in said and "Every record" not in said


def test_explain_is_short_first(records: Path, run: Run) -> None:
    short = run("explain", "r", "db-2020-01-01:0001")
    whole = run("explain", "r", "db-2020-01-01:0001", "--all")
    assert len(short.out.splitlines()) < len(whole.out.splitlines())
    left = len(whole.out.splitlines()) - len(short.out.splitlines())
    assert f"{left} line" in short.err and "--all" in short.err and not whole.err


def test_records_do_not_run_over_a_screen(records: Path, run: Run, monkeypatch: Any) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    said = run("convert", "four.ris", "--to", "csv")
    assert said.code == 2 and "four.ris.csv" in said.err and "--into" in said.err


def test_pairs_that_were_answered_are_not_listed_again(review: Path, here: Path, run: Run) -> None:
    one = "TY  - JOUR\nTI  - Sleep and screens in schools\nAU  - Doe, J\nPY  - 2015\nER  - \n\n"
    two = one.replace("TY  - JOUR", "TY  - THES").replace("2015", "2014")
    (here / "a.ris").write_text(one + two)
    run("ingest", "r", "a.ris", "--source", "db", "--on", "2020-01-01")
    before = run("dedupe", "r", "--list", "--json").json
    pairs = [*before["to_ask"], *before["same_study_other_report"]]
    for pair in pairs:
        ids = (pair["record"], pair["duplicate_of"])
        assert run("dedupe", "r", "--same-study", *ids, "--as", "ada").code == 0
    after = run("dedupe", "r", "--list", "--json").json
    assert not after["to_ask"] and not after["same_study_other_report"]
