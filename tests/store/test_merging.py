"""Two people work on branches of their own: real git merges lose nothing, in whatever order."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.cli.entry import _run
from pipeline.model.decision import Matched, Resolved, Screened, Stage, Verdict, Withdrawn
from pipeline.notation.decision_lines import decision_line
from pipeline.snapshot.settle import settle
from pipeline.store import ReviewFolder
from pipeline.store.places import ReviewPlaces
from tests.store.sample_review import PROTOCOL, RIS, add_search

# what is tried is git's own merge of our files: a machine without git (none is needed to use the
# program) has nothing to try, and says so
pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")

BEGIN = datetime(2016, 1, 5, 9, tzinfo=UTC)
PEOPLE = ("ada", "ben", "automation")
QUIET = {
    **os.environ,
    "GIT_AUTHOR_NAME": "x", "GIT_AUTHOR_EMAIL": "x@example.org",
    "GIT_COMMITTER_NAME": "x", "GIT_COMMITTER_EMAIL": "x@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
}  # fmt: skip


def git(project: Path, *words: str, fine: bool = True) -> int:
    done = subprocess.run(
        ["git", *words], cwd=project, env=QUIET, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0 or not fine, done.stdout + done.stderr
    return done.returncode


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with one review as `review init` attributes it, two records, an edition."""
    project = tmp_path_factory.mktemp("base")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(project)
        assert _run(["init", "sleep"]) == 0
    review = project / "reviews" / "sleep"
    (review / "protocol.yaml").write_text(PROTOCOL)
    (review / "decisions").mkdir(exist_ok=True)
    add_search(review, "psycinfo", RIS)
    (review / "editions.yaml").write_text("- {number: 1, on: 2016-01-04}\n")
    for name in PEOPLE:
        (review / "decisions" / f"{name}.jsonl").write_bytes(b"")
    git(project, "init", "-q", "-b", "main")
    git(project, "add", "-A")
    git(project, "commit", "-qm", "begin")
    return project


@st.composite
def works(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """What is added on one branch: (log, line) in the order of writing."""
    made: list[tuple[str, bytes]] = []
    for _ in range(draw(st.integers(1, 4))):
        who = draw(st.sampled_from(PEOPLE))
        at = BEGIN + timedelta(seconds=draw(st.integers(0, 999)))
        record = draw(st.sampled_from(["psycinfo:0001", "psycinfo:0002"]))
        if who == "automation":
            said = {"record": "psycinfo:0002", "duplicate_of": "psycinfo:0001", "same": True}
            line = decision_line(Matched, at, **said)
        else:
            verdict = draw(st.sampled_from(Verdict))
            line = decision_line(
                Screened, at, record=record, stage=Stage.TITLE_ABSTRACT, verdict=verdict
            )
        made.append((who, line))
    return made


def add(project: Path, branch: str, work: list[tuple[str, bytes]], n: int) -> None:
    git(project, "checkout", "-q", "-b", branch, "main")
    review = project / "reviews" / "sleep"
    for who, line in work:
        with (review / "decisions" / f"{who}.jsonl").open("ab") as log:
            log.write(line)
    with (review / "editions.yaml").open("a") as editions:
        editions.write(f"- {{signed_off: 1, by: person-{n}, on: 2016-01-05, manifest: abc}}\n")
    git(project, "commit", "-qam", branch)


@given(st.lists(works(), min_size=2, max_size=3), st.randoms(use_true_random=False))
@settings(max_examples=4)
def test_the_ledger_is_the_same_in_whatever_order_branches_are_merged(
    base: Path, tmp_path_factory: pytest.TempPathFactory, branches, chance: random.Random
):
    project = tmp_path_factory.mktemp("merged") / "p"
    shutil.copytree(base, project)
    for n, work in enumerate(branches):
        add(project, f"branch-{n}", work, n)
    orders = list(itertools.permutations(range(len(branches))))
    chance.shuffle(orders)
    written = {line for work in branches for _, line in work}
    seen = []
    for m, order in enumerate(orders[:2]):
        git(project, "checkout", "-q", "-b", f"merged-{m}", "main")
        for n in order:
            git(project, "merge", "-q", "--no-edit", f"branch-{n}")
        folder = ReviewFolder(ReviewPlaces(project / "reviews" / "sleep"))
        assert folder.review.problems == ()
        logs = (project / "reviews" / "sleep" / "decisions").glob("*.jsonl")
        lines = [line for log in logs for line in log.read_bytes().splitlines(keepends=True)]
        assert set(lines) == written
        (edition,) = folder.review.editions
        assert {s.by for s in edition.signed_off} == {f"person-{n}" for n in order}
        seen.append(settle(folder.review))
    assert all(ledger == seen[0] for ledger in seen)


@pytest.fixture
def merged(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`merged(one, other)` lets two functions change the review apart and merges; the project."""
    project = tmp_path / "p"
    shutil.copytree(base, project)
    monkeypatch.chdir(project)

    def merge(one, other) -> int:
        for name, change in (("one", one), ("other", other)):
            git(project, "checkout", "-q", "-b", name, "main")
            change(project / "reviews" / "sleep")
            git(project, "add", "-A")
            git(project, "commit", "-qm", name)
        return git(project, "merge", "-q", "--no-edit", "one", fine=False)

    return merge


def check(capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    _run(["check", "sleep"])
    return capsys.readouterr().out


def line(log: str, event, n: int, **said):
    def write(review: Path) -> None:
        with (review / "decisions" / f"{log}.jsonl").open("ab") as file:
            file.write(decision_line(event, BEGIN + timedelta(seconds=n), **said))

    return write


def resolved(who: str, n: int, verdict: Verdict):
    said = {"record": "psycinfo:0001", "stage": Stage.TITLE_ABSTRACT, "verdict": verdict}
    return line(who, Resolved, n, **said)


def test_a_conflict_resolved_on_both_branches_not_alike_is_told(merged, capsys):
    assert merged(resolved("ada", 1, Verdict.INCLUDE), resolved("ben", 2, Verdict.EXCLUDE)) == 0
    told = check(capsys)
    assert "the conflict on psycinfo:0001 was settled by 2 people, not alike" in told
    assert "(ada: include, ben: exclude)" in told


def voted(n: int, verdict: Verdict, **said: object):
    where = {"record": "psycinfo:0001", "stage": Stage.TITLE_ABSTRACT, "seen": "abc"}
    return line("ada", Screened, n, **{**where, "verdict": verdict, **said})


APART = "ada gave two verdicts on psycinfo:0001, not alike"


def test_one_persons_verdicts_on_two_branches_are_told_until_the_person_decides(merged, capsys):
    assert merged(voted(1, Verdict.INCLUDE), voted(2, Verdict.EXCLUDE)) == 0
    told = check(capsys)
    assert told.count(APART) == 1
    assert "ada.jsonl:" in told and "the last counts" in told
    again = ["decide", "sleep", "psycinfo:0001", "--as", "ada", "--verdict", "unsure"]
    assert _run(again) == 0
    assert APART not in check(capsys)


@pytest.mark.parametrize(
    "later",
    [
        voted(2, Verdict.INCLUDE),
        voted(2, Verdict.EXCLUDE, seen="another text"),
        voted(2, Verdict.EXCLUDE, record="psycinfo:0002"),
    ],
)
def test_alike_verdicts_and_those_on_something_else_are_not_told(merged, capsys, later):
    assert merged(voted(1, Verdict.INCLUDE), later) == 0
    assert APART not in check(capsys)


def test_who_changes_their_mind_is_not_told(merged, capsys):
    def twice(review: Path) -> None:
        for verdict in ("include", "exclude"):
            words = ["decide", "sleep", "psycinfo:0001", "--as", "ada", "--verdict", verdict]
            assert _run(words) == 0

    assert merged(twice, lambda review: (review / "x.md").write_text("x")) == 0
    assert APART not in check(capsys)


def test_a_pair_judged_both_ways_is_told(merged, capsys):
    pair = {"record": "psycinfo:0002", "duplicate_of": "psycinfo:0001"}
    one, other = (
        line(w, Matched, n, **pair, same=s) for w, n, s in (("ada", 1, True), ("ben", 2, False))
    )
    assert merged(one, other) == 0
    assert "the pair psycinfo:0001 and psycinfo:0002 was settled by 2 people" in check(capsys)


def test_the_same_undo_on_both_branches_is_one(merged, capsys):
    vote = decision_line(
        Screened, BEGIN, record="psycinfo:0001", stage=Stage.TITLE_ABSTRACT, verdict=Verdict.INCLUDE
    )
    from pipeline.notation.decision_lines import decision_id

    def undo(review: Path) -> None:
        with (review / "decisions" / "ada.jsonl").open("ab") as file:
            file.write(vote + decision_line(Withdrawn, BEGIN, undoes=decision_id("ada", vote)))

    assert merged(undo, lambda review: (undo(review), (review / "x.md").write_text("x"))) == 0
    folder = ReviewFolder(ReviewPlaces(Path("reviews/sleep").resolve()))
    assert len(folder.review.decisions) == 2
    assert "error" not in check(capsys).replace("0 errors", "")


def test_the_same_search_taken_in_on_both_branches_is_told(merged, capsys):
    export = RIS.replace("2012", "2014")
    one, other = (lambda review, n=n: add_search(review, n, export) for n in ("late-a", "late-b"))
    assert merged(one, other) == 0
    assert "this is the same file as that of late-a" in check(capsys)


def study(name: str, title: str):
    def write(review: Path) -> None:
        (review / "studies").mkdir(exist_ok=True)
        (review / "studies" / f"{name}.yaml").write_text(
            f"title: {title}\nform: general\nform_version: 1\nreports: [psycinfo:0001]\n"
            "basis: abstract\n"
        )

    return write


def test_one_study_extracted_on_both_branches_is_told(merged, capsys):
    assert merged(study("lovelace-2012", "One"), study("lovelace-sleep", "Two")) == 0
    told = check(capsys)
    assert "lovelace-2012" in told and "lovelace-sleep" in told and "psycinfo:0001" in told


def test_a_file_that_git_could_not_merge_is_named_with_its_line(merged, capsys):
    assert merged(study("lovelace-2012", "One"), study("lovelace-2012", "Two")) != 0
    told = check(capsys)
    assert "studies/lovelace-2012.yaml:1: error: two branches changed this place" in told
    assert told.count("lovelace-2012.yaml") == 1


def test_a_manuscript_that_git_could_not_merge_is_named_with_its_line(merged, capsys):
    def prose(text: str):
        return lambda review: (review / "manuscript.md").write_text(f"# T\n\n{text}\n")

    assert merged(prose("One"), prose("Two")) != 0
    assert "manuscript.md:3: error: two branches changed this place" in check(capsys)
