"""The methods section in sentences that tell what was planned and what was done.

Adding a section is one function from a snapshot to pandoc Markdown and one row of METHODS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.document.methods import (
    changes_of_protocol,
    finding_studies,
    planning,
    reading_studies,
    selecting,
    synthesising,
)
from pipeline.snapshot import Snapshot

See = Callable[[str], str]
"""` (Table 3)` for a table that the manuscript places, nothing for one that it does not."""


@dataclass(frozen=True, slots=True)
class MethodSection:
    heading: str
    say: Callable[[Snapshot, See], str]


METHODS: Mapping[str, MethodSection] = {
    "protocol": MethodSection("Protocol", planning.protocol),
    "eligibility": MethodSection("Eligibility", planning.eligibility),
    "outcomes": MethodSection("Outcomes", planning.outcomes),
    "search": MethodSection("Searches", finding_studies.search),
    "duplicates": MethodSection("Duplicates", finding_studies.duplicates),
    "selection": MethodSection("Selection", selecting.selection),
    "retrieval": MethodSection("Reports", selecting.retrieval),
    "extraction": MethodSection("Extraction", reading_studies.extraction),
    "appraisal": MethodSection("Appraisal", reading_studies.appraisal),
    "synthesis": MethodSection("Synthesis", synthesising.synthesis),
    "software": MethodSection("Software", planning.software),
    "amendments": MethodSection("Changes to the protocol", changes_of_protocol.amendments),
}
