"""Step 4b, rules: what no sum of points overrules. One row a rule, one test a row.

A veto says *different* and keeps whole groups apart; a doubt says *ask a person*, and keeps groups
apart as well, so that a third record cannot join two that contradict each other. Where a rule has
an exception, the row says which other evidence is worth more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.duplicates.facts import Array, Facts


@dataclass(frozen=True, slots=True)
class PairRule:
    """`name` is told to people; `holds` says for which pairs the rule speaks."""

    name: str
    holds: Callable[[Facts], Array]


VETOES: tuple[PairRule, ...] = (
    PairRule(
        "an erratum, a reply or a comment beside a report",
        lambda f: f["notice or comment beside a report"] & ~f["notice in the place of a report"],
    ),
    PairRule("different parts of a series", lambda f: f["parts differ"]),
    PairRule(
        "DOIs differ and another detail too",
        lambda f: (
            f["DOIs differ"]
            & ~f["one page range and issue"]
            & ((f["details that differ"] > 0) | f["generic title"])
        ),
    ),
    PairRule(
        "a standing title in another issue or year",
        lambda f: (
            f["generic title"]
            & (f["volumes differ"] | f["issues differ"] | f["years differ"])
            & ~f["same DOI"]
        ),
    ),
    PairRule(
        "PubMed numbers differ",
        lambda f: f["PubMed numbers differ"] & ~f["one printed place"],
    ),
    PairRule(
        "pages and volumes differ",
        lambda f: f["pages differ"] & f["volumes differ"] & ~f["one identifier"],
    ),
    PairRule(
        "a standing title and no place or identifier in common",
        lambda f: (
            f["generic title"]
            & ~(f["one printed place"] | f["one identifier"])
            & ~(f["in one issue"] & f["authors agree"])
        ),
    ),
    PairRule(
        "no title and no identifier in common",
        lambda f: f["title unknown"] & ~f["one identifier"],
    ),
    PairRule(
        "titles differ",
        lambda f: (
            ~f["title like"]
            & ~(f["one identifier"] & f["one printed place"])
            & ~(f["one printed place"] & f["authors agree"])
        ),
    ),
)

DOUBTS: tuple[PairRule, ...] = (
    PairRule(
        "an erratum in the place of a report",
        lambda f: f["notice in the place of a report"],
    ),
    PairRule(
        "numbers in the titles differ",
        lambda f: (
            f["numbers in the titles differ"]
            & ~f["title contained in the other"]
            & ~((f["one printed place"] & ~f["in a supplement"]) | f["one identifier"])
        ),
    ),
    PairRule(
        "a word of the title differs",
        lambda f: (
            f["a word of the title differs"]
            & ~(
                (f["one printed place"] & ~f["in a supplement"])
                | f["one identifier"]
                | f["same abstract"]
            )
        ),
    ),
    PairRule(
        "the DOIs differ",
        lambda f: f["DOIs differ"] & ~f["one page range and issue"],
    ),
    PairRule(
        "the journals differ",
        lambda f: (
            f["journals differ"]
            & ~(f["one printed place"] | f["one identifier"] | f["journal renamed"])
        ),
    ),
    PairRule(
        "the years differ",
        lambda f: (
            f["years differ"]
            & ~(
                f["one printed place"]
                | f["one identifier"]
                | (f["in one issue"] & f["title same"] & f["authors agree"])
            )
        ),
    ),
    PairRule(
        "the pages differ",
        lambda f: (
            f["pages differ"]
            & ~(f["one identifier"] & f["title same"] & f["authors agree"])
            & ~f["paged for paper and for the screen"]
        ),
    ),
    PairRule(
        "the volumes differ",
        lambda f: f["volumes differ"] & ~(f["one identifier"] & f["title same"]),
    ),
    PairRule(
        "the issues differ",
        lambda f: (
            f["issues differ"]
            & ~(
                (f["same page"] & ~f["generic title"])
                | (f["one identifier"] & f["title same"])
                | (f["same abstract"] & ~f["pages differ"])
            )
        ),
    ),
    PairRule(
        "the authors differ",
        lambda f: (
            f["authors differ"]
            & ~(
                f["title equal"] & f["same abstract"] & f["one printed place"] & ~f["generic title"]
            )
        ),
    ),
    PairRule("the titles differ", lambda f: ~f["title like"] & ~f["title translated"]),
    PairRule(
        "one title is the other and more",
        lambda f: (
            f["title contained in the other"]
            & ~(
                f["one printed place"]
                | f["one identifier"]
                | f["same volume"]
                | f["same abstract"]
                | f["subtitle left out"]
            )
        ),
    ),
    PairRule(
        "one identifier, but two details differ",
        lambda f: f["one identifier"] & (f["details that differ"] > 1) & ~f["title equal"],
    ),
    PairRule(
        "a standing title that authors, abstract or place do not settle",
        lambda f: (
            f["generic title"]
            & ~(f["authors agree"] | f["same abstract"])
            & ~(f["one printed place"] & f["one identifier"])
        ),
    ),
    PairRule(
        "a standing title and no page in common",
        lambda f: f["generic title"] & ~(f["one printed place"] | f["one identifier"]),
    ),
    PairRule(
        "a book and a chapter, a thesis and an article, or other kinds of publication",
        lambda f: f["forms differ"] & ~f["one printed place"],
    ),
    PairRule(
        "a supplement, perhaps the abstract of a meeting, beside another place",
        lambda f: f["supplement on one side"] & ~f["one printed place"] & ~f["one identifier"],
    ),
)


def holding(rules: tuple[PairRule, ...], facts: Facts) -> Mapping[str, Array]:
    """For each rule by its name, the pairs for which it speaks."""
    return {rule.name: rule.holds(facts) for rule in rules}
