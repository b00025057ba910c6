"""Every attempt to obtain a report, in the order in which they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.ledger.undoing import effective
from pipeline.terms.decision import Decision, Retrieved
from pipeline.terms.review import Position


def attempts_of(
    decisions: Iterable[Decision], positions: Mapping[str, Position]
) -> Mapping[str, tuple[Retrieved, ...]]:
    """The `retrieved` lines that count, by kept record, the earliest first."""
    found: dict[str, list[Retrieved]] = {}
    said = [d for d in effective(decisions) if isinstance(d, Retrieved)]
    for attempt in sorted(said, key=lambda d: (d.at, d.id)):
        position = positions.get(attempt.record)
        home = position.kept or attempt.record if position else attempt.record
        found.setdefault(home, []).append(attempt)
    return {record: tuple(attempts) for record, attempts in found.items()}


def attempt_in_words(attempt: Retrieved) -> str:
    """`2016-02-01, interlibrary loan: not obtained (no copy lent)`."""
    day = attempt.tried_on or attempt.at.date().isoformat()
    where = f", {attempt.where}" if attempt.where else ""
    why = f" ({attempt.reason})" if attempt.reason else ""
    return f"{day}{where}: {str(attempt.outcome).replace('_', ' ')}{why}"
