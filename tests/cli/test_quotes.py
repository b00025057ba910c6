"""Quotes of studies against PDFs on disk, through `review check` and `review extract --check`."""

import pytest

from tests.store.pdfs import pdf

RECORD = "db-2020-01-01:0001"
STUDY = """\
study: one-2015
form: general
form_version: 1
reports: ["{record}"]
basis: full_text
answers:
  country:
    value: Norway
    sources: [{{page: "{page}", quote: "{quote}"}}]
"""


@pytest.fixture
def read(records, here, run, decide):
    """A study of One whose PDF is there: `read(page, quote)` writes its file."""
    decide("0001", "include")
    (here / "one.pdf").write_bytes(pdf("Title\n211", "All came from Nor-\nway.\n212", "x\n213"))
    words = ("--obtained", "--file", "one.pdf", "--as", "ada")
    assert run("retrieve", "r", RECORD, *words).code == 0
    (records / "studies").mkdir(exist_ok=True)

    def write(page, quote):
        text = STUDY.format(record=RECORD, page=page, quote=quote)
        (records / "studies" / "one-2015.yaml").write_text(text)

    return write


@pytest.mark.parametrize(
    ("page", "quote", "said"),
    [
        ("212", "All came from Norway", ""),
        ("2", "All came from Norway", ""),
        ("213", "All came from Norway", "stands on page 212 (page 2 of the file), not on page 213"),
        ("212", "All come from Norway", "stands only nearly so in its PDF"),
        ("212", "Nobody was asked twice", "does not stand in its PDF"),
    ],
)
def test_a_quote_is_looked_up_in_the_pdf(read, run, page, quote, said):
    read(page, quote)
    found = [p for p in run("check", "r", "--json").json if p["check"] == "quotes"]
    assert [said in p["what"] for p in found] == [True] * bool(said)
    assert all(p["file"].endswith("one-2015.yaml") and p["line"] == 9 for p in found)
    of_one = run("extract", "r", "one-2015", "--check")
    assert said in of_one.err and of_one.code == (1 if "does not" in said else 0)


def test_a_pdf_that_was_exchanged_is_told_at_the_decision(read, records, run):
    read("212", "All came from Norway")
    (kept,) = (records / "fulltexts").glob("*.pdf")
    kept.write_bytes(b"<html>")
    found = run("check", "r", "--json").json
    (logged,) = [p for p in found if p["check"] == "full-texts"]
    assert "is not the one that was logged" in logged["what"] and logged["file"].endswith("jsonl")
    assert any("this is no PDF" in p["what"] for p in found if p["check"] == "quotes")
    kept.unlink()
    (note,) = [p for p in run("check", "r", "--json").json if p["check"] == "quotes"]
    assert note["severity"] == "note" and "1 quote stands" in note["what"]
