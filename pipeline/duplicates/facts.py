"""Step 4a, facts: what the likeness of two records says in the words of a reviewer.

Each name in `POINTS` is a finding that adds or takes points; the names in `PREMISES` are put
together from findings, for the rules. An array over pairs each, true where it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.duplicates.likeness import DIFFERS, SAME

Array = Any
Facts = Mapping[str, Array]

POINTS: Mapping[str, float] = {
    "title equal": 4.0,
    "title nearly equal": 3.5,
    "title contained in the other": 2.5,
    "title alike": 2.0,
    "title rather alike": -1.0,
    "title differs": -6.0,
    "a word of the title differs": -1.0,
    "generic title": -3.0,
    "authors agree": 3.0,
    "first author agrees": 1.0,
    "authors differ": -2.5,
    "same year": 1.0,
    "years differ": -2.5,
    "same journal": 1.5,
    "journals differ": -2.0,
    "same volume": 1.0,
    "volumes differ": -1.5,
    "same issue": 0.5,
    "issues differ": -0.5,
    "same page": 2.5,
    "pages differ": -2.5,
    "same page range": 4.0,
    "one long title in one issue": 0.5,
    "same DOI": 4.0,
    "DOIs differ": -4.0,
    "same PubMed number": 6.0,
    "PubMed numbers differ": -5.0,
    "same abstract": 2.5,
    "abstracts differ": -2.0,
}
"""What each finding adds to the points of a pair."""

TITLE_EQUAL, TITLE_NEARLY, TITLE_ALIKE, TITLE_RATHER = 0.999, 0.95, 0.88, 0.75
WORDS_IN_ANOTHER_ORDER = 0.93
AUTHORS_AGREE, AUTHORS_SURELY, AUTHORS_DIFFER = 0.8, 0.95, 0.6
FIRST_AGREES_ALONE, FIRST_AGREES = 0.85, 0.7
ABSTRACTS_AGREE, ABSTRACTS_DIFFER = 0.9, 0.6
YEARS_BETWEEN_PRINT_AND_SCREEN = 1
"""Ratios from which, or below which, a finding holds; years that one report may lie apart."""

STATES = (
    ("journal", "container"), ("volume", "volume"), ("issue", "issue"), ("page", "page"),
    ("DOI", "doi"), ("PubMed number", "pmid"),
)  # fmt: skip
"""Findings "same …" and "…s differ" by the field whose state they tell."""


def facts(like: Mapping[str, Array]) -> dict[str, Array]:
    """The findings and premises of pairs from their likeness (`likeness.likeness`)."""
    found = _findings(like)
    found.update(_premises(like, found))
    return found


def _findings(like: Mapping[str, Array]) -> dict[str, Array]:
    by_words = np.where(like["title_words"] >= WORDS_IN_ANOTHER_ORDER, like["title_words"], 0)
    title = np.maximum(like["title"], by_words)
    known = like["title_known"]
    equal = known & (like["title"] >= TITLE_EQUAL)
    nearly = known & ~equal & (title >= TITLE_NEARLY)
    lacks = known & ~equal & ~nearly & (like["contained"] | like["labelled"])
    rest = known & ~equal & ~nearly & ~lacks
    agree = (like["authors"] >= AUTHORS_AGREE) & (
        (like["first"] >= FIRST_AGREES) | (like["authors"] >= AUTHORS_SURELY)
    )
    first = ~agree & (like["first"] >= FIRST_AGREES_ALONE)
    abstract = like["abstract"]
    found = {
        "title equal": equal,
        "title nearly equal": nearly,
        "title contained in the other": lacks,
        "title alike": rest & (title >= TITLE_ALIKE),
        "title rather alike": rest & (title < TITLE_ALIKE) & (title >= TITLE_RATHER),
        "title differs": rest & (title < TITLE_RATHER),
        "a word of the title differs": (nearly | (rest & (title >= TITLE_RATHER)))
        & like["reworded"],
        "generic title": like["generic"] & known,
        "authors agree": agree,
        "first author agrees": first,
        "authors differ": ~agree
        & ~first
        & (like["authors"] >= 0)
        & (like["authors"] < AUTHORS_DIFFER),
        "same year": like["years"] == 0,
        "years differ": like["years"] > YEARS_BETWEEN_PRINT_AND_SCREEN,
        "same abstract": abstract >= ABSTRACTS_AGREE,
        "abstracts differ": (abstract >= 0) & (abstract < ABSTRACTS_DIFFER),
    }
    for name, field in STATES:
        found[f"same {name}"] = like[field] == SAME
        found[f"{name}s differ"] = like[field] == DIFFERS
    # one ISSN under two names may be a series of proceedings: the names count
    found["same journal"] |= (like["issn"] == SAME) & ~found["journals differ"]
    found["one long title in one issue"] = (
        equal & like["long"] & ~found["generic title"] & found["same journal"]
    ) & (found["same volume"] & found["same issue"])
    found["same page range"] = (
        found["same page"] & (like["last_page"] == SAME) & like["page_range"]
    ) & (found["same volume"] & found["same journal"])
    return found


def _premises(like: Mapping[str, Array], f: Facts) -> dict[str, Array]:
    title_same = f["title equal"] | f["title nearly equal"] | f["title contained in the other"]
    near_years = like["years"] <= YEARS_BETWEEN_PRINT_AND_SCREEN
    work = title_same & f["authors agree"] & near_years & ~f["generic title"]
    # two reports do not begin on one page of one volume with one title
    placed = f["same page"] & (f["same volume"] | f["same journal"])
    placed |= f["same page"] & work & f["same year"]
    printed = f["same page range"]
    identified = f["same DOI"] | f["same PubMed number"]
    in_one_issue = f["same journal"] & f["same volume"] & f["same issue"]
    in_one_volume = f["same journal"] & f["same volume"] & ~f["issues differ"]
    numbered_anew = like["electronic"] & in_one_volume
    translated = printed & f["authors agree"] & f["same year"] & ~f["DOIs differ"]
    translated &= f["same issue"] | f["same DOI"] | (f["title rather alike"] & ~f["issues differ"])
    return {
        "title same": title_same,
        "title like": title_same | f["title alike"],
        "one work by title, authors and year": work,
        "one printed place": placed,
        "one identifier": identified,
        "in one issue": in_one_issue,
        "in one volume": in_one_volume,
        "one page range and issue": printed
        & title_same
        & ~f["issues differ"]
        & f["same year"]
        & ~f["generic title"],
        "paged for paper and for the screen": work & f["title equal"] & numbered_anew,
        "journal renamed": work
        & f["title equal"]
        & f["same volume"]
        & (f["same issue"] | f["same abstract"]),
        "title translated": translated & like["title_known"],
        "subtitle left out": work & f["same year"] & f["same journal"],
        "details that differ": sum(
            f[name].astype(np.int8)
            for name in (
                "pages differ", "volumes differ", "journals differ", "years differ",
                "issues differ",
            )
        ),
        "title unknown": ~like["title_known"],
        "notice or comment beside a report": like["kind"] == DIFFERS,
        "notice in the place of a report": like["notice"]
        & in_one_issue
        & f["same page"]
        & f["authors agree"],
        "parts differ": like["parts"] == DIFFERS,
        "numbers in the titles differ": like["numbers"] == DIFFERS,
        "forms differ": like["form"] == DIFFERS,
        "supplement on one side": like["supplement"] == DIFFERS,
        "in a supplement": like["supplement"] == SAME,
        "exact copy": like["copy"],
    }  # fmt: skip
