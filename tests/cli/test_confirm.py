"""`review confirm`: what is shown, what is recorded, and what a build makes of it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from pipeline.cli import main

PROTOCOL = """\
title: Things
questions: {why: Why?}
criteria: {topic: Another topic}
"""
RIS = "TY  - JOUR\nTI  - One thing\nAU  - Aebi, M.\nPY  - 2014\nER  -\n\n"
MANUSCRIPT = """\
# Text

{% claim "found", "n:records_identified", "@prisma" %}There is {{ n("records_identified") }} record
[@prisma]{% endclaim %}.
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    review = tmp_path / "reviews" / "things"
    (review / "searches").mkdir(parents=True)
    (review / "protocol.yaml").write_text(PROTOCOL)
    (review / "manuscript.md").write_text(MANUSCRIPT)
    (review / "references.yaml").write_text("- {id: prisma, title: PRISMA, issued: 2021}\n")
    add_search(review, "db-1", RIS)
    monkeypatch.chdir(tmp_path)
    return review


def add_search(review: Path, id: str, ris: str) -> None:
    (review / "searches" / f"{id}.ris").write_text(ris)
    sha256 = hashlib.sha256(ris.encode()).hexdigest()
    (review / "searches" / f"{id}.yaml").write_text(
        "source: PsycINFO\nkind: database\nsearched_on: 2015-11-02\ningested_on: 2015-11-03\n"
        f"export: {id}.ris\nsha256: {sha256}\n"
    )


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    told = capsys.readouterr()
    code = left.value.code
    assert isinstance(code, int)
    return code, told.out, told.err


def test_a_claim_is_confirmed_stops_the_build_when_it_changes_and_is_confirmed_again(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    build = ("build", "things", "--format", "md")
    code, _, err = run(capsys, *build)
    assert code == 0 and "1 claim was never confirmed: found" in err
    _, out, _ = run(capsys, "confirm", "things")
    assert "never confirmed" in out and "Count of records identified: 1" in out
    code, out, _ = run(capsys, "confirm", "things", "found", "--as", "ada")
    assert code == 0 and "Confirmed by ada: 1 claim." in out
    line = json.loads((project / "decisions" / "ada.jsonl").read_text())
    assert line["event"] == "confirmed" and line["text"] == "There is 1 record"
    assert line["supports"] == ["n:records_identified", "@prisma"]
    assert "never" not in run(capsys, *build)[2]
    assert "1 claim, 1 confirmed as they are." in run(capsys, "confirm", "things")[1]

    add_search(project, "db-2", RIS.replace("One", "Another"))
    code, _, err = run(capsys, *build)
    assert code == 1
    assert "manuscript.md:3: error: the claim 'found' is not what ada confirmed" in err
    assert "it reads otherwise; n:records_identified says something else" in err
    _, out, _ = run(capsys, "confirm", "things")
    assert "was  There is 1 record" in out and "now  There is 2 record" in out
    assert "was  Count of records identified: 1" in out
    code, _, err = run(capsys, *build, "--draft")
    assert code == 0
    assert "n:records_identified: 1 \u2192 2  [standings:" in err
    text = (project.parents[1] / "outputs" / "things" / "things.md").read_text()
    assert "Draft: some sentences are not confirmed" in text
    assert run(capsys, "confirm", "things", "--all", "--as", "ben")[0] == 0
    assert run(capsys, *build)[0] == 0

    id = json.loads(run(capsys, "undo", "things", "--list", "--as", "ben", "--json")[1])[0]["id"]
    assert run(capsys, "undo", "things", id, "--as", "ben")[0] == 0
    assert run(capsys, *build)[0] == 1


def test_a_new_wording_is_a_change(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(capsys, "confirm", "things", "--all", "--as", "ada")
    text = (project / "manuscript.md").read_text()
    (project / "manuscript.md").write_text(text.replace("There is", "There was"))
    _, out, err = run(capsys, "build", "things", "--format", "md", "--json")
    assert json.loads(out)["problems"][0]["check"] == "confirmed", err
    # a line that moves, or a support named anew, is told apart from words
    (project / "manuscript.md").write_text(f"\n\n{text}")
    assert run(capsys, "build", "things", "--format", "md")[0] == 0


def test_confirming_changes_no_number_and_no_day(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "build", "things", "--format", "md")
    made = project.parents[1] / "outputs" / "things"
    before = {p.name: p.read_bytes() for p in made.rglob("*") if p.is_file()}
    run(capsys, "confirm", "things", "--all", "--as", "ada")
    run(capsys, "build", "things", "--format", "md")
    assert {p.name: p.read_bytes() for p in made.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("found",), ""),
        (("fuond",), "there is no claim 'fuond'. Did you mean 'found'?"),
        (("--all",), "who confirms them?"),
        (("--as", "ada"), "which claims?"),
        (("found", "--all", "--as", "ada"), "both ids and --all"),
    ],
)
def test_refusals(
    project: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], what: str
) -> None:
    code, _, err = run(capsys, "confirm", "things", *words)
    assert (code == 2) == bool(what) and what in err


def test_explain_walks_from_a_claim_and_from_a_number(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, out, _ = run(capsys, "explain", "things", "found")
    assert out.startswith("claim found: There is 1 record")
    assert "count of records identified: 1 (PsycINFO 1)" in out
    assert "reference prisma: PRISMA (background)" in out
    _, out, _ = run(capsys, "explain", "things", "n:records_identified")
    assert "record db-1:0001: Aebi (2014). One thing" in out
    assert "searches/db-1.ris:1" in out
    assert run(capsys, "explain", "things", "records_identified")[1] == out
    code, _, err = run(capsys, "explain", "things", "n:records_identifed")
    assert code == 2 and "Did you mean 'n:records_identified'?" in err


def test_other_documents_say_claims_again_and_keep_their_length(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    summary = project / "manuscript-summary.md"
    summary.write_text(
        '---\npages: 1\ntitle: In short\n---\n{{ claim("found") }}.\n\n'
        '{% claim "found" %}Just {{ n("records_identified", "record") }}{% endclaim %}.\n'
    )
    code, _, err = run(capsys, "build", "things", "--kind", "summary", "--format", "html,pdf")
    assert code == 0, err
    page = (project.parents[1] / "outputs" / "things" / "things-summary.html").read_text()
    assert "<h1>In short</h1>" in page and "Just" in page
    assert 'href="things.html#evidence-found"' in page
    assert "2 claims were never confirmed: found, summary/found" in err
    summary.write_text("---\npages: 1\n---\n" + "Words and words.\n\n" * 400)
    code, _, err = run(capsys, "build", "things", "--kind", "summary", "--format", "pdf")
    assert code == 1 and "`pages: 1` allows 1" in err
    code, _, err = run(capsys, "build", "things", "--kind", "sumary")
    assert code == 2 and "Did you mean 'summary'?" in err
    summary.write_text('{{ claim("fuond") }}\n')
    code, _, err = run(capsys, "build", "things", "--format", "md")
    assert code == 1 and "there is no claim 'fuond' to say again. Did you mean 'found'?" in err
