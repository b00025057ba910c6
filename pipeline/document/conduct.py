"""What was done, as facts: who screened what, how far they agree, who settled which pairs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.document.wording import number
from pipeline.model.decision import (
    AUTOMATION,
    Deduplicated,
    Matched,
    Resolved,
    Screened,
    Stage,
    Verdict,
)
from pipeline.model.kappa import Figures
from pipeline.model.standing import REMOVED_BEFORE_SCREENING, Entrance
from pipeline.model.undoing import effective
from pipeline.screening.agreement import (
    Agreement,
    StageAgreement,
    counts_of,
    fleiss_kappa,
    krippendorff_alpha,
)
from pipeline.screening.consensus import latest_votes
from pipeline.snapshot import Snapshot
from pipeline.snapshot.first_votes import agreement_at

_ENTERED: Mapping[Stage, frozenset[Entrance]] = {
    Stage.TITLE_ABSTRACT: frozenset({Entrance.SEARCH, Entrance.SCREENING}),
    Stage.FULL_TEXT: frozenset(Entrance),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFacts:
    """One stage of the selection as it was done.

    `by_people` says how many records were looked at by how many people. `differed`: records on
    which their latest verdicts are not the same, or one is unsure; `differed_by_more`: those of
    them that two or more people looked at; `settled`: those that a resolution settled. `machines`
    are the programs that gave verdicts, by their names, with on how many records; no count of
    people knows of them.
    """

    stage: Stage
    reviewers: tuple[str, ...] = ()
    by_people: Mapping[int, int]
    differed: int = 0
    differed_by_more: int = 0
    settled: int = 0
    resolvers: tuple[str, ...] = ()
    machines: Mapping[str, int] = field(default_factory=dict)

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
    machines: Counter[str] = Counter()
    known_machines = snapshot.review.protocol.machines
    for record, cast in votes.items():
        latest = latest_votes(cast)
        machines.update(v.reviewer for v in latest if v.reviewer in known_machines)
        latest = tuple(v for v in latest if v.reviewer not in known_machines)
        votes[record] = list(latest)
        if not latest:
            continue
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
            sorted(
                {
                    r.reviewer
                    for record in differed
                    for r in resolutions.get(record, ())
                    if r.reviewer not in known_machines
                }
            )
        ),
        machines={known_machines[id]: n for id, n in sorted(machines.items())},
    )


NOT_DEFINED = "not defined"


@lru_cache(maxsize=8)
def stage_agreement(snapshot: Snapshot, stage: Stage) -> StageAgreement:
    """The agreement of every two people at `stage`; a duplicate counts as its kept record."""
    decisions = effective(snapshot.decisions)
    positions = snapshot.ledger.positions
    known = [d for d in decisions if isinstance(d, (Screened, Resolved)) and d.record in positions]
    return agreement_at(stage, tuple(known), snapshot.ledger, snapshot.review.protocol)


def of_all(found: StageAgreement) -> str:
    """Fleiss' kappa and Krippendorff's alpha over all votes, for three people or more; else "".

    Fleiss' kappa is left out where not every record was screened by the same number of people.
    """
    if found.reviewers < 3:
        return ""
    counts = counts_of(found.first)
    alpha = f"Krippendorff's alpha was {figure(krippendorff_alpha(counts))}"
    fleiss = fleiss_kappa(counts)
    return alpha if fleiss is None else f"Fleiss' kappa was {figure(fleiss)} and {alpha}"


def criteria_named(found: StageAgreement) -> Iterator[tuple[tuple[str, str], str, Agreement]]:
    """Each pair, criterion and agreement on it, where one of the two found it failing."""
    for pair, by_criterion in found.criteria.items():
        for criterion, about in by_criterion.items():
            if about.table.n > about.table.neither:
                yield pair, criterion, about


def figure(value: float | None) -> str:
    """`0.26`, `\u22120.03`, or `not defined`."""
    if value is None:
        return NOT_DEFINED
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text.replace("-", "\u2212")


def kappa_in_words(figures: Figures) -> str:
    """`0.26 (95% CI \u22120.18 to 0.70)`."""
    if figures.kappa is None or figures.kappa_low is None:
        return figure(figures.kappa)
    between = f"{figure(figures.kappa_low)} to {figure(figures.kappa_high)}"
    return f"{figure(figures.kappa)} (95% CI {between})"


def same_votes(figures: Agreement) -> str:
    """`95 of 100`: the records on which both said the same."""
    table = figures.table
    return f"{number(table.both + table.neither)} of {number(table.n)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsTold:
    """Pairs matched by each method of the program and by people; pairs that people told apart."""

    by_rule: Mapping[str, int]
    by_person: int = 0
    parted: int = 0

    @property
    def none(self) -> bool:
        return not (self.by_rule or self.by_person or self.parted)


def runs_of(snapshot: Snapshot) -> tuple[Deduplicated, ...]:
    """Each look for duplicates that was recorded, whether it found any or not."""
    return tuple(d for d in snapshot.counting if isinstance(d, Deduplicated))


def pairs_told(snapshot: Snapshot) -> PairsTold:
    """The pairs up to the day of the ledger, those taken back left out; methods by name."""
    by_rule: Counter[str] = Counter()
    by_person = parted = 0
    for decision in effective(snapshot.decisions):
        if not isinstance(decision, Matched):
            continue
        machine = snapshot.review.protocol.machines.get(decision.reviewer, "")
        if machine:
            by_rule[machine] += decision.same
        elif decision.reviewer == AUTOMATION and decision.same:
            by_rule[decision.method or "a rule"] += 1
        elif decision.reviewer != AUTOMATION:
            by_person += decision.same
            parted += not decision.same
    return PairsTold(by_rule=dict(sorted(by_rule.items())), by_person=by_person, parted=parted)
