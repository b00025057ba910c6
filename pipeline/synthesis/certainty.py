"""Certainty from where it starts and the steps that its authors took, each with its reason.

GRADE without a pooled estimate (Murad 2017); GRADE-CERQual (Lewin 2018).
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.synthesis.study_facts import RANDOMISED, design_of
from pipeline.terms.finding import Approach, Certainty, Concern, Domain, Finding
from pipeline.terms.study import Study

LEVELS = (Certainty.VERY_LOW, Certainty.LOW, Certainty.MODERATE, Certainty.HIGH)
DOWN_ONLY = frozenset(
    {
        Domain.RISK_OF_BIAS,
        Domain.INCONSISTENCY,
        Domain.INDIRECTNESS,
        Domain.IMPRECISION,
        Domain.PUBLICATION_BIAS,
        Domain.METHODOLOGICAL_LIMITATIONS,
        Domain.COHERENCE,
        Domain.ADEQUACY,
        Domain.RELEVANCE,
    }
)
"""Domains that can only take certainty away; the others of GRADE can only add to it."""


def start_of(finding: Finding, studies: Iterable[Study]) -> Certainty:
    """Where the judgement of `finding` begins.

    CERQual: high. GRADE: as the authors say, else high when every study is a randomised trial, low
    when any is not.
    """
    if finding.approach is Approach.GRADE_CERQUAL:
        return Certainty.HIGH
    if finding.start is not None:
        return finding.start
    designs = [design_of(study) for study in studies]
    randomised = bool(designs) and all(design == RANDOMISED for design in designs)
    return Certainty.HIGH if randomised else Certainty.LOW


def computed(finding: Finding, studies: Iterable[Study]) -> Certainty | None:
    """The level that the start and the steps of `finding` come to, between very low and high.

    None where nothing was stepped: CERQual weighs its concerns together, so a judgement without
    steps is the authors' own.
    """
    steps = sum(reason.steps for reason in finding.reasons)
    if finding.approach is Approach.GRADE_CERQUAL and not any(r.steps for r in finding.reasons):
        return None
    level = LEVELS.index(start_of(finding, studies)) + steps
    return LEVELS[max(0, min(level, len(LEVELS) - 1))]


def out_of_bounds(finding: Finding) -> tuple[str, ...]:
    """What GRADE does not allow in the steps of `finding`, in words."""
    said = []
    down = any(reason.steps < 0 for reason in finding.reasons)
    for reason in finding.reasons:
        domain = reason.domain.value.replace("_", " ")
        if not -3 <= reason.steps <= 2:
            said.append(f"{domain} moves certainty by {abs(reason.steps)} levels")
        elif reason.steps > 0 and reason.domain in DOWN_ONLY:
            said.append(f"{domain} can only take certainty away")
        elif reason.steps < 0 and reason.domain not in DOWN_ONLY:
            said.append(f"{domain} can only add to certainty")
        elif reason.steps > 0 and down:
            said.append(f"{domain} adds to certainty while another domain takes away from it")
    return tuple(said)


def concerns_against(finding: Finding) -> str:
    """Why the CERQual concerns of `finding` do not fit its level, "" where they do."""
    told = [reason.concern for reason in finding.reasons if reason.concern is not None]
    if finding.certainty is Certainty.HIGH and Concern.SERIOUS in told:
        return "it is high although a concern is serious"
    none = told and all(concern is Concern.NONE_OR_VERY_MINOR for concern in told)
    if none and finding.certainty in (Certainty.LOW, Certainty.VERY_LOW):
        return f"it is {str(finding.certainty).replace('_', ' ')} although no concern is named"
    return ""
