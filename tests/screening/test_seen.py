"""What was shown, hashed; and which verdicts a change touches."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.model.decision import Screened, Stage, Verdict
from pipeline.model.problem import Place
from pipeline.model.protocol import Amendment, AmendmentEffect, Criterion
from pipeline.model.record import Record
from pipeline.screening.seen import TEXT, changed_since, seen_hash

RECORD = Record(id="s:0001", number=1, place=Place(file="s.ris"), title="A title", abstract="Text")
CRITERIA = (
    Criterion(id="language", label="Not in English"),
    Criterion(id="population", label="Not adolescents", text="aged 10 to 18"),
    Criterion(id="design", label="No data"),
)


def vote(
    verdict: Verdict,
    reason: str = "",
    seen: str | None = None,
    stage: Stage = Stage.TITLE_ABSTRACT,
) -> Screened:
    return Screened(
        id="x",
        at=datetime(2026, 2, 1, tzinfo=UTC),
        reviewer="ada",
        record="s:0001",
        stage=stage,
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


@given(st.permutations(CRITERIA), st.sampled_from([None, *CRITERIA]), st.sampled_from(Stage))
def test_another_order_touches_full_text_exclusions_that_a_criterion_has_overtaken(
    now: list[Criterion], failed: Criterion | None, stage: Stage
) -> None:
    """Exclusions on full text are counted by the first that fails; all else knows no order."""
    cast = vote(Verdict.EXCLUDE, failed.id, stage=stage) if failed else vote(Verdict.INCLUDE)
    later = CRITERIA[CRITERIA.index(failed) + 1 :] if failed and stage is Stage.FULL_TEXT else ()
    overtaking = [
        f"place of {c.id}" for c in now if c in later and now.index(c) < now.index(failed)
    ]
    assert changed_since(cast, RECORD, now) == tuple(overtaking)


@pytest.mark.parametrize("reworded", CRITERIA[:2])
def test_a_new_order_is_told_beside_a_new_wording(reworded: Criterion) -> None:
    anew = [replace(c, text="in other words") if c == reworded else c for c in CRITERIA]
    now = (anew[2], *anew[:2])
    cast = vote(Verdict.EXCLUDE, "population", stage=Stage.FULL_TEXT)
    same = Amendment(
        on=date(2026, 2, 2),
        what="w",
        why="y",
        affects=(reworded.id,),
        change=AmendmentEffect.REWORDED,
    )
    assert changed_since(cast, RECORD, now, [same]) == ("place of design",)
    assert changed_since(cast, RECORD, now) == ("place of design", reworded.id)


def test_an_abstract_that_came_in_later_touches_every_verdict() -> None:
    filled = replace(RECORD, abstract="Longer")
    for verdict in Verdict:
        assert changed_since(vote(verdict, "design"), filled, CRITERIA) == (TEXT,)


@pytest.mark.parametrize("seen", ["", "3fa9c1", "not a hash", "3fa9c1d2-12345"])
def test_a_vote_without_a_hash_of_ours_is_left_alone(seen: str) -> None:
    assert changed_since(vote(Verdict.INCLUDE, seen=seen), RECORD, CRITERIA) == ()


REWORDED = (CRITERIA[0], replace(CRITERIA[1], text="aged 10 to 19"), CRITERIA[2])


@pytest.mark.parametrize(
    ("stage", "reason", "touched"),
    [
        (Stage.TITLE_ABSTRACT, "design", ()),
        (Stage.FULL_TEXT, "design", ("population",)),
        (Stage.FULL_TEXT, "population", ("population",)),
        (Stage.FULL_TEXT, "language", ()),
    ],
)
def test_on_full_text_an_exclusion_rests_on_the_criteria_before_its_own(
    stage: Stage, reason: str, touched: tuple[str, ...]
) -> None:
    cast = vote(Verdict.EXCLUDE, reason, stage=stage)
    assert changed_since(cast, RECORD, REWORDED) == touched


def amendment(day: int, change: AmendmentEffect | None, *affects: str) -> Amendment:
    on = date(2026, 2, day)
    return Amendment(on=on, what="w", why="y", affects=affects or ("population",), change=change)


@pytest.mark.parametrize("change", [*AmendmentEffect, None])
@pytest.mark.parametrize("verdict", list(Verdict))
def test_an_amendment_leaves_alone_what_it_cannot_change(
    change: AmendmentEffect | None, verdict: Verdict
) -> None:
    """A wider criterion lets in, a narrower one keeps out; unsure may become either."""
    cast = vote(verdict, "population" if verdict is Verdict.EXCLUDE else "")
    may = {
        Verdict.INCLUDE: {AmendmentEffect.NARROWED, None},
        Verdict.EXCLUDE: {AmendmentEffect.WIDENED, None},
        Verdict.UNSURE: {AmendmentEffect.NARROWED, AmendmentEffect.WIDENED, None},
    }[verdict]
    told = changed_since(cast, RECORD, REWORDED, [amendment(2, change)])
    assert told == (("population",) if change in may else ())


@pytest.mark.parametrize(
    "amendments",
    [
        [amendment(2, AmendmentEffect.REWORDED, "design")],  # of another criterion
        [replace(amendment(2, AmendmentEffect.REWORDED), on=date(2026, 1, 31))],  # before the vote
        [
            amendment(2, AmendmentEffect.REWORDED),
            amendment(3, None),
        ],  # one does not say what it did
        [amendment(2, AmendmentEffect.REWORDED), amendment(3, AmendmentEffect.NARROWED)],
    ],
)
def test_amendments_that_do_not_settle_it_settle_nothing(amendments: list[Amendment]) -> None:
    cast = vote(Verdict.INCLUDE)
    assert changed_since(cast, RECORD, REWORDED, amendments) == ("population",)


def test_an_amendment_of_the_day_of_the_vote_counts() -> None:
    assert (
        changed_since(
            vote(Verdict.INCLUDE), RECORD, REWORDED, [amendment(1, AmendmentEffect.WIDENED)]
        )
        == ()
    )
