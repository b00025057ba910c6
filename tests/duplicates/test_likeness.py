"""How far each field of a pair agrees: what is the same, what is unknown, what differs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from pipeline.duplicates.comparable import comparable
from pipeline.duplicates.comparable.authors import comparable_authors
from pipeline.duplicates.comparable.forms import CONTRADICTING, comparable_form
from pipeline.duplicates.likeness import (
    DIFFERS,
    SAME,
    UNKNOWN,
    hopeful,
    labelled,
    likeness,
    pages,
    without_marks,
)
from tests.duplicates.sets import ARTICLE, batches

TITLE = "early visual experience and the later reading of young people"
TIGHT = TITLE.replace(" ", "")


def like(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, Any]:
    """The likeness of two records, field by field, as single values."""
    (batch,) = batches([a, b])
    made = comparable(batch)
    columns = {name: made.column(name).to_pylist() for name in made.schema.names}
    found = likeness(lambda name: ([columns[name][0]], [columns[name][1]]))
    return {name: value[0].item() for name, value in found.items()}


def hope(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    (batch,) = batches([a, b])
    made = comparable(batch)
    columns = {name: made.column(name).to_pylist() for name in made.schema.names}
    return bool(hopeful(lambda n: ([columns[n][0]], [columns[n][1]]))[0])


@pytest.mark.parametrize(
    ("x", "end_x", "y", "end_y", "state"),
    [
        ("12", "", "12", "", SAME),
        ("12", "19", "12", "", SAME),
        ("12", "19", "11", "19", SAME),  # a slip in the first page
        ("", "", "12", "", UNKNOWN),
        ("", "19", "12", "19", UNKNOWN),
        ("1", "8", "312", "319", UNKNOWN),  # ahead of print
        ("1", "", "312", "", DIFFERS),
        ("488", "", "487", "489", UNKNOWN),  # a page of the web, cut
        ("489", "", "487", "489", UNKNOWN),
        ("487", "487", "486", "489", UNKNOWN),
        ("490", "", "487", "489", DIFFERS),
        ("486", "", "487", "489", DIFFERS),
        ("488", "488", "489", "489", DIFFERS),
        ("488", "495", "487", "499", DIFFERS),
        ("12", "", "13", "", DIFFERS),
        ("12", "19", "13", "20", DIFFERS),
    ],
)
def test_pages(x: str, end_x: str, y: str, end_y: str, state: int) -> None:
    assert pages(x, y, end_x, end_y) == state
    assert pages(y, x, end_y, end_x) == state


@pytest.mark.parametrize(
    ("a", "b", "gone"),
    [
        (f"{TITLE} 1", TITLE, True),
        (f"{TITLE} i", TITLE, True),
        (f"{TITLE} l", TITLE, True),
        (f"{TITLE} 1 2", TITLE, True),
        (f"{TITLE}1", TITLE, True),
        (f"{TITLE}1 2", TITLE, True),
        (f"{TITLE} 1", f"{TITLE} 2", False),  # two parts
        (f"{TITLE} i", f"{TITLE} ii", False),
        (f"{TITLE} 1", f"{TITLE} 1", False),
        (f"{TITLE} 2", TITLE, False),
        ("night work 1", "night work", False),  # too short to know
        ("the night work book 1", "the night work book", False),  # 19 signs
        ("the nights work book 1", "the nights work book", True),  # 20 signs
        (TITLE, TITLE, False),
    ],
)
def test_marks_of_footnotes(a: str, b: str, gone: bool) -> None:
    assert without_marks(a, b) == ((b, b) if gone else (a, b))
    assert without_marks(b, a) == ((b, b) if gone else (b, a))


@pytest.mark.parametrize(
    ("label", "title", "wanted"),
    [
        ("specialissue", TIGHT, True),
        ("note", TIGHT, True),
        ("abc", TIGHT, False),  # no label is as short
        ("", TIGHT, False),
        ("specialissue", TIGHT[:-2] + "xe", True),  # a slip or two in a long title
        ("specialissue", TIGHT[:-3] + "xyz", False),
        ("specialissue", TIGHT[:19], False),  # too short to know
        ("specialissue", TIGHT[:20], True),
    ],
)
def test_labels_of_sections(label: str, title: str, wanted: bool) -> None:
    own = TIGHT if len(title) > 30 else title
    assert labelled(own, label + title) is wanted
    assert labelled(label + title, own) is wanted


BARE = {"title": ARTICLE["title"]}


@pytest.mark.parametrize(
    ("field", "a", "b", "value"),
    [
        ("volume", {"volume": "4"}, {"volume": "04"}, SAME),
        ("volume", {"volume": "4"}, {}, UNKNOWN),
        ("volume", {"volume": "4"}, {"volume": "5"}, DIFFERS),
        ("supplement", {"issue": "Suppl 1"}, {"issue": "1"}, DIFFERS),
        ("supplement", {"page": "S12"}, {"page": "12"}, DIFFERS),
        ("supplement", {"page": "S12"}, {"issue": "2 Suppl"}, SAME),
        ("supplement", {"page": "S12"}, {}, UNKNOWN),
        ("supplement", {"page": "12"}, {"page": "12"}, UNKNOWN),
        ("form", {"type": "book"}, {"type": "chapter"}, DIFFERS),
        ("form", {"type": "chapter"}, {"type": "book"}, DIFFERS),
        ("form", {"type": "book"}, {}, UNKNOWN),
        ("form", {"type": "book"}, {"type": "book"}, UNKNOWN),
        ("form", {"type": "paper-conference"}, {"type": "article-journal"}, UNKNOWN),
        ("electronic", {"page": "e12"}, {"page": "12"}, True),
        ("electronic", {"page": "112345"}, {"page": "12"}, True),
        ("electronic", {"page": "1234"}, {"page": "12"}, False),
        ("electronic", {"page": "S12"}, {"page": "12"}, False),
        ("electronic", {"page": "e12"}, {"page": "e13"}, False),
        ("years", {"year": 2014}, {"year": 2012}, 2),
        ("years", {"year": 2014}, {}, -1),
        ("abstract", {"abstract": "x" * 80}, {"abstract": "x" * 90}, 1.0),
        ("abstract", {"abstract": "x" * 79}, {"abstract": "x" * 90}, -1.0),
        ("issn", {"issn": "1234-5678"}, {"issn": "12345678; 1111-2222"}, SAME),
        ("issn", {"issn": "1234-5678"}, {"issn": "1111-2222"}, DIFFERS),
        ("issn", {"issn": "1234-5678"}, {}, UNKNOWN),
        ("container", {"container_title": "J Care"}, {"container_title": "Journal of Care"}, SAME),
        ("container", {"container_title": "Care"}, {"container_title": "Annals"}, DIFFERS),
        ("container", {"container_title": "Care"}, {}, UNKNOWN),
        ("page_range", {"page": "12-19"}, {}, True),
        ("page_range", {"page": "12-12"}, {}, False),
        ("page_range", {"page": "12"}, {}, False),
        ("generic", {"title": "Editorial"}, {"title": "Reading in care homes"}, True),
        ("generic", {"title": "Reading at home then"}, {"title": "Reading in care homes"}, False),
        ("kind", {"title": f"Erratum: {TITLE}"}, {"title": TITLE}, DIFFERS),
        ("kind", {"title": TITLE}, {"title": TITLE}, SAME),
        ("notice", {"title": f"Erratum: {TITLE}"}, {"title": TITLE}, True),
        ("notice", {"title": f"Reply to Elm: {TITLE}"}, {"title": TITLE}, False),
        ("notice", {"title": f"Erratum: {TITLE}"}, {"title": f"Erratum: {TITLE}"}, False),
        ("parts", {"title": f"{TITLE} part 1"}, {"title": f"{TITLE} part 2"}, DIFFERS),
        ("parts", {"title": TITLE}, {"title": TITLE}, UNKNOWN),
        ("numbers", {"title": f"{TITLE} in 2010"}, {"title": f"{TITLE} in 2011"}, DIFFERS),
        ("numbers", {"title": f"{TITLE} in 2010"}, {"title": f"{TITLE} in the 2010"}, SAME),
        ("numbers", {"title": f"{TITLE} in 2010"}, {"title": f"{TITLE} in 2010"}, UNKNOWN),
        ("contained", {"title": TITLE}, {"title": f"{TITLE}: a trial"}, True),
        ("contained", {"title": TITLE}, {"title": f"Note: {TITLE}"}, True),
        ("contained", {"title": TITLE}, {"title": f"{TITLE}s"}, False),
        ("contained", {"title": "Reading in a home"}, {"title": "Reading in a home: now"}, False),
        ("long", {"title": "a" * 40}, {"title": "a" * 40}, True),
        ("long", {"title": "a" * 39}, {"title": "a" * 39}, False),
        ("title_known", {"title": ""}, {"title": TITLE}, False),
        ("title_known", {"title": TITLE}, {"title": TITLE}, True),
        ("authors", {"author": "Ash, Bo"}, {"author": "Ash B"}, 1.0),
        ("authors", {"author": "Ash, Bo"}, {}, -1.0),
        ("authors", {"author": "Ash, Bo"}, {"author": "Care Study Group"}, -1.0),
        ("first", {"author": "Ash, Bo"}, {"author": "Care Study Group"}, -1.0),
        ("authors", {"author": "Bo Ash"}, {"author": "Bo, Ash"}, 1.0),  # the other way round
        ("doi", {"doi": "10.1000/abcd"}, {"doi": "https://doi.org/10.1000/ABCD"}, SAME),
        ("doi", {"doi": "10.1000/abcd"}, {"doi": "10.1000/abce"}, DIFFERS),
        ("pmid", {"pmid": "0012345"}, {"pmid": "PMID: 12345"}, SAME),
    ],
)  # fmt: skip
def test_a_field(field: str, a: dict[str, Any], b: dict[str, Any], value: Any) -> None:
    assert like({**BARE, **a}, {**BARE, **b})[field] == value
    if field != "page_range":
        assert like({**BARE, **b}, {**BARE, **a})[field] == value


ISSUE = {"volume": "4", "issue": "2"}


@pytest.mark.parametrize("lacking", [{}, {"volume": ""}, {"issue": ""}])
def test_marks_and_labels_count_within_one_issue_alone(lacking: dict[str, str]) -> None:
    one, whole = {"title": TITLE, **ISSUE}, not lacking
    noted = like(one, {"title": f"{TITLE} 1", **ISSUE, **lacking})
    assert (noted["title"] == 1.0) is whole and noted["noted"] is whole
    assert (noted["numbers"] == UNKNOWN) is whole
    told = like(one, {"title": f"Special issue on care. {TITLE} 1", **ISSUE, **lacking})
    assert told["labelled"] is whole
    study = like(
        {**one, "title": f"{TITLE}: a study"}, {"title": f"{TITLE}: a study 1", **ISSUE, **lacking}
    )
    assert (study["parts"] == UNKNOWN) is whole


def test_a_label_before_a_title_is_no_other_word() -> None:
    assert not like(
        {"title": TITLE, **ISSUE}, {"title": f"Note {TITLE}", **ISSUE}
    )["reworded"]  # fmt: skip
    assert like({"title": f"{TITLE} boys", **ISSUE}, {"title": f"{TITLE} girls", **ISSUE})[
        "reworded"
    ]


@pytest.mark.parametrize(
    ("a", "b", "wanted"),
    [
        ({"title": TITLE}, {"title": TITLE.replace("visual", "visaul")}, True),
        ({"title": "one thing"}, {"title": "of quite another kind"}, False),
        (
            {"title": "one thing", "page": "12"},
            {"title": "of quite another kind", "page": "12"},
            True,
        ),
        (
            {"title": "one thing", "doi": "10.1000/abcd"},
            {"title": "of quite another kind", "doi": "10.1000/abcd"},
            True,
        ),
        (
            {"title": "one thing", "pmid": "12345"},
            {"title": "of another kind", "pmid": "12345"},
            True,
        ),
        (
            {"title": TITLE},
            {"title": f"{TITLE}: and a long subtitle that says far more than that"},
            True,
        ),
        ({"title": TITLE}, {"title": " ".join(reversed(TITLE.split()))}, True),
        (
            {"title": TITLE, **ISSUE},
            {"title": f"Special issue on care and what it may bring. {TITLE} 1", **ISSUE},
            True,
        ),
        (
            {"title": TITLE, **ISSUE},
            {"title": f"Special issue on care and what it may bring. {TITLE[:-4]} 1", **ISSUE},
            False,
        ),
    ],
)
def test_only_hopeless_pairs_are_left_out(
    a: dict[str, Any], b: dict[str, Any], wanted: bool
) -> None:
    assert hope(a, b) is wanted
    assert hope(b, a) is wanted


@pytest.mark.parametrize(
    ("kind", "title", "container", "doi", "numbered", "form"),
    [
        ("book", "", "", "", False, "book"),
        ("article-journal", "", "", "", True, "article"),
        ("", "", "Journal of Care", "", True, "article"),
        ("", "", "Journal of Care", "", False, ""),
        ("", "", "", "", True, ""),
        ("paper-conference", "", "Proc", "", True, ""),
        ("", "Reading [abstract]", "", "", False, "abstract"),
        ("", "Reading (Conference abstract).", "", "", False, "abstract"),
        ("", "Reading in abstract", "", "", False, ""),
        ("", "", "PsyArXiv", "", False, "preprint"),
        ("article-journal", "", "bioRxiv : the preprint server", "", False, "preprint"),
        ("", "", "Dissertation Abstracts International", "", True, "thesis"),
        ("article-journal", "", "", "10.1101/2020.01.02.345678", False, "preprint"),
        ("article-journal", "", "", "10.48550/arxiv.2001.00001", False, "preprint"),
        ("article-journal", "", "Cold Spring", "10.1101/gad.12345", True, "article"),
    ],
)
def test_forms(kind: str, title: str, container: str, doi: str, numbered: bool, form: str) -> None:
    assert comparable_form(kind, title, container, doi, numbered) == form


def test_what_contradicts_are_pairs_of_two_forms() -> None:
    assert all(len(pair) == 2 for pair in CONTRADICTING)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("Care Study Group", "b"),
        ("Ash, Bo; Care Study Group", ""),
        ("Ash, Bo", ""),
        ("Ministry of Health", "b"),
        ("Center, Ann", "b"),  # a name that cannot be told from a body says nothing either way
        ("", ""),
    ],
)
def test_who_signs(text: str, body: str) -> None:
    assert comparable_authors(text).body == body


def test_likeness_of_no_pairs_is_empty() -> None:
    empty = likeness(lambda name: ([], []))
    assert all(len(np.asarray(value)) == 0 for value in empty.values())
