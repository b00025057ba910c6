"""`review search --again` and `review update`: searches of the protocol, run when they are due."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.store import open_review
from tests.services.web_server import World, once, serving

PLAN = """
contact: ada@example.org
searches:
  - source: openalex
    query: sleep AND screens
    limit: 5
    address: {url}/openalex
  - source: pubmed
    query: |-
      sleep[tiab]
      AND screens[tiab]
    from_day: 2015-01-01
    address: {url}/pubmed
living:
  search_every_months: 6
"""


@pytest.fixture
def planned(review: Path, run: Any, waits: Any) -> Any:
    """A world of three records, and a protocol that plans two searches of it."""
    world = World(records=3)
    with serving(world) as url:
        protocol = review / "protocol.yaml"
        protocol.write_text(protocol.read_text() + PLAN.format(url=url))
        yield world


def searches() -> list[Any]:
    return list(open_review("r").searches[0].values())


def age(review: Path, days: int) -> None:
    """Every search is `days` older than it was."""
    for path in (review / "searches").glob("*.yaml"):
        then = date.today() - timedelta(days=days)
        text = path.read_text().replace(f"searched_on: {date.today()}", f"searched_on: {then}")
        path.write_text(text.replace(f"ingested_on: {date.today()}", f"ingested_on: {then}"))


def test_all_searches_of_the_protocol_run_and_no_others(planned, review, run):
    assert run("search", "r", "--again").code == 0
    assert [s.source for s in searches()] == ["OpenAlex", "PubMed"]
    assert searches()[1].query == "sleep[tiab]\nAND screens[tiab]"
    assert planned.of("/openalex")[0].parameters["mailto"] == "ada@example.org"


def test_run_today_they_are_left_alone_and_later_each_names_the_one_it_repeats(
    planned, review, run
):
    assert run("search", "r", "--again").code == 0
    said = run("search", "r", "--again")
    assert said.code == 0 and "No search is due" in said.out and len(searches()) == 2
    age(review, 3)
    planned.records = 4
    assert run("search", "r", "--again").code == 0
    assert [s.update_of for s in searches()[2:]] == [s.id for s in searches()[:2]]


def test_one_that_is_refused_keeps_no_other_from_it(planned, review, run):
    planned.faults = [once(1, (404, {}, b"gone"))]
    said = run("search", "r", "--again")
    assert said.code == 1 and "OpenAlex refuses (HTTP 404): gone" in said.err
    assert [s.source for s in searches()] == ["PubMed"]


def test_an_update_runs_what_is_due_and_tells_what_is_new(planned, review, run):
    first = run("update", "r", "--json")
    assert first.code == 0, first.err
    assert [one["source"] for one in first.json["arrived"]] == ["OpenAlex", "PubMed"]
    assert len(first.json["to_screen"]) == 3 and first.json["merged"] == 3
    asked = len(planned.asked)
    age(review, 100)
    said = run("update", "r")
    assert said.code == 0 and "Nothing has arrived" in said.out and len(planned.asked) == asked
    age(review, 0)
    for path in (review / "searches").glob("*.yaml"):
        then = date.today() - timedelta(days=100)
        path.write_text(path.read_text().replace(str(then), str(then - timedelta(days=200))))
    planned.records = 5
    again = run("update", "r", "--json").json
    assert [one["repeats"]["new"] for one in again["arrived"]] == [
        [f"{searches()[2].id}:0004", f"{searches()[2].id}:0005"],
        [f"{searches()[3].id}:0004", f"{searches()[3].id}:0005"],
    ]
    assert len(again["to_screen"]) == 2


def test_an_update_tells_of_a_source_that_does_not_answer(planned, review, run):
    planned.faults = [lambda h, a: (503, {}, b"") if "openalex" in a.path else None]
    said = run("update", "r", "--json")
    assert said.code == 1 and "OpenAlex gave no answer" in said.json["problems"][0]["what"]
    assert [one["source"] for one in said.json["arrived"]] == ["PubMed"]


def test_exports_alone_ask_nobody(planned, review, here, run):
    (here / "x.ris").write_text("TY  - JOUR\nTI  - One\nER  - \n")
    assert run("update", "r", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0
    assert planned.asked == []


def test_a_key_is_not_given_to_an_address_that_stands_in_a_file(planned, run, monkeypatch):
    monkeypatch.setenv("OPENALEX_API_KEY", "secret-of-ada")
    monkeypatch.setenv("NCBI_API_KEY", "secret-of-ada")
    assert run("search", "r", "--again").code == 0
    assert all("api_key" not in asked.parameters for asked in planned.asked)
    host = f"http://{planned.asked[0].headers['host']}/openalex"
    said = run("search", "r", "--again", "--anew", "--base-url", f"openalex={host}")
    assert said.code == 0
    assert planned.of("/openalex")[-1].parameters["api_key"] == "secret-of-ada"
    assert "api_key" not in planned.of("/pubmed")[-1].parameters
