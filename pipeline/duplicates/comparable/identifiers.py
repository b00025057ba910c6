"""DOIs, PubMed numbers, ISSN made comparable. What is malformed is no identifier at all."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/[^\s\"<>|]+(?:<[^\s<>]*>[^\s\"<>|]*)*")
_NEXT = re.compile(r"(?:https?:|doi:|;|,10\.\d{4}|(?<=.)10\.\d{4,9}/)")
_VERSION = re.compile(r"(?<=\d)v\d{1,2}$")
_ISSN = re.compile(r"\b(\d{4})-?(\d{3}[\dxX])\b")
_PMID = re.compile(r"^(?:pmid:?\s*)?0*(\d{4,9})$", re.IGNORECASE)
MIN_SUFFIX = 4


def comparable_doi(text: str) -> str:
    """The DOI in `text` in lower case, "" where there is none or only a torn one.

    Of a doubled DOI the first counts; versions of a preprint (`v2`) are one DOI.
    """
    if "10." not in text:
        return ""
    found = _DOI.search(unquote(html.unescape(text)).strip().lower())
    if not found:
        return ""
    doi = found.group()
    prefix, _, suffix = doi.partition("/")
    if following := _NEXT.search(suffix):
        suffix = suffix[: following.start()]
    suffix = _VERSION.sub("", suffix.rstrip(".,;:)]}/'"))
    if suffix.count("(") > suffix.count(")"):
        suffix += ")"
    return (
        f"{prefix}/{suffix}"
        if (len(suffix) >= MIN_SUFFIX and suffix[-1].isalnum()) or (suffix.endswith(")"))
        else ""
    )


def comparable_issn(text: str) -> str:
    """The ISSN in `text`, sorted, eight characters each, blank between."""
    return " ".join(sorted({a + b.upper() for a, b in _ISSN.findall(text)}))


def comparable_pmid(text: str) -> str:
    """A PubMed number without leading zeros, or ""."""
    found = _PMID.match(text.strip())
    return found.group(1) if found else ""
