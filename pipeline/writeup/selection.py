"""Who screened what, stage by stage, as it was done: the facts of PRISMA 2020 item 8."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from pipeline.ledger import effective
from pipeline.screening.consensus import latest_votes
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import AUTOMATION, Resolved, Screened, Stage, Verdict
from pipeline.terms.standing import REMOVED_BEFORE_SCREENING, Entrance

_ENTERED: Mapping[Stage, frozenset[Entrance]] = {
    Stage.TITLE_ABSTRACT: frozenset({Entrance.SEARCH, Entrance.SCREENING}),
    Stage.FULL_TEXT: frozenset(Entrance),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFacts:
    """One stage of the selection as it was done.

    `by_people` says how many records were looked at by how many people. `differed`: records on
    which their latest verdicts are not the same, or one is unsure; `differed_by_more`: those of
    them that two or more people looked at; `settled`: those that a resolution settled.
    """

    stage: Stage
    reviewers: tuple[str, ...] = ()
    by_people: Mapping[int, int]
    differed: int = 0
    differed_by_more: int = 0
    settled: int = 0
    resolvers: tuple[str, ...] = ()

    @property
    def looked_at(self) -> int:
        return sum(self.by_people.values())

    @property
    def by_one(self) -> int:
        return self.by_people.get(1, 0)

    @property
    def by_more(self) -> int:
        return self.looked_at - self.by_one


@lru_cache(maxsize=16)
def stage_facts(snapshot: Snapshot, stage: Stage, of_round: bool = False) -> StageFacts:
    """How `stage` was done up to the day of the ledger; a vote on a duplicate is one on the record
    kept in its stead, and records removed before screening do not count.

    With `of_round`, only of the records that came to that stage in the round that the flow counts.
    """
    here = _ENTERED[stage]
    votes: dict[str, list[Screened]] = defaultdict(list)
    resolutions: dict[str, list[Resolved]] = defaultdict(list)
    positions = snapshot.ledger.positions
    for decision in effective(snapshot.decisions):
        if not isinstance(decision, (Screened, Resolved)) or decision.stage is not stage:
            continue
        position = positions.get(decision.record)
        home = (position.kept or decision.record) if position else decision.record
        if home not in positions or positions[home].standing in REMOVED_BEFORE_SCREENING:
            continue
        if of_round and snapshot.ledger.entrances.get(home) not in here:
            continue
        if isinstance(decision, Resolved):
            resolutions[home].append(decision)
        elif decision.reviewer != AUTOMATION:
            votes[home].append(decision)
    people: Counter[str] = Counter()
    by_people: Counter[int] = Counter()
    differed: list[str] = []
    for record, cast in votes.items():
        latest = latest_votes(cast)
        people.update(vote.reviewer for vote in latest)
        by_people[len(latest)] += 1
        verdicts = {vote.verdict for vote in latest}
        if len(verdicts) > 1 or Verdict.UNSURE in verdicts:
            differed.append(record)
    return StageFacts(
        stage=stage,
        reviewers=tuple(sorted(people)),
        by_people=dict(sorted(by_people.items())),
        differed=len(differed),
        differed_by_more=sum(len(latest_votes(votes[record])) > 1 for record in differed),
        settled=sum(record in resolutions for record in differed),
        resolvers=tuple(
            sorted({r.reviewer for record in differed for r in resolutions.get(record, ())})
        ),
    )
