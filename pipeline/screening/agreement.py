"""How far reviewers agree, on their first independent votes.

Never kappa alone: where nearly everything is excluded kappa is low while agreement is high (Byrt et
al. 1993), so the table, observed agreement, PABAK, Gwet's AC1 and the two indices stand beside it.
"Unsure" counts as include, since both keep a record in (Covidence counts "maybe" so too).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import combinations

from pipeline.model.decision import AUTOMATION, Resolved, Screened, Stage, Verdict
from pipeline.model.kappa import Figures, figures_of


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTable:
    """Two reviewers' votes: both yes, only the first, only the second, neither (counts)."""

    both: int
    only_first: int
    only_second: int
    neither: int

    @property
    def n(self) -> int:
        return self.both + self.only_first + self.only_second + self.neither


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement(Figures):
    """Agreement of two reviewers on `table.n` records; None where a figure is not defined."""

    table: CrossTable
    prevalence_index: float | None = None
    bias_index: float | None = None


def agreement(table: CrossTable) -> Agreement:
    """The statistics of a 2×2 table; the indices are those of Byrt, Bishop & Carlin 1993."""
    n = table.n
    counts = {
        (True, True): table.both,
        (True, False): table.only_first,
        (False, True): table.only_second,
        (False, False): table.neither,
    }
    figures = figures_of(counts, options=2)
    return Agreement(
        **asdict(figures),
        table=table,
        prevalence_index=abs(table.both - table.neither) / n if n else None,
        bias_index=abs(table.only_first - table.only_second) / n if n else None,
    )


def first_votes(
    votes: Iterable[Screened], resolutions: Iterable[Resolved], stage: Stage
) -> dict[str, dict[str, Screened]]:
    """The first vote of each person on each record at `stage`: {record: {reviewer: vote}}.

    Votes cast after a resolution of the record are not independent and are left out.
    """
    settled: dict[str, float] = {}
    for resolution in resolutions:
        if resolution.stage is stage:
            at = resolution.at.timestamp()
            settled[resolution.record] = min(at, settled.get(resolution.record, at))
    found: dict[str, dict[str, Screened]] = {}
    for vote in sorted(votes, key=lambda v: (v.at.timestamp(), v.id)):
        late = vote.at.timestamp() > settled.get(vote.record, math.inf)
        if vote.stage is stage and vote.reviewer != AUTOMATION and not late:
            found.setdefault(vote.record, {}).setdefault(vote.reviewer, vote)
    return found


def table_of(first: Mapping[str, Mapping[str, Screened]], one: str, other: str) -> CrossTable:
    """How `one` and `other` voted on the records that both screened; yes is not excluded."""
    return _count(
        (votes[one].verdict is not Verdict.EXCLUDE, votes[other].verdict is not Verdict.EXCLUDE)
        for votes in first.values()
        if one in votes and other in votes
    )


def table_for_criterion(
    first: Mapping[str, Mapping[str, Screened]], one: str, other: str, criterion: str
) -> CrossTable:
    """How `one` and `other` found `criterion` failing: as the reason, or among all that fail.

    Yes is found failing. A reviewer who names only the first criterion that fails says nothing of
    those after it, so the figures say how alike reasons are given, not how alike each criterion is
    judged.
    """
    return _count(
        (_found_failing(votes[one], criterion), _found_failing(votes[other], criterion))
        for votes in first.values()
        if one in votes and other in votes
    )


def _found_failing(vote: Screened, criterion: str) -> bool:
    return vote.reason == criterion or criterion in vote.fails


def pairs(first: Mapping[str, Mapping[str, Screened]]) -> tuple[tuple[str, str], ...]:
    """Every two reviewers who screened a record in common, by name."""
    found = {pair for votes in first.values() for pair in combinations(sorted(votes), 2)}
    return tuple(sorted(found))


def _count(answers: Iterable[tuple[bool, bool]]) -> CrossTable:
    counted = Counter(answers)
    return CrossTable(
        both=counted[True, True],
        only_first=counted[True, False],
        only_second=counted[False, True],
        neither=counted[False, False],
    )


def fleiss_kappa(counts: Sequence[Sequence[int]]) -> float | None:
    """Fleiss' kappa (1971) of units × categories, every unit judged by the same number of people.

    None where it is not defined: no unit, one judge, unequal numbers, or one category only.
    """
    judges = {sum(unit) for unit in counts}
    if len(judges) != 1 or (per_unit := judges.pop()) < 2:
        return None
    observed = sum(
        (sum(k * k for k in unit) - per_unit) / (per_unit * (per_unit - 1)) for unit in counts
    ) / len(counts)
    total = per_unit * len(counts)
    by_chance = sum((sum(column) / total) ** 2 for column in zip(*counts, strict=True))
    return None if by_chance >= 1 else (observed - by_chance) / (1 - by_chance)


def krippendorff_alpha(counts: Sequence[Sequence[int]]) -> float | None:
    """Krippendorff's alpha for nominal answers (2011); the number of judges may differ by unit.

    `counts` is units × categories; units with fewer than two answers say nothing. None where it is
    not defined.
    """
    paired = [unit for unit in counts if sum(unit) >= 2]
    if not paired:
        return None
    n = sum(map(sum, paired))
    agreeing = math.fsum(sum(k * (k - 1) for k in unit) / (sum(unit) - 1) for unit in paired)
    totals: list[int] = [sum(column) for column in zip(*paired, strict=True)]
    expected: int = sum(k * (k - 1) for k in totals)
    if expected == n * (n - 1):
        return None
    return 1 - (n - 1) * (n - agreeing) / float(n * (n - 1) - expected)


def counts_of(first: Mapping[str, Mapping[str, Screened]]) -> list[tuple[int, int]]:
    """Units × (kept in, excluded) over all reviewers, for Fleiss and Krippendorff."""
    return [
        (kept, len(votes) - kept)
        for votes in first.values()
        for kept in [sum(v.verdict is not Verdict.EXCLUDE for v in votes.values())]
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageAgreement:
    """Agreement at one stage: by pair of reviewers, and by pair and criterion.

    `first` holds the votes it rests on: {record: {reviewer: vote}}, duplicates under their kept
    record.
    """

    stage: Stage
    first: Mapping[str, Mapping[str, Screened]]
    pairs: Mapping[tuple[str, str], Agreement]
    criteria: Mapping[tuple[str, str], Mapping[str, Agreement]]

    @property
    def reviewers(self) -> int:
        """How many people screened a record that somebody else screened too."""
        return len({name for pair in self.pairs for name in pair})


def agreement_by_stage(
    votes: Iterable[Screened],
    resolutions: Iterable[Resolved],
    stage: Stage,
    criteria: Sequence[str],
    kept: Mapping[str, str],
) -> StageAgreement:
    """The agreement of every two reviewers at `stage`; `kept` maps duplicates to kept records."""
    home = [replace(vote, record=kept.get(vote.record, vote.record)) for vote in votes]
    settled = [replace(r, record=kept.get(r.record, r.record)) for r in resolutions]
    first = first_votes(home, settled, stage)
    together = pairs(first)
    return StageAgreement(
        stage=stage,
        first=first,
        pairs={(one, other): agreement(table_of(first, one, other)) for one, other in together},
        criteria={
            (one, other): {
                c: agreement(table_for_criterion(first, one, other, c)) for c in criteria
            }
            for one, other in together
        },
    )
