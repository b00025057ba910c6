"""Bars: what each source gave to the review, as horizontal bars on a scale that begins at 0."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.model.document import Figure
from pipeline.render.svg.shapes import (
    INK,
    PAPER,
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

_SIZE, _LEADING = 12.0, 15.0
_LABEL_WIDTH, _BAR_WIDTH, _BAR = 190.0, 300.0, 15.0
_ROW_GAP, _TOP = 12.0, 34.0
_WHOLE = Pen(fill="#c9ddf0", stroke=INK, width=0.9)
_ALONE = Pen(fill="#1f4e79", stroke=INK, width=0.9)
_GRID = Pen(stroke="#d0d7de", width=0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceYield:
    """What one source gave: records identified, those no other source gave, reports included."""

    source: str
    identified: int
    only_here: int
    included: int


def source_yield_figure(rows: Sequence[SourceYield], id: str = "source-yield") -> Figure:
    """A bar a source (records identified; dark: found nowhere else), included reports in figures.

    The rows stand in the order in which they are given. The dark part also ends in a line and
    every number is printed, so that nothing rests on colour.
    """
    shapes, height = _bars(rows)
    width = _LABEL_WIDTH + _BAR_WIDTH + 150
    words = " ".join(
        f"{row.source}: {_counted(row.identified, 'record')}, {row.only_here:,} of them found in "
        f"no other source, {_counted(row.included, 'report')} included."
        for row in rows
    )
    svg = drawing(
        id,
        shapes,
        width=width,
        height=height,
        title="Records by source",
        words=words or "No records.",
    )
    return Figure(
        id=id,
        svg=svg,
        caption="Records identified by each source, those that no other source gave (dark), and "
        "the reports included",
        alt=words or "No records.",
    )


def _counted(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _bars(rows: Sequence[SourceYield]) -> tuple[list[Shape], float]:
    step = _step(max((row.identified for row in rows), default=0))
    last = max(1, math.ceil(max((row.identified for row in rows), default=0) / step)) * step
    unit = _BAR_WIDTH / last
    labels = [wrapped(row.source, _LABEL_WIDTH - 14, _SIZE) or ("",) for row in rows]
    heights = [max(_BAR, len(label) * _LEADING) + _ROW_GAP for label in labels]
    bottom = _TOP + sum(heights)
    shapes: list[Shape] = [
        rectangle(_LABEL_WIDTH, 4, 14, 11, _ALONE),
        text(_LABEL_WIDTH + 19, 14, "only in this source", size=_SIZE - 1),
        rectangle(_LABEL_WIDTH + 140, 4, 14, 11, _WHOLE),
        text(_LABEL_WIDTH + 159, 14, "also in another", size=_SIZE - 1),
        text(_LABEL_WIDTH + _BAR_WIDTH + 145, 14, "Reports included", size=_SIZE - 1, anchor="end"),
    ]
    for mark in range(0, last + 1, step):
        x = _LABEL_WIDTH + mark * unit
        shapes.append(line([(x, _TOP - 6), (x, bottom)], _GRID))
        shapes.append(text(x, bottom + 15, f"{mark:,}", size=_SIZE - 1, anchor="middle", fill=SOFT))
    shapes.append(
        text(
            _LABEL_WIDTH + _BAR_WIDTH / 2,
            bottom + 32,
            "Records identified",
            size=_SIZE - 1,
            anchor="middle",
            fill=SOFT,
        )
    )
    y = _TOP
    for row, label, height in zip(rows, labels, heights, strict=True):
        middle = y + (height - _ROW_GAP) / 2
        first = middle - (len(label) - 1) * _LEADING / 2 + 4.3
        for number, piece in enumerate(label):
            shapes.append(
                text(_LABEL_WIDTH - 9, first + number * _LEADING, piece, size=_SIZE, anchor="end")
            )
        top = middle - _BAR / 2
        shapes.append(rectangle(_LABEL_WIDTH, top, row.identified * unit, _BAR, _WHOLE))
        shapes.append(rectangle(_LABEL_WIDTH, top, row.only_here * unit, _BAR, _ALONE))
        said = f"{row.identified:,} ({row.only_here:,} only here)"
        end = _LABEL_WIDTH + row.identified * unit + 6
        size = _SIZE - 1
        room = _LABEL_WIDTH + _BAR_WIDTH + 108
        end = min(end, room - width_of(said, size))
        shapes.append(
            rectangle(end - 2, top + 1, width_of(said, size) + 2, _BAR - 2, Pen(PAPER, "none"))
        )
        shapes.append(text(end, middle + 4, said, size=size))
        shapes.append(
            text(
                _LABEL_WIDTH + _BAR_WIDTH + 145,
                middle + 4.3,
                f"{row.included:,}",
                size=_SIZE,
                anchor="end",
            )
        )
        y += height
    return shapes, bottom + 40


def _step(most: int) -> int:
    """A round distance between the marks of a scale that reaches `most`: at most five of them."""
    unit = 1
    while unit * 25 < most:
        unit *= 10
    return next(unit * first for first in (1, 2, 5) if unit * first * 5 >= most)
