"""Summaries of findings: quantitative (GRADE), qualitative (GRADE-CERQual), a finding a row."""

from __future__ import annotations

from pipeline.document.citations import citable
from pipeline.document.estimate_words import SCALES, imprecision_in_words, pooled_in_words
from pipeline.document.evidence_base import evidence_base
from pipeline.document.figures.estimates import absolute_in_words, numbers_of
from pipeline.document.finding_words import (
    certainty_in_words,
    participants_in_words,
    reasons_in_words,
    share_of_votes,
    stem_of,
    votes_in_words,
    votes_of,
)
from pipeline.document.tables.rows import cell, column
from pipeline.document.wording import counted, sentence
from pipeline.model.document import Cell, Table
from pipeline.model.finding import DOMAINS, Approach, Finding, FindingKind
from pipeline.snapshot import Snapshot
from pipeline.synthesis import in_several, ungrouped
from pipeline.synthesis.certainty import start_of
from pipeline.synthesis.imprecision import imprecision_of
from pipeline.synthesis.pools import poolable


def findings(snapshot: Snapshot) -> Table:
    """Each finding with its studies, what their results say, and its certainty with the reasons.

    The columns follow the summary of findings table without effect estimates (Cochrane Handbook,
    11.5.3; SWiM 8), questions in the order of the protocol.
    """
    return Table(
        id="findings",
        caption="Summary of findings",
        columns=(
            column("outcome", "Outcome and comparison", 1.4),
            column("finding", "Finding", 2.4),
            column("studies", "Studies", 1.3),
            column("direction", "Direction of the results", 1.3),
            column("certainty", "Certainty", 0.9),
            column("why", "Why", 1.8),
        ),
        rows=tuple(_row(finding, snapshot) for finding in in_order(snapshot)),
    )


def in_order(snapshot: Snapshot) -> tuple[Finding, ...]:
    """The findings by question, in the order of the protocol, then as they are written."""
    order = {q.id: n for n, q in enumerate(snapshot.review.protocol.questions)}
    return tuple(
        sorted(
            snapshot.synthesis.findings.values(), key=lambda f: order.get(f.question, len(order))
        )
    )


def _row(finding: Finding, snapshot: Snapshot) -> tuple[Cell, ...]:
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    about = [labels.get(finding.outcome, finding.outcome), finding.comparison]
    if not any(about):
        questions = snapshot.review.protocol.questions
        about = [q.short or q.text for q in questions if q.id == finding.question]
    counts = finding.kind is FindingKind.DIRECTION
    said = votes_in_words(votes_of(finding, snapshot)) if counts else "not counted"
    names = citable(snapshot)
    cites = [key for study in finding.all_studies if (key := names.key(study))]
    return (
        cell("; ".join(part for part in about if part)),
        cell(" ".join(finding.statement.split())),
        cell(counted(len(finding.all_studies), "study", "studies"), *cites),
        cell(said),
        cell(certainty_in_words(finding)),
        cell(reasons_in_words(finding)),
    )


def groups(snapshot: Snapshot) -> Table:
    """How studies were grouped, by which rule and why, planned or post hoc (SWiM 1a, 1b)."""
    rows = []
    notes = []
    titles = {id: study.title or id for id, study in snapshot.review.studies.items()}
    for grouping in snapshot.synthesis.groupings.values():
        when = "planned" if grouping.planned else "post hoc"
        for group in grouping.groups:
            members = "; ".join(titles.get(id, id) for id in group.studies)
            rows.append(
                (
                    cell(f"{grouping.label} ({when})"),
                    cell(group.label),
                    cell(members),
                    cell(len(group.studies)),
                )
            )
        said = [part for part in (grouping.rule, grouping.rationale) if part]
        if said:
            notes.append(f"{grouping.label}: {' '.join(' '.join(said).split())}")
        left = ungrouped(grouping, sorted(snapshot.ledger.studies))
        if left:
            named = "; ".join(titles.get(id, id) for id in left)
            notes.append(f"{grouping.label}: in no group: {named}.")
        several = in_several(grouping)
        if several:
            named = "; ".join(titles.get(id, id) for id in several)
            notes.append(f"{grouping.label}: in several groups: {named}.")
    return Table(
        id="groups",
        caption="Groups of studies",
        columns=(
            column("grouping", "Grouped by", 1.4),
            column("group", "Group", 1.2),
            column("studies", "Studies", 2.4),
            column("n", "Number", 0.6, numeric=True),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
    )


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
            said += absolute_in_words(told)
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
    steps = f"Starts {start}; {said}." if said else f"Starts {start}."
    return [steps, *_imprecision(finding, snapshot)]


def _imprecision(finding: Finding, snapshot: Snapshot) -> list[str]:
    """What the pooled numbers of a finding say of imprecision, beside the authors' step."""
    if finding.estimate not in snapshot.synthesis.estimates:
        return []
    told = numbers_of(snapshot, finding.estimate)
    if told.pooled is None or told.asked.pool is None:
        return []
    found = imprecision_of(told.asked, poolable(told.effects, told.asked.pool), told.pooled)
    return [sentence(f"Numbers on imprecision: {imprecision_in_words(found)}")] if found else []


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


_GAP = "No study tells"


def slides(snapshot: Snapshot) -> Table:
    """Each finding with the studies behind it and its certainty, in the order of the questions."""
    order = {question.id: n for n, question in enumerate(snapshot.review.protocol.questions)}
    findings = sorted(
        snapshot.synthesis.findings.values(), key=lambda f: order.get(f.question, len(order))
    )
    rows = []
    for finding in findings:
        n = len(finding.all_studies)
        told = share_of_votes(finding, votes_of(finding, snapshot))
        studies = counted(n, "study", "studies") if n else _GAP
        if told:
            studies = f"{told[0]} of {counted(told[1], 'study', 'studies')}"
        certain = "" if finding.kind is FindingKind.GAP else certainty_in_words(finding)
        rows.append((cell(sentence(finding.statement)), cell(studies), cell(certain)))
    return Table(
        id="slides",
        caption="What was found, one finding a row",
        columns=(
            column("finding", "Finding", 3.2),
            column("studies", "Studies", 0.9),
            column("certainty", "Certainty", 1.1),
        ),
        rows=tuple(rows),
    )
