"""CSL types and field values made fit for the formats of bibliographies."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pipeline.notation.safe_text import without_controls

RIS: Mapping[str, str] = {
    "article-journal": "JOUR",
    "article-magazine": "MGZN",
    "article-newspaper": "NEWS",
    "article": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper-conference": "CPAPER",
    "thesis": "THES",
    "report": "RPRT",
    "webpage": "ELEC",
    "patent": "PAT",
    "dataset": "DATA",
    "software": "COMP",
    "manuscript": "UNPB",
    "legislation": "STAT",
    "legal_case": "CASE",
    "entry-encyclopedia": "ENCYC",
    "entry-dictionary": "DICT",
    "motion_picture": "MPCT",
    "song": "SOUND",
    "map": "MAP",
    "personal_communication": "PCOMM",
    "standard": "STAND",
    "graphic": "ART",
    "speech": "SLIDE",
}
BIBTEX: Mapping[str, str] = {
    "article-journal": "article",
    "article-magazine": "article",
    "article-newspaper": "article",
    "article": "article",
    "review": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "thesis": "phdthesis",
    "report": "techreport",
    "manuscript": "unpublished",
    "entry-encyclopedia": "incollection",
    "entry-dictionary": "incollection",
}
MEDLINE: Mapping[str, str] = {
    "article-journal": "Journal Article",
    "article": "Preprint",
    "book": "Book",
    "chapter": "Book Chapter",
    "paper-conference": "Conference Paper",
    "thesis": "Thesis",
    "report": "Technical Report",
    "dataset": "Dataset",
    "webpage": "Web Page",
    "patent": "Patent",
    "review": "Review",
}


_PAGES = re.compile(r"(\w[\w.:/]*)-(\w[\w.:/]*)\Z")


def one_line(text: str) -> str:
    """`text` on one line, its blanks single, control characters made visible."""
    return " ".join(without_controls(text).split())


def pages(page: str) -> tuple[str, str]:
    """(first, last) of a range of pages; the whole as first when it is no simple range."""
    found = _PAGES.match(page)
    return (found[1], found[2]) if found else (page, "")
