"""Every extracted value of the example has a source that exists; every study an included report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest
from counted_by_hand import REVIEW, SECOND_DAY

from pipeline.model.standing import Standing
from pipeline.model.study import Answer, Basis, Part, Study
from pipeline.snapshot.settle import settle
from pipeline.store import open_review

FOLDER = open_review("ta-hsb")
LEDGER = settle(FOLDER.review, until=date.fromisoformat(SECOND_DAY))
STUDIES = FOLDER.review.studies
OUR_OWN_WORDS = {"role", "not_seen"}  # what a study is to the review, and what was not read
PAGES_READ = {
    "abstract",
    "conference summary",
    "finding 2",
    "finding 3",
    "finding 4",
    "finding 5",
    "key findings",
    "news report",
    "project page",
    "title",
    "title page",
    "university news",
}
QUOTES_NOTED = {
    "fewer previous and subsequent offending",
    "between January and October 2015 (275 cases)",
    "a sample of 91 boys and young men",
    "46% of all the children and young people who were assessed",
    "7% who only displayed TA-HSB with no offline HSB",
    "the possession, making and/or distribution of indecent images of children",
    "worked directly with 68 young people who had exhibited TA-HSB",
    "a reduction in risk, changed behaviours and reduced criminalisation",
    "some reservations around whether they could implement their knowledge",
    "autistic young people were overly represented",
    "Sampling was purposive",
    "53 randomly selected high school classes",
    "14 young people and six treatment-providing workers",
    "reform their sexuality education",
    "redress their victimization experiences",
    "help their management of pornography",
    "Talking about child sexual abuse would have helped me",
}
"""Every run of words that was copied from a page that was read."""


def values(study: Study) -> Iterator[tuple[str, Answer]]:
    for name, answer in study.answers.items():
        yield name, answer
    for name, parts in study.parts.items():
        for part in parts:
            yield from values_of(part, f"{name}/{part.id}")


def values_of(part: Part, path: str) -> Iterator[tuple[str, Answer]]:
    for name, answer in part.answers.items():
        yield f"{path}/{name}", answer
    for name, parts in part.parts.items():
        for inner in parts:
            yield from values_of(inner, f"{path}/{name}/{inner.id}")


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_every_value_has_a_source_whose_report_exists(study: Study) -> None:
    given = [(path, a) for path, a in values(study) if a.value is not None]
    assert len(given) >= 5
    for path, answer in given:
        assert answer.sources or path in OUR_OWN_WORDS, path
        for source in answer.sources:
            assert source.report in study.reports
            assert source.report in FOLDER.records
            assert source.page in PAGES_READ
            assert source.url.startswith("http")


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_every_result_has_a_source(study: Study) -> None:
    for result in study.results:
        assert result.sources, result.id


@pytest.mark.parametrize("study", STUDIES.values(), ids=STUDIES)
def test_every_study_has_its_included_reports(study: Study) -> None:
    assert LEDGER.studies[study.id] == study.reports
    assert all(LEDGER.positions[r].standing is Standing.INCLUDED for r in study.reports)


def test_every_included_report_belongs_to_a_study() -> None:
    belongs = {report for study in STUDIES.values() for report in study.reports}
    assert {p.record for p in LEDGER.at(Standing.INCLUDED)} == belongs


def test_nothing_was_read_in_full_and_each_study_says_so() -> None:
    assert {study.id: study.basis for study in STUDIES.values() if study.basis != "abstract"} == {
        "hollis-2017": Basis.SECONDARY_SOURCE,
        "svedin-2006": Basis.SECONDARY_SOURCE,
        "ybarra-2005": Basis.PAGE,
    }


def test_the_quotes_are_those_that_were_noted_and_short() -> None:
    quotes = {
        source.quote
        for study in STUDIES.values()
        for answer in [*(a for _, a in values(study)), *study.results]
        for source in answer.sources
        if source.quote
    }
    assert quotes == QUOTES_NOTED
    assert max(len(quote.split()) for quote in quotes) <= 12


def test_what_could_be_an_overlap_of_samples_is_said() -> None:
    assert "svedin-2006" in STUDIES["seto-2015"].note
    assert "seto-2015" in STUDIES["svedin-2006"].note
    collated = (REVIEW / "decisions" / "reviewer-1.jsonl").read_text()
    assert collated.count("same Swedish school surveys") == 2


def test_no_record_carries_an_abstract() -> None:
    assert not any(FOLDER.records[id].abstract for id in LEDGER.positions)


def test_verdicts_on_full_text_say_what_was_read() -> None:
    lines = (REVIEW / "decisions" / "reviewer-1.jsonl").read_text().splitlines()
    read = [line for line in lines if '"stage":"full_text"' in line]
    assert len(read) == 24
    assert all("Judged on the page that was read, not on the full text." in line for line in read)
    obtained = [line for line in lines if '"outcome":"obtained"' in line]
    assert len(obtained) == 23
    assert all(re.search(r"not the full text|not seen", line) for line in obtained)
    assert not any('"file"' in line for line in obtained)
