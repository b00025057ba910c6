"""What became of the plan of screening on the way: shares handed over, records looked at anew."""

from __future__ import annotations

from pipeline.ledger import effective
from pipeline.notation.safe_text import for_markdown
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import HandedOver, Reopened, Stage
from pipeline.terms.protocol import PlanKind, ScreeningPlan
from pipeline.writeup.wording import counted, day_in_words, were

_UNITS = {Stage.TITLE_ABSTRACT: "record", Stage.FULL_TEXT: "report"}


def dealt_out(plan: ScreeningPlan, stage: Stage) -> list[str]:
    """How the plan deals records out, and how many of them everybody was to see first."""
    said = []
    if plan.plan is PlanKind.SPLIT and len(plan.reviewers) > plan.reviewers_per_record:
        people = counted(len(plan.reviewers), "person", "people", words=True)
        said.append(f"the {_UNITS[stage]}s were dealt out among {people} at random")
    if plan.pilot:
        pilot = counted(plan.pilot, _UNITS[stage], words=True)
        said.append(f"as a pilot, {pilot} drawn at random {were(plan.pilot)} to be seen by all")
    return said


def changes_of_plan(snapshot: Snapshot, stage: Stage) -> list[str]:
    """Who took over whose share and when, and how many records were opened again."""
    decisions = effective(snapshot.decisions)
    said = [
        f"from {day_in_words(d.at.date())} on, {for_markdown(d.to)} looked at what the plan had "
        f"given to {for_markdown(d.leaver)}"
        for d in decisions
        if isinstance(d, HandedOver) and d.stage is stage
    ]
    anew = {
        d.record
        for d in decisions
        if isinstance(d, Reopened) and d.stage is stage and d.record in snapshot.ledger.positions
    }
    if anew:
        n = len(anew)
        units = counted(n, _UNITS[stage], words=True)
        said.append(f"{units} {were(n)} opened again after a first decision, to be looked at anew")
    return said
