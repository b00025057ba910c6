"""What single sources write into RIS under tags that the standard leaves free.

Each row says in which tag a source keeps an identifier, and by which words that is known; nothing
is taken from a tag that merely looks like it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_HINTS = frozenset({"C3", "C5", "DB", "DP", "ID"})
_EMBASE_NUMBER = re.compile(r"L\d{5,12}\Z")
_NUMBER = re.compile(r"[1-9]\d{0,8}\Z")
_CENTRAL_PUBMED = re.compile(r"PUBMED (\d{1,9})\b")
_EBSCO_PUBMED = re.compile(r"\bPMID: (?:NLM)?(\d{1,9})\b")
_MEDLINE = re.compile(r"(?:Ovid )?MEDLINE\b|PubMed\Z", re.IGNORECASE)
_OVID_DOI = re.compile(r"(10\.\S+) \[doi\]\Z")

Tags = Mapping[str, Sequence[str]]


def said_by_source(tags: Tags) -> dict[str, list[str]]:
    """The fields `pmid`, `doi` and `accession_number` as far as a source keeps them elsewhere."""
    if _HINTS.isdisjoint(tags):
        return {}
    found: dict[str, list[str]] = {}
    if number := _pubmed_number(tags):
        found["pmid"] = [number]
    if embase := _first(tags, "U2", _EMBASE_NUMBER):
        found["accession_number"] = [embase]
    if named := _first(tags, "ID", _OVID_DOI):
        found["doi"] = [named]
    return found


def _pubmed_number(tags: Tags) -> str:
    """The PubMed number: C5 of Embase.com, C3 of CENTRAL, N1 of EBSCOhost, AN or ID of MEDLINE."""
    databases = [text.strip() for text in tags.get("DB", ())]
    if _first(tags, "U2", _EMBASE_NUMBER) and (number := _first(tags, "C5", _NUMBER)):
        return number
    if number := _first(tags, "C3", _CENTRAL_PUBMED):
        return number
    if any(text.strip() == "EBSCOhost" for text in tags.get("DP", ())):
        return _first(tags, "N1", _EBSCO_PUBMED)
    if databases and all(map(_MEDLINE.match, databases)):
        return _first(tags, "AN", _NUMBER) or _first(tags, "ID", _NUMBER)
    return ""


def _first(tags: Tags, tag: str, form: re.Pattern[str]) -> str:
    """What `form` holds (its group, if it has one) of the first value of `tag` that has it."""
    for text in tags.get(tag, ()):
        if found := form.search(text.strip()) if form.groups else form.match(text.strip()):
            return found[form.groups and 1]
    return ""
