"""A log that a hand was on: what `review check` says of it, and what it means."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run

EXAMPLE = Path(__file__).parents[2]


@pytest.fixture
def log(here: Path) -> Path:
    """The log of a reviewer in a copy of the example, two editions of which are sealed."""
    shutil.copytree(EXAMPLE / "reviews" / "ta-hsb", here / "reviews" / "ta-hsb")
    return here / "reviews" / "ta-hsb" / "decisions" / "reviewer-2.jsonl"


def _removed(lines: list[bytes]) -> list[bytes]:
    return lines[:4] + lines[5:]


def _changed(lines: list[bytes]) -> list[bytes]:
    first = next(n for n, line in enumerate(lines) if b'"exclude"' in line)
    other = lines[first].replace(b'"exclude"', b'"unsure"')
    return [*lines[:first], other, *lines[first + 1 :]]


def _reordered(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0], *lines[2:]]


def _windows(lines: list[bytes]) -> list[bytes]:
    return [line + b"\r" for line in lines]


CASES = {
    "removed": (_removed, "1 of the decisions that this edition counts stand in no log", 1),
    "changed": (_changed, "1 of the decisions that this edition counts stand in no log", 1),
    "reordered": (_reordered, "1 line tells of an earlier moment than the line above", 0),
    "line ends": (_windows, "lines of this log end as Windows ends lines", 0),
}


@pytest.mark.parametrize(("change", "told", "code"), CASES.values(), ids=CASES)
def test_it_is_told(
    log: Path,
    run: Run,
    change: Callable[[list[bytes]], list[bytes]],
    told: str,
    code: int,
) -> None:
    lines = log.read_bytes().split(b"\n")[:-1]
    log.write_bytes(b"".join(line + b"\n" for line in change(lines)))
    said = run("check", "ta-hsb", "--only", "logs")
    every = run("check", "ta-hsb") if change is _windows else said
    assert told in every.out
    assert said.code == code


def test_nothing_is_told_of_a_log_that_was_only_added_to(log: Path, run: Run) -> None:
    assert "No faults found" in run("check", "ta-hsb", "--only", "logs").out


def test_a_verdict_that_stands_already_is_not_written_again(records: Path, run: Run) -> None:
    words = ("decide", "r", "db-2020-01-01:0001", "--as", "ada", "--verdict", "include")
    run(*words)
    folder = records / "decisions" / "ada.jsonl"
    before = folder.read_bytes()
    said = run(*words)
    assert "nothing was written" in said.out
    assert folder.read_bytes() == before
    run(*words[:-1], "exclude", "--reason", "topic")
    run(*words)
    assert folder.read_bytes().count(b"\n") == before.count(b"\n") + 2
