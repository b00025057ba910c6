"""`review remove`: before screening only, each with a reason; a rule never removes the unknown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.cli.screening.remove import _years

ONE, TWO = "db-2020-01-01:0001", "db-2020-01-01:0002"


def entry(title: str, year: str) -> str:
    return f"TY  - JOUR\nTI  - {title}\nPY  - {year}\nER  - \n\n"


@pytest.fixture
def dated(review: Path, here: Path, run: Any) -> Path:
    """The review `r` with records of 1999, 2000, 2015, 2016, of no year and of 1998."""
    years = ["1999", "2000", "2015", "2016", "", "1998"]
    (here / "y.ris").write_text("".join(entry(f"T{n}", y) for n, y in enumerate(years)))
    assert run("ingest", "r", "y.ris", "--source", "db", "--on", "2020-01-01").code == 0
    return review


def test_a_person_removes_with_a_reason_and_it_can_be_undone(
    records: Path, run: Any, standing: Any
) -> None:
    said = run("remove", "r", ONE, "--reason", "a table of contents", "--as", "ada")
    assert said.code == 0
    assert standing("0001") == "removed_for_other_reasons"
    assert run("status", "r", "--json").json["flow"]["excluded_other"] == 1
    assert "[a table of contents]" in run("remove", "r", "--list").out
    undo = said.out.splitlines()[-1].split("review ")[1].split()
    assert run(*undo).code == 0
    assert standing("0001") == "awaiting_screening"


def test_what_somebody_screened_is_not_removed(records: Path, run: Any, decide: Any) -> None:
    decide("0001", "unsure")
    said = run("remove", "r", TWO, ONE, "--reason", "x", "--as", "ben")
    assert said.code == 2 and f"{ONE} was screened already" in said.err
    assert not (records / "decisions" / "ben.jsonl").exists()
    run("undo", "r", "--last", "--as", "ada")
    assert run("remove", "r", ONE, "--reason", "x", "--as", "ben").code == 0
    again = run("remove", "r", ONE, "--reason", "x", "--as", "ben")
    assert again.code == 2 and "was removed before screening" in again.err


def test_a_rule_on_years_is_automation_and_spares_what_it_cannot_tell(
    dated: Path, run: Any, standing: Any, decide: Any
) -> None:
    decide("0006", "exclude")
    looked = run("remove", "r", "--outside-years", "2000-2015", "--list", "--json").json
    assert looked == {
        "written": False,
        "rule": "published outside 2000 to 2015",
        "removed": [ONE, "db-2020-01-01:0004"],
        "without_year": ["db-2020-01-01:0005"],
        "screened": [],
    }
    assert not (dated / "decisions" / "automation.jsonl").exists()
    said = run("remove", "r", "--outside-years", "2000-2015", "--as", "ada")
    assert said.code == 0
    assert "1 record without a year stay" in said.err
    log = (dated / "decisions" / "automation.jsonl").read_text().splitlines()
    assert [json.loads(x)["automation"] for x in log] == [True, True]
    assert {json.loads(x)["note"] for x in log} == {"run by ada"}
    flow = run("status", "r", "--json").json["flow"]
    assert (flow["excluded_automatic"], flow["excluded_other"]) == (2, 0)
    assert [standing(f"000{n}") for n in (2, 3, 5)] == ["awaiting_screening"] * 3
    # a second run finds nothing more
    run("remove", "r", "--outside-years", "2000-2015")
    assert len((dated / "decisions" / "automation.jsonl").read_text().splitlines()) == 2


def test_a_record_with_an_open_vote_is_spared_and_told(dated: Path, run: Any, decide: Any) -> None:
    decide("0001", "unsure")
    looked = run("remove", "r", "--outside-years", "2000-2015", "--list", "--json").json
    assert looked["screened"] == [ONE] and ONE not in looked["removed"]


def test_a_year_of_any_record_of_the_report_speaks_for_it(dated: Path, run: Any) -> None:
    match = {
        "event": "matched",
        "at": "2020-02-01T00:00:00+00:00",
        "record": "db-2020-01-01:0004",
        "duplicate_of": "db-2020-01-01:0003",
        "same": True,
    }
    first = {**match, "record": TWO, "duplicate_of": ONE}
    log = dated / "decisions" / "ada.jsonl"
    log.write_text("".join(json.dumps(x) + "\n" for x in (match, first)))
    looked = run("remove", "r", "--outside-years", "2000-2015", "--list", "--json").json
    # 1999 is a duplicate pair with 2000, 2016 with 2015: both reports have a year inside
    assert looked["removed"] == ["db-2020-01-01:0006"]


def test_a_rule_is_taken_back_as_a_whole(dated: Path, run: Any, standing: Any) -> None:
    run("remove", "r", "--outside-years", "2000-")
    listed = run("undo", "r", "--list", "--as", "automation", "--json").json
    assert len(listed) == 2
    assert run("undo", "r", listed[0]["id"], "--alike", "--as", "ada").code == 0
    assert {standing(f"000{n}") for n in range(1, 7)} == {"awaiting_screening"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((ONE, "--as", "ada"), "needs a reason"),
        ((ONE, "--reason", " ", "--as", "ada"), "needs a reason"),
        ((ONE, "--reason", "x"), "--as NAME"),
        ((ONE, "--reason", "x", "--as", "automation"), "not of a person"),
        ((ONE, "--list"), "--list"),
        ((ONE, "--outside-years", "2000-2015"), "alone"),
        (("--outside-years", "2000"), "no range"),
        (("--outside-years", "-"), "no range"),
        (("--outside-years", "2015-2000"), "ends before"),
        (("db-2020-01-01:77", "--reason", "x", "--as", "ada"), "no record"),
    ],
)
def test_what_is_not_clear_is_refused(
    records: Path, run: Any, arguments: tuple[str, ...], words: str
) -> None:
    said = run("remove", "r", *arguments)
    assert said.code == 2 and words in said.err
    assert list((records / "decisions").iterdir()) == []


@given(st.integers(1000, 9999), st.integers(1000, 9999), st.integers(1, 9999))
def test_a_range_holds_both_its_ends(one: int, other: int, year: int) -> None:
    first, last = sorted((one, other))
    years = _years(f"{first}-{last}")
    assert years.hold(year) == (first <= year <= last)
    assert years.hold(first) and years.hold(last)
    assert _years(f"{first}-").hold(year) == (year >= first)
    assert _years(f"-{last}").hold(year) == (year <= last)
