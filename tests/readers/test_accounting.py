"""What an export holds is read, set aside with its reason, or told with its line."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipeline.model.problem import ReviewError
from pipeline.model.record import Reading, Record, Tag
from pipeline.readers import read_export, stream_export
from pipeline.render.bibliography.tagged import ris_as_exported


def read(content: str | bytes, **wishes: Any) -> Reading:
    data = content.encode() if isinstance(content, str) else content
    return read_export(io.BytesIO(data), file="export", search="s", **wishes)


def titles(content: str | bytes, **wishes: Any) -> list[str]:
    return [record.title for record in read(content, **wishes).records]


@pytest.mark.parametrize(
    "content",
    [
        "TY  - JOUR\nTI  - One\nER  - \nTY  - JOUR\nTI  - Two\nER  - \n",
        "TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\n",  # ER is missing
        "TY  -JOUR\nTI  -One\nER  -\nTY  -JOUR\nTI  -Two\nER  -\n",  # no blank behind the hyphen
        "TY - JOUR\nTI - One\nER - \nTY - JOUR\nTI - Two\nER - \n",  # one blank before it
        "  TY  - JOUR\n  TI  - One\n  ER  - \n  TY  - JOUR\n  TI  - Two\n  ER  - \n",
        "ty  - JOUR\nti  - One\ner  - \nty  - JOUR\nti  - Two\ner  - \n",
        "1. \nTY  - JOUR\nTI  - One\n2. \nTY  - JOUR\nTI  - Two\n",
        "\ufeffTY  - JOUR\nTI  - One\nER  - \n\ufeffTY  - JOUR\nTI  - Two\nER  - \n",
        "TY  - JOUR\nTI  - One\nER  - \nT1  - Two\nAU  - Lee, A\nPY  - 2001\nJF  - J\nER  - \n",
        "TY  - \nTI  - One\nER  - \nTY  - NEVERHEARD\nTI  - Two\nER  - \n",
        # tags in the order of the alphabet, or in none
        "TI  - One\nTY  - JOUR\nER  - \nTI  - Two\nTY  - JOUR\nER  - \n",
        "AB  - a\nDB  - d\nTI  - One\nPY  - 2001\nTY  - JOUR\nUR  - u\nER  - \n\n"
        "DB  - d\nTY  - JOUR\nTI  - Two\nER  - \n",
        "TY  - JOUR\nTI  - One\nER  - \nDB  - d\n\nTY  - JOUR\nTI  - Two\nER  - \n",
        "TI  - One\nAU  - Lee, A\nPY  - 2001\nDB  - d\n\nTY  - JOUR\nTI  - Two\nER  - \n",
    ],
)
def test_the_dialects_of_ris(content: str) -> None:
    assert titles(content) == ["One", "Two"]


def test_tags_before_ty_are_of_its_record_and_ty_leads_when_it_is_written_again() -> None:
    (record,) = read("DB  - d\nTI  - One\nTY  - BOOK\nAU  - Lee, A\nER  - \n").records
    assert (record.type, record.database, len(record.author)) == ("book", "d", 1)
    assert [tag.name for tag in record.as_exported] == ["DB", "TI", "TY", "AU"]
    (text,) = ris_as_exported([record])
    assert text.split("\n")[:4] == ["TY  - BOOK", "DB  - d", "TI  - One", "AU  - Lee, A"]


def test_a_wrapped_abstract_stays_one() -> None:
    reading = read(
        "TY  - JOUR\nTI  - One\nAB  - IL-6 and\nIL-8 rose, IS-1 fell; in the\n"
        "ER  - alpha and the ER - beta pathway it did not\n\nLast words\nPY  - 2001\nER  - \n"
    )
    (record,) = reading.records
    assert record.abstract.startswith("IL-6 and IL-8 rose") and "Last words" in record.abstract
    assert record.year == 2001
    assert [tag.name for tag in record.as_exported] == ["TY", "TI", "AB", "PY"]


def test_repeats_are_kept_in_order() -> None:
    tags = read("TY  - JOUR\nKW  - a\nTI  - T\nKW  - a\nKW  - b\nER  - \n").records[0].as_exported
    assert tags == (
        Tag("TY", "JOUR"), Tag("KW", "a"), Tag("TI", "T"), Tag("KW", "a"), Tag("KW", "b"),
    )  # fmt: skip


def test_two_people_of_one_name_are_two() -> None:
    assert len(read("TY  - JOUR\nAU  - Wang, Y\nAU  - Wang, Y\nER  - \n").records[0].author) == 2


def test_tag_lines_outside_of_a_record_are_told_with_their_line() -> None:
    reading = read("TY  - JOUR\nTI  - T\nER  - \nN1  - who am I\nER  - \n")
    assert reading.found == 1
    assert [(p.check, p.place.line) for p in reading.problems] == [("outside-record", 4)]


ONE = "TY  - JOUR\nTI  - One\nER  - \n"


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (ONE + "TY  - JOUR\nTI  - Two is cut o", [4]),
        (ONE + "TY  - JOUR\nTI  - Two\nER  - ", []),
        ("TY  - JOUR\nTI  - One\n\nTY  - JOUR\nTI  - Two\n", []),  # a source that writes no ER
    ],
)
def test_a_file_that_ends_within_a_record_is_told(content: str, lines: list[int]) -> None:
    reading = read(content)
    assert len(reading.records) == 2
    assert [p.place.line for p in reading.problems if p.check == "cut-off"] == lines


def test_what_the_file_declares() -> None:
    reading = read("Record #1 of 271\nTY  - JOUR\nTI  - T\nER  - \n")
    assert (reading.declared, reading.found) == (271, 1)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("@article{a,\n title={One},\n year=2001\n\n@book{b,\n title={Two}\n}\n", ["One", "Two"]),
        ("@article{a\n title={One},\n year=2001}\n@book{b, title={Two}}\n", ["One", "Two"]),
        (
            "@article{a,\n title={One {x},\n year=2001\n}\n@book{b,\n title={Two}}\n",
            ["One x", "Two"],
        ),
        (
            "@article{a,\n title={One} x},\n year={2001}\n}\n\n@book{b, title={Two}}\n",
            ["One} x", "Two"],
        ),
        ("@article{a, title={One}}\n@article{a, title={Two}}\n", ["One", "Two"]),
        ("@article{, title={One}}\n@ARTICLE ( b c, title = {Two} )\n", ["One", "Two"]),
        (
            "@string{o = {One}}\n@misc{a, title = o}\n@misc{b, title = \"T\" # {wo}}\n",
            ["One", "Two"],
        ),
        (
            "@misc{a, title={One},\n note={see\n@book or @article{x} there}}\n@misc{b,title={Two}}",
            ["One", "Two"],
        ),
    ],
)  # fmt: skip
def test_damaged_bibtex_loses_no_entry(content: str, names: list[str]) -> None:
    found = [title.replace("}", "") for title in titles(content)]
    assert found == [name.replace("}", "") for name in names]


def test_the_blanks_of_joined_strings_count() -> None:
    (record,) = read(
        '@string{bo = "Kim, Bo"}\n@string{oars = {Oars}}\n'
        '@article{a, author = {Lee, Ada} # " and " # bo, title = "On " # oars # { and } # "rods", '
        'journal = oars # " Letters", month = "3~" # mar, year = 2001}'
    ).records
    assert [person.family for person in record.author] == ["Lee", "Kim"]
    assert (record.title, record.container_title) == ("On Oars and rods", "Oars Letters")
    assert str(record.issued) == "2001-03-03"


def test_an_entry_says_what_its_parents_say() -> None:
    reading = read(
        "@xdata{town, location = {Skagen}, publisher = {Oar}}\n"
        "@incollection{c, title = {Chapter}, author = {Lee, A and others}, crossref = {b}}\n"
        "@book{b, title = {Book}, editor = {Kim, B}, year = 2001, doi = {10.5555/b},"
        " xdata = town}\n"
        "@misc{lone, title = {Lone}, crossref = {nowhere}}\n"
    )
    chapter, book, lone = reading.records
    assert (chapter.container_title, chapter.year, chapter.publisher) == ("Book", 2001, "Oar")
    assert [p.family for p in (*chapter.author, *chapter.editor)] == ["Lee", "Kim"]
    assert (chapter.doi, book.publisher_place, lone.title) == ("", "Skagen", "Lone")
    assert [tag.name for tag in chapter.as_exported] == [
        "@incollection", "title", "author", "crossref",
    ]  # fmt: skip
    assert [(p.check, p.place.line) for p in reading.problems] == [("crossref", 4)]


def test_a_field_that_stands_twice_is_kept_twice() -> None:
    record = read("@article{a, title={T}, note={x}, note={y}}").records[0]
    assert [t.value for t in record.as_exported if t.name == "note"] == ["{x}", "{y}"]


@pytest.mark.parametrize(
    "content",
    [
        "sep=;\ntitle;year\nOne;2001\nTwo;2002\n",
        "Our export of 2022\n\nTITLE , YEAR\nOne,2001\n\nTwo,2002\n",
        "title\tyear\nOne\t2001\textra\nTwo\n",
        'title,year\n"One",2001\n"Two,2002\n',
        'title,year\nOne,="2001"\n,,\nTwo,2002\n',
    ],
)
def test_tables(content: str) -> None:
    assert [title.split(",")[0] for title in titles(content)] == ["One", "Two"]


def test_columns_can_be_named() -> None:
    reading = read(
        "Naam;Wie;Wanneer\nOne;Lee, A;2001\n",
        columns={"title": "Naam", "author": "Wie", "issued": "Wanneer"},
    )
    (record,) = reading.records
    assert (record.title, str(record.author[0]), record.year) == ("One", "Lee, A", 2001)


def test_json_sets_aside_what_it_cannot_read_and_goes_on() -> None:
    reading = read('[{"title": "One"}, {"title": broken}, {"title": "Two"}, 5]')
    assert [record.number for record in reading.records] == [1, 3]
    assert [aside.number for aside in reading.set_aside] == [2, 4]


def test_a_repair_takes_the_number_of_what_it_repairs() -> None:
    export = b'[{"title": "One"}, {"title": broken}, {"title": "Three"}]'
    repairs = b'2: |\n  {"title": "Two"}\n9: |\n  {"title": "Nobody"}\n'
    reading = read(export, repairs=io.BytesIO(repairs))
    assert [(r.id, r.title) for r in reading.records] == [
        ("s:0001", "One"), ("s:0002", "Two"), ("s:0003", "Three"),
    ]  # fmt: skip
    assert not reading.set_aside
    assert {p.check for p in reading.problems} == {"repaired", "repairs"}


def test_a_row_can_be_repaired_without_its_header() -> None:
    reading = read("title,year\nOne,2001\nTvo,2002\n", repairs=io.BytesIO(b'2: "Two,2002"\n'))
    assert [record.title for record in reading.records] == ["One", "Two"]


def test_bytes_that_are_no_utf8_are_told_and_kept() -> None:
    content = "TY  - JOUR\nTI  - Größe\nER  - \n".encode() + b"TY  - JOUR\nTI  - caf\xe9\nER  - \n"
    reading = read(content)
    assert [r.title for r in reading.records] == ["Größe", "café"]
    assert [(p.check, p.place.line) for p in reading.problems] == [("encoding", 5)]


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "shift_jis", "gb18030"])
def test_other_encodings(encoding: str) -> None:
    title = {
        "cp1252": "Über die Größe der Änderungen in Österreich – «très déjà»",
        "cp1251": "Влияние света на работу рыбаков в ночное время года",
        "shift_jis": "夜間の漁業における光の影響についての研究であるかもしれない",
        "gb18030": "夜间捕鱼作业中灯光的影响研究以及其他相关问题的讨论",
    }[encoding]
    content = f"TY  - JOUR\nTI  - {title}\nAB  - {title}。\nER  - \n".encode(encoding, "ignore")
    assert titles(content) == [title]


def test_an_early_cp1252_byte_deep_in_an_ascii_file() -> None:
    many = b"TY  - JOUR\nTI  - plain\nER  - \n" * 60_000
    reading = read(many + b"TY  - JOUR\nTI  - caf\xe9 cr\xe8me\nER  - \n")
    assert (reading.found, reading.records[-1].title) == (60_001, "café crème")


@pytest.mark.parametrize(
    "content",
    [b"", b"  \n", b"\xef\xbb\xbf", b"%PDF-1.7", b"\x1f\x8b\x08", b"PK\x03\x04junk", b"\0" * 50,
     b"<!DOCTYPE html><html><body>Session expired</body></html>", b"nothing of the kind\n"],
)  # fmt: skip
def test_what_is_no_export_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ReviewError) as refusal:
        read(content)
    assert refusal.value.remedy


def test_entities_are_neither_expanded_nor_fetched() -> None:
    reading = read(
        '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
        "<xml><records><record><ref-type>17</ref-type><titles><title>T&eacute;l&a;&f;</title></titles></record></records></xml>"
    )
    (record,) = reading.records
    assert (
        record.title.startswith("Tél") and "aaaa" not in record.title and "root" not in str(record)
    )


def test_a_zip_bomb_is_weighed_before_it_is_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    with pytest.raises(ReviewError, match="unpack"):
        read(packed.getvalue())


def test_a_workbook_whose_stream_is_damaged_is_refused_in_words() -> None:
    whole = (Path(__file__).parent / "samples" / "xlsx.xlsx").read_bytes()
    refused = 0
    for at in range(40, len(whole) - 40, 97):
        damaged = whole[:at] + bytes(b ^ 0x55 for b in whole[at : at + 24]) + whole[at + 24 :]
        try:
            reading = read(damaged)
        except ReviewError as refusal:
            assert refusal.remedy
            refused += 1
        else:
            assert reading.found
    assert refused > 10


@pytest.mark.parametrize("digits", [4_299, 4_301, 100_000])
def test_a_number_of_many_digits_is_kept_as_text(digits: int) -> None:
    (record,) = read('[{"title": "T", "volume": ' + "7" * digits + "}]").records
    assert record.title == "T"
    assert ("volume", "7" * digits) in record.as_exported


@pytest.mark.parametrize(
    "content",
    [
        "Record #1 of {n}\nTY  - JOUR\nTI  - T\nER  - \n",
        "Record #1 of {n}\nID: 1\nTI: T\n",
        '[{{"title": "T", "issued": {{"date-parts": [["{n}"]]}}}}]',
        "PMID- {n}\nTI  - T\n",
        "title,volume\nT,{n}\n",
    ],
)
def test_digits_without_end_are_no_number(content: str) -> None:
    reading = read(content.format(n="9" * 5000))
    assert [record.title for record in reading.records] == ["T"]
    assert reading.declared is None


def test_bytes_that_are_no_utf8_inside_of_xml_are_told() -> None:
    content = (
        b"<?xml version='1.0' encoding='UTF-8'?><xml><records><record><ref-type/><titles><title>"
        + ("Größe " * 9).encode()
        + b"caf\xe9 \xff\xfe \xed\xa0\x80 x\x00y"
        + b"</title></titles></record>"
        b"</records></xml>"
    )
    reading = read(content)
    assert [record.title.split()[8:10] for record in reading.records] == [["Größe", "café"]]
    assert "encoding" in {p.check for p in reading.problems}


class Endless(io.RawIOBase):
    """A record, then a line that does not end: as much as was asked for, counted."""

    def __init__(self, begin: bytes, size: int) -> None:
        self.parts, self.left = begin, size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if self.parts:
            head, self.parts = self.parts, b""
            return head
        size = min(size, self.left)
        self.left -= size
        return b"x" * size


@pytest.mark.parametrize(
    "begin",
    [b"TY  - JOUR\nTI  - A\nAB  - ", b"PMID- 1\nTI  - A\nAB  - ", b"title,year\nA,",
     b"@misc{a, title={",
     b'[{"title": "', b"%0 Book\n%T A\n%X "],
)  # fmt: skip
def test_an_endless_line_is_told(begin: bytes) -> None:
    reading = read_export(Endless(begin, 60_000_000), file="x")  # type: ignore[arg-type]
    assert reading.found == 1
    assert reading.set_aside or any(p.check == "line-too-long" for p in reading.problems)


def test_a_million_tags() -> None:
    (record,) = read("TY  - JOUR\n" + "KW  - k\n" * 200_000 + "ER  - \n").records
    assert len(record.as_exported) == 200_001


def test_a_pipe_gives_less_than_is_asked_for() -> None:
    class Pipe(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(7, size or 7))

    export = stream_export(Pipe(b"TY  - JOUR\nTI  - A\nER  - \n" * 40), file="-")
    assert sum(isinstance(entry, Record) for entry in export) == 40


def test_zeros_are_no_year() -> None:
    reading = read("TY  - JOUR\nTI  - T\nPY  - 0000\nER  - \n")
    assert reading.records[0].issued is None
    assert [p.check for p in reading.problems] == ["year"]


def test_a_bad_year_or_doi_is_a_warning_and_kept() -> None:
    reading = read("TY  - JOUR\nTI  - T\nPY  - in press\nDO  - not-a-doi\nER  - \n")
    (record,) = reading.records
    assert record.issued is not None and record.issued.literal == "in press"
    assert (record.year, record.doi) == (0, "")
    assert sorted(p.check for p in reading.problems) == ["doi", "year"]
