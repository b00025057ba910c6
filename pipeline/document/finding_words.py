"""Findings in words: what votes say, how certain it is, whom a result compares with whom."""

from __future__ import annotations

from pipeline.document.evidence_base import evidence_base
from pipeline.document.values import entry_of
from pipeline.document.wording import capital, counted, listed, percent
from pipeline.model.decision import Overlap
from pipeline.model.finding import Approach, Certainty, Finding, SynthesisMethod
from pipeline.model.study import Direction, Result, Study
from pipeline.snapshot import Snapshot
from pipeline.snapshot.as_of import overlaps_of
from pipeline.synthesis import Vote, VoteCount, count_votes
from pipeline.synthesis.certainty import stem

METHODS = {
    SynthesisMethod.VOTE_COUNT: "vote counting by direction of effect",
    SynthesisMethod.SUMMARY_OF_ESTIMATES: "a summary of the estimates",
    SynthesisMethod.TEXTUAL: "a description in words",
    SynthesisMethod.THEMATIC: "thematic synthesis",
    SynthesisMethod.NONE: "none",
}
APPROACHES = {Approach.GRADE: "GRADE", Approach.GRADE_CERQUAL: "GRADE-CERQual"}
_SIGNS = {
    Certainty.HIGH: "\u2295\u2295\u2295\u2295",
    Certainty.MODERATE: "\u2295\u2295\u2295\u25cb",
    Certainty.LOW: "\u2295\u2295\u25cb\u25cb",
    Certainty.VERY_LOW: "\u2295\u25cb\u25cb\u25cb",
}


def votes_of(finding: Finding, snapshot: Snapshot) -> VoteCount:
    """The votes of the included studies whose results a finding names."""
    results = evidence_base(snapshot).results
    return count_votes(results[id] for id in finding.results if id in results)


def share_of_votes(finding: Finding, count: VoteCount) -> tuple[int, int] | None:
    """u of n: how many studies point the way in which the finding is read, of those that point.

    Where the authors read none: the way that more studies point. None when nothing is counted.
    """
    read = finding.direction
    which = Vote(read.value) if read in (Direction.HIGHER, Direction.LOWER) else count.leading
    return (len(count.of(which)), count.counted) if which and count.counted else None


def votes_in_words(count: VoteCount) -> str:
    """`lower in 5 of 6 studies (83%, 95% CI 44% to 97%); conflicting in 1 study`.

    The interval is Wilson's and is left out for a single study, where it says nothing. Studies
    without a direction are named beside the count, never in it (Cochrane Handbook, 12.2.1.3).
    """
    said = []
    n = count.counted
    if n and count.leading is None:
        u = len(count.higher)
        said.append(f"higher in {u} and lower in {u} of {counted(n, 'study', 'studies')}")
    elif count.leading is not None:
        u = len(count.of(count.leading))
        share = f" ({percent(u, n)}, {_interval(count, count.leading)})" if n > 1 else ""
        said.append(f"{count.leading.value} in {u} of {counted(n, 'study', 'studies')}{share}")
    for which, words in (
        (Vote.NO_CLEAR_DIFFERENCE, "no clear difference"),
        (Vote.CONFLICTING, "conflicting"),
        (Vote.UNCLEAR, "no direction stated"),
    ):
        if count.of(which):
            said.append(f"{words} in {counted(len(count.of(which)), 'study', 'studies')}")
    return "; ".join(said) or "no study with a result"


def _interval(count: VoteCount, which: Vote) -> str:
    low, high = count.interval(which)
    return f"95% CI {percent(low, 1)} to {percent(high, 1)}"


def certainty_in_words(finding: Finding) -> str:
    """`Very low ⊕○○○ (GRADE)`, or that it was not judged."""
    if finding.certainty is None:
        return "not judged"
    words = capital(finding.certainty.value.replace("_", " "))
    approach = f" ({APPROACHES[finding.approach]})" if finding.approach else ""
    return f"{words} {_SIGNS[finding.certainty]}{approach}"


def reasons_in_words(finding: Finding) -> str:
    """Each step with its domain and reason: `down one for imprecision: 54 juveniles; …`."""
    said = []
    for reason in finding.reasons:
        domain = reason.domain.value.replace("_", " ")
        way = ""
        if reason.steps:
            way = ("down " if reason.steps < 0 else "up ") + (
                "one" if abs(reason.steps) == 1 else "two"
            )
            way += " for "
        concern = f" ({reason.concern.value.replace('_', ' ')} concern)" if reason.concern else ""
        said.append(f"{way}{domain}{concern}: {' '.join(reason.why.split())}")
    return "; ".join(said)


def methods_used(findings: tuple[Finding, ...]) -> str:
    """The methods that the findings name, in words, each once."""
    named = {finding.method for finding in findings} - {SynthesisMethod.NONE}
    return listed(METHODS[method] for method in SynthesisMethod if method in named)


def stem_of(finding: Finding, snapshot: Snapshot) -> str:
    """The sentence that certainty, direction and size allow, about the outcome of `finding`."""
    labels = {o.id: o.label for o in snapshot.review.protocol.outcomes}
    label = labels.get(finding.outcome, "") or finding.id.replace("-", " ").replace("_", " ")
    subject = f"{label} ({finding.comparison})" if finding.comparison else label
    return stem(finding, capital(subject))


def participants_in_words(finding: Finding, snapshot: Snapshot) -> str:
    """`1,204 participants`, with how many studies do not tell theirs; "" where none does.

    Where two of the studies may share participants, and nobody can tell, the number is a ceiling.
    """
    n, silent = evidence_base(snapshot).participants(finding)
    rest = f"{counted(len(silent), 'study', 'studies')} not telling" if silent else ""
    people = counted(n, "participant") if n else ""
    if people and _may_overlap(finding, snapshot):
        people = f"at most {people} (samples may overlap)"
    return ", ".join(part for part in (people, rest) if part and (n or part == people))


def _may_overlap(finding: Finding, snapshot: Snapshot) -> bool:
    here = set(finding.all_studies)
    return any(
        word.overlap is Overlap.UNCLEAR and here.issuperset(pair)
        for pair, word in overlaps_of(snapshot.decisions).items()
    )


def comparison(result: Result, study: Study, snapshot: Snapshot) -> str:
    """`possessors v. contact offences`, `possessors`, or nothing: the groups by their labels."""
    names = [_group(id, study, snapshot) for id in (result.group, result.comparator) if id]
    return " v. ".join(names)


def _group(id: str, study: Study, snapshot: Snapshot) -> str:
    entry = entry_of(study, "groups", id)
    label = entry.answers.get("label") if entry else None
    if label is not None and isinstance(label.value, str):
        return label.value
    return next((g.label for g in snapshot.review.protocol.groups if g.id == id), id)
