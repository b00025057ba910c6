"""Step 4, same report: the answer about a pair from its likeness, by points and vetoes, in words.

Points add up what speaks for and against; vetoes are what no sum of points may overrule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pipeline.duplicates.likeness import DIFFERS, SAME

Array = Any
DIFFERENT, ASK, MERGE = 0, 1, 2
ANSWERS = ("different", "ask", "same")
OTHER_REPORT = "same study, other report"
SAME_REPORT = "same report"

MERGE_FROM, ASK_FROM = 7.5, 5.0
POINTS: Mapping[str, float] = {
    "title equal": 4.0,
    "title nearly equal": 3.5,
    "title lacks the subtitle": 2.5,
    "title alike": 2.0,
    "title rather alike": -1.0,
    "title differs": -6.0,
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
    "same DOI": 4.0,
    "DOIs differ": -4.0,
    "same PubMed number": 6.0,
    "PubMed numbers differ": -5.0,
    "same abstract": 2.5,
    "abstracts differ": -2.0,
}
"""What each finding adds; a pair with `MERGE_FROM` points is merged, from `ASK_FROM` asked."""


def findings(like: Mapping[str, Array]) -> dict[str, Array]:
    """Which of the findings named in `POINTS` hold for each pair."""
    title = np.maximum(like["title"], np.where(like["title_words"] >= 0.93, like["title_words"], 0))
    known = like["title_known"]
    equal = known & (like["title"] >= 0.999)
    nearly = known & ~equal & (title >= 0.95)
    lacks = known & ~equal & ~nearly & like["contained"]
    rest = known & ~equal & ~nearly & ~lacks
    agree = (like["authors"] >= 0.8) & ((like["first"] >= 0.7) | (like["authors"] >= 0.95))
    first = ~agree & (like["first"] >= 0.85)
    abstract = like["abstract"]
    found = {
        "title equal": equal,
        "title nearly equal": nearly,
        "title lacks the subtitle": lacks,
        "title alike": rest & (title >= 0.88),
        "title rather alike": rest & (title < 0.88) & (title >= 0.75),
        "title differs": rest & (title < 0.75),
        "generic title": like["generic"] & known,
        "authors agree": agree,
        "first author agrees": first,
        "authors differ": ~agree & ~first & (like["authors"] >= 0) & (like["authors"] < 0.6),
        "same year": like["years"] == 0,
        "years differ": like["years"] > 1,
        "same abstract": abstract >= 0.9,
        "abstracts differ": (abstract >= 0) & (abstract < 0.6),
    }
    for name, field in (
        ("journal", "container"), ("volume", "volume"), ("issue", "issue"), ("page", "page"),
        ("DOI", "doi"), ("PubMed number", "pmid"),
    ):  # fmt: skip
        found[f"same {name}"] = like[field] == SAME
        found[f"{name}s differ"] = like[field] == DIFFERS
    found["same journal"] = found["same journal"] | (like["issn"] == SAME)
    found["journals differ"] = found["journals differ"] & ~found["same journal"]
    return found


def judge(like: Mapping[str, Array]) -> tuple[Array, Array, Array, dict[str, Array]]:
    """For each pair: answer, whether it is another report of the same study, points, findings."""
    f = findings(like)
    points = np.zeros(len(like["title"]), dtype=np.float64)
    for name, worth in POINTS.items():
        points += np.where(f[name], worth, 0.0)

    title_same = f["title equal"] | f["title nearly equal"] | f["title lacks the subtitle"]
    title_like = title_same | f["title alike"]
    works = title_same & f["authors agree"] & (like["years"] <= 1) & ~f["generic title"]
    # one printed place: two reports do not begin on one page of one volume with one title
    placed = f["same page"] & (f["same volume"] | f["same journal"])
    placed |= f["same page"] & works & f["same year"]
    printed = placed & f["same volume"] & f["same journal"] & (like["last_page"] == SAME)
    identified = f["same DOI"] | f["same PubMed number"]
    # paper and electronic paging of one article; a supplement is the conference's own report
    repaged = works & f["title equal"] & f["same journal"] & f["same volume"]
    repaged &= ~f["issues differ"] & (~like["supplement"] | like["paging"])
    renamed = works & f["title equal"] & f["same volume"] & (f["same issue"] | f["same abstract"])
    details_differ = (
        f["pages differ"].astype(int)
        + f["volumes differ"]
        + f["journals differ"]
        + f["years differ"]
        + f["issues differ"]
    )

    never = ~like["kind"] | (like["parts"] == DIFFERS)
    never |= f["DOIs differ"] & (details_differ > 0) & ~printed
    never |= f["PubMed numbers differ"] & ~placed
    never |= f["pages differ"] & f["volumes differ"] & ~identified
    never |= f["generic title"] & ~(placed | identified)
    never |= ~title_like & ~(identified & placed) & ~(placed & f["authors agree"])

    unsure = (like["numbers"] == DIFFERS) & ~f["title lacks the subtitle"] & ~(placed | identified)
    unsure |= f["DOIs differ"] & ~printed
    unsure |= f["journals differ"] & ~(placed | identified | renamed)
    unsure |= f["years differ"] & ~(placed | identified)
    unsure |= f["pages differ"] & ~(identified | repaged)
    unsure |= f["volumes differ"] & ~(f["same page"] | identified)
    unsure |= f["issues differ"] & ~(f["same page"] | identified | f["same abstract"])
    unsure |= f["authors differ"] & ~(placed & f["title equal"])
    unsure |= ~title_like & ~(printed & f["authors agree"] & f["title rather alike"])
    unsure |= identified & (details_differ > 1) & ~f["title equal"]
    unsure |= (
        f["generic title"] & ~(f["authors agree"] | f["same abstract"]) & ~(placed & identified)
    )
    unsure &= ~like["copy"]

    answer = np.where(
        never,
        DIFFERENT,
        np.where(
            points >= ASK_FROM, np.where((points >= MERGE_FROM) & ~unsure, MERGE, ASK), DIFFERENT
        ),
    )
    answer = np.where(like["copy"], MERGE, answer)
    other = (
        (answer != MERGE)
        & (title_like & ~f["generic title"] | ~like["kind"] & (like["title_words"] >= 0.8))
        & (f["authors agree"] | ~like["kind"])
        & (like["parts"] != DIFFERS)
    )
    return answer, other, points, f


def doubts(points: Array) -> Array:
    """Doubt from 0 to 1: 0.5 at the border between merging and asking, falling with the points."""
    return 1.0 / (1.0 + np.exp(points - MERGE_FROM))
