"""One row a rule: when it speaks (and it alone), and what evidence silences it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from pipeline.duplicates.facts import POINTS, facts
from pipeline.duplicates.rules import DOUBTS, VETOES, holding
from pipeline.duplicates.same_report import (
    ASK,
    COPY_POINTS,
    DIFFERENT,
    MERGE,
    TOO_LITTLE,
    WHY_ASKED,
    doubt,
    in_words,
    judge,
)

SAME, UNKNOWN, DIFFERS = 1, 0, -1

AGREES: Mapping[str, Any] = {
    "title": 1.0,
    "title_words": 1.0,
    "title_known": True,
    "contained": False,
    "labelled": False,
    "long": True,
    "reworded": False,
    "noted": False,
    "numbers": UNKNOWN,
    "parts": UNKNOWN,
    "kind": SAME,
    "notice": False,
    "generic": False,
    "first": 1.0,
    "authors": 1.0,
    "years": 0,
    "volume": SAME,
    "issue": SAME,
    "page": SAME,
    "last_page": SAME,
    "page_range": True,
    "electronic": False,
    "supplement": UNKNOWN,
    "form": UNKNOWN,
    "doi": UNKNOWN,
    "pmid": UNKNOWN,
    "accession": UNKNOWN,
    "issn": UNKNOWN,
    "container": SAME,
    "abstract": -1.0,
    "copy": False,
}
"""Two records that agree in everything but identifiers and abstracts, which they lack."""


def like(*changes: Mapping[str, Any]) -> dict[str, Any]:
    whole = dict(AGREES)
    for change in changes:
        assert change.keys() <= whole.keys()
        whole.update(change)
    return {name: np.array([value]) for name, value in whole.items()}


def speaking(*changes: Mapping[str, Any]) -> set[str]:
    f = facts(like(*changes))
    return {
        name for rules in (VETOES, DOUBTS) for name, holds in holding(rules, f).items() if holds[0]
    }


def answer(*changes: Mapping[str, Any]) -> int:
    return int(judge(like(*changes)).answer[0])


NO_PLACE: Mapping[str, Any] = {"page": UNKNOWN, "last_page": UNKNOWN, "page_range": False}
NO_ISSUE: Mapping[str, Any] = {**NO_PLACE, "volume": UNKNOWN, "issue": UNKNOWN}
NO_JOURNAL: Mapping[str, Any] = {**NO_ISSUE, "container": UNKNOWN}
NEARLY: Mapping[str, Any] = {"title": 0.96, "title_words": 0.96}
ALIKE: Mapping[str, Any] = {"title": 0.9, "title_words": 0.9}
RATHER: Mapping[str, Any] = {"title": 0.8, "title_words": 0.8}
APART: Mapping[str, Any] = {"title": 0.3, "title_words": 0.3}
CONTAINED: Mapping[str, Any] = {"title": 0.6, "title_words": 0.6, "contained": True}
OTHERS: Mapping[str, Any] = {"authors": 0.2, "first": 0.2}
NOBODY: Mapping[str, Any] = {"authors": -1.0, "first": -1.0}
ONE_DOI: Mapping[str, Any] = {"doi": SAME}
ONE_PMID: Mapping[str, Any] = {"pmid": SAME}
ABSTRACT: Mapping[str, Any] = {"abstract": 0.95}
STANDING: Mapping[str, Any] = {"generic": True}
SUPPLEMENT: Mapping[str, Any] = {"supplement": SAME}

Changes = tuple[Mapping[str, Any], ...]
Row = tuple[list[Changes], list[Changes]]

VETO_ROWS: dict[str, Row] = {
    "an erratum, a reply or a comment beside a report": (
        [
            ({"kind": DIFFERS},),
            ({"kind": DIFFERS}, ONE_DOI),
            ({"kind": DIFFERS, "notice": True}, NO_PLACE),
            ({"kind": DIFFERS, "notice": True, "issue": UNKNOWN},),
            ({"kind": DIFFERS, "notice": True}, NOBODY),
        ],
        [({"kind": DIFFERS, "notice": True},)],
    ),
    "different parts of a series": ([({"parts": DIFFERS},), ({"parts": DIFFERS}, ONE_DOI)], [()]),
    "DOIs differ and another detail too": (
        [
            ({"doi": DIFFERS, "volume": DIFFERS}, NO_PLACE),
            ({"doi": DIFFERS, "years": 2},),
            ({"doi": DIFFERS, "container": DIFFERS, "page_range": False},),
            ({"doi": DIFFERS}, STANDING),
            ({"doi": DIFFERS, "page": DIFFERS},),
            ({"doi": DIFFERS, "issue": DIFFERS},),
        ],
        [({"doi": DIFFERS},), ({"doi": DIFFERS}, NO_PLACE), ({"doi": UNKNOWN, "volume": DIFFERS},)],
    ),
    "a standing title in another issue or year": (
        [({"issue": DIFFERS}, STANDING), ({"years": 2}, STANDING), ({"volume": DIFFERS}, STANDING)],
        [
            ({"issue": DIFFERS}, STANDING, ONE_DOI),
            ({"years": 1}, STANDING),
            ({"issue": DIFFERS},),
            ({"years": 2}, STANDING, ONE_DOI),
            ({"volume": DIFFERS}, STANDING, ONE_DOI),
        ],
    ),
    "PubMed numbers differ": (
        [({"pmid": DIFFERS}, NO_PLACE), ({"pmid": DIFFERS}, NO_JOURNAL)],
        [({"pmid": DIFFERS},), (NO_PLACE,)],
    ),
    "pages and volumes differ": (
        [({"page": DIFFERS, "volume": DIFFERS},)],
        [
            ({"page": DIFFERS},),
            ({"volume": DIFFERS},),
            ({"page": DIFFERS, "volume": DIFFERS}, ONE_DOI),
            ({"page": DIFFERS, "volume": DIFFERS}, ONE_PMID),
        ],
    ),
    "a standing title and no place or identifier in common": (
        [(STANDING, NO_ISSUE), (STANDING, NO_PLACE, NOBODY)],
        [(STANDING,), (STANDING, NO_PLACE, ONE_DOI), (STANDING, NO_PLACE), (NO_ISSUE,)],
    ),
    "no title and no identifier in common": (
        [({"title_known": False},)],
        [({"title_known": False}, ONE_DOI), ({"title_known": False}, ONE_PMID), ()],
    ),
    "titles differ": (
        [(APART, NO_PLACE), (APART, NO_PLACE, ONE_DOI), (APART, NOBODY), (RATHER, NO_PLACE)],
        [(APART,), (APART, NOBODY, ONE_DOI), (ALIKE, NO_PLACE), (CONTAINED, NO_PLACE)],
    ),
}

WORD: Mapping[str, Any] = {**NEARLY, "reworded": True}
NUMBER: Mapping[str, Any] = {**NEARLY, "numbers": DIFFERS}
DOUBT_ROWS: dict[str, Row] = {
    "an erratum in the place of a report": (
        [({"notice": True},)],
        [
            ({"notice": True}, NO_PLACE),
            ({"notice": True, "issue": UNKNOWN},),
            ({"notice": True}, NOBODY),
            ({"notice": True, "container": UNKNOWN},),
            ({"notice": True, "volume": UNKNOWN},),
            (),
        ],
    ),
    "numbers in the titles differ": (
        [(NUMBER, NO_PLACE), (NUMBER, SUPPLEMENT)],
        [
            (NUMBER,),
            (NUMBER, NO_PLACE, ONE_DOI),
            (CONTAINED, {"numbers": DIFFERS}, NO_PLACE),
            (NEARLY, NO_PLACE),
        ],
    ),
    "a word of the title differs": (
        [(WORD, NO_PLACE), (WORD, SUPPLEMENT)],
        [(WORD,), (WORD, NO_PLACE, ONE_DOI), (WORD, NO_PLACE, ABSTRACT), (NEARLY, NO_PLACE)],
    ),
    "the DOIs differ": (
        [
            ({"doi": DIFFERS}, NO_PLACE),
            ({"doi": DIFFERS, "page_range": False},),
            ({"doi": DIFFERS, "last_page": UNKNOWN},),
            ({"doi": DIFFERS, "years": 1},),
            ({"doi": DIFFERS}, RATHER),
        ],
        [({"doi": DIFFERS},), ({"doi": DIFFERS}, NEARLY), ({"doi": DIFFERS}, CONTAINED)],
    ),
    "the journals differ": (
        [
            ({"container": DIFFERS}, NO_ISSUE),
            ({"container": DIFFERS, "issue": UNKNOWN}, NO_PLACE),
            ({"container": DIFFERS}, NO_PLACE, NEARLY),
            ({"container": DIFFERS}, NO_ISSUE, ABSTRACT),
            ({"container": DIFFERS}, NO_PLACE, NOBODY),
            ({"container": DIFFERS, "years": 2}, NO_ISSUE),
        ],
        [
            ({"container": DIFFERS, "page_range": False},),
            ({"container": DIFFERS}, NO_ISSUE, ONE_DOI),
            ({"container": DIFFERS}, NO_PLACE),
            ({"container": DIFFERS, "issue": UNKNOWN}, NO_PLACE, ABSTRACT),
        ],
    ),
    "the years differ": (
        [
            ({"years": 2}, NO_ISSUE),
            ({"years": 2}, NO_PLACE, NOBODY),
            ({"years": 2, "issue": UNKNOWN}, NO_PLACE),
            ({"years": 2, "volume": UNKNOWN}, NO_PLACE),
            ({"years": 2, "container": UNKNOWN}, NO_PLACE),
            ({"years": 2}, NO_PLACE, ALIKE),
        ],
        [
            ({"years": 2},),
            ({"years": 2}, NO_ISSUE, ONE_DOI),
            ({"years": 2}, NO_PLACE),
            ({"years": 1}, NO_ISSUE),
            ({"years": -1}, NO_ISSUE),
        ],
    ),
    "the pages differ": (
        [
            ({"page": DIFFERS},),
            ({"page": DIFFERS}, ONE_DOI, NOBODY),
            ({"page": DIFFERS}, ONE_DOI, ALIKE),
            ({"page": DIFFERS, "electronic": True}, NEARLY),
            ({"page": DIFFERS, "electronic": True, "volume": UNKNOWN},),
            ({"page": DIFFERS, "electronic": True, "container": UNKNOWN},),
        ],
        [({"page": DIFFERS}, ONE_DOI), ({"page": DIFFERS, "electronic": True},), (NO_PLACE,)],
    ),
    "the volumes differ": (
        [
            ({"volume": DIFFERS}, NO_PLACE),
            ({"volume": DIFFERS},),
            ({"volume": DIFFERS}, NO_PLACE, ONE_DOI, ALIKE),
        ],
        [({"volume": DIFFERS}, NO_PLACE, ONE_DOI), (NO_ISSUE,)],
    ),
    "the issues differ": (
        [({"issue": DIFFERS}, NO_PLACE), ({"issue": DIFFERS}, NO_PLACE, ONE_DOI, ALIKE)],
        [
            ({"issue": DIFFERS},),
            ({"issue": DIFFERS}, NO_PLACE, ONE_DOI),
            ({"issue": DIFFERS}, NO_PLACE, ABSTRACT),
        ],
    ),
    "the authors differ": (
        [(OTHERS,), (OTHERS, ONE_DOI), (OTHERS, NEARLY, ABSTRACT), (OTHERS, ABSTRACT, NO_JOURNAL)],
        [(OTHERS, ABSTRACT), (NOBODY,)],
    ),
    "the titles differ": (
        [
            (APART, {"issue": UNKNOWN}),
            (APART, {"years": 1}),
            (APART, {"page_range": False}),
            (RATHER, {"issue": UNKNOWN, "years": 1}),
            (APART, {"doi": DIFFERS, "issue": SAME}),
        ],
        [(APART,), (RATHER,), (RATHER, {"issue": UNKNOWN}), (APART, {"issue": UNKNOWN}, ONE_DOI)],
    ),
    "one title is the other and more": (
        [
            (CONTAINED, NO_JOURNAL),
            (CONTAINED, NO_ISSUE, {"years": 1}),
            (CONTAINED, NO_ISSUE, NOBODY),
        ],
        [
            (CONTAINED,),
            (CONTAINED, NO_PLACE),
            (CONTAINED, NO_ISSUE),
            (CONTAINED, NO_JOURNAL, ONE_DOI),
            (CONTAINED, NO_JOURNAL, ABSTRACT),
            (NO_JOURNAL,),
        ],
    ),
    "one identifier, but two details differ": (
        [
            (ONE_DOI, NEARLY, {"years": 2, "container": DIFFERS}, NO_ISSUE),
            (ONE_PMID, NEARLY, {"years": 2, "container": DIFFERS}, NO_ISSUE),
        ],
        [
            (ONE_DOI, {"years": 2, "container": DIFFERS}, NO_ISSUE),
            (ONE_DOI, NEARLY, {"years": 2}, NO_ISSUE),
            (NEARLY, {"years": 2, "container": DIFFERS}),
        ],
    ),
    "a standing title that authors, abstract or place do not settle": (
        [(STANDING, NOBODY), (STANDING, NOBODY, NO_PLACE, ONE_DOI)],
        [(STANDING,), (STANDING, NOBODY, ABSTRACT), (STANDING, NOBODY, ONE_DOI), (NOBODY,)],
    ),
    "a standing title and no page in common": (
        [(STANDING, NO_PLACE)],
        [(STANDING,), (STANDING, NO_PLACE, ONE_DOI), (NO_PLACE,)],
    ),
    "a book and a chapter, a thesis and an article, or other kinds of publication": (
        [({"form": DIFFERS}, NO_PLACE), ({"form": DIFFERS}, NO_PLACE, ONE_DOI)],
        [({"form": DIFFERS},), (NO_PLACE,)],
    ),
    "a supplement, perhaps the abstract of a meeting, beside another place": (
        [({"supplement": DIFFERS}, NO_PLACE)],
        [({"supplement": DIFFERS},), ({"supplement": DIFFERS}, NO_PLACE, ONE_DOI), (NO_PLACE,)],
    ),
}
"""For each rule: changes under which it speaks, and changes under which it is silent."""

ACCOMPANIED = {
    "DOIs differ and another detail too",
    "a standing title in another issue or year",
    "pages and volumes differ",
    "no title and no identifier in common",
    "titles differ",
    "a standing title and no place or identifier in common",
    "one identifier, but two details differ",
}
"""Rules whose cases other, weaker rules see as well."""


def test_every_rule_has_its_row() -> None:
    assert [rule.name for rule in VETOES] == list(VETO_ROWS)
    assert [rule.name for rule in DOUBTS] == list(DOUBT_ROWS)
    assert set(WHY_ASKED) == {*DOUBT_ROWS, TOO_LITTLE}
    assert len(set(WHY_ASKED)) == len(WHY_ASKED) < 63  # bits of a column


def test_two_records_that_agree_are_merged_and_no_rule_speaks() -> None:
    assert speaking() == set() and answer() == MERGE


@pytest.mark.parametrize("name", VETO_ROWS)
def test_a_veto(name: str) -> None:
    speaks, silent = VETO_ROWS[name]
    for changes in speaks:
        assert name in speaking(*changes), changes
        assert answer(*changes) == DIFFERENT
        assert judge(like(*changes)).apart[0]
    for changes in silent:
        assert name not in speaking(*changes), changes


@pytest.mark.parametrize("name", DOUBT_ROWS)
def test_a_doubt(name: str) -> None:
    speaks, silent = DOUBT_ROWS[name]
    for changes in speaks:
        spoken = speaking(*changes)
        assert name in spoken, changes
        assert answer(*changes) != MERGE
        assert judge(like(*changes)).apart[0]
        assert judge(like(*changes)).doubts[name][0]
    if name not in ACCOMPANIED:
        assert any(speaking(*changes) == {name} for changes in speaks)
        assert any(answer(*changes) == ASK for changes in speaks)
    for changes in silent:
        assert name not in speaking(*changes), changes


FINDING_ROWS: dict[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "title equal": ({"title": 0.9995}, {"title": 0.998, "title_words": 0.0}),
    "title nearly equal": (
        {"title": 0.95, "title_words": 0.0},
        {"title": 0.949, "title_words": 0.0},
    ),
    "title contained in the other": (CONTAINED, {**CONTAINED, "title": 0.96}),
    "title alike": ({"title": 0.881, "title_words": 0.0}, {"title": 0.879, "title_words": 0.92}),
    "title rather alike": (
        {"title": 0.76, "title_words": 0.0},
        {"title": 0.74, "title_words": 0.0},
    ),
    "title differs": ({"title": 0.74, "title_words": 0.5}, {"title": 0.76, "title_words": 0.5}),
    "a word of the title differs": ({**RATHER, "reworded": True}, {"reworded": True}),
    "generic title": (STANDING, {"generic": True, "title_known": False}),
    "authors agree": ({"authors": 0.8, "first": 0.7}, {"authors": 0.9, "first": 0.69}),
    "first author agrees": ({"authors": 0.5, "first": 0.86}, {"authors": 0.5, "first": 0.84}),
    "authors differ": ({"authors": 0.59, "first": 0.5}, {"authors": 0.6, "first": 0.5}),
    "same year": ({"years": 0}, {"years": 1}),
    "years differ": ({"years": 2}, {"years": 1}),
    "same journal": ({"container": UNKNOWN, "issn": SAME}, {"container": DIFFERS, "issn": SAME}),
    "journals differ": ({"container": DIFFERS}, {"container": UNKNOWN}),
    "same volume": ({"volume": SAME}, {"volume": UNKNOWN}),
    "volumes differ": ({"volume": DIFFERS}, {"volume": UNKNOWN}),
    "same issue": ({"issue": SAME}, {"issue": UNKNOWN}),
    "issues differ": ({"issue": DIFFERS}, {"issue": UNKNOWN}),
    "same page": ({"page": SAME}, {"page": UNKNOWN}),
    "pages differ": ({"page": DIFFERS}, {"page": UNKNOWN}),
    "same page range": ({}, {"page_range": False}),
    "one long title in one issue": ({}, {"long": False}),
    "same DOI": (ONE_DOI, {}),
    "DOIs differ": ({"doi": DIFFERS}, {}),
    "same PubMed number": (ONE_PMID, {}),
    "PubMed numbers differ": ({"pmid": DIFFERS}, {}),
    "same abstract": ({"abstract": 0.9}, {"abstract": 0.89}),
    "abstracts differ": ({"abstract": 0.59}, {"abstract": 0.6}),
}
"""For each finding: a case just within and a case just without."""

MORE_WITHOUT: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("title equal", {"title_known": False}),
    ("title nearly equal", {}),
    ("title nearly equal", {**NEARLY, "title_known": False}),
    ("title contained in the other", {"contained": True}),
    ("title contained in the other", {**CONTAINED, "title_known": False}),
    ("title alike", NEARLY),
    ("title alike", CONTAINED),
    ("title alike", {**ALIKE, "title_known": False}),
    ("title rather alike", ALIKE),
    ("title differs", {**APART, "title_known": False}),
    ("a word of the title differs", {**APART, "reworded": True}),
    ("a word of the title differs", {**CONTAINED, "reworded": True}),
    ("authors agree", {"authors": 0.79, "first": 1.0}),
    ("first author agrees", {}),
    ("authors differ", {"authors": -1.0, "first": -1.0}),
    ("authors differ", {"authors": 0.5, "first": 0.9}),
    ("years differ", {"years": -1}),
    ("same year", {"years": -1}),
    ("abstracts differ", {"abstract": -1.0}),
    ("same page range", {"page": UNKNOWN}),
    ("same page range", {"last_page": UNKNOWN}),
    ("same page range", {"volume": UNKNOWN}),
    ("same page range", {"container": UNKNOWN}),
    ("one long title in one issue", NEARLY),
    ("one long title in one issue", STANDING),
    ("one long title in one issue", {"container": UNKNOWN}),
    ("one long title in one issue", {"volume": UNKNOWN}),
    ("one long title in one issue", {"issue": UNKNOWN}),
)
MORE_WITHIN: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("title nearly equal", {"title": 0.6, "title_words": 0.95}),
    ("title contained in the other", {"title": 0.6, "title_words": 0.6, "labelled": True}),
    ("title alike", {"title": 0.6, "title_words": 0.931}),
    ("a word of the title differs", WORD),
    ("authors agree", {"authors": 0.95, "first": 0.1}),
    ("abstracts differ", {"abstract": 0.0}),
)


@pytest.mark.parametrize("name", POINTS)
def test_a_finding(name: str) -> None:
    within, without = FINDING_ROWS[name]
    assert facts(like(within))[name][0]
    assert not facts(like(without))[name][0]


@pytest.mark.parametrize(("name", "change"), MORE_WITHOUT)
def test_what_a_finding_is_not(name: str, change: Mapping[str, Any]) -> None:
    assert not facts(like(change))[name][0]


@pytest.mark.parametrize(("name", "change"), MORE_WITHIN)
def test_what_a_finding_is_as_well(name: str, change: Mapping[str, Any]) -> None:
    assert facts(like(change))[name][0]


PREMISE_ROWS: tuple[tuple[str, Changes, bool], ...] = (
    ("one work by title, authors and year", (), True),
    ("one work by title, authors and year", (CONTAINED,), True),
    ("one work by title, authors and year", ({"years": 1},), True),
    ("one work by title, authors and year", ({"years": 2},), False),
    ("one work by title, authors and year", (ALIKE,), False),
    ("one work by title, authors and year", (NOBODY,), False),
    ("one work by title, authors and year", (STANDING,), False),
    ("one printed place", (), True),
    ("one printed place", ({"volume": UNKNOWN}, NOBODY), True),
    ("one printed place", ({"container": UNKNOWN}, NOBODY), True),
    ("one printed place", ({"volume": UNKNOWN, "container": UNKNOWN},), True),
    ("one printed place", ({"volume": UNKNOWN, "container": UNKNOWN}, NOBODY), False),
    ("one printed place", ({"volume": UNKNOWN, "container": UNKNOWN, "years": 1},), False),
    ("one printed place", ({"page": UNKNOWN},), False),
    ("subtitle left out", (CONTAINED,), True),
    ("subtitle left out", ({"years": 1},), False),
    ("subtitle left out", ({"container": UNKNOWN},), False),
    ("subtitle left out", (NOBODY,), False),
    ("journal renamed", (NEARLY,), False),
    ("journal renamed", ({"volume": UNKNOWN},), False),
    ("in a supplement", (SUPPLEMENT,), True),
    ("in a supplement", ({"supplement": DIFFERS},), False),
    ("title translated", ({"title_known": False},), False),
    ("title translated", (RATHER, {"issue": DIFFERS}), False),
    ("title translated", (APART, NOBODY), False),
    ("paged for paper and for the screen", ({"electronic": True, "issue": UNKNOWN},), True),
    ("paged for paper and for the screen", ({"electronic": True, "issue": DIFFERS},), False),
    ("paged for paper and for the screen", ({"electronic": True, "years": 2},), False),
    ("one page range and issue", ({"issue": UNKNOWN},), True),
    ("one page range and issue", ({"issue": DIFFERS},), False),
    ("one page range and issue", (STANDING,), False),
)


@pytest.mark.parametrize(("name", "changes", "holds"), PREMISE_ROWS)
def test_a_premise(name: str, changes: Changes, holds: bool) -> None:
    assert bool(facts(like(*changes))[name][0]) is holds


def test_points_add_up_and_the_borders_hold() -> None:
    bare = (NO_JOURNAL, NOBODY)
    assert judge(like()).points[0] == 4 + 3 + 1 + 1.5 + 1 + 0.5 + 2.5 + 4 + 0.5
    assert judge(like(*bare)).points[0] == 5.0 and answer(*bare) == ASK
    assert judge(like(*bare)).doubts[TOO_LITTLE][0] and not judge(like(*bare)).apart[0]
    assert answer(*bare, NEARLY) == DIFFERENT  # 4.5
    surer = (NO_ISSUE, NOBODY, {"volume": SAME})
    assert judge(like(*surer)).points[0] == 7.5 and answer(*surer) == MERGE
    assert answer(NO_ISSUE, NOBODY, {"issue": SAME}) == ASK  # 7.0


def test_exact_copies_are_one_whatever_the_rules_say() -> None:
    copy = {"copy": True}
    judged = judge(like(copy, {"kind": DIFFERS}, APART))
    assert judged.answer[0] == MERGE and not judged.apart[0]
    assert judged.points[0] == COPY_POINTS


@pytest.mark.parametrize(
    ("changes", "other"),
    [
        ((), False),  # one report
        (({"page": DIFFERS, "volume": DIFFERS},), True),
        (({"page": DIFFERS, "volume": DIFFERS}, STANDING), False),
        (({"page": DIFFERS, "volume": DIFFERS}, NOBODY), False),
        (({"kind": DIFFERS}, NOBODY), True),
        (({"kind": DIFFERS, "title": 0.6, "title_words": 0.8}, NOBODY), True),
        (({"kind": DIFFERS, "title": 0.6, "title_words": 0.79}, NOBODY), False),
        (({"kind": DIFFERS, "parts": DIFFERS},), False),
        ((APART, NO_PLACE), False),
    ],
)
def test_the_hint_at_another_report_of_the_study(changes: Changes, other: bool) -> None:
    assert bool(judge(like(*changes)).other[0]) is other


def test_nothing_merged_is_more_doubtful_than_what_is_asked() -> None:
    points = [0.5 * n for n in range(60)]
    merged = [doubt(p, asked=False) for p in points if p >= 7.5]
    asked = [doubt(p, asked=True) for p in points]
    assert max(merged) < 0.5 <= min(asked) and max(asked) <= 1
    assert merged == sorted(merged, reverse=True) and asked == sorted(asked, reverse=True)
    assert doubt(7.5, asked=True) == 0.75 and doubt(1e6, asked=True) == 0.5


def test_the_reason_says_what_speaks_against() -> None:
    assert in_words(["title equal", "pages differ"], 5) == "title equal; but pages differ"
    assert in_words(["pages differ"], 5) == "nothing agrees; but pages differ"
    assert in_words(["title equal", "same year"], 5) == "title equal, same year"
    assert in_words([], COPY_POINTS) == "exact copy: every field is the same"


NOTHING: Mapping[str, Any] = {**NO_JOURNAL, **NOBODY, "years": -1, "title_known": False}
KNOWN: Mapping[str, Any] = {"title_known": True}


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ((NOTHING,), 0.0),
        ((NOTHING, KNOWN), 4.0),
        ((NOTHING, KNOWN, NEARLY), 3.5),
        ((NOTHING, KNOWN, CONTAINED), 2.5),
        ((NOTHING, KNOWN, ALIKE), 2.0),
        ((NOTHING, KNOWN, RATHER), -1.0),
        ((NOTHING, KNOWN, APART), -6.0),
        ((NOTHING, KNOWN, WORD), 3.5 - 1),
        ((NOTHING, KNOWN, STANDING), 4 - 3.0),
        ((NOTHING, {"authors": 1.0, "first": 1.0}), 3.0),
        ((NOTHING, {"authors": 0.7, "first": 0.9}), 1.0),
        ((NOTHING, OTHERS), -2.5),
        ((NOTHING, {"years": 0}), 1.0),
        ((NOTHING, {"years": 2}), -2.5),
        ((NOTHING, {"container": SAME}), 1.5),
        ((NOTHING, {"container": DIFFERS}), -2.0),
        ((NOTHING, {"volume": SAME}), 1.0),
        ((NOTHING, {"volume": DIFFERS}), -1.5),
        ((NOTHING, {"issue": SAME}), 0.5),
        ((NOTHING, {"issue": DIFFERS}), -0.5),
        ((NOTHING, {"page": SAME}), 2.5),
        ((NOTHING, {"page": DIFFERS}), -2.5),
        (
            (
                NOTHING,
                {
                    "container": SAME,
                    "volume": SAME,
                    "page": SAME,
                    "last_page": SAME,
                    "page_range": True,
                },
            ),
            1.5 + 1 + 2.5 + 4,
        ),
        (
            (NOTHING, KNOWN, {"container": SAME, "volume": SAME, "issue": SAME}),
            4 + 1.5 + 1 + 0.5 + 0.5,
        ),
        ((NOTHING, {"doi": SAME}), 4.0),
        ((NOTHING, {"doi": DIFFERS}), -4.0),
        ((NOTHING, {"pmid": SAME}), 6.0),
        ((NOTHING, {"pmid": DIFFERS}), -5.0),
        ((NOTHING, ABSTRACT), 2.5),
        ((NOTHING, {"abstract": 0.3}), -2.0),
    ],
)
def test_what_each_finding_weighs_by_hand(changes: Changes, points: float) -> None:
    assert judge(like(*changes)).points[0] == pytest.approx(points)


def test_ratios_at_the_very_border() -> None:
    assert facts(like({"title": 0.95, "title_words": 0.0}))["title nearly equal"][0]
    assert facts(like({"title": 0.999, "title_words": 0.0}))["title equal"][0]
    assert facts(like({"title": 0.88, "title_words": 0.0}))["title alike"][0]
    assert facts(like({"title": 0.75, "title_words": 0.0}))["title rather alike"][0]
    assert facts(like({"title": 0.6, "title_words": 0.93}))["title alike"][0]
    assert facts(like({"authors": 0.5, "first": 0.85}))["first author agrees"][0]
    assert facts(like({"authors": 0.95, "first": 0.0}))["authors agree"][0]
    assert facts(like({"authors": 0.0, "first": 0.0}))["authors differ"][0]


def test_the_least_of_findings_speaks_on_its_side() -> None:
    assert in_words(["same issue", "issues differ"], 5) == "same issue; but issues differ"
    assert in_words(["one long title in one issue"], 5) == "one long title in one issue"
    assert in_words(["first author agrees"], COPY_POINTS - 0.5) == "first author agrees"


def test_an_exact_copy_has_the_least_doubt_of_all() -> None:
    best = judge(like(ONE_DOI, ONE_PMID, ABSTRACT)).points[0]
    copy = judge(like({"copy": True})).points[0]
    assert copy > best and not in_words(["same DOI"], best).startswith("exact copy")
    assert doubt(copy, asked=False) <= doubt(best, asked=False) < 1e-6
    assert doubt(7.5, asked=False) > 0.4999 - 1e-9
