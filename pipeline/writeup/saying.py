"""A finding in standard words: its stem, and how many people it speaks of."""

from __future__ import annotations

from pipeline.ledger import overlaps_of
from pipeline.snapshot import Snapshot
from pipeline.synthesis.stems import stem
from pipeline.terms.decision import Overlap
from pipeline.terms.finding import Finding
from pipeline.writeup.evidence_base import evidence_base
from pipeline.writeup.wording import capital, counted


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
