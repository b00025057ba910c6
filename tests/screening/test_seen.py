"""What was shown, hashed; and which verdicts a change touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.screening.seen import TEXT, changed_since, seen_hash
from pipeline.terms.decision import Screened, Stage, Verdict
from pipeline.terms.problem import Place
from pipeline.terms.protocol import Criterion
from pipeline.terms.record import Record

RECORD = Record(id="s:0001", number=1, place=Place(file="s.ris"), title="A title", abstract="Text")
CRITERIA = (
    Criterion(id="language", label="Not in English"),
    Criterion(id="population", label="Not adolescents", text="aged 10 to 18"),
    Criterion(id="design", label="No data"),
)


def vote(verdict: Verdict, reason: str = "", seen: str | None = None) -> Screened:
    return Screened(
        id="x",
        at=datetime(2026, 2, 1, tzinfo=UTC),
        reviewer="ada",
        record="s:0001",
        stage=Stage.TITLE_ABSTRACT,
        verdict=verdict,
        reason=reason,
        seen=seen_hash(RECORD, CRITERIA) if seen is None else seen,
    )


@given(
    st.lists(st.tuples(st.text(), st.text()), min_size=2, max_size=2, unique=True),
)
def test_different_texts_have_different_hashes(texts: list[tuple[str, str]]) -> None:
    hashes = {seen_hash(replace(RECORD, title=t, abstract=a), CRITERIA) for t, a in texts}
    assert len(hashes) == 2


def test_what_is_not_shown_does_not_change_the_hash() -> None:
    same = replace(RECORD, doi="10.1/x", volume="3")
    keyed = tuple(replace(c, key="x") for c in CRITERIA)
    assert seen_hash(same, keyed) == seen_hash(RECORD, CRITERIA)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_nothing_changed_says_nothing(verdict: Verdict) -> None:
    assert changed_since(vote(verdict, "population"), RECORD, CRITERIA) == ()


def test_a_criterion_worded_anew_touches_only_what_rested_on_it() -> None:
    now = (CRITERIA[0], replace(CRITERIA[1], text="aged 10 to 19"), CRITERIA[2])
    assert changed_since(vote(Verdict.INCLUDE), RECORD, now) == ("population",)
    assert changed_since(vote(Verdict.UNSURE), RECORD, now) == ("population",)
    assert changed_since(vote(Verdict.EXCLUDE, "population"), RECORD, now) == ("population",)
    assert changed_since(vote(Verdict.EXCLUDE, "language"), RECORD, now) == ()
    assert changed_since(vote(Verdict.EXCLUDE), RECORD, now) == ("population",)


def test_a_new_criterion_touches_inclusions_only() -> None:
    now = (*CRITERIA, Criterion(id="setting", label="Not in Europe"))
    assert changed_since(vote(Verdict.INCLUDE), RECORD, now) == ("setting",)
    assert changed_since(vote(Verdict.EXCLUDE, "design"), RECORD, now) == ()


def test_a_criterion_taken_away_touches_its_exclusions_only() -> None:
    now = CRITERIA[:1] + CRITERIA[2:]
    assert changed_since(vote(Verdict.EXCLUDE, "population"), RECORD, now) == ("population",)
    assert changed_since(vote(Verdict.INCLUDE), RECORD, now) == ()


def test_another_order_of_the_criteria_touches_nothing() -> None:
    assert changed_since(vote(Verdict.INCLUDE), RECORD, CRITERIA[::-1]) == ()


def test_an_abstract_that_came_in_later_touches_every_verdict() -> None:
    filled = replace(RECORD, abstract="Longer")
    for verdict in Verdict:
        assert changed_since(vote(verdict, "design"), filled, CRITERIA) == (TEXT,)


@pytest.mark.parametrize("seen", ["", "3fa9c1", "not a hash", "3fa9c1d2-12345"])
def test_a_vote_without_a_hash_of_ours_is_left_alone(seen: str) -> None:
    assert changed_since(vote(Verdict.INCLUDE, seen=seen), RECORD, CRITERIA) == ()
