"""The summary of an appraisal: a bar a question, parted by how many studies got which answer.

Counts and shares of the studies (or results) that were asked; never weighted, never a score.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pipeline.model.document import Figure
from pipeline.render.svg.shapes import (
    INK,
    SOFT,
    Pen,
    Shape,
    drawing,
    line,
    rectangle,
    text,
    width_of,
    wrapped,
)
from pipeline.render.svg.traffic_light import (
    MARKS,
    OPEN,
    ORDER,
    Appraisal,
    JudgedQuestion,
    ShownJudgement,
    marks_in_words,
)

_WIDTH, _MARGIN, _LABEL, _ASKED = 610.0, 8.0, 230.0, 42.0
_HEIGHT = 860.0
_BAR, _GAP, _SIZE, _SMALL, _LEADING = 18.0, 8.0, 11.5, 10.5, 14.0
_LEFT = _MARGIN + _LABEL
_ROOM = _WIDTH - _LEFT - _ASKED - _MARGIN
_RULE = Pen(stroke="#d0d7de", width=0.8)
Share = tuple[ShownJudgement | None, int]


def summary(appraisal: Appraisal) -> tuple[Figure, ...]:
    """The summary of `appraisal`, in several figures where its questions need several pages."""
    counted = [(q, shares(appraisal, q)) for q in appraisal.questions]
    pages = _pages(counted)
    figures = []
    for number, page in enumerate(pages, 1):
        id = appraisal.id if number == 1 else f"{appraisal.id}-{number}"
        of = f" (part {number} of {len(pages)})" if len(pages) > 1 else ""
        alt = " ".join(_said(question, told) for question, told in page) or "No study is appraised."
        shapes, height = _page(appraisal, page)
        title = f"{appraisal.title}, summary{of}"
        svg = drawing(id, shapes, width=_WIDTH, height=height, title=title, words=alt)
        caption = (
            f"Summary of the appraisal: {appraisal.title}{of}. Each bar shows how often each "
            "answer was given, of the studies (or results) that were asked"
        )
        figures.append(Figure(id=id, svg=svg, caption=caption, alt=alt))
    return tuple(figures)


def shares(appraisal: Appraisal, question: JudgedQuestion) -> tuple[Share, ...]:
    """How often each answer to `question` was given, from good to bad; None: not yet answered."""
    counts = Counter(r.judged[question.id] for r in appraisal.rows if question.id in r.judged)

    def rank(judged: ShownJudgement | None) -> tuple[int, str]:
        return (len(ORDER), "") if judged is None else (ORDER.index(judged.light), judged.label)

    return tuple(sorted(counts.items(), key=lambda share: rank(share[0])))


def _said(question: JudgedQuestion, told: Sequence[Share]) -> str:
    counts = "; ".join(f"{n} {j.label if j else 'not yet answered'}" for j, n in told)
    return f"{question.code} {question.label}: {counts or 'asked of no study'}."


def _lines(question: JudgedQuestion) -> tuple[str, ...]:
    return wrapped(_words(question), _LABEL - 12, _SIZE, question.overall) or ("",)


def _words(question: JudgedQuestion) -> str:
    return question.label if question.overall else f"{question.code} {question.label}"


def _height(question: JudgedQuestion) -> float:
    return max(_BAR, len(_lines(question)) * _LEADING) + _GAP


def _pages(
    counted: Sequence[tuple[JudgedQuestion, tuple[Share, ...]]],
) -> list[list[tuple[JudgedQuestion, tuple[Share, ...]]]]:
    pages: list[list[tuple[JudgedQuestion, tuple[Share, ...]]]] = [[]]
    used = 0.0
    for question, told in counted:
        need = _height(question)
        if pages[-1] and used + need > _HEIGHT - 110:
            pages.append([])
            used = 0.0
        pages[-1].append((question, told))
        used += need
    return pages


def _page(
    appraisal: Appraisal, page: Sequence[tuple[JudgedQuestion, tuple[Share, ...]]]
) -> tuple[list[Shape], float]:
    top = 22.0
    bottom = top + sum(_height(question) for question, _ in page)
    shapes: list[Shape] = [
        text(_WIDTH - _MARGIN, 13, "Asked", size=_SMALL, anchor="end", fill=SOFT)
    ]
    for quarter in range(5):
        x = _LEFT + quarter * _ROOM / 4
        shapes.append(line([(x, top - 4), (x, bottom)], _RULE))
        share = f"{quarter * 25}%"
        shapes.append(text(x, bottom + 15, share, size=_SMALL, anchor="middle", fill=SOFT))
    y = top
    for question, told in page:
        shapes += _bar(question, told, y)
        y += _height(question)
    marks, end = marks_in_words(appraisal, _WIDTH, bottom + 38)
    return [*shapes, *marks], end - 8


def _bar(question: JudgedQuestion, told: Sequence[Share], y: float) -> list[Shape]:
    lines = _lines(question)
    middle = y + (_height(question) - _GAP) / 2
    first = middle - (len(lines) - 1) * _LEADING / 2 + 4
    shapes = [
        text(_MARGIN, first + n * _LEADING, words, size=_SIZE, bold=question.overall)
        for n, words in enumerate(lines)
    ]
    total = sum(n for _, n in told)
    x = _LEFT
    for judged, n in told:
        width = n / total * _ROOM
        look = MARKS[judged.light] if judged else None
        pen = Pen(look.fill if look else "none", INK, 0.9, "" if judged else "3 2")
        shapes.append(rectangle(x, middle - _BAR / 2, width, _BAR, pen))
        sign = judged.sign if judged else OPEN
        for words in (f"{sign} {n}", sign):
            if width_of(words, _SMALL, True) + 4 <= width:
                ink = look.ink if look else INK
                shapes.append(
                    text(
                        x + width / 2,
                        middle + 4,
                        words,
                        size=_SMALL,
                        bold=True,
                        anchor="middle",
                        fill=ink,
                    )
                )
                break
        x += width
    shapes.append(text(_WIDTH - _MARGIN, middle + 4, f"{total:,}", size=_SIZE, anchor="end"))
    return shapes
