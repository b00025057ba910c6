"""Robustness in tables: findings counted again, and the facts beside each prompt of reflection."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.synthesis.sensitivity import counted_findings, left_out, recount
from pipeline.terms.document import Cell, Table
from pipeline.writeup.drawn.maps import short_name
from pipeline.writeup.evidence_base import evidence_base
from pipeline.writeup.reflecting import PROMPTS, facts_of
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.votes import votes_in_words
from pipeline.writeup.wording import capital, counted


def sensitivity(snapshot: Snapshot) -> Table:
    """Each counted finding with all its studies and without those that an analysis leaves out."""
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    rows: list[tuple[Cell, ...]] = []
    notes: list[str] = []
    for analysis in synthesis.robustness.sensitivity:
        out = left_out(analysis.leave_out, base.studies.values(), base.quality)
        named = "; ".join(base.label(id) for id in out) or "no study"
        when = "planned" if analysis.planned else "post hoc"
        why = f" {' '.join(analysis.reason.split()).removesuffix('.')}." if analysis.reason else ""
        notes.append(f"{analysis.label} ({when}).{why} Left out: {named}.")
        for finding in counted_findings(synthesis.findings, analysis.findings):
            again = recount(finding, base.results, tuple(base.studies), out)
            if not again.before.studies:
                continue
            rows.append(
                (
                    cell(analysis.label),
                    cell(short_name(finding, snapshot)),
                    cell(votes_in_words(again.before)),
                    cell(
                        votes_in_words(again.after) if again.after.studies else "no study is left"
                    ),
                    cell(_verdict(again.changes, bool(again.without), bool(again.after.studies))),
                )
            )
    return Table(
        id="sensitivity",
        caption="Findings counted again without some studies",
        columns=(
            column("analysis", "Analysis", 1.3),
            column("finding", "Finding", 1.2),
            column("before", "All studies", 1.5),
            column("after", "Without them", 1.5),
            column("verdict", "What changes", 0.9),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


def _verdict(changes: bool, concerned: bool, left: bool) -> str:
    if not concerned:
        return "not concerned"
    if not left:
        return "nothing is left"
    return "the direction changes" if changes else "the direction holds"


def reflection(snapshot: Snapshot) -> Table:
    """The prompts of critical reflection, the facts that the review holds on each, and what its
    authors say."""
    said = snapshot.synthesis.robustness.reflection
    rows = [
        (
            cell(question),
            cell("\n".join(facts_of(prompt, snapshot))),
            cell(" ".join(said.get(prompt, "").split()) or "not yet written"),
        )
        for prompt, question in PROMPTS.items()
    ]
    open_ = sum(prompt not in said for prompt in PROMPTS)
    left = f"{counted(open_, 'prompt', words=True)} still to be written." if open_ else ""
    return Table(
        id="reflection",
        caption="Critical reflection on the synthesis",
        columns=(
            column("prompt", "Prompt", 1.1),
            column("facts", "Facts", 1.8),
            column("said", "Reflection", 2.2),
        ),
        rows=tuple(rows),
        notes=(capital(left),) if left else (),
    )
