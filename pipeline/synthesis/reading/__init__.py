"""The files of `reviews/SLUG/synthesis/` into one value, held against the review.

What the files name and the review does not have is a problem at its line; so are a reading that
the votes do not bear out, a certainty that its steps do not come to, a quote that no source holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.model.finding import Synthesis
from pipeline.model.narrative import Preliminary, Relationships, Robustness, Theory
from pipeline.model.problem import Problem
from pipeline.model.review import Review
from pipeline.synthesis.reading.estimate_sets import EstimatesFile, read_estimates
from pipeline.synthesis.reading.faults import known_of
from pipeline.synthesis.reading.findings import FindingsFile, GroupsFile, read_findings, read_groups
from pipeline.synthesis.reading.narrative import (
    read_preliminary,
    read_relationships,
    read_robustness,
    read_theory,
)
from pipeline.synthesis.reading.themes import ThemesFile, read_themes

SYNTHESIS_FILES = (
    "theory.yaml",
    "preliminary.yaml",
    "groups.yaml",
    "findings.yaml",
    "estimates.yaml",
    "themes.yaml",
    "relationships.yaml",
    "robustness.yaml",
)
"""The files of a synthesis, each optional, in the order of the four elements."""

FILE_KINDS: Mapping[str, type] = {
    "theory.yaml": Theory,
    "preliminary.yaml": Preliminary,
    "groups.yaml": GroupsFile,
    "findings.yaml": FindingsFile,
    "estimates.yaml": EstimatesFile,
    "themes.yaml": ThemesFile,
    "relationships.yaml": Relationships,
    "robustness.yaml": Robustness,
}
"""The value that each file is read into: its shape, for the schema that editors complete by."""

_NOT_THERE = ("", "")


def read_synthesis(
    files: Mapping[str, tuple[str, str]], review: Review
) -> tuple[Synthesis, tuple[Problem, ...]]:
    """The synthesis of `review` from its files, each (text, name to show) by its name.

    The names are `SYNTHESIS_FILES`. A file that is not there, or whose text is empty, is left out.
    Of a file with a fault in its shape nothing is taken.
    """

    def of(name: str) -> tuple[str, str]:
        return files.get(name, _NOT_THERE)

    known = known_of(review)
    groupings, about_groups = read_groups(of("groups.yaml"), known)
    known = replace(known, groupings=groupings)
    themes, about_themes = read_themes(of("themes.yaml"), known)
    known = replace(known, themes=themes.themes)
    estimates, about_estimates = read_estimates(of("estimates.yaml"), known)
    known = replace(known, estimates=estimates)
    findings, places, about_findings = read_findings(of("findings.yaml"), known, themes)
    known = replace(known, findings=findings)
    theory, about_theory = read_theory(of("theory.yaml"), known)
    preliminary, about_preliminary = read_preliminary(of("preliminary.yaml"), known)
    relationships, about_relationships = read_relationships(of("relationships.yaml"), known)
    robustness, about_robustness = read_robustness(of("robustness.yaml"), known)
    synthesis = Synthesis(
        findings=findings,
        groupings=groupings,
        theory=theory,
        preliminary=preliminary,
        relationships=relationships,
        robustness=robustness,
        estimates=estimates,
        themes=themes,
        places=places,
    )
    problems = (
        *about_findings,
        *about_groups,
        *about_theory,
        *about_preliminary,
        *about_estimates,
        *about_themes,
        *about_relationships,
        *about_robustness,
    )
    return synthesis, problems
