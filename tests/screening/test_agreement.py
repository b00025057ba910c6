"""Agreement statistics against worked examples of the literature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import Resolved, Screened, Stage, Verdict
from pipeline.screening.agreement import (
    CrossTable,
    agreement,
    agreement_by_stage,
    first_votes,
    fleiss_kappa,
    krippendorff_alpha,
)

START = datetime(2026, 2, 1, 9, tzinfo=UTC)
TA = Stage.TITLE_ABSTRACT


def vote(reviewer: str, record: str, verdict: str, minute: int = 0, reason: str = "") -> Screened:
    return Screened(
        id=f"{reviewer}{record}{minute}",
        at=START + timedelta(minutes=minute),
        reviewer=reviewer,
        record=record,
        stage=TA,
        verdict=Verdict(verdict),
        reason=reason,
    )


def test_a_screening_where_kappa_misleads() -> None:
    found = agreement(CrossTable(both=1, only_first=3, only_second=2, neither=94))
    assert found.observed == pytest.approx(0.95)
    assert found.kappa == pytest.approx(0.2604, abs=5e-5)
    assert found.pabak == pytest.approx(0.90)
    assert found.ac1 == pytest.approx(0.9464, abs=5e-5)
    assert found.prevalence_index == pytest.approx(0.93)
    assert found.bias_index == pytest.approx(0.01)


def test_a_balanced_screening() -> None:
    found = agreement(CrossTable(both=20, only_first=5, only_second=10, neither=65))
    assert found.observed == pytest.approx(0.85)
    assert found.kappa == pytest.approx(0.625)
    assert found.pabak == pytest.approx(0.70)
    assert found.ac1 == pytest.approx(0.7505, abs=5e-5)


def test_the_interval_of_kappa() -> None:
    """Table of 2×2 (20, 5, 10, 15): kappa .4, standard error .1265 by hand from the formula."""
    found = agreement(CrossTable(both=20, only_first=5, only_second=10, neither=15))
    assert found.kappa == pytest.approx(0.4)
    assert found.kappa_low is not None and found.kappa_high is not None
    half = (found.kappa_high - found.kappa_low) / 2
    a, b, c, d = 0.4, 0.1, 0.2, 0.3
    variance = (
        a * (1 - 1.1 * 0.6) ** 2
        + d * (1 - 0.9 * 0.6) ** 2
        + 0.36 * (b * 1.1**2 + c * 0.9**2)
        - (0.4 - 0.5 * 0.6) ** 2
    ) / (0.25 * 50)
    assert half == pytest.approx(1.96 * variance**0.5, abs=1e-4)


def test_nothing_in_common_has_no_figures_and_no_crash() -> None:
    found = agreement(CrossTable(both=0, only_first=0, only_second=0, neither=0))
    assert (found.observed, found.kappa, found.ac1) == (None, None, None)


def test_all_excluded_by_both_has_no_kappa_but_full_agreement() -> None:
    found = agreement(CrossTable(both=0, only_first=0, only_second=0, neither=40))
    assert found.kappa is None and found.observed == 1 and found.ac1 == 1


@given(*[st.integers(0, 50)] * 4)
def test_swapping_the_reviewers_or_the_answers_changes_no_coefficient(
    a: int, b: int, c: int, d: int
) -> None:
    one = agreement(CrossTable(both=a, only_first=b, only_second=c, neither=d))
    for other in (
        agreement(CrossTable(both=a, only_first=c, only_second=b, neither=d)),
        agreement(CrossTable(both=d, only_first=b, only_second=c, neither=a)),
    ):
        for name in ("observed", "kappa", "pabak", "ac1", "prevalence_index", "bias_index"):
            left, right = getattr(one, name), getattr(other, name)
            assert left == right or left == pytest.approx(right)


def test_fleiss_on_his_example() -> None:
    """Ten subjects, fourteen raters, five categories: kappa .210 (the widely worked example)."""
    counts = [
        (0, 0, 0, 0, 14), (0, 2, 6, 4, 2), (0, 0, 3, 5, 6), (0, 3, 9, 2, 0), (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0), (3, 2, 6, 3, 0), (2, 5, 3, 2, 2), (6, 5, 2, 1, 0), (0, 2, 2, 3, 7),
    ]  # fmt: skip
    assert fleiss_kappa(counts) == pytest.approx(0.210, abs=5e-4)
    assert fleiss_kappa([(1, 1), (2, 1)]) is None
    assert fleiss_kappa([(2, 0), (2, 0)]) is None


def test_krippendorff_on_his_binary_example_and_with_gaps() -> None:
    """Krippendorff 2011, section A: two observers, ten units, binary: alpha .095."""
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    counts = [
        ((a == 0) + (b == 0), (a == 1) + (b == 1)) for a, b in zip(first, second, strict=True)
    ]
    assert krippendorff_alpha(counts) == pytest.approx(0.095, abs=5e-4)
    assert krippendorff_alpha([*counts, (1, 0), (0, 1)]) == krippendorff_alpha(counts)
    assert krippendorff_alpha([(1, 0)]) is None
    assert krippendorff_alpha([(2, 0), (3, 0)]) is None


def test_first_votes_count_and_votes_after_a_resolution_do_not() -> None:
    resolution = Resolved(
        id="r",
        at=START + timedelta(minutes=5),
        reviewer="carol",
        record="1",
        stage=TA,
        verdict=Verdict.INCLUDE,
    )
    votes = [
        vote("ada", "1", "include", 0),
        vote("ada", "1", "exclude", 2),
        vote("ben", "1", "exclude", 1),
        vote("cleo", "1", "include", 9),
        vote("automation", "1", "exclude", 0),
    ]
    first = first_votes(reversed(votes), [resolution], TA)
    assert {name: v.verdict for name, v in first["1"].items()} == {
        "ada": Verdict.INCLUDE,
        "ben": Verdict.EXCLUDE,
    }


def test_by_stage_unsure_counts_as_in_and_duplicates_as_their_kept_record() -> None:
    votes = [
        vote("ada", "1", "unsure"),
        vote("ben", "1b", "include"),
        vote("ada", "2", "exclude", reason="topic"),
        vote("ben", "2", "exclude", reason="design"),
    ]
    found = agreement_by_stage(votes, [], TA, ["topic"], {"1b": "1"})
    table = found.pairs["ada", "ben"].table
    assert (table.both, table.neither, table.n) == (1, 1, 2)
    about = found.criteria["ada", "ben"]["topic"].table
    assert (about.both, about.only_first, about.neither) == (0, 1, 1)
