"""The answers: what is one report, what is another report, what a person is asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pipeline.duplicates.likeness import reworded
from tests.duplicates.sets import ARTICLE, answer, find


def like_it(**changed: Any) -> dict[str, Any]:
    return dict(ARTICLE) | changed


TITLE = ARTICLE["title"]
BARE = {"title": TITLE, "author": ARTICLE["author"], "year": 2014}


@pytest.mark.parametrize(
    "other",
    [
        like_it(),
        like_it(doi="", abstract="", author="Meyer A; Okafor B; Lindqvist C", page="312-29"),
        like_it(title=TITLE.upper() + ".", container_title="J Adolesc Res", doi=""),
        like_it(title=TITLE.replace("visual", "visaul"), doi=""),
        like_it(volume="", issue="", page="", year=2013, doi="", abstract=""),  # ahead of print
        like_it(page="e1234", doi=""),  # paged anew for the screen
        like_it(doi="10.1000/jar.2014.031210.1000/jar.2014.0312"),  # a doubled DOI
        like_it(doi="10.1000/"),  # a torn DOI says nothing
        like_it(doi="wrong"),
        like_it(title="Frühe visuelle Erfahrung und das spätere Lesen junger Menschen im Heim"),
        BARE,
    ],
)
def test_one_report(other: Mapping[str, Any]) -> None:
    assert answer(ARTICLE, other) == "same"
    assert answer(other, ARTICLE) == "same"


@pytest.mark.parametrize(
    "other",
    [
        like_it(title=f"Erratum: {TITLE}", page="401", doi="10.1000/other.1", abstract=""),
        like_it(  # conference abstract of the same study
            container_title="European Psychiatry",
            volume="28",
            issue="Suppl 1",
            page="S1",
            year=2013,
            doi="10.1000/other.2",
            abstract="",
        ),
        like_it(  # preprint
            container_title="PsyArXiv", volume="", issue="", page="", doi="10.1000/osf.1", year=2013
        ),
    ],
)
def test_another_report_of_the_study_is_linked_and_never_merged(other: Mapping[str, Any]) -> None:
    found = find(ARTICLE, other)
    assert not found.merges
    pairs = [*found.ask, *found.related]
    assert [p.relation for p in pairs] == ["same study, other report"]
    assert found.duplicates == 0


@pytest.mark.parametrize(
    "other",
    [
        like_it(title=f"{TITLE}: Part II", page="330-340", doi="10.1000/jar.2014.0330"),
        like_it(title="Reply to Meyer", author="Meyer, Anna", page="341", doi="10.1000/r.1"),
        like_it(
            author="Smith, John",
            container_title="Other Letters",
            page="1",
            volume="2",
            doi="10.1000/x.1",
            abstract="",
            year=1999,
        ),
        {"title": "Something else altogether, of another field and time", "year": 2014},
    ],
)
def test_other_reports_are_not_merged(other: Mapping[str, Any]) -> None:
    assert answer(ARTICLE, other) != "same"


def test_parts_are_two_reports() -> None:
    one = like_it(title=f"{TITLE}: Part I", doi="")
    two = like_it(title=f"{TITLE}: Part II", doi="", page="330-341")
    assert answer(one, two) == "different"


def test_a_supplement_with_one_doi_for_several_abstracts() -> None:
    one = like_it(title="Sleep of foster children in four towns", page="S12", abstract="")
    two = like_it(title="Reading of young mothers in two towns", page="S13", abstract="")
    assert answer(one, two) == "different"


def test_one_title_in_two_journals_is_asked_not_merged() -> None:
    assert (
        answer(
            BARE | {"container_title": "Annals of Reading"},
            BARE | {"container_title": "Workshop on Care"},
        )
        == "ask"
    )


def test_a_record_without_a_title_is_merged_with_nothing() -> None:
    assert answer(ARTICLE, like_it(title="", doi="")) == "different"
    assert answer({"title": ""}, {"title": ""}) == "different"


def test_the_reason_is_in_words() -> None:
    (pair,) = find(ARTICLE, like_it(doi="", abstract="")).merges
    assert pair.reason.startswith("title equal, authors agree, same year")
    assert 0 <= pair.doubt < 0.1


def test_what_a_person_parted_stays_apart_and_is_not_asked() -> None:
    found = find(ARTICLE, like_it(doi=""), different=[(0, 1)])
    assert not found.merges and not found.ask and found.duplicates == 0
    # through a third copy neither
    found = find(ARTICLE, like_it(doi=""), like_it(issue=""), different=[(0, 1)])
    assert found.first[0] != found.first[1] and found.duplicates == 1


def test_what_a_person_joined_is_one_and_not_merged_again() -> None:
    other = {"title": "Quite another thing that a person knows to be it"}
    found = find(ARTICLE, other, same=[(0, 1)])
    assert found.first == [0, 0] and not found.merges and not found.ask


def test_the_first_that_came_in_is_kept() -> None:
    found = find(like_it(doi=""), {"title": "Another one of its own"}, ARTICLE, like_it(issue=""))
    assert list(found.first) == [0, 1, 0, 0]
    assert len(found.merges) == 2


def test_the_order_of_records_changes_only_who_is_kept() -> None:
    rows = [ARTICLE, like_it(doi=""), BARE, {"title": "A different thing, by its title alone"}]
    forward, backward = find(*rows), find(*reversed(rows))
    assert forward.duplicates == backward.duplicates == 2


@pytest.mark.parametrize(
    ("a", "b", "more"),
    [
        ("trial in adults with asthma", "trial in adolescents with asthma", True),
        ("the hypertension of men", "the hypotension of men", True),
        ("a study of male offenders", "a study of female offenders", True),
        ("a study of offenders", "a field study of offenders", True),
        ("wave 1 of the cohort", "wave 2 of the cohort", True),
        ("randomised trial of behaviour", "randomized trial of behavior", False),
        ("trial of tumours", "a trial of the tumour", False),
        ("well being of girls", "wellbeing of girls", False),
        ("lerning to read", "learning to read", False),
    ],
)
def test_a_word_that_differs_is_no_slip_of_the_pen(a: str, b: str, more: bool) -> None:
    assert reworded(a, b) is more
    assert reworded(b, a) is more


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (  # a book and a chapter that bears its title
            {
                "title": TITLE,
                "author": "Meyer, Anna",
                "year": 2014,
                "type": "book",
                "isbn": "9780306406157",
            },
            {
                "title": TITLE,
                "author": "Meyer, Anna",
                "year": 2014,
                "type": "chapter",
                "page": "1-20",
            },
        ),
        (  # the abstract of a meeting in another number of the journal, its supplement untold
            like_it(doi="", abstract="", issue="", page="1514"),
            like_it(doi="", abstract="", page="2129-2132"),
        ),
        (  # a supplement of the journal
            like_it(doi="", abstract="", issue="Suppl 1", page="S41"),
            like_it(doi="", abstract="", page=""),
        ),
        (
            like_it(doi="", title=f"{TITLE} [abstract]", page=""),
            like_it(doi="", type="article-journal"),
        ),
        (  # two abstracts on one page of a supplement
            like_it(doi="", abstract="", page="S41", title=f"{TITLE} among girls"),
            like_it(doi="", abstract="", page="S41", title=f"{TITLE} among boys"),
        ),
        (  # a standing title on the first page of each issue
            {
                "title": "In this issue",
                "container_title": "Annals of Care",
                "volume": "4",
                "page": "1",
            },
            {
                "title": "In this issue",
                "container_title": "Annals of Care",
                "volume": "5",
                "page": "1",
            },
        ),
        (
            {
                "title": "Letters",
                "container_title": "Annals of Care",
                "volume": "4",
                "issue": "1",
                "page": "9",
            },
            {
                "title": "Letters",
                "container_title": "Annals of Care",
                "volume": "4",
                "issue": "2",
                "page": "9",
            },
        ),
        (  # two letters under one DOI, on one page
            like_it(title="Letters to the editor", author="Ash, Bo", abstract="", page="12"),
            like_it(title="Letters to the editor", author="Elm, Cy", abstract="", page="12"),
        ),
        (
            like_it(author="Ash, Bo", abstract="", page="12"),
            like_it(author="Elm, Cy", abstract="", page="12"),
        ),
        (
            like_it(
                doi="10.1000/x.1", type="thesis", container_title="", volume="", issue="", page=""
            ),
            like_it(doi=""),
        ),
        (  # parts of one issue, told apart by their numbers alone
            like_it(title=f"{TITLE} wave 1", doi="", page="", abstract=""),
            like_it(title=f"{TITLE} wave 2", doi="", page="", abstract=""),
        ),
    ],
)
def test_what_contradicts_is_never_merged(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    assert answer(a, b) != "same"
    assert answer(b, a) != "same"


def test_a_third_record_joins_no_two_that_contradict_each_other() -> None:
    article = like_it(doi="", abstract="")
    meeting = like_it(doi="", abstract="", issue="9", page="1514")
    sparse = {"title": TITLE, "author": ARTICLE["author"], "year": 2014}
    assert answer(article, sparse) == answer(meeting, sparse) == "same"
    found = find(article, meeting, sparse)
    assert found.first[0] != found.first[1] and found.duplicates == 1
    assert [(p.a, p.b) for p in found.ask] == [(0, 1)]  # and the two are asked
    assert found.ask[0].why_asked == ("the pages differ", "the issues differ")


def test_nothing_merged_is_more_doubtful_than_anything_asked() -> None:
    found = find(
        ARTICLE,
        like_it(doi="", abstract=""),
        {"title": TITLE, "year": 2014},
        like_it(doi="", issue="9", page="1514"),
        BARE | {"container_title": "Annals of Reading"},
    )
    assert found.merges and found.ask
    assert max(p.doubt for p in found.merges) < 0.5 <= min(p.doubt for p in found.ask)


@pytest.mark.parametrize(
    "other",
    [
        like_it(title=f"{TITLE} 1", doi="", page="", abstract=""),
        like_it(title=f"{TITLE.upper()}1", doi="", page="", abstract="", year=0),
        like_it(title=f"Special issue: care. {TITLE} 1", doi="", page="", abstract="", year=0),
        like_it(title=f"Research note - {TITLE}", doi="", page="", abstract=""),
        like_it(title=TITLE.replace("later", "iater"), doi="", page="", abstract=""),
        like_it(year=2016, doi="", page="", abstract=""),  # the year of the file, not of the issue
        like_it(author="Care Study Group", doi="", abstract=""),
        like_it(page="329", doi="", abstract=""),  # e-pages 329.e1-329.e9, cut
    ],
)
def test_what_scanners_and_lists_do_to_a_report_hides_no_duplicate(
    other: Mapping[str, Any],
) -> None:
    assert answer(ARTICLE, other) == "same"
    assert answer(other, ARTICLE) == "same"


def test_what_a_person_parted_is_not_shown_as_another_report_either() -> None:
    preprint = like_it(
        container_title="PsyArXiv", volume="", issue="", page="", doi="10.31234/osf.io/abcde"
    )
    assert answer(ARTICLE, preprint) == "related"
    found = find(ARTICLE, preprint, different=[(0, 1)])
    assert not found.ask and not found.related
    copy = like_it(doi="", abstract="")  # nor through a copy that came in later
    found = find(ARTICLE, preprint, copy, different=[(0, 1)])
    assert found.duplicates == 1 and not found.ask and not found.related
