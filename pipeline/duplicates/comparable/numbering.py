"""Volume, issue and pages made comparable, spreadsheet damage and abridged ends included."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_BRACKETS = re.compile(r"\(([^)]*)\)")
_DASH = re.compile(r"\s*(?:-{1,3}|[‐‑‒–—―−])\s*")
_PAGE = re.compile(r"([a-z]{0,4})\s*0*(\d+)")
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
    outside = _IN_BRACKETS.sub(" ", volume).lower()
    first, last, prefix = _pages(page)
    number = _number(outside.split("suppl")[0])
    # a year in the place of the volume tells nothing beside a volume counted from 1
    number = "" if _YEAR.fullmatch(number) else number
    if prefix.startswith("s") or _SUPPLEMENT.search(f"{volume} {issue}"):
        supplement = "s"
    else:
        supplement = "r" if issue.strip() or first else ""
    return Numbering(number, _number(issue), first, last, prefix, supplement)


def _number(text: str) -> str:
    """The first number in `text`, or that of a month ("May")."""
    found = _DIGITS.search(text)
    if not found:
        return _MONTHS.get(text.strip().lower()[:3], "") if text.strip().isalpha() else ""
    return (found.group().lstrip("0") or "0")[:12]


def _pages(text: str) -> tuple[str, str, str]:
    text = text.strip().lower()
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
    last = end.group(2) if end else ""
    if last and len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    return first[:12], last[:12], start.group(1)
