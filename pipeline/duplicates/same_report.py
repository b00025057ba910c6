"""Step 4, same report: the answer about a pair from its likeness, by points and rules, in words.

Points add up what speaks for and against (`facts`); vetoes and doubts are what no sum of points
may overrule (`rules`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from pipeline.duplicates.facts import POINTS, facts
from pipeline.duplicates.rules import DOUBTS, VETOES, holding

Array = Any
DIFFERENT, ASK, MERGE = 0, 1, 2
ANSWERS = ("different", "ask", "same")
OTHER_REPORT = "same study, other report"
SAME_REPORT = "same report"
TOO_LITTLE = "too little is known"
"""Why a pair is asked that no rule speaks against: its points do not reach `MERGE_FROM`."""

MERGE_FROM, ASK_FROM = 7.5, 5.0
"""A pair with `MERGE_FROM` points is merged where no rule speaks against it, from `ASK_FROM`
points a person is asked."""
COPY_POINTS = 40.0
"""More than all findings together weigh, so that nothing else is called an exact copy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Arrays over pairs: `answer` is DIFFERENT, ASK or MERGE; `apart` says that the two may not
    come into one group through others either; `other` is the hint at another report of the same
    study; `findings` and `doubts` are what speaks, by name."""

    answer: Array
    apart: Array
    other: Array
    points: Array
    findings: Mapping[str, Array]
    doubts: Mapping[str, Array]


def judge(like: Mapping[str, Array]) -> Judged:
    """The answer about each pair from its likeness."""
    f = facts(like)
    points = np.zeros(len(like["title"]), dtype=np.float64)
    for name, worth in POINTS.items():
        points += np.where(f[name], worth, 0.0)
    copy = f["exact copy"]
    vetoed = np.logical_or.reduce(list(holding(VETOES, f).values())) & ~copy
    doubts = {name: found & ~copy for name, found in holding(DOUBTS, f).items()}
    doubted = np.logical_or.reduce(list(doubts.values()))
    sure = (points >= MERGE_FROM) & ~doubted
    answer = np.where(vetoed | (points < ASK_FROM), DIFFERENT, np.where(sure, MERGE, ASK))
    answer = np.where(copy, MERGE, answer)
    points = np.where(copy, COPY_POINTS, points)
    doubts[TOO_LITTLE] = (answer == ASK) & ~doubted
    kinds = f["notice or comment beside a report"]
    other = (
        (answer != MERGE)
        & (f["title like"] & ~f["generic title"] | kinds & (like["title_words"] >= 0.8))
        & (f["authors agree"] | kinds)
        & ~f["parts differ"]
    )
    return Judged(
        answer=answer,
        apart=vetoed | doubted,
        other=other,
        points=points,
        findings={name: f[name] for name in POINTS},
        doubts=doubts,
    )


WHY_ASKED = (*(rule.name for rule in DOUBTS), TOO_LITTLE)
"""All reasons for which a pair may be asked."""


def doubt(points: float, *, asked: bool) -> float:
    """Doubt from 0 to 1, falling with the points: of a merge below 0.5, of a question above.

    So nothing that is merged by rule is more doubtful than what a person is asked.
    """
    share = 1.0 / (1.0 + exp(min(50.0, points - MERGE_FROM)))
    return 0.5 + share / 2 if asked else min(share, 0.4999)


def in_words(found: Sequence[str], points: float) -> str:
    """The reason for an answer: what speaks for it, then what speaks against it."""
    if points >= COPY_POINTS:
        return "exact copy: every field is the same"
    speaks = [name for name in found if POINTS[name] > 0]
    against = [name for name in found if POINTS[name] < 0]
    words = ", ".join(speaks) or "nothing agrees"
    return f"{words}; but {', '.join(against)}" if against else words
