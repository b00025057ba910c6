"""The harvest plot: a row an outcome or a subgroup, a column a possible finding, a bar a study.

Ogilvie et al. 2008. The height of a bar is the suitability of the design, the figure above it the
number of appraisal questions answered well, the number below it the study.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.document import Figure
from pipeline.model.narrative import Concerns
from pipeline.render.svg.effect_direction import Way, in_words, sign
from pipeline.render.svg.shapes import (
    HEIGHT,
    INK,
    LEADING,
    MARGIN,
    PAPER,
    SIZE,
    SMALL,
    WIDTH,
    Pen,
    Shape,
    block,
    drawing,
    line,
    paged,
    part_id,
    part_of,
    rectangle,
    text,
    width_of,
    wrapped,
)

_RULE = Pen(stroke="#d0d7de", width=0.8)
_LABEL, _BAR, _STEP = 126.0, 13.0, 21.0
_LOWEST, _HIGHEST = 10.0, 40.0
_SHADES = {
    Concerns.LOW: "#1f4e79",
    Concerns.SOME: "#7fa6cc",
    Concerns.HIGH: "#dce8f4",
    Concerns.UNCLEAR: PAPER,
    None: PAPER,
}
_COLUMNS = (Way.DOWN, Way.SAME, Way.CONFLICTING, Way.UP, Way.UNCLEAR)


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestBar:
    """A study: its number in the key, its design's rank (0: most suitable) among `ranks`, the
    concerns about it, and how many questions of its appraisal are answered well (None: not
    appraised)."""

    number: int
    rank: int
    concerns: Concerns | None = None
    well: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestRow:
    label: str
    bars: tuple[tuple[Way, HarvestBar], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestPlot:
    """`studies` are the names of the bars by number from 1; `designs` the labels of the ranks."""

    id: str
    caption: str
    rows: tuple[HarvestRow, ...]
    studies: tuple[str, ...]
    designs: tuple[str, ...]
    up: str
    down: str
    notes: tuple[str, ...] = ()


def harvest_plot(plot: HarvestPlot) -> tuple[Figure, ...]:
    """The figures of `plot`, as many as its rows need; none without a bar."""
    if not any(row.bars for row in plot.rows):
        return ()
    columns = tuple(
        w for w in _COLUMNS if any(w is way for row in plot.rows for way, _ in row.bars)
    )
    rows = [piece for row in plot.rows for piece in _pieces(row, columns)]
    heights = [_height(row, columns) for row in rows]
    foot = 100.0 + LEADING * (2 + len(plot.notes))
    pages = paged(rows, heights, max(HEIGHT * 0.68 - foot, 2 * max(heights)))
    return tuple(
        _figure(plot, columns, page, number, len(pages)) for number, page in enumerate(pages, 1)
    )


def _each(columns: Sequence[Way]) -> float:
    return (WIDTH - 2 * MARGIN - _LABEL) / len(columns)


def _per_line(columns: Sequence[Way]) -> int:
    return max(1, int((_each(columns) - 10) // _STEP))


def _pieces(row: HarvestRow, columns: Sequence[Way]) -> list[HarvestRow]:
    """`row` in pieces of at most six lines of bars, so that a piece fits on a page."""
    most = 6 * _per_line(columns)
    by = {way: [bar for w, bar in row.bars if w is way] for way in columns}
    number = max(1, *(-(-len(bars) // most) for bars in by.values()))
    if number == 1:
        return [row]
    return [
        HarvestRow(
            label=f"{row.label} ({n + 1} of {number})",
            bars=tuple((way, bar) for way in columns for bar in by[way][n * most : (n + 1) * most]),
        )
        for n in range(number)
    ]


def _lines(row: HarvestRow, columns: Sequence[Way]) -> int:
    per = _per_line(columns)
    return max(1, *(-(-sum(w is way for w, _ in row.bars) // per) for way in columns))


def _height(row: HarvestRow, columns: Sequence[Way]) -> float:
    bars = _lines(row, columns) * (_HIGHEST + 28)
    return max(bars, len(wrapped(row.label, _LABEL - 10, SIZE, True)) * LEADING) + 10


def _figure(
    plot: HarvestPlot, columns: Sequence[Way], rows: Sequence[HarvestRow], number: int, of: int
) -> Figure:
    words = in_words(plot.up, plot.down)
    each = _each(columns)
    heads = [wrapped(words[way], each - 26, SMALL, True) for way in columns]
    y = 10 + max(len(lines) for lines in heads) * LEADING
    shapes: list[Shape] = []
    for n, (way, lines) in enumerate(zip(columns, heads, strict=True)):
        left = MARGIN + _LABEL + n * each
        shapes += sign(way, left + 9, y - 4 - (len(lines) - 1) * LEADING / 2, 6.5)
        for k, part in enumerate(lines):
            at = y - (len(lines) - 1 - k) * LEADING
            shapes.append(text(left + 20, at, part, size=SMALL, bold=True))
    y += 8
    for row in rows:
        drawn, height = _row(row, columns, len(plot.designs), y)
        shapes += drawn
        y += height
    shapes.append(line([(MARGIN, y), (WIDTH - MARGIN, y)], _RULE))
    below, y = _legend(plot, rows, y)
    told = " ".join(_said(row, columns, words, plot) for row in rows)
    caption = part_of(plot.caption, number, of)
    id = part_id(plot.id, number)
    svg = drawing(id, [*shapes, *below], width=WIDTH, height=y, title=caption, words=told)
    return Figure(id=id, svg=svg, caption=caption, alt=told)


def _bar_height(rank: int, ranks: int) -> float:
    return _HIGHEST if ranks < 2 else _HIGHEST - rank * (_HIGHEST - _LOWEST) / (ranks - 1)


def _row(
    row: HarvestRow, columns: Sequence[Way], ranks: int, y: float
) -> tuple[list[Shape], float]:
    height, each, per = _height(row, columns), _each(columns), _per_line(columns)
    shapes: list[Shape] = [line([(MARGIN, y), (WIDTH - MARGIN, y)], _RULE)]
    lines, _ = block(row.label, MARGIN, y + 18, _LABEL - 10, size=SIZE, bold=True)
    shapes += lines
    for n, way in enumerate(columns):
        left = MARGIN + _LABEL + n * each
        shapes.append(line([(left - 4, y), (left - 4, y + height)], _RULE))
        bars = [bar for w, bar in row.bars if w is way]
        for k, bar in enumerate(bars):
            x = left + 4 + (k % per) * _STEP
            foot = y + 20 + (k // per) * (_HIGHEST + 28) + _HIGHEST - 5
            shapes += _bar(bar, x, foot, ranks)
    return shapes, height


def _bar(bar: HarvestBar, x: float, foot: float, ranks: int) -> list[Shape]:
    tall = _bar_height(bar.rank, ranks)
    dashes = "" if bar.concerns else "2 1.5"
    pen = Pen(fill=_SHADES[bar.concerns], stroke=INK, width=0.9, dashes=dashes)
    middle = x + _BAR / 2
    shapes: list[Shape] = [
        rectangle(x, foot - tall, _BAR, tall, pen),
        text(middle, foot + 11, str(bar.number), size=9, anchor="middle"),
    ]
    if bar.well is not None:
        shapes.append(text(middle, foot - tall - 3, str(bar.well), size=9, anchor="middle"))
    return shapes


def _legend(plot: HarvestPlot, rows: Sequence[HarvestRow], top: float) -> tuple[list[Shape], float]:
    shapes: list[Shape] = []
    x, y = MARGIN, top + 18
    shapes.append(text(x, y, "Height, by design:", size=SMALL, bold=True))
    y += 12
    tallest = _HIGHEST * 0.55
    for rank, design in enumerate(plot.designs):
        need = 26 + width_of(design, SMALL)
        if x + need > WIDTH - MARGIN and x > MARGIN:
            x, y = MARGIN, y + tallest + 8
        tall = _bar_height(rank, len(plot.designs)) * 0.55
        pen = Pen(fill="#b8c4d0", stroke=INK, width=0.9)
        shapes.append(rectangle(x, y + tallest - tall, 9, tall, pen))
        shapes.append(text(x + 14, y + tallest, design, size=SMALL))
        x += need
    x, y = MARGIN, y + tallest + 22
    shapes.append(text(x, y, "Shade, by concerns about the study:", size=SMALL, bold=True))
    x += 10 + width_of("Shade, by concerns about the study:", SMALL, True)
    given = {bar.concerns for row in rows for _, bar in row.bars}
    for concerns in (*Concerns, None):
        if concerns not in given:
            continue
        label = concerns.value if concerns else "not judged as a whole"
        dashes = "" if concerns else "2 1.5"
        if x + 24 + width_of(label, SMALL) > WIDTH - MARGIN:
            x, y = MARGIN, y + 18
        pen = Pen(fill=_SHADES[concerns], stroke=INK, width=0.9, dashes=dashes)
        shapes.append(rectangle(x, y - 9, 11, 11, pen))
        shapes.append(text(x + 16, y, label, size=SMALL))
        x += 30 + width_of(label, SMALL)
    y += 18
    here = sorted({bar.number for row in rows for _, bar in row.bars})
    key = "; ".join(f"{n}\u00a0{plot.studies[n - 1]}" for n in here)
    above = "The figure above a bar is the number of appraisal questions answered well."
    some = any(bar.well is not None for row in rows for _, bar in row.bars)
    for sentence in (*((above,) if some else ()), *plot.notes, f"Studies: {key}."):
        lines, y = block(sentence, MARGIN, y, WIDTH - 2 * MARGIN)
        shapes += lines
    return shapes, y


def _said(row: HarvestRow, columns: Sequence[Way], words: dict[Way, str], plot: HarvestPlot) -> str:
    told = []
    for way in columns:
        names = [plot.studies[bar.number - 1] for w, bar in row.bars if w is way]
        if names:
            told.append(f"{words[way]}: {', '.join(names)}")
    return f"{row.label} \u2013 {'; '.join(told)}."
