"""`review update`: new exports come in, every decision stays, any stop can be made good."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.cli.entry import _run
from pipeline.model.decision import Matched, Withdrawn
from pipeline.snapshot.settle import settle
from pipeline.store import open_review
from tests.cli.conftest import ris


def again(*titles: str) -> str:
    """A later run of the search: the records One and Two of `ris`, then others."""
    others = "".join(
        f"TY  - JOUR\nTI  - {title} of something else\nAU  - Roe, {title}\nPY  - 2020\n"
        f"DO  - 10.2000/{title}\nER  - \n\n"
        for title in titles
    )
    return ris("One", "Two renamed") + others


@pytest.fixture
def screened(records: Path, decide: Callable[..., None]) -> Path:
    """The review `r`: record 0001 goes on, 0002 is out, 0003 and 0004 wait."""
    decide("0001", "include")
    decide("0002", "exclude")
    return records


def standings() -> dict[str, str]:
    positions = settle(open_review("r").review).positions
    return {record: str(position.standing) for record, position in positions.items()}


def test_a_search_run_again_is_recognised_and_only_what_is_new_is_queued(screened, here, run):
    before = standings()
    (here / "db-2021-01-01.ris").write_text(again("Five", "Six"))
    said = run("update", "r", "db-2021-01-01.ris", "--json")
    assert said.code == 0, said.err
    told = said.json
    (one,) = told["arrived"]
    assert (one["source"], one["searched_on"], one["read"]) == ("db", "2021-01-01", 4)
    assert one["repeats"]["search"] == "db-2020-01-01" and one["repeats"]["there_before"] == 2
    assert one["repeats"]["gone"] == ["db-2020-01-01:0003", "db-2020-01-01:0004"]
    assert one["repeats"]["changed"] == [
        {"before": "db-2020-01-01:0002", "after": "db-2021-01-01:0002", "changed": ["title"]}
    ]
    assert set(told["to_screen"]) == {"db-2021-01-01:0003", "db-2021-01-01:0004"} | (
        set() if told["merged"] == 2 else {"db-2021-01-01:0002"}
    )
    (look,) = told["changed_under_decisions"]
    assert (look["record"], look["reviewers"]) == ("db-2020-01-01:0002", ["ada"])
    after = standings()
    assert {r: after[r] for r in before} == before and told["moved"] == []


def test_the_same_command_again_changes_nothing(screened, here, run):
    (here / "db-2021-01-01.ris").write_text(again("Five"))
    assert run("update", "r", "db-2021-01-01.ris").code == 0
    files = contents(screened)
    said = run("update", "r", "db-2021-01-01.ris")
    assert said.code == 0 and "Nothing new: 1 export taken in before." in said.out
    assert contents(screened) == files


def contents(review: Path) -> dict[str, bytes]:
    return {
        p.relative_to(review).as_posix(): p.read_bytes()
        for p in sorted(review.rglob("*"))
        if p.is_file()
    }


def test_a_yaml_beside_an_export_tells_of_the_search(screened, here, run):
    (here / "new.ris").write_text(ris("Seven"))
    (here / "new.ris.yaml").write_text(
        "source: Other\nsearched_on: 2021-02-01\nquery: 'sleep AND screens'\nid: other-a\n"
        "limits: [English]\nresults_reported: 1\n"
    )
    assert run("update", "r", "new.ris").code == 0
    search = open_review("r").searches[0]["other-a"]
    assert (search.source, search.query, search.limits) == (
        "Other",
        "sleep AND screens",
        ("English",),
    )


def test_the_strategy_is_carried_over_only_when_people_say_so(screened, here, run):
    log = screened / "searches" / "db-2020-01-01.yaml"
    log.write_text(
        log.read_text().replace("#query:", "query: sleep").replace("#interface:", "interface: Ovid")
    )
    for day, words in (("2021-01-01", ("--same-strategy",)), ("2021-02-01", ())):
        (here / f"db-{day}.ris").write_text(again(day[5:7]))
        assert run("update", "r", f"db-{day}.ris", *words).code == 0
    searches = open_review("r").searches[0]
    assert [searches[f"db-{day}"].query for day in ("2021-01-01", "2021-02-01")] == ["sleep", ""]
    assert searches["db-2021-02-01"].interface == "Ovid"


def test_nothing_is_taken_in_when_one_export_tells_too_little(screened, here, run):
    before = contents(screened)
    (here / "db-2021-01-01.ris").write_text(again("Five"))
    (here / "download.ris").write_text(again("Six"))
    said = run("update", "r", "db-2021-01-01.ris", "download.ris")
    assert said.code == 2
    assert "download.ris: error: nothing tells what was searched and on which day" in said.err
    assert contents(screened) == before


def test_a_search_that_found_nothing_is_logged_and_counted(screened, here, run):
    assert run("ingest", "r", "--no-results", "--source", "CINAHL", "--on", "2021-01-02").code == 0
    assert (
        "is logged already"
        in run("ingest", "r", "--no-results", "--source", "CINAHL", "--on", "2021-01-02").out
    )
    search = open_review("r").searches[0]["cinahl-2021-01-02"]
    assert search.found_nothing
    assert open_review("r").review.problems == ()
    assert run("check", "r").code == 0
    assert run("build", "r", "--format", "md").code == 0
    assert "CINAHL" in (here / "outputs/r/tables/searches.csv").read_text()
    assert run("ingest", "r", "--source", "X", "--on", "2021-01-02").code == 2


@pytest.fixture
def inbox(screened: Path, here: Path) -> Path:
    folder = here / "inbox"
    folder.mkdir()
    return folder


def settled(path: Path, text: str) -> Path:
    """A file that was written two minutes ago."""
    path.write_text(text)
    then = time.time() - 120
    os.utime(path, (then, then))
    return path


def test_a_folder_that_received_nothing_is_no_fault_and_one_that_is_not_there_is(inbox, run):
    said = run("update", "r", "--from", "inbox")
    assert (said.code, said.out.splitlines()[0]) == (0, "Nothing has arrived.")
    assert [line for line in said.out.splitlines()[1:] if not line.startswith("Next:")] == []
    missing = run("update", "r", "--from", "elsewhere")
    assert missing.code == 2
    assert "there is no folder elsewhere" in missing.err


def test_a_folder_that_receives_is_taken_in_when_files_have_fully_arrived(inbox, run):
    settled(inbox / "db-2021-01-01.ris", again("Five"))
    settled(inbox / "db-2021-02-01.ris", again("Six"))
    settled(inbox / "db-2021-02-01.ris.part", "")
    (inbox / "db-2021-03-01.ris").write_text(again("Seven"))
    settled(inbox / "empty.yaml", "source: CINAHL\nsearched_on: 2021-01-05\nresults_reported: 0\n")
    settled(inbox / "who-knows.ris", again("Eight"))
    settled(inbox / "db-2021-04-01.ris", "this is no export")
    said = run("update", "r", "--from", "inbox", "--json", "--report", "r.md", "--rank", "2")
    told = said.json
    assert said.code == 1
    assert [one["search"] for one in told["arrived"]] == ["db-2021-01-01", "cinahl-2021-01-05"]
    assert {Path(p["place"]["file"]).name for p in told["problems"]} == {
        "who-knows.ris",
        "db-2021-04-01.ris",
    }
    assert len(told["still_arriving"]) == 3 and told["likeliest"]
    assert "Needs a person" in Path("r.md").read_text()
    for name in ("who-knows.ris", "db-2021-04-01.ris", "db-2021-02-01.ris.part"):
        (inbox / name).unlink()
    assert run("update", "r", "--from", "inbox", "--settle-seconds", "0").code == 0
    assert {"db-2021-02-01", "db-2021-03-01"} <= set(open_review("r").searches[0])
    files = contents(Path("reviews/r"))
    assert "Nothing new" in run("update", "r", "--from", "inbox", "--settle-seconds", "0").out
    assert contents(Path("reviews/r")) == files


class Killed(BaseException):
    """The process is gone, in the middle of a write."""


@pytest.fixture
def killing(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[int], None]]:
    """`killing(n)` lets the program die at its n-th write, 0 for never; counts from there."""
    left = [0]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **more: object) -> object:
            if left[0] == 1:
                raise Killed
            left[0] -= left[0] > 0
            return real(*args, **more)

        return call

    monkeypatch.setattr(os, "fsync", dying(os.fsync))
    monkeypatch.setattr(Path, "rename", dying(Path.rename))
    monkeypatch.setattr(Path, "replace", dying(Path.replace))
    yield lambda n: left.__setitem__(0, n)
    left[0] = 0


def test_a_stop_at_any_write_loses_nothing_and_the_same_command_finishes(
    screened: Path, here: Path, killing: Callable[[int], None]
) -> None:
    (here / "db-2021-01-01.ris").write_text(again("Five"))
    words = ["update", "r", "db-2021-01-01.ris"]
    shutil.copytree(here / "reviews", here / "fresh")
    before = standings()
    assert _run(words) == 0
    wanted, matches = standings(), len(merges())
    stops = 0
    for n in range(1, 200):
        shutil.rmtree(here / "reviews")
        shutil.rmtree(here / "outputs" / ".cache" / "compared", ignore_errors=True)
        shutil.copytree(here / "fresh", here / "reviews")
        killing(n)
        try:
            _run(words)
        except Killed:
            stops += 1
        else:
            break
        finally:
            killing(0)
        left = standings()  # it opens
        assert {record: left[record] for record in before} == before
        assert not open_review("r").review.problems
        assert _run(words) == 0
        assert standings() == wanted and len(merges()) == matches
        hidden = [p.name for p in (screened / "searches").iterdir() if p.name[0] == "."]
        assert hidden == []
    assert stops >= 7


def merges() -> list[tuple[str, str]]:
    decisions = open_review("r").review.decisions
    assert not any(isinstance(d, Withdrawn) for d in decisions)
    return [(d.record, d.duplicate_of) for d in decisions if isinstance(d, Matched)]


def test_two_updates_at_once_are_refused(screened, here, run):
    from pipeline.store import find_review
    from pipeline.store.importing import one_update_at_a_time

    (here / "db-2021-01-01.ris").write_text(again("Five"))
    with one_update_at_a_time(find_review("r")):
        said = run("update", "r", "db-2021-01-01.ris")
    assert said.code == 2 and "another update of r is at work" in said.err
