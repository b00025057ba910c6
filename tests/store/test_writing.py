"""Nothing is ever half there: decisions line by line, files as a whole."""

from __future__ import annotations

import fcntl
import multiprocessing
import os
import resource
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import ReviewError
from pipeline.notation.decision_lines import read_decisions
from pipeline.store.files import append_decisions, reviewer_name, stream_into, write_file

NOW = datetime(2016, 1, 4, 9, tzinfo=UTC)


def vote(n: int) -> tuple[type[Screened], dict]:
    said = {"record": f"s:{n:04d}", "stage": Stage.TITLE_ABSTRACT, "verdict": Verdict.INCLUDE}
    return Screened, said


def votes(log: Path):
    return read_decisions(log.read_bytes(), "ada", "ada.jsonl")


def test_decisions_are_added_one_line_each_and_read_back(tmp_path):
    log = tmp_path / "decisions" / "ada.jsonl"
    first = append_decisions(log, "ada", [vote(1)], NOW)
    rest = append_decisions(log, "ada", [vote(2), vote(3)], NOW)
    assert votes(log).decisions == first + rest
    assert [d.record for d in votes(log).decisions] == ["s:0001", "s:0002", "s:0003"]


def test_a_clock_that_goes_back_does_not_hide_a_later_decision(tmp_path):
    log = tmp_path / "ada.jsonl"
    append_decisions(log, "ada", [vote(1)], NOW)
    (later,) = append_decisions(log, "ada", [vote(1)], NOW - timedelta(days=1))
    assert later.at > NOW


def test_a_torn_line_is_moved_aside_and_nothing_else_is_lost(tmp_path):
    log = tmp_path / "ada.jsonl"
    append_decisions(log, "ada", [vote(1)], NOW)
    torn = b'{"event":"screened","at":"2016-01-04T09:'
    log.write_bytes(log.read_bytes() + torn)
    append_decisions(log, "ada", [vote(2)], NOW)
    assert [d.record for d in votes(log).decisions] == ["s:0001", "s:0002"]
    assert not votes(log).problems
    assert (tmp_path / "ada.jsonl.torn").read_bytes() == torn + b"\n"


def test_a_whole_last_line_without_line_feed_is_kept(tmp_path):
    log = tmp_path / "ada.jsonl"
    append_decisions(log, "ada", [vote(1)], NOW)
    log.write_bytes(log.read_bytes().rstrip(b"\n"))
    append_decisions(log, "ada", [vote(2)], NOW)
    assert len(votes(log).decisions) == 2
    assert not (tmp_path / "ada.jsonl.torn").exists()


def _add_many(log: str, start: int) -> None:
    for n in range(start, start + 60):
        append_decisions(Path(log), "ada", [vote(n)], datetime.now(UTC))


def test_two_processes_at_once_lose_nothing(tmp_path):
    log = tmp_path / "ada.jsonl"
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_add_many, args=(str(log), n * 1000)) for n in (1, 2, 3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
        assert other.exitcode == 0
    read = votes(log)
    assert not read.problems
    assert len(read.decisions) == 180
    moments = [d.at for d in read.decisions]
    assert moments == sorted(moments) and len(set(moments)) == 180


def test_a_disk_that_fills_up_adds_all_lines_or_none(tmp_path):
    log = tmp_path / "ada.jsonl"
    append_decisions(log, "ada", [vote(1)], NOW)
    before = log.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 150, limits[1]))
    try:
        with pytest.raises(ReviewError, match="cannot write"):
            append_decisions(log, "ada", [vote(n) for n in range(2, 9)], NOW)
        with pytest.raises(ReviewError, match="cannot write"):
            write_file(tmp_path / "big.html", b"x" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, ignored)
    assert log.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["ada.jsonl"]


def test_a_file_is_replaced_as_a_whole(tmp_path):
    path = tmp_path / "new" / "a.html"
    write_file(path, "one")
    write_file(path, "two")
    assert path.read_text() == "two"
    assert [p.name for p in path.parent.iterdir()] == ["a.html"]
    assert path.stat().st_mode & 0o777 == 0o666 & ~_umask()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@pytest.mark.parametrize(
    "name", ["", "Ada", "a b", "../ada", "a/b", ".ada", "con", "x" * 41, "a\n"]
)
def test_a_name_that_makes_no_portable_log_is_refused(name):
    with pytest.raises(ReviewError, match="id of a person"):
        reviewer_name(name)


def test_nobody_is_called_automation():
    with pytest.raises(ReviewError, match="rules"):
        reviewer_name("automation")
    assert reviewer_name("automation", automation=True) == "automation"


def test_what_a_killed_command_left_beside_a_file_goes_with_the_next_write(tmp_path):
    path = tmp_path / "s[1].yaml"
    stale, other = tmp_path / ".s[1].yaml.abcd1234", tmp_path / ".s1.yaml.abcd1234"
    longer = tmp_path / ".s[1].yaml.kept-by-hand"
    for left in (stale, other, longer):
        left.write_text("half")
    write_file(path, "whole")
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(
        (path.name, other.name, longer.name)
    )
    stale.write_text("half")
    stream_into(path, [b"whole", b" again"])
    assert path.read_text() == "whole again" and not stale.exists()


def test_what_another_command_is_writing_beside_a_file_stays(tmp_path):
    at_work = tmp_path / ".a.yaml.abcd1234"
    at_work.write_text("half")
    with at_work.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        write_file(tmp_path / "a.yaml", "whole")
        assert at_work.read_text() == "half"
