"""What `git merge` leaves in a file that both branches changed in the same place."""

from __future__ import annotations

import re

from pipeline.terms.problem import Place, Problem

_OPEN = re.compile(r"^<{7} ", re.MULTILINE)
_CLOSE = re.compile(r"^>{7} ", re.MULTILINE)


def conflict_in(text: str, file: str) -> Problem | None:
    """The first conflict that stands in `text`, told at its line; None where there is none."""
    opened = _OPEN.search(text)
    if opened is None or _CLOSE.search(text, opened.end()) is None:
        return None
    return Problem(
        place=Place(file=file, line=text.count("\n", 0, opened.start()) + 1),
        what="two branches changed this place, and git left both versions here",
        remedy="Keep what holds of the lines between <<<<<<< and >>>>>>>, delete these markers and "
        "=======, then `git add` the file",
        check="merge-conflict",
    )
