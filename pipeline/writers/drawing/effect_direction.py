"""The effect direction plot: a row a study and comparison, a column an outcome (Hilton Boon &
Thomson 2021), and its legend.

Significance plays no part. The concerns about a study are a letter as well as a tint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.terms.document import Figure
from pipeline.terms.preliminary import Concerns
from pipeline.writers.drawing.direction_head import (
    DESIGN,
    STUDY,
    DirectionColumn,
    Head,
    N,
    columns_a_page,
)
from pipeline.writers.drawing.direction_marks import Way, in_words, sign
from pipeline.writers.drawing.letters import width_of, wrapped
from pipeline.writers.drawing.pages import (
    HEIGHT,
    LEADING,
    MARGIN,
    SIZE,
    SMALL,
    WIDTH,
    block,
    paged,
    part_id,
    part_of,
)
from pipeline.writers.drawing.svg import INK, SOFT, Pen, Shape, drawing, line, rectangle, text

_RULE = Pen(stroke="#d0d7de", width=0.8)
_LESSER, _LESSER_LEADING = 9.5, 11.5
_RADII = {"small": 5.0, "medium": 7.5, "large": 10.5}
TINTS = {
    Concerns.LOW: ("#dcefe0", "L"),
    Concerns.SOME: ("#fbf0cf", "S"),
    Concerns.HIGH: ("#f3d5d0", "H"),
    Concerns.UNCLEAR: ("#e8eaed", "?"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionCell:
    """Where the `results` results of a study on an outcome point; `n` people, None: not told."""

    way: Way
    results: int = 1
    n: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionRow:
    """A study with one comparison. `appraisal` says in a few signs what was answered where nobody
    judged the study as a whole; `cells` are by the id of the outcome."""

    study: str
    cells: Mapping[str, DirectionCell]
    comparison: str = ""
    design: str = ""
    n: str = ""
    concerns: Concerns | None = None
    appraisal: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionPlot:
    """`up` and `down` are the words of the legend for the two triangles."""

    id: str
    caption: str
    rows: tuple[DirectionRow, ...]
    columns: tuple[DirectionColumn, ...]
    up: str
    down: str
    notes: tuple[str, ...] = ()


def size_class(n: int | None) -> str:
    """`large` above 300 people, `medium` from 50, `small` below; unknown numbers are `medium`."""
    if n is None:
        return "medium"
    return "large" if n > 300 else "medium" if n >= 50 else "small"


def effect_direction_plot(plot: DirectionPlot) -> tuple[Figure, ...]:
    """The figures of `plot`: as many as its rows and its columns need; none without rows."""
    if not plot.rows or not plot.columns:
        return ()
    pages = []
    each = columns_a_page(plot.columns)
    for first in range(0, len(plot.columns), each):
        columns = plot.columns[first : first + each]
        named = {column.id for column in columns}
        rows = [row for row in plot.rows if named & set(row.cells)]
        heights = [_row_height(row) for row in rows]
        room = HEIGHT - Head(columns).height - _legend(plot, columns, rows, 0)[1]
        room = max(room, 4 * max(heights))
        pages += [(columns, page) for page in paged(rows, heights, room)]
    figures = []
    for number, (columns, rows_here) in enumerate(pages, 1):
        figures.append(_figure(plot, columns, rows_here, number, len(pages)))
    return tuple(figures)


def _figure(
    plot: DirectionPlot,
    columns: Sequence[DirectionColumn],
    rows: Sequence[DirectionRow],
    number: int,
    of: int,
) -> Figure:
    head = Head(columns)
    shapes, y = head.shapes(), head.height
    for row in rows:
        drawn, height = _row(row, columns, head, y)
        shapes += drawn
        y += height
    shapes.append(line([(MARGIN, y), (WIDTH - MARGIN, y)], _RULE))
    below, height = _legend(plot, columns, rows, y)
    words = " ".join(_said(row, columns, plot) for row in rows)
    caption = part_of(plot.caption, number, of)
    id = part_id(plot.id, number)
    svg = drawing(id, [*shapes, *below], width=WIDTH, height=y + height, title=caption, words=words)
    return Figure(id=id, svg=svg, caption=caption, alt=words)


class _Words:
    """The words at the left of a row in lines: the study, what is compared, the design."""

    def __init__(self, row: DirectionRow) -> None:
        self.study = wrapped(row.study, STUDY - 8, SIZE)
        self.comparison = wrapped(row.comparison, STUDY - 8, _LESSER)
        self.design = wrapped(row.design, DESIGN - 8, SMALL)
        self.height = len(self.study) * LEADING + len(self.comparison) * _LESSER_LEADING

    def shapes(self, middle: float) -> list[Shape]:
        y = middle - self.height / 2 + 10
        shapes: list[Shape] = []
        for words in self.study:
            shapes.append(text(MARGIN, y, words, size=SIZE))
            y += LEADING
        for words in self.comparison:
            shapes.append(text(MARGIN, y - 1.5, words, size=_LESSER, fill=SOFT))
            y += _LESSER_LEADING
        y = middle - (len(self.design) - 1) * LEADING / 2 + 4
        for words in self.design:
            shapes.append(text(MARGIN + STUDY, y, words, size=SMALL))
            y += LEADING
        return shapes


def _row_height(row: DirectionRow) -> float:
    words = _Words(row)
    return max(2 * _RADII["large"] + 5, words.height + 8, len(words.design) * LEADING + 8)


def _row(
    row: DirectionRow, columns: Sequence[DirectionColumn], head: Head, y: float
) -> tuple[list[Shape], float]:
    height = _row_height(row)
    shapes: list[Shape] = []
    tint, letter = TINTS[row.concerns] if row.concerns else ("", row.appraisal or "\u2013")
    if tint:
        pen = Pen(fill=tint, stroke="none")
        shapes.append(rectangle(MARGIN - 4, y, WIDTH - 2 * MARGIN + 8, height, pen))
    shapes.append(line([(MARGIN - 4, y), (WIDTH - MARGIN + 4, y)], _RULE))
    middle = y + height / 2
    shapes += _Words(row).shapes(middle)
    x = MARGIN + STUDY
    shapes.append(text(x + DESIGN, middle + 4, row.n or "?", size=SMALL))
    shapes.append(text(x + DESIGN + N, middle + 4, letter, size=SMALL, bold=bool(row.concerns)))
    for n, column in enumerate(columns):
        cell = row.cells.get(column.id)
        if cell is None:
            continue
        centre, radius = head.centre(n), head.scale() * _RADII[size_class(cell.n)]
        shapes += sign(cell.way, centre, middle, radius)
        if cell.results > 1:
            shapes.append(text(centre + radius + 2, middle - 3, str(cell.results), size=9))
    return shapes, height


def _legend(
    plot: DirectionPlot,
    columns: Sequence[DirectionColumn],
    rows: Sequence[DirectionRow],
    top: float,
) -> tuple[list[Shape], float]:
    y = top + 22
    scale = Head(columns).scale()
    shapes: list[Shape] = []
    x = MARGIN
    used = {row.cells[c.id].way for row in rows for c in columns if c.id in row.cells}
    words = in_words(plot.up, plot.down)
    for way in (way for way in Way if way in used):
        need = 30 + width_of(words[way], SMALL)
        if x + need > WIDTH - MARGIN and x > MARGIN:
            x, y = MARGIN, y + 20
        shapes += sign(way, x + 8, y - 4, 7)
        lines, below = block(words[way], x + 20, y, WIDTH - MARGIN - x - 20)
        shapes += lines
        x, y = x + need, max(y, below - LEADING)
    x, y = MARGIN, y + 22
    for name, meaning in (
        ("large", "more than 300"),
        ("medium", "50 to 300, or not told"),
        ("small", "fewer than 50 people"),
    ):
        shapes += sign(Way.UP, x + 11, y - 4, scale * _RADII[name])
        shapes.append(text(x + 25, y, meaning, size=SMALL))
        x += 40 + width_of(meaning, SMALL)
    y += 18
    given = {row.concerns for row in rows if row.concerns}
    told = [f"{TINTS[c][1]} {c.value}" for c in Concerns if c in given]
    sentences = ["A small figure beside a sign is the number of results that it stands for."]
    if told:
        sentences.append(f"Concerns about the study as a whole: {', '.join(told)}.")
    if any(not row.concerns and row.appraisal for row in rows):
        sentences.append(
            "Where nobody judged the study as a whole: answers of its appraisal that are good (+), "
            "in between (\u00b1), bad (\u2212) and open (?)."
        )
    sentences.append(" ".join(f"{c.label}: {c.means}" for c in columns if c.means))
    sentences += plot.notes
    for sentence in sentences:
        lines, y = block(sentence, MARGIN, y, WIDTH - 2 * MARGIN, fill=INK)
        shapes += lines
    return shapes, y - top


def _said(row: DirectionRow, columns: Sequence[DirectionColumn], plot: DirectionPlot) -> str:
    words = in_words(plot.up, plot.down)
    told = [
        f"{column.label}: {words[row.cells[column.id].way]}"
        for column in columns
        if column.id in row.cells
    ]
    about = f", {row.comparison}" if row.comparison else ""
    return f"{row.study}{about} \u2013 {'; '.join(told)}."
