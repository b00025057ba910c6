"""Who owes a draft, what is to be settled, what is to be checked: plan by plan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.checks.verification import second_person
from pipeline.checks.waiting import next_command, waiting
from pipeline.model.protocol import ExtractionPlan, ExtractionPlanKind
from tests.checks.sample import STUDY, Begun, evidence
from tests.snapshot.histories import protocol

ID = STUDY.id


def found(plan: str, people=("ada", "ben"), studies=None, drafts=()):
    kind = ExtractionPlanKind(plan)
    e = evidence(
        protocol=replace(protocol(), extraction=ExtractionPlan(plan=kind, people=people)),
        studies=studies or {},
        drafts={name: {ID: STUDY} for name in drafts},
    )
    return e, second_person(e.review, e.ledger)


@pytest.mark.parametrize(
    ("people", "drafts", "owed", "settle"),
    [
        (("ada", "ben"), (), {"ada": (ID,), "ben": (ID,)}, ()),
        (("ada", "ben"), ("ada",), {"ben": (ID,)}, ()),
        (("ada", "ben"), ("ada", "ben"), {}, (ID,)),
        (("ada", "ben", "cai"), ("cai",), {"": (ID,)}, ()),
        ((), (), {"": (ID,)}, ()),
    ],
)
def test_two_people_apart(people, drafts, owed, settle):
    e, second = found("two_apart", people, drafts=drafts)
    assert (second.drafts, second.to_reconcile) == (owed, settle)
    command = next_command(e.review, e.ledger, waiting(e.review, e.ledger), 0)
    assert ("review reconcile" in command) == bool(settle)
    if owed:
        name = next(iter(owed)) or "YOUR-NAME"
        assert command.endswith(f"review extract sample {ID} --as {name}")


def test_a_draft_that_is_not_finished_is_owed_and_gone_on_with():
    e, _ = found("two_apart", drafts=("ada", "ben"))
    review = replace(e.review, drafts=Begun(e.review.drafts))
    second = second_person(review, e.ledger)
    assert (second.drafts, second.to_reconcile) == ({"ben": (ID,)}, ())
    command = next_command(review, e.ledger, waiting(review, e.ledger), 0)
    assert command == f"review extract sample {ID} --ask --as ben"


def test_an_agreed_or_checked_study_waits_for_nobody():
    assert found("two_apart", studies={ID: STUDY}, drafts=("ada", "ben"))[1].to_reconcile == ()
    assert found("one_checked", studies={ID: STUDY})[1].to_check == (ID,)
    checked = {ID: replace(STUDY, checked_by="ben")}
    assert found("one_checked", studies=checked)[1].to_check == ()
    assert found("single", studies={ID: STUDY})[1].to_check == ()
