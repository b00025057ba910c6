"""The forest plot: a row an estimate with its interval, with or without a pooled diamond."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import ceil, floor, log, log10

from pipeline.model.document import Figure
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """From `low` to `high` over `width` units beginning at `left`; `ratio` for equal ratios."""

    low: float
    high: float
    left: float
    width: float
    ratio: bool = False

    def at(self, value: float) -> float:
        """The place of `value`; what lies beyond an end is put on the end."""
        value = min(max(value, self.low), self.high)
        if self.ratio:
            share = log(value / self.low) / log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return self.left + share * self.width

    def marks(self) -> tuple[float, ...]:
        """Four to nine round values between the ends."""
        return _ratios(self.low, self.high) if self.ratio else _steps(self.low, self.high)


def fitted(values: Sequence[float], *, left: float, width: float, ratio: bool) -> Axis:
    """An axis that takes in `values`; a ratio's reaches at most from 1/100 to 100."""
    if ratio:
        inside = [min(max(value, 0.01), 100.0) for value in values if value > 0] or [1.0]
        low, high = min(*inside, 1 / 1.5), max(*inside, 1.5)
        return Axis(
            low=_round_ratio(low, down=True),
            high=_round_ratio(high, down=False),
            left=left,
            width=width,
            ratio=True,
        )
    low, high = min(*values, 0.0), max(*values, 0.0)
    if high - low < 1e-9:
        low, high = -1.0, 1.0
    step = _step(high - low)
    return Axis(low=floor(low / step) * step, high=ceil(high / step) * step, left=left, width=width)


_ROUND = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)


def _round_ratio(value: float, *, down: bool) -> float:
    if down:
        return max((r for r in _ROUND if r <= value * 1.0001), default=_ROUND[0])
    return min((r for r in _ROUND if r >= value * 0.9999), default=_ROUND[-1])


def _ratios(low: float, high: float) -> tuple[float, ...]:
    inside = [r for r in _ROUND if low * 0.999 <= r <= high * 1.001]
    if len(inside) > 8:
        inside = [r for r in inside if str(r).strip("0.").startswith("1")]
    return tuple(inside)


def _step(span: float) -> float:
    rough = span / 5
    power = 10.0 ** floor(log10(rough))
    return next(k * power for k in (1, 2, 5, 10) if k * power >= rough * 0.999)


def _steps(low: float, high: float) -> tuple[float, ...]:
    step = _step(high - low)
    first = ceil(low / step - 1e-9)
    last = floor(high / step + 1e-9)
    return tuple(round(k * step, 10) + 0.0 for k in range(first, last + 1))


def printed(value: float) -> str:
    """A mark in as few digits as it needs, with a real minus."""
    return f"{value:g}".replace("-", "\u2212")


_LABEL, _NUMBERS, _SAID, _WEIGHT = 150.0, 112.0, 130.0, 44.0
_GRID = Pen(stroke="#e3e7eb", width=0.8)
_NONE = Pen(stroke=SOFT, width=1, dashes="3 2")
_LINE = Pen(stroke=INK, width=1.2)
_BOX = Pen(fill="#1f4e79", stroke=INK, width=0.8)
_OPEN = Pen(fill=PAPER, stroke=INK, width=1.1)
_DIAMOND = Pen(fill="#c9ddf0", stroke=INK, width=1.1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """An estimate as it is printed (`said`) and drawn; `low` and `high` None: no interval is told.

    `weight` is a share from 0 to 1 (None where nothing is pooled); `about` a second line of the
    label; `group` the heading under which the row stands ("" for none). `subtotal` rows are pooled
    and drawn as diamonds.
    """

    label: str
    said: str
    value: float
    low: float | None = None
    high: float | None = None
    numbers: str = ""
    about: str = ""
    group: str = ""
    weight: float | None = None
    subtotal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestSummary:
    """A pooled estimate, drawn as a diamond; `prediction` as a line below it."""

    label: str
    said: str
    value: float
    low: float
    high: float
    prediction: tuple[float, float] | None = None
    prediction_said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestPlot:
    """`ratio` draws equal ratios at equal distances. `null` is the value of no difference (None for
    proportions). `span` fixes the ends of the axis."""

    id: str
    caption: str
    measure: str
    rows: tuple[ForestRow, ...]
    ratio: bool = False
    null: float | None = None
    span: tuple[float, float] | None = None
    lower_means: str = ""
    higher_means: str = ""
    summary: ForestSummary | None = None
    notes: tuple[str, ...] = ()


def forest_plot(plot: ForestPlot) -> tuple[Figure, ...]:
    """The figures of `plot`, as many as its rows need, all on one axis; none without rows."""
    if not plot.rows:
        return ()
    layout = _Layout(plot)
    heights = [layout.height(row) for row in plot.rows]
    pages = paged(plot.rows, heights, HEIGHT - 190 - LEADING * len(plot.notes))
    figures = []
    for number, rows in enumerate(pages, 1):
        last = number == len(pages)
        shapes, height = layout.page(rows, last=last)
        caption = part_of(plot.caption, number, len(pages))
        words = " ".join(_said(row, plot) for row in rows)
        if last and plot.summary:
            words += f" {plot.summary.label}: {plot.summary.said}."
        id = part_id(plot.id, number)
        svg = drawing(id, shapes, width=WIDTH, height=height, title=caption, words=words)
        figures.append(Figure(id=id, svg=svg, caption=caption, alt=words))
    return tuple(figures)


def _said(row: ForestRow, plot: ForestPlot) -> str:
    about = f", {row.about}" if row.about else ""
    numbers = f" ({row.numbers})" if row.numbers else ""
    return f"{row.label}{about}: {plot.measure.lower()} {row.said}{numbers}."


class _Layout:
    def __init__(self, plot: ForestPlot) -> None:
        self.plot = plot
        self.weighted = any(row.weight is not None for row in plot.rows)
        self.numbers = _NUMBERS if any(row.numbers for row in plot.rows) else 0.0
        self.left = MARGIN + _LABEL + self.numbers
        right = _SAID + (_WEIGHT if self.weighted else 0)
        width = WIDTH - MARGIN - self.left - right - 8
        self.axis = self._axis(width)
        self.said_at = self.left + width + 14

    def _axis(self, width: float) -> Axis:
        plot = self.plot
        if plot.span:
            return Axis(
                low=plot.span[0], high=plot.span[1], left=self.left, width=width, ratio=plot.ratio
            )
        ends = [e for r in plot.rows for e in (r.low, r.high, r.value) if e is not None]
        if plot.summary:
            ends += [plot.summary.low, plot.summary.high, *(plot.summary.prediction or ())]
        return fitted(ends, left=self.left, width=width, ratio=plot.ratio)

    def lines(self, row: ForestRow) -> list[tuple[str, bool]]:
        named = [(words, False) for words in wrapped(row.label, _LABEL - 8, SIZE)]
        return named + [(words, True) for words in wrapped(row.about, _LABEL - 8, SMALL)]

    def height(self, row: ForestRow) -> float:
        numbers = len(wrapped(row.numbers, self.numbers - 8, SMALL)) if self.numbers else 0
        said = len(wrapped(row.said, _SAID - 8, SMALL))
        return max(len(self.lines(row)), numbers, said) * LEADING + 7

    def page(self, rows: Sequence[ForestRow], *, last: bool) -> tuple[list[Shape], float]:
        shapes, y = self._head()
        top = y
        drawn: list[Shape] = []
        for group, members in groupby(rows, key=lambda row: row.group):
            if group:
                lines, below = block(group, MARGIN, y + 15, WIDTH - 16, size=SIZE, bold=True)
                drawn += lines
                y = below - LEADING + 7
            for row in members:
                drawn += self._row(row, y)
                y += self.height(row)
        if last and self.plot.summary:
            more, y = self._summary(self.plot.summary, y + 4)
            drawn += more
        shapes += self._scale(top, y)
        shapes += drawn
        foot, y = self._foot(y)
        return [*shapes, *foot], y

    def _head(self) -> tuple[list[Shape], float]:
        heads = [
            (MARGIN, _LABEL - 8, "Study", "start"),
            (self.said_at, _SAID - 8, f"{self.plot.measure} (95% CI)", "start"),
        ]
        if self.numbers:
            heads.append((MARGIN + _LABEL, self.numbers - 8, "Numbers", "start"))
        if self.weighted:
            heads.append((WIDTH - MARGIN, _WEIGHT, "Weight", "end"))
        parts = [(x, wrapped(w, room, SMALL, True), anchor) for x, room, w, anchor in heads]
        deep = max(len(lines) for _, lines, _ in parts)
        shapes: list[Shape] = []
        for x, lines, anchor in parts:
            for k, words in enumerate(lines):
                y = 16 + (deep - len(lines) + k) * LEADING
                shapes.append(text(x, y, words, size=SMALL, bold=True, anchor=anchor))
        bottom = 10 + deep * LEADING
        shapes.append(line([(MARGIN, bottom), (WIDTH - MARGIN, bottom)], Pen(stroke=SOFT)))
        return shapes, bottom + 3

    def _scale(self, top: float, bottom: float) -> list[Shape]:
        shapes: list[Shape] = []
        end = -100.0
        for mark in self.axis.marks():
            x, label = self.axis.at(mark), printed(mark)
            if self.plot.span == (0.0, 1.0):
                label = f"{100 * mark:g}%"
            shapes.append(line([(x, top), (x, bottom + 3)], _GRID))
            half = width_of(label, SMALL) / 2
            if x - half > end + 3:
                shapes.append(text(x, bottom + 16, label, size=SMALL, anchor="middle", fill=SOFT))
                end = x + half
        if self.plot.null is not None:
            x = self.axis.at(self.plot.null)
            shapes.append(line([(x, top), (x, bottom + 3)], _NONE))
        return shapes

    def _row(self, row: ForestRow, y: float) -> list[Shape]:
        middle = y + self.height(row) / 2
        shapes: list[Shape] = []
        lines = self.lines(row)
        at = middle - (len(lines) - 1) * LEADING / 2 + 4
        for k, (words, lesser) in enumerate(lines):
            size, fill = (SMALL, SOFT) if lesser else (SIZE, INK)
            bold = row.subtotal and not lesser
            shapes.append(text(MARGIN, at + k * LEADING, words, size=size, fill=fill, bold=bold))
        columns = [(self.said_at, wrapped(row.said, _SAID - 8, SMALL))]
        if self.numbers:
            numbers = wrapped(row.numbers, self.numbers - 8, SMALL)
            columns.append((MARGIN + _LABEL, numbers))
        for x, parts in columns:
            at = middle - (len(parts) - 1) * LEADING / 2 + 4
            for k, words in enumerate(parts):
                shapes.append(text(x, at + k * LEADING, words, size=SMALL))
        if row.weight is not None:
            said = f"{100 * row.weight:.1f}%"
            shapes.append(text(WIDTH - MARGIN, middle + 4, said, size=SMALL, anchor="end"))
        return [*shapes, *self._mark(row, middle)]

    def _mark(self, row: ForestRow, y: float) -> list[Shape]:
        x = self.axis.at(row.value)
        if row.subtotal and row.low is not None and row.high is not None:
            a, b = self.axis.at(row.low), self.axis.at(row.high)
            return [polygon([(a, y), (x, y - 5.5), (b, y), (x, y + 5.5)], _DIAMOND)]
        if row.low is None or row.high is None:
            return [polygon([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], _OPEN)]
        shapes = self._interval(row.low, row.high, y)
        half = 3.4 + (6 * (row.weight or 0.0) ** 0.5 if row.weight is not None else 0.0)
        half = min(half, 8.0)
        if self.axis.low <= row.value <= self.axis.high:
            shapes.append(rectangle(x - half, y - half, 2 * half, 2 * half, _BOX))
        return shapes

    def _interval(self, low: float, high: float, y: float) -> list[Shape]:
        """A line with an end mark, or with an arrow head where it goes beyond the axis."""
        a, b = self.axis.at(low), self.axis.at(high)
        shapes: list[Shape] = [line([(a, y), (b, y)], _LINE)]
        head = Pen(fill=INK, stroke=INK, width=0.6)
        for x, beyond, way in ((a, low < self.axis.low, 1), (b, high > self.axis.high, -1)):
            if beyond:
                shapes.append(
                    polygon([(x, y), (x + 6 * way, y - 3.5), (x + 6 * way, y + 3.5)], head)
                )
            else:
                shapes.append(line([(x, y - 3), (x, y + 3)], _LINE))
        return shapes

    def _summary(self, summary: ForestSummary, y: float) -> tuple[list[Shape], float]:
        names = wrapped(summary.label, _LABEL + self.numbers - 10, SIZE, True)
        said = wrapped(summary.said, _SAID - 8, SMALL, True)
        height = max(len(names), len(said)) * LEADING + 8
        middle = y + height / 2
        shapes: list[Shape] = [line([(MARGIN, y), (WIDTH - MARGIN, y)], Pen(stroke=SOFT))]
        for x, lines, size in ((MARGIN, names, SIZE), (self.said_at, said, SMALL)):
            at = middle - (len(lines) - 1) * LEADING / 2 + 4
            for k, words in enumerate(lines):
                shapes.append(text(x, at + k * LEADING, words, size=size, bold=True))
        a, x, b = (self.axis.at(v) for v in (summary.low, summary.value, summary.high))
        shapes.append(
            polygon([(a, middle), (x, middle - 7), (b, middle), (x, middle + 7)], _DIAMOND)
        )
        y += height
        if summary.prediction:
            shapes.append(text(MARGIN, y + 9, "95% prediction interval", size=SMALL))
            shapes += self._interval(*summary.prediction, y + 5)
            ends, below = block(summary.prediction_said, self.said_at, y + 9, _SAID - 8)
            shapes += ends
            y = below + 4
        return shapes, y

    def _foot(self, y: float) -> tuple[list[Shape], float]:
        y += 32
        shapes: list[Shape] = []
        deepest = y
        split = self.axis.at(self.plot.null) if self.plot.null is not None else 0.0
        if split:
            for words, x, anchor in (
                (f"\u2190 {self.plot.lower_means}", split - 8, "end"),
                (f"{self.plot.higher_means} \u2192", split + 8, "start"),
            ):
                if len(words) > 2:
                    # the words may go beyond the axis, never beyond the drawing
                    room = x - MARGIN if anchor == "end" else WIDTH - MARGIN - x
                    said, below = block(words, x, y, min(room, 210.0), anchor=anchor)
                    shapes += said
                    deepest = max(deepest, below)
        y = deepest + 4
        notes = list(self.plot.notes)
        if any(row.low is None for row in self.plot.rows):
            notes.append(
                "A hollow diamond has no interval: the report does not give what it needs."
            )
        for note in notes:
            lines, y = block(note, MARGIN, y, WIDTH - 2 * MARGIN)
            shapes += lines
        return shapes, y
