"""The prompts of a critical reflection with the facts that a review holds on each of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from pipeline.document.evidence_base import evidence_base, value_of
from pipeline.document.figures.maps import short_name
from pipeline.document.finding_words import METHODS, votes_of
from pipeline.document.wording import capital, counted, listed, lower_first
from pipeline.model.finding import Certainty, FindingKind
from pipeline.model.narrative import ReflectionPrompt
from pipeline.model.study import Basis
from pipeline.snapshot import Snapshot
from pipeline.synthesis import Vote, ungrouped
from pipeline.synthesis.sensitivity import counted_findings, left_out, recount

PROMPTS: Mapping[ReflectionPrompt, str] = {
    ReflectionPrompt.METHOD: "How the synthesis was made, and what that does to it",
    ReflectionPrompt.EVIDENCE: "How good, how much and how direct the evidence is",
    ReflectionPrompt.ASSUMPTIONS: "What was taken for granted",
    ReflectionPrompt.DISCREPANCIES: "Where studies disagree, and how that was dealt with",
    ReflectionPrompt.GAPS: "Where evidence is weak or missing",
    ReflectionPrompt.TRANSFERABILITY: "For whom and where the findings may hold",
}


def facts_of(prompt: ReflectionPrompt, snapshot: Snapshot) -> tuple[str, ...]:
    """Sentences with what is counted on `prompt`, each with a capital and a full stop."""
    return tuple(f"{capital(fact)}." for fact in _FACTS[prompt](snapshot) if fact)


def _method(snapshot: Snapshot) -> list[str]:
    findings = snapshot.synthesis.findings.values()
    used = Counter(f.method for f in findings)
    said = [
        f"{counted(n, 'finding')} by {METHODS[method]}"
        for method, n in used.items()
        if METHODS[method] != "none"
    ]
    groupings = snapshot.synthesis.groupings.values()
    post_hoc = [lower_first(g.label) for g in groupings if not g.planned]
    return [
        listed(said),
        f"grouped post hoc: {listed(post_hoc)}" if post_hoc else "",
    ]


def _evidence(snapshot: Snapshot) -> list[str]:
    base = evidence_base(snapshot)
    n = len(base.studies)
    alone = sum(s.basis is not Basis.FULL_TEXT for s in base.studies.values())
    designs = Counter(
        value_of(snapshot, s, "design") or "design not given" for s in base.studies.values()
    )
    judged = Counter(q.concerns for q in base.quality.values())
    concerns = [f"{k.value} {m}" for k, m in judged.items() if k]
    unknown = judged[None]
    levels = Counter(f.certainty for f in snapshot.synthesis.findings.values() if f.certainty)
    certainty = [
        f"{level.value.replace('_', ' ')} {levels[level]}" for level in Certainty if levels[level]
    ]
    return [
        f"{counted(n, 'included study', 'included studies')}, {alone} of them not read in full",
        f"designs: {listed(f'{lower_first(d)} {m}' for d, m in designs.most_common())}"
        if n
        else "",
        f"concerns about studies: {listed(concerns)}" if concerns else "",
        f"{counted(unknown, 'study', 'studies')} not judged as a whole" if unknown else "",
        f"certainty of findings: {listed(certainty)}" if certainty else "",
    ]


def _assumptions(snapshot: Snapshot) -> list[str]:
    model = snapshot.synthesis.theory.logic_model
    arrows = model.arrows if model else ()
    assumed = sum(not arrow.findings for arrow in arrows)
    derived = sum(bool(result.derived) for result in evidence_base(snapshot).results.values())
    amended = len(snapshot.review.protocol.amendments)
    return [
        f"{assumed} of {counted(len(arrows), 'arrow')} of the logic model assumed"
        if arrows
        else "",
        f"{counted(derived, 'result')} worked out by us" if derived else "",
        f"{counted(amended, 'change')} to the protocol" if amended else "",
    ]


def _discrepancies(snapshot: Snapshot) -> list[str]:
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    split, conflicting, unclear = [], set[str](), set[str]()
    for finding in counted_findings(synthesis.findings):
        count = votes_of(finding, snapshot)
        if count.higher and count.lower:
            split.append(short_name(finding, snapshot))
        conflicting |= set(count.of(Vote.CONFLICTING))
        unclear |= set(count.of(Vote.UNCLEAR))
    again = []
    for analysis in synthesis.robustness.sensitivity:
        out = left_out(analysis.leave_out, base.studies.values(), base.quality)
        for finding in counted_findings(synthesis.findings, analysis.findings):
            again.append(recount(finding, base.results, tuple(base.studies), out))
    concerned = [r for r in again if r.without]
    left = [r for r in concerned if r.after.studies]
    changed = sum(r.changes for r in left)
    return [
        f"studies point both ways on {listed(split)}"
        if split
        else "on no finding do studies point both ways",
        f"conflicting results within {listed(base.label(s) for s in sorted(conflicting))}"
        if conflicting
        else "",
        f"direction not stated in {listed(base.label(s) for s in sorted(unclear))}"
        if unclear
        else "",
        f"counted again without some studies, the leading direction changes or goes in {changed} "
        f"of {counted(len(left), 'count')}; in {len(concerned) - len(left)} more no study is left"
        if concerned
        else "",
    ]


def _gaps(snapshot: Snapshot) -> list[str]:
    base = evidence_base(snapshot)
    synthesis = snapshot.synthesis
    gaps = [f for f in synthesis.findings.values() if f.kind is FindingKind.GAP]
    single = [
        f
        for f in synthesis.findings.values()
        if f.kind is not FindingKind.GAP and len(f.all_studies) == 1
    ]
    told = {result.outcome for result in base.results.values()}
    silent = [o.label for o in snapshot.review.protocol.outcomes if o.id not in told]
    left = [
        f"{g.label}: {counted(len(ungrouped(g, base.studies)), 'study', 'studies')} in no group"
        for g in synthesis.groupings.values()
        if ungrouped(g, base.studies)
    ]
    return [
        f"{counted(len(gaps), 'finding')} that no study tells" if gaps else "",
        f"{counted(len(single), 'finding')} resting on a single study" if single else "",
        f"no result on {listed(lower_first(label) for label in silent)}" if silent else "",
        listed(left),
    ]


def _transferability(snapshot: Snapshot) -> list[str]:
    base = evidence_base(snapshot)
    said = []
    for path, word in (("country", "countries"), ("setting", "settings")):
        values = Counter(
            value_of(snapshot, study, path) or "not reported" for study in base.studies.values()
        )
        if values and set(values) != {"not reported"}:
            told = [f"{v} ({n})" for v, n in values.most_common(8)]
            more = f" and {len(values) - 8} more" if len(values) > 8 else ""
            said.append(f"{word}: {'; '.join(told)}{more}")
    return said


_FACTS: Mapping[ReflectionPrompt, Callable[[Snapshot], list[str]]] = {
    ReflectionPrompt.METHOD: _method,
    ReflectionPrompt.EVIDENCE: _evidence,
    ReflectionPrompt.ASSUMPTIONS: _assumptions,
    ReflectionPrompt.DISCREPANCIES: _discrepancies,
    ReflectionPrompt.GAPS: _gaps,
    ReflectionPrompt.TRANSFERABILITY: _transferability,
}
