"""Identifiers in the one form in which they can be compared."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from urllib.parse import unquote

_DOI = re.compile(
    r"10\.\d{2,9}(?:\.\d+)*/(?:[^\s\"<>]|<[^\s\"<>/]{1,80}>(?=\d{1,2}\.\d{1,2}\.[A-Za-z]{2}[;:]))+",
    re.IGNORECASE,
)
"""A DOI ends at a blank, a quotation mark or markup. The angle brackets of a SICI
(`<1661::AID-SIM968>3.0.CO;2-2`, ANSI/NISO Z39.56) belong to it: a code of that shape follows."""
_PMID = re.compile(
    r"(?:PMID\s*:?\s*|pubmed(?:\.ncbi\.nlm\.nih\.gov)?/|medline:)?0*([1-9]\d{0,8})\b", re.I
)
_PMID_IN_URL = re.compile(
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov/|ncbi\.nlm\.nih\.gov/(?:m/)?pubmed/(?:\?term=)?)(\d{1,9})"
)
_PMCID = re.compile(r"PMC\s?(\d{3,9})", re.IGNORECASE)
_ISSN = re.compile(
    r"(?<![\dA-Za-z])(\d{4})\s?[-\u2010-\u2015\u2212]?\s?(\d{3}[\dXx])(?![\dA-Za-z])"
)
_ISBN = re.compile(
    r"(?<![\dA-Za-z])(?:97[89][-\s\u2010-\u2015]?)?\d(?:[-\s\u2010-\u2015]?\d){8}[-\s\u2010-\u2015]?[\dXx](?![\dA-Za-z])"
)
_ARXIV = re.compile(
    r"(?:arxiv[:./\s]*(?:org/)?(?:abs/|pdf/)?)(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v\d+)?",
    re.I,
)
_TRIAL = re.compile(
    r"\b(NCT\d{8}|ISRCTN\d{8}|ACTRN\d{14}|EUCTR\d{4}-\d{6}-\d{2}|DRKS\d{8}|ChiCTR[-A-Z]*\d+|UMIN\d{9})\b",
    re.I,
)
_ERIC = re.compile(r"\b(E[DJ]\d{6,7})\b")
_OPENALEX = re.compile(r"(?:openalex\.org/)(W\d+)", re.IGNORECASE)
_HINT = re.compile(r"arxiv|openalex|\bE[DJ]\d|(?:NCT|RCTN|CTRN|UCTR|DRKS|CTR|UMIN)[-A-Z]*\d", re.I)
_SHORTEST = len("ChiCTR1")
_TRAILING = ".,;:'\"]}>"


def doi(text: str) -> str:
    """The first DOI in `text` in lower case, no resolver, or "" (DOI Handbook 2.4: case folds)."""
    if "10." not in text:
        return ""
    for _ in range(2):  # `&amp;lt;` and `%253C` are written twice in some exports
        if "%" in text:
            text = unquote(text)
        if "&" in text:
            text = html.unescape(text)
    found = _DOI.search(text)
    if not found:
        return ""
    clean = found.group().rstrip(_TRAILING)
    while clean.endswith(")") and clean.count("(") < clean.count(")"):
        clean = clean[:-1].rstrip(_TRAILING)
    return clean.lower()


def doi_in_url(url: str) -> str:
    """The DOI that a URL resolves; a DOI that merely stands in some publisher's URL is left."""
    low = url.lower()
    at = low.find("doi.org/")
    return doi(url[at + 8 :]) if at >= 0 else ""


def pmid(text: str) -> str:
    """The PubMed id in `text` without leading zeros, or ""."""
    found = _PMID.match(text.strip())
    return found[1] if found else ""


def pmid_in_url(url: str) -> str:
    found = _PMID_IN_URL.search(url)
    return found[1] if found else ""


def pmcid(text: str) -> str:
    """`PMC` and digits, or ""."""
    found = _PMCID.search(text)
    if found:
        return f"PMC{found[1]}"
    text = text.strip()
    return f"PMC{text}" if text.isdecimal() and 3 < len(text) < 10 else ""


@lru_cache(maxsize=8192)
def serials(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(ISSNs as `1234-567X`, ISBNs without hyphens) in `text`, each once, in order."""
    issns: dict[str, None] = {}
    isbns: dict[str, None] = {}

    def book(match: re.Match[str]) -> str:
        plain = re.sub(r"[^\dXx]", "", match.group()).upper()
        if _is_isbn(plain):
            isbns[plain] = None
            return " ; "
        return match.group()

    rest = _ISBN.sub(book, text)
    for first, second in _ISSN.findall(rest):
        issns[f"{first}-{second.upper()}"] = None
    if not issns and not isbns:
        for match in _ISBN.finditer(rest):  # a wrong check digit is still what the export says
            isbns[re.sub(r"[^\dXx]", "", match.group()).upper()] = None
    return tuple(issns), tuple(isbns)


def _is_isbn(plain: str) -> bool:
    """Check digit of ISBN-13 (mod 10) or ISBN-10 (mod 11)."""
    if len(plain) == 13 and plain.isdecimal():
        return sum(int(d) * (3 if i % 2 else 1) for i, d in enumerate(plain)) % 10 == 0
    if len(plain) == 10 and plain[:9].isdecimal():
        digits = [*map(int, plain[:9]), 10 if plain[9] == "X" else -1]
        if digits[9] < 0:
            digits[9] = int(plain[9]) if plain[9].isdecimal() else 99
        return sum((10 - i) * d for i, d in enumerate(digits)) % 11 == 0
    return False


def others(text: str) -> list[tuple[str, str]]:
    """(scheme, value) of the arXiv, trial register, ERIC and OpenAlex identifiers in `text`."""
    found: list[tuple[str, str]] = []
    if len(text) < _SHORTEST or not _HINT.search(text):
        return found
    if "arxiv" in text.lower():
        found += [("arxiv", match[1]) for match in _ARXIV.finditer(text)]
    found += [("trial", match[1].upper()) for match in _TRIAL.finditer(text)]
    found += [("eric", match[1]) for match in _ERIC.finditer(text)]
    found += [("openalex", match[1].upper()) for match in _OPENALEX.finditer(text)]
    return found
