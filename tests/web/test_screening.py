"""Screening in the browser: what is written, what is shown, and to whom."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from pipeline.cli.entry import _run

from .conftest import lines, same_line

SCREEN = "/screen/title_abstract"
FIRST = "db-2020-01-01:0001"


def in_view(browser: Any) -> str:
    found = re.search(r'<span class="id">(.*?)</span>', browser.page)
    return found[1] if found else ""


def test_a_verdict_is_a_line_like_the_one_of_the_terminal(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    record = in_view(ada)
    ada.post(SCREEN, say="exclude:topic", note=" a  note\nof two ", tags="#x, y, x")
    assert ada.status == 200 and "Written" in ada.page and in_view(ada) != record
    assert (
        _run(
            [
                "decide",
                "r",
                record,
                "--as",
                "ben",
                "--verdict",
                "exclude",
                "--reason",
                "topic",
                "--note",
                "a note of two",
                "--tag",
                "x",
                "--tag",
                "y",
            ]
        )
        == 0
    )
    assert same_line(lines(review, "ada")[0], lines(review, "ben")[0])
    assert len(lines(review, "ada")) == len(lines(review, "ben")) == 1


def test_every_button_writes_what_it_says(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    for say in ("include", "unsure", "exclude", "exclude:design"):
        ada.post(SCREEN, say=say)
    said = [(x["verdict"], x.get("reason", "")) for x in lines(review, "ada")]
    assert said == [("include", ""), ("unsure", ""), ("exclude", ""), ("exclude", "design")]
    assert len({x["record"] for x in lines(review, "ada")}) == 4
    assert "Nothing waits for you" in ada.page


def test_all_criteria_that_fail_are_kept_in_the_order_of_the_protocol(
    review: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    ada.post(SCREEN, say="exclude", fails=["design", "topic"])
    (line,) = lines(review, "ada")
    assert line["reason"] == line["fails"][0] and set(line["fails"]) == {"topic", "design"}


def test_the_same_form_sent_twice_is_one_verdict(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    sent = {**ada.hidden(SCREEN), "say": "include", "note": "x"}
    for _ in range(3):
        ada.post(SCREEN, **sent)
        assert ada.status == 200
    assert len(lines(review, "ada")) == 1


def test_a_form_that_was_overtaken_writes_nothing_and_keeps_the_note(
    review: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    record = in_view(ada)
    assert _run(["decide", "r", record, "--as", "ada", "--verdict", "exclude"]) == 0
    ada.post(SCREEN, say="include", note="my long thought")
    assert ada.status == 409 and "my long thought" in ada.page and "at the terminal" in ada.page
    assert [x["verdict"] for x in lines(review, "ada")] == ["exclude"]
    ada.post(SCREEN, say="include", note="my long thought")  # having seen it
    assert [x["verdict"] for x in lines(review, "ada")] == ["exclude", "include"]
    assert lines(review, "ada")[1]["replaces"]


def test_undo_takes_back_one_verdict_however_often_it_is_sent(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    ada.post(SCREEN, say="include")
    ada.post(SCREEN, say="exclude")
    sent = ada.hidden(f"{SCREEN}/take-back")
    ada.post(f"{SCREEN}/take-back", **sent)
    assert "Here it is again" in ada.page
    ada.post(f"{SCREEN}/take-back", **sent)
    assert "taken back already" in ada.page
    assert [x["event"] for x in lines(review, "ada")] == ["screened", "screened", "withdrawn"]


def test_a_skipped_record_comes_last_or_not_until_it_is_asked_for(
    review: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    later, skipped = in_view(ada), ""
    ada.post(SCREEN, say="later")
    skipped = in_view(ada)
    ada.post(SCREEN, say="skip")
    seen = []
    for _ in range(3):
        seen.append(in_view(ada))
        ada.post(SCREEN, say="include")
    assert seen[-1] == later and skipped not in seen and "1 you skipped" in ada.page
    ada.post(f"{SCREEN}/anew")
    assert in_view(ada) == skipped


def test_terminal_and_browser_share_one_review(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    waiting = {f"db-2020-01-01:000{n}" for n in range(1, 5)} - {in_view(ada)}
    other = sorted(waiting)[0]
    assert _run(["decide", "r", other, "--as", "ada", "--verdict", "include"]) == 0
    seen = set()
    while record := in_view(ada):
        seen.add(record)
        ada.post(SCREEN, say="include")
    assert seen == {f"db-2020-01-01:000{n}" for n in range(1, 5)} - {other}


def test_nobody_sees_anybody_elses_verdict_while_they_screen(review: Path, open_as: Any) -> None:
    for number in range(1, 5):
        assert (
            _run(
                [
                    "decide",
                    "r",
                    f"db-2020-01-01:000{number}",
                    "--as",
                    "ben",
                    "--verdict",
                    "exclude",
                    "--reason",
                    "topic",
                    "--note",
                    "benswords",
                    "--tag",
                    "benstag",
                ]
            )
            == 0
        )
    ada = open_as("ada")
    for address in (SCREEN, f"{SCREEN}?record={FIRST}", f"{SCREEN}/find?words=One", "/", "/status"):
        page = ada.get(address)
        assert ada.status == 200
        assert "benswords" not in page and "benstag" not in page and "(topic)" not in page


def test_a_wrong_form_writes_nothing_and_says_why(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    for say in ("", "maybe", "include:topic", "exclude:nothing", "resolved"):
        ada.post(SCREEN, say=say, note="kept words")
        assert ada.status == 400 and "kept words" in ada.page
    ada.post(SCREEN, say="include", record="db-2020-01-01:9999")
    assert ada.status == 400
    assert ada.get("/screen/nowhere") and ada.status == 400
    assert lines(review, "ada") == []


def test_words_speak_for_and_against_a_record(review: Path, open_as: Any) -> None:
    protocol = review / "protocol.yaml"
    text = re.sub(r"\n(#\s*)?terms:(\n .*)*", "", protocol.read_text())
    protocol.write_text(text + "\nterms:\n  include: [about]\n  exclude: [what]\n")
    ada = open_as("ada")
    page = ada.get(f"{SCREEN}?record={FIRST}&within=one")
    assert '<mark class="for">about</mark>' in page and '<mark class="against">What</mark>' in page
    assert '<mark class="found">One</mark>' in page


def test_a_write_that_fails_is_told_and_what_was_typed_stays(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(SCREEN)
    (review / "decisions" / "ada.jsonl").mkdir(parents=True)
    ada.post(SCREEN, say="include", note="a thought")
    assert ada.status == 400 and "a thought" in ada.page and "is a folder" in ada.page
    (review / "decisions" / "ada.jsonl").rmdir()
    ada.post(SCREEN, say="include", note="a thought")
    assert ada.status == 200 and [x["note"] for x in lines(review, "ada")] == ["a thought"]
