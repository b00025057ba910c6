"""The full screen of `review screen`, driven by keys: what it shows, keeps and survives."""

from __future__ import annotations

import asyncio
import io
import json
import os
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from textual.events import Key, Paste

from pipeline.cli.screen.app import ScreenApp
from pipeline.cli.screen.look import AGAINST, FOR, record_text
from pipeline.model.decision import Stage
from pipeline.model.problem import Place
from pipeline.model.protocol import HighlightTerms
from pipeline.model.record import Record
from pipeline.sessions.first_records import take_at_hand
from pipeline.sessions.keys import chosen_keys
from pipeline.sessions.ranking_worker import Worker
from pipeline.sessions.session import begin_session
from pipeline.sessions.worker_line import ShownRecord, WorkerLine, send
from tests.cli.workers import worker_in_thread

Run = Callable[..., Any]
Steps = Callable[[ScreenApp, Any], Awaitable[None]]

FIRST = "db-2020-01-01:0001"


def log(review: Path) -> list[dict[str, Any]]:
    path = review / "decisions" / "ada.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def drive(
    steps: Steps,
    size: tuple[int, int] = (80, 24),
    stage: Stage = Stage.TITLE_ABSTRACT,
    line: WorkerLine | None = None,
    keys: dict[str, str] | None = None,
) -> ScreenApp:
    """Runs `steps` on ada's screen of the review `r`, from the moment a record shows."""

    async def session(line: WorkerLine) -> ScreenApp:
        app = ScreenApp(lambda: begin_session("r", "ada", stage), line, chosen_keys(keys or {}))
        async with app.run_test(size=size) as pilot:
            await until(pilot, lambda: app.current is not None or app.refusal is not None)
            await steps(app, pilot)
        return app

    if line is not None:
        return asyncio.run(session(line))
    with worker_in_thread("r", "ada", stage) as own:
        return asyncio.run(session(own))


async def until(pilot: Any, true: Callable[[], bool]) -> None:
    """Waits until it is `true`; the minute is for a machine that has much else to do."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it never came"
        await pilot.pause(0.02)


def shown(app: ScreenApp, where: str = "#text") -> str:
    return str(app.query_one(where).render())


HOSTILE = (
    "TY  - JOUR\nTI  - Red \x1b[31malert\x1b]0;gotcha\x07 [bold]title[/bold]\n"
    "AB  - {abstract}\nPY  - 2015\nER  - \n\n"
)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 12)])
def test_it_shows_votes_undoes_and_ends(
    review: Path, here: Path, run: Run, size: tuple[int, int]
) -> None:
    texts = ("مرحبا \u202e evil", "漢字の要旨", "word " * 20_000, "")
    (here / "odd.ris").write_text("".join(HOSTILE.format(abstract=text) for text in texts))
    assert run("ingest", "r", "odd.ris", "--source", "db", "--on", "2020-01-01").code == 0

    async def steps(app: ScreenApp, pilot: Any) -> None:
        assert not {"\x1b", "\u202e"} & set(shown(app)) and "[bold]" in shown(app)
        first = app.current
        await pilot.press("i")
        assert [line["verdict"] for line in log(review)] == ["include"]
        assert app.current != first
        await pilot.press("z")
        assert app.current == first
        await pilot.press("n", *"odd", "enter")
        await pilot.press("1", "question_mark", "x", "s")
        await pilot.resize_terminal(size[0] + 30, size[1] + 5)
        await pilot.press("u")
        verdicts = [line.get("verdict") for line in log(review)]
        assert verdicts == ["include", None, "exclude", "unsure"]
        assert log(review)[2]["note"] == "odd"
        await pilot.press("q")

    session = drive(steps, size).session
    assert session is not None and session.cast_here == 2 and len(session.waiting) == 2


def test_a_very_long_abstract_is_there_to_its_end(review: Path, here: Path, run: Run) -> None:
    text = f"TY  - JOUR\nTI  - Long\nAB  - {'word ' * 19_990}the very end\nER  - \n"
    (here / "long.ris").write_text(text)
    assert run("ingest", "r", "long.ris", "--source", "db", "--on", "2020-01-01").code == 0

    async def steps(app: ScreenApp, pilot: Any) -> None:
        await until(pilot, lambda: "the very end" in shown(app))

    drive(steps)


def test_what_is_put_off_comes_at_the_end_and_what_is_skipped_not_at_all(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        later = app.current
        await pilot.press("l")
        skipped = app.current
        await pilot.press("s")
        await pilot.press("i", "i")
        assert app.current == later
        await pilot.press("i")
        assert app.current is None and "Nothing waits" in shown(app)
        assert [line["record"] for line in log(records)].count(skipped) == 0
        await pilot.press("z")
        assert app.current == later

    drive(steps)


def test_notes_tags_and_all_criteria_that_fail_go_with_the_verdict(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        await pilot.press("number_sign", *"key", "enter", "number_sign", *"odd", "enter")
        await pilot.press("number_sign", *"odd", "enter")  # the same again takes it away
        await pilot.press("v", "2", "1", "3", "2")
        assert "\u2717 [1" in shown(app, "#criteria")
        await pilot.press("enter")

    drive(steps)
    (line,) = log(records)
    order = [line["reason"], *[c for c in line["fails"] if c != line["reason"]]]
    assert line["tags"] == ["key"] and len(line["fails"]) == 2 and line["fails"] == order


def test_what_is_typed_in_one_go_is_taken_in_its_order(records: Path) -> None:
    """A paste or a quick hand: all keys are there before the first has been drawn."""

    async def steps(app: ScreenApp, pilot: Any) -> None:
        for key in ("n", *"in time", "enter", "#", *"key", "enter", "2", "i"):
            name = {" ": "space", "#": "number_sign"}.get(key, key)
            app.post_message(Key(name, "\r" if key == "enter" else key))
        await until(pilot, lambda: len(log(records)) == 2)

    drive(steps)
    first, second = log(records)
    assert (first["note"], first["tags"], first["verdict"]) == ("in time", ["key"], "exclude")
    assert second["verdict"] == "include" and "note" not in second


def test_what_is_mended_and_pasted_in_one_go_is_taken_in_its_order(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        app.post_message(Paste("i"))  # decides nothing where no line is being typed
        for key in ("n", *"ib", "backspace", "n", "home", "*", "end", "!", "enter", "n"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        app.post_message(Paste(" at\nonce"))
        for key in ("enter", "i"):
            app.post_message(Key(key, "\r" if key == "enter" else key))
        await until(pilot, lambda: bool(log(records)))

    drive(steps)
    assert [line["note"] for line in log(records)] == ["*in! at once"]


def test_marking_that_is_left_decides_nothing(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        first = app.current
        await pilot.press("v", "1", "escape")
        await pilot.press("v", "enter")
        assert app.current == first and "\u2717" not in shown(app, "#criteria")

    drive(steps)
    assert log(records) == []


def test_a_record_is_gone_to_by_its_words_its_number_or_a_tag(records: Path) -> None:
    async def go(pilot: Any, words: str) -> None:
        await pilot.press("g", *("number_sign" if c == "#" else c for c in words), "enter")
        await pilot.pause()

    async def steps(app: ScreenApp, pilot: Any) -> None:
        await go(pilot, "three")
        assert app.current == "db-2020-01-01:0003"
        await pilot.press("number_sign", *"odd", "enter", "i")
        await go(pilot, "0001")
        assert app.current == FIRST
        await go(pilot, "#odd")
        assert app.current == "db-2020-01-01:0003" and "You decided" in shown(app, "#why")
        await go(pilot, "nowhere")
        assert app.current == "db-2020-01-01:0003" and "Nothing is found" in shown(app, "#why")
        await go(pilot, "o")  # One, Two and Four
        assert "1  db" in shown(app) and "3  db" in shown(app)
        await pilot.press("2")
        assert app.current == "db-2020-01-01:0002"

    drive(steps)


def test_on_full_text_an_exclusion_waits_for_its_criterion(
    records: Path, here: Path, run: Run, decide: Run
) -> None:
    decide("0001", "include")
    (here / "one.pdf").write_bytes(b"%PDF-1.4\n")
    assert run("retrieve", "r", FIRST, "--obtained", "--file", "one.pdf", "--as", "ada").code == 0

    async def steps(app: ScreenApp, pilot: Any) -> None:
        assert "Full text: obtained on" in shown(app) and ".pdf" in shown(app)
        await pilot.press("e", "x")
        assert "Nothing was decided" in shown(app, "#why")
        await pilot.press("e", "1")

    drive(steps, stage=Stage.FULL_TEXT)
    assert log(records)[-1]["stage"] == "full_text" and log(records)[-1]["reason"]


def test_words_for_and_against_differ_in_shape_as_well_as_in_colour() -> None:
    record = Record(
        id="s:1", number=1, place=Place(file="s"), title="Youth and adults", abstract=""
    )
    terms = HighlightTerms(include=("youth",), exclude=("adult",))
    text = record_text(ShownRecord(record=record), terms, "", Stage.TITLE_ABSTRACT, {})
    marked = {
        text.plain[s.start : s.end]: str(s.style) for s in text.spans if s.style in (FOR, AGAINST)
    }
    assert marked == {"Youth": FOR, "adults": AGAINST}
    colours = {"green", "red"}
    assert set(FOR.split()) - colours != set(AGAINST.split()) - colours
    assert "underline" in FOR and "underline" in AGAINST


def test_records_of_one_title_are_shown_one_after_the_other(
    review: Path, here: Path, run: Run
) -> None:
    titles = ("Sleep of fishers at night", "Harbours and light", "Sleep of fishers, at night!")
    (here / "x.ris").write_text("".join(f"TY  - JOUR\nTI  - {t}\nER  - \n\n" for t in titles))
    assert run("ingest", "r", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0

    async def steps(app: ScreenApp, pilot: Any) -> None:
        if app.current == "db-2020-01-01:0002":
            await pilot.press("i")
        first = app.current
        assert "Has the same title" in shown(app)
        await pilot.press("i")
        assert {first, app.current} == {"db-2020-01-01:0001", "db-2020-01-01:0003"}
        assert f"same title as {first} (you: include)" in shown(app)

    drive(steps)


def test_a_persons_own_keys_take_the_place_of_those_that_come_with_it(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        await pilot.press("i")
        assert log(records) == []
        await pilot.press("y")

    drive(steps, keys={"include": "y"})
    assert [line["verdict"] for line in log(records)] == ["include"]


def test_a_verdict_that_cannot_be_written_keeps_the_record_in_view(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        first = app.current
        path = records / "decisions" / "ada.jsonl"
        path.mkdir(parents=True)
        await pilot.press("i")
        assert app.current == first and "Nothing was decided" in shown(app, "#why")
        path.rmdir()
        await pilot.press("i")
        assert app.current != first

    drive(steps)
    assert len(log(records)) == 1


def test_when_the_worker_ends_the_session_goes_on(records: Path) -> None:
    answers = io.BytesIO()
    worker = Worker.opened("r", "ada", Stage.TITLE_ABSTRACT, False)
    send(answers, worker.told(whole=True))
    answers.seek(0)

    async def steps(app: ScreenApp, pilot: Any) -> None:
        await until(pilot, lambda: "ranking has ended" in shown(app, "#outlook"))
        await pilot.press("i", "u", "i", "i")
        assert app.current is None

    drive(steps, line=WorkerLine(io.BytesIO(), answers, end=lambda: None))
    assert len(log(records)) == 4


def test_the_next_session_begins_with_what_the_last_one_left(records: Path) -> None:
    seen: list[str | None] = []

    async def first(app: ScreenApp, pilot: Any) -> None:
        await pilot.press("i")

    async def second(app: ScreenApp, pilot: Any) -> None:
        seen.append(app.current)

    left = drive(first).session
    silent, end = os.pipe()
    line = WorkerLine(io.BytesIO(), os.fdopen(silent, "rb"), end=lambda: os.close(end))
    with closing(line):
        drive(second, line=line)
    assert left is not None and seen == [left.next_record()] != [None]
    protocol = records / "protocol.yaml"
    protocol.write_text(protocol.read_text() + "\n")
    session = begin_session("r", "ada", Stage.TITLE_ABSTRACT)
    take_at_hand(session)
    assert session.next_record() is None


def test_a_refusal_of_the_worker_ends_the_screen_with_its_words(records: Path) -> None:
    async def steps(app: ScreenApp, pilot: Any) -> None:
        pass

    with worker_in_thread("nowhere", "ada") as line:
        assert "no review" in str(drive(steps, line=line).refusal)


def test_a_large_first_session_begins_in_the_order_of_the_protocols_words(
    review: Path, here: Path, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pipeline.model.decision import Stage
    from pipeline.sessions import first_records
    from pipeline.sessions.ranking import Guide
    from pipeline.sessions.session import Session, open_session
    from pipeline.store import open_review

    titles = [
        "Wheat and soil",
        "Ferry bells",
        "Sleep of sailors",
        "Sailors",
        "Sleep of sailors at sea",
    ]
    (here / "many.ris").write_text(
        "".join(f"TY  - JOUR\nTI  - {title}\nER  - \n\n" for title in titles)
    )
    assert run("ingest", "r", "many.ris", "--source", "db", "--on", "2020-01-01").code == 0
    protocol = review / "protocol.yaml"
    text = protocol.read_text().replace("title: A review", "title: Sleep of sailors", 1)
    protocol.write_text(text)
    monkeypatch.setattr(first_records, "LARGE", 5)
    folder = open_review("r", as_reviewer="ada")
    session = Session(
        folder=folder, protocol=folder.protocol[0], reviewer="ada", stage=Stage.TITLE_ABSTRACT
    )
    first_records.take_provisionally(session)
    shown = [held.record.title for held in session.at_hand.values()]
    assert set(shown[:3]) == {"Sleep of sailors", "Sailors", "Sleep of sailors at sea"}
    assert shown[3:] == ["Wheat and soil", "Ferry bells"]  # what shares no word, as it came in
    why = [held.why for held in session.at_hand.values()]
    assert "words of the protocol" in why[0] and "order it came in" in why[-1]
    # the worker begins in the same order
    opened = open_session("r", "ada", Stage.TITLE_ABSTRACT)
    guide = Guide(
        folder=opened.folder, stage=Stage.TITLE_ABSTRACT, waiting=dict(opened.waiting),
        everything=opened.everything, votes={},
    )  # fmt: skip
    guide.begin()
    head = [opened.folder.records[record].title for record, _ in guide.head((), 5)]
    assert head == shown
    assert "words of the protocol" in next(why for _, why in guide.head((), 1))
