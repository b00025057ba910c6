"""Field values made fit for one line, and pages parted."""

from __future__ import annotations

import re

from pipeline.notation.safe_text import without_controls

_PAGES = re.compile(r"(\w[\w.:/]*)-(\w[\w.:/]*)\Z")


def one_line(text: str) -> str:
    """`text` on one line, its blanks single, control characters made visible."""
    return " ".join(without_controls(text).split())


def pages(page: str) -> tuple[str, str]:
    """(first, last) of a range of pages; the whole as first when it is no simple range."""
    found = _PAGES.match(page)
    return (found[1], found[2]) if found else (page, "")
