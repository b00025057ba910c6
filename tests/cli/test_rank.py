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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("record_id,title,abstract\n1,a,b\n", "no column included"),
        ("record_id,title,abstract,included\n1,a,b,yes\n", ":2: included is 'yes'"),
        ("record_id,title,abstract,included\n1,a,b,1\n1,a,b,0\n", "twice"),
        ("record_id,title,abstract,included\n", "holds no record"),
        ("record_id,title,abstract,included\n1,a,b,0\n2,c,d,0\n", "both an included"),
    ],
)
def test_labels_that_cannot_be_read_are_refused_with_their_line(
    here: Path, run: Run, text: str, told: str
) -> None:
    (here / "x.csv").write_text(text)
    said = run("rank", "--simulate", "x.csv")
    assert said.code == 2 and told in said.err


def test_two_starts_at_once_are_refused(labelled: Path, run: Run) -> None:
    assert run("rank", "--simulate", labelled, "--seed", "1", "--known", "r1,r2").code == 2
    assert run("rank", "--simulate", labelled, "--known", "r1,zebra").code == 2


def test_what_waits_is_ranked_from_my_verdicts_alone(records: Path, run: Run) -> None:
    run("decide", "r", "db-2020-01-01:0001", "--as", "ada", "--verdict", "include")
    out = run("rank", "r", "--as", "ada").out
    assert "3 records waiting for ada, ranked from 1 verdict" in out
    assert "db-2020-01-01:0001" not in out
    assert run("rank", "r").code == 2
