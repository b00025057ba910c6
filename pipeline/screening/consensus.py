"""What the votes on one record at one stage amount to.

The rules, in the order in which they are asked:

1. The latest vote of each reviewer counts. Rules (`automation`) do not vote.
2. The latest resolution settles whatever stood when it was made, however many votes were in: a
   reviewer who has left blocks nobody. A vote cast after it that says the same changes nothing.
   A vote cast after it that says otherwise makes the record a conflict again, even when all votes
   now agree: what somebody resolved is undone by a new resolution, never in passing.
3. Until as many people have voted as the plan needs, nobody's verdict counts and no conflict is
   told, so that those who have yet to vote stay blind.
4. All include, or all exclude: that is the consensus. Anything else is a conflict, and any
   "unsure" is one, a single reviewer's too.
5. Where the plan is safety first, one include is enough (EPPI-Reviewer, "safety first").

Reviewers who exclude for different reasons agree: the reason is the first that any of them named,
in the order of the criteria, for one failed criterion is enough and the first "no" in order of
importance is the main reason (Cochrane Handbook 4.6.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.model.decision import AUTOMATION, Resolved, Screened, Verdict
from pipeline.model.protocol import ScreeningPlan


@dataclass(frozen=True, slots=True, kw_only=True)
class Consensus:
    """Where one record stands at one stage.

    `verdict` is None while votes are missing (`waiting_for` says how many) and in a conflict.
    `reason` is the id of the criterion of an exclusion. `votes` are the votes that counted, one a
    reviewer, in the order in which they were cast. `resolution` is the one that settled the
    record, or, in a conflict, the one that later votes contradict. `by_safety_rule`: the votes
    differ and the plan's safety-first rule included the record.
    """

    verdict: Verdict | None = None
    reason: str = ""
    conflict: bool = False
    waiting_for: int = 0
    votes: tuple[Screened, ...] = ()
    resolution: Resolved | None = None
    by_safety_rule: bool = False


def consensus(
    votes: Sequence[Screened],
    resolutions: Sequence[Resolved],
    plan: ScreeningPlan,
    needed: int,
    criteria: Sequence[str] = (),
) -> Consensus:
    """The consensus of `votes` and `resolutions` on one record at one stage, in any order.

    Withdrawn decisions must have been left out. `needed` is the number of people who must vote
    (`votes_needed`), `criteria` the ids of the stage's criteria in order of importance.
    """
    counted = latest_votes(votes)
    resolution = max(resolutions, key=_moment, default=None)
    if resolution is not None:
        later = [vote for vote in counted if vote.at > resolution.at]
        if all(vote.verdict is resolution.verdict for vote in later):
            return Consensus(
                verdict=resolution.verdict,
                reason=resolution.reason,
                votes=counted,
                resolution=resolution,
            )
        return Consensus(conflict=True, votes=counted, resolution=resolution)
    missing = max(0, max(1, needed) - len(counted))
    if missing:
        return Consensus(waiting_for=missing, votes=counted)
    said = {vote.verdict for vote in counted}
    if said == {Verdict.INCLUDE}:
        return Consensus(verdict=Verdict.INCLUDE, votes=counted)
    if said == {Verdict.EXCLUDE}:
        reason = first_reason((vote.reason for vote in counted), criteria)
        return Consensus(verdict=Verdict.EXCLUDE, reason=reason, votes=counted)
    if plan.safety_first and Verdict.INCLUDE in said:
        return Consensus(verdict=Verdict.INCLUDE, votes=counted, by_safety_rule=True)
    return Consensus(conflict=True, votes=counted)


def latest_votes(votes: Iterable[Screened]) -> tuple[Screened, ...]:
    """The latest vote of each person, in the order in which they were cast."""
    latest: dict[str, Screened] = {}
    for vote in votes:
        if vote.reviewer == AUTOMATION:
            continue
        held = latest.get(vote.reviewer)
        if held is None or _moment(vote) > _moment(held):
            latest[vote.reviewer] = vote
    return tuple(sorted(latest.values(), key=_moment))


def first_reason(reasons: Iterable[str], criteria: Sequence[str]) -> str:
    """The first of `reasons` in the order of `criteria`; words that are no criterion come after.

    Among several that are no criterion, the first given counts. Empty when none is given.
    """
    given = [reason for reason in reasons if reason]
    if given and given.count(given[0]) == len(given):
        return given[0]
    place = {criterion: index for index, criterion in enumerate(criteria)}
    return min(given, key=lambda reason: place.get(reason, len(place)), default="")


def _moment(decision: Screened | Resolved) -> tuple[float, str]:
    """Orders decisions in time; the id parts those of the same moment, in any order of lines."""
    return decision.at.timestamp(), decision.id
