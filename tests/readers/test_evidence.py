"""No record is lost in silence: layouts by evidence, parts of a file, counts against marks."""

from __future__ import annotations

import io
from itertools import permutations

import pytest

from pipeline.model.problem import ReviewError
from pipeline.model.record import Reading
from pipeline.readers import read_export
from pipeline.readers.census import MARKS, Census


def read(content: str) -> Reading:
    return read_export(io.BytesIO(content.encode()), file="export", search="s")


def titles(reading: Reading) -> list[str]:
    return [record.title for record in reading.records]


PARTS = {
    "ris": "TY  - JOUR\nTI  - Ris {n}\nAU  - Lee, A\nER  - \n\n",
    "nbib": "PMID- {n}\nOWN - NLM\nTI  - Nbib {n}\nFAU - Lee, Ada\n\n",
    "bibtex": "@article{{k{n},\n  title = {{Bibtex {n}}},\n  year = 2001\n}}\n\n",
    "wos": "PT J\nAU Lee, A\nTI Wos {n}\nPY 2001\nER\n\n",
    "refer": "%0 Journal Article\n%T Refer {n}\n%A Lee, A\n\n",
    "refworks": "RT Journal Article\nSR Electronic\nT1 Refworks {n}\nA1 Lee, A\n\n",
}


@pytest.mark.parametrize("first", PARTS)
@pytest.mark.parametrize("second", PARTS)
def test_two_layouts_in_one_file_are_both_read(first: str, second: str) -> None:
    text = PARTS[first].format(n=1) + PARTS[first].format(n=2) + PARTS[second].format(n=3)
    reading = read(text)
    assert [title.split()[1] for title in titles(reading)] == ["1", "2", "3"]
    assert [record.number for record in reading.records] == [1, 2, 3]
    begun = text.count("\n", 0, len(text) - len(PARTS[second].format(n=3))) + 1
    assert reading.records[2].place.line == begun
    told = [p.place.line for p in reading.problems if p.check == "parts"]
    assert told == ([] if first == second else [begun])


def test_three_layouts_and_xml_and_json_among_them() -> None:
    xml = (
        '<?xml version="1.0"?>\n<xml><records><record><ref-type name="x">17</ref-type>'
        "<titles><title>Xml</title></titles></record></records></xml>\n\n"
    )
    json = '[{"title": "Json", "DOI": "10.5555/j"}]\n\n'
    ris = PARTS["ris"].format(n=1)
    for order in permutations((xml, json, ris)):
        assert sorted(titles(read("".join(order)))) == ["Json", "Ris 1", "Xml"]
    assert titles(read(xml + xml)) == ["Xml", "Xml"]


@pytest.mark.parametrize(
    ("content", "named"),
    [
        ("<?xml version='1.0'?><TEI xmlns='t'><text>title,author,year,doi\na,b,2001,c</text></TEI>",
         "<TEI>"),
        ("<rss version='2.0'><channel><item><title>T</title></item></channel></rss>", "<rss>"),
        ("<?xml version='1'?>\n<!-- c --><m:catalog xmlns:m='m'><b/></m:catalog>", "<catalog>"),
        ("<OAI-PMH><error code='noRecordsMatch'/></OAI-PMH>", "<OAI-PMH>"),
    ],
)  # fmt: skip
def test_xml_of_an_unknown_kind_is_refused_by_the_name_of_its_root(
    content: str, named: str
) -> None:
    with pytest.raises(ReviewError) as refusal:
        read(content)
    assert named in refusal.value.what and refusal.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        '{"found": 2, "list of things": [{"title": "A", "year": 1}, {"title": "B", "year": 2}]}',
        '{"10.5555/a": {"title": "A"}, "10.5555/b": {"title": "B"}}',
        '{"data": {"hits": {"hits": [{"_source": {"title": "A"}}, {"_source": {"title": "B"}}]}}}',
        '[{"id": 1, "bibjson": {"title": "A"}}, {"id": 2, "bibjson": {"title": "B"}}]',
        '{"outer": {"inner": {"deep": [{"title": "A"}, {"title": "B"}]}}}',
        '{"title": "A"}\n{"title": "B"}',
        '[{"title": "A"}][{"title": "B"}]',
    ],
)
def test_records_are_found_in_whatever_json_wraps_them(content: str) -> None:
    assert titles(read(content)) == ["A", "B"]


@pytest.mark.parametrize("head", ["<{n}>", "<{n}. >", "< {n} >", ""])
def test_both_forms_of_tagged_ovid(head: str) -> None:
    entry = (
        "VN  - Ovid Technologies\nDB  - Ovid MEDLINE(R)\nUI  - 700{n}\n"
        "TI  - Ovid {n}\nAU  - Lee A [Author, Reprint Author]\nAU  - Kim B\n"
        "SO  - Journal of Oars. 9(2):11-14, 2011 May.\nDE  - first\n\n      second\n"
    )
    text = "".join(f"{head}\n{entry}\n".lstrip("\n").format(n=n) for n in (1, 2, 3))
    reading = read(text)
    assert (reading.format, titles(reading)) == ("ovid", ["Ovid 1", "Ovid 2", "Ovid 3"])
    record = reading.records[2]
    assert (record.pmid, record.volume, record.issue, record.page) == ("7003", "9", "2", "11-14")
    assert [person.family for person in record.author] == ["Lee", "Kim"]
    assert not [p for p in reading.problems if p.check == "count"]


def test_what_was_read_is_held_against_the_marks_of_the_file() -> None:
    census = Census(MARKS["ris"])
    text = PARTS["ris"].format(n=1) * 3
    assert "".join(census.watch([text[:20], text[20:]])) == text
    assert census.differs(3) == ""
    assert census.differs(2) == "3 × TY and 3 × ER"


def test_a_difference_and_an_empty_file_are_problems() -> None:
    lost = "1. A list of things without any record\nTY  -\n"
    assert [p.check for p in read("[]").problems] == ["count"]
    assert [p.check for p in read("title,year,doi,authors\n").problems] == ["count"]
    assert "count" not in [p.check for p in read(lost).problems]


def test_a_quotation_mark_that_another_row_closes_takes_no_rows_along() -> None:
    reading = read(
        'title,year,authors\nOne,2001,A\n"Two,2002,B\nThree,2003,C\nFour ""x"",2004,D\n'
        '"Five,2005,E\n"Six",2006,F\nSeven,2007,G\n'
    )
    assert [title.partition(",")[0].split()[0] for title in titles(reading)] == [
        "One", "Two", "Three", "Four", "Five", "Six", "Seven",
    ]  # fmt: skip
    assert [p.place.line for p in reading.problems if p.check == "table"] == [3, 6]


def test_a_cell_of_several_lines_is_one_cell() -> None:
    cell = "An abstract, with commas, in it.\nMethods, 2001, and more.\n\nEnd"
    reading = read(f'title,year,abstract\nOne,2001,"{cell}"\nTwo,2002,x\n')
    assert titles(reading) == ["One", "Two"]
    assert reading.records[0].as_exported[2].value == cell


def test_a_second_header_begins_a_second_table() -> None:
    reading = read(
        "title,year,authors\nOne,2001,A\nauthors,journal,title,doi\nB,J,Two,10.5555/two\n"
    )
    assert titles(reading) == ["One", "Two"]
    assert (reading.records[1].container_title, reading.records[1].doi) == ("J", "10.5555/two")
