"""Two records side by side on a terminal or in a pipe, what differs marked."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator
from itertools import zip_longest

from pipeline.cli.console import safe
from pipeline.duplicates.comparable.titles import plain_words
from pipeline.terms.record import Record

_ABSTRACT = 400


def side_by_side(a: Record, b: Record, width: int = 0) -> str:
    """Field by field, `=` where both say the same, `≠` where they differ, blank where one is
    silent; cut into lines of `width` (0: the terminal's)."""
    width = width or min(160, max(60, shutil.get_terminal_size((100, 24)).columns))
    column = (width - 17) // 2
    lines = []
    for label, x, y in _fields(a, b):
        if not x and not y:
            continue
        same = plain_words(x) == plain_words(y)
        mark = " " if not x or not y or label == "record" else "=" if same else "≠"
        left = textwrap.wrap(safe(x), column) or [""]
        right = textwrap.wrap(safe(y), column) or [""]
        for i, (x_line, y_line) in enumerate(zip_longest(left, right, fillvalue="")):
            head = f"{label:<11} {mark}" if i == 0 else " " * 13
            lines.append(f"{head} {x_line:<{column}}  {y_line}".rstrip())
    return "\n".join(lines)


def _fields(a: Record, b: Record) -> Iterator[tuple[str, str, str]]:
    yield "record", a.id, b.id
    yield "title", a.title, b.title
    yield "authors", "; ".join(map(str, a.author)), "; ".join(map(str, b.author))
    yield "year", str(a.issued or ""), str(b.issued or "")
    yield "in", a.container_title, b.container_title
    yield "volume", a.volume, b.volume
    yield "issue", a.issue, b.issue
    yield "pages", a.page, b.page
    yield "DOI", a.doi, b.doi
    yield "PubMed", a.pmid, b.pmid
    yield "type", a.type, b.type
    yield "abstract", a.abstract[:_ABSTRACT], b.abstract[:_ABSTRACT]
