"""`review ingest`: exports are kept as they came, every entry counted, every refusal clean."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import sys
import time
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.importing.ingest_options import search_yaml
from pipeline.model.search import Arm, PeerReview, Search, SourceKind
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml

TWO = (
    b"TY  - JOUR\r\nTI  - One\r\nPY  - 2015\r\nER  - \r\n\r\n"
    b"TY  - JOUR\r\nTI  - caf\xe9\r\nPY  - 2014\r\nER  - \r\n"
)
SOURCE = ("--source", "PsycINFO (Ovid)", "--on", "2015-11-02")
ID = "psycinfo-ovid-2015-11-02"
RAYYAN = """\
TY  - JOUR
TI  - Disputed
N1  - RAYYAN-INCLUSION: {"Anna"=>"Included", "Ben"=>"Excluded"}
ER  -

TY  - JOUR
TI  - Out
N1  - RAYYAN-INCLUSION: {"Anna"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: another topic
ER  -

TY  - JOUR
TI  - Out for a reason of their own
N1  - RAYYAN-INCLUSION: {"Anna"=>"Excluded"} | RAYYAN-EXCLUSION-REASONS: wrong drug
ER  -

TY  - JOUR
TI  - Nobody looked
ER  -
"""


def folder_of(review: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in sorted((review / "searches").iterdir())}


def test_the_export_is_kept_byte_for_byte_and_its_log_says_so(review: Path, run: Any) -> None:
    Path("x.RIS").write_bytes(TWO)
    said = run("ingest", "r", "x.RIS", *SOURCE, "--results-reported", "2")
    assert said.code == 0
    assert "2 entries = 2 read + 0 set aside" in said.out
    assert "review dedupe r" in said.out
    assert folder_of(review)[f"{ID}.ris"] == TWO
    log = read_yaml((review / "searches" / f"{ID}.yaml").read_text(), "log").value
    assert log["sha256"] == hashlib.sha256(TWO).hexdigest()
    assert (log["source"], log["searched_on"]) == ("PsycINFO (Ovid)", date(2015, 11, 2))
    assert (log["ingested_on"], log["sequence"]) == (date.today(), 1)
    assert log["results_reported"] == 2
    assert run("status", "r", "--json").json["records"] == 2


def test_every_option_stands_in_the_log_and_is_read_back(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    Path("q.txt").write_bytes(b"\xef\xbb\xbf1. exp Adolescent/\r\n2. (a OR b): c # d\r\n\r\n")
    assert run("ingest", "r", "x.ris", "--source", "first", "--on", "2014-01-01").code == 0
    said = run(
        *("ingest", "r", "x.ris", *SOURCE, "--again", "--kind", "citation-searching"),
        *("--counted-in", "databases", "--interface", "Ovid", "--interface-url", "https://o.x"),
        *(
            "--query-file",
            "q.txt",
            "--limits",
            "2000 to 2015",
            "--limits",
            "NO",
            "--limits",
            "a: b",
        ),
        *("--limit-reasons", "why: so", "--filters", "HSSS", "--reused-from", "Belton 2016"),
        *("--update-of", "first-2014-01-01", "--alert", "weekly", "--peer-review", "PRESS"),
        *("--peer-review-by", "Ada", "--peer-review-on", "2015-10-01", "--note", "- n"),
        *("--id", "mine", "--encoding", "cp1252", "--format", "ris"),
    )
    assert said.code == 0, said.err
    path = review / "searches" / "mine.yaml"
    search, problems = into(Search, read_yaml(path.read_text(), "log"), given={"id": "mine"})
    assert not problems
    assert search == Search(
        id="mine",
        source="PsycINFO (Ovid)",
        kind=SourceKind.CITATION_SEARCHING,
        searched_on=date(2015, 11, 2),
        ingested_on=date.today(),
        sequence=2,
        export="mine.ris",
        sha256=hashlib.sha256(TWO).hexdigest(),
        interface="Ovid",
        interface_url="https://o.x",
        counted_in=Arm.DATABASES,
        query="1. exp Adolescent/\n2. (a OR b): c # d",
        limits=("2000 to 2015", "NO", "a: b"),
        limit_reasons="why: so",
        filters=("HSSS",),
        reused_from="Belton 2016",
        update_of="first-2014-01-01",
        alert="weekly",
        peer_review=PeerReview(method="PRESS", by="Ada", on=date(2015, 10, 1)),
        format="ris",
        encoding="cp1252",
        note="- n",
    )


def test_the_same_file_twice_changes_nothing(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    run("ingest", "r", "x.ris", *SOURCE)
    before = folder_of(review)
    Path("renamed.txt").write_bytes(TWO)
    again = run("ingest", "r", "renamed.txt", "--source", "other", "--on", "2016-01-01")
    assert again.code == 0
    assert ID in again.out and "nothing changed" in again.out
    assert folder_of(review) == before
    assert run("ingest", "r", "x.ris", *SOURCE, "--again").code == 0
    assert f"{ID}-2.yaml" in folder_of(review)


def test_what_is_set_aside_is_told_with_its_line_and_how_to_repair(review: Path, run: Any) -> None:
    Path("x.json").write_text('[{"title": "One", "type": "book"}, 7, {"title": "Three"}]')
    said = run("ingest", "r", "x.json", *SOURCE, "--results-reported", "9")
    assert said.code == 0
    assert "3 entries = 2 read + 1 set aside" in said.out
    assert re.search(rf"{ID}\.json:\d+: warning: entry 2 was set aside", said.err)
    assert f"{ID}.repairs.yaml" in said.err
    assert "3 entries were found, PsycINFO (Ovid) reported 9" in said.err
    (review / "searches" / f"{ID}.repairs.yaml").write_text('2: |\n  [{"title": "Two"}]\n')
    told = run("ingest", "r", "x.json", *SOURCE, "--json").json
    assert (told["found"], told["read"], told["set_aside"]) == (3, 3, [])
    assert run("status", "r", "--json").json["records"] == 3


def test_strict_refuses_and_keeps_nothing(review: Path, run: Any) -> None:
    Path("x.json").write_text('[{"title": "One", "type": "book"}, 7]')
    said = run("ingest", "r", "x.json", *SOURCE, "--strict")
    assert said.code == 2
    assert re.search(r"x\.json:\d+: warning: entry 2", said.err)
    assert folder_of(review) == {}
    assert list(review.parent.parent.glob("outputs/.cache/*.parquet")) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\0", "empty"),
        (b"<!DOCTYPE html><html><body>Please log in</body></html>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"just some words\n", "no layout"),
        (b"PK\x03\x04 not a workbook", "x.ris"),
        (b"[]", "no record was found"),
    ],
)
def test_what_holds_no_records_is_refused_and_not_kept(
    review: Path, run: Any, content: bytes, words: str
) -> None:
    Path("x.ris").write_bytes(content)
    said = run("ingest", "r", "x.ris", *SOURCE)
    assert said.code == 2
    assert words in said.err
    assert folder_of(review) == {}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing.ris", *SOURCE), "there is no file"),
        ((".", *SOURCE), "folder"),
        (("x.ris", "--source", " ", "--on", "2015-01-01"), "no name"),
        (("x.ris", "--source", "a", "--on", "2915-01-01"), "still to come"),
        (("x.ris", "--source", "a", "--on", "1.2.2015"), "--on"),
        (("x.ris", *SOURCE, "--kind", "databse"), "Did you mean 'database'"),
        (("x.ris", *SOURCE, "--format", "riss"), "Did you mean 'ris'"),
        (("x.ris", *SOURCE, "--encoding", "utf-99"), "no encoding"),
        (("x.ris", *SOURCE, "--update-of", "gone"), "no search"),
        (("x.ris", *SOURCE, "--column", "titel=Titel"), "Did you mean 'title'"),
        (("x.ris", *SOURCE, "--column", "title"), "title=Titel"),
        (("x.ris", *SOURCE, "--query", "a", "--query-file", "x.ris"), "one of the two"),
        (("x.ris", *SOURCE, "--id", "a.b"), "id of a search"),
        (("x.ris", *SOURCE, "--decisions-as", "automation"), "automation"),
        (("x.ris", *SOURCE, "--decisions-as", "../ada"), "cannot name a person"),
        (("x.ris", *SOURCE, "--results-reported", "-1"), "--results-reported"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(
    review: Path, run: Any, arguments: tuple[str, ...], words: str
) -> None:
    Path("x.ris").write_bytes(TWO)
    said = run("ingest", "r", *arguments)
    assert said.code == 2
    assert words in said.err and "Traceback" not in said.err
    assert folder_of(review) == {}


def test_a_table_with_columns_of_its_own_names(review: Path, run: Any) -> None:
    Path("x.csv").write_text("Nr;Was;Wer\n1;One;Doe, J\n2;Two;Roe, R\n")
    said = run(
        *("ingest", "r", "x.csv", *SOURCE, "--column", "title=Was", "--column", "author=Wer"),
        "--json",
    )
    assert said.json["read"] == 2
    log = read_yaml((review / "searches" / f"{ID}.yaml").read_text(), "log").value
    assert log["columns"] == {"title": "Was", "author": "Wer"}
    # the same columns are used whenever the review is read
    assert run("status", "r", "--json").json["records"] == 2


def test_decisions_of_another_tool_are_told_and_written_only_when_asked(
    review: Path, run: Any
) -> None:
    Path("x.ris").write_text(RAYYAN)
    first = run("ingest", "r", "x.ris", *SOURCE)
    assert "decisions of another tool on 3 records" in first.err
    assert list((review / "decisions").iterdir()) == []
    then = run("ingest", "r", "x.ris", *SOURCE, "--decisions-as", "rayyan")
    assert "3 votes written as rayyan" in then.err
    lines = [json.loads(x) for x in (review / "decisions/rayyan.jsonl").read_text().splitlines()]
    assert [(x["record"][-4:], x["verdict"], x.get("reason", "")) for x in lines] == [
        ("0001", "unsure", ""),
        ("0002", "exclude", "topic"),
        ("0003", "exclude", ""),
    ]
    assert "wrong drug" in lines[2]["note"] and "'wrong drug'" in then.err
    assert all("seen" not in x for x in lines)
    once_more = run("ingest", "r", "x.ris", *SOURCE, "--decisions-as", "rayyan", "--json")
    assert once_more.json["decisions_written"] == 0
    assert len((review / "decisions/rayyan.jsonl").read_text().splitlines()) == 3


def test_a_verdict_on_full_text_implies_that_the_record_got_there(review: Path, run: Any) -> None:
    Path("x.csv").write_text(
        'Title,Authors,Covidence #,Notes\nOne,"Doe, J",#7,Excluded - Another topic\n'
    )
    run("ingest", "r", "x.csv", *SOURCE, "--decisions-as", "covidence")
    status = run("status", "r", "--json").json
    assert status["flow"]["dbr_excluded"] == 1
    assert status["reasons"]["dbr_excluded"] == {"topic": 1}


def test_words_of_exports_cannot_act_on_the_terminal(review: Path, run: Any) -> None:
    name = "evil\x1b[31m.ris"
    Path(name).write_bytes(TWO)
    said = run("ingest", "r", name, "--source", "db\x1b]0;x\x07", "--on", "2015-01-01")
    assert said.code == 0
    refused = run("ingest", "r", "nothing\x1b[2J.ris", *SOURCE)
    told = said.out + said.err + refused.out + refused.err
    assert "\x1b" not in told and "\x07" not in told
    assert sorted(folder_of(review)) == ["db-0-x-2015-01-01.ris", "db-0-x-2015-01-01.yaml"]


def test_an_ingest_that_was_stopped_is_named_and_completed(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    run("ingest", "r", "x.ris", *SOURCE)
    (review / "searches" / f"{ID}.yaml").unlink()
    assert f"{ID}.ris" in run("check", "r").out
    again = run("ingest", "r", "x.ris", *SOURCE)
    assert again.code == 0 and "now it is the search" in again.out
    assert sorted(folder_of(review)) == [f"{ID}.ris", f"{ID}.yaml"]
    assert {p["check"] for p in run("check", "r", "--json").json} == {"search-log", "placeholder"}


def test_a_log_that_is_no_text_is_told_before_anything_comes_in(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    (review / "searches" / "old.yaml").write_bytes(b"source: caf\xe9\n")
    said = run("ingest", "r", "x.ris", *SOURCE)
    assert said.code == 2 and "old.yaml:1 is not UTF-8" in said.err
    assert list(folder_of(review)) == ["old.yaml"]


def test_a_search_with_a_fault_beside_it_is_no_hindrance(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    (review / "searches" / "old.yaml").write_text("sequence: 7\nsource: [\n")
    assert run("ingest", "r", "x.ris", *SOURCE).code == 0
    log = read_yaml((review / "searches" / f"{ID}.yaml").read_text(), "log").value
    assert log["sequence"] == 8


def test_a_stop_by_the_keyboard_leaves_nothing(review: Path, here: Path) -> None:
    with subprocess.Popen(
        review_command("ingest", "r", "-", *SOURCE),
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        # a shell has its background jobs ignore the keyboard, and children inherit that
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        process.stdin.write(TWO)
        process.stdin.flush()
        while not folder_of(review):
            time.sleep(0.01)
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        _, told = process.communicate()
    assert process.returncode == 130
    assert b"Stopped" in told and b"Traceback" not in told
    assert folder_of(review) == {}


def test_a_lost_export_comes_back(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    run("ingest", "r", "x.ris", *SOURCE)
    (review / "searches" / f"{ID}.ris").unlink()
    assert "it is back" in run("ingest", "r", "x.ris", *SOURCE).out
    assert folder_of(review)[f"{ID}.ris"] == TWO


def test_an_export_in_yaml_does_not_pass_for_a_search(review: Path, run: Any) -> None:
    Path("x.yaml").write_text("references:\n- id: a\n  type: book\n  title: One\n")
    assert run("ingest", "r", "x.yaml", *SOURCE).code == 0
    assert sorted(folder_of(review)) == [f"{ID}.yaml", f"{ID}.yml"]
    assert {p["check"] for p in run("check", "r", "--json").json} == {"search-log", "placeholder"}


def test_a_source_in_another_script_still_gets_an_id(review: Path, run: Any) -> None:
    Path("x.ris").write_bytes(TWO)
    run("ingest", "r", "x.ris", "--source", "知网", "--on", "2015-01-01")
    assert "database-2015-01-01.yaml" in folder_of(review)


def review_command(*words: str) -> list[str]:
    return [sys.executable, "-m", "pipeline", *words]


def test_standard_input_is_an_export_too(review: Path, here: Path) -> None:
    done = subprocess.run(
        review_command("ingest", "r", "-", *SOURCE, "--json"),
        input=TWO,
        capture_output=True,
        check=True,
    )
    assert json.loads(done.stdout)["read"] == 2
    assert folder_of(review)[f"{ID}.ris"] == TWO


def test_several_at_once_get_ids_and_numbers_of_their_own(review: Path, here: Path) -> None:
    running = []
    for n in range(4):
        Path(f"{n}.ris").write_bytes(TWO + b"\r\n" * n)
        running.append(
            subprocess.Popen(
                review_command("ingest", "r", f"{n}.ris", *SOURCE),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        )
    for process in running:
        _, told = process.communicate()
        assert process.returncode == 0, told
    logs = [read_yaml(p.read_text(), p.name).value for p in (review / "searches").glob("*.yaml")]
    assert sorted(log["sequence"] for log in logs) == [1, 2, 3, 4]
    assert len({log["sha256"] for log in logs}) == 4
    for log in logs:
        export = review / "searches" / log["export"]
        assert hashlib.sha256(export.read_bytes()).hexdigest() == log["sha256"]


def test_the_same_file_at_once_is_one_search(review: Path, here: Path) -> None:
    Path("x.ris").write_bytes(TWO)
    running = [
        subprocess.Popen(
            review_command("ingest", "r", "x.ris", *SOURCE),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(3)
    ]
    assert [process.wait() for process in running] == [0, 0, 0]
    assert sorted(folder_of(review)) == [f"{ID}.ris", f"{ID}.yaml"]


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SEARCH = Search(
    id="s",
    source="db",
    kind=SourceKind.DATABASE,
    searched_on=date(2015, 1, 1),
    ingested_on=date(2015, 1, 2),
    export="s.ris",
    sha256="0" * 64,
)


@given(
    source=WORDS.filter(bool),
    query=WORDS,
    note=WORDS,
    limits=st.lists(WORDS, max_size=3).map(tuple),
    columns=st.dictionaries(st.sampled_from(["title", "author"]), WORDS.filter(bool)),
    method=WORDS.filter(bool),
)
def test_any_words_come_back_from_the_search_log(method: str, **said: Any) -> None:
    search = replace(SEARCH, peer_review=PeerReview(method=method), **said)
    read, problems = into(Search, read_yaml(search_yaml(search), "s.yaml"), given={"id": "s"})
    assert problems == ()
    assert read == search


def test_every_field_of_a_search_is_asked_for() -> None:
    text = search_yaml(SEARCH)
    # what is ingested was searched for; `was_run: false` is for illustrations
    # and `asked` is written by the program that ran the search, or not at all
    not_asked = {"id", "counted_in", "format", "encoding", "columns", "was_run", "asked", "chased"}
    for field in fields(Search):
        assert field.name in not_asked or re.search(rf"^#?{field.name}:", text, re.M), field.name
    for item in range(1, 17):
        assert re.search(rf"\b{item}\b|1 to 7", text)


def test_the_open_lines_can_be_filled_in_as_they_stand() -> None:
    text = re.sub(r"^#(?=\S|  )", "", search_yaml(SEARCH), flags=re.MULTILINE)
    read, problems = into(Search, read_yaml(text, "s.yaml"), given={"id": "s"})
    assert problems == ()
    assert read == replace(SEARCH, peer_review=PeerReview())
