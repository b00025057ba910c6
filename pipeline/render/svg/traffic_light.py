"""The traffic light of an appraisal: a row a study, a column a question, a mark each judgement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.model.document import Figure
from pipeline.model.form import Light
from pipeline.render.svg.shapes import (
    INK,
    PAPER,
    SOFT,
    Pen,
    Shape,
    circle,
    drawing,
    line,
    rectangle,
    text,
    width_of,
    wrapped,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgementMark:
    """The sign in the mark, the colour of the mark and that of the sign."""

    sign: str
    fill: str
    ink: str = INK


MARKS: Mapping[Light, JudgementMark] = {
    Light.GOOD: JudgementMark(sign="+", fill="#d6efe4"),
    Light.SOME: JudgementMark(sign="\u2212", fill="#f0b53c"),
    Light.BAD: JudgementMark(sign="\u00d7", fill="#c8551b", ink=PAPER),
    Light.WORST: JudgementMark(sign="!", fill="#6b1212", ink=PAPER),
    Light.UNKNOWN: JudgementMark(sign="?", fill="#ffffff"),
    Light.NONE: JudgementMark(sign="", fill="#ffffff"),
}
"""From good to worst; the last two say nothing of good or bad and stay white."""

ORDER = tuple(MARKS)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ShownJudgement:
    """A judgement as a figure shows it: its light and its words ("Some concerns")."""

    light: Light
    label: str

    @property
    def sign(self) -> str:
        """The sign of the light; for an answer without a light the first letters of its words."""
        return MARKS[self.light].sign or initials(self.label)


def initials(label: str) -> str:
    """`NA` for `Not applicable`, `I` for `Include`: two letters at most."""
    return "".join(word[0] for word in label.split() if word[0].isalnum())[:2].upper() or "\u00b7"


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedQuestion:
    """A column: the short code above the marks, what is asked, and the part it stands in."""

    id: str
    code: str
    label: str
    part: str = ""
    overall: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A study, the result that is judged (or ""), and its judgements by the id of the question.

    A question that was not asked of the study is not in `judged`; None is one not yet answered. A
    row without judgements is a study that the instrument is meant for and that has none yet.
    `reasoned` are the overall judgements that differ from the worst domain, with a reason.
    """

    study: str
    about: str = ""
    judged: Mapping[str, ShownJudgement | None]
    reasoned: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Appraisal:
    """All that one instrument says of the studies of a review; `notes` stand below the figure."""

    id: str
    title: str
    questions: tuple[JudgedQuestion, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


def in_order(judged: Iterable[ShownJudgement]) -> tuple[ShownJudgement, ...]:
    """Each judgement once, from good to bad, then what says neither."""
    return tuple(sorted(set(judged), key=lambda j: (ORDER.index(j.light), j.label)))


def mark(x: float, y: float, radius: float, judged: ShownJudgement) -> list[Shape]:
    """The mark of `judged` around the point x, y."""
    look = MARKS[judged.light]
    size = radius * (1.7 if len(judged.sign) == 1 else 1.0)
    return [
        circle(x, y, radius, Pen(fill=look.fill, stroke=INK, width=0.9)),
        text(x, y + size * 0.35, judged.sign, size=size, bold=True, anchor="middle", fill=look.ink),
    ]


_SIZE, _LEADING, _MARGIN, _BETWEEN = 10.5, 14.0, 8.0, 16.0
OPEN, REASONED = "\u2026", "*"
"""The signs for a question not yet answered, and for an overall judgement with a reason."""


def legend(appraisal: Appraisal, width: float, top: float) -> tuple[list[Shape], float]:
    """The shapes of the legend below `top` in a figure of `width`, and its height."""
    reasoned = any(row.reasoned for row in appraisal.rows)
    marks, y = marks_in_words(appraisal, width, top + 24, reasoned=reasoned)
    questions, bottom = _questions(appraisal, width, y)
    notes: list[Shape] = []
    for words in (w for note in appraisal.notes for w in wrapped(note, width - 16, _SIZE)):
        notes.append(text(_MARGIN, bottom + 4, words, size=_SIZE))
        bottom += _LEADING
    return [*marks, *questions, *notes], bottom - top


def marks_in_words(
    appraisal: Appraisal, width: float, y: float, *, reasoned: bool = False
) -> tuple[list[Shape], float]:
    """Every mark that occurs with its words, in as many lines as they need, and where they end."""
    given = [judged for row in appraisal.rows for judged in row.judged.values()]
    told: list[tuple[ShownJudgement | str, str]] = [
        (judged, judged.label) for judged in in_order(j for j in given if j is not None)
    ]
    if None in given:
        told.append((OPEN, "Not yet answered"))
    if reasoned:
        told.append((REASONED, "Not the worst domain; the reason stands in the table"))
    shapes: list[Shape] = []
    x = _MARGIN
    for sign, label in told:
        need = 34 + width_of(label, _SIZE)
        if x + need > width and x > _MARGIN:
            x, y = _MARGIN, y + 19
        if isinstance(sign, ShownJudgement):
            shapes += mark(x + 7, y, 6.5, sign)
        else:
            shapes.append(text(x + 7, y + 4, sign, size=_SIZE, bold=True, anchor="middle"))
        for number, words in enumerate(wrapped(label, width - x - 18 - _MARGIN, _SIZE)):
            y += _LEADING if number else 0
            shapes.append(text(x + 18, y + 4, words, size=_SIZE))
        x += need
    return shapes, y + (26 if told else 0)


def _questions(appraisal: Appraisal, width: float, top: float) -> tuple[list[Shape], float]:
    """The code and the words of each question, in two columns where there are many."""
    questions = appraisal.questions
    columns = 2 if len(questions) > 4 and width > 480 else 1
    each = (width - 2 * _MARGIN - (columns - 1) * _BETWEEN) / columns
    indent = max((width_of(q.code, _SIZE, True) for q in questions), default=0) + 7
    entries = [(q.code, wrapped(q.label, each - indent, _SIZE)) for q in questions]
    half = -(-sum(len(lines) for _, lines in entries) // columns)
    shapes: list[Shape] = []
    x, y, used, lowest = _MARGIN, top, 0, top
    for code, lines in entries:
        if columns == 2 and used >= half and x == _MARGIN:
            x, y = _MARGIN + each + _BETWEEN, top
        shapes.append(text(x, y, code, size=_SIZE, bold=True))
        shapes += [
            text(x + indent, y + n * _LEADING, words, size=_SIZE) for n, words in enumerate(lines)
        ]
        y += max(1, len(lines)) * _LEADING
        used += max(1, len(lines))
        lowest = max(lowest, y)
    return shapes, lowest


_WIDTH, _HEIGHT = 610.0, 860.0
_APPRAISAL_SIZE, _SMALL, _APPRAISAL_LEADING = 11.5, 10.5, 14.0
_APPRAISAL_MARGIN, _LARGEST = 8.0, 8.6
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


def _said(row: Row, questions: Sequence[JudgedQuestion]) -> str:
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
        longest = max((width_of(name, _APPRAISAL_SIZE) for name in names), default=60.0)
        self.label = min(max(90.0, longest + 14), 210.0)
        self.cell = min(_CELL, max(_LEAST_CELL, (_WIDTH - self.label - 2 * _APPRAISAL_MARGIN) / n))
        self.radius = min(_LARGEST, self.cell / 2 - 0.9)
        self.width = max(360.0, self.label + n * self.cell + 2 * _APPRAISAL_MARGIN)
        self.head = self._head_height()
        self.legend_height = legend(appraisal, self.width, 0)[1]

    def centre(self, column: int) -> float:
        return _APPRAISAL_MARGIN + self.label + (column + 0.5) * self.cell

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
        lines = [(t, False) for t in wrapped(row.study, self.label - 10, _APPRAISAL_SIZE)]
        return lines + [(t, True) for t in wrapped(row.about, self.label - 10, _SMALL)]

    def row_height(self, row: Row) -> float:
        return max(2 * self.radius + 7, len(self.names(row)) * _APPRAISAL_LEADING + 6)

    def page(self, rows: Sequence[Row]) -> tuple[list[Shape], float]:
        heights = [self.row_height(row) for row in rows]
        bottom = self.head + sum(heights)
        shapes = [*self._overall_band(bottom), *self._header()]
        y = self.head
        for row, height in zip(rows, heights, strict=True):
            shapes += self._row(row, y, height)
            y += height
        right = _APPRAISAL_MARGIN + self.label + len(self.appraisal.questions) * self.cell
        shapes.append(line([(_APPRAISAL_MARGIN, bottom), (right, bottom)], _RULE))
        below, height = legend(self.appraisal, self.width, bottom)
        return [*shapes, *below], bottom + height

    def _row(self, row: Row, y: float, height: float) -> list[Shape]:
        right = _APPRAISAL_MARGIN + self.label + len(self.appraisal.questions) * self.cell
        shapes: list[Shape] = [line([(_APPRAISAL_MARGIN, y), (right, y)], _RULE)]
        names = self.names(row)
        first = y + height / 2 - (len(names) - 1) * _APPRAISAL_LEADING / 2 + 4
        for number, (words, about) in enumerate(names):
            size, fill = (_SMALL, SOFT) if about else (_APPRAISAL_SIZE, INK)
            at = first + number * _APPRAISAL_LEADING
            shapes.append(text(_APPRAISAL_MARGIN, at, words, size=size, fill=fill))
        if not row.judged:
            left = _APPRAISAL_MARGIN + self.label + 4
            shapes.append(
                text(left, y + height / 2 + 4, "not yet appraised", size=_SMALL, fill=SOFT)
            )
        for column, question in enumerate(self.appraisal.questions):
            if question.id not in row.judged:
                continue
            x, middle = self.centre(column), y + height / 2
            judged = row.judged[question.id]
            if judged is None:
                shapes.append(
                    text(x, middle + 4, "\u2026", size=_APPRAISAL_SIZE, anchor="middle", fill=SOFT)
                )
                continue
            shapes += mark(x, middle, self.radius, judged)
            if question.id in row.reasoned:
                shapes.append(
                    text(x + self.radius + 1.5, middle - 3, "*", size=_APPRAISAL_SIZE, bold=True)
                )
        return shapes

    def _overall_band(self, bottom: float) -> list[Shape]:
        return [
            rectangle(
                _APPRAISAL_MARGIN + self.label + n * self.cell, 4, self.cell, bottom - 4, _BAND
            )
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
        return 26.0 + (lines * _APPRAISAL_LEADING + 4 if lines else 0)

    def _header(self) -> list[Shape]:
        shapes: list[Shape] = []
        for lines, column, size in self._part_lines():
            left = _APPRAISAL_MARGIN + self.label + column * self.cell
            for number, words in enumerate(lines):
                x, y = left + size * self.cell / 2, 14 + number * _APPRAISAL_LEADING
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
