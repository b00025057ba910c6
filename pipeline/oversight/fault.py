"""The shape of a check, and how it says a fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.snapshot import Snapshot
from pipeline.terms.problem import Place, Problem, Severity

Check = Callable[[Snapshot], Iterator[Problem]]


def fault(place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, severity=severity)
