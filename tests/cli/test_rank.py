"""`review rank`: what waits, best first; a labelled screening played again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


@pytest.fixture
def labelled(here: Path) -> Path:
    path = here / "labelled.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["record_id", "title", "abstract", "included"])
        for n in range(40):
            relevant = n % 8 == 3
            word = "sexting adolescents" if relevant else "wheat irrigation"
            rows.writerow([f"r{n}", f"{word} study {n % 5}", f"on {word} in the field", +relevant])
    return path


def test_the_order_holds_every_record_but_those_known(labelled: Path, here: Path, run: Run) -> None:
    for start in (["--seed", "3"], ["--known", "r3,r4"]):
        said = run("rank", "--simulate", labelled, *start, "--order", here / "o.csv", "--json")
        assert said.code == 0, said.err
        with (here / "o.csv").open() as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == ["record_id", "label"]
        known = said.json["known"]
        assert len(known) == 2
        assert sorted([*(r["record_id"] for r in rows), *known]) == sorted(
            f"r{n}" for n in range(40)
        )
        for row in rows:
            assert row["label"] == str(int(int(row["record_id"][1:]) % 8 == 3))
        assert [row["label"] for row in rows[:4]] == ["1"] * 4


def test_a_seed_is_the_same_order_twice_and_another_start_another(
    labelled: Path, here: Path, run: Run
) -> None:
    texts = []
    for seed in ("1", "1", "2"):
        run("rank", "--simulate", labelled, "--seed", seed, "--order", here / "o.csv")
        texts.append((here / "o.csv").read_text())
    assert texts[0] == texts[1] != texts[2]


def test_a_cold_start_shows_every_record(labelled: Path, here: Path, run: Run) -> None:
    (here / "criteria.txt").write_text("Sexting by adolescents")
    said = run("rank", "--simulate", labelled, "--cold", "criteria.txt", "--order", "o.csv")
    assert said.code == 0 and "nothing known" in said.out
    rows = (here / "o.csv").read_text().splitlines()
    assert len(rows) == 41 and rows[1].endswith(",1")


HEAD = "record_id,title,abstract,included\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "x.csv:1: there is no column record_id, title, abstract, included"),
        ("record_id,title,abstract\n1,a,b\n", "no column included"),
        (HEAD + "1,a,b,Perhaps\n", "x.csv:2: included is 'Perhaps'"),
        (HEAD + '1,a,"two\nlines",1\n2,a,b,\n', "x.csv:4: included is ''"),
        (HEAD + "1,a,b,1\n1,a,b,0\n", "x.csv:3: the record_id '1' stands there twice, first in"),
        (HEAD + ",a,b,1\n", "x.csv:2: the record has no record_id"),
        (HEAD + "1,a,b,c,1\n", "x.csv:2: the row has 5 cells, the header 4"),
        (HEAD + "1,a\n", "x.csv:2: the row has 2 cells"),
        (HEAD, "holds no record"),
        (HEAD + "1,a,b,0\n2,c,d,0\n", "both an included"),
        (HEAD + "1,a,b,\x1b[31m\n", "x.csv:2: included is"),
    ],
)
def test_labels_that_cannot_be_read_are_refused_with_their_line(
    here: Path, run: Run, text: str, told: str
) -> None:
    (here / "x.csv").write_text(text)
    said = run("rank", "--simulate", "x.csv")
    assert said.code == 2 and told in said.err and "\x1b" not in said.err


def test_text_that_is_not_utf_8_is_refused_with_its_line(here: Path, run: Run) -> None:
    (here / "x.csv").write_bytes(HEAD.encode() + b"1,a,caf\xe9,1\n")
    said = run("rank", "--simulate", "x.csv")
    assert said.code == 2 and "x.csv:2: this is not UTF-8" in said.err
    assert run("rank", "--simulate", "missing.csv").code == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_names_in_any_case_blank_lines_and_a_byte_order_mark_are_read(
    here: Path, run: Run, delimiter: str
) -> None:
    lines = [
        "Included,Record_ID,TITLE,Abstract,note",
        "1,r1,sexting,,x",
        "",
        "0,r2,wheat,,",
        "1,r3,,,",
    ]
    text = "\r\n".join(lines).replace(",", delimiter)
    (here / "x.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    said = run("rank", "--simulate", "x.csv", "--known", "r1,r2", "--order", "o.csv", "--json")
    assert said.code == 0, said.err
    assert (here / "o.csv").read_text() == "record_id,label\nr3,1\n"


@pytest.mark.parametrize(("yes", "no"), [("yes", "NO"), ("1.0", "0.0"), ("True", "false")])
def test_labels_may_be_words_and_ids_may_hold_commas(
    here: Path, run: Run, yes: str, no: str
) -> None:
    lines = [f'"r,{n}",wheat {n},crops,{yes if n < 2 else no}\n' for n in range(4)]
    (here / "x.csv").write_text(HEAD + "".join(lines))
    said = run("rank", "--simulate", "x.csv", "--known", '"r,0", "r,2"', "--order", "o.csv")
    assert said.code == 0, said.err
    with (here / "o.csv").open() as file:
        assert sorted(csv.reader(file)) == [["r,1", "1"], ["r,3", "0"], ["record_id", "label"]]


def test_the_labelled_set_is_not_overwritten(labelled: Path, run: Run) -> None:
    before = labelled.read_bytes()
    said = run("rank", "--simulate", labelled, "--order", labelled)
    assert said.code == 2 and labelled.read_bytes() == before


def test_criteria_that_say_nothing_and_a_set_without_relevant_ones(here: Path, run: Run) -> None:
    (here / "x.csv").write_text(HEAD + "1,wheat,b,0\n2,crops,d,0\n")
    (here / "empty.txt").write_text(" \n")
    assert "is empty" in run("rank", "--simulate", "x.csv", "--cold", "empty.txt").err
    (here / "c.txt").write_text("sexting")
    said = run("rank", "--simulate", "x.csv", "--cold", "c.txt", "--order", "o.csv")
    assert said.code == 0 and "There was nothing to find." in said.out
    assert len((here / "o.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("model", ["naive_bayes", "logistic", "words"])
def test_another_model_ranks_too(labelled: Path, here: Path, run: Run, model: str) -> None:
    (here / "c.txt").write_text("Sexting by adolescents")
    start = ["--cold", "c.txt"] if model == "words" else ["--seed", "1"]
    said = run("rank", "--simulate", labelled, "--model", model, *start, "--json")
    assert said.code == 0 and said.json["recall20"] == 1
    assert run("rank", "--simulate", labelled, "--model", "words").code == 2


def test_it_is_told_when_the_rule_would_have_stopped(labelled: Path, run: Run) -> None:
    said = run("rank", "--simulate", labelled, "--json").json
    assert 0 < said["may_stop_after"] <= said["pool"]
    assert "would have allowed to stop" in run("rank", "--simulate", labelled).out


def test_two_starts_at_once_are_refused(labelled: Path, run: Run) -> None:
    assert run("rank", "--simulate", labelled, "--seed", "1", "--known", "r1,r2").code == 2
    assert run("rank", "--simulate", labelled, "--known", "r1,zebra").code == 2


def test_what_waits_is_ranked_from_my_verdicts_alone(records: Path, run: Run) -> None:
    run("decide", "r", "db-2020-01-01:0001", "--as", "ada", "--verdict", "include")
    out = run("rank", "r", "--as", "ada").out
    assert "3 records waiting for ada, ranked from the words of the protocol" in out
    assert "db-2020-01-01:0001" not in out
    run("decide", "r", "db-2020-01-01:0002", "--as", "ada", "--verdict", "exclude")
    run("decide", "r", "db-2020-01-01:0003", "--as", "ben", "--verdict", "exclude")
    said = run("rank", "r", "--as", "ada", "--model", "naive_bayes")
    assert "ranked from 2 verdicts by naive_bayes and the words" in said.out
    told = run("rank", "r", "--as", "ada", "--most", "1", "--json").json
    assert told["model"] == "svm" and told["verdicts"] == 2 and len(told["ranking"]) == 1
    assert run("rank", "r", "--as", "ada", "--seed", "2").code == 2
    assert run("rank", "r").code == 2
