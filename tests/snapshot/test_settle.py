"""Properties of the one fold, on random histories."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.model.decision import (
    Checked,
    Collated,
    Compared,
    Confirmed,
    Decision,
    Matched,
    Reconciled,
    Removed,
    Reopened,
    Resolved,
    Retrieval,
    Retrieved,
    Screened,
    Stage,
    Stopped,
    Verdict,
    Withdrawn,
)
from pipeline.model.review import Edition, Review
from pipeline.model.standing import EVERY, REMOVED_BEFORE_SCREENING, Entrance, Standing, equations
from pipeline.model.undoing import effective
from pipeline.snapshot.settle import settle
from tests.snapshot.histories import DAYS, FIRST_DAY, moment, protocol, reviews, search

days = st.integers(0, DAYS - 1).map(lambda n: FIRST_DAY + timedelta(days=n))


@given(reviews(), days)
@settings(max_examples=150, deadline=None)
def test_every_record_has_one_standing_and_every_sum_holds_on_every_day(review, day):
    for until in (day, None):
        ledger = settle(review, until)
        here = [s for s in review.searches if until is None or s.ingested_on <= until]
        assert list(ledger.positions) == [r for s in here for r in review.entries[s.id]]
        for name, (left, right) in equations(ledger.flow).items():
            assert left == right, name
        counted = sum(ledger.flow.census.values())
        assert counted + ledger.flow.settled_before == len(ledger.positions)
        assert sum(ledger.whole.census.values()) == len(ledger.positions)
        assert all(left == right for left, right in equations(ledger.whole).values())
        if not ledger.flow.is_update:
            assert counted == len(ledger.positions) == ledger.flow.standing(*EVERY)


@given(reviews(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_lines_in_the_logs_means_nothing(review, chance: random.Random):
    mixed = list(review.decisions)
    chance.shuffle(mixed)
    assert settle(replace(review, decisions=tuple(mixed))) == settle(review)


@given(reviews(), days)
@settings(max_examples=100, deadline=None)
def test_a_day_forgets_what_came_after(review, day):
    early = replace(
        review,
        searches=tuple(s for s in review.searches if s.ingested_on <= day),
        decisions=tuple(d for d in review.decisions if d.at.date() <= day),
        editions=tuple(e for e in review.editions if e.on <= day),
    )
    assert settle(review, day) == settle(early, day)


@given(reviews(), days)
@settings(max_examples=40, deadline=None)
def test_ledgers_of_editions_that_are_at_hand_change_nothing(review, day):
    known = {edition.number: settle(review, edition.on) for edition in review.editions}
    for until in (day, None):
        assert settle(review, until, known) == settle(review, until)


ABOUT_STUDIES = (Checked, Compared, Confirmed, Reconciled)


@given(reviews(), days)
@settings(max_examples=60, deadline=None)
def test_what_is_said_of_studies_and_claims_moves_no_record(review, day):
    without = replace(
        review,
        decisions=tuple(d for d in review.decisions if not isinstance(d, ABOUT_STUDIES)),
    )
    for until in (day, None):
        told, untold = settle(review, until), settle(without, until)
        assert told.positions == untold.positions
        assert (told.studies, told.duplicates) == (untold.studies, untold.duplicates)
        if until is not None:
            assert told.flow == untold.flow


@given(reviews())
@settings(max_examples=100, deadline=None)
def test_a_later_search_takes_nobodys_work_away(review):
    before = settle(review)
    last = max((s.ingested_on for s in review.searches), default=FIRST_DAY)
    more = replace(search("zz", 0), ingested_on=last + timedelta(days=1))
    grown = replace(
        review,
        searches=(*review.searches, more),
        entries={**review.entries, more.id: (f"{more.id}:0001",)},
        editions=(),
    )
    after = settle(grown)
    known = list(before.positions)
    # matched with the newcomer or not, whoever was there first stays
    matched = replace(
        grown,
        decisions=(
            *grown.decisions,
            *(
                Matched(
                    id=f"new{n}",
                    at=moment(DAYS, n),
                    reviewer="automation",
                    record=f"{more.id}:0001",
                    duplicate_of=record,
                    same=True,
                )
                for n, record in enumerate(known[:1])
            ),
        ),
    )
    for record in known:
        assert after.positions[record] == before.positions[record]
        was, now = before.positions[record].standing, settle(matched).positions[record].standing
        # only a removal gives way: what nobody screened goes to screening rather than be lost
        assert now is was or was in REMOVED_BEFORE_SCREENING - {Standing.DUPLICATE}


@given(reviews())
@settings(max_examples=100, deadline=None)
def test_taking_back_every_decision_leaves_the_review_as_it_came_in(review):
    undoings = tuple(
        Withdrawn(id=f"undo-{d.id}", at=moment(DAYS + 1, n), reviewer=d.reviewer, undoes=d.id)
        for n, d in enumerate(review.decisions)
        if not isinstance(d, Withdrawn)
    )
    kept = tuple(d for d in review.decisions if not isinstance(d, Withdrawn))
    undone = settle(replace(review, decisions=kept + undoings, editions=()))
    assert {p.standing for p in undone.positions.values()} <= {Standing.AWAITING_SCREENING}
    assert not undone.studies


def test_an_undo_can_be_undone_and_a_vote_is_taken_back_only_by_its_owner():
    vote = _vote("v", "ada", Verdict.INCLUDE, 0)
    by_owner = Withdrawn(id="w", at=moment(0, 5), reviewer="ada", undoes="v")
    by_other = Withdrawn(id="x", at=moment(0, 5), reviewer="ben", undoes="v")
    again = Withdrawn(id="y", at=moment(0, 6), reviewer="ada", undoes="w")
    assert effective([vote, by_owner]) == ()
    assert effective([vote, by_other]) == (vote,)
    assert effective([vote, by_owner, again]) == (vote,)
    assert effective([again, by_owner, vote]) == (vote,)


A, B = "s0:0001", "s0:0002"


def _vote(name: str, who: str, verdict: Verdict, tick: int, stage=Stage.TITLE_ABSTRACT, on=A):
    reason = "topic" if verdict is Verdict.EXCLUDE else ""
    return Screened(
        id=name,
        at=moment(0, tick),
        reviewer=who,
        record=on,
        stage=stage,
        verdict=verdict,
        reason=reason,
    )


def _review(*decisions: Decision, editions: tuple[Edition, ...] = ()) -> Review:
    return Review(
        slug="sample",
        protocol=protocol(),
        searches=(search("s0", 0),),
        entries={"s0": (A, B)},
        decisions=decisions,
        editions=editions,
    )


def _both(verdict: Verdict, tick: int, stage=Stage.TITLE_ABSTRACT, on=A) -> tuple[Screened, ...]:
    return tuple(
        _vote(f"{who}{tick}{stage}{on}", who, verdict, tick + n, stage, on)
        for n, who in enumerate(("ada", "ben"))
    )


def _retrieved(outcome: Retrieval, tick: int = 10, on: str = A) -> Retrieved:
    return Retrieved(
        id=f"r{tick}{on}", at=moment(0, tick), reviewer="ada", record=on, outcome=outcome
    )


def _stop(tick: int, *searches: str, stage: Stage = Stage.TITLE_ABSTRACT) -> Stopped:
    return Stopped(
        id=f"stop{tick}",
        at=moment(0, tick),
        reviewer="cai",
        stage=stage,
        searches=searches,
        reason="the target is reached",
    )


TITLE_IN = _both(Verdict.INCLUDE, 0)
FULL = Stage.FULL_TEXT


@pytest.mark.parametrize(
    ("decisions", "standing"),
    [
        ((), Standing.AWAITING_SCREENING),
        (TITLE_IN[:1], Standing.AWAITING_SCREENING),
        (_both(Verdict.EXCLUDE, 0), Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT),
        (TITLE_IN, Standing.AWAITING_RETRIEVAL),
        ((*TITLE_IN, _retrieved(Retrieval.SOUGHT)), Standing.AWAITING_RETRIEVAL),
        ((*TITLE_IN, _retrieved(Retrieval.NOT_OBTAINED)), Standing.NOT_RETRIEVED),
        ((*TITLE_IN, _retrieved(Retrieval.OBTAINED)), Standing.AWAITING_ASSESSMENT),
        (
            (*TITLE_IN, _retrieved(Retrieval.NOT_OBTAINED), _retrieved(Retrieval.OBTAINED, 11)),
            Standing.AWAITING_ASSESSMENT,
        ),
        ((*TITLE_IN, *_both(Verdict.INCLUDE, 20, FULL)), Standing.INCLUDED),
        ((*TITLE_IN, *_both(Verdict.EXCLUDE, 20, FULL)), Standing.EXCLUDED_ON_FULL_TEXT),
        (
            (
                *TITLE_IN,
                *_both(Verdict.UNSURE, 20, FULL),
                Resolved(
                    id="x",
                    at=moment(0, 30),
                    reviewer="cai",
                    record=A,
                    stage=FULL,
                    verdict=Verdict.UNSURE,
                ),
            ),
            Standing.AWAITING_CLASSIFICATION,
        ),
    ],
)
def test_each_step_of_a_records_life_has_its_standing(decisions, standing):
    ledger = settle(_review(*decisions))
    assert ledger.positions[A].standing is standing
    assert ledger.positions[B].standing is Standing.AWAITING_SCREENING


SEARCH = A.partition(":")[0]


@pytest.mark.parametrize(
    ("decisions", "standing"),
    [
        ((_stop(40, SEARCH),), Standing.NOT_SCREENED),
        ((_stop(40, "another"),), Standing.AWAITING_SCREENING),
        ((_stop(40, SEARCH, stage=FULL),), Standing.AWAITING_SCREENING),
        # whoever has begun a record finishes it, before and after the stop
        ((*TITLE_IN[:1], _stop(40, SEARCH)), Standing.AWAITING_SCREENING),
        ((_stop(0, SEARCH), *_both(Verdict.INCLUDE, 20)[:1]), Standing.AWAITING_SCREENING),
        ((_stop(0, SEARCH), *_both(Verdict.EXCLUDE, 20)), Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT),
        ((*TITLE_IN, _stop(40, SEARCH)), Standing.AWAITING_RETRIEVAL),
    ],
)
def test_a_stop_leaves_unscreened_what_nobody_has_looked_at(decisions, standing):
    position = settle(_review(*decisions)).positions[A]
    assert position.standing is standing
    left = standing is Standing.NOT_SCREENED
    assert (position.reason == "the target is reached") is left


def test_a_stop_that_is_taken_back_brings_the_records_back():
    stop = _stop(40, SEARCH)
    undo = Withdrawn(id="w", at=moment(0, 50), reviewer="ada", undoes=stop.id)
    assert settle(_review(stop, undo)) == replace(settle(_review()), day=None)


@given(reviews())
@settings(max_examples=100, deadline=None)
def test_stopping_every_search_moves_only_what_has_no_vote(review):
    """And a search that comes in afterwards is screened as ever."""
    ledger = settle(review)
    before = ledger.positions
    asked = {
        d.record
        for d in effective(review.decisions)
        if isinstance(d, Reopened) and d.stage is Stage.TITLE_ABSTRACT
    }
    stop = Stopped(
        id="zz-stop",
        at=moment(DAYS, 0),
        reviewer="ada",
        stage=Stage.TITLE_ABSTRACT,
        searches=tuple(s.id for s in review.searches),
        reason="enough",
    )
    later = search("zz", DAYS + 1)
    stopped = settle(
        replace(
            review,
            decisions=(*review.decisions, stop),
            searches=(*review.searches, later),
            entries={**review.entries, "zz": ("zz:0001",)},
            editions=(),
        )
    ).positions
    assert stopped["zz:0001"].standing is Standing.AWAITING_SCREENING
    for record, was in before.items():
        waits = was.standing in (Standing.AWAITING_SCREENING, Standing.NOT_SCREENED)
        again = asked & {record, *ledger.duplicates.get(record, ())}
        moved = waits and not was.votes and not was.resolution and not again
        wanted = Standing.NOT_SCREENED if moved else was.standing
        assert stopped[record].standing is wanted
        assert stopped[record].votes == was.votes


def test_a_verdict_on_a_duplicate_counts_for_the_record_kept():
    match = Matched(id="m", at=moment(0, 9), reviewer="ben", record=B, duplicate_of=A, same=True)
    votes = (
        _vote("1", "ada", Verdict.INCLUDE, 1, on=A),
        _vote("2", "ben", Verdict.INCLUDE, 2, on=B),
    )
    ledger = settle(_review(match, *votes))
    assert ledger.positions[B].standing is Standing.DUPLICATE
    assert ledger.positions[B].kept == A
    assert ledger.duplicates == {A: (B,)}
    assert ledger.positions[A].standing is Standing.AWAITING_RETRIEVAL


def test_two_kept_records_later_found_to_be_one_report_are_counted_once():
    both_in = (*TITLE_IN, *_both(Verdict.INCLUDE, 4, on=B))
    sought = settle(_review(*both_in)).flow.count("dbr_sought_reports")
    match = Matched(id="m", at=moment(0, 9), reviewer="ben", record=B, duplicate_of=A, same=True)
    after = settle(_review(*both_in, match)).flow
    assert (sought, after.count("dbr_sought_reports"), after.count("duplicates")) == (2, 1, 1)


def test_a_report_may_tell_of_two_studies_and_a_study_have_two_reports():
    included = [
        d
        for on, tick in ((A, 0), (B, 100))
        for d in (
            *_both(Verdict.INCLUDE, tick, on=on),
            *_both(Verdict.INCLUDE, tick + 20, FULL, on),
        )
    ]
    links = [("x", A, False), ("x", B, True), ("y", A, False)]
    collated = [
        Collated(
            id=f"{study}{on}",
            at=moment(1, n),
            reviewer="ada",
            record=on,
            study=study,
            primary=first,
        )
        for n, (study, on, first) in enumerate(links)
    ]
    ledger = settle(_review(*included, *collated))
    assert ledger.studies == {"x": (B, A), "y": (A,)}
    assert ledger.flow.included_reports == {A, B}


def test_a_report_that_nobody_placed_is_a_study_of_its_own():
    ledger = settle(_review(*TITLE_IN, *_both(Verdict.INCLUDE, 20, FULL)))
    assert ledger.studies == {A: (A,)}


def searched_again(review: Review, day: int = 2) -> Review:
    """`review` with a further search of the day `day`: a new round."""
    more = search("s1", day)
    return replace(
        review,
        searches=(*review.searches, more),
        entries={**review.entries, more.id: (f"{more.id}:0001",)},
    )


def test_work_that_goes_on_after_an_edition_stays_in_its_round_until_a_search_is_added():
    """One vote after the second edition: its boxes stay, and what was decided moves in them."""
    both_in = (*TITLE_IN, *_both(Verdict.EXCLUDE, 0, on=B))
    first = _review(*both_in, editions=(Edition(number=1, on=FIRST_DAY),))
    second = replace(
        searched_again(first),
        editions=(*first.editions, Edition(number=2, on=FIRST_DAY + timedelta(days=2))),
    )
    edition = settle(second)
    assert edition.before == second.editions[0] and edition.amends is None
    vote = replace(_vote("v", "ada", Verdict.EXCLUDE, 0, on="s1:0001"), at=moment(3, 0))
    late = replace(_vote("w", "ben", Verdict.EXCLUDE, 1, on="s1:0001"), at=moment(3, 1))
    now = settle(replace(second, decisions=(*second.decisions, vote, late)))
    assert (now.before, now.amends) == tuple(second.editions)
    assert now.flow.count("database_results") == edition.flow.count("database_results") == 1
    assert (edition.flow.count("records_excluded"), now.flow.count("records_excluded")) == (0, 1)
    # A was left waiting for its report by edition 1 and is counted where it comes in
    assert now.flow.count("dbr_carried_to_retrieval") == now.flow.count("dbr_sought_reports") == 1
    assert now.flow.settled_before == 1


def test_an_update_counts_the_new_searches_and_says_what_became_of_the_old():
    first = (*TITLE_IN, *_both(Verdict.INCLUDE, 20, FULL))
    review = _review(*first, editions=(Edition(number=1, on=FIRST_DAY),))
    assert settle(review).flow.previous_studies is None  # nothing has happened since edition 1
    later = tuple(
        replace(d, at=moment(2, n), id=f"late{n}")
        for n, d in enumerate((*_both(Verdict.EXCLUDE, 0, on=B),))
    )
    grown = replace(
        review,
        searches=(*review.searches, search("s1", 2)),
        entries={**review.entries, "s1": ("s1:0001",)},
        decisions=(*review.decisions, *later),
    )
    flow = settle(grown).flow
    assert flow.previous_studies == {A}
    assert flow.count("database_results") == 1
    assert flow.carried_over == {Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT: 1}
    assert (flow.count("dbr_carried_to_screening"), flow.count("records_screened")) == (1, 1)
    assert flow.settled_before == 1
    assert not flow.new_studies and not flow.removed_studies
    assert settle(grown, FIRST_DAY) == settle(review, FIRST_DAY)


def test_a_new_report_of_an_old_study_is_told_apart_from_new_studies():
    first = (*TITLE_IN, *_both(Verdict.INCLUDE, 20, FULL))
    link = Collated(id="l1", at=moment(0, 50), reviewer="ada", record=A, study="x")
    review = _review(*first, link, editions=(Edition(number=1, on=FIRST_DAY),))
    later = [
        replace(d, at=moment(2, n), id=f"late{n}")
        for n, d in enumerate(
            (*_both(Verdict.INCLUDE, 0, on=B), *_both(Verdict.INCLUDE, 20, FULL, on=B))
        )
    ]
    same = Collated(id="l2", at=moment(2, 50), reviewer="ada", record=B, study="x")
    grown = searched_again(replace(review, decisions=(*review.decisions, *later, same)))
    flow = settle(grown).flow
    assert (flow.new_studies, flow.new_reports, flow.further_reports) == (frozenset(), {B}, {B})
    other = replace(grown, decisions=(*grown.decisions[:-1], replace(same, study="y")))
    flow = settle(other).flow
    assert (flow.new_studies, flow.new_reports, flow.further_reports) == ({"y"}, {B}, frozenset())


@pytest.mark.parametrize(
    ("removed_at", "matched_at", "both", "standing"),
    [
        (5, 2, False, Standing.REMOVED_FOR_OTHER_REASONS),
        (2, 5, False, Standing.AWAITING_SCREENING),
        (2, 5, True, Standing.REMOVED_FOR_OTHER_REASONS),
    ],
)
def test_a_removed_record_takes_no_later_record_with_it(removed_at, matched_at, both, standing):
    removals = [
        Removed(id=f"gone{on}", at=moment(0, removed_at), reviewer="ada", record=on, reason="x")
        for on in ((A, B) if both else (A,))
    ]
    match = Matched(
        id="m", at=moment(0, matched_at), reviewer="ben", record=B, duplicate_of=A, same=True
    )
    assert settle(_review(*removals)).positions[A].standing is Standing.REMOVED_FOR_OTHER_REASONS
    assert settle(_review(*removals, match)).positions[A].standing is standing


FIRST_INCLUDES_A = (*TITLE_IN, *_both(Verdict.INCLUDE, 20, FULL))


def test_a_study_that_goes_by_another_name_now_is_no_new_study():
    review = _review(*FIRST_INCLUDES_A, editions=(Edition(number=1, on=FIRST_DAY),))
    link = Collated(id="l", at=moment(2, 0), reviewer="ada", record=A, study="smith")
    flow = settle(searched_again(replace(review, decisions=(*review.decisions, link)))).flow
    assert flow.previous_studies == {"smith"}
    assert not flow.new_studies and not flow.removed_studies and not flow.further_reports


def test_two_reports_that_turn_out_to_be_one_are_still_counted_as_what_was_included():
    both = (
        *FIRST_INCLUDES_A,
        *_both(Verdict.INCLUDE, 0, on=B),
        *_both(Verdict.INCLUDE, 20, FULL, B),
    )
    review = _review(*both, editions=(Edition(number=1, on=FIRST_DAY),))
    match = Matched(id="m", at=moment(2, 0), reviewer="ben", record=B, duplicate_of=A, same=True)
    flow = settle(searched_again(replace(review, decisions=(*review.decisions, match)))).flow
    assert flow.previous_reports == {A, B} and flow.removed_reports == {B}
    assert flow.previous_studies == {A, B} and flow.removed_studies == {B}
    assert all(left == right for left, right in equations(flow).values())


def test_what_an_edition_included_is_what_its_own_files_said():
    edition = Edition(number=1, on=FIRST_DAY)
    sealed = _review(*FIRST_INCLUDES_A, editions=(edition,))
    merged = tuple(
        replace(d, at=moment(0, 40 + n), id=f"merged{n}")
        for n, d in enumerate(_both(Verdict.EXCLUDE, 0))
    )
    grown = replace(
        sealed,
        protocol=protocol(reviewers_per_record=1),
        decisions=(*sealed.decisions, *merged),
        sealed={1: sealed},
    )
    assert settle(grown).amends == edition and not settle(grown).flow.is_update
    flow = settle(searched_again(grown)).flow
    assert flow.previous_studies == {A} and flow.removed_studies == {A}
    unsealed = settle(searched_again(replace(grown, sealed={}))).flow
    assert not unsealed.previous_studies and not unsealed.removed_studies


def test_a_withdrawn_edition_counts_until_the_day_of_its_withdrawal():
    edition = Edition(number=1, on=FIRST_DAY, withdrawn_on=FIRST_DAY + timedelta(days=3))
    later = tuple(
        replace(d, at=moment(n + 2, 0), id=f"x{n}") for n, d in enumerate(_both(Verdict.INCLUDE, 0))
    )
    review = searched_again(_review(*FIRST_INCLUDES_A, *later, editions=(edition,)))
    assert settle(review, FIRST_DAY + timedelta(days=2)).flow.is_update
    assert not settle(review, FIRST_DAY + timedelta(days=3)).flow.is_update
    assert not settle(review).flow.is_update


@given(reviews(), days)
@settings(max_examples=80, deadline=None)
def test_a_sealed_edition_is_told_as_it_was_whatever_is_merged_or_undone_later(review, day):
    edition = Edition(number=1, on=day)
    known = [d for n, d in enumerate(review.decisions) if d.at.date() <= day and n % 2]
    sealed = replace(
        review,
        searches=tuple(s for s in review.searches if s.ingested_on <= day)[:2],
        decisions=tuple(known),
        editions=(edition,),
    )
    grown = replace(review, editions=(edition,), sealed={1: sealed})
    then, flow = settle(sealed, day), settle(grown).flow
    for name, (left, right) in equations(flow).items():
        assert left == right, name
    if flow.is_update:
        assert len(flow.previous_studies) == len(then.studies)
        assert len(flow.previous_reports) == len({r for s in then.studies.values() for r in s})
        new = set(settle(grown).positions) - set(then.positions)
        found = {r for r, e in settle(grown).entrances.items() if e is Entrance.SEARCH}
        assert found == new
    else:
        assert {s.id for s in review.searches} <= {s.id for s in sealed.searches}
