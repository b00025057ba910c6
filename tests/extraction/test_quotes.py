"""Quotes found whatever typesetting did to them, and not found where they do not stand."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.quote_checks import (
    ReportText,
    pages_named,
    printed_numbers,
    quote_problems,
)
from pipeline.extraction.quotes import Fit, Pages, letters
from pipeline.extraction.study_data import summary_of
from pipeline.model.problem import Place, Severity
from pipeline.model.study import Answer, Basis, PdfText, Source, Study

PAGES = (
    "Journal of Research 345\nThe odds were 1.25 (95% CI 0.98–1.60), p < .05, for re\x02offending\n"
    "among ado-\nlescents; ﬁnally, “curly” words of naïve readers\n",
    "346 Journal of Research\nhave an end. Of all, 12 of 54 who came late to the group\nleft.",
    "Journal of Research 347\nA difference of −0.5 points, or 3·2 on average, was found.",
)


@pytest.mark.parametrize(
    ("quote", "fit", "pages"),
    [
        ("odds were 1.25 (95% CI 0.98-1.60), p < .05", Fit.WHOLE, {0}),
        ("re-offending among adolescents", Fit.WHOLE, {0}),
        ("reoffending  among\nadolescents; finally", Fit.WHOLE, {0}),
        ('"curly" words of naive readers', Fit.WHOLE, {0}),
        ("The odds … for reoffending", Fit.WHOLE, {0}),
        ("odds were 1.25 [in boys] for reoffending", Fit.WHOLE, {0}),
        ("finally, 'curly' words of naïve readers have an end", Fit.IN_PIECES, {0, 1}),
        ("difference of -0.5 points, or 3.2 on average", Fit.WHOLE, {2}),
        ("odds were 12.5 (95% CI 0.98-1.60), p < .05", Fit.NEARLY, {0}),
        ("odds were 1.25 (95% CI 0.98-1.60), p > .05", Fit.NEARLY, {0}),
        ("12 of 45 who came late to the group", Fit.NEARLY, {1}),
        ("difference of 0.5 points, or 3.2 on average", Fit.NEARLY, {2}),
        ("2 of 54 who came late to the group", Fit.NEARLY, {1}),
        ("A difference of −0.5 points, or 3", Fit.NEARLY, {2}),
        ("nobody was asked whether they agreed", Fit.NOWHERE, set()),
        ("", Fit.NOWHERE, set()),
        ("…", Fit.NOWHERE, set()),
    ],
)
def test_a_quote_is_found_by_what_it_says(quote, fit, pages):
    found = Pages(PAGES).find(quote)
    assert (found.fit, set(found.pages)) == (fit, pages)
    if fit is Fit.NEARLY:
        assert letters(found.words) in letters(" ".join(PAGES))


WORDS = st.lists(st.text("abcdefgilnorst", min_size=2, max_size=9), min_size=12, max_size=30)


@given(WORDS, st.data())
@settings(max_examples=60, deadline=None)
def test_any_passage_is_found_on_its_page_however_it_is_broken(words, data):
    """Lines broken anywhere, with hyphens or without, and a second column of other words."""
    text = " ".join(words)
    cut = data.draw(st.integers(1, len(text) - 1))
    broken = text[:cut] + ("-\n" if text[cut - 1] != " " != text[cut] else "\n") + text[cut:]
    broken = broken.replace("fi", "ﬁ")
    start = data.draw(st.integers(0, len(words) - 6))
    quote = " ".join(words[start : start + 6])
    found = Pages(["Something else.", f"{broken}\nAND THE OTHER COLUMN"]).find(quote)
    assert found.fit is Fit.WHOLE and 1 in found.pages


@given(st.from_regex(re.compile(r"[1-9][0-9]{0,2}(\.[0-9]{1,2})?", re.A), fullmatch=True))
@settings(max_examples=60, deadline=None)
def test_another_number_is_never_the_same_quote(number):
    quote = f"a mean of {number} points in the group"
    other = quote.replace(number, number + "1" if "." in number else number + ".5")
    assert Pages([other]).find(quote).fit is Fit.NEARLY
    assert Pages([quote.replace(" ", "\n")]).find(quote).fit is Fit.WHOLE


@pytest.mark.parametrize(
    ("page", "named"),
    [
        ("12", ["12"]),
        ("p. 12", ["12"]),
        ("pp. 345–7", ["345", "346", "347"]),
        ("pages 3 to 5", ["3", "4", "5"]),
        ("table 2, p. 12", ["12"]),
        ("12, table 2", ["12"]),
        ("e12", ["e12"]),
        ("p. S45", ["s45"]),
        ("table 2", []),
        ("figure 3", []),
        ("abstract", []),
        ("section 4.2", []),
        ("", []),
        ("p. 1-99999", [str(n) for n in range(1, 62)]),
    ],
)
def test_pages_are_read_as_people_name_them(page, named):
    assert list(pages_named(page)) == named


def test_printed_numbers_are_those_that_rise_with_the_pages():
    assert printed_numbers(PAGES) == ("345", "346", "347")
    assert printed_numbers(("In 2014\nx", "In 2014\ny", "In 2014\nz")) == ("", "", "")
    assert printed_numbers(("12",)) == ("",) and printed_numbers(()) == ()


def study(**source):
    at = Place(file="studies/a.yaml", line=9)
    found = Source(report="r", place=at, **source)
    answer = Answer(value="x", sources=(found,), place=Place(file="studies/a.yaml", line=8))
    return Study(
        id="a",
        title="A",
        form="f",
        form_version=1,
        reports=("r",),
        basis=Basis.FULL_TEXT,
        place=Place(file="studies/a.yaml", line=1),
        answers={"country": answer},
        files={"r": "a" * 64},
    )


def told(pdf=None, abstract="", **source):
    report = ReportText(read=lambda: pdf, sha256=pdf.sha256, abstract=abstract) if pdf else None
    if pdf is None and abstract:
        report = ReportText(abstract=abstract)
    return list(
        quote_problems(summary_of(study(**source), None), lambda id: report if id == "r" else None)
    )


SOUND = PdfText(sha256="a" * 64, pages=PAGES, labels=("", "", ""))
LATE = "12 of 54 who came late to the group"


@pytest.mark.parametrize("page", ["346", "p. 346", "2", "pp. 345-346", "table 1", ""])
def test_a_quote_on_its_printed_or_its_physical_page_is_sound(page):
    assert told(SOUND, quote=LATE, page=page) == []


@pytest.mark.parametrize(
    ("source", "said", "severity"),
    [
        (
            {"quote": LATE, "page": "347"},
            "stands on page 346 (page 2 of the file), not on page 347",
            Severity.WARNING,
        ),
        (
            {"quote": LATE.replace("54", "45"), "page": "346"},
            "only nearly so in its PDF on page 346 (page 2 of the file): “12 of 54 who came late",
            Severity.WARNING,
        ),
        (
            {"quote": "nobody was asked whether they agreed"},
            "does not stand in its PDF",
            Severity.ERROR,
        ),
        ({"quote": "–"}, "too short to be found", Severity.WARNING),
        ({"file_sha256": "b" * 64}, "is not the one that was read", Severity.WARNING),
    ],
)
def test_what_does_not_stand_there_is_told_at_its_line(source, said, severity):
    (problem,) = told(SOUND, **source)
    assert said in problem.what and problem.severity is severity and problem.place.line == 9


def test_another_file_than_the_one_that_was_read_is_told_once():
    other = PdfText(sha256="b" * 64, pages=PAGES, labels=("", "", ""))
    (problem,) = told(other, quote=LATE, page="346")
    assert "is not the one that was read" in problem.what and problem.place.line == 1


def test_a_file_without_text_is_told_in_words_and_its_quotes_are_no_errors():
    (problem,) = told(PdfText(sha256="a" * 64, fault="this PDF is damaged"), quote=LATE)
    assert "this PDF is damaged" in problem.what and problem.severity is Severity.WARNING


def test_a_quote_from_the_abstract_is_looked_up_in_the_export():
    abstract = "Background. Of all, 12 of 54 who came late left."
    assert told(None, abstract, quote="12 of 54 who came late", page="abstract") == []
    (problem,) = told(None, abstract, quote="12 of 45 who came late", page="abstract")
    assert "the abstract as it was exported" in problem.what
    assert told(None, abstract, quote="12 of 45 who came late", page="12") == []
    assert told(None, quote="12 of 45") == []
