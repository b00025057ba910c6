"""Boxes in columns with arrows between them: logic models, maps of concepts, trees of themes.

Lines that pass a column go through the gaps between its boxes; what an arrow says stands below the
drawing, by its number, so that no words lie across lines.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model.document import Figure
from pipeline.render.svg.shapes import (
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
    rectangle,
    text,
    wrapped,
)

Point = tuple[float, float]
_BETWEEN = 16.0
_PALE = ("#eef3f9", "#f4f1ea", "#edf5ee", "#f6eef3", "#f1f1f1")


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledBox:
    """`note` is smaller type below the label."""

    id: str
    label: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    heading: str
    boxes: tuple[LabelledBox, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """A line between two boxes: with an arrow head or plain, dashed where it is assumed."""

    start: str
    end: str
    label: str = ""
    dashed: bool = False
    arrow: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Layered:
    """`assumed` says below the drawing what a dashed line is; `notes` stand there too."""

    id: str
    caption: str
    layers: tuple[Layer, ...]
    ties: tuple[Tie, ...] = ()
    notes: tuple[str, ...] = ()
    assumed: str = "A dashed line is assumed; no finding bears it."


@dataclass(slots=True, kw_only=True)
class _Placed:
    layer: int
    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class _Tags:
    """The numbered tags on lines so far, kept apart from each other."""

    placed: list[Point] = field(default_factory=list)

    def free(self, point: Point) -> bool:
        return all(abs(point[0] - x) > 15 or abs(point[1] - y) > 15 for x, y in self.placed)


def layered_figure(asked: Layered) -> Figure:
    """The drawing of `asked`. Ties whose ends are not among the boxes are left out."""
    placed, top, bottom = _place(asked.layers)
    shapes: list[Shape] = _headings(asked.layers, placed)
    ties = [tie for tie in asked.ties if tie.start in placed and tie.end in placed]
    drawn, labels = _ties(asked.id, ties, placed, top, bottom)
    shapes += drawn
    for box in placed.values():
        shapes += _box(box)
    y = bottom + 20
    said = [f"{n} {words}" for n, words in enumerate(labels, 1)]
    key = [asked.assumed] if asked.assumed and any(tie.dashed for tie in ties) else []
    for sentence in (*key, *said, *asked.notes):
        lines, y = block(sentence, MARGIN, y, WIDTH - 2 * MARGIN)
        shapes += lines
    words = _words(asked, ties)
    svg = drawing(asked.id, shapes, width=WIDTH, height=y, title=asked.caption, words=words)
    return Figure(id=asked.id, svg=svg, caption=asked.caption, alt=words)


def _words(asked: Layered, ties: Sequence[Tie]) -> str:
    names = {box.id: box.label for layer in asked.layers for box in layer.boxes}
    said = [
        f"{layer.heading}: {', '.join(box.label for box in layer.boxes)}."
        for layer in asked.layers
        if layer.boxes
    ]
    for tie in ties:
        how = f" ({tie.label})" if tie.label else ""
        assumed = ", assumed" if tie.dashed else ""
        way = "\u2192" if tie.arrow else "\u2013"
        said.append(f"{names[tie.start]} {way} {names[tie.end]}{how}{assumed}.")
    return " ".join(said)


def _place(layers: Sequence[Layer]) -> tuple[dict[str, _Placed], float, float]:
    """Every box with its place, and the upper and lower edge of the boxes."""
    n = max(1, len(layers))
    gap = 64.0 if n < 5 else 44.0
    width = min(190.0, (WIDTH - 2 * MARGIN - (n - 1) * gap) / n)
    if n > 1:
        gap = (WIDTH - 2 * MARGIN - n * width) / (n - 1)
    heads = [len(wrapped(layer.heading, width, SIZE, True)) for layer in layers]
    top = 14 + max([1, *heads]) * LEADING
    placed: dict[str, _Placed] = {}
    heights = []
    for k, layer in enumerate(layers):
        y = top
        for box in layer.boxes:
            lines = wrapped(box.label, width - 14, SIZE)
            notes = wrapped(box.note, width - 14, SMALL - 0.5)
            height = (len(lines) + len(notes)) * LEADING + 12
            x = MARGIN + k * (width + gap)
            placed[box.id] = _Placed(
                layer=k, x=x, y=y, width=width, height=height, lines=lines, notes=notes
            )
            y += height + _BETWEEN
        heights.append(y - _BETWEEN - top if layer.boxes else 0.0)
    tallest = max([0.0, *heights])
    for box_id, one in placed.items():
        one.y += (tallest - heights[one.layer]) / 2
        placed[box_id] = one
    return placed, top, top + tallest


def _headings(layers: Sequence[Layer], placed: Mapping[str, _Placed]) -> list[Shape]:
    shapes: list[Shape] = []
    n = max(1, len(layers))
    any_box = next(iter(placed.values()), None)
    width = any_box.width if any_box else (WIDTH - 2 * MARGIN) / n
    gap = (WIDTH - 2 * MARGIN - n * width) / (n - 1) if n > 1 else 0.0
    for k, layer in enumerate(layers):
        lines, _ = block(layer.heading, MARGIN + k * (width + gap), 16, width, size=SIZE, bold=True)
        shapes += lines
    return shapes


def _box(box: _Placed) -> list[Shape]:
    pen = Pen(fill=_PALE[box.layer % len(_PALE)], stroke=INK, width=1)
    shapes: list[Shape] = [rectangle(box.x, box.y, box.width, box.height, pen, radius=4)]
    y = box.y + 16
    for words in box.lines:
        shapes.append(text(box.x + 7, y, words, size=SIZE))
        y += LEADING
    for words in box.notes:
        shapes.append(text(box.x + 7, y, words, size=SMALL - 0.5, fill=SOFT))
        y += LEADING
    return shapes


def _ties(
    id: str, ties: Sequence[Tie], placed: Mapping[str, _Placed], top: float, bottom: float
) -> tuple[list[Shape], list[str]]:
    """The lines with their numbered tags, and the labels by number."""
    shapes: list[Shape] = []
    over: list[Shape] = []
    labels: list[str] = []
    tags = _Tags()
    ends = _Ends(ties, placed)
    for n, tie in enumerate(ties):
        path = _path(ends.of(n), placed[tie.start], placed[tie.end], placed)
        pen = Pen(stroke=INK if tie.arrow else SOFT, width=1.1, dashes="5 3" if tie.dashed else "")
        shapes.append(line(path, pen, arrow=f"{id}-arrow" if tie.arrow else ""))
        if tie.label:
            if tie.label not in labels:
                labels.append(tie.label)
            over += _tag(path, labels.index(tie.label) + 1, tags)
    return [*shapes, *over], labels


class _Ends:
    """Where each line leaves and meets a box: spread along the side, in the order of the other
    ends, so that lines do not run on top of each other."""

    def __init__(self, ties: Sequence[Tie], placed: Mapping[str, _Placed]) -> None:
        sides: dict[tuple[str, str], list[tuple[float, int, int]]] = {}
        for n, tie in enumerate(ties):
            start, end = placed[tie.start], placed[tie.end]
            out, into = _sides(start, end)
            sides.setdefault((tie.start, out), []).append((end.y + end.height / 2, n, 0))
            sides.setdefault((tie.end, into), []).append((start.y + start.height / 2, n, 1))
        self._at: dict[tuple[int, int], Point] = {}
        for (id, side), met in sides.items():
            box = placed[id]
            x = box.x if side == "left" else box.x + box.width
            for k, (_, n, which) in enumerate(sorted(met)):
                y = box.y + box.height * (k + 1) / (len(met) + 1)
                self._at[n, which] = (x, y)

    def of(self, n: int) -> tuple[Point, Point]:
        return self._at[n, 0], self._at[n, 1]


def _sides(start: _Placed, end: _Placed) -> tuple[str, str]:
    if start.layer == end.layer:
        return ("right", "right") if start.layer == 0 else ("left", "left")
    return ("right", "left") if start.layer < end.layer else ("left", "right")


def _path(
    ends: tuple[Point, Point], start: _Placed, end: _Placed, placed: Mapping[str, _Placed]
) -> list[Point]:
    (x1, y1), (x2, y2) = ends
    if start.layer == end.layer:
        out = 16.0 if start.layer == 0 else -16.0
        return [(x1, y1), (x1 + out, y1), (x2 + out, y2), (x2, y2)]
    step = 1 if start.layer < end.layer else -1
    path = [(x1, y1)]
    for layer in range(start.layer + step, end.layer, step):
        boxes = sorted((b for b in placed.values() if b.layer == layer), key=lambda b: b.y)
        if not boxes:
            continue
        share = (boxes[0].x + boxes[0].width / 2 - x1) / (x2 - x1)
        lane = _lane(boxes, y1 + share * (y2 - y1))
        edges = (boxes[0].x - 5, boxes[0].x + boxes[0].width + 5)
        path += [(x, lane) for x in (edges if step > 0 else edges[::-1])]
    return [*path, (x2, y2)]


def _lane(boxes: Sequence[_Placed], wanted: float) -> float:
    """The free height nearest to `wanted`: over the first box, between two, below the last."""
    free = [boxes[0].y - _BETWEEN / 2]
    free += [box.y + box.height + _BETWEEN / 2 for box in boxes]
    if wanted < free[0] or wanted > free[-1]:
        return wanted
    return min(free, key=lambda y: abs(y - wanted))


def _tag(path: Sequence[Point], number: int, tags: _Tags) -> list[Shape]:
    """A small numbered disc on the line, where no other is."""
    places = [
        (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))
        for a, b in itertools.pairwise(path)
        for t in (0.5, 0.35, 0.65, 0.25, 0.75)
        if abs(b[0] - a[0]) > 20 or abs(b[1] - a[1]) > 20
    ] or [path[0]]
    x, y = next((place for place in places if tags.free(place)), places[0])
    tags.placed.append((x, y))
    return [
        circle(x, y, 7, Pen(fill=PAPER, stroke=INK, width=0.9)),
        text(x, y + 3.4, str(number), size=9, bold=True, anchor="middle"),
    ]
