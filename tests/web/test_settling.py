"""Conflicts, reports and doubtful duplicates in the browser: what is written, and what is not."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.entry import _run
from pipeline.duplicates.same_report import OTHER_REPORT

from .conftest import begun, lines, pdf_bytes, same_line

FIRST, SECOND = "db-2020-01-01:0001", "db-2020-01-01:0002"
ONE = f"/conflicts/title_abstract/{FIRST}"


def vote(reviewer: str, record: str, verdict: str, *more: str) -> None:
    assert _run(["decide", "r", record, "--as", reviewer, "--verdict", verdict, *more]) == 0


def differ(record: str = FIRST) -> None:
    vote("ada", record, "include", "--note", "its sample fits")
    vote("ben", record, "exclude", "--reason", "topic")


def test_both_sides_of_a_conflict_are_shown_and_its_end_is_the_terminals_line(
    review: Path, open_as: Any
) -> None:
    differ()
    differ(SECOND)
    cai = open_as("cai")
    assert "One" in cai.get("/conflicts") and "Two" in cai.page
    cai.get(ONE)
    assert "its sample fits" in cai.page and ">ben<" in cai.page
    cai.post(ONE, say="exclude:topic", note="both  read it anew")
    assert cai.status == 200 and f"Written: {FIRST}" in cai.page and "Two" in cai.page
    words = ["--verdict", "exclude", "--reason", "topic", "--note", "both read it anew"]
    assert _run(["resolve", "r", FIRST, "--as", "lea", "--stage", "title_abstract", *words]) == 0
    assert same_line(lines(review, "cai")[0], lines(review, "lea")[0])


def test_nobody_sees_a_vote_before_all_have_voted(review: Path, open_as: Any) -> None:
    vote("ada", FIRST, "exclude", "--reason", "topic", "--note", "only ada may read this")
    for name in ("ben", "cai"):
        browser = open_as(name)
        for address in (
            "/",
            "/status",
            "/conflicts",
            ONE,
            f"/screen/title_abstract?record={FIRST}",
        ):
            assert "only ada may read this" not in browser.get(address)
        assert browser.get(ONE) and browser.status == 400


def test_a_reviewer_sees_conflicts_of_their_own_and_settles_none(
    review: Path, open_as: Any
) -> None:
    differ()
    ada = open_as("ada")
    assert "One" in ada.get("/conflicts")
    ada.get(ONE)
    assert "its sample fits" in ada.page and 'name="say"' not in ada.page
    answer = ada.client.post(ONE, data={"csrf": ada.csrf, "say": "include"})
    assert answer.status_code == 403 and len(lines(review, "ada")) == 1


def test_a_settlement_that_was_overtaken_or_sent_twice_writes_nothing(
    review: Path, open_as: Any
) -> None:
    differ()
    cai, lea = open_as("cai"), open_as("cai")
    cai.get(ONE)
    lea.get(ONE)
    sent = cai.hidden(ONE)
    vote("ben", FIRST, "unsure")
    cai.post(ONE, say="include", note="why")
    assert cai.status == 409 and "since this page was shown" in cai.page and "why" in cai.page
    cai.post(ONE, say="include", note="why")
    assert cai.status == 200
    assert cai.client.post(ONE, data={**sent, "say": "include", "note": "why"}).status_code == 200
    lea.post(ONE, say="exclude", note="other")
    assert lea.status == 409 and "no conflict any more" in lea.page
    assert [x["event"] for x in lines(review, "cai")] == ["resolved"]


def test_a_settlement_is_taken_back(review: Path, open_as: Any) -> None:
    differ()
    cai = open_as("cai")
    cai.get(ONE)
    cai.post(ONE, say="include")
    assert "There is no conflict" in cai.page
    cai.post("/conflicts/take-back")
    assert cai.status == 200 and "Taken back" in cai.page and 'value="exclude:topic"' in cai.page
    assert [x["event"] for x in lines(review, "cai")] == ["resolved", "withdrawn"]
    assert "One" in cai.get("/conflicts")


def test_an_exclusion_on_full_text_needs_its_criterion(review: Path, open_as: Any) -> None:
    for who in ("ada", "ben"):
        vote(who, FIRST, "include")
    assert _run(["retrieve", "r", FIRST, "--obtained", "--as", "ada"]) == 0
    vote("ada", FIRST, "include", "--stage", "full_text")
    vote("ben", FIRST, "unsure", "--stage", "full_text")
    cai = open_as("cai")
    here = f"/conflicts/full_text/{FIRST}"
    cai.get(here)
    cai.post(here, say="exclude")
    assert cai.status == 400 and "first criterion" in cai.page and lines(review, "cai") == []


def wanted(review: Path) -> None:
    for who in ("ada", "ben"):
        vote(who, FIRST, "include")


def test_an_attempt_is_written_as_at_the_terminal(review: Path, open_as: Any) -> None:
    wanted(review)
    ada = open_as("ada")
    assert "To retrieve (1)" in ada.get("/reports")
    here = f"/reports/{FIRST}"
    ada.get(here)
    ada.post(here, say="not_obtained", where="library", on="2020-02-03")
    assert ada.status == 400 and "needs a reason" in ada.page and 'value="library"' in ada.page
    ada.post(here, say="not_obtained", where="library", on="2020-02-03", reason="no copy lent")
    assert ada.status == 200 and "Not obtained (1)" in ada.page
    words = ["--where", "library", "--on", "2020-02-03", "--reason", "no copy lent"]
    assert _run(["retrieve", "r", FIRST, "--not-obtained", "--as", "cai", *words]) == 0
    assert same_line(lines(review, "ada")[-1], lines(review, "cai")[-1])


def test_a_pdf_that_is_brought_in_is_kept_and_shown(review: Path, open_as: Any) -> None:
    wanted(review)
    ada = open_as("ada")
    here = f"/reports/{FIRST}"
    ada.get(here)
    content = pdf_bytes("Ninety of them said so.")
    ada.post(here, files={"file": ("../../evil.pdf", content)}, say="obtained")
    assert ada.status == 200
    written = lines(review, "ada")[-1]
    assert (written["event"], written["outcome"]) == ("retrieved", "obtained")
    assert (review / "fulltexts" / written["file"]).read_bytes() == content
    answer = ada.client.get(f"/pdf/{FIRST}")
    assert answer.content == content and answer.headers["content-type"] == "application/pdf"
    found = ada.client.get(f"/pdf/{FIRST}/quote", params={"quote": "Ninety of them"}).json()
    assert found["pages"] == [0] and found["sound"]
    assert "data-pdf" in ada.get("/screen/full_text")


@pytest.mark.parametrize("name", ("report.pdf", "page.html", "x.exe"))
def test_what_is_no_pdf_is_refused(review: Path, open_as: Any, name: str) -> None:
    wanted(review)
    ada = open_as("ada")
    here = f"/reports/{FIRST}"
    ada.get(here)
    ada.post(here, files={"file": (name, b"<html><script>alert(1)</script>")}, say="obtained")
    assert ada.status == 400 and "no PDF" in ada.page
    assert not list(review.glob("fulltexts/*")) and len(lines(review, "ada")) == 1


def test_attempts_of_two_people_at_once_do_not_pass_each_other(review: Path, open_as: Any) -> None:
    wanted(review)
    ada, ben = open_as("ada"), open_as("ben")
    here = f"/reports/{FIRST}"
    ada.get(here)
    ben.get(here)
    ada.post(here, say="sought")
    ben.post(here, say="not_obtained", reason="none lent")
    assert ben.status == 409 and "none lent" in ben.page and len(lines(review, "ben")) == 1
    ada.get(here)
    ada.post(f"{here}/take-back")
    assert "Taken back" in ada.page and lines(review, "ada")[-1]["event"] == "withdrawn"


@pytest.fixture
def alike(here: Path) -> Path:
    """A review with a sure pair, and one that the rules leave to people."""
    title = "Early visual experience and the later reading of young people in care"
    journal = "JO  - Journal of Care\nVL  - 29\nIS  - 3\nSP  - 312\nEP  - 329\n"
    text = "".join(
        f"TY  - JOUR\nTI  - {t}\nAU  - Meyer, Anna\nPY  - 2014\n{more}ER  - \n\n"
        for t, more in (
            (title, journal),
            ("A third thing that nobody else has written about", ""),
            (title.upper(), journal),
            (title, "JO  - Workshop on Libraries\n"),
        )
    )
    return begun(here, ris_text=text)


def test_a_doubtful_pair_is_decided_as_at_the_terminal(alike: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get("/duplicates")
    assert "one report?" in ada.page and "≠" in ada.page
    a, b = re.findall(r'<span class="id">(.*?)</span>', ada.page)
    ada.post("/duplicates", say="different")
    assert "Written" in ada.page
    assert _run(["dedupe", "r", "--different", a, b, "--as", "cai"]) == 0
    assert same_line(lines(alike, "ada")[0], lines(alike, "cai")[0])
    ada.post("/duplicates/take-back")
    assert "Taken back" in ada.page and lines(alike, "ada")[1]["event"] == "withdrawn"


@pytest.fixture
def many_alike(here: Path) -> Path:
    """A review with three pairs that are doubtful for one reason."""
    titles = (
        "Early visual experience and the later reading of young people in care",
        "Sleep of night shift workers in rural hospitals over two winters",
        "Bread prices and the diet of households near closed mines",
    )
    text = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - Meyer, Anna\nPY  - 2014\n{more}ER  - \n\n"
        for title in titles
        for more in (
            "JO  - Journal of Care\nVL  - 29\nIS  - 3\nSP  - 312\nEP  - 329\n",
            "JO  - Workshop on Libraries\n",
        )
    )
    return begun(here, ris_text=text)


def listed_alike(browser: Any) -> list[str]:
    """Follows the link to all pairs of one reason and gives those that are listed."""
    browser.get("/duplicates")
    browser.get(unescape(re.findall(r'href="(/duplicates/alike[^"]*)"', browser.page)[0]))
    return re.findall(r'name="pair" value="(.*?)" checked', browser.page)


def test_one_answer_goes_to_the_ticked_pairs_of_one_reason_and_is_taken_back_whole(
    many_alike: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    pairs = listed_alike(ada)
    assert len(pairs) == 3 and "Bread prices" in ada.page
    ada.post("/duplicates/alike", say="different")
    assert ada.status == 400 and "no pair was ticked" in ada.page
    ada.post("/duplicates/alike", say="different", pair=[*pairs[:2], f"{FIRST} {FIRST}"])
    assert "Written of 2 pairs" in ada.page and "Pair 1 of 1" in ada.page
    written = lines(many_alike, "ada")
    assert [f"{d['duplicate_of']} {d['record']}" for d in written] == pairs[:2]
    assert len({d["command"] for d in written}) == 1 and not any(d["same"] for d in written)
    ada.post("/duplicates", say="same")
    ada.post("/duplicates/take-back")
    ada.post("/duplicates/alike/take-back")
    assert "Taken back: 2 pairs" in ada.page
    undone = [d["undoes"] for d in lines(many_alike, "ada") if d["event"] == "withdrawn"]
    assert len(set(undone)) == 3
    assert len(listed_alike(ada)) == 3


def test_an_answer_to_several_pairs_leaves_what_another_decided_meanwhile(
    many_alike: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    pairs = listed_alike(ada)
    assert _run(["dedupe", "r", "--same", *pairs[0].split(), "--as", "ben"]) == 0
    ada.post("/duplicates/alike", say="study", pair=pairs)
    assert "Written of 2 pairs" in ada.page and "1 had been decided meanwhile" in ada.page
    assert [f"{d['duplicate_of']} {d['record']}" for d in lines(many_alike, "ada")] == pairs[1:]
    assert {d["reason"] for d in lines(many_alike, "ada")} == {OTHER_REPORT}
    ada.post("/duplicates/alike", say="same", pair=pairs)  # the page of before, sent once more
    assert len(lines(many_alike, "ada")) == 2


def test_a_pair_decided_by_another_meanwhile_is_told(alike: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get("/duplicates")
    a, b = re.findall(r'<span class="id">(.*?)</span>', ada.page)
    assert _run(["dedupe", "r", "--same", a, b, "--as", "ben"]) == 0
    ada.post("/duplicates", say="different")
    assert ada.status == 409 and "ben has decided" in ada.page and lines(alike, "ada") == []
    assert "No pair is doubtful" in ada.get("/duplicates")


def test_sure_pairs_are_merged_by_rule_as_at_the_terminal(alike: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get("/duplicates")
    ada.post("/duplicates/merge")
    assert "1 merged by rule" in ada.page
    line, compared = lines(alike, "automation")
    assert line["same"] and line["method"].startswith("duplicates ") and lines(alike, "ada") == []
    assert compared["event"] == "deduplicated" and compared["searches"] == ["db-2020-01-01"]
