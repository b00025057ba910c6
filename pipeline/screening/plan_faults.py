"""Numbers of a screening plan that cannot be meant: shares outside their range, nobody at all."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.terms.problem import Place, Problem
from pipeline.terms.protocol import Protocol, ScreeningPlan

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
