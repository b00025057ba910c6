"""Studies that look like one are told, once, until somebody says whether they are."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipeline.checks.catalogue import run_checks
from pipeline.extraction.same_sample import Traits, signs, traits_of
from pipeline.model.decision import Compared, Overlap, Withdrawn
from pipeline.snapshot.as_of import overlaps_of
from tests.checks.sample import BEGIN, IN, RECORDS, evidence


def trait(id: str, **known) -> Traits:
    return Traits(id=id, reports=(f"s:{id}",), **known)


SIMILAR = {
    "registration": {"registrations": frozenset({"NCT01234567"})},
    "first author and number": {"authors": ("svedin", "roe"), "total": 4343},
    "country and number": {"country": "sweden", "total": 4343},
    "groups": {"sizes": frozenset({54, 42})},
    "people, place, kind": {
        "authors": ("seto", "svedin"),
        "country": "sweden",
        "setting": "Schools",
    },
    "people and titles": {"authors": ("roe", "doe"), "titles": ("Sleep in the north",)},
}


@pytest.mark.parametrize("sign", SIMILAR)
def test_each_sign_is_told_in_both_directions(sign):
    one, other = trait("a", **SIMILAR[sign]), trait("b", **SIMILAR[sign])
    assert signs(one, other) and signs(one, other) == signs(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"authors": ("roe",)}, {"authors": ("roe",)}),
        ({"country": "sweden"}, {"country": "sweden"}),
        ({"total": 12, "country": "x"}, {"total": 12, "country": "x"}),
        ({"sizes": frozenset({54})}, {"sizes": frozenset({54})}),
        (
            {"authors": ("roe",), "country": "x", "design": "cohort", "years": (1999, 2001)},
            {"authors": ("roe",), "country": "x", "design": "cohort", "years": (2004,)},
        ),
    ],
)
def test_what_is_alike_by_chance_is_no_sign(one, other):
    assert signs(trait("a", **one), trait("b", **other)) == ()


def test_registrations_are_found_in_titles_and_abstracts():
    from dataclasses import replace

    record = replace(RECORDS[IN], abstract="Registered as nct01234567 and ISRCTN12345678.")
    assert traits_of("a", [record]).registrations == {"NCT01234567", "ISRCTN12345678"}


def compared(n: int, one: str, other: str, overlap: Overlap, reason: str = "why") -> Compared:
    at = BEGIN + timedelta(hours=10, minutes=n)
    return Compared(
        id=f"c{n}", at=at, reviewer="ada", study=one, other=other, overlap=overlap, reason=reason
    )


def test_the_latest_word_on_a_pair_counts_whatever_its_order_and_can_be_undone():
    first = compared(1, "a", "b", Overlap.OVERLAPPING)
    later = compared(2, "b", "a", Overlap.APART)
    assert overlaps_of([later, first]) == {("a", "b"): later}
    undo = Withdrawn(id="u", at=BEGIN + timedelta(days=1), reviewer="ben", undoes="c2")
    assert overlaps_of([first, later, undo]) == {("a", "b"): first}


def told(e, check):
    return [p for p in run_checks(e, (check,)) if p.check == check]


def test_a_report_shared_by_two_studies_is_told_until_it_is_answered():
    from pipeline.model.decision import Collated

    link = Collated(
        id="l2", at=BEGIN + timedelta(hours=3), reviewer="ada", record=IN, study="second"
    )
    (problem,) = told(evidence(link), "double-counting")
    assert "first-study and second look like one study" in problem.what
    for overlap in Overlap:
        answer = compared(1, "second", "first-study", overlap)
        assert told(evidence(link, answer), "double-counting") == []


def test_a_word_on_a_study_that_is_not_there_is_told():
    said = told(evidence(compared(1, "first-study", "frist", Overlap.APART, "")), "overlap")
    assert [("no study 'frist'" in p.what, "nothing is said" in p.what) for p in said] == [
        (False, True),
        (True, False),
    ]


def test_the_walk_to_a_study_tells_what_was_said_of_it():
    from pipeline.checks.provenance import walk
    from pipeline.model.decision import Checked, Reconciled

    at = BEGIN + timedelta(hours=12)
    about = {"at": at, "reviewer": "cai", "study": "first-study"}
    e = evidence(
        compared(1, "second", "first-study", Overlap.UNCLEAR),
        Reconciled(id="r", item="country", kept="ada", said=("ada: x", "ben: y"), **about),
        Checked(id="k", item="country", agreed=False, was="x", reason="page 3", **about),
    )
    text = str(walk(e, "first-study"))
    for words in ("may share participants", "the answer of ada stands", "ben: y", "changed from x"):
        assert words in text
