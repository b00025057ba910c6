"""Step 4, same report: the answer about a pair from its likeness, by points and vetoes, in words.

Points add up what speaks for and against; vetoes are what no sum of points may overrule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp
from typing import Any

import numpy as np

from pipeline.duplicates.likeness import DIFFERS, SAME

Array = Any
DIFFERENT, ASK, MERGE = 0, 1, 2
ANSWERS = ("different", "ask", "same")
OTHER_REPORT = "same study, other report"
SAME_REPORT = "same report"

MERGE_FROM, ASK_FROM = 7.5, 5.0
COPY_POINTS = 30.0
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
        "title contained in the other": lacks,
        "title alike": rest & (title >= 0.88),
        "title rather alike": rest & (title < 0.88) & (title >= 0.75),
        "title differs": rest & (title < 0.75),
        "a word of the title differs": (nearly | (rest & (title >= 0.75))) & like["reworded"],
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
    # one ISSN under two names may be a series of proceedings: the names count
    one_issn = like["issn"] == SAME
    found["same journal"] = found["same journal"] | (one_issn & ~found["journals differ"])
    found["same page range"] = (
        found["same page"] & (like["last_page"] == SAME) & like["page_range"]
    ) & (found["same volume"] & found["same journal"])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """Arrays over pairs: `answer` is DIFFERENT, ASK or MERGE, `never` a veto that also parts
    groups, `other` the hint at another report of the same study, `findings` what speaks."""

    answer: Array
    never: Array
    other: Array
    points: Array
    findings: Mapping[str, Array]


def judge(like: Mapping[str, Array]) -> Judged:
    """The answer about each pair from its likeness."""
    f = findings(like)
    points = np.zeros(len(like["title"]), dtype=np.float64)
    for name, worth in POINTS.items():
        points += np.where(f[name], worth, 0.0)

    title_same = f["title equal"] | f["title nearly equal"] | f["title contained in the other"]
    title_like = title_same | f["title alike"]
    works = title_same & f["authors agree"] & (like["years"] <= 1) & ~f["generic title"]
    # one printed place: two reports do not begin on one page of one volume with one title
    placed = f["same page"] & (f["same volume"] | f["same journal"])
    placed |= f["same page"] & works & f["same year"]
    printed = f["same page range"]
    # the title may be a translation where all else agrees
    translated = printed & f["authors agree"] & f["same year"] & ~f["DOIs differ"]
    translated &= f["same issue"] | f["same DOI"] | (f["title rather alike"] & ~f["issues differ"])
    translated &= like["title_known"]
    identified = f["same DOI"] | f["same PubMed number"]
    # paper and electronic paging of one article; a supplement is the conference's own report
    repaged = works & f["title equal"] & f["same journal"] & f["same volume"]
    repaged &= ~f["issues differ"] & (~like["supplement"] | like["paging"])
    renamed = works & f["title equal"] & f["same volume"] & (f["same issue"] | f["same abstract"])
    # a subtitle left out where nothing else is known, as in lists of references
    headed = works & f["same year"] & f["same journal"]
    details_differ = (
        f["pages differ"].astype(int)
        + f["volumes differ"]
        + f["journals differ"]
        + f["years differ"]
        + f["issues differ"]
    )

    never = ~like["kind"] | (like["parts"] == DIFFERS)
    one_place = printed & title_same & ~f["issues differ"] & f["same year"] & ~f["generic title"]
    never |= f["DOIs differ"] & ~one_place & ((details_differ > 0) | f["generic title"])
    never |= f["generic title"] & (f["issues differ"] | f["years differ"]) & ~f["same DOI"]
    never |= f["PubMed numbers differ"] & ~placed
    never |= f["pages differ"] & f["volumes differ"] & ~identified
    never |= f["generic title"] & ~(placed | identified)
    never |= ~like["title_known"] & ~identified
    never |= ~title_like & ~(identified & placed) & ~(placed & f["authors agree"])

    unsure = (
        (like["numbers"] == DIFFERS) & ~f["title contained in the other"] & ~(placed | identified)
    )
    unsure |= f["a word of the title differs"] & ~(placed | identified | f["same abstract"])
    unsure |= f["DOIs differ"] & ~one_place
    unsure |= f["journals differ"] & ~(placed | identified | renamed)
    unsure |= f["years differ"] & ~(placed | identified)
    unsure |= f["pages differ"] & ~(identified | repaged)
    unsure |= f["volumes differ"] & ~(f["same page"] | identified)
    unsure |= f["issues differ"] & ~(f["same page"] | identified | f["same abstract"])
    unsure |= f["authors differ"] & ~(placed & f["title equal"])
    unsure |= ~title_like & ~translated
    unsure |= f["title contained in the other"] & ~(
        placed | identified | f["same volume"] | f["same abstract"] | headed
    )
    unsure |= identified & (details_differ > 1) & ~f["title equal"]
    unsure |= (
        f["generic title"] & ~(f["authors agree"] | f["same abstract"]) & ~(placed & identified)
    )
    unsure &= ~like["copy"]

    sure = (points >= MERGE_FROM) & ~unsure
    answer = np.where(never | (points < ASK_FROM), DIFFERENT, np.where(sure, MERGE, ASK))
    answer = np.where(like["copy"], MERGE, answer)
    points = np.where(like["copy"], COPY_POINTS, points)
    never = never & ~like["copy"]
    other = (
        (answer != MERGE)
        & (title_like & ~f["generic title"] | ~like["kind"] & (like["title_words"] >= 0.8))
        & (f["authors agree"] | ~like["kind"])
        & (like["parts"] != DIFFERS)
    )
    return Judged(answer=answer, never=never, other=other, points=points, findings=f)


def doubt(points: float) -> float:
    """Doubt from 0 to 1: 0.5 at the border between merging and asking, falling with the points."""
    return 1.0 / (1.0 + exp(min(50.0, points - MERGE_FROM)))


def in_words(found: Sequence[str], points: float) -> str:
    """The reason for an answer: what speaks for it, then what speaks against it."""
    if points >= COPY_POINTS:
        return "exact copy: every field is the same"
    speaks = [name for name in found if POINTS[name] > 0]
    against = [name for name in found if POINTS[name] < 0]
    words = ", ".join(speaks) or "nothing agrees"
    return f"{words}; but {', '.join(against)}" if against else words
