"""Problems in the order in which a person needs them, those that are alike told once."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.problem import Problem, Severity

BLOCKING = ("placeholder", "forms", "studies", "apart", "undo", "future", "second-look", "drafts")
"""Checks whose warnings keep a review from going on, or a document from being true."""

_FEW = 3
"""So many that are alike are still told each."""

_VARIES = re.compile(r"[\w.-]+:[0-9]{3,}|'[^']*'|[0-9]+(?:[.,][0-9]+)*")
"""What differs between faults of one kind: ids of records, words in quotes, numbers."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 2, Severity.NOTE: 3}


@dataclass(frozen=True, slots=True)
class ProblemGroup:
    """The `first` of problems that say the same of different things; `more` are the others."""

    first: Problem
    more: int = 0


def grouped(problems: Iterable[Problem], *, each: bool = False) -> tuple[ProblemGroup, ...]:
    """The problems, errors first, then what blocks, then the rest, each kind by its place.

    Warnings and notes of one check that differ only in ids, quoted words and numbers are one group
    when there are more than a few; with `each` none are. Errors stand each on their own.
    """
    ordered = sorted(problems, key=lambda p: (_rank(p), p.check, p.place, p.what))
    kinds: dict[tuple[str, ...], list[Problem]] = {}
    for number, problem in enumerate(ordered):
        alone = each or problem.severity is Severity.ERROR
        own = str(number) if alone else ""
        kind = (problem.severity, problem.check, _VARIES.sub("…", problem.what), own)
        kinds.setdefault(kind, []).append(problem)
    groups: list[ProblemGroup] = []
    for alike in kinds.values():
        if len(alike) <= _FEW:
            groups += [ProblemGroup(problem) for problem in alike]
        else:
            groups.append(ProblemGroup(alike[0], len(alike) - 1))
    return tuple(groups)


def _rank(problem: Problem) -> int:
    blocks = problem.severity is Severity.WARNING and problem.check in BLOCKING
    return 1 if blocks else _RANK[problem.severity]
