"""What each source gave to the review: how much of it was found nowhere else and was included."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from pipeline.snapshot import Snapshot
from pipeline.terms.standing import REMOVED_BEFORE_SCREENING, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Yield:
    """One source. `records` are entries of its exports, `only_here` those of them whose report no
    other source gave; `reports` are different reports to screen, `included` those included."""

    source: str
    records: int
    only_here: int
    reports: int
    included: int
    included_only_here: int


def yields(snapshot: Snapshot) -> tuple[Yield, ...]:
    """Every source in the order of the search log.

    Two records are of one report when the ledger keeps one for both: a report found by three
    sources counts as included for all three, and as found nowhere else for none.
    """
    positions = snapshot.ledger.positions
    source_of = {s.id: s.source for s in snapshot.searches}
    records: dict[str, list[str]] = defaultdict(list)
    owners: dict[str, set[str]] = defaultdict(set)
    for position in positions.values():
        source = source_of[position.search]
        kept = position.kept or position.record
        records[source].append(kept)
        owners[kept].add(source)
    found = []
    for source in dict.fromkeys(source_of.values()):
        reports = set(records[source])
        included = [r for r in reports if positions[r].standing is Standing.INCLUDED]
        found.append(
            Yield(
                source=source,
                records=len(records[source]),
                only_here=sum(len(owners[kept]) == 1 for kept in records[source]),
                reports=sum(positions[r].standing not in REMOVED_BEFORE_SCREENING for r in reports),
                included=len(included),
                included_only_here=sum(len(owners[r]) == 1 for r in included),
            )
        )
    return tuple(found)
