"""`review screen`, plain and on a full terminal: blind, resumable, each verdict on disk."""

from __future__ import annotations

import ast
import io
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.cli.prompt import key_of
from pipeline.cli.screening.screen import at_the_prompt
from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.screening.stopping import outlook
from pipeline.sessions.keys import chosen_keys
from pipeline.sessions.ranking_worker import Worker, outlook_line
from pipeline.sessions.session import begin_session, open_session
from pipeline.sessions.worker_line import WorkerAnswer
from pipeline.store import open_review
from tests.cli.workers import worker_in_thread

Run = Callable[..., Any]


@dataclass(frozen=True)
class Prompted:
    out: str
    err: str


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """`typed("i\\nq\\n")` answers the plain prompt of ada's session with these lines."""

    def run_it(lines: str, reviewer: str = "ada", again: bool = False) -> Prompted:
        capsys.readouterr()
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        session = begin_session("r", reviewer, Stage.TITLE_ABSTRACT)
        with worker_in_thread("r", reviewer, again=again) as line:
            at_the_prompt(session, line, chosen_keys({}))
        return Prompted(*capsys.readouterr())

    return run_it


def log(review: Path, name: str) -> list[dict[str, Any]]:
    path = review / "decisions" / f"{name}.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def two_people(review: Path) -> None:
    protocol = review / "protocol.yaml"
    text = protocol.read_text()
    protocol.write_text(
        text.replace("\n  reviewers_per_record: 1", "\n  reviewers_per_record: 2", 1)
    )


def test_one_key_a_verdict_and_the_next_session_goes_on(records: Path, typed: Run) -> None:
    said = typed("i\nu\nq\n")
    assert "2 verdicts in this session; 2 records left." in said.out
    assert [line["verdict"] for line in log(records, "ada")] == ["include", "unsure"]
    assert all(line["seen"] for line in log(records, "ada"))
    said = typed("e\ne\n")
    # an "unsure" of one is a conflict, not a record to screen again
    assert "2 verdicts in this session; 0 records left." in said.out
    voted = [line["record"] for line in log(records, "ada")]
    assert len(set(voted)) == 4
    assert "Nothing waits for ada" in typed("").out


def test_the_end_of_the_input_in_the_middle_loses_nothing(records: Path, typed: Run) -> None:
    said = typed("i\nn a thought")
    assert len(log(records, "ada")) == 1
    assert "The note was not kept" in said.out


def test_a_number_excludes_with_its_criterion_and_a_note_goes_with_the_verdict(
    records: Path, typed: Run
) -> None:
    typed("n looks odd\n1\nq\n")
    (line,) = log(records, "ada")
    assert line["verdict"] == "exclude" and line["reason"] and line["note"] == "looks odd"


def test_undo_brings_the_record_back_at_once(records: Path, typed: Run) -> None:
    typed("i\nz\ne\nq\n")
    first, undone, again = log(records, "ada")
    assert undone["event"] == "withdrawn"
    assert (again["record"], again["verdict"]) == (first["record"], "exclude")


def test_undo_reaches_into_earlier_sessions_and_ends(records: Path, typed: Run) -> None:
    typed("i\nq\n")
    said = typed("z\nz\nq\n")
    assert "There is nothing to undo." in said.out
    assert "0 verdicts in this session; 4 records left." in said.out


def test_skipped_records_come_again_next_time(records: Path, typed: Run) -> None:
    said = typed("s\ni\ni\ni\n")
    assert "1 record skipped" in said.out
    said = typed("q\n")
    assert "1 waiting" in said.out


def test_again_shows_only_what_rested_on_a_criterion_that_changed(
    records: Path, typed: Run
) -> None:
    typed("i\n1\n2\nq\n")
    assert "Nothing waits" in typed("", again=True).out
    included, _, second = log(records, "ada")
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    head, mark, rest = text.partition(f"\n  {second['reason']}:\n    label: ")
    assert mark
    protocol.write_text(f"{head}{mark}Worded anew, {rest}")
    said = typed("i\ni\ni\n", again=True)
    assert "2 verdicts in this session; 0 records left." in said.out
    looked = {line["record"] for line in log(records, "ada")[3:]}
    assert looked == {included["record"], second["record"]}


def test_unknown_keys_decide_nothing(records: Path, typed: Run) -> None:
    said = typed("x\n?\ne nonsense\nq\n")
    assert "is no key here" in said.out and "A reason is one of" in said.out
    assert log(records, "ada") == []


def test_what_another_has_voted_leaves_no_trace_on_my_screen(records: Path, typed: Run) -> None:
    two_people(records)
    before = typed("q\n", "ben").out
    typed("i\nn secret thought\n1\nu\ne\n")
    after = typed("q\n", "ben").out
    assert after == before


def test_a_walk_tells_no_vote_before_all_have_voted(records: Path, run: Run) -> None:
    two_people(records)
    record = "db-2020-01-01:0001"
    vote = ("--verdict", "exclude", "--note", "secret")
    run("decide", "r", record, "--as", "ada", *vote)
    (line,) = open_review("r").review.decisions
    for name in (record, line.id):
        early = run("explain", "r", name).out
        assert "ada" in early and line.id in early
        assert "secret" not in early and "exclude" not in early
    run("decide", "r", record, "--as", "ben", "--verdict", "include")
    for name in (record, line.id):  # a conflict: both votes are there to be compared
        assert "secret" in run("explain", "r", name).out


OPENED = """
import sys
opened = set()
sys.addaudithook(lambda event, told: opened.add(str(told[0])) if event == "open" else None)
from pipeline.cli.entry import main
try:
    main(["screen", "r", "--as", "ben", "--plain"])
finally:
    print([name for name in sorted(opened) if name.endswith(".jsonl")], file=sys.stderr)
"""


def test_the_process_of_a_session_opens_no_log_of_another(records: Path, typed: Run) -> None:
    two_people(records)
    typed("i\n1\nu\ne\n")
    Path("numpy.py").write_text("raise SystemExit('a file of the working folder was run')")
    done = subprocess.run(
        [sys.executable, "-c", OPENED], input="i\nz\ni\n?\nq\n", text=True, capture_output=True
    )
    assert "1 verdict in this session; 3 records left." in done.stdout
    opened = {Path(name).name for name in ast.literal_eval(done.stderr.splitlines()[-1])}
    assert "ben.jsonl" in opened and opened <= {"ben.jsonl", "automation.jsonl"}


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.sampled_from(Verdict), min_size=4, max_size=4))
def test_what_the_worker_tells_hangs_on_nobody_elses_verdict(
    records: Path, verdicts: list[Verdict]
) -> None:
    """Who has voted on what may be told by what waits; how they voted by nothing."""
    two_people(records)

    def told_after(*verdicts: Verdict) -> WorkerAnswer:
        (records / "decisions" / "ada.jsonl").unlink(missing_ok=True)
        folder = open_review("r")
        for number, verdict in enumerate(verdicts, 1):
            folder.append(
                "ada",
                Screened,
                record=f"db-2020-01-01:{number:04d}",
                stage=Stage.TITLE_ABSTRACT,
                verdict=verdict,
            )
        worker = Worker.opened("r", "ben", Stage.TITLE_ABSTRACT, False)
        worker.guide.learn()
        return worker.told(whole=True)

    assert told_after(*verdicts) == told_after(*[Verdict.INCLUDE] * 4)


def test_another_session_of_the_same_reviewer_is_caught_up_with(records: Path) -> None:
    session = open_session("r", "ada", Stage.TITLE_ABSTRACT)
    first, second, third, _ = session.waiting
    session.vote(first, Verdict.INCLUDE)
    other = open_session("r", "ada", Stage.TITLE_ABSTRACT)
    other.vote(second, Verdict.UNSURE)
    other.undo()
    other.vote(second, Verdict.EXCLUDE)
    other.undo()
    other.undo()  # reaches the vote of the first session
    other.vote(second, Verdict.INCLUDE)
    session.vote(third, Verdict.INCLUDE)
    assert list(session.votes) == [second, third]
    assert first in session.waiting and len(session.waiting) == 2


def test_an_exclusion_on_full_text_needs_its_reason(records: Path, typed: Run, run: Run) -> None:
    first = "db-2020-01-01:0001"
    run("decide", "r", first, "--as", "ada", "--verdict", "include")
    run("retrieve", "r", first, "--as", "ada", "--outcome", "obtained")
    run("decide", "r", first, "--as", "zoe", "--verdict", "unsure", "--stage", "full_text")
    refused = run(
        "decide", "r", first, "--as", "ada", "--verdict", "exclude", "--stage", "full_text"
    )
    assert refused.code == 2 and "first criterion" in refused.err


@pytest.mark.parametrize("name", ["", "automation", "../ada", "a\\b"])
def test_names_that_cannot_sign_are_refused(records: Path, run: Run, name: str) -> None:
    said = run("decide", "r", "db-2020-01-01:0001", "--as", name, "--verdict", "include")
    assert said.code == 2
    assert {p.stem for p in (records / "decisions").glob("*.jsonl")} <= {"automation"}


@pytest.mark.parametrize(
    "words",
    [
        ("db-2020-01-01:0009", "--verdict", "include"),
        ("db-2020-01-01:0001", "--verdict", "exclude", "--reason", "nonsense"),
        ("db-2020-01-01:0001", "--verdict", "include", "--reason", "topic"),
    ],
)
def test_decide_refuses_what_does_not_hold_together(
    records: Path, run: Run, words: tuple[str, ...]
) -> None:
    assert run("decide", "r", *words, "--as", "ada").code == 2
    assert log(records, "ada") == []


@pytest.mark.parametrize(
    ("typed_at_once", "key"),
    [
        *[("i", "i"), ("i\n", "i"), ("e\r", "e"), ("\ni", "i"), ("iiii", "i"), ("\n", "")],
        *[("\x1b[A", ""), ("\x1bOP", ""), ("\x1b", ""), ("ü", "ü")],
    ],
)
def test_a_key_is_not_lost_for_what_came_with_it(typed_at_once: str, key: str) -> None:
    assert key_of(typed_at_once) == key


def test_a_name_that_the_plan_does_not_know_is_told(records: Path, typed: Run) -> None:
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    protocol.write_text(text.replace("\n  reviewers: []", "\n  reviewers: [ada]", 1))
    said = typed("q\n", "adaa")
    assert "does not name adaa, but ada" in said.err
    said = typed("q\n")
    assert said.err == "" and said.out.endswith("Next: review status r\n")


@pytest.mark.parametrize("found", [1, 50])
def test_the_outlook_fits_two_lines_of_a_narrow_terminal(found: int) -> None:
    labels = [True] * found + [False] * 9_940
    assert len(textwrap.wrap(outlook_line(outlook(labels, 10_000)), 78)) <= 2
