"""Tables of how records were selected: duplicates, who looked, and how far reviewers agreed."""

from __future__ import annotations

from collections import Counter

from pipeline.document.conduct import (
    criteria_named,
    figure,
    kappa_in_words,
    of_all,
    same_votes,
    stage_agreement,
    stage_facts,
)
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import listed, number, percent
from pipeline.model.decision import AUTOMATION, Matched, Stage
from pipeline.model.document import Table
from pipeline.model.standing import Standing
from pipeline.model.undoing import effective
from pipeline.snapshot import Snapshot

_STAGES = {Stage.TITLE_ABSTRACT: "Title and abstract", Stage.FULL_TEXT: "Full text"}


def duplicates(snapshot: Snapshot) -> Table:
    """Who said which records are duplicates, and why, as often as it was said."""
    told: Counter[tuple[str, str]] = Counter()
    positions = snapshot.ledger.positions
    for decision in effective(snapshot.decisions):
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


def screening(snapshot: Snapshot) -> Table:
    """How many records one or several people looked at, and what became of differing verdicts."""
    rows = []
    for stage, label in _STAGES.items():
        facts = stage_facts(snapshot, stage)
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
        id="screening",
        caption="Who looked at what, and where verdicts differed",
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


def agreement(snapshot: Snapshot) -> Table:
    """The 2\u00d72 table and the figures of every two people at each stage; never kappa alone."""
    rows = []
    notes = [
        "First independent votes, before any resolution; unsure counts as include. Kappa: Cohen, "
        "with its 95% interval; AC1: Gwet; PABAK: kappa adjusted for prevalence and bias. Where "
        "nearly everything is excluded, kappa is low although people agree, so it stands beside "
        "the others."
    ]
    for stage, label in _STAGES.items():
        found = stage_agreement(snapshot, stage)
        for (one, other), figures in found.pairs.items():
            counts = figures.table
            rows.append(
                (
                    cell(label),
                    cell(f"{one}, {other}"),
                    cell(
                        f"both include {number(counts.both)}, only the first "
                        f"{number(counts.only_first)}, only the second "
                        f"{number(counts.only_second)}, both exclude {number(counts.neither)}"
                    ),
                    cell(f"{same_votes(figures)} ({percent(figures.observed or 0, 1)})"),
                    cell(kappa_in_words(figures)),
                    cell(
                        f"PABAK {figure(figures.pabak)}, AC1 {figure(figures.ac1)}, prevalence "
                        f"index {figure(figures.prevalence_index)}, bias index "
                        f"{figure(figures.bias_index)}"
                    ),
                )
            )
        if figures_of_all := of_all(found):
            notes.append(f"{label}, all who screened: {figures_of_all}.")
    return Table(
        id="agreement",
        caption="Agreement between reviewers",
        columns=(
            column("stage", "Stage"),
            column("reviewers", "Reviewers"),
            column("votes", "Votes"),
            column("agreed", "Same vote"),
            column("kappa", "Kappa (95% CI)"),
            column("beside", "Beside kappa"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def agreement_by_criterion(snapshot: Snapshot) -> Table:
    """How every two people gave reasons: one row a criterion that one of them found failing."""
    rows = []
    for stage, label in _STAGES.items():
        labels = {c.id: c.label for c in snapshot.review.protocol.criteria_of(stage)}
        for (one, other), criterion, about in criteria_named(stage_agreement(snapshot, stage)):
            counts = about.table
            rows.append(
                (
                    cell(label),
                    cell(f"{one}, {other}"),
                    cell(labels.get(criterion, criterion)),
                    cell(counts.both),
                    cell(counts.only_first),
                    cell(counts.only_second),
                    cell(f"{same_votes(about)} ({percent(about.observed or 0, 1)})"),
                    cell(kappa_in_words(about)),
                    cell(f"PABAK {figure(about.pabak)}, AC1 {figure(about.ac1)}"),
                )
            )
    return Table(
        id="agreement_by_criterion",
        caption="Agreement on the reasons of exclusion",
        columns=(
            column("stage", "Stage"),
            column("reviewers", "Reviewers"),
            column("criterion", "Excluded for", 1.6),
            column("both", "Both", 0.5, numeric=True),
            column("only_first", "Only the first", 0.6, numeric=True),
            column("only_second", "Only the second", 0.6, numeric=True),
            column("agreed", "Same answer"),
            column("kappa", "Kappa (95% CI)"),
            column("beside", "Beside kappa"),
        ),
        rows=tuple(rows),
        notes=(
            "First independent votes. Who excludes for the first criterion that fails says nothing "
            "of those after it, unless all that fail were noted.",
        ),
    )
