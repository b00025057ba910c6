"""Votes are told blind exactly as long as another one is waited for."""

from __future__ import annotations

from hypothesis import given, settings

from pipeline.model.decision import Screened, Stage
from pipeline.model.standing import OPEN
from pipeline.screening.queue import waiting_for
from pipeline.snapshot.as_of import is_blind
from pipeline.snapshot.settle import settle
from tests.snapshot.histories import REVIEWERS, reviews


@given(reviews())
@settings(max_examples=60, deadline=None)
def test_nobody_whose_vote_is_waited_for_is_told_anothers(review):
    ledger = settle(review)
    votes = [d for d in review.decisions if isinstance(d, Screened)]
    for stage in Stage:
        for reviewer in REVIEWERS:
            waiting = set(
                waiting_for(
                    reviewer,
                    ledger.positions.values(),
                    stage,
                    review.protocol.plan(stage),
                    ledger.stand_ins.get(stage, {}),
                )
            )
            for vote in votes:
                if vote.stage is stage and _home(vote, ledger) in waiting:
                    assert is_blind(vote, ledger)


@given(reviews())
@settings(max_examples=60, deadline=None)
def test_what_is_decided_or_disputed_is_told(review):
    ledger = settle(review)
    for vote in review.decisions:
        if isinstance(vote, Screened) and vote.record in ledger.positions:
            home = ledger.positions[_home(vote, ledger)]
            if home.conflict or home.standing not in OPEN:
                assert not is_blind(vote, ledger)


def _home(vote, ledger):
    position = ledger.positions.get(vote.record)
    return (position.kept or position.record) if position else vote.record
