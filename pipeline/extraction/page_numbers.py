"""Pages as people name them, and the numbers that are printed on the pages of a file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

_NAMED = re.compile(
    r"(?:\b(?:pages?|pp?|S)\b\.?\s*|\A\s*)"
    r"([A-Za-z]?\d{1,6}(?:\s*(?:[-\u2013\u2014,;&]|and|to)\s*[A-Za-z]?\d{1,6})*)(?![\w.])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"([A-Za-z]?)(\d+)(?:\s*(?:[-\u2013\u2014]|to)\s*([A-Za-z]?)(\d+))?")
_LONGEST_RANGE = 60


def pages_named(page: str) -> tuple[str, ...]:
    """The page numbers in what a source says: `pp. 345-7` names 345, 346 and 347.

    `table 2`, `abstract` and the like name none.
    """
    named: list[str] = []
    for match in _NAMED.finditer(page):
        for letter, first, _, last in _RANGE.findall(match.group(1)):
            end = first[: -len(last)] + last if last and len(last) < len(first) else last or first
            count = min(int(end) - int(first), _LONGEST_RANGE)
            named += [f"{letter}{int(first) + n}".lower() for n in range(max(count, 0) + 1)]
    return tuple(dict.fromkeys(named))


def printed_numbers(pages: Sequence[str]) -> tuple[str, ...]:
    """The number that is printed at the head or foot of each page, "" where none is found.

    Numbers that rise by one from page to page are page numbers: the commonest distance between
    number and place counts, if at least half of the pages (and two) have it.
    """
    distances: Counter[int] = Counter()
    for index, page in enumerate(pages):
        lines = [line for line in page.splitlines() if line.strip()]
        edges = " ".join([*lines[:2], *lines[2:][-2:]])
        distances.update({int(n) - index for n in re.findall(r"(?<![\d.])\d{1,6}(?![\d.])", edges)})
    best = max(distances.items(), key=lambda found: (found[1], found[0]), default=(0, 0))
    if best[1] < max(2, len(pages) / 2):
        return ("",) * len(pages)
    return tuple(str(best[0] + index) if best[0] + index > 0 else "" for index in range(len(pages)))
