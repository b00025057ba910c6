"""Who screens what, from the plan alone: pure functions of record ids and a seed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping

from pipeline.model.decision import HandedOver, Stage
from pipeline.model.problem import Place, Problem
from pipeline.model.protocol import PlanKind, Protocol, ScreeningPlan


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


def stand_ins(handed_over: Iterable[HandedOver], stage: Stage) -> dict[str, str]:
    """Who stands in for whom at `stage`: {leaver: the one who has their share now}.

    In the order of their moments: what was handed to somebody who hands over as well goes along,
    and who gets their own share back stands in for nobody.
    """
    holders: dict[str, str] = {}
    for decision in sorted(handed_over, key=lambda d: (d.at, d.id)):
        if decision.stage is not stage:
            continue
        holders.setdefault(decision.leaver, decision.leaver)
        for name, holder in holders.items():
            if holder == decision.leaver:
                holders[name] = decision.to
    return {name: holder for name, holder in holders.items() if name != holder}


def assigned_now(
    record_id: str, plan: ScreeningPlan, standing_in: Mapping[str, str]
) -> tuple[str, ...]:
    """`assigned`, with those who stand in (`stand_ins`) in the place of those who left."""
    return tuple(dict.fromkeys(standing_in.get(n, n) for n in assigned(record_id, plan)))


def turn_of(
    reviewer: str, record_id: str, plan: ScreeningPlan, standing_in: Mapping[str, str] | None = None
) -> bool:
    """Whether `reviewer` is to be shown `record_id`.

    Anybody is whom the plan does not name, unless they stand in for somebody: then they are shown
    what was handed over to them.
    """
    standing_in = standing_in or {}
    if reviewer not in plan.reviewers and reviewer not in standing_in.values():
        return True
    return reviewer in assigned_now(record_id, plan, standing_in)


def _draw(purpose: str, seed: int, record_id: str) -> float:
    """A number from 0 up to, not including, 1."""
    digest = hashlib.sha256(f"{purpose}\n{seed}\n{record_id}".encode()).digest()
    return int.from_bytes(digest[:7], "big") / 2**56


CHECK = "plan"
Path = tuple[str | int, ...]


def plan_faults(protocol: Protocol, place: Callable[[Path], Place]) -> tuple[Problem, ...]:
    """What is wrong with the plans of `protocol`; `place` says where a key stands in its file."""
    plans = {"screening": protocol.screening, "full_text": protocol.full_text}
    return tuple(
        Problem(place=place((name, *path)), what=what, remedy=remedy, check=CHECK)
        for name, plan in plans.items()
        if plan is not None
        for path, what, remedy in _faults(plan)
    )


def _faults(plan: ScreeningPlan) -> Iterator[tuple[Path, str, str]]:
    for key, value in (("target_recall", plan.target_recall), ("confidence", plan.confidence)):
        if not 0 < value < 1:
            yield (key,), f"{key} is {value:g}", "Write a share between 0 and 1, like `0.95`"
    shares = {
        ("sample",): plan.sample,
        ("ranking", "random"): plan.ranking.random,
        ("ranking", "uncertain"): plan.ranking.uncertain,
    }
    for path, value in shares.items():
        if not 0 <= value <= 1:
            yield path, f"{path[-1]} is {value:g}", "Write a share from 0 to 1, like `0.05`"
    if plan.ranking.random + plan.ranking.uncertain > 1:
        yield ("ranking",), "random and uncertain are more than all", "Let their sum be 1 at most"
    if plan.reviewers_per_record < 1:
        what = f"reviewers_per_record is {plan.reviewers_per_record}"
        yield ("reviewers_per_record",), what, "Write 1 or more"
    if plan.pilot < 0:
        yield ("pilot",), f"pilot is {plan.pilot}", "Write 0 for no pilot, or how many records"
