"""Names, dates, identifiers, LaTeX and decisions as exports write them."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import Stage, Verdict
from pipeline.model.record import Issued, Name, Record
from pipeline.readers import FoundDecision, found_decisions, identifiers, read_export
from pipeline.readers.assembling import unspoiled
from pipeline.readers.dates import date, issued
from pipeline.readers.latex import from_latex
from pipeline.readers.names import name, names_in_cell, names_run_together


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Müller, Ada B.", Name(family="Müller", given="Ada B.")),
        ("Smith, Jr., John", Name(family="Smith", given="John", suffix="Jr.")),
        ("Smith, John, III", Name(family="Smith", given="John", suffix="III")),
        ("Keefer AB", Name(family="Keefer", given="AB")),
        ("van der Berg A.B.", Name(family="van der Berg", given="A.B.")),
        ("A. B. Keefer", Name(family="Keefer", given="A. B.")),
        ("World Health Organization", Name(literal="World Health Organization")),
        ("World Health Organization,", Name(literal="World Health Organization")),
        ("{Harbour Group}", Name(literal="Harbour Group")),
        ("[Anonymous]", None),
        ("et al.", None),
    ],
)  # fmt: skip
def test_a_name(text: str, wanted: Name | None) -> None:
    assert name(text) == wanted


def test_given_names_first_where_the_layout_says_so() -> None:
    assert name("Ludwig van Beethoven", True) == Name(family="van Beethoven", given="Ludwig")
    assert name("Ada Lovelace") == Name(literal="Ada Lovelace")


@pytest.mark.parametrize(
    ("cell", "families"),
    [
        ("Lee, A; Kim, B", ["Lee", "Kim"]),
        ("Liu R., Adler D.G.", ["Liu", "Adler"]),
        ("Griffin DK, Larkin DM, O'Connor RE.", ["Griffin", "Larkin", "O'Connor"]),
        ("Yang, Z. and Jiang, B.", ["Yang", "Jiang"]),
        ("Liu, R., Adler, D.G.", ["Liu", "Adler"]),
        ("Lee, Ada", ["Lee"]),
        ("['Lee, Ada', 'Kim, Bo']", ["Lee", "Kim"]),
        ("Lee, Ada (57202138757); Kim, Bo (57202138758)", ["Lee", "Kim"]),
        ("Barrett, Paul M; ", ["Barrett"]),
    ],
)
def test_names_in_a_cell(cell: str, families: list[str]) -> None:
    assert [person.family for person in names_in_cell(cell)] == families


def test_names_that_run_together() -> None:
    found = names_run_together("V. A. BakhtinJohn McDonaldMelissa C. Smith")
    assert [person.family for person in found] == ["Bakhtin", "McDonald", "Smith"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019", Issued(year=2019)),
        ("2013/04/18", Issued(year=2013, month=4, day=18)),
        ("2012///", Issued(year=2012)),
        ("2014//", Issued(year=2014)),
        ("2020 Mar 4", Issued(year=2020, month=3, day=4)),
        ("20170812", Issued(year=2017, month=8, day=12)),
        ("Start date: 20170812", Issued(year=2017, month=8, day=12)),
        ("1999 Spring", Issued(year=1999)),
        ("2006 May-Jun", Issued(year=2006, month=5)),
        ("4/3/2024", Issued(year=2024)),
        ("25/3/2024", Issued(year=2024, month=3, day=25)),
        ("3/25/2024", Issued(year=2024, month=3, day=25)),
        ("November 30, 2021", Issued(year=2021, month=11, day=30)),
        ("c2003", Issued(year=2003)),
        ("in press", Issued(literal="in press")),
        ("", None),
        ("//", None),
    ],
)
def test_a_date(text: str, wanted: Issued | None) -> None:
    assert date(text) == wanted


def test_the_finer_date_of_the_same_year_counts() -> None:
    assert issued(["2019", "2019/03/04"]) == Issued(year=2019, month=3, day=4)
    assert issued(["2019", "2020/03/04"]) == Issued(year=2019)
    assert issued(["2019"], ["Mar 4"]) == Issued(year=2019, month=3, day=4)


@given(st.dates(min_value=__import__("datetime").date(1500, 1, 1)))
def test_iso_dates_come_back(day: object) -> None:
    assert str(date(str(day))) == str(day)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("https://doi.org/10.5555/ABC.1", "10.5555/abc.1"),
        ("doi:10.5555/abc(1).", "10.5555/abc(1)"),
        ("10.5555/abc) and more", "10.5555/abc"),
        ("https://x.org/?id=10.5555%2Fabc", "10.5555/abc"),
        ("10.5555", ""),
        ("no", ""),
    ],
)
def test_a_doi(text: str, wanted: str) -> None:
    assert identifiers.doi(text) == wanted


def test_serials_are_told_apart() -> None:
    assert identifiers.serials("12345679; 978-3-16-148410-0 ; 2049-3630 (Online)") == (
        ("1234-5679", "2049-3630"),
        ("9783161484100",),
    )


def test_pages_that_a_spreadsheet_made_dates_of() -> None:
    assert [unspoiled(t) for t in ("01-Nov", "11-Jan", "Nov-22", "e12-3")] == [
        "1-11", "1-11", "11-22", "e12-3",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"M{\"u}ller", "Müller"),
        (r"M\"{u}ller", "Müller"),
        (r"{\'E}mile {\O}re", "Émile Øre"),
        (r"Fran\c{c}ois \v{S}ik", "François Šik"),
        (r"Pages 1--2 \& 50\%", "Pages 1–2 & 50%"),
        (r"The {DNA} \emph{of} it", "The DNA of it"),
        (r"stra{\ss}e", "straße"),
    ],
)
def test_latex(text: str, wanted: str) -> None:
    assert from_latex(text) == wanted


@given(st.text(max_size=60))
def test_latex_never_crashes(text: str) -> None:
    from_latex(text)


def decisions(content: str) -> list[list[FoundDecision]]:
    reading = read_export(io.BytesIO(content.encode()), file="x")
    return [found_decisions(record) for record in reading.records]


def record_with(tag: str, value: str) -> Record:
    text = f'title,{tag}\nT,"{value}"\n'
    return read_export(io.BytesIO(text.encode()), file="x").records[0]


def test_decisions_of_rayyan() -> None:
    value = (
        'RAYYAN-INCLUSION: {""Ada""=>""Included"", ""Bo""=>""Excluded"", '
        '""Cy""=>""Maybe""} | RAYYAN-EXCLUSION-REASONS: too old'
    )
    found = found_decisions(record_with("notes", value))
    assert [(d.by, d.verdict, d.reason) for d in found] == [
        ("Ada", Verdict.INCLUDE, ""), ("Bo", Verdict.EXCLUDE, "too old"),
        ("Cy", Verdict.UNSURE, ""),
    ]  # fmt: skip


def test_decisions_of_asreview_covidence_and_eppi() -> None:
    assert [[d.verdict for d in found] for found in decisions(
        "TY  - JOUR\nTI  - T\nN1  - ASReview_relevant\nER  - \n"
        "TY  - JOUR\nTI  - T\nN1  - ASReview_irrelevant\nER  - \n"
    )] == [[Verdict.INCLUDE], [Verdict.EXCLUDE]]  # fmt: skip
    (covidence,) = found_decisions(record_with("notes", "Excluded: wrong outcomes"))
    assert (covidence.stage, covidence.verdict) == (Stage.FULL_TEXT, Verdict.EXCLUDE)
    assert covidence.reason == "wrong outcomes"
    (eppi,) = found_decisions(record_with("codes", "EXCLUDE on intervention"))
    assert (eppi.verdict, eppi.reason) == (Verdict.EXCLUDE, "intervention")


def test_no_decision_is_made_up() -> None:
    for words in ("We included 12 studies in this note.", "inclusive design", "", "2"):
        assert found_decisions(record_with("abstract", words)) == []
    assert decisions(
        "TY  - JOUR\nTI  - Included and excluded\nAB  - Excluded were no one\nER  - \n"
    ) == [[]]
