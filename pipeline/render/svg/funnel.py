"""The funnel plot: each estimate against its standard error, the most precise at the top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from pipeline.model.document import Figure
from pipeline.render.svg.forest import Axis, fitted, printed
from pipeline.render.svg.shapes import (
    INK,
    LEADING,
    MARGIN,
    PAPER,
    SMALL,
    SOFT,
    WIDTH,
    Pen,
    Shape,
    block,
    circle,
    drawing,
    line,
    polygon,
    text,
)

_LEFT, _TOP, _ACROSS, _DOWN = 70.0, 24.0, 560.0, 360.0
_INSIDE = Pen(fill="#f3f6f9", stroke=SOFT, width=0.8, dashes="4 3")
_GRID = Pen(stroke="#e3e7eb", width=0.8)
_MIDDLE = Pen(stroke=INK, width=1.1)
_NONE = Pen(stroke=SOFT, width=1, dashes="3 2")
_STUDY = Pen(fill="#1f4e79", stroke=INK, width=0.8)
_FILLED = Pen(fill=PAPER, stroke=INK, width=1.1)


@dataclass(frozen=True, slots=True)
class FunnelPoint:
    """An estimate on the working scale and its standard error; `filled` was not observed."""

    label: str
    y: float
    error: float
    filled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FunnelPlot:
    """`ratio`: values are logarithms and the axis shows ratios. `middle` is the pooled estimate;
    `null` the value of no difference on the working scale (None: nothing is compared)."""

    id: str
    caption: str
    measure: str
    points: tuple[FunnelPoint, ...]
    middle: float
    ratio: bool = False
    null: float | None = None
    notes: tuple[str, ...] = ()


def funnel_plot(plot: FunnelPlot) -> tuple[Figure, ...]:
    """The figure of `plot`; none without points."""
    if not plot.points:
        return ()
    deepest = max(point.error for point in plot.points) * 1.06
    axis = _axis(plot, deepest)
    shapes = [*_funnel(plot, axis, deepest), *_marks(plot, axis, deepest)]
    for point in plot.points:
        at = _x(plot, axis, point.y), _TOP + _DOWN * point.error / deepest
        shapes.append(circle(*at, 4.2, _FILLED if point.filled else _STUDY))
    y = _TOP + _DOWN + 56
    for note in plot.notes:
        lines, y = block(note, MARGIN, y, WIDTH - 2 * MARGIN)
        shapes += lines
    words = " ".join(_said(point, plot) for point in plot.points)
    svg = drawing(
        plot.id, shapes, width=WIDTH, height=y + LEADING / 2, title=plot.caption, words=words
    )
    return (Figure(id=plot.id, svg=svg, caption=plot.caption, alt=words),)


def _axis(plot: FunnelPlot, deepest: float) -> Axis:
    reach = (plot.middle - 1.96 * deepest, plot.middle + 1.96 * deepest)
    values = [*(point.y for point in plot.points), *reach]
    if plot.null is not None:
        values.append(plot.null)
    shown = [exp(max(min(value, 700.0), -700.0)) for value in values] if plot.ratio else values
    if plot.ratio or min(values) <= 0 <= max(values):
        return fitted(shown, left=_LEFT, width=_ACROSS, ratio=plot.ratio)
    # far from 0 an axis that begins there would press the points together
    low, high = min(values), max(values)
    room = 0.05 * (high - low) or 1.0
    return Axis(low=low - room, high=high + room, left=_LEFT, width=_ACROSS)


def _x(plot: FunnelPlot, axis: Axis, y: float) -> float:
    return axis.at(exp(max(min(y, 700.0), -700.0)) if plot.ratio else y)


def _funnel(plot: FunnelPlot, axis: Axis, deepest: float) -> list[Shape]:
    """The lines between which 95 of 100 estimates lie if only chance moves them."""
    bottom = _TOP + _DOWN
    corners: list[tuple[float, float]] = [(_x(plot, axis, plot.middle), _TOP)]
    for side in (-1.96, 1.96):
        corners.append((_x(plot, axis, plot.middle + side * deepest), bottom))
    shapes = [polygon(corners, _INSIDE)]
    if plot.null is not None:
        x = _x(plot, axis, plot.null)
        shapes.append(line([(x, _TOP), (x, bottom)], _NONE))
    x = _x(plot, axis, plot.middle)
    shapes.append(line([(x, _TOP), (x, bottom)], _MIDDLE))
    return shapes


def _marks(plot: FunnelPlot, axis: Axis, deepest: float) -> Sequence[Shape]:
    bottom = _TOP + _DOWN
    shapes: list[Shape] = [
        line([(_LEFT, _TOP), (_LEFT, bottom), (_LEFT + _ACROSS, bottom)], Pen(stroke=SOFT))
    ]
    for mark in axis.marks():
        x = axis.at(mark)
        shapes.append(line([(x, bottom), (x, bottom + 4)], Pen(stroke=SOFT)))
        label = printed(mark)
        shapes.append(text(x, bottom + 17, label, size=SMALL, anchor="middle", fill=SOFT))
    errors = fitted([0.0, deepest], left=_TOP, width=_DOWN, ratio=False)
    for mark in errors.marks():
        y = _TOP + _DOWN * mark / deepest
        if y <= bottom:
            shapes.append(line([(_LEFT, y), (_LEFT + _ACROSS, y)], _GRID))
            shapes.append(
                text(_LEFT - 6, y + 4, printed(mark), size=SMALL, anchor="end", fill=SOFT)
            )
    middle = _LEFT + _ACROSS / 2
    shapes.append(text(middle, bottom + 36, plot.measure, size=SMALL, anchor="middle"))
    turned = text(18, _TOP + _DOWN / 2, "Standard error", size=SMALL, anchor="middle", turn=True)
    return [*shapes, turned]


def _said(point: FunnelPoint, plot: FunnelPlot) -> str:
    value = exp(max(min(point.y, 700.0), -700.0)) if plot.ratio else point.y
    filled = ", filled in" if point.filled else ""
    name = plot.measure.lower()
    return f"{point.label}: {name} {value:.2f}, standard error {point.error:.2f}{filled}."
