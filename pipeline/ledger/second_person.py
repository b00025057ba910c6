"""What a second person said of a study: differences settled, answers held against the report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from pipeline.ledger.undoing import effective
from pipeline.terms.decision import Checked, Decision, Reconciled

Kind = TypeVar("Kind", Checked, Reconciled)


def settled_of(decisions: Iterable[Decision]) -> Mapping[str, Mapping[str, Reconciled]]:
    """By study and address, the latest settlement that counts."""
    return _latest(decisions, Reconciled)


def checked_of(decisions: Iterable[Decision]) -> Mapping[str, Mapping[str, Checked]]:
    """By study and address, the latest check that counts."""
    return _latest(decisions, Checked)


def _latest(decisions: Iterable[Decision], kind: type[Kind]) -> Mapping[str, Mapping[str, Kind]]:
    found: dict[str, dict[str, Kind]] = {}
    said = [d for d in effective(decisions) if isinstance(d, kind)]
    for decision in sorted(said, key=lambda d: (d.at, d.id)):
        found.setdefault(decision.study, {})[decision.item] = decision
    return found
