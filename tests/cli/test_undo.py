"""`review undo`: nothing is deleted, a vote is its owner's, an undo can be undone."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.screening.undo import began
from pipeline.model.problem import ReviewError

ONE = "db-2020-01-01:0001"


def listed(run: Any, name: str = "ada") -> list[dict[str, Any]]:
    said: list[dict[str, Any]] = run("undo", "r", "--list", "--as", name, "--json").json
    return said


def test_last_takes_back_one_decision_after_another(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    decide("0002", "include")
    first = run("undo", "r", "--last", "--as", "ada", "--note", "slipped")
    assert first.code == 0 and "include db-2020-01-01:0002" in first.out
    assert "one more" not in first.err
    assert standing("0002") == "awaiting_screening"
    assert standing("0001") == "awaiting_retrieval"
    second = run("undo", "r", "--last", "--as", "ada")
    assert "db-2020-01-01:0001" in second.out
    assert "That was one more: include db-2020-01-01:0002" in second.err
    assert standing("0001") == "awaiting_screening"
    third = run("undo", "r", "--last", "--as", "ada")
    assert third.code == 2 and "no decision that counts" in third.err
    assert len((records / "decisions/ada.jsonl").read_text().splitlines()) == 4


def test_an_earlier_verdict_counts_again(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    decide("0001", "exclude")
    assert standing("0001") == "excluded_on_title_and_abstract"
    run("undo", "r", "--last", "--as", "ada")
    assert standing("0001") == "awaiting_retrieval"


def test_an_undo_can_be_undone_again_and_again(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    run("undo", "r", "--last", "--as", "ada")
    for expected in ("awaiting_retrieval", "awaiting_screening") * 2:
        latest = listed(run)[-1]
        assert latest["event"] == "withdrawn" and latest["counts"]
        said = run("undo", "r", latest["id"], "--as", "ada")
        assert said.code == 0
        assert standing("0001") == expected
    assert [d["counts"] for d in listed(run)] == [False, True, False, True, False, True]


def test_a_vote_is_taken_back_only_by_its_owner(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    vote = listed(run)[0]["id"]
    said = run("undo", "r", vote, "--as", "ben")
    assert said.code == 2 and "vote of ada" in said.err and "review resolve" in said.err
    assert standing("0001") == "awaiting_retrieval"


def test_anything_else_is_taken_back_by_anybody(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    run("retrieve", "r", ONE, "--not-obtained", "--reason", "x", "--as", "ada")
    line = listed(run)[-1]["id"]
    assert run("undo", "r", line[:6], "--as", "ben").code == 0
    assert standing("0001") == "awaiting_retrieval"
    again = run("undo", "r", line, "--as", "ada")
    assert again.code == 2 and "taken back already" in again.err


def test_several_are_taken_back_or_none(records: Path, run: Any, decide: Any) -> None:
    decide("0001", "include")
    decide("0002", "include")
    ids = [d["id"] for d in listed(run)]
    said = run("undo", "r", *ids, "000000000000", "--as", "ada")
    assert said.code == 2 and "no decision" in said.err
    assert len(listed(run)) == 2
    said = run("undo", "r", *ids, "--as", "ada", "--json")
    assert [x["undoes"] for x in said.json] == ids
    assert [d["counts"] for d in listed(run)] == [False, False, True, True]


def test_the_list_shows_the_latest_with_id_moment_and_words(
    records: Path, run: Any, decide: Any
) -> None:
    assert "nothing yet" in run("undo", "r", "--list", "--as", "ada").out
    decide("0001", "exclude")
    decide("0002", "include")
    run("undo", "r", "--last", "--as", "ada")
    told = run("undo", "r", "--list", "--as", "ada")
    assert f"exclude {ONE} on title and abstract (topic)" in told.out
    assert "[taken back]" in told.out
    assert listed(run)[0]["id"] in told.out
    shorter = run("undo", "r", "--list", "--most", "1", "--as", "ada")
    assert ONE not in shorter.out and "latest 1 of 3" in shorter.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--as", "ada"), "which decision"),
        (("--last",), "--as NAME"),
        (("--last", "--as", "automation"), "not of a person"),
        (("abc", "--last", "--as", "ada"), "more than one way"),
        (("zzzz", "--as", "ada"), "no decision"),
        (("", "--as", "ada"), "no decision"),
        (("--list", "--last", "--as", "ada"), "--list"),
        (("--last", "--alike", "--as", "ada"), "removals"),
    ],
)
def test_what_is_not_clear_is_refused(
    records: Path, run: Any, decide: Any, arguments: tuple[str, ...], words: str
) -> None:
    decide("0001", "include")
    said = run("undo", "r", *arguments)
    assert said.code == 2 and words in said.err
    assert len(listed(run)) == 1


NOW = datetime(2026, 11, 30, 15, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("14:30", NOW.replace(hour=14, minute=30)),
        ("20min", NOW - timedelta(minutes=20)),
        ("2 h", NOW - timedelta(hours=2)),
        ("3 days", NOW - timedelta(days=3)),
        ("2026-11-30T14:00+01:00", NOW.replace(hour=14)),
    ],
)
def test_a_moment_is_written_as_people_say_it(text: str, moment: datetime) -> None:
    assert began(text, NOW) == moment


@pytest.mark.parametrize("text", ["", "soon", "25:00", "16:00", "2027-01-01", "5 weeks"])
def test_what_is_no_moment_of_the_past_is_refused(text: str) -> None:
    with pytest.raises(ReviewError):
        began(text, NOW)


def test_since_restores_what_stood_before(
    records: Path, run: Any, decide: Any, standing: Any
) -> None:
    decide("0001", "include")
    log = records / "decisions" / "ada.jsonl"
    line = json.loads(log.read_text())
    line["at"] = "2026-01-01T08:00:00+01:00"
    log.write_text(json.dumps(line) + "\n")
    decide("0002", "include")
    decide("0003", "exclude")
    assert run("undo", "r", "--last", "--as", "ada").code == 0  # 0003, since then as well
    assert run("undo", "r", listed(run)[0]["id"], "--as", "ada").code == 0  # 0001, from before
    assert standing("0001") == "awaiting_screening"
    said = run("undo", "r", "--since", "2026-01-02", "--as", "ada", "--yes")
    assert said.code == 0 and "2 decisions taken back" in said.out
    assert [standing(n) for n in ("0001", "0002", "0003")] == [
        "awaiting_retrieval",
        "awaiting_screening",
        "awaiting_screening",
    ]
    nothing = run("undo", "r", "--since", "2026-01-02", "--as", "ben")
    assert nothing.code == 2 and "decided nothing" in nothing.err


def test_a_decision_of_no_known_command_is_told_so(records: Path, run: Any, decide: Any) -> None:
    decide("0001", "include")
    log = records / "decisions" / "ada.jsonl"
    line = json.loads(log.read_text())
    assert line.pop("command").startswith("decide-")
    log.write_text(json.dumps(line) + "\n")
    said = run("undo", "r", "--command", "--as", "ada")
    assert said.code == 2 and "--since" in said.err
    both = run("undo", "r", "--command", "--last", "--as", "ada")
    assert both.code == 2 and "more than one way" in both.err
