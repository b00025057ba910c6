"""Where a report was published, made comparable: journal, identifiers, volume, issue, pages."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pipeline.duplicates.comparable.titles import plain_words, word_set

_BRACKETS = re.compile(r"[(\[][^)\]]*[)\]]")
_TAIL = re.compile(r"\s+[:=/;]\s+.*|:\s.*|\.\s*conference[:.].*|;.*", re.IGNORECASE | re.DOTALL)
_SMALL = word_set(
    "the of and for in on de la le les des du et a an und der die fur del y e di to proceedings "
    "annual online print th st nd rd"
)

_COMMON = word_set(
    "international conference symposium workshop congress meeting journal transactions systems "
    "system science sciences research review reviews studies conf int j trans res rev"
)
"""Words that many names share; they tell no two conferences apart."""


@lru_cache(maxsize=50_000)
def comparable_container(text: str) -> str:
    """The telling words of a journal's name: no place in brackets, subtitle or small words."""
    short = _TAIL.sub("", _BRACKETS.sub(" ", text[:400])).strip() or text[:400]
    words = plain_words(short.replace("&", " and "))
    telling = (w for w in words.split() if w not in _SMALL and not w[0].isdigit())
    return " ".join(telling) or words


def initials(container: str) -> str:
    return "".join(word[0] for word in container.split())


def same_container(a: str, b: str) -> bool:
    """Whether two comparable names may name one journal: equal, abbreviated, or initials."""
    if a == b:
        return True
    x, y = a.split(), b.split()
    if len(y) < len(x):
        x, y, a, b = y, x, b, a
    if len(x) == 1 and len(y) > 1:
        if a == initials(b):
            return True
        return len(a) > 5 and y[0].startswith(a) and len(y) <= 3
    if len(x) == len(y) and all(_abbreviates(p, q) for p, q in zip(x, y, strict=True)):
        return True
    if len(x) >= 4 and any(y[i : i + len(x)] == x for i in range(len(y) - len(x) + 1)):
        return True
    telling = [w for w in x if w not in _COMMON]
    if len(telling) >= 2 and _shared(telling, [w for w in y if w not in _COMMON]) >= 0.75:
        return True
    # "clin orthop" for "clinical orthopaedics related research"; "cancer res" is not "cancer"
    return len(x) >= 2 and _in_order(x, y) and len(y) - len(x) <= 4


def _abbreviates(p: str, q: str) -> bool:
    if len(q) < len(p):
        p, q = q, p
    if q.startswith(p):
        return True
    # contractions: natl for national, engl, assoc, dtsch
    if len(p) >= 3 and p[0] == q[0] and len(p) < len(q) - 1:
        rest = iter(q)
        return all(c in rest for c in p)
    return len(p) > 5 and abs(len(p) - len(q)) <= 2 and p[: len(p) - 3] == q[: len(p) - 3]


def _in_order(x: list[str], y: list[str]) -> bool:
    rest = iter(y)
    return _abbreviates(x[0], y[0]) and all(any(_abbreviates(w, v) for v in rest) for w in x)


def _shared(x: list[str], y: list[str]) -> float:
    """The part of the words of the shorter name that stand, abbreviated or not, in the other."""
    return sum(any(_abbreviates(p, q) for q in y) for p in x) / len(x)


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
    if "&" in text or "%" in text:
        text = unquote(html.unescape(text))
    found = _DOI.search(text.strip().lower())
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


_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_DASH = re.compile(r"\s*(?:-{1,3}|[‐‑‒–—―−])\s*")
_PAGE = re.compile(r"([a-z]{0,4})\s*0*(\d+)")
_PLAIN_PAGES = re.compile(r"0*(\d+)(?:-0*(\d+))?", re.ASCII)
_MONTHS = {
    month: str(number)
    for number, month in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        start=1,
    )
}
_MONTH_LAST = re.compile(r"^0?(\d{1,2})-([a-z]{3})[a-z]*$")
_MONTH_FIRST = re.compile(r"^([a-z]{3})[a-z]*-0?(\d{1,2})$")
_SUPPLEMENT = re.compile(r"suppl|\bspl?\b|\bsup\b|abstr", re.IGNORECASE)
_NO_PAGES = re.compile(r"no pagination|n\.?pag|unspecified|no page", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Numbering:
    """Plain numbers as text, "" where unknown. `prefix` is the letter before the first page;
    `supplement` is "s" in a supplement, "r" in a regular issue or on regular pages, "" unknown."""

    volume: str
    issue: str
    first_page: str
    last_page: str
    prefix: str
    supplement: str


def comparable_numbering(volume: str, issue: str, page: str) -> Numbering:
    """Everything about volume, issue and pages that is compared."""
    if "(" in volume and not issue:
        inner = _IN_BRACKETS.search(volume)
        issue = inner.group(1) if inner and _DIGITS.search(inner.group(1)) else ""
    first, last, prefix = _pages(page)
    outside = _IN_BRACKETS.sub(" ", volume) if "(" in volume else volume
    number = _number(outside.lower().split("suppl")[0])
    # a year in the place of the volume tells nothing beside a volume counted from 1
    number = "" if _YEAR.fullmatch(number) else number
    told = volume + issue
    letters = bool(told) and not told.isdigit()
    if prefix.startswith("s") or (letters and _SUPPLEMENT.search(f"{volume} {issue}")):
        supplement = "s"
    else:
        supplement = "r" if issue.strip() or first else ""
    return Numbering(number, _number(issue), first, last, prefix, supplement)


def _number(text: str) -> str:
    """The first number in `text`, or that of a month ("May")."""
    if text.isascii() and text.isdigit():
        return (text.lstrip("0") or "0")[:12]
    found = _DIGITS.search(text)
    if not found:
        return _MONTHS.get(text.strip().lower()[:3], "") if text.strip().isalpha() else ""
    return (found.group().lstrip("0") or "0")[:12]


def _pages(text: str) -> tuple[str, str, str]:
    text = text.strip().lower()
    if plain := _PLAIN_PAGES.fullmatch(text):
        return _range(plain.group(1), plain.group(2) or "", "")
    if not text or _NO_PAGES.search(text):
        return "", "", ""
    text = re.split(r"[,;+]", text)[0]
    text = re.sub(r"^(?:pages?|pp?|art(?:icle)?(?: (?:no|id))?|seiten?|s(?= \d))\.?\s*", "", text)
    text = _DASH.sub("-", text)
    if sheet := _MONTH_LAST.match(text):
        if sheet.group(2) in _MONTHS:
            return sheet.group(1), _MONTHS[sheet.group(2)], ""
    elif (sheet := _MONTH_FIRST.match(text)) and sheet.group(1) in _MONTHS:
        return _MONTHS[sheet.group(1)], sheet.group(2), ""
    head, _, tail = text.partition("-")
    start = _PAGE.search(head)
    if not start:
        return "", "", ""
    first = start.group(2)
    if "." in head:  # 24.1-24.10: a chapter and its pages
        first = "".join(_DIGITS.findall(head))
    end = _PAGE.search(tail)
    return _range(first, end.group(2) if end else "", start.group(1))


def _range(first: str, last: str, prefix: str) -> tuple[str, str, str]:
    """First page, last page with what was abridged put before it, and the letter before both."""
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first[:12], last[:12], prefix
