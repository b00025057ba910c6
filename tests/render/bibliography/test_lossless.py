"""In its own format a record comes back as it was; across formats its fields do."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record, Tag
from pipeline.render.bibliography import BIBLIOGRAPHIES, not_carried, write_bibliography

LETTERS = st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="\ufeff")
TEXT = st.text(LETTERS, max_size=40)
WORDS = st.text(st.sampled_from("abc XYZ 123 äß,;:-#@{}\"\\&%$_~'|<>=+\t/().é漢"), max_size=30)
VALUE = st.one_of(TEXT, WORDS)
LINES = st.lists(VALUE, min_size=1, max_size=3).map("\n".join)
SETTINGS = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def read(content: bytes, format: str) -> Any:
    # writers and readers stand on one floor; only their tests meet
    from pipeline.readers import read_export

    return read_export(io.BytesIO(content), file="x", search="s", format=format)


def written(records: Any, to: str, read_as: str = "") -> bytes:
    return b"".join(write_bibliography(records, to, read_as))


def same_again(content: bytes, format: str, to: str) -> tuple[Any, Any]:
    first = read(content, format)
    second = read(written(first.records, to, first.format), format)
    return first, second


def tags_of(reading: Any) -> list[tuple[Tag, ...]]:
    return [record.as_exported for record in reading.records]


@SETTINGS
@given(
    records=st.lists(
        st.lists(
            st.tuples(
                st.sampled_from(["TI", "AU", "KW", "AB", "N1", "UR", "PY", "ZZ", "C1", "DO"]), LINES
            ),
            max_size=8,
        ),
        max_size=4,
    )
)
def test_ris(records: list[list[tuple[str, str]]]) -> None:
    lines = []
    for tags in records:
        lines += ["TY  - JOUR", *(f"{tag}  - {value}" for tag, value in tags), "ER  - ", ""]
    content = "\n".join(["TY  - GEN", "ER  - ", "", *lines, ""]).encode()
    first, second = same_again(content, "ris", "ris")
    assert tags_of(second) == tags_of(first)
    assert len(first.records) >= len(records) + 1


def test_ris_byte_for_byte() -> None:
    content = b"TY  - JOUR\nTI  - A  b\nAB  - one\n\ntwo\nKW  - x\nKW  - x\nPMID - 5\nER  - \n\n"
    assert written(read(content, "").records, "ris", "ris") == content


@SETTINGS
@given(
    records=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["TI", "FAU", "AU", "MH", "AB", "OT", "LA", "PT"]), VALUE),
            max_size=8,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_nbib(records: list[list[tuple[str, str]]]) -> None:
    lines = []
    for number, tags in enumerate(records):
        lines += [f"PMID- {number + 1}", *(f"{tag:<4}- {value}" for tag, value in tags), ""]
    first, second = same_again("\n".join(lines).encode(), "nbib", "nbib")
    assert tags_of(second) == tags_of(first)
    assert [len(r.as_exported) for r in first.records] == [len(tags) + 1 for tags in records]


BRACED = st.recursive(
    st.text(st.sampled_from("abc XYZ 12 ä,;:-#@\"&%$_~'|<>=+/()\\é"), max_size=12).map(
        lambda t: t.rstrip("\\")
    ),
    lambda inner: st.lists(inner, max_size=3).map(lambda p: "".join("{" + x + "}" for x in p)),
    max_leaves=4,
)


@SETTINGS
@given(
    records=st.lists(
        st.lists(
            st.tuples(st.sampled_from(["title", "author", "note", "Year", "doi", "x-y"]), BRACED),
            max_size=6,
        ),
        min_size=1,
        max_size=4,
    )
)
def test_bibtex(records: list[list[tuple[str, str]]]) -> None:
    parts = [
        f"@article{{k{n},\n" + "".join(f"  {f} = {{{v}}},\n" for f, v in fields) + "}\n"
        for n, fields in enumerate(records)
    ]
    first, second = same_again("\n".join(parts).encode(), "bibtex", "bibtex")
    assert tags_of(second) == tags_of(first)
    assert len(first.records) == len(records)
    for record, fields in zip(first.records, records, strict=True):
        assert [t.name for t in record.as_exported[1:]] == [f for f, _ in fields]


JSON = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-9999, 9999),
        TEXT,
        st.sampled_from(["1", "[]", "null", '"']),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)


@SETTINGS
@given(
    items=st.lists(
        st.fixed_dictionaries(
            {"id": TEXT, "title": VALUE.filter(lambda t: not t.startswith("["))},
            optional={
                "volume": JSON,
                "issued": JSON,
                "author": JSON,
                "custom": JSON,
                "note": JSON,
                "DOI": JSON,
            },
        ),
        min_size=1,
        max_size=4,
    )
)
def test_csl_json(items: list[dict[str, Any]]) -> None:
    reading = read(json.dumps(items).encode(), "json")
    assert len(reading.records) == len(items)
    assert json.loads(written(reading.records, "csl-json", "json")) == items


@SETTINGS
@given(
    rows=st.lists(
        st.tuples(VALUE.map(lambda t: "T" + t), LINES, VALUE, st.just("")), min_size=1, max_size=5
    )
)
def test_csv(rows: list[tuple[str, ...]]) -> None:
    import csv

    text = io.StringIO()
    csv.writer(text).writerows([("Title", "Abstract ", "Was noch", "Leer"), *rows])
    first, second = same_again(text.getvalue().encode(), "csv", "csv")
    assert tags_of(second) == tags_of(first)
    assert [tuple(t.value for t in r.as_exported) for r in first.records] == [
        tuple(cell.replace("\r", "\n") for cell in row) for row in rows
    ]


def whole_record(**fields: Any) -> Record:
    said: dict[str, Any] = {
        "type": "article-journal",
        "title": "Harbour lights: 50% of $5 & #1 {night}",
        "author": (Name(family="Müller", given="Ada"), Name(literal="Harbour Group")),
        "editor": (Name(family="Berg", given="Lars", suffix="Jr."),),
        "issued": Issued(year=2019, month=3, day=4),
        "container_title": "Journal of Harbour Studies",
        "volume": "12",
        "issue": "3",
        "page": "101-118",
        "doi": "10.5555/jhs_2019.012",
        "pmid": "31999001",
        "issn": ("1234-5679",),
        "abstract": "Night fishing is work.",
        "language": "en",
        "keyword": ("night work", "fishers"),
        "url": "https://example.org/a_b",
    }
    return Record(id="s:0001", number=1, place=Place(file="x"), **(said | fields))


@pytest.mark.parametrize("to", BIBLIOGRAPHIES)
def test_fields_survive_every_format(to: str) -> None:
    record = whole_record()
    again = read(written([record, record], to), "").records
    assert len(again) == 2
    for field in ("type", "title", "author", "container_title", "volume", "issue", "page", "doi",
                  "pmid", "issn", "abstract", "language", "keyword", "url"):  # fmt: skip
        assert getattr(again[0], field) == getattr(record, field), field
    assert again[0].year == 2019
    assert again[0].editor == record.editor or (
        to == "nbib" and str(again[0].editor[0]) == "Berg, Lars, Jr."
    )


@pytest.mark.parametrize("to", BIBLIOGRAPHIES)
def test_no_value_breaks_out_of_its_place(to: str) -> None:
    evil = (
        'x\nER  - \nTY  - JOUR\nTI  - two\n\nPMID- 9\n}\n@article{b, title={two}}\n","=1+1\x1b[31m'
    )
    record = whole_record(title=evil, abstract=evil, keyword=(evil,), container_title=evil)
    assert len(read(written([record], to), "").records) == 1


def test_a_formula_is_made_harmless_in_a_table() -> None:
    assert b"'=1+1" in written([whole_record(title="=1+1")], "csv")


def test_no_records() -> None:
    assert json.loads(written([], "csl-json")) == []
    assert written([], "ris") == b""


def test_what_is_not_carried_is_named() -> None:
    (record,) = read(
        b"TY  - JOUR\nTI  - T\nAU  - Lee, A\nAD  - Kiel\nC1  - secret\nPY  - 2001/03/04\nER  - \n",
        "",
    ).records
    assert not_carried(record) == ("AD", "C1")
