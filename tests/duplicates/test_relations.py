"""How two reports of one study stand to each other, in words."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.duplicates import relations
from pipeline.duplicates.relations import relation_of
from pipeline.model.problem import Place
from pipeline.model.record import Issued, Record

ARTICLE: dict[str, Any] = {
    "title": "Sleep of sailors in winter", "container_title": "Journal of the Sea", "volume": "4",
    "issue": "2", "page": "11-19", "type": "article-journal", "issued": Issued(year=2014),
}  # fmt: skip


def record(**changed: Any) -> Record:
    return Record(id="x:1", number=1, place=Place(file="x.ris"), **{**ARTICLE, **changed})


@pytest.mark.parametrize(
    ("other", "wanted"),
    [
        ({"title": "Erratum: Sleep of sailors in winter"}, relations.NOTICE),
        ({"title": "Retraction: Sleep of sailors in winter"}, relations.NOTICE),
        ({"title": "Reply to Elm: Sleep of sailors in winter"}, relations.COMMENT),
        ({"container_title": "PsyArXiv", "volume": "", "issue": ""}, relations.PREPRINT),
        ({"doi": "10.1101/2020.01.02.345678", "type": ""}, relations.PREPRINT),
        ({"type": "article"}, relations.PREPRINT),
        ({"type": "thesis", "container_title": ""}, relations.THESIS),
        ({"container_title": "Dissertation Abstracts International", "type": ""}, relations.THESIS),
        ({"type": "clinical_trial", "container_title": ""}, relations.REGISTER),
        (
            {"type": "paper-conference", "container_title": "Proc SLEEP"},
            relations.MEETING,
        ),
        ({"issue": "Suppl 1", "page": "S41"}, relations.MEETING),
        ({"title": "Sleep of sailors in winter [abstract]"}, relations.MEETING),
        ({"container_title": "Congress of Sea Medicine", "type": ""}, relations.MEETING),
        ({"title": "Sleep of sailors in winter: an update"}, relations.UPDATE),
        ({"issued": Issued(year=2019), "volume": "9"}, relations.UPDATE),
        ({"container_title": "Archives of Rest"}, relations.OTHER),
        ({"issued": Issued(year=2015), "volume": "5"}, relations.OTHER),
        ({"issued": None, "volume": "5"}, relations.OTHER),
    ],
)
def test_relation(other: dict[str, Any], wanted: str) -> None:
    assert relation_of(record(), record(**other)) == wanted
    assert relation_of(record(**other), record()) == wanted


def test_versions_of_one_review_are_updates() -> None:
    one, two = (
        record(doi="10.1002/14651858.CD002273.pub2"),
        record(doi="10.1002/14651858.cd002273.pub3"),
    )
    assert relation_of(one, two) == relations.UPDATE
    assert relation_of(one, one) == relations.OTHER


def test_a_book_and_its_chapter() -> None:
    book = record(type="book", container_title="", volume="", issue="")
    assert relation_of(book, record(type="chapter", volume="", issue="")) == relations.BOOK
    assert relation_of(book, book) == relations.OTHER
