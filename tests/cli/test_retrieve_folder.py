"""`review retrieve --from`: a folder of PDFs, hostile ones among them, matched and taken in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.store.pdfs import pdf

TITLES = (
    "Sleep and screens in the childhood of pupils",
    "Screens and sleep of young people at sea",
)


@pytest.fixture
def wanted(review: Path, here: Path, run: Any) -> Path:
    """Two records past title and abstract, the first with a DOI."""
    text = "".join(
        f"TY  - JOUR\nAU  - {name}, Jo\nTI  - {title}\nPY  - 2015\n{doi}ER  - \n"
        for name, title, doi in zip(
            ("Doe", "Roe"), TITLES, ("DO  - 10.1000/sleep.1\n", ""), strict=True
        )
    )
    (here / "two.ris").write_text(text)
    assert run("ingest", "r", "two.ris", "--source", "db", "--on", "2020-01-01").code == 0
    for n in (1, 2):
        words = (f"db-2020-01-01:000{n}", "--as", "ada", "--stage", "title_abstract")
        assert run("decide", "r", *words, "--verdict", "include").code == 0
    return review


@pytest.fixture
def downloads(here: Path) -> Path:
    folder = here / "in"
    (folder / "more").mkdir(parents=True)
    (folder / "a.pdf").write_bytes(pdf("Journal of Sleep", "doi 10.1000/sleep.1"))
    (folder / "more" / "b.pdf").write_bytes(pdf(f"Roe, Jo. {TITLES[1]}"))
    (folder / "page.pdf").write_text("<html>Please log in</html>")
    (folder / "cut.pdf").write_bytes(pdf("x")[:60])
    (folder / "notes.txt").write_text("no report")
    return folder


def lines(review: Path) -> list[dict[str, Any]]:
    log = (review / "decisions/ada.jsonl").read_text().splitlines()
    return [x for x in map(json.loads, log) if x["event"] == "retrieved"]


TAKE = ("retrieve", "r", "--from", "in", "--as", "ada")


def test_what_is_sure_is_taken_in_once_and_the_rest_is_told(
    wanted: Path, downloads: Path, run: Any
) -> None:
    said = run(*TAKE, "--yes")
    assert said.code == 0 and "1 file taken in, 3 left." in said.out
    assert "page.pdf: this is no PDF" in said.err and "cut.pdf" in said.err
    assert "a.pdf: looks like db-2020-01-01:0001, not sure" in said.err  # its DOI is on page 2
    (line,) = lines(wanted)
    assert (line["record"], line["outcome"]) == ("db-2020-01-01:0002", "obtained")
    assert "the title stands on its first pages" in line["note"] and len(line["file_sha256"]) == 64
    kept = wanted / "fulltexts"
    assert (kept / "db-2020-01-01-0002.pdf").read_bytes() == (downloads / "more/b.pdf").read_bytes()
    assert (kept / ".gitignore").read_text().endswith("\n*\n")
    again = run(*TAKE, "--yes")
    assert "0 files taken in" in again.out and "1 was here before" in again.out
    assert len(lines(wanted)) == 1


def test_a_person_is_asked_about_each_file(
    wanted: Path, downloads: Path, run: Any, monkeypatch: Any
) -> None:
    import io

    typed = "1\nn\nr db-2020-01-01:9\nn\nq\n"
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    said = run(*TAKE)
    assert said.code == 0 and "its DOI stands on page 2" in said.out
    assert [x["record"] for x in lines(wanted)] == ["db-2020-01-01:0001"]
    assert "no record" in said.out


def test_programs_see_proposals_and_nothing_is_written(
    wanted: Path, downloads: Path, run: Any
) -> None:
    told = {p["file"]: p for p in run("retrieve", "r", "--from", "in", "--json").json}
    assert told["more/b.pdf"]["sure"] and not told["a.pdf"]["sure"]
    assert told["page.pdf"]["fits"] == [] and told["page.pdf"]["fault"]
    assert not (wanted / "fulltexts").exists()


@pytest.mark.parametrize("words", [("--from", "nowhere"), ("--from", "empty")])
def test_a_folder_without_pdfs_is_refused(wanted: Path, here: Path, run: Any, words: Any) -> None:
    (here / "empty").mkdir()
    assert run("retrieve", "r", *words, "--as", "ada").code == 2


def test_attempts_keep_their_day_and_place(wanted: Path, here: Path, run: Any) -> None:
    one = ("retrieve", "r", "db-2020-01-01:0001", "--as", "ada")
    assert run(*one, "--sought", "--where", "library", "--on", "2020-01-03").code == 0
    assert run(*one, "--sought", "--on", "yesterday").code == 2
    assert run(*one, "--not-obtained", "--reason", "lost", "--where", "the authors").code == 0
    listed = run("retrieve", "r", "--list")
    assert "2020-01-03, library: sought" in listed.out
    assert "the authors: not obtained (lost)" in listed.out
    assert "Sought 2: obtained 0, awaited 0, not obtained 1, not yet tried 1." in listed.out
    (told, _) = sorted(
        run("retrieve", "r", "--list", "--json").json, key=lambda p: -len(p["attempts"])
    )
    assert [a["where"] for a in told["attempts"]] == ["library", "the authors"]
    (wanted / "manuscript.md").write_text('# T\n\n{{ table("not_retrieved") }}\n')
    assert run("build", "r", "--format", "html").code == 0
    assert "2020-01-03, library: sought" in (here / "outputs/r/r.html").read_text()
