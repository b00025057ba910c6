"""Text into blocks of whole lines with the number of their first line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.model.problem import Severity
from pipeline.readers.gathering import Gathered

LONGEST = 10_000_000
"""Characters of one line that are kept; no real export has a line of ten million characters."""


def line_blocks(pieces: Iterable[str], gathered: Gathered) -> Iterator[tuple[int, list[str]]]:
    """(number of the first line, lines without their line feed) until the text ends.

    Of a line longer than `LONGEST` the beginning is kept and a problem tells how much was not.
    """
    number = 1
    parts: list[str] = []
    held = 0
    dropped = 0
    for piece in pieces:
        cut = piece.rfind("\n")
        if cut < 0:
            room = LONGEST - held
            if len(piece) > room:
                dropped += len(piece) - max(room, 0)
                piece = piece[: max(room, 0)]
            parts.append(piece)
            held += len(piece)
            continue
        parts.append(piece[:cut])
        lines = "".join(parts).split("\n")
        if dropped:
            lines[0] = _cut_short(lines[0], dropped, number, gathered)
        yield number, lines
        number += len(lines)
        parts = [piece[cut + 1 :]]
        held = len(parts[0])
        dropped = 0
    last = "".join(parts)
    if dropped:
        last = _cut_short(last, dropped, number, gathered)
    if last:
        yield number, [last]


def _cut_short(line: str, dropped: int, number: int, gathered: Gathered) -> str:
    over = max(len(line) - LONGEST, 0)
    gathered.add(
        "line-too-long",
        number,
        f"this line has {len(line) + dropped:,} characters; only the first {LONGEST:,} were read",
        "Export the records again, in smaller portions; this is not a line of a bibliography",
        Severity.ERROR,
    )
    return line[:LONGEST] if over else line
