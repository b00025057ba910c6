"""How each aspect of a comparison is headed, and its lines in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.comparing import Aspect, Change, Kind

HEADINGS: Mapping[Aspect, str] = {
    Aspect.PROTOCOL: "Protocol",
    Aspect.SEARCHES: "Searches",
    Aspect.COUNTS: "Counts over all searches",
    Aspect.RECORDS: "Records",
    Aspect.DUPLICATES: "Duplicates",
    Aspect.DECISIONS: "Verdicts",
    Aspect.REASONS: "Reasons of exclusion",
    Aspect.STUDIES: "Included studies",
    Aspect.REPORTS: "Reports of studies included on both days",
    Aspect.VALUES: "Extracted values",
    Aspect.DIRECTIONS: "Directions",
    Aspect.FINDINGS: "Findings",
    Aspect.CERTAINTY: "Certainty",
    Aspect.CLAIMS: "Claims",
}

KINDS: Mapping[Kind, str] = {
    Kind.ADDED: "new",
    Kind.REMOVED: "gone",
    Kind.CHANGED: "changed",
}


def tally(changes: tuple[Change, ...]) -> str:
    """`12 new, 1 gone, 3 changed`."""
    parts = []
    for kind, word in KINDS.items():
        if n := sum(c.kind is kind for c in changes):
            parts.append(f"{n:,} {word}")
    return ", ".join(parts)
