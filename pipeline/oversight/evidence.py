"""What checks look at, and the shape of a check."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.extraction.quote_checks import TextOf
from pipeline.terms.decision import Decision
from pipeline.terms.problem import Place, Problem, Severity
from pipeline.terms.record import Record, SetAside
from pipeline.terms.review import Ledger, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingSummary:
    """What the reading of one export came to: found = read + set aside."""

    format: str
    encoding: str
    read: int
    set_aside: tuple[SetAside, ...]
    declared: int | None
    problems: tuple[Problem, ...] = ()

    @property
    def found(self) -> int:
        return self.read + len(self.set_aside)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that checks may look at. `place_of` finds the line of a decision in its log.

    `log_of` names the file of a search's YAML; `orphans` are files in `searches/` that no YAML
    speaks of; `text_of` gives what of a report can be searched; `now` is the moment of the check.
    """

    review: Review
    ledger: Ledger
    records: Mapping[str, Record]
    readings: Mapping[str, ReadingSummary]
    place_of: Callable[[Decision], Place]
    log_of: Callable[[str], Place]
    orphans: tuple[Place, ...] = ()
    now: datetime
    text_of: TextOf = lambda report: None


Check = Callable[[Evidence], Iterator[Problem]]


def fault(place: Place, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(place=place, what=what, remedy=remedy, severity=severity)
