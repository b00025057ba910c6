"""`review resolve` and `review agreement`: conflicts shown side by side, settled and told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]
FIRST = "db-2020-01-01:0001"


@pytest.fixture
def conflict(records: Path, run: Run) -> Path:
    """ada includes the first record, ben excludes it; both include the second."""
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    protocol.write_text(
        text.replace("\n  reviewers_per_record: 1", "\n  reviewers_per_record: 2", 1)
    )
    for name, verdict in (("ada", "include"), ("ben", "exclude")):
        said = run(
            "decide", "r", FIRST, "--as", name, "--verdict", verdict, "--note", f"{name} says so"
        )
        assert said.code == 0, said.err
        run("decide", "r", "db-2020-01-01:0002", "--as", name, "--verdict", "include")
    return records


def test_both_votes_stand_side_by_side(conflict: Path, run: Run) -> None:
    out = run("resolve", "r", "--list").out
    line = next(line for line in out.splitlines() if "ada says so" in line)
    assert "ben says so" in line
    assert "1 conflict." in out


def test_a_resolution_settles_and_says_who_and_why(
    conflict: Path, run: Run, monkeypatch: pytest.MonkeyPatch, standing: Callable[[str], str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("x\ni\nIt fits\n"))
    said = run("resolve", "r", "--as", "carol")
    assert said.code == 0 and "1 conflict resolved." in said.out
    assert '"note":"It fits"' in (conflict / "decisions" / "carol.jsonl").read_text()
    assert standing("0001") == "awaiting_retrieval"
    assert "no conflict" in run("resolve", "r", "--as", "carol").out


def test_a_resolution_is_taken_back_at_once(
    conflict: Path, run: Run, monkeypatch: pytest.MonkeyPatch, standing: Callable[[str], str]
) -> None:
    run("decide", "r", "db-2020-01-01:0002", "--as", "ben", "--verdict", "unsure")
    monkeypatch.setattr("sys.stdin", io.StringIO("z\ni\nIt fits\nz\ne\n\ns\n"))
    said = run("resolve", "r", "--as", "carol")
    assert "nothing to take back" in said.out and "Here it is again" in said.out
    assert "1 conflict resolved. 1 left." in said.out
    assert standing("0001") == "excluded_on_title_and_abstract"


def test_safety_first_includes_what_somebody_has_included(
    conflict: Path, run: Run, standing: Callable[[str], str]
) -> None:
    for name, verdict in (("ada", "unsure"), ("ben", "exclude")):
        run("decide", "r", "db-2020-01-01:0003", "--as", name, "--verdict", verdict)
    said = run("resolve", "r", "--safety-first", "--as", "carol")
    assert "1 conflict resolved. 1 left." in said.out
    assert standing("0001") == "awaiting_retrieval" and standing("0003") == "awaiting_screening"
    assert "safety first" in run("explain", "r", FIRST).out


def test_without_a_prompt_and_unsigned_ones_are_refused(
    conflict: Path, run: Run, standing: Callable[[str], str]
) -> None:
    assert run("resolve", "r", FIRST, "--verdict", "exclude").code == 2
    said = run("resolve", "r", FIRST, "--as", "carol", "--verdict", "exclude")
    assert said.code == 0
    assert standing("0001") == "excluded_on_title_and_abstract"


def test_agreement_of_two_by_two(conflict: Path, run: Run) -> None:
    (title, full) = run("agreement", "r", "--json").json
    (pair,) = title["pairs"]
    assert pair["reviewers"] == ["ada", "ben"]
    assert pair["table"] == {"both": 1, "only_first": 1, "only_second": 0, "neither": 0}
    assert pair["observed"] == 0.5 and full["pairs"] == []
    assert "kappa" in run("agreement", "r").out


def test_a_resolution_changes_no_agreement(conflict: Path, run: Run) -> None:
    before = run("agreement", "r", "--json").json
    run("resolve", "r", FIRST, "--as", "carol", "--verdict", "include")
    run("decide", "r", FIRST, "--as", "ben", "--verdict", "include")
    assert run("agreement", "r", "--json").json == before
