"""Findings counted again: without some studies, or apart by what they may differ in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.finding import Finding, FindingKind, Grouping
from pipeline.model.form import Light
from pipeline.model.narrative import Concerns, LeaveOut, Preliminary
from pipeline.model.study import Judgement, Result, Study
from pipeline.synthesis.directions import VoteCount, count_votes
from pipeline.synthesis.study_facts import design_of

_OF_LIGHT = {
    Light.GOOD: Concerns.LOW,
    Light.SOME: Concerns.SOME,
    Light.BAD: Concerns.HIGH,
    Light.WORST: Concerns.HIGH,
    Light.UNKNOWN: Concerns.UNCLEAR,
}
_WORST_FIRST = (Light.WORST, Light.BAD, Light.UNKNOWN, Light.SOME, Light.GOOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyQuality:
    """The concerns about a study (None: nobody judged it as a whole), its overall light where an
    instrument gives one, and how many answers of its appraisal are good, in between, bad, open."""

    concerns: Concerns | None = None
    light: Light | None = None
    answers: tuple[tuple[Light, int], ...] = ()


def quality_of(
    study: str, judgements: Sequence[Judgement], preliminary: Preliminary
) -> StudyQuality:
    """The quality of `study` from its judgements.

    An instrument's overall judgement counts, the worst where there are several; else what the
    authors say in the preliminary synthesis, with their reason; else none: answers are not added
    up (MMAT 2018, JBI and CASP make no overall score).
    """
    overall = [j.light for j in judgements if j.overall and j.light is not Light.NONE]
    light = next((one for one in _WORST_FIRST if one in overall), None)
    said = preliminary.quality.get(study)
    counted: Counter[Light] = Counter(
        j.light for j in judgements if not j.overall and j.light is not Light.NONE
    )
    concerns = _OF_LIGHT[light] if light else (said.concerns if said else None)
    return StudyQuality(
        concerns=concerns,
        light=light,
        answers=tuple((one, counted[one]) for one in Light if counted[one]),
    )


def left_out(
    rule: LeaveOut, studies: Iterable[Study], quality: Mapping[str, StudyQuality]
) -> tuple[str, ...]:
    """The ids of the studies that `rule` leaves out: those for which any part of it holds."""
    found = []
    for study in studies:
        judged = StudyQuality()
        if (rule.concerns or rule.lights) and study.id in quality:
            judged = quality[study.id]
        if (
            study.basis in rule.basis
            or design_of(study) in rule.designs
            or study.id in rule.studies
            or (judged.concerns is not None and judged.concerns in rule.concerns)
            or (judged.light is not None and judged.light in rule.lights)
        ):
            found.append(study.id)
    return tuple(found)


def counted_findings(
    findings: Mapping[str, Finding], named: Sequence[str] = ()
) -> tuple[Finding, ...]:
    """The findings `named`, or all that are counted by direction."""
    if named:
        return tuple(findings[id] for id in named if id in findings)
    return tuple(f for f in findings.values() if f.kind is FindingKind.DIRECTION)


def votes_among(
    finding: Finding, results: Mapping[str, Result], studies: Iterable[str]
) -> VoteCount:
    """The votes on `finding` of those of `studies` alone."""
    wanted = frozenset(studies)
    return count_votes(
        results[id] for id in finding.results if id in results and results[id].study in wanted
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Recount:
    """A finding counted with all its studies and again without some of them."""

    finding: str
    before: VoteCount
    after: VoteCount
    without: tuple[str, ...]

    @property
    def changes(self) -> bool:
        """Whether the leading direction became another one, or went."""
        return self.before.leading is not self.after.leading


def recount(
    finding: Finding, results: Mapping[str, Result], included: Sequence[str], out: Sequence[str]
) -> Recount:
    """`finding` counted among the studies `included`, and again without those `out`."""
    concerned = votes_among(finding, results, included)
    return Recount(
        finding=finding.id,
        before=concerned,
        after=votes_among(finding, results, (id for id in included if id not in out)),
        without=tuple(id for id in concerned.studies if id in out),
    )


def by_group(
    finding: Finding, results: Mapping[str, Result], grouping: Grouping, included: Iterable[str]
) -> Mapping[str, VoteCount]:
    """The votes on `finding` in each group of `grouping`, by the id of the group."""
    among = frozenset(included)
    return {
        group.id: votes_among(finding, results, (id for id in group.studies if id in among))
        for group in grouping.groups
    }
