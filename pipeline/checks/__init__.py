"""Looking after a review: what is wrong, what is stale, who has what waiting.

Here is the shape of a check, and how it says a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.model.problem import Place, Problem, Severity
from pipeline.snapshot import Snapshot

Check = Callable[[Snapshot], Iterator[Problem]]


def fault(place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, severity=severity)
