"""`review stop`: says what may be missed, records a stop, and an undo brings everything back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.store import ReviewFolder, find_review

Run = Callable[..., Any]


@pytest.fixture
def begun(review: Path, here: Path, run: Run) -> list[str]:
    """A review of 30 records of which twelve have been screened, three of them kept in."""
    entries = [f"TY  - JOUR\nTI  - Title {n}\nAB  - Text {n}\nER  - \n" for n in range(30)]
    (here / "a.ris").write_text("\n".join(entries))
    assert run("ingest", "r", "a.ris", "--source", "A", "--on", "2026-01-02").code == 0
    search = next((review / "searches").glob("*.yaml")).stem
    ids = [f"{search}:{n:04d}" for n in range(1, 31)]
    votes = [
        {
            "record": record,
            "stage": Stage.TITLE_ABSTRACT,
            "verdict": Verdict.INCLUDE if n < 3 else Verdict.EXCLUDE,
        }
        for n, record in enumerate(ids[:12])
    ]
    ReviewFolder(find_review("r")).append_all("ada", [(Screened, vote) for vote in votes])
    return ids


def test_it_says_what_is_known_and_writes_nothing(begun: list[str], review: Path, run: Run) -> None:
    before = (review / "decisions" / "ada.jsonl").read_bytes()
    said = run("stop", "r")
    assert said.code == 0 and "of the relevant records have been found" in said.out
    assert "18 records nobody has looked at." in said.out
    told = run("stop", "r", "--json").json
    assert told["left"] == begun[12:] and told["begun"] == 0
    assert told["outlook"]["seen"] == 12 and told["outlook"]["relevant"] == 3
    assert (review / "decisions" / "ada.jsonl").read_bytes() == before


def test_a_stop_is_counted_shown_and_undone(begun: list[str], run: Run) -> None:
    said = run("stop", "r", "--as", "cai", "--reason", "the time is up", "--yes")
    assert said.code == 0 and "18 records left unscreened" in said.out
    status = run("status", "r", "--json").json
    assert status["standings"]["not_screened"] == 18
    assert status["flow"]["records_not_screened"] == 18 and status["flow"]["records_screened"] == 12
    assert not any("screen" in line for line in map(str, status["waiting"]) if "'screen'" in line)
    assert "the time is up" in run("status", "r").out
    assert "stop screening on title and abstract" in run("explain", "r", begun[20]).out
    # a vote brings that one record back; the others stay
    assert run("decide", "r", begun[20], "--verdict", "include", "--as", "ada").code == 0
    assert run("status", "r", "--json").json["standings"]["not_screened"] == 17
    assert run("stop", "r", "--json").json["outlook"]["seen"] == 13
    assert run("undo", "r", "--last", "--as", "cai").code == 0
    assert run("status", "r", "--json").json["standings"]["awaiting_screening"] == 17


def test_a_stop_that_cannot_be_meant_is_refused(begun: list[str], review: Path, run: Run) -> None:
    for words, told in (
        (["--as", "cai"], "needs a reason"),
        (["--reason", "enough"], "name of a person"),
        (["--as", "cai", "--reason", "enough"], "--yes"),
        (["--as", "automation", "--reason", "enough", "--yes"], "automation"),
    ):
        said = run("stop", "r", *words)
        assert said.code == 2 and told in said.err
    assert not (review / "decisions" / "cai.jsonl").exists()


def test_with_nothing_left_there_is_nothing_to_stop(begun: list[str], run: Run) -> None:
    assert run("stop", "r", "--as", "cai", "--reason", "enough", "--yes").code == 0
    again = run("stop", "r", "--as", "cai", "--reason", "enough", "--yes")
    assert again.code == 2 and "nothing to stop" in again.err
