"""Records and references.yaml as CSL items, and the names they are cited by."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.document import csl_item, read_references
from pipeline.document.citations import citation, cited_names
from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record

Case = Any


def record(**said: Any) -> Record:
    return Record(id="db-1:0001", number=1, place=Place(file="x.ris", line=1), **said)


def test_an_article_keeps_every_field() -> None:
    item = csl_item(
        record(
            type="article-journal",
            title="T",
            author=(Name(family="Åkerman", given="I.", suffix="Jr"), Name(literal="NSPCC")),
            issued=Issued(year=2014, month=5),
            container_title="Sexual Abuse",
            container_title_short="Sex Abuse",
            volume="26",
            issue="4",
            page="375–390",
            doi="10.1177/1079063213492344",
            url="https://doi.org/10.1177/1079063213492344",
            issn=("1079-0632", "1573-286X"),
            language="en",
        ),
        "aebi-2014",
    )
    assert item == {
        "id": "aebi-2014",
        "type": "article-journal",
        "title": "T",
        "author": [{"family": "Åkerman", "given": "I.", "suffix": "Jr"}, {"literal": "NSPCC"}],
        "issued": {"date-parts": [[2014, 5]]},
        "container-title": "Sexual Abuse",
        "container-title-short": "Sex Abuse",
        "volume": "26",
        "issue": "4",
        "page": "375-390",
        "DOI": "10.1177/1079063213492344",
        "ISSN": "1079-0632, 1573-286X",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        (None, None),
        (Issued(), None),
        (Issued(literal="in press"), {"literal": "in press"}),
        (Issued(year=2014), {"date-parts": [[2014]]}),
        (Issued(year=2014, month=2, day=3), {"date-parts": [[2014, 2, 3]]}),
        (Issued(year=2014, day=3), {"date-parts": [[2014]]}),
    ],
)
def test_dates(issued: Issued | None, expected: object) -> None:
    assert csl_item(record(issued=issued)).get("issued") == expected


@pytest.mark.parametrize(
    ("page", "expected"),
    [("12-19", "12-19"), ("12 – 19", "12-19"), ("1230-8", "1230-8"), ("e12", "e12"), ("", None)],
)
def test_pages(page: str, expected: str | None) -> None:
    assert csl_item(record(page=page)).get("page") == expected


def test_an_unknown_type_is_not_guessed_beyond_where_it_appeared() -> None:
    assert csl_item(record(container_title="J"))["type"] == "article-journal"
    assert csl_item(record())["type"] == "document"
    report = csl_item(record(type="report", issue="7", url="https://x.org"))
    assert (report["number"], report["URL"]) == ("7", "https://x.org")
    assert "issue" not in report


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("[@a-1; see @b:0002, p. 3]", [("a-1", 1), ("b:0002", 1)]),
        ("x\n@c said. And [-@d].", [("c", 2), ("d", 2)]),
        ("[@{https://x.org/a}]", [("https://x.org/a", 1)]),
        ("me@x.org \\@no `@code`", []),
        ("```\n@no\n```\n\n[@yes]", [("yes", 5)]),
    ],
)
def test_citations_are_found_as_pandoc_finds_them(text: str, names: list[Any]) -> None:
    assert list(cited_names(text)) == names


def test_citation_marks() -> None:
    assert citation([]) == ""
    assert citation(["a", "b-1:0002"]) == "[@a; @b-1:0002]"
    assert citation(["a b"]) == "[@{a b}]"


def test_a_record_a_duplicate_and_a_study_are_one_reference(small: Case) -> None:
    document = small.write("[@aebi-2014], [@db-1:0001], [@web-1:0001]").document
    assert document.markdown == "[@aebi-2014], [@aebi-2014], [@aebi-2014]"


def test_references_of_the_authors() -> None:
    text = (
        "- id: a\n  type: report\n  title: A\n  issued: 2016\n"
        "- id: b\n  title: B\n  issued: 2016-01-31\n  accessed: spring\n"
    )
    found, problems = read_references(text, "references.yaml")
    assert not problems
    assert found["a"]["issued"] == {"date-parts": [[2016]]}
    assert found["b"]["issued"] == {"date-parts": [[2016, 1, 31]]}
    assert (found["b"]["accessed"], found["b"]["type"]) == ({"literal": "spring"}, "document")


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("a: 1\n", 1, "not a list"),
        ("- title: x\n", 1, "no `id`"),
        ("- {id: a, title: x}\n- {id: a, title: y}\n", 2, "twice"),
        ("- {id: a, title: x}\n- id: b\n", 2, "no title"),
        ("- {id: a\n", 0, "not YAML"),
    ],
)
def test_faults_of_references_stand_in_their_line(text: str, line: int, what: str) -> None:
    _, problems = read_references(text, "references.yaml")
    assert len(problems) == 1 and what in problems[0].what
    assert not line or problems[0].place.line == line


def test_no_references_are_no_fault() -> None:
    assert read_references("", "references.yaml") == ({}, ())
    assert read_references("# later\n", "references.yaml") == ({}, ())
