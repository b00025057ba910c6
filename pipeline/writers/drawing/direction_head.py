"""The head of an effect direction plot: where its columns stand, and what they are called.

A few outcomes are named in lines above their columns; many are named upwards, so that all stand in
one figure and can be compared.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.writers.drawing.letters import width_of, wrapped
from pipeline.writers.drawing.pages import LEADING, MARGIN, SMALL, WIDTH
from pipeline.writers.drawing.svg import Shape, text

STUDY, DESIGN, N, CONCERNS = 146.0, 78.0, 40.0, 56.0
"""The widths of the columns before the outcomes."""
_SIZE, _TURNED_LEADING = 9.5, 11.5
_BEGIN = MARGIN + STUDY + DESIGN + N + CONCERNS
_ROOM = WIDTH - MARGIN - _BEGIN
_WIDEST, _NARROWEST = 96.0, 29.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionColumn:
    """An outcome; `means` says in a sentence what up and down mean for it."""

    id: str
    label: str
    means: str = ""


def columns_a_page(columns: Sequence[DirectionColumn]) -> int:
    """How many columns a figure takes, evenly over as few figures as they need."""
    most = max(_upright(columns), int(_ROOM // _NARROWEST))
    pages = -(-len(columns) // most)
    return -(-len(columns) // pages)


def _upright(columns: Sequence[DirectionColumn]) -> int:
    """How many columns leave the longest word of their labels whole when it is not turned."""
    words = [word for column in columns for word in column.label.split()]
    longest = max((width_of(word, _SIZE, True) for word in words), default=0.0) + 6
    return int(_ROOM // max(longest, _NARROWEST))


class Head:
    """The head of the columns that one figure has."""

    def __init__(self, columns: Sequence[DirectionColumn]) -> None:
        self._turned = len(columns) > _upright(columns)
        widest = 44.0 if self._turned else _WIDEST
        self.each = min(widest, _ROOM / len(columns))
        self._lines, across = self._wrapped([column.label for column in columns])
        deepest = max(2, *(len(lines) for lines in self._lines))
        self.height = across + 14 if self._turned else 12 + deepest * LEADING

    def _wrapped(self, labels: Sequence[str]) -> tuple[list[tuple[str, ...]], float]:
        """The lines of each label, and how long the longest may be."""
        if not self._turned:
            return [wrapped(label, self.each - 4, _SIZE, True) for label in labels], 0.0
        most = max(1, int(self.each // _TURNED_LEADING))
        for across in range(70, 400, 10):
            lines = [wrapped(label, across, _SIZE, True) for label in labels]
            if all(len(label) <= most for label in lines):
                return lines, float(across)
        return [lines[:most] for lines in lines], float(across)

    def centre(self, n: int) -> float:
        """The middle of the column `n`."""
        return _BEGIN + (n + 0.5) * self.each

    def scale(self) -> float:
        """How large signs may be, so that neighbours keep apart."""
        return min(1.0, self.each / 40)

    def shapes(self) -> list[Shape]:
        base = self.height - 6
        shapes: list[Shape] = []
        x = MARGIN
        for label, width in (("Study", STUDY), ("Design", DESIGN), ("n", N), ("Concerns", 0)):
            shapes.append(text(x, base, label, size=SMALL, bold=True))
            x += width
        for n, lines in enumerate(self._lines):
            for k, words in enumerate(lines):
                shift = k - (len(lines) - 1) / 2
                if self._turned:
                    x = self.centre(n) + shift * _TURNED_LEADING + 3.4
                    shapes.append(text(x, base, words, size=_SIZE, bold=True, turn=True))
                    continue
                y = base - (len(lines) - 1 - k) * LEADING
                shapes.append(
                    text(self.centre(n), y, words, size=_SIZE, bold=True, anchor="middle")
                )
        return shapes
