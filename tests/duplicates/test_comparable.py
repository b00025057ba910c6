"""What databases do to one and the same field is undone; what differs stays different."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.duplicates.comparable import SCHEMA, comparable
from pipeline.duplicates.comparable.authors import comparable_authors
from pipeline.duplicates.comparable.sources import (
    comparable_container,
    comparable_doi,
    comparable_issn,
    comparable_numbering,
    same_container,
)
from pipeline.duplicates.comparable.titles import comparable_title
from tests.duplicates.sets import ARTICLE, batches


@pytest.mark.parametrize(
    "variant",
    [
        "THE EFFECT OF TNF-α ON YOUTH: A RANDOMISED TRIAL.",
        "The effect of TNF-alpha on youth: a randomised trial. [German]",
        "[The effect of TNF-&alpha; on youth: a randomised trial]. [Review] [25 refs]",
        "The effect of <i>TNF-α</i> on youth &amp;mdash; a randomised trial",
        "The effect of TNF–alpha on youth: a randomised trial [Erratum appears in X. 2010;3:4]",
        "RETRACTED: The effect of TNF-α on youth: a randomised trial",
    ],
)
def test_titles_come_to_the_same_words(variant: str) -> None:
    wanted = comparable_title("The effect of TNF-alpha on youth: a randomised trial")
    assert comparable_title(variant).tight == wanted.tight
    assert not wanted.generic and not wanted.kind


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Erratum: Reading in care", "notice"),
        ("Corrigendum to Reading in care", "notice"),
        ("Retraction notice to: Reading in care", "notice"),
        ("Reading in care (vol 12, pg 34, 2010)", "notice"),
        ("Reply to Smith: Reading in care", "comment"),
        ("Comment on: Reading in care", "comment"),
        ("Re: Reading in care", "comment"),
        ("Correctional institutions for young people", ""),
        ("Reading in care", ""),
        ("Repeated measures in care", ""),
    ],
)
def test_kinds_of_titles(title: str, kind: str) -> None:
    assert comparable_title(title).kind == kind


@pytest.mark.parametrize(
    ("title", "parts"),
    [
        ("Reading in care: Part I", "1"),
        ("Reading in care, part 2", "2"),
        ("Reading in care: Part two", "2"),
        ("Reading in care II", "2"),
        ("Reading in care in 2010", ""),
        ("What I read in care", ""),
    ],
)
def test_numbers_of_parts(title: str, parts: str) -> None:
    assert comparable_title(title).parts == parts


@pytest.mark.parametrize("title", ["Editorial", "Editor's introduction", "Book reviews", "", "…"])
def test_generic_titles(title: str) -> None:
    assert comparable_title(title).generic


def test_a_title_that_is_the_journal_is_generic() -> None:
    assert comparable_title("Annals of Reading", "annals reading").generic
    assert not comparable_title("Annals of reading in residential care", "annals reading").generic


@pytest.mark.parametrize(
    ("text", "families"),
    [
        ("Meyer, Anna; van der Berg, Ben", "meyer berg"),
        ("Meyer A; Berg BC", "meyer berg"),
        ("Meyer, A., Berg, B. C.", "meyer berg"),
        ("Meyer A, Berg BC, Lind C", "meyer berg lind"),
        ("Anna Meyer; Ben Berg", "meyer berg"),
        ("Anna Meyer and Ben Berg", "meyer berg"),
        ("Meyer, Anna", "meyer"),
        ("MEYER, A; et al.", "meyer"),
        ("Meyer A. B.Berg C.", "meyer berg"),
        ("Müller, Å.; O'Neill, P.", "muller oneill"),
        ("Anonymous", ""),
        ("", ""),
    ],
)
def test_family_names_of_every_habit(text: str, families: str) -> None:
    assert comparable_authors(text).families == families


@pytest.mark.parametrize(
    ("page", "first", "last"),
    [
        ("123-9", "123", "129"),
        ("123–129", "123", "129"),
        ("pp. 123--129", "123", "129"),
        ("01-Nov", "1", "11"),
        ("Nov-01", "11", "1"),
        ("S12-S19", "12", "19"),
        ("e1234", "1234", ""),
        ("1-113, iii-iv", "1", "113"),
        ("(no pagination)", "", ""),
        ("N.PAG", "", ""),
        ("iii", "", ""),
        ("", "", ""),
    ],
)
def test_pages(page: str, first: str, last: str) -> None:
    numbering = comparable_numbering("", "", page)
    assert (numbering.first_page, numbering.last_page) == (first, last)


def test_an_issue_within_the_volume() -> None:
    numbering = comparable_numbering("12(3)", "", "")
    assert (numbering.volume, numbering.issue) == ("12", "3")
    assert comparable_numbering("4 (1) (no pagination)", "", "").volume == "4"


def test_a_year_is_no_volume_and_a_month_is_an_issue() -> None:
    numbering = comparable_numbering("2016", "May", "")
    assert (numbering.volume, numbering.issue) == ("", "5")
    assert comparable_numbering("94", "Suppl 1", "").volume == "94"


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1000/ABC.123", "10.1000/abc.123"),
        ("https://doi.org/10.1000/abc.123.", "10.1000/abc.123"),
        ("doi:10.1000/abc.123;", "10.1000/abc.123"),
        ("10.1000/abc.12310.1000/abc.123", "10.1000/abc.123"),
        ("10.1000/abc.123 10.1000/abc.123", "10.1000/abc.123"),
        ("http://dx.doi.org/10.1000%2Fabc.123", "10.1000/abc.123"),
        ("10.1101/2020.01.02.20012345v2", "10.1101/2020.01.02.20012345"),
        ("10.1016/S0140-6736(05)67889-1", "10.1016/s0140-6736(05)67889-1"),
        ("10.17705/1CAIS.", "10.17705/1cais"),
        ("10.1000/", ""),
        ("10.10", ""),
        ("not a doi", ""),
        ("", ""),
    ],
)
def test_dois(text: str, doi: str) -> None:
    assert comparable_doi(text) == doi


def test_issn_in_any_writing() -> None:
    assert comparable_issn("1234-567x (Print); 0000-0001") == "00000001 1234567X"
    assert comparable_issn("none") == ""


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("J Adolesc Res", "Journal of Adolescent Research", True),
        ("The BMJ", "BMJ (Clinical research ed.)", True),
        ("PNAS", "P N A S", False),
        ("Cancer Epidemiology Biomarkers and Prevention", "Cancer epidemiol biomark prev", True),
        ("Am J Psychiatry", "American Journal of Psychology", False),
        ("The Lancet", "New England Journal of Medicine", False),
        (
            "International Conference on Information Systems",
            "Proceedings of the 51st Hawaii International Conference on System Sciences",
            False,
        ),
        (
            "International Conference on Information Systems",
            "ICIS 2010: Thirty First International Conference on Information Systems",
            True,
        ),
    ],
)
def test_journals(a: str, b: str, same: bool) -> None:
    x, y = comparable_container(a), comparable_container(b)
    assert same_container(x, y) is same
    assert same_container(y, x) is same


anything = st.text(max_size=80)


@given(anything, anything, anything, anything)
def test_no_text_breaks_it(title: str, author: str, page: str, doi: str) -> None:
    row = dict(ARTICLE, title=title, author=author, page=page, doi=doi, volume=page, issn=doi)
    (batch,) = batches([row])
    made = comparable(batch)
    assert made.schema == SCHEMA and made.num_rows == 1
