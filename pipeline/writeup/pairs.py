"""Who said which pairs of records are duplicates, as it stands: the facts of PRISMA-S item 16."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.ledger import effective
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import AUTOMATION, Matched


@dataclass(frozen=True, slots=True, kw_only=True)
class PairsTold:
    """Pairs matched by each method of the program and by people; pairs that people told apart."""

    by_rule: Mapping[str, int]
    by_person: int = 0
    parted: int = 0

    @property
    def none(self) -> bool:
        return not (self.by_rule or self.by_person or self.parted)


def pairs_told(snapshot: Snapshot) -> PairsTold:
    """The pairs up to the day of the ledger, those taken back left out; methods by name."""
    by_rule: Counter[str] = Counter()
    by_person = parted = 0
    for decision in effective(snapshot.decisions):
        if not isinstance(decision, Matched):
            continue
        if decision.reviewer == AUTOMATION and decision.same:
            by_rule[decision.method or "a rule"] += 1
        elif decision.reviewer != AUTOMATION:
            by_person += decision.same
            parted += not decision.same
    return PairsTold(by_rule=dict(sorted(by_rule.items())), by_person=by_person, parted=parted)
