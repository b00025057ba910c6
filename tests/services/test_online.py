"""`review stale --online`: services are asked about included reports, and their answers kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.services import made_up
from tests.services.web_server import Asked, Sent, World, as_json, serving

PUBMED = """<?xml version="1.0" ?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">70002</PMID>
<CommentsCorrectionsList>
<CommentsCorrections RefType="ErratumIn"><RefSource>J Made. 2021;5:1. doi: 10.5555/erratum.2.
</RefSource><PMID Version="1">79999</PMID></CommentsCorrections>
<CommentsCorrections RefType="CommentIn"><RefSource>J Made. 2021;5:9</RefSource>
</CommentsCorrections></CommentsCorrectionsList>
</MedlineCitation></PubmedArticle></PubmedArticleSet>"""


@pytest.fixture
def included(review: Path, here: Path, run: Any, waits: Any) -> Iterator[tuple[World, str]]:
    """Reports 1 (DOI), 2 (PubMed id) and a trial of the register, all included."""
    (here / "x.ris").write_text(
        f"TY  - JOUR\nTI  - {made_up.title(1)}\nDO  - {made_up.doi(1)}\nER  - \n\n"
        f"TY  - JOUR\nTI  - {made_up.title(2)}\nUR  - https://pubmed.ncbi.nlm.nih.gov/70002/\n"
        "ER  - \n"
    )
    assert run("ingest", "r", "x.ris", "--source", "db", "--on", "2020-01-01").code == 0
    world = World(records=1, extra={"/crossref": crossref, "/pubmed": pubmed})
    with serving(world) as url:
        words = ("--source", "clinicaltrials", "--query", "sleep")
        base = f"{url}/clinicaltrials"
        assert run("search", "r", *words, "--base-url", base).code == 0
        trial = f"clinicaltrials-gov-{date.today()}:0001"
        for record in ("db-2020-01-01:0001", "db-2020-01-01:0002", trial):
            for stage in ("title_abstract", "full_text"):
                vote = ("--as", "ada", "--verdict", "include", "--stage", stage)
                assert run("decide", "r", record, *vote).code == 0
        world.extra["/clinicaltrials"] = register
        yield world, url


def crossref(asked: Asked) -> Sent:
    doi = made_up.doi(1)
    if asked.path.endswith(f"/works/{doi}"):
        item = {
            **made_up.crossref_item(1),
            "updated-by": [
                {"DOI": "10.5555/notice.1", "type": "retraction", "label": "Retraction",
                 "updated": {"date-time": "2023-05-06T00:00:00Z"}, "source": "publisher"},
            ],
            "relation": {"is-preprint-of": [{"id-type": "doi", "id": "10.5555/article.1"}]},
        }  # fmt: skip
        return as_json({"status": "ok", "message-type": "work", "message": item})
    if asked.parameters.get("filter") == f"updates:{doi}":
        notice = {
            "DOI": "10.5555/notice.1",
            "update-to": [{"DOI": doi, "type": "retraction", "label": "Retraction",
                           "updated": {"date-parts": [[2023, 5, 6]]}}],
        }  # fmt: skip
        return as_json({"status": "ok", "message": {"total-results": 1, "items": [notice]}})
    return as_json("Resource not found.", 404)


def pubmed(asked: Asked) -> Sent:
    assert asked.parameters["id"] == "70002" and asked.parameters["db"] == "pubmed"
    return 200, {"Content-Type": "text/xml"}, PUBMED.encode()


def register(asked: Asked) -> Sent:
    assert asked.path.endswith("/studies/NCT00000000")
    trial = made_up.trial(0)
    trial["protocolSection"]["statusModule"] |= {
        "overallStatus": "COMPLETED",
        "lastUpdatePostDateStruct": {"date": "2025-07-08", "type": "ACTUAL"},
    }
    return as_json({**trial, "hasResults": True})


def asking(run: Any, url: str, *more: str) -> Any:
    names = ("crossref", "pubmed", "clinicaltrials")
    bases = [word for name in names for word in ("--base-url", f"{name}={url}/{name}")]
    return run("stale", "r", "--online", "--only", "retractions", "--json", *bases, *more)


def test_what_services_know_of_included_reports_is_told_once(included, review, run):
    world, url = included
    said = asking(run, url)
    assert said.code == 1, said.err
    told = sorted(one["what"].partition("notice: ")[2] for one in said.json["stale"])
    assert told == [
        "change in the register of 2025-07-08 (status COMPLETED (before: RECRUITING), updated "
        "2025-07-08 (before: 2024-05-06), results posted (before: none))",
        "correction (J Made. 2021;5:1. doi: 10.5555/erratum.2.)",
        "new version (the preprint has been published)",
        "retraction of 2023-05-06",
    ]
    grave = [one for one in said.json["stale"] if one["severity"] == "error"]
    assert len(grave) == 1 and "https://doi.org/10.5555/notice.1" in grave[0]["remedy"]
    kept = review / "notices" / f"{date.today()}.jsonl"
    assert kept.read_bytes().count(b"\n") == 4
    before = len(world.asked)
    again = run("stale", "r", "--only", "retractions", "--json")
    assert again.json["stale"] == said.json["stale"] and len(world.asked) == before


def test_answers_of_a_later_day_do_not_reach_back(included, run):
    assert asking(run, included[1]).code == 1
    said = run("stale", "r", "--only", "retractions", "--on", "2020-02-02", "--json")
    assert said.json["stale"] == []


def test_a_service_that_does_not_answer_leaves_the_kept_answers_as_they_are(included, review, run):
    world, url = included
    assert asking(run, url).code == 1
    kept = review / "notices" / f"{date.today()}.jsonl"
    before = kept.read_bytes()
    world.faults = [lambda handler, asked: (500, {}, b"")]
    said = asking(run, url)
    assert said.code == 2 and "gave no answer" in said.err and kept.read_bytes() == before


def test_an_answer_that_was_damaged_is_told(included, review, run):
    assert asking(run, included[1]).code == 1
    kept = review / "notices" / f"{date.today()}.jsonl"
    kept.write_bytes(b'{"service": "crossref", "answer": "{}"}\nnonsense\n' + kept.read_bytes())
    said = run("stale", "r", "--only", "retractions", "--json")
    assert len(said.json["not_read"]) == 2 and len(said.json["stale"]) == 4
