"""A gap map as a figure: bubbles for studies, a 0 where there is none."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from pipeline.model.browsing import GapCell, GapMap
from pipeline.model.document import Figure
from pipeline.render.svg.shapes import (
    INK,
    SOFT,
    Pen,
    Shape,
    circle,
    drawing,
    line,
    text,
    width_of,
    wrapped,
)

_SIZE, _LEADING, _SMALL = 12.0, 15.0, 11.0
_LABELS, _LEAST_COLUMN, _WHOLE = 180.0, 84.0, 700.0
_SMALLEST, _LARGEST = 11.0, 21.0
_GRID = Pen(stroke="#d0d7de", width=0.8)
_RULE = Pen(stroke=INK, width=1.2)
_PENS = (
    Pen(fill="#cfe3f6", width=1.6),
    Pen(fill="#fdeebf", width=1.6, dashes="4 2.5"),
    Pen(fill="#f6cfc4", width=2.6),
    Pen(fill="#ffffff", width=1.4, dashes="1.5 2"),
)
"""A fill and a line for each quality of a map, in its order; the mark in the bubble says it too."""


def gap_map_figure(map: GapMap, id: str = "gap_map") -> Figure:
    """Outcomes down, groups across; a bubble has its number of studies and the mark of quality.

    The area of a bubble grows with its number. Nothing rests on colour: marks and lines differ.
    """
    column = max(_LEAST_COLUMN, (_WHOLE - _LABELS) / max(1, len(map.columns)))
    width = _LABELS + column * len(map.columns)
    legend, top = _legend(map, width)
    heads = [wrapped(label, column - 12, _SIZE, True) for _, label in map.columns]
    shapes = [*legend]
    bottom = top + max(_most_lines(heads), 1) * _LEADING
    for number, lines in enumerate(heads):
        middle = _LABELS + column * (number + 0.5)
        first = bottom - (len(lines) - 1) * _LEADING
        for row, piece in enumerate(lines):
            y = first + row * _LEADING
            shapes.append(text(middle, y, piece, size=_SIZE, bold=True, anchor="middle"))
    y = bottom + 8
    shapes.append(line([(0, y), (width, y)], _RULE))
    cells = {(cell.row, cell.column): cell for cell in map.cells}
    largest = max((len(s) for cell in map.cells for s in cell.studies), default=1)
    for outcome, label in map.rows:
        here = [cells.get((outcome, group)) for group, _ in map.columns]
        made, height = _row(label, here, y, column, largest, map)
        y += height
        shapes += [*made, line([(0, y), (width, y)], _GRID)]
    said = in_words(map)
    svg = drawing(id, shapes, width=width, height=y + 4, title=f"Gap map: {map.title}", words=said)
    return Figure(
        id=id,
        svg=svg,
        caption=f"Where there is evidence and where none, by outcome and group ({map.title}); "
        "numbers of included studies with a result",
        alt=said,
    )


def _most_lines(heads: Sequence[Sequence[str]]) -> int:
    return max((len(lines) for lines in heads), default=0)


def _legend(map: GapMap, width: float) -> tuple[list[Shape], float]:
    """The qualities that occur, in as many lines as they need, and where what follows begins."""
    used = {n for cell in map.cells for n, studies in enumerate(cell.studies) if studies}
    shapes: list[Shape] = []
    x, y = 2.0, 16.0
    for number, (mark, label) in enumerate(map.qualities):
        if number not in used:
            continue
        needed = 26 + width_of(label, _SMALL) + 18
        if x > 2 and x + needed > width:
            x, y = 2.0, y + 24
        shapes.append(circle(x + 10, y - 4, 9.5, _PENS[number]))
        shapes.append(text(x + 10, y, mark, size=_SMALL, bold=True, anchor="middle"))
        shapes.append(text(x + 26, y, label, size=_SMALL))
        x += needed
    return shapes, y + 26 if shapes else 14.0


def _row(
    label: str,
    cells: Sequence[GapCell | None],
    top: float,
    column: float,
    largest: int,
    map: GapMap,
) -> tuple[list[Shape], float]:
    lines = wrapped(label, _LABELS - 12, _SIZE) or ("",)
    placed = [_bubbles(cell, column, largest) for cell in cells]
    height = max(len(lines) * _LEADING, *(h for _, h in placed), 30) + 8 if placed else 38
    middle = top + height / 2
    first = middle - (len(lines) - 1) * _LEADING / 2 + 4.3
    shapes = [text(2, first + n * _LEADING, piece, size=_SIZE) for n, piece in enumerate(lines)]
    for number, (bubbles, tall) in enumerate(placed):
        left = _LABELS + column * number
        if not bubbles:
            centre = left + column / 2
            shapes.append(text(centre, middle + 4, "0", size=_SMALL, anchor="middle", fill=SOFT))
        for x, y, radius, n, quality in bubbles:
            centre, level = left + x, middle - tall / 2 + y
            mark = map.qualities[quality][0]
            shapes.append(circle(centre, level, radius, _PENS[quality]))
            shapes.append(
                text(centre, level + 4, f"{n}{mark}", size=_SMALL, bold=True, anchor="middle")
            )
    return shapes, height


Bubble = tuple[float, float, float, int, int]


def _bubbles(cell: GapCell | None, column: float, largest: int) -> tuple[tuple[Bubble, ...], float]:
    """The bubbles of a cell from its upper left corner, in lines that fit, and their height."""
    if cell is None:
        return (), 0.0
    sized = [
        (_radius(len(studies), largest), len(studies), quality)
        for quality, studies in enumerate(cell.studies)
        if studies
    ]
    lines: list[list[tuple[float, int, int]]] = [[]]
    for one in sized:
        if lines[-1] and sum(2 * r + 4 for r, _, _ in (*lines[-1], one)) > column - 6:
            lines.append([])
        lines[-1].append(one)
    found: list[Bubble] = []
    y = 0.0
    for row in lines:
        tall = max(2 * r for r, _, _ in row)
        x = (column - sum(2 * r + 4 for r, _, _ in row) + 4) / 2
        for radius, n, quality in row:
            found.append((x + radius, y + tall / 2, radius, n, quality))
            x += 2 * radius + 4
        y += tall + 4
    return tuple(found), y - 4


def _radius(n: int, largest: int) -> float:
    """A radius whose square grows with `n`, and that holds the number and its mark."""
    share = (n - 1) / (largest - 1) if largest > 1 else 0.3
    grown = math.sqrt(_SMALLEST**2 + share * (_LARGEST**2 - _SMALLEST**2))
    return max(grown, width_of(f"{n}\u00d7", _SMALL, True) / 2 + 3.5)


def in_words(map: GapMap) -> str:
    """The map as one paragraph: each group with the outcomes that it has studies on."""
    by: dict[str, list[str]] = {}
    outcomes: Mapping[str, str] = dict(map.rows)
    for cell in map.cells:
        n = len(dict.fromkeys(study for studies in cell.studies for study in studies))
        many = "1 study" if n == 1 else f"{n:,} studies"
        by.setdefault(cell.column, []).append(f"{outcomes[cell.row]} ({many})")
    said = [
        f"{label}: {', '.join(by[group]) if group in by else 'no study on any outcome'}."
        for group, label in map.columns
    ]
    return " ".join(said) or "No groups are named."
