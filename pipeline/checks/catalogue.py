"""The named checks of `review check`. Adding one is a function and a row of CHECKS.

A check is pure: what it needs is handed in. It gives problems, each with the place where the
remedy is to be applied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.checks import (
    Check,
    decision_checks,
    merge_checks,
    review_checks,
    study_checks,
    verification,
)
from pipeline.model.problem import Problem
from pipeline.snapshot import Snapshot

CHECKS: Mapping[str, Check] = {
    "unknown-record": decision_checks.unknown_records,
    "future": decision_checks.future_decisions,
    "reason": decision_checks.reasons,
    "undo": decision_checks.undoings,
    "out-of-turn": decision_checks.out_of_turn,
    "changed": decision_checks.changed_under_decisions,
    "stranger": decision_checks.strangers,
    "parted": decision_checks.parted_chains,
    "overtaken": decision_checks.overtaken_removals,
    "apart": merge_checks.settled_apart,
    "stopped": decision_checks.stops,
    "collation": decision_checks.collation,
    "placeholder": review_checks.placeholders,
    "accounting": review_checks.accounting,
    "search-log": review_checks.search_log,
    "same-export": review_checks.same_export_twice,
    "orphan": review_checks.orphaned_exports,
    "studies": review_checks.studies_and_reports,
    "drafts": verification.drafts,
    "second-look": verification.second_looks,
    "double-counting": study_checks.double_counting,
    "overlap": study_checks.compared_studies,
    "shared-report": review_checks.shared_reports,
    "forms": review_checks.forms,
    "quotes": study_checks.quotes,
    "full-texts": study_checks.full_texts,
    "doubtful": study_checks.doubtful,
    "sums": review_checks.sums,
    "editions": review_checks.editions,
    "logs": review_checks.logs,
}
"""Every check by the name under which `review check --only` runs it."""


def run_checks(snapshot: Snapshot, names: tuple[str, ...] = ()) -> tuple[Problem, ...]:
    """The faults of reading and those that `names` (all checks when empty) find, by place."""
    found = list(snapshot.review.problems) if not names else []
    for name, check in CHECKS.items():
        if not names or name in names:
            found += [replace(p, check=p.check or name) for p in check(snapshot)]
    return tuple(sorted(set(found), key=lambda p: (p.place, p.what)))
