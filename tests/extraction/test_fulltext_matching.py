"""PDFs matched to records: sure only where nothing else can be meant."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.extraction.fulltext_matching import FullText, propose
from pipeline.model.problem import Place
from pipeline.model.record import Issued, Name, Record

PLACE = Place(file="x.ris", line=1)


def record(n: int, title: str, author: str = "Seto", year: int = 2015, doi: str = "") -> Record:
    return Record(
        id=f"db:{n:04d}",
        number=n,
        place=PLACE,
        title=title,
        author=(Name(family=author, given="M."),),
        issued=Issued(year=year),
        doi=doi,
    )


LONG = "Viewing child pornography: prevalence and correlates in a sample"
ONE = record(1, LONG, doi="10.1007/s10508-013-0244-4")
TWO = record(2, "Juvenile possessors of images: who they are and what follows", "Aebi", 2014)
THREE = record(3, "Images", "Roe", 2010)
ALL = (ONE, TWO, THREE)


def best(name: str, *pages: str, title: str = "", records=ALL):
    (proposal,) = propose([FullText(name=name, pages=pages, title=title)], records)
    return proposal


def test_the_doi_on_the_first_page_decides():
    found = best("x.pdf", "Arch Sex Behav\nDOI 10.1007/S10508-013-0244-4.\nsome text")
    assert found.sure and found.best.record == ONE.id and "page 1" in found.best.why[0]


def test_a_doi_further_in_may_be_that_of_a_cited_work():
    found = best("x.pdf", "another paper", "see doi:10.1007/s10508-013-0244-4")
    assert found.best.record == ONE.id and not found.sure


def test_a_title_broken_over_lines_with_accents_and_hyphens_is_found():
    page = "Michael Séto\nViewing Child Porno-\ngraphy: Prevalence and\nCorrelates in a Sample\n"
    found = best("scan 12.pdf", page)
    assert found.sure and found.best.record == ONE.id


def test_a_title_without_its_author_is_not_sure():
    found = best("x.pdf", f"Roe, A. Comment on: {LONG}")
    assert found.best.record == ONE.id and not found.sure
    assert "the first author does not" in found.best.why[0]


def test_a_short_title_is_never_sure():
    assert not best("x.pdf", "Roe. Images of the mind and other images").sure


def test_names_of_files_propose_and_do_not_decide():
    assert best("Aebi_2014.pdf").best.record == TWO.id
    assert not best("Aebi_2014.pdf").sure
    assert best("db-0002.pdf").sure
    assert best("10.1007_s10508-013-0244-4.pdf").best.record == ONE.id


def test_two_records_that_fit_alike_are_not_sure():
    twin = record(4, LONG, doi="")
    found = best("x.pdf", f"Seto. {LONG}", records=(ONE, twin))
    assert not found.sure and {found.best.record, found.others[0].record} == {ONE.id, twin.id}


def test_a_second_copy_is_told_and_not_taken():
    page = "DOI 10.1007/s10508-013-0244-4"
    files = [FullText(name="a.pdf", pages=("Seto " + LONG,)), FullText(name="b.pdf", pages=(page,))]
    first, second = propose(files, ALL)
    assert second.sure and not first.sure and first.rival == "b.pdf"


def test_what_fits_nothing_proposes_nothing():
    assert best("x.pdf", "An entirely other paper about the growth of trees").best is None
    assert propose([], ALL) == () and best("x.pdf", records=()).best is None


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300), st.text(max_size=60), st.text(max_size=60))
def test_whatever_a_file_says_it_is_sure_of_one_record_at_most(page, title, name):
    found = best(f"{name}.pdf", page, title=title)
    assert found.best is None or 0 <= found.best.score <= 100
    assert not found.sure or found.best.why


def test_many_files_and_records_are_matched_one_to_one(n=120):
    records = [
        record(k, f"Study number {k} of {k * 7} young people in town {k}", f"Author{k}", 2000)
        for k in range(1, n + 1)
    ]
    files = [
        FullText(name=f"f{k}.pdf", pages=(f"Author{r.number} and others\n{r.title}\nAbstract",))
        for k, r in enumerate(records)
    ]
    found = propose(files, records)
    assert [p.best.record for p in found] == [r.id for r in records]
