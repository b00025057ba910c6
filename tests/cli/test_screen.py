"""`review screen`, plain and on a full terminal: blind, resumable, each verdict on disk."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.screen_app import ScreenApp
from pipeline.cli.screen_guide import outlook_line
from pipeline.cli.screen_prompt import key_of
from pipeline.cli.screen_session import Session, open_session
from pipeline.screening.stopping import outlook
from pipeline.terms.decision import Stage

Run = Callable[..., Any]


@pytest.fixture
def typed(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """`typed("i\\nq\\n", "screen", …)` runs a verb with these lines on standard input."""

    def run_it(lines: str, *words: str) -> Any:
        monkeypatch.setattr("sys.stdin", io.StringIO(lines))
        return run(*words)

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
    said = typed("i\nu\nq\n", "screen", "r", "--as", "ada", "--plain")
    assert said.code == 0
    assert "2 verdicts in this session; 2 records left." in said.out
    assert [line["verdict"] for line in log(records, "ada")] == ["include", "unsure"]
    assert all(line["seen"] for line in log(records, "ada"))
    said = typed("e\ne\n", "screen", "r", "--as", "ada", "--plain")
    # an "unsure" of one is a conflict, not a record to screen again
    assert "2 verdicts in this session; 0 records left." in said.out
    voted = [line["record"] for line in log(records, "ada")]
    assert len(set(voted)) == 4
    assert "Nothing waits for ada" in typed("", "screen", "r", "--as", "ada").out


def test_the_end_of_the_input_in_the_middle_loses_nothing(records: Path, typed: Run) -> None:
    said = typed("i\nn a thought", "screen", "r", "--as", "ada", "--plain")
    assert said.code == 0 and len(log(records, "ada")) == 1
    assert "The note was not kept" in said.out


def test_a_number_excludes_with_its_criterion_and_a_note_goes_with_the_verdict(
    records: Path, typed: Run
) -> None:
    typed("n looks odd\n1\nq\n", "screen", "r", "--as", "ada", "--plain")
    (line,) = log(records, "ada")
    assert line["verdict"] == "exclude" and line["reason"] and line["note"] == "looks odd"


def test_undo_brings_the_record_back_at_once(records: Path, typed: Run) -> None:
    typed("i\nz\ne\nq\n", "screen", "r", "--as", "ada", "--plain")
    first, undone, again = log(records, "ada")
    assert undone["event"] == "withdrawn"
    assert (again["record"], again["verdict"]) == (first["record"], "exclude")


def test_undo_reaches_into_earlier_sessions_and_ends(records: Path, typed: Run) -> None:
    typed("i\nq\n", "screen", "r", "--as", "ada", "--plain")
    said = typed("z\nz\nq\n", "screen", "r", "--as", "ada", "--plain")
    assert "There is nothing to undo." in said.out
    assert "0 verdicts in this session; 4 records left." in said.out


def test_skipped_records_come_again_next_time(records: Path, typed: Run) -> None:
    said = typed("s\ni\ni\ni\n", "screen", "r", "--as", "ada", "--plain")
    assert "1 record skipped" in said.out
    said = typed("q\n", "screen", "r", "--as", "ada", "--plain")
    assert "1 waiting" in said.out


def test_again_shows_only_what_rested_on_a_criterion_that_changed(
    records: Path, typed: Run
) -> None:
    typed("i\n1\n2\nq\n", "screen", "r", "--as", "ada", "--plain")
    assert "Nothing waits" in typed("", "screen", "r", "--as", "ada", "--plain", "--again").out
    included, _, second = log(records, "ada")
    protocol = records / "protocol.yaml"
    text = protocol.read_text()
    head, mark, rest = text.partition(f"\n  {second['reason']}:\n    label: ")
    assert mark
    protocol.write_text(f"{head}{mark}Worded anew, {rest}")
    said = typed("i\ni\ni\n", "screen", "r", "--as", "ada", "--plain", "--again")
    assert "2 verdicts in this session; 0 records left." in said.out
    looked = {line["record"] for line in log(records, "ada")[3:]}
    assert looked == {included["record"], second["record"]}


def test_unknown_keys_decide_nothing(records: Path, typed: Run) -> None:
    said = typed("x\n?\ne nonsense\nq\n", "screen", "r", "--as", "ada", "--plain")
    assert "is no key here" in said.out and "A reason is one of" in said.out
    assert log(records, "ada") == []


def test_what_another_has_voted_leaves_no_trace_on_my_screen(records: Path, typed: Run) -> None:
    two_people(records)
    before = typed("q\n", "screen", "r", "--as", "ben", "--plain").out
    typed("i\nn secret thought\n1\nu\ne\n", "screen", "r", "--as", "ada", "--plain")
    after = typed("q\n", "screen", "r", "--as", "ben", "--plain").out
    assert after == before


def test_a_session_holds_no_vote_of_another(records: Path, typed: Run) -> None:
    two_people(records)
    typed("i\ni\n", "screen", "r", "--as", "ada", "--plain")
    session = open_session("r", "ben", Stage.TITLE_ABSTRACT)
    assert {d.reviewer for d in session.folder.review.decisions} <= {"ben", "automation"}
    assert session.votes == {} and len(session.waiting) == 4


def test_an_exclusion_on_full_text_needs_its_reason(records: Path, typed: Run, run: Run) -> None:
    first = "db-2020-01-01:0001"
    run("decide", "r", first, "--as", "ada", "--verdict", "include")
    run("retrieve", "r", first, "--as", "ada", "--outcome", "obtained")
    run("decide", "r", first, "--as", "zoe", "--verdict", "unsure", "--stage", "full_text")
    refused = run(
        "decide", "r", first, "--as", "ada", "--verdict", "exclude", "--stage", "full_text"
    )
    assert refused.code == 2 and "first criterion" in refused.err


@pytest.mark.parametrize("name", ["", "automation", "../ada", "A B"])
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


HOSTILE = (
    "TY  - JOUR\nTI  - Red \x1b[31malert\x1b]0;gotcha\x07 [bold]title[/bold]\n"
    "AB  - {abstract}\nPY  - 2015\nER  - \n\n"
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
def test_the_screen_shows_votes_undoes_and_ends(
    review: Path, here: Path, run: Run, size: tuple[int, int]
) -> None:
    texts = ("مرحبا \u202e evil", "漢字の要旨", "word " * 20_000, "")
    (here / "odd.ris").write_text("".join(HOSTILE.format(abstract=text) for text in texts))
    assert run("ingest", "r", "odd.ris", "--source", "db", "--on", "2020-01-01").code == 0

    async def session() -> Session:
        app = ScreenApp(lambda: open_session("r", "ada", Stage.TITLE_ABSTRACT))
        async with app.run_test(size=size) as pilot:
            await _until(pilot, lambda: app.current is not None)
            shown = str(app.query_one("#text").render())
            assert "\x1b" not in shown and "\u202e" not in shown and "[bold]" in shown
            first = app.current
            await pilot.press("i")
            assert [line["verdict"] for line in log(review, "ada")] == ["include"]
            assert app.current != first
            await pilot.press("z")
            assert app.current == first
            await pilot.press("n", *"odd", "enter")
            await pilot.press("1")
            await pilot.press("question_mark")
            await pilot.press("x")
            await pilot.press("s")
            await pilot.press("u")
            assert [line.get("verdict") for line in log(review, "ada")] == [
                "include",
                None,
                "exclude",
                "unsure",
            ]
            assert log(review, "ada")[2]["note"] == "odd"
            await pilot.press("q")
        assert app.session is not None
        return app.session

    ended = asyncio.run(session())
    assert ended.cast_here == 2 and len(ended.waiting) == 2


def test_a_refusal_while_opening_ends_the_screen_with_its_words(here: Path) -> None:
    async def refused() -> ScreenApp:
        app = ScreenApp(lambda: open_session("nowhere", "ada", Stage.TITLE_ABSTRACT))
        async with app.run_test() as pilot:
            await _until(pilot, lambda: app.refusal is not None)
        return app

    assert "no review" in str(asyncio.run(refused()).refusal)


async def _until(pilot: Any, true: Callable[[], bool]) -> None:
    for _ in range(400):
        if true():
            return
        await pilot.pause(0.02)
    raise AssertionError("it never came")


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
    said = typed("q\n", "screen", "r", "--as", "adaa", "--plain")
    assert "does not name adaa, but ada" in said.err
    said = typed("q\n", "screen", "r", "--as", "ada", "--plain")
    assert said.err == "" and said.out.endswith("Next: review status r\n")


@pytest.mark.parametrize("found", [1, 50])
def test_the_outlook_fits_a_narrow_terminal(found: int) -> None:
    labels = [True] * found + [False] * 50
    assert len(outlook_line(outlook(labels, 10_000)).splitlines()[0]) <= 78
