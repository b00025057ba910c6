"""What has gone stale is named with its remedy, and nothing that is fresh."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

import pytest

from pipeline.checks.staleness import WATCHES, Watched, months_later, run_watches
from pipeline.model.problem import Problem, ReviewError, Severity
from pipeline.model.protocol import LivingMode
from pipeline.model.record import Nature, Notice, Tag
from pipeline.model.standing import Standing
from pipeline.readers.retraction_watch import read_notices
from tests.checks.sample import evidence

HEAD = (
    "Record ID,Title,Subject,Institution,Journal,Publisher,Country,Author,URLS,ArticleType,"
    "RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDate,OriginalPaperDOI,"
    "OriginalPaperPubMedID,RetractionNature,Reason,Paywalled,Notes\r\n"
)
ROW = (
    '1,"A title, quoted",S,I,J,P,C,A,U,Article,4/15/2021 0:00,10.1000/Notice,0,1/1/2015 0:00,'
    "https://doi.org/10.1000/ABC,123,Retraction,+Error in Data;+Duplication;,No,\r\n"
)


def notices(text: str) -> list[Notice | Problem]:
    return list(read_notices(io.BytesIO(text.encode()), "list.csv"))


def test_a_line_of_the_list_is_read_with_its_place():
    (notice,) = notices(HEAD + ROW)
    assert isinstance(notice, Notice)
    assert (notice.doi, notice.pmid, notice.nature) == ("10.1000/abc", "123", Nature.RETRACTION)
    assert (notice.on, notice.notice_doi) == (date(2021, 4, 15), "10.1000/notice")
    assert notice.reason == "Error in Data;Duplication" and notice.place.line == 2


def test_identifiers_that_are_none_and_bad_lines_hide_nothing():
    row = ROW.replace("https://doi.org/10.1000/ABC,123", "unavailable,0")
    found = notices(
        "\ufeff" + HEAD + row + ROW.replace("Retraction,+", "Nonsense,+") + "\r\n" + ROW
    )
    assert [type(one) for one in found] == [Notice, Problem, Notice]
    assert (found[0].doi, found[0].pmid) == ("", "")


def test_windows_letters_and_what_is_no_such_list():
    text = (HEAD + ROW.replace("A title", "Müller’s title")).encode("cp1252")
    (notice,) = read_notices(io.BytesIO(text), "list.csv")
    assert notice.title == "Müller’s title, quoted"
    for text in (b"", b"a,b\n1,2\n", b"\x00\x01"):
        with pytest.raises(ReviewError, match="has no column"):
            list(read_notices(io.BytesIO(text), "list.csv"))


def included():
    """The evidence of a review that includes a report, and that report's record."""
    found = evidence()
    position = next(iter(found.ledger.positions.values()))
    there = replace(position, standing=Standing.INCLUDED, kept="")
    ledger = replace(found.ledger, positions={position.record: there}, duplicates={})
    title = "A study of sleep and screens in childhood"
    record = replace(found.records[position.record], doi="10.1000/abc", pmid="123", title=title)
    return replace(found, ledger=ledger, records={position.record: record}), record


def look(watched: Watched, *names: str) -> list[tuple[str, Severity]]:
    return [(p.what, p.severity) for p in run_watches(watched, names)]


def test_a_retracted_report_is_found_by_doi_pubmed_id_or_title():
    e, record = included()
    (notice,) = notices(HEAD + ROW)
    other = replace(notice, doi="", pmid="", title="Another title that is long enough to tell")
    for one, sure in (
        (replace(other, doi="10.1000/abc"), True),
        (replace(other, pmid="123"), True),
        (replace(other, title=record.title.upper() + "."), False),
    ):
        ((what, severity),) = look(
            Watched(snapshot=e, today=e.now.date(), notices=(one,)), "retractions"
        )
        assert "has a notice: retraction of 2021-04-15" in what
        assert severity is (Severity.ERROR if sure else Severity.WARNING)
    assert look(Watched(snapshot=e, today=e.now.date(), notices=(other,)), "retractions") == []


def test_errata_that_the_exports_tell_of():
    e, record = included()
    watched = Watched(snapshot=e, today=e.now.date())
    assert look(watched, "errata") == []
    tagged = replace(record, as_exported=(Tag("EIN", "J Sleep. 2016;1:2"),))
    own = replace(record, id="s:0099", title=f"Correction to: {record.title}")
    for records in (
        {record.id: tagged},
        {record.id: replace(record, title=f"RETRACTED: {record.title}")},
        {record.id: record, own.id: own},
    ):
        ((what, severity),) = look(replace(watched, snapshot=replace(e, records=records)), "errata")
        assert "may have been corrected or retracted" in what and severity is Severity.WARNING


def test_a_search_is_stale_the_day_after_it_was_due_and_the_latest_counts():
    e = evidence()
    first = e.review.searches[0]
    source = first.source
    last = max(s.searched_on for s in e.review.searches if s.source == source)
    living = LivingMode(search_every_months=120, sources={source: 6})
    due = months_later(last, 6)
    aged = replace(e, review=replace(e.review, protocol=replace(e.review.protocol, living=living)))
    assert look(Watched(snapshot=aged, today=due), "searches") == []
    late = date.fromordinal(due.toordinal() + 1)
    found = look(Watched(snapshot=aged, today=late), "searches")
    assert [what.startswith(f"{source} was last searched on {last}") for what, _ in found] == [True]
    assert look(Watched(snapshot=e, today=date(2999, 1, 1)), "searches") == []


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2015, 11, 30), 3, date(2016, 2, 29)),
        (date(2015, 12, 31), 12, date(2016, 12, 31)),
        (date(2016, 1, 31), 1, date(2016, 2, 29)),
    ],
)
def test_months_are_those_of_the_calendar(day, months, later):
    assert months_later(day, months) == later


def test_what_only_others_can_know_is_handed_in():
    e = evidence()
    said = Problem(place=e.log_of(""), what="the claim changed", remedy="", check="confirmed")
    form = replace(said, check="form-changed", severity=Severity.WARNING, what="a newer form")
    watched = Watched(
        snapshot=replace(e, review=replace(e.review, problems=(form,))),
        today=e.now.date(),
        prose=(said, replace(said, check="citation")),
    )
    assert look(watched, "claims") == [("the claim changed", Severity.WARNING)]
    assert look(watched, "forms") == [("a newer form", Severity.WARNING)]
    assert set(WATCHES) >= {"decisions", "full-texts", "awaiting", "open"}
