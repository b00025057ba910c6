"""Who has what waiting, the next command, and the walk back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.checks.provenance import names, walk
from pipeline.checks.waiting import ANYONE, next_command, waiting
from pipeline.model.decision import Stage, Verdict
from pipeline.model.protocol import ScreeningPlan
from pipeline.model.statement import Step
from pipeline.snapshot import Snapshot
from pipeline.snapshot.settle import settle
from tests.checks.sample import IN, OUT, SOUND, evidence, vote
from tests.snapshot.histories import protocol

FIRST, FULL = Stage.TITLE_ABSTRACT, Stage.FULL_TEXT


def state(decisions, **changes):
    review = replace(evidence().review, decisions=tuple(decisions), **changes)
    ledger = settle(review)
    work = waiting(review, ledger)
    return work, next_command(review, ledger, work, 0)


def test_each_step_names_who_has_what_and_the_next_command():
    nobody_yet, first = state(())
    assert nobody_yet.to_screen == {("ada", FIRST): 2, ("ben", FIRST): 2}
    assert first == "review dedupe sample"
    half, command = state(SOUND[:1])
    assert half.to_screen == {("ada", FIRST): 1, ("ben", FIRST): 2}
    assert command == "review screen sample --as ada"
    titles_done, command = state(SOUND[:4])
    assert (titles_done.to_retrieve, command) == (1, "review retrieve sample --list")
    obtained, command = state(SOUND[:5])
    assert obtained.to_screen == {("ada", FULL): 1, ("ben", FULL): 1}
    assert command == "review screen sample --as ada --stage full_text"
    unplaced, command = state(SOUND[:7], studies={})
    assert unplaced.to_extract == (IN,)
    assert command.startswith(f"review collate sample {IN}")
    _, command = state(SOUND, studies={})
    assert command == "review extract sample first-study"
    done, command = state(SOUND)
    assert not done.to_screen and command == "review build sample"


def test_a_conflict_waits_for_whoever_resolves_it():
    votes = (vote(1, "ada", OUT, Verdict.INCLUDE), vote(2, "ben", OUT, Verdict.EXCLUDE))
    work, _ = state((*votes, *SOUND[:2]))
    assert work.conflicts == {FIRST: 1}
    assert not work.to_screen


def test_without_named_reviewers_the_work_is_anyones():
    plan = replace(protocol(), screening=ScreeningPlan(reviewers_per_record=1))
    work, _ = state((), protocol=plan)
    assert work.to_screen == {(ANYONE, FIRST): 2}


def test_faults_come_first():
    review = evidence().review
    ledger = settle(review)
    assert next_command(review, ledger, waiting(review, ledger), 1) == "review check sample"


@pytest.fixture
def walker() -> Snapshot:
    return evidence()


def every(step: Step):
    yield step
    for below in step.below:
        yield from every(below)


def test_a_study_is_walked_back_to_the_line_of_the_export(walker):
    steps = list(every(walk(walker, "first-study")))
    assert any(str(s.place) == "searches/s0.ris:1" for s in steps)
    assert any("ada: include" in s.what for s in steps)
    assert any("searched on 2016-01-01" in s.what for s in steps)


def test_every_name_can_be_walked_from(walker):
    for name in (*names(walker), *(d.id for d in SOUND)):
        assert walk(walker, name) is not None
    assert walk(walker, "nothing") is None


def test_every_decision_about_a_record_stands_in_its_walk(walker):
    told = " ".join(s.what for s in every(walk(walker, IN)))
    for decision in SOUND:
        assert (decision.id in told) == (decision.record == IN)
