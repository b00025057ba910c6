"""Summary of findings tables: quantitative (GRADE) and qualitative (GRADE-CERQual)."""

from __future__ import annotations

from pipeline.snapshot import Snapshot
from pipeline.synthesis.certainty import start_of
from pipeline.terms.document import Cell, Table
from pipeline.terms.finding import DOMAINS, Approach, Finding, FindingKind
from pipeline.writeup.citations import citable
from pipeline.writeup.drawn.numbers import numbers_of
from pipeline.writeup.estimate_words import SCALES, pooled_in_words
from pipeline.writeup.evidence_base import evidence_base
from pipeline.writeup.saying import participants_in_words, stem_of
from pipeline.writeup.tables.findings import in_order
from pipeline.writeup.tables.rows import cell, column
from pipeline.writeup.votes import certainty_in_words, reasons_in_words, votes_in_words, votes_of
from pipeline.writeup.wording import counted, sentence


def is_qualitative(finding: Finding) -> bool:
    return finding.approach is Approach.GRADE_CERQUAL or finding.kind is FindingKind.THEME


def summary_of_findings(snapshot: Snapshot) -> Table:
    """Outcome by outcome: what happens, in how many people and studies, how certain and why.

    The effect columns of the Cochrane table hold the count of directions or the pooled estimate
    (Cochrane Handbook 14.1; Murad 2017).
    """
    found = [f for f in in_order(snapshot) if not is_qualitative(f)]
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    rows = []
    for finding in found:
        about = [labels.get(finding.outcome, ""), finding.comparison]
        rows.append(
            (
                cell("; ".join(part for part in about if part) or finding.id),
                cell(sentence(finding.statement)),
                cell(_effect(finding, snapshot)),
                _base(finding, snapshot),
                cell(certainty_in_words(finding)),
                cell("\n".join((*_steps(finding, snapshot), *_comments(finding)))),
            )
        )
    return Table(
        id="summary_of_findings",
        caption="Summary of findings",
        columns=(
            column("outcome", "Outcome and comparison", 1.3),
            column("what", "What happens", 1.8),
            column("effect", "Results", 1.4),
            column("n", "Participants and studies", 1.1),
            column("certainty", "Certainty", 0.9),
            column("why", "Steps and comments", 2),
        ),
        rows=tuple(rows),
        notes=(_STEMS,) if rows else (),
    )


_STEMS = (
    "Of studies that are known to share participants only the largest counts. Certainty is that of "
    "the evidence for what happens: high, moderate (probably), low (may), very low (uncertain)."
)


def _effect(finding: Finding, snapshot: Snapshot) -> str:
    said = []
    if finding.estimate in snapshot.synthesis.estimates:
        told = numbers_of(snapshot, finding.estimate)
        if told.pooled is not None:
            scale = told.asked.scale
            said.append(f"{SCALES[scale]} {pooled_in_words(told.pooled, scale, told.n)}, pooled")
    if finding.kind is FindingKind.DIRECTION:
        said.append(votes_in_words(votes_of(finding, snapshot)))
    stem = stem_of(finding, snapshot)
    if stem and finding.kind is FindingKind.DIRECTION:
        said.append(f"In standard words: {sentence(stem)}")
    return "\n".join(said) or ("no study" if finding.kind is FindingKind.GAP else "not counted")


def _base(finding: Finding, snapshot: Snapshot) -> Cell:
    names = citable(snapshot)
    known = evidence_base(snapshot).studies
    studies = [id for id in finding.all_studies if id in known]
    cites = [key for id in studies if (key := names.key(id))]
    n = counted(len(studies), "study", "studies")
    people = participants_in_words(finding, snapshot)
    return cell(f"{people}; {n}" if people else n, *cites)


def _steps(finding: Finding, snapshot: Snapshot) -> list[str]:
    """Where the judgement starts, and each step with its reason."""
    if finding.certainty is None:
        return []
    studies = snapshot.review.studies
    concerned = [studies[id] for id in finding.all_studies if id in studies]
    start = str(start_of(finding, concerned)).replace("_", " ")
    said = reasons_in_words(finding)
    return [f"Starts {start}; {said}." if said else f"Starts {start}."]


def _comments(finding: Finding) -> list[str]:
    return [sentence(words) for words in (finding.comments,) if words]


def summary_of_qualitative_findings(snapshot: Snapshot) -> Table:
    """Review findings with the studies that contribute, the confidence in them, and the concerns in
    each of the four components (Lewin 2018)."""
    found = [f for f in in_order(snapshot) if is_qualitative(f)]
    rows = []
    for finding in found:
        concerns = {reason.domain: reason for reason in finding.reasons}
        told = []
        for domain in DOMAINS[Approach.GRADE_CERQUAL]:
            name = domain.value.replace("_", " ")
            reason = concerns.get(domain)
            if reason is None:
                told.append(f"{name}: not judged")
                continue
            level = reason.concern.value.replace("_", " ") if reason.concern else "no level given"
            told.append(f"{name}: {level} ({' '.join(reason.why.split()).removesuffix('.')})")
        rows.append(
            (
                cell(sentence(finding.statement)),
                _base(finding, snapshot),
                cell(certainty_in_words(finding)),
                cell("\n".join((*(sentence(t) for t in told), *_comments(finding)))),
            )
        )
    return Table(
        id="summary_of_qualitative_findings",
        caption="Summary of qualitative findings",
        columns=(
            column("finding", "Review finding", 2),
            column("studies", "Contributing studies", 1.1),
            column("confidence", "Confidence", 0.9),
            column("explanation", "Concerns", 2.4),
        ),
        rows=tuple(rows),
    )
