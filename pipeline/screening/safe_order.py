"""The SAFE order of checks before screening stops, and which of them are met.

Boetje & van de Schoot (2024, doi:10.1186/s13643-024-02502-7): screen a random set, apply active
learning, find more with another model, evaluate quality. The numbers are those that they propose.
Counting irrelevant records in a row is a heuristic and no test.
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.screening.random_share import Estimate
from pipeline.screening.stopping import Outlook

RANDOM_SET = 0.01
LEAST_SCREENED = 0.10
IN_A_ROW = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeCheck:
    """One check of a phase: what is asked, whether it is met (None: only people can tell), and
    what was found."""

    phase: str
    asks: str
    met: bool | None
    found: str


def safe_checks(
    seen: Outlook, sample: Estimate | None, excluded: int, excluded_by_two: int, other_model: str
) -> tuple[SafeCheck, ...]:
    """The checks in their order, from the outlook, the random sample, the number of excluded
    records, how many of them two people saw, and the command that ranks with another model."""
    drawn = sample.sample if sample else 0
    likely = sample.likely if sample else 0
    found_at_random = sample.relevant if sample else 0
    return (
        SafeCheck(
            phase="Random set",
            asks=f"at least {RANDOM_SET:.0%} of the records screened in random order",
            met=drawn >= RANDOM_SET * seen.total,
            found=f"{drawn:,} of {seen.total:,}",
        ),
        SafeCheck(
            phase="Random set",
            asks="a relevant record found in random order",
            met=found_at_random > 0,
            found=f"{found_at_random:,} found",
        ),
        SafeCheck(
            phase="Active learning",
            asks="all key papers that you know of are among the relevant records",
            met=None,
            found="only you can tell",
        ),
        SafeCheck(
            phase="Active learning",
            asks="twice as many screened as are likely to be relevant by the random set",
            met=seen.seen >= 2 * likely if sample else False,
            found=f"{seen.seen:,} screened, {likely:,} likely" if sample else "no random set",
        ),
        SafeCheck(
            phase="Active learning",
            asks=f"at least {LEAST_SCREENED:.0%} of the records screened",
            met=seen.seen >= LEAST_SCREENED * seen.total,
            found=f"{seen.seen:,} of {seen.total:,}",
        ),
        SafeCheck(
            phase="Active learning",
            asks=f"{IN_A_ROW} irrelevant records in a row (a heuristic, no test)",
            met=seen.in_a_row >= min(IN_A_ROW, seen.total),
            found=f"{seen.in_a_row:,} in a row",
        ),
        SafeCheck(
            phase="Another model",
            asks=f"{IN_A_ROW} irrelevant records in a row in the order of another model",
            met=None,
            found=f"try {other_model}",
        ),
        SafeCheck(
            phase="Quality",
            asks="excluded records looked at by a second person",
            met=excluded_by_two == excluded if excluded else None,
            found=f"{excluded_by_two:,} of {excluded:,}",
        ),
    )
