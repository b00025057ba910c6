"""How far those who screened agree: first independent votes, up to the day of the ledger."""

from __future__ import annotations

from functools import lru_cache

from pipeline.ledger import effective
from pipeline.screening.agreement import (
    Agreement,
    StageAgreement,
    agreement_by_stage,
    counts_of,
    krippendorff_alpha,
)
from pipeline.terms.decision import Resolved, Screened, Stage
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.wording import number

NOT_DEFINED = "not defined"


@lru_cache(maxsize=8)
def stage_agreement(dossier: Dossier, stage: Stage) -> StageAgreement:
    """The agreement of every two people at `stage`; a duplicate counts as its kept record."""
    decisions = effective(dossier.decisions)
    positions = dossier.ledger.positions
    known = [d for d in decisions if isinstance(d, (Screened, Resolved)) and d.record in positions]
    return agreement_by_stage(
        [d for d in known if isinstance(d, Screened)],
        [d for d in known if isinstance(d, Resolved)],
        stage,
        (),
        {p.record: p.kept for p in positions.values() if p.kept},
    )


def alpha_of_all(found: StageAgreement) -> str:
    """Krippendorff's alpha over everybody's votes, for three people or more; else nothing."""
    return figure(krippendorff_alpha(counts_of(found.first))) if found.reviewers > 2 else ""


def figure(value: float | None) -> str:
    """`0.26`, `\u22120.03`, or `not defined`."""
    if value is None:
        return NOT_DEFINED
    text = f"{value:.2f}".replace("-0.00", "0.00")
    return text.replace("-", "\u2212")


def kappa_in_words(figures: Agreement) -> str:
    """`0.26 (95% CI \u22120.18 to 0.70)`."""
    if figures.kappa is None or figures.kappa_low is None:
        return figure(figures.kappa)
    between = f"{figure(figures.kappa_low)} to {figure(figures.kappa_high)}"
    return f"{figure(figures.kappa)} (95% CI {between})"


def same_votes(figures: Agreement) -> str:
    """`95 of 100`: the records on which both said the same."""
    table = figures.table
    return f"{number(table.both + table.neither)} of {number(table.n)}"
