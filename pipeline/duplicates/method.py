"""The method in words, for the methods section of a write-up (PRISMA-S item 16)."""

from __future__ import annotations

METHOD_VERSION = "2"
"""Changes whenever the method could give another result."""

METHOD = "duplicates"

_COMPARED = (
    "Titles, authors, years, journals, volumes, issues, pages, DOIs, PubMed numbers and "
    "abstracts were normalised; records that shared an identifier, a part of the title, or "
    "volume and page were compared field by field. What agreed and what differed was weighed "
    "by fixed points, and contradictions such as differing DOIs together with differing pages, "
    "differing part numbers, or an erratum beside an article ruled a match out. "
)
_WORDS = {
    "1": _COMPARED + "Only pairs without such doubt were merged by rule; doubtful pairs were left "
    "for a person to decide. Of the records of one report the first that came in was kept; every "
    "match is logged with its reason and can be undone.",
    "2": _COMPARED + "Pairs with a lesser contradiction, such as differing pages, another kind of "
    "publication or a supplement beside an issue, and groups that held such a pair, were left for "
    "a person to decide; what was left was merged by rule. Of the records of one report the first "
    "that came in was kept and completed from the others; every match is logged with its reason "
    "and can be undone.",
}


def method_in_words(version: str = METHOD_VERSION, *, found: bool = True) -> str:
    """How duplicates were found, or looked for where none was `found`, as sentences in the past
    tense (PRISMA-S 2021, item 16); "" for a version that is not known."""
    words = _WORDS.get(version)
    if words is None:
        return ""
    how = "found" if found else "looked for"
    return f"Duplicate records were {how} by rules (review-pipeline, {METHOD} {version}). {words}"
