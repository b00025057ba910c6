"""The traffic light: a row a study (or a result of it), a column a question, a mark each judgement.

PRISMA 2020, item 18. What a column asks stands in words below the marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from pipeline.terms.document import Figure
from pipeline.writers.drawing.appraisal_legend import legend
from pipeline.writers.drawing.appraisal_marks import Appraisal, Question, Row, mark
from pipeline.writers.drawing.letters import width_of, wrapped
from pipeline.writers.drawing.svg import (
    INK,
    SOFT,
    Pen,
    Shape,
    drawing,
    line,
    rectangle,
    text,
)

_WIDTH, _HEIGHT = 610.0, 860.0
_SIZE, _SMALL, _LEADING = 11.5, 10.5, 14.0
_MARGIN, _LARGEST = 8.0, 8.6
_CELL, _LEAST_CELL = 44.0, 18.0
_RULE = Pen(stroke="#d0d7de", width=0.8)
_BAND = Pen(fill="#f0f2f5", stroke="none")


def traffic_light(appraisal: Appraisal) -> tuple[Figure, ...]:
    """The traffic light of `appraisal`: one figure, or as many as its rows need pages."""
    plan = _Plan(appraisal)
    pages = plan.pages()
    figures = []
    for number, rows in enumerate(pages, 1):
        id = appraisal.id if number == 1 else f"{appraisal.id}-{number}"
        of = f" (part {number} of {len(pages)})" if len(pages) > 1 else ""
        shapes, height = plan.page(rows)
        alt = " ".join(_said(row, appraisal.questions) for row in rows) or "No study is appraised."
        svg = drawing(
            id,
            shapes,
            width=plan.width,
            height=height,
            title=f"{appraisal.title}{of}",
            words=alt,
        )
        figures.append(
            Figure(
                id=id, svg=svg, caption=f"Appraisal of each study: {appraisal.title}{of}", alt=alt
            )
        )
    return tuple(figures)


def _said(row: Row, questions: Sequence[Question]) -> str:
    """`Aebi 2014: yes 1.1, 1.3; no 1.2.`: one sentence for those who do not see the figure."""
    by: dict[str, list[str]] = {}
    for question in questions:
        if question.id in row.judged:
            judged = row.judged[question.id]
            by.setdefault(judged.label if judged else "Not yet answered", []).append(question.code)
    told = "; ".join(f"{label}: {', '.join(codes)}" for label, codes in by.items())
    about = f", {row.about}" if row.about else ""
    return f"{row.study}{about} \u2013 {told or 'not yet appraised'}."


class _Plan:
    """Measures: how wide the columns are, how high each row, the head and the legend."""

    def __init__(self, appraisal: Appraisal) -> None:
        self.appraisal = appraisal
        n = max(1, len(appraisal.questions))
        names = [t for row in appraisal.rows for t in (row.study, row.about)]
        longest = max((width_of(name, _SIZE) for name in names), default=60.0)
        self.label = min(max(90.0, longest + 14), 210.0)
        self.cell = min(_CELL, max(_LEAST_CELL, (_WIDTH - self.label - 2 * _MARGIN) / n))
        self.radius = min(_LARGEST, self.cell / 2 - 0.9)
        self.width = max(360.0, self.label + n * self.cell + 2 * _MARGIN)
        self.head = self._head_height()
        self.legend_height = legend(appraisal, self.width, 0)[1]

    def centre(self, column: int) -> float:
        return _MARGIN + self.label + (column + 0.5) * self.cell

    def pages(self) -> list[tuple[Row, ...]]:
        """The rows in as many pages as they need, as even as can be."""
        rows = self.appraisal.rows
        heights = [self.row_height(row) for row in rows]
        room = max(_HEIGHT - self.head - self.legend_height, 6 * max(heights, default=1.0))
        number = max(1, -(-int(sum(heights)) // int(room)))
        each = max(1, -(-len(rows) // number))
        return [tuple(rows[k : k + each]) for k in range(0, len(rows), each)] or [()]

    def names(self, row: Row) -> list[tuple[str, bool]]:
        """The lines of a row's label, and whether each is about the result."""
        lines = [(t, False) for t in wrapped(row.study, self.label - 10, _SIZE)]
        return lines + [(t, True) for t in wrapped(row.about, self.label - 10, _SMALL)]

    def row_height(self, row: Row) -> float:
        return max(2 * self.radius + 7, len(self.names(row)) * _LEADING + 6)

    def page(self, rows: Sequence[Row]) -> tuple[list[Shape], float]:
        heights = [self.row_height(row) for row in rows]
        bottom = self.head + sum(heights)
        shapes = [*self._overall_band(bottom), *self._header()]
        y = self.head
        for row, height in zip(rows, heights, strict=True):
            shapes += self._row(row, y, height)
            y += height
        right = _MARGIN + self.label + len(self.appraisal.questions) * self.cell
        shapes.append(line([(_MARGIN, bottom), (right, bottom)], _RULE))
        below, height = legend(self.appraisal, self.width, bottom)
        return [*shapes, *below], bottom + height

    def _row(self, row: Row, y: float, height: float) -> list[Shape]:
        right = _MARGIN + self.label + len(self.appraisal.questions) * self.cell
        shapes: list[Shape] = [line([(_MARGIN, y), (right, y)], _RULE)]
        names = self.names(row)
        first = y + height / 2 - (len(names) - 1) * _LEADING / 2 + 4
        for number, (words, about) in enumerate(names):
            size, fill = (_SMALL, SOFT) if about else (_SIZE, INK)
            at = first + number * _LEADING
            shapes.append(text(_MARGIN, at, words, size=size, fill=fill))
        if not row.judged:
            left = _MARGIN + self.label + 4
            shapes.append(
                text(left, y + height / 2 + 4, "not yet appraised", size=_SMALL, fill=SOFT)
            )
        for column, question in enumerate(self.appraisal.questions):
            if question.id not in row.judged:
                continue
            x, middle = self.centre(column), y + height / 2
            judged = row.judged[question.id]
            if judged is None:
                shapes.append(text(x, middle + 4, "\u2026", size=_SIZE, anchor="middle", fill=SOFT))
                continue
            shapes += mark(x, middle, self.radius, judged)
            if question.id in row.reasoned:
                shapes.append(text(x + self.radius + 1.5, middle - 3, "*", size=_SIZE, bold=True))
        return shapes

    def _overall_band(self, bottom: float) -> list[Shape]:
        return [
            rectangle(_MARGIN + self.label + n * self.cell, 4, self.cell, bottom - 4, _BAND)
            for n, question in enumerate(self.appraisal.questions)
            if question.overall
        ]

    def _parts(self) -> list[tuple[str, int, int]]:
        """The parts of the instrument with their first column and how many they hold."""
        found, column = [], 0
        for part, asked in groupby(self.appraisal.questions, key=lambda q: q.part):
            size = len(list(asked))
            found.append((part, column, size))
            column += size
        return found

    def _part_lines(self) -> list[tuple[tuple[str, ...], int, int]]:
        return [
            (_heading(part, size * self.cell - 6), column, size)
            for part, column, size in self._parts()
            if part
        ]

    def _head_height(self) -> float:
        lines = max((len(lines) for lines, _, _ in self._part_lines()), default=0)
        return 26.0 + (lines * _LEADING + 4 if lines else 0)

    def _header(self) -> list[Shape]:
        shapes: list[Shape] = []
        for lines, column, size in self._part_lines():
            left = _MARGIN + self.label + column * self.cell
            for number, words in enumerate(lines):
                x, y = left + size * self.cell / 2, 14 + number * _LEADING
                shapes.append(text(x, y, words, size=_SMALL, anchor="middle", fill=SOFT))
            rule = self.head - 22
            shapes.append(line([(left + 3, rule), (left + size * self.cell - 3, rule)], _RULE))
        for column, question in enumerate(self.appraisal.questions):
            x = self.centre(column)
            shapes.append(
                text(x, self.head - 8, question.code, size=_SMALL, bold=True, anchor="middle")
            )
        return shapes


def _heading(part: str, width: float) -> tuple[str, ...]:
    """The heading of a part in three lines at most; over few columns its first word has to do."""
    lines = wrapped(part, width, _SMALL)
    return lines if len(lines) <= 3 else wrapped(part.split()[0], width, _SMALL)[:1]
