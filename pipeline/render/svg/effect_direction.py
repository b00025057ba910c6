"""The effect direction plot: a row a study and comparison, a column an outcome (Hilton Boon &
Thomson 2021), and its legend.

Significance plays no part. The concerns about a study are a letter as well as a tint.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.model.document import Figure
from pipeline.model.narrative import Concerns
from pipeline.render.svg.shapes import (
    HEIGHT,
    INK,
    LEADING,
    MARGIN,
    PAPER,
    SIZE,
    SMALL,
    SOFT,
    WIDTH,
    Pen,
    Shape,
    block,
    circle,
    drawing,
    line,
    paged,
    part_id,
    part_of,
    polygon,
    rectangle,
    text,
    width_of,
    wrapped,
)

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


class ColumnHead:
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


class Way(StrEnum):
    """Where a result points in a drawing; what up and down mean is for the legend to say."""

    UP = "up"
    DOWN = "down"
    SAME = "same"  # no clear difference
    CONFLICTING = "conflicting"
    UNCLEAR = "unclear"


_FULL = Pen(fill=INK, stroke=INK, width=1)
_HOLLOW = Pen(fill=PAPER, stroke=INK, width=1.2)
SIGNS = {
    Way.UP: "\u25b2",
    Way.DOWN: "\u25bc",
    Way.SAME: "\u25c4\u25ba",
    Way.CONFLICTING: "\u25c1\u25b7",
    Way.UNCLEAR: "?",
}
"""The same signs in text."""


def in_words(up: str, down: str) -> dict[Way, str]:
    """What each sign says, where `up` and `down` are the words for the two triangles."""
    return {
        Way.UP: up,
        Way.DOWN: down,
        Way.SAME: "no clear difference",
        Way.CONFLICTING: "conflicting results",
        Way.UNCLEAR: "direction not stated",
    }


def sign(way: Way, x: float, y: float, radius: float) -> list[Shape]:
    """The sign of `way` around (`x`, `y`), no wider than twice `radius`."""
    r = radius
    match way:
        case Way.UP:
            return [polygon([(x - r, y + 0.8 * r), (x + r, y + 0.8 * r), (x, y - 0.9 * r)], _FULL)]
        case Way.DOWN:
            return [polygon([(x - r, y - 0.8 * r), (x + r, y - 0.8 * r), (x, y + 0.9 * r)], _FULL)]
        case Way.SAME | Way.CONFLICTING:
            pen = _FULL if way is Way.SAME else _HOLLOW
            h, gap = 0.7 * r, 0.12 * r
            left = [(x - gap, y - h), (x - gap, y + h), (x - r, y)]
            right = [(x + gap, y - h), (x + gap, y + h), (x + r, y)]
            return [polygon(left, pen), polygon(right, pen)]
        case Way.UNCLEAR:
            return [
                circle(x, y, 0.85 * r, _HOLLOW),
                text(x, y + 0.55 * r, "?", size=1.5 * r, bold=True, anchor="middle"),
            ]


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
        room = HEIGHT - ColumnHead(columns).height - _legend(plot, columns, rows, 0)[1]
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
    head = ColumnHead(columns)
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
    row: DirectionRow, columns: Sequence[DirectionColumn], head: ColumnHead, y: float
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
    scale = ColumnHead(columns).scale()
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
