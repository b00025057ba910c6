"""How far those who screened agree: first independent votes, up to the day of the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from pipeline.agreement import Figures
from pipeline.ledger import effective
from pipeline.screening.agreement import (
    Agreement,
    StageAgreement,
    agreement_by_stage,
    counts_of,
    fleiss_kappa,
    krippendorff_alpha,
)
from pipeline.snapshot import Snapshot
from pipeline.terms.decision import Resolved, Screened, Stage
from pipeline.writeup.wording import number

NOT_DEFINED = "not defined"


@lru_cache(maxsize=8)
def stage_agreement(snapshot: Snapshot, stage: Stage) -> StageAgreement:
    """The agreement of every two people at `stage`; a duplicate counts as its kept record."""
    decisions = effective(snapshot.decisions)
    positions = snapshot.ledger.positions
    known = [d for d in decisions if isinstance(d, (Screened, Resolved)) and d.record in positions]
    return agreement_by_stage(
        [d for d in known if isinstance(d, Screened)],
        [d for d in known if isinstance(d, Resolved)],
        stage,
        [criterion.id for criterion in snapshot.review.protocol.criteria_of(stage)],
        {p.record: p.kept for p in positions.values() if p.kept},
    )


def of_all(found: StageAgreement) -> str:
    """Fleiss' kappa and Krippendorff's alpha over all votes, for three people or more; else "".

    Fleiss' kappa is left out where not every record was screened by the same number of people.
    """
    if found.reviewers < 3:
        return ""
    counts = counts_of(found.first)
    alpha = f"Krippendorff's alpha was {figure(krippendorff_alpha(counts))}"
    fleiss = fleiss_kappa(counts)
    return alpha if fleiss is None else f"Fleiss' kappa was {figure(fleiss)} and {alpha}"


def criteria_named(found: StageAgreement) -> Iterator[tuple[tuple[str, str], str, Agreement]]:
    """Each pair, criterion and agreement on it, where one of the two found it failing."""
    for pair, by_criterion in found.criteria.items():
        for criterion, about in by_criterion.items():
            if about.table.n > about.table.neither:
                yield pair, criterion, about


def figure(value: float | None) -> str:
    """`0.26`, `\u22120.03`, or `not defined`."""
    if value is None:
        return NOT_DEFINED
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text.replace("-", "\u2212")


def kappa_in_words(figures: Figures) -> str:
    """`0.26 (95% CI \u22120.18 to 0.70)`."""
    if figures.kappa is None or figures.kappa_low is None:
        return figure(figures.kappa)
    between = f"{figure(figures.kappa_low)} to {figure(figures.kappa_high)}"
    return f"{figure(figures.kappa)} (95% CI {between})"


def same_votes(figures: Agreement) -> str:
    """`95 of 100`: the records on which both said the same."""
    table = figures.table
    return f"{number(table.both + table.neither)} of {number(table.n)}"
