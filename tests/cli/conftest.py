"""Runs verbs in this process, in an empty folder of their own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.entry import _run


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Said]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("status", "r")` is `review status r`."""

    def run_it(*words: str | Path) -> Said:
        capsys.readouterr()
        code = _run([str(word) for word in words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run_it


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def review(here: Path, run: Run) -> Path:
    """A review `r` as `review init` makes it, screened by one person a record."""
    assert run("init", "r", "--title", "A review").code == 0
    protocol = here / "reviews" / "r" / "protocol.yaml"
    text = protocol.read_text()
    protocol.write_text(text.replace("reviewers_per_record: 2", "reviewers_per_record: 1", 1))
    return here / "reviews" / "r"


def ris(*titles: str, year: int = 2015) -> str:
    """An export in RIS with one record a title."""
    return "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Doe, Jane\nPY  - {year}\nDO  - 10.1000/{n}\nER  - \n\n"
        for n, title in enumerate(titles, 1)
    )


@pytest.fixture
def records(review: Path, here: Path, run: Run) -> Path:
    """The review `r` with the records db-2020-01-01:0001 to :0004, titled One to Four."""
    (here / "four.ris").write_text(ris("One", "Two", "Three", "Four"))
    assert run("ingest", "r", "four.ris", "--source", "db", "--on", "2020-01-01").code == 0
    return review


@pytest.fixture
def decide(run: Run) -> Callable[..., None]:
    """`decide("0001", "include")` is ada's verdict on db-2020-01-01:0001 of the review `r`."""

    def decide_it(number: str, verdict: str, stage: str = "title_abstract") -> None:
        words = ["--as", "ada", "--verdict", verdict, "--stage", stage]
        if verdict == "exclude":
            words += ["--reason", "topic"]
        said = run("decide", "r", f"db-2020-01-01:{number}", *words)
        assert said.code == 0, said.err

    return decide_it


@pytest.fixture
def standing(run: Run) -> Callable[[str], str]:
    """Where db-2020-01-01:NUMBER of the review `r` stands now."""
    from pipeline.snapshot.settle import settle
    from pipeline.store import open_review

    def look(number: str) -> str:
        return str(settle(open_review("r").review).positions[f"db-2020-01-01:{number}"].standing)

    return look


@pytest.fixture
def same_report(run: Run) -> Callable[[str, str], None]:
    """`same_report("0002", "0001")`: db-2020-01-01:0002 is a duplicate of :0001, says ben."""
    from pipeline.model.decision import Matched
    from pipeline.store import open_review

    def match(number: str, kept: str) -> None:
        open_review("r").append(
            "ben",
            Matched,
            record=f"db-2020-01-01:{number}",
            duplicate_of=f"db-2020-01-01:{kept}",
            same=True,
        )

    return match
