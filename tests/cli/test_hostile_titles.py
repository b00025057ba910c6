"""Titles that would do harm in a terminal, a spreadsheet, a browser, a template or LaTeX do none.

One review is taken all the way from the export to the documents; every output is looked at.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path

import pytest

TITLES = {
    "0001": "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "0002": '=HYPERLINK("http://evil.example","x")',
    "0003": "{{ 7 * 191 }} {% for x in range(9) %}x{% endfor %} <# c #>",
    "0004": "\x1b]0;owned\x07\x1b[2J\u202eevil\u0000",
    "0005": '\\input{/etc/passwd} $\\evil$ #eval("x") `code`{=html} [[table:none]] @key',
}
SAID = {
    "0001": "include",
    "0002": "include",
    "0003": "include",
    "0004": "include",
    "0005": "include",
}


@pytest.fixture
def finished(review: Path, here: Path, run, decide) -> Path:
    """A review of hostile titles: excluded, not retrieved, included."""
    export = "".join(
        f"TY  - JOUR\nTI  - {title}\nAU  - =cmd|' /C calc'!A0, <b>\nPY  - 2015\nER  - \n\n"
        for title in TITLES.values()
    )
    (here / "hostile.ris").write_bytes(export.encode())
    taken = run("ingest", "r", "hostile.ris", "--source", "db", "--on", "2020-01-01")
    assert taken.code == 0, taken.err
    for number, verdict in SAID.items():
        decide(number, verdict)
    got = [f"db-2020-01-01:{number}" for number in ("0001", "0002", "0003", "0004")]
    assert run("retrieve", "r", *got, "--as", "ada", "--obtained").code == 0
    lost = ("--not-obtained", "--reason", "=1+1")
    assert run("retrieve", "r", "db-2020-01-01:0005", "--as", "ada", *lost).code == 0
    decide("0001", "exclude", "full_text")
    decide("0002", "exclude", "full_text")
    decide("0003", "include", "full_text")
    decide("0004", "include", "full_text")
    return review


def test_no_verb_sends_a_control_to_the_terminal(finished, run):
    for words in (
        ("status", "r"),
        ("check", "r"),
        ("retrieve", "r", "--list"),
        ("collate", "r", "--list"),
        ("undo", "r", "--list", "--as", "ada"),
        *(("explain", "r", f"db-2020-01-01:{number}") for number in TITLES),
        ("explain", "r", "db-2020-01-01:0004", "--json"),
    ):
        said = run(*words)
        for character in said.out + said.err:
            assert character == "\n" or character.isprintable(), (words, character)


def test_every_output_of_a_build_is_inert(finished, here, run):
    built = run("build", "r")
    assert built.code == 0, built.err
    outputs = here / "outputs" / "r"
    html = "".join((outputs / name).read_text() for name in ("r.html", "r-supplement.html"))
    assert "<script>alert" not in html and "<img src=x" not in html
    assert "&lt;script&gt;alert(1)" in html
    assert "1337" not in html and "{{ 7 * 191 }}" in html
    for path in outputs.rglob("*"):
        if path.suffix in (".html", ".svg", ".md", ".csv", ".json", ".ris", ".bib"):
            text = path.read_text(encoding="utf-8-sig")
            assert not re.search("[\x00\x07\x1b\u202e]", text), path
    document = "".join(
        zipfile.ZipFile(outputs / name).read("word/document.xml").decode()
        for name in ("r.docx", "r-supplement.docx")
    )
    assert "&lt;script&gt;alert(1)" in document
    assert 'descr="' in document and 'descr="data:' not in document
    assert "[[table:none]]" in re.sub(r"<[^>]+>", "", document)
    assert (outputs / "r.pdf").read_bytes().startswith(b"%PDF")


def test_no_cell_of_a_table_is_a_formula(finished, here, run):
    assert run("build", "r").code == 0
    cells = [
        cell
        for path in (here / "outputs" / "r" / "tables").glob("*.csv")
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig")))
        for cell in row
    ]
    assert any("HYPERLINK" in cell for cell in cells)
    for cell in cells:
        assert not re.match(r"\s*[=+@]", cell), cell
