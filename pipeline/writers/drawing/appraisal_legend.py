"""What stands below a traffic light: what the marks mean, and what each column asks."""

from __future__ import annotations

from pipeline.writers.drawing.appraisal_marks import Appraisal, Judged, in_order, mark
from pipeline.writers.drawing.letters import width_of, wrapped
from pipeline.writers.drawing.svg import Shape, text

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
    told: list[tuple[Judged | str, str]] = [
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
        if isinstance(sign, Judged):
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
