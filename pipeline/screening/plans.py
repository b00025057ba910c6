"""Who screens what, from the plan alone: pure functions of record ids and a seed.

Draws come from a hash of seed and record id, never from the order of the records: a record that
comes in later changes nobody's share, and every reviewer's machine draws the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from pipeline.terms.protocol import PlanKind, ScreeningPlan


def votes_needed(record_id: str, plan: ScreeningPlan) -> int:
    """How many people must vote on the record `record_id`.

    Under `PlanKind.SAMPLE` one, and for a share `plan.sample` of the records two.
    """
    if plan.plan is PlanKind.SAMPLE:
        return 2 if in_sample(record_id, plan) else 1
    return max(1, plan.reviewers_per_record)


def in_sample(record_id: str, plan: ScreeningPlan) -> bool:
    """Whether the plan's seed draws `record_id` for a second reviewer (a share `plan.sample`)."""
    return _draw("sample", plan.seed, record_id) < plan.sample


def assigned(record_id: str, plan: ScreeningPlan) -> tuple[str, ...]:
    """The reviewers of the plan who are to vote on `record_id`; none where the plan names none.

    Under `PlanKind.SAMPLE` the first reviewer sees every record and the others the sample. Under
    `PlanKind.SPLIT` the records are dealt out, each to `reviewers_per_record` people; when one
    leaves the plan, only that person's records are dealt out anew (rendezvous hashing: Thaler &
    Ravishankar 1998).
    """
    if plan.plan is PlanKind.SAMPLE:
        return plan.reviewers if in_sample(record_id, plan) else plan.reviewers[:1]
    if plan.plan is not PlanKind.SPLIT or len(plan.reviewers) <= plan.reviewers_per_record:
        return plan.reviewers
    drawn = sorted(
        plan.reviewers, key=lambda name: _draw(f"split {name}", plan.seed, record_id), reverse=True
    )
    chosen = set(drawn[: max(1, plan.reviewers_per_record)])
    return tuple(name for name in plan.reviewers if name in chosen)


def pilot(record_ids: Iterable[str], plan: ScreeningPlan) -> tuple[str, ...]:
    """The `plan.pilot` records that every reviewer sees first, drawn by the seed, in draw order."""
    if plan.pilot <= 0:
        return ()
    return shuffled(record_ids, plan.seed)[: plan.pilot]


def shuffled(record_ids: Iterable[str], seed: int) -> tuple[str, ...]:
    """`record_ids` in an order drawn by `seed`; leaving some out moves no other."""
    return tuple(sorted(record_ids, key=lambda record: (_draw("order", seed, record), record)))


def turn_of(reviewer: str, record_id: str, plan: ScreeningPlan) -> bool:
    """Whether `reviewer` is to be shown `record_id`; anybody is whom the plan does not name."""
    return reviewer not in plan.reviewers or reviewer in assigned(record_id, plan)


def _draw(purpose: str, seed: int, record_id: str) -> float:
    """A number from 0 up to, not including, 1."""
    digest = hashlib.sha256(f"{purpose}\n{seed}\n{record_id}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56
