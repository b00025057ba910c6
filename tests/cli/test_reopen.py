"""`review reopen` and `review handover`: back into the queue, and from one person to another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Run = Callable[..., Any]


def plan(review: Path, old: str, new: str) -> None:
    protocol = review / "protocol.yaml"
    text = protocol.read_text()
    assert old in text
    protocol.write_text(text.replace(old, new, 1))


def waiting(run: Run) -> dict[tuple[str, str], int]:
    told = run("status", "r", "--json").json["waiting"]
    return {(w["who"], w["stage"]): w["screen"] for w in told if "screen" in w}


def test_a_changed_criterion_reopens_only_what_rested_on_it(
    records: Path, run: Run, decide: Run, standing: Callable[[str], str]
) -> None:
    decide("0001", "include")
    decide("0002", "exclude")  # for the topic
    said = run("decide", "r", "db-2020-01-01:0003", "--as", "ada", "--verdict", "exclude")
    assert said.code == 0
    plan(records, "\n  topic:\n    label: ", "\n  topic:\n    label: Worded anew, ")
    assert "3 verdicts of ada rest on criteria that changed" in run("status", "r").out
    listed = run("reopen", "r", "--changed", "--list").out
    assert "3 records" in listed and "0004" not in listed
    assert run("reopen", "r", "--changed").code == 2  # unsigned
    assert run("reopen", "r", "--changed", "--as", "cai").code == 0
    assert [standing(n) for n in ("0001", "0002", "0003")] == ["awaiting_screening"] * 3
    assert "rest on criteria" not in run("status", "r").out
    assert "No verdict" in run("reopen", "r", "--changed", "--as", "cai").out
    assert waiting(run)["anyone", "title_abstract"] == 4
    decide("0001", "exclude")
    assert standing("0001") == "excluded_on_title_and_abstract"
    assert run("undo", "r", "--last", "--alike", "--as", "cai").code == 0
    assert standing("0002") == "excluded_on_title_and_abstract"


def test_a_named_record_goes_back_to_the_stage_it_is_at_or_the_one_that_is_said(
    records: Path, run: Run, decide: Run, standing: Callable[[str], str]
) -> None:
    first = "db-2020-01-01:0001"
    decide("0001", "include")
    assert run("retrieve", "r", first, "--obtained", "--as", "ada").code == 0
    decide("0001", "include", stage="full_text")
    assert standing("0001") == "included"
    assert run("reopen", "r", first, "--as", "cai", "--reason", "erratum").code == 0
    assert standing("0001") == "awaiting_assessment"
    assert run("reopen", "r", first, "--as", "cai", "--stage", "title_abstract").code == 0
    assert standing("0001") == "awaiting_screening"
    assert "erratum" in run("explain", "r", first).out
    for words in ((), ("nowhere:0001",), (first, "--changed")):
        assert run("reopen", "r", *words, "--as", "cai").code == 2


def test_who_leaves_blocks_nothing(records: Path, run: Run, decide: Run) -> None:
    plan(records, "\n  reviewers: []", "\n  reviewers: [ada, ben]")
    plan(records, "\n  reviewers_per_record: 1", "\n  reviewers_per_record: 2")
    decide("0001", "include")
    assert waiting(run) == {("ada", "title_abstract"): 3, ("ben", "title_abstract"): 4}
    said = run("handover", "r", "--from", "ben", "--to", "cai", "--as", "ada", "--note", "left")
    assert said.code == 0 and "4 records waiting" in said.out
    assert waiting(run) == {("ada", "title_abstract"): 3, ("cai", "title_abstract"): 4}
    assert "cai (also for ben)" in run("status", "r").out
    out = run("handover", "r", "--from", "cai", "--to", "ben", "--as", "cai")
    assert out.code == 0 and waiting(run)["ben", "title_abstract"] == 4


def test_a_share_that_nobody_has_is_not_handed_over(records: Path, run: Run) -> None:
    plan(records, "\n  reviewers: []", "\n  reviewers: [ada, ben]")
    for leaver, to in (("bne", "cai"), ("ben", "ben"), ("ben", "../x")):
        assert run("handover", "r", "--from", leaver, "--to", to, "--as", "ada").code == 2
    assert "Did you mean 'ben'" in (
        run("handover", "r", "--from", "bne", "--to", "cai", "--as", "ada").err
    )
