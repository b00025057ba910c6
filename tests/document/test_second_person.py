"""The write-up tells how far two people agreed, who settled what, and what a checker changed."""

from __future__ import annotations

from datetime import timedelta

from pipeline.extraction import read_study
from pipeline.extraction.answered import answers_of, said, seen_hash
from pipeline.model.decision import Checked, Reconciled
from tests.document.conftest import Case
from tests.extraction.drafts import ADA, BEN
from tests.extraction.test_two_people import FORMS, TERMS, read


def a_case(case: Case, plan: str) -> Case:
    from dataclasses import replace

    from pipeline.model.protocol import ExtractionPlan, ExtractionPlanKind

    extraction = ExtractionPlan(plan=ExtractionPlanKind(plan), people=("ada", "ben"))
    case.protocol = replace(TERMS, extraction=extraction)
    return case


def snapshot(case: Case, **more):
    from dataclasses import replace

    made = case.snapshot()
    study = read(ADA.replace("[r1]", "[db-1:0001]").replace("report: r1", "report: db-1:0001"))
    review = replace(made.review, forms=FORMS, studies={"a-2014": study}, **more)
    ledger = replace(made.ledger, studies={"a-2014": ("db-1:0001",)})
    return replace(made, review=review, ledger=ledger)


def words(made) -> str:
    from pipeline.document.methods import METHODS

    told = [METHODS[w].say(made, lambda table: "") for w in ("extraction", "appraisal")]
    return " ".join(told)


def test_two_people_apart(small: Case) -> None:
    case = a_case(small, "two_apart")
    case.decide(Reconciled, "cai", study="a-2014", item="design", kept="ben")
    case.decide(Reconciled, "cai", study="a-2014", item="participants/total", answer="265")
    made = snapshot(case, drafts={"ben": {"a-2014": read(BEN)}, "ada": {"a-2014": read(ADA)}})
    told = words(made)
    assert "One study was extracted by two people apart" in told
    assert "Two differences were settled by one person, one of them with an answer that" in told
    assert "gave the same answer to 1 of 2 questions (50.0%)" in told
    assert "no second person" not in told
    from pipeline.document.tables import TABLES

    rows = [[c.text for c in row] for row in TABLES["extraction_agreement"].make(made).rows]
    assert ["A tool", "All items", "2", "1", "50.0%", "0.00", "0.00", "0.20"] in rows


def test_one_checks_another(small: Case) -> None:
    case = a_case(small, "one_checked")
    study = read_study(ADA, "a-2014.yaml", FORMS, TERMS)[0]
    for n, a in enumerate(answers_of(study, FORMS)):
        seen = seen_hash(said(a.answer, a.item))
        case.decide(
            Checked, "cai", study="a-2014", item=a.address, agreed=n > 0, was="x", seen=seen
        )
    told = words(snapshot(case))
    assert "against the report; in one study each of them, and changed one" in told
    late = case.decisions[-1]
    assert isinstance(late, Checked) and late.at - case.decisions[0].at > timedelta()
