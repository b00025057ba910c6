"""Tables of how records were selected: duplicates and how far reviewers agreed."""

from __future__ import annotations

from collections import Counter

from pipeline.ledger import effective
from pipeline.terms.decision import AUTOMATION, Matched, Stage
from pipeline.terms.document import Table
from pipeline.terms.standing import Standing
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.selection import stage_facts
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.wording import listed, percent

_STAGES = {Stage.TITLE_ABSTRACT: "Title and abstract", Stage.FULL_TEXT: "Full text"}


def duplicates(dossier: Dossier) -> Table:
    """Who said which records are duplicates, and why, as often as it was said."""
    told: Counter[tuple[str, str]] = Counter()
    positions = dossier.ledger.positions
    for decision in effective(dossier.decisions):
        if isinstance(decision, Matched) and decision.same and decision.record in positions:
            by = decision.method or AUTOMATION if decision.reviewer == AUTOMATION else "a person"
            told[by, decision.reason or "no reason given"] += 1
    rows = [(cell(by), cell(why), cell(n)) for (by, why), n in sorted(told.items())]
    removed = sum(p.standing is Standing.DUPLICATE for p in positions.values())
    return Table(
        id="duplicates",
        caption="How duplicates were found",
        columns=(
            column("by", "Decided by", 1.2),
            column("why", "Why", 3),
            column("pairs", "Pairs", 0.6, numeric=True),
        ),
        rows=tuple(rows),
        notes=(
            f"Records removed as duplicates: {removed}. Pairs can be more than the records "
            "removed, as one record may be paired with several.",
        ),
    )


def agreement(dossier: Dossier) -> Table:
    """How many records several people looked at, and on how many their verdicts differed."""
    rows = []
    for stage, label in _STAGES.items():
        facts = stage_facts(dossier, stage)
        agreed = facts.by_more - facts.differed_by_more
        rows.append(
            (
                cell(label),
                cell(listed(facts.reviewers)),
                cell(facts.by_one),
                cell(facts.by_more),
                cell(facts.differed),
                cell(percent(agreed, facts.by_more) if facts.by_more else "none to compare"),
                cell(facts.settled),
            )
        )
    return Table(
        id="agreement",
        caption="Agreement between reviewers",
        columns=(
            column("stage", "Stage"),
            column("reviewers", "Reviewers", 1.4),
            column("by_one", "Looked at by one", 0.9, numeric=True),
            column("by_more", "Looked at by two or more", 0.9, numeric=True),
            column("differed", "Verdicts differ or unsure", 0.9, numeric=True),
            column("agreed", "Same verdict", 0.8, numeric=True),
            column("settled", "Settled by resolution", 0.9, numeric=True),
        ),
        rows=tuple(rows),
        notes=("Same verdict: share of the records that two or more people looked at.",),
    )
