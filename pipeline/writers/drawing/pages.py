"""Long figures in parts that fit a page, and blocks of words in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pipeline.writers.drawing.letters import wrapped
from pipeline.writers.drawing.svg import INK, Shape, text

T = TypeVar("T")
WIDTH, HEIGHT, MARGIN = 680.0, 900.0, 8.0
"""A page of a figure in its own units: type of 11 is then about 9 points on paper."""
SIZE, SMALL, LEADING = 11.5, 10.5, 14.0


def paged(rows: Sequence[T], heights: Sequence[float], room: float) -> tuple[tuple[T, ...], ...]:
    """`rows` in as few pages as `room` allows, about equally high; one empty page for no rows."""
    whole = sum(heights)
    number = max(1, -(-int(whole) // max(1, int(room))))
    target = whole / number
    pages: list[list[T]] = [[]]
    filled = 0.0
    for row, height in zip(rows, heights, strict=True):
        over = filled + height > room
        if pages[-1] and (over or (filled >= target and len(pages) < number)):
            pages.append([])
            filled = 0.0
        pages[-1].append(row)
        filled += height
    return tuple(tuple(page) for page in pages)


def block(
    words: str,
    x: float,
    y: float,
    width: float,
    *,
    size: float = SMALL,
    bold: bool = False,
    fill: str = INK,
    anchor: str = "start",
) -> tuple[list[Shape], float]:
    """`words` in lines no wider than `width`, the first on the base line `y`; and the next base
    line."""
    shapes: list[Shape] = []
    for line in wrapped(words, width, size, bold):
        shapes.append(text(x, y, line, size=size, bold=bold, fill=fill, anchor=anchor))
        y += LEADING
    return shapes, y


def part_of(caption: str, number: int, of: int) -> str:
    """`caption (part 2 of 3)`; the caption alone where there is one part."""
    return f"{caption} (part {number} of {of})" if of > 1 else caption


def part_id(id: str, number: int) -> str:
    return id if number == 1 else f"{id}-{number}"
