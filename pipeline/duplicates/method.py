"""The method in words, for the methods section of a write-up (PRISMA-S item 16)."""

from __future__ import annotations

METHOD_VERSION = "1"
"""Changes whenever the method could give another result."""


def method_in_words() -> str:
    """How duplicates were found, as sentences in the past tense (PRISMA-S 2021, item 16)."""
    return (
        f"Duplicate records were found by rules (review-pipeline, duplicates {METHOD_VERSION}). "
        "Titles, authors, years, journals, volumes, issues, pages, DOIs, PubMed numbers and "
        "abstracts were normalised; records that shared an identifier, a part of the title, or "
        "volume and page were compared field by field. What agreed and what differed was weighed "
        "by fixed points, and contradictions such as differing DOIs together with differing pages, "
        "differing part numbers, or an erratum beside an article ruled a match out. Only pairs "
        "without such doubt were merged by rule; doubtful pairs were left for a person to decide. "
        "Of the records of one report the first that came in was kept; every match is logged with "
        "its reason and can be undone."
    )
