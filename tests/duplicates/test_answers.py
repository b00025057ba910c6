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
            container_title="European Psychiatry", volume="28", issue="Suppl 1", page="S1",
            year=2013, doi="10.1000/other.2", abstract="",
        ),
        like_it(  # preprint
            container_title="PsyArXiv", volume="", issue="", page="", doi="10.1000/osf.1", year=2013
        ),
    ],
)  # fmt: skip
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
        like_it(author="Smith, John", container_title="Other Letters", page="1", volume="2",
                doi="10.1000/x.1", abstract="", year=1999),
        {"title": "Something else altogether, of another field and time", "year": 2014},
    ],
)  # fmt: skip
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
    assert answer(BARE | {"container_title": "Annals of Reading"},
                  BARE | {"container_title": "Workshop on Care"}) == "ask"  # fmt: skip


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
