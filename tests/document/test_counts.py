"""Counts: every word counts, agrees with the flow, and a wrong word never counts 0."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.document.counts import BOTH_ARMS, KEYS, UnknownCount, count
from pipeline.document.manuscript.slots import FINDING_PARTS, WORDS, Slots
from pipeline.document.manuscript.template import Template
from pipeline.model.review import Edition
from pipeline.model.standing import BOXES

Case = Any


def test_every_word_counts_in_an_empty_and_in_a_small_review(case: Case, small: Case) -> None:
    for key in KEYS:
        assert count(case.snapshot(), key) >= 0
        assert count(small.snapshot(), key) >= 0


def test_an_empty_review_counts_nothing_but_its_protocol(case: Case) -> None:
    counted = {key for key in KEYS if count(case.snapshot(), key)}
    assert counted == {"criteria", "questions", "outcomes"}


def test_both_arms_add_up_and_parts_add_up_to_the_whole(small: Case) -> None:
    snapshot = small.snapshot()
    flow = snapshot.ledger.flow
    for key, (one, other) in BOTH_ARMS.items():
        assert count(snapshot, key) == flow.count(one) + flow.count(other)
    for key in (*BOXES, *BOTH_ARMS, "records_identified", "duplicates_removed"):
        by_source = [count(snapshot, key, source=s) for s in ("PsycINFO", "Charities")]
        assert sum(by_source) == count(snapshot, key), key
    by_reason = [count(snapshot, "reports_excluded", reason=r) for r in ("population", "design")]
    assert sum(by_reason) == count(snapshot, "reports_excluded") == 1
    assert count(snapshot, "records_identified") == len(snapshot.records)


@pytest.mark.parametrize(
    ("key", "parts"),
    [
        ("records", {}),
        ("included_studies", {"colour": "red"}),
        ("included_studies", {"basis": "abstracts"}),
        ("included_studies", {"outcome": "nothing"}),
        ("included_studies", {"direction": "up"}),
        ("reports_excluded", {"reason": "no"}),
        ("records_identified", {"source": "PsychInfo"}),
        ("searches", {"source": "PsycINFO"}),
        ("reports_excluded", {"basis": "abstract"}),
    ],
)
def test_a_wrong_word_is_never_a_count_of_none(
    small: Case, key: str, parts: dict[str, str]
) -> None:
    with pytest.raises(UnknownCount):
        count(small.snapshot(), key, **parts)


def test_people_are_counted_not_rules(small: Case) -> None:
    assert count(small.snapshot(), "reviewers") == 2
    assert count(small.snapshot(), "screened_by_two") == 5
    assert count(small.snapshot(), "full_text_by_two") == 3


def test_the_words_that_are_known_are_those_that_there_are(small: Case) -> None:
    slots = Slots(small.snapshot(), Template("", "m.md", WORDS))
    assert set(slots.context()) == WORDS
    assert set(slots.finding("none").parts) == set(FINDING_PARTS)


def test_a_sealed_edition_is_made_again_whatever_the_guards_of_today_say(small: Case) -> None:
    from pipeline.document import write_up
    from pipeline.model.problem import Severity

    small.editions.append(Edition(number=1, on=date(2016, 2, 1)))
    small.search("db-2", 1, day=date(2017, 1, 1))
    text = 'It screened {{ n("records_screened", "record") }} of twelve trials.\n'
    refused, problems = write_up(small.snapshot(), text)
    assert refused is None
    assert 'scope="round": 0; scope="all": 4' in " ".join(p.what for p in problems)
    made, problems = write_up(small.snapshot(), text, sealed=True)
    assert made is not None and "It screened no records" in made.prose
    assert {p.severity for p in problems} == {Severity.WARNING}


def test_a_count_says_of_which_searches_and_ways_it_is(small: Case) -> None:
    small.editions.append(Edition(number=1, on=date(2016, 2, 1)))
    small.search("db-2", 1, day=date(2017, 1, 1))
    snapshot = small.snapshot()
    assert count(snapshot, "records_screened", scope="all") == 4
    assert count(snapshot, "records_screened", scope="all", via="both") == 5
    assert count(snapshot, "records_screened", scope="all", via="other") == 1
    assert count(snapshot, "reports_sought", scope="all", via="databases") == 3
    assert count(snapshot, "sources", scope="round") == 1
    assert count(snapshot, "sources", scope="all") == 2
    assert small.text('{{ n("records_screened", "record", scope="all") }}').strip() == "4 records"
    for wrong in ({"scope": "rounds"}, {"via": "web"}):
        with pytest.raises(UnknownCount):
            count(snapshot, "records_screened", **wrong)
    with pytest.raises(UnknownCount):
        count(snapshot, "included_reports", scope="all")
