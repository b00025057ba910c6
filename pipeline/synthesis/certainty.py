"""Certainty from where it starts and the steps taken, and the sentence stems that keep to it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.model.finding import Approach, Certainty, Concern, Domain, Finding, Size
from pipeline.model.study import Direction, Study
from pipeline.synthesis.study_facts import RANDOMISED, design_of

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


_SIZES = {
    Size.LARGE: "much {}",
    Size.MODERATE: "{}",
    Size.SLIGHT: "slightly {}",
    Size.LITTLE_OR_NONE: "little or no different",
    None: "{}",
}
_IS = {Certainty.HIGH: "is", Certainty.MODERATE: "is probably", Certainty.LOW: "may be"}
_DOES_NOT = {
    Certainty.HIGH: "does not clearly differ",
    Certainty.MODERATE: "probably does not clearly differ",
    Certainty.LOW: "may not clearly differ",
}
_DIFFERS = {
    Certainty.HIGH: "differs, but not in one direction",
    Certainty.MODERATE: "probably differs, but not in one direction",
    Certainty.LOW: "may differ, but not in one direction",
}
_WORDS = {
    Certainty.HIGH: (),
    Certainty.MODERATE: ("probably", "likely"),
    Certainty.LOW: ("may", "might", "could"),
    Certainty.VERY_LOW: ("uncertain", "unclear", "unknown", "not known"),
}
_HEDGES = re.compile(r"\b(?:probably|likely|may|might|could|uncertain|unclear|unknown)\b")


def stem(finding: Finding, subject: str) -> str:
    """The sentence that certainty, direction and size of `finding` allow, about `subject`.

    Without a full stop; "" where the certainty was not judged or the finding compares nothing.
    A finding judged with GRADE-CERQual speaks of confidence in its own statement.
    """
    certainty = finding.certainty
    if certainty is None:
        return ""
    if finding.approach is Approach.GRADE_CERQUAL:
        level = str(certainty).replace("_", " ")
        return f"There is {level} confidence that {_small(finding.statement)}"
    if finding.direction in (None, Direction.DESCRIPTIVE):
        return ""
    if certainty is Certainty.VERY_LOW:
        return f"The evidence is very uncertain about {_small(subject)}"
    if finding.size is Size.LITTLE_OR_NONE:
        return f"{subject} {_IS[certainty]} {_SIZES[finding.size]}"
    if finding.direction is Direction.NO_CLEAR_DIFFERENCE:
        return f"{subject} {_DOES_NOT[certainty]}"
    if finding.direction in (Direction.HIGHER, Direction.LOWER):
        return f"{subject} {_IS[certainty]} {_SIZES[finding.size].format(finding.direction)}"
    return f"{subject} {_DIFFERS[certainty]}"


def overstated(finding: Finding) -> str:
    """Why the statement of `finding` says more or less than its certainty, "" where it keeps to it.

    Looked at only where the authors named a `size`: by that they ask for the standard wording.
    """
    if finding.size is None or finding.certainty is None:
        return ""
    if finding.approach is Approach.GRADE_CERQUAL:
        return ""
    said = finding.statement.casefold()
    wanted = _WORDS[finding.certainty]
    level = str(finding.certainty).replace("_", " ")
    hedge = _HEDGES.search(said)
    if not wanted and hedge:
        return f"its certainty is {level}, so it needs no {hedge.group()!r}"
    if wanted and not any(re.search(rf"\b{re.escape(word)}\b", said) for word in wanted):
        return f"its certainty is {level}, so it says {' or '.join(repr(w) for w in wanted)}"
    return ""


def _small(text: str) -> str:
    """`text` with a small first letter, unless its first word is an acronym; no full stop."""
    text = " ".join(text.split()).removesuffix(".")
    first = text.split(" ", 1)[0]
    return text if any(c.isupper() for c in first[1:]) else text[:1].lower() + text[1:]
