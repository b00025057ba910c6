"""Extraction in the browser: each answer is what the terminal would have written."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli.entry import _run
from pipeline.web.answer_fields import key_of
from tests.extraction.drafts import ADA, BEN, FORM, PROTOCOL, TOOL

from .conftest import lines, pdf_bytes, ris

REPORT, SECOND, STUDY = "db-2020-01-01:0001", "db-2020-01-01:0002", "a-2014"
HERE = f"/extract/{STUDY}"


def laid_out(here: Path, plan: str, **files: str) -> Path:
    """A review with one included study whose report is at hand."""
    folder = here / "reviews" / "r"
    files = {
        "reviews/r/protocol.yaml": PROTOCOL.replace("two_apart, people: [ada, ben]", plan).replace(
            "criteria: []", "criteria: {topic: {label: Another topic}}"
        ),
        "extraction_forms/small.yaml": FORM,
        "extraction_forms/tool.yaml": TOOL,
        **files,
    }
    for path, text in files.items():
        (here / path).parent.mkdir(parents=True, exist_ok=True)
        (here / path).write_text(text.replace("r1", REPORT).replace("r2", SECOND))
    (here / "in.ris").write_text(ris("One", "Two"))
    (here / "a.pdf").write_bytes(pdf_bytes("An opening page.", "There were 264 juveniles in all."))
    assert _run(["ingest", "r", "in.ris", "--source", "db", "--on", "2020-01-01"]) == 0
    for words in (
        ["decide", "r", REPORT, "--as", "ada", "--verdict", "include"],
        ["decide", "r", REPORT, "--as", "ben", "--verdict", "include"],
        ["retrieve", "r", REPORT, "--obtained", "--file", "a.pdf", "--as", "ada"],
        ["decide", "r", REPORT, "--as", "ada", "--verdict", "include", "--stage", "full_text"],
        ["decide", "r", REPORT, "--as", "ben", "--verdict", "include", "--stage", "full_text"],
        ["collate", "r", REPORT, "--study", STUDY, "--as", "ada"],
    ):
        assert _run(words) == 0, words
    return folder


@pytest.fixture
def review(here: Path) -> Path:
    return laid_out(here, "single")


@pytest.fixture
def begun(review: Path) -> Path:
    """The study begun: its blank."""
    assert _run(["extract", "r", STUDY, "--as", "ada"]) == 0
    return review / "studies" / f"{STUDY}.yaml"


def field(browser: Any, address: str) -> dict[str, str]:
    """The fields of the form of one answer, as the page shows them."""
    forms = re.findall(r"<form.*?</form>", browser.page, re.DOTALL)
    form = next(f for f in forms if f'name="address" value="{address}"' in f and 'name="knew"' in f)
    found = dict(re.findall(r'<input(?: type="hidden")? name="(\w+)"[^>]*?value="(.*?)"', form))
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form, re.DOTALL))
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option(?: value="(.*?)")? selected>(.*?)<', inner)
        found[name] = (chosen[1] or chosen[2]) if chosen else ""
    return {name: unescape(value) for name, value in found.items()}


def fill(browser: Any, address: str, **said: Any) -> str:
    """Fills in one answer of the page in view and leaves the field."""
    shown = browser.get(HERE)
    assert browser.status == 200, shown
    answer = browser.client.post(
        HERE, data={**field(browser, address), **said}, headers={"x-part": "yes"}
    )
    browser.status = answer.status_code
    return unescape(answer.text)


def told(page: str, address: str) -> str:
    found = re.search(rf'<div id="told-{key_of(address)}".*?</div>', page, re.DOTALL)
    return found[0] if found else ""


def test_a_blank_is_begun_as_the_terminal_writes_it(review: Path, open_as: Any) -> None:
    ada = open_as("ada")
    assert STUDY in ada.get("/extract")
    ada.post(f"{HERE}/begin")
    shown = (review / f"studies/{STUDY}.yaml").read_text()
    assert ada.status == 200 and "data-pdf" in ada.page
    (review / f"studies/{STUDY}.yaml").unlink()
    assert _run(["extract", "r", STUDY, "--as", "ada"]) == 0
    typed = (review / f"studies/{STUDY}.yaml").read_text()
    assert without_blocks(shown) == without_blocks(typed)


def without_blocks(text: str) -> str:
    return re.sub(r"(?m)^.*form_version.*\n", "", text)


def test_answers_change_their_place_alone_and_comments_stay(begun: Path, open_as: Any) -> None:
    text = re.sub(r"(?m)^  country:", "  # what ada thought\n  country:", begun.read_text())
    begun.write_text(text)
    ada = open_as("ada")
    ada.get(HERE)
    ada.post(f"{HERE}/basis", basis="full_text")
    fill(ada, "country", value="Sweden")
    fill(ada, "design", value="cohort", note="by its table")
    fill(ada, "kinds", value=["a", "b"])
    fill(ada, "participants/total", value="264", page="2", quote="264 juveniles", sure="probable")
    fill(ada, "participants/age", value="14.5 (1.5)")
    ada.post(f"{HERE}/entry", **field(ada, "groups"), entry="others")
    fill(ada, "groups/others/n", value="210")
    fill(ada, "results", absent="not reported")
    fill(ada, "tool/clear", value="yes")
    now = begun.read_text()
    assert "# what ada thought\n  country: Sweden" in now
    assert "design: {value: cohort, note: by its table}" in now
    assert "kinds: [a, b]" in now and "results: not reported" in now
    assert "value: 264\n" in now and "sure: probable" in now
    assert "quote: 264 juveniles" in now and "age: {mean: 14.5, sd: 1.5}" in now
    assert "clear: yes" in now and "n: 210" in now
    assert (
        "basis: full_text" in now
        and "extracted_by: " in now
        and re.search(r"extracted_on: \d{4}-", now)
    )
    before = [line for line in text.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in now.splitlines() if line.lstrip().startswith("#")] == before
    assert _run(["extract", "r", STUDY, "--check"]) == 0


def test_an_answer_is_the_one_that_is_typed_at_the_terminal(
    begun: Path, open_as: Any, monkeypatch: Any
) -> None:
    blank = re.sub(r"(?m)^basis:", "basis: full_text", begun.read_text())
    begun.write_text(blank)
    typed = {
        "total": "264",
        "  page": "2",
        "  quote": "264 juveniles",
    }

    def answer(prompt: str = "") -> str:
        return next((line for begins, line in typed.items() if prompt.startswith(begins)), "")

    monkeypatch.setattr("builtins.input", answer)
    assert _run(["extract", "r", STUDY, "--ask", "--as", "ada"]) == 0
    by_terminal = begun.read_text()
    begun.write_text(blank)
    ada = open_as("ada")
    fill(ada, "participants/total", value="264", page="2", quote="264 juveniles")
    assert begun.read_text() == by_terminal


def test_what_is_no_answer_is_told_at_its_field_and_never_written(
    begun: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    before = begun.read_text()
    for said in (
        {"value": "many"},
        {"value": "264", "absent": "unclear"},
        {"value": "264", "report": "db-2020-01-01:0002"},
    ):
        page = fill(ada, "participants/total", **said)
        assert ada.status == 400 and "Not written" in page, said
    assert begun.read_text() == before


def test_faults_are_told_while_one_types_and_nothing_is_written(begun: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(HERE)
    before = begun.read_text()
    sent = {**field(ada, "participants/total"), "value": "264", "page": "1", "quote": "264 juven"}
    answer = ada.client.post(f"{HERE}/try", data=sent)
    assert "not on page 1" in told(unescape(answer.text), "participants/total")
    answer = ada.client.post(f"{HERE}/try", data={**sent, "quote": "no such words"})
    assert "does not stand in its PDF" in told(unescape(answer.text), "participants/total")
    answer = ada.client.post(f"{HERE}/try", data={**sent, "value": "many"})
    assert "not a whole number" in told(unescape(answer.text), "participants/total")
    assert begun.read_text() == before


def test_a_fault_across_fields_is_told_at_the_field_it_is_in(begun: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(HERE)
    ada.post(f"{HERE}/entry", **field(ada, "results"), entry="later")
    page = fill(ada, "results/later/group", value="nobody")
    assert "nobody" in told(page, "results/later/group")
    assert "fault" not in told(page, "country")


def test_an_answer_changed_in_an_editor_meanwhile_is_not_written_over(
    begun: Path, open_as: Any
) -> None:
    ada = open_as("ada")
    ada.get(HERE)
    sent = {**field(ada, "country"), "value": "Norway"}
    begun.write_text(re.sub(r"(?m)^  country:", "  country: Sweden", begun.read_text()))
    answer = ada.client.post(HERE, data=sent, headers={"x-part": "yes"})
    assert answer.status_code == 409 and "Sweden" in answer.text
    assert "country: Sweden" in begun.read_text()
    other = {**field(ada, "design"), "value": "survey"}
    assert ada.client.post(HERE, data=other, headers={"x-part": "yes"}).status_code == 200


def test_an_entry_is_taken_out_when_its_id_is_typed(begun: Path, open_as: Any) -> None:
    ada = open_as("ada")
    ada.get(HERE)
    ada.post(f"{HERE}/entry", **field(ada, "groups"), entry="boys")
    ada.post(f"{HERE}/drop", address="groups", entry="boys", sure="girls")
    assert ada.status == 400 and "id: boys" in begun.read_text()
    ada.get(HERE)
    ada.post(f"{HERE}/drop", address="groups", entry="boys", sure="boys")
    assert ada.status == 200 and "id: boys" not in begun.read_text()


HOSTILE = "</textarea><script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"


def test_hostile_answers_are_text(begun: Path, open_as: Any) -> None:
    ada = open_as("ada")
    for address in ("country", "participants/total"):
        fill(ada, address, note=HOSTILE, quote=HOSTILE, page=HOSTILE, derived=HOSTILE)
    fill(ada, "country", value=HOSTILE)
    page = ada.get(HERE)
    assert "<script>alert" not in page and "<img" not in page and "alert(1)" in page
    assert field(ada, "country")["value"] == HOSTILE


APART = "two_apart, people: [ada, ben]"


@pytest.fixture
def one_draft(here: Path) -> Path:
    return laid_out(here, APART, **{f"reviews/r/studies/drafts/ada/{STUDY}.yaml": ADA})


def test_drafts_are_blind_to_each_other(one_draft: Path, open_as: Any) -> None:
    ben = open_as("ben")
    for address in ("/extract", HERE, f"/settle/{STUDY}", f"/check/{STUDY}", "/", "/status"):
        page = ben.get(address)
        assert "264 juveniles" not in page and "what ada thought" not in page
        assert "Had viewed images" not in page
    ben.get("/extract")
    ben.post(f"{HERE}/begin")
    assert ben.status == 200 and "your draft" in ben.page
    assert (one_draft / f"studies/drafts/ben/{STUDY}.yaml").exists()
    cai = open_as("cai")
    cai.get(HERE)
    assert cai.status == 400  # the plan names ada and ben


@pytest.fixture
def two_drafts(here: Path) -> Path:
    where = "reviews/r/studies/drafts"
    files = {f"{where}/ada/{STUDY}.yaml": ADA, f"{where}/ben/{STUDY}.yaml": BEN}
    return laid_out(here, APART, **files)


def test_two_drafts_are_settled_as_at_the_terminal(two_drafts: Path, open_as: Any) -> None:
    folder = two_drafts
    agreed = folder / f"studies/{STUDY}.yaml"
    cai = open_as("cai")
    at = f"/settle/{STUDY}"
    cai.get(at)
    assert "264 juveniles" in cai.page and "246" in cai.page
    cai.post(at, near='"participants/total"', say="write", value="many")
    assert cai.status == 400 and "not a whole number" in cai.page
    cai.post(at, near='"participants/total"', say="keep:ada", reason="table 1")
    cai.post(at, near='"design"', say="write", value="cohort", reason="read again")
    for _ in range(20):
        if 'name="item"' not in cai.page:
            break
        cai.post(at, near='name="item"', say="keep:ben", reason="read again")
    assert cai.status == 200 and agreed.exists()
    shown, settled = agreed.read_text(), lines(folder, "cai")
    agreed.unlink()
    (folder / "decisions/cai.jsonl").unlink()
    words = ["reconcile", "r", STUDY, "--as", "cai"]
    assert _run([*words, "--keep", "participants/total=ada", "--reason", "table 1"]) == 0
    assert _run([*words, "--write", "design=cohort", "--reason", "read again"]) == 0
    assert _run([*words, "--keep-all", "ben", "--reason", "read again"]) == 0
    assert agreed.read_text() == shown
    apart = ("at", "command")
    by_item = [
        {x["item"]: {k: v for k, v in x.items() if k not in apart} for x in said}
        for said in (settled, lines(folder, "cai"))
    ]
    assert by_item[0] == by_item[1]


@pytest.fixture
def extracted(here: Path) -> Path:
    return laid_out(here, "one_checked", **{f"reviews/r/studies/{STUDY}.yaml": ADA})


def test_answers_are_checked_by_another_as_at_the_terminal(extracted: Path, open_as: Any) -> None:
    folder = extracted
    study = folder / f"studies/{STUDY}.yaml"
    at = f"/check/{STUDY}"
    ada, ben = open_as("ada"), open_as("ben")
    ada.get(at)
    assert ada.status == 400 and "Somebody else" in ada.page
    ben.get(at)
    assert "264" in ben.page
    ben.post(at, near='"participants/total"', say="change", value="265")
    assert ben.status == 400 and "why" in ben.page
    ben.post(at, near='"participants/total"', say="change", value="265", reason="page 2")
    assert "265" in study.read_text() and "# see page 3" in study.read_text()
    for _ in range(40):
        if 'name="item"' not in ben.page:
            break
        ben.post(at, near='name="item"', say="holds")
    said = [x for x in lines(folder, "ben") if x["event"] != "screened"]
    assert {x["event"] for x in said} == {"checked"} and "checked_by: ben" in study.read_text()
