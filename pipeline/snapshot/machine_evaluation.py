"""The suggestions of a machine held against what people decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.model.decision import Stage, Verdict
from pipeline.model.machine import CriterionAnswer, Evaluation, Machine, Share, Suggestion
from pipeline.model.protocol import Criterion, ScreeningPlan
from pipeline.model.review import Ledger
from pipeline.model.standing import REMOVED_BEFORE_SCREENING, Standing
from pipeline.screening.plans import pilot
from pipeline.synthesis.directions import wilson_interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What people decided of a record on title and abstract; `reason` the criterion, if told."""

    relevant: bool
    reason: str = ""


def labels_of_pilot(ledger: Ledger, plan: ScreeningPlan) -> Mapping[str, Label]:
    """What people settled on title and abstract of the records of the pilot."""
    ids = (
        p.record for p in ledger.positions.values() if p.standing not in REMOVED_BEFORE_SCREENING
    )
    found = {}
    for record in pilot(ids, plan):
        position = ledger.positions[record]
        if position.standing in (Standing.AWAITING_SCREENING, Standing.NOT_SCREENED):
            continue
        out = position.standing is Standing.EXCLUDED_ON_TITLE_AND_ABSTRACT
        found[record] = Label(relevant=not out, reason=position.reason if out else "")
    return found


def waiting_for_people(ledger: Ledger) -> tuple[str, ...]:
    """The records whose titles and abstracts people have not settled, in the order they came."""
    return tuple(
        p.record
        for p in ledger.positions.values()
        if p.standing is Standing.AWAITING_SCREENING and p.stage in (None, Stage.TITLE_ABSTRACT)
    )


def evaluated(
    labels: Mapping[str, Label],
    said: Mapping[str, Suggestion],
    criteria: Sequence[Criterion],
    *,
    at: datetime,
    against: str,
    prompt: str,
    settings: str,
    model: str,
) -> Evaluation:
    """How `said`, by record, compares with `labels`. Only an exclusion is taken for one."""
    relevant = [r for r, label in labels.items() if label.relevant]
    others = [r for r, label in labels.items() if not label.relevant]
    out = {r for r, one in said.items() if one.verdict is Verdict.EXCLUDE}
    missed = tuple(sorted(r for r in relevant if r in out))
    found, spared = {}, {}
    for criterion in criteria:
        for_it = [r for r in others if labels[r].reason == criterion.id]
        failing = {r for r, one in said.items() if _fails(one, criterion.id)}
        if for_it:
            found[criterion.id] = Share(n=sum(r in failing for r in for_it), of=len(for_it))
        if relevant:
            kept = sum(r not in failing for r in relevant)
            spared[criterion.id] = Share(n=kept, of=len(relevant))
    return Evaluation(
        at=at,
        against=against,
        prompt=prompt,
        settings=settings,
        model=model,
        sensitivity=Share(n=len(relevant) - len(missed), of=len(relevant)),
        specificity=Share(n=sum(r in out for r in others), of=len(others)),
        missed=missed,
        no_answer=sum(r not in said or bool(said[r].no_answer) for r in labels),
        criteria_found=found,
        criteria_spared=spared,
    )


def _fails(said: Suggestion, criterion: str) -> bool:
    one = said.criteria.get(criterion)
    return one is not None and one.counts is CriterionAnswer.NOT_MET


def interval(share: Share) -> tuple[float, float] | None:
    """The Wilson interval (95 %) of `share`; None of nothing."""
    return wilson_interval(share.n, share.of) if share.of else None


def meets(evaluation: Evaluation, machine: Machine) -> bool:
    """Whether the lower end of the interval of its sensitivity reaches the protocol's threshold."""
    ends = interval(evaluation.sensitivity)
    return ends is not None and ends[0] >= machine.least_sensitivity
