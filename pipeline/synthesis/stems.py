"""Sentence stems by certainty and size, and whether a statement keeps to its certainty.

GRADE guidelines 26 (Santesso 2020): high says it plainly, moderate with *probably*, low with *may*,
and very low that the evidence is very uncertain.
"""

from __future__ import annotations

import re

from pipeline.terms.finding import Approach, Certainty, Finding, Size
from pipeline.terms.study import Direction

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
