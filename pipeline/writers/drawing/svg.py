"""SVG as text: a few shapes, each a function of numbers and plain text, and the frame around them.

Numbers are in the drawing's own units, from the upper left corner. Text is escaped here and
nowhere else. Nothing random, so the same drawing is the same text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from pipeline.notation.safe_text import for_terminal

FONTS = "Arial, 'Liberation Sans', Arimo, Helvetica, sans-serif"
INK, SOFT, PAPER = "#1b1f24", "#57606a", "#ffffff"

Shape = str
Attributes = dict[str, str | float]


@dataclass(frozen=True, slots=True)
class Pen:
    """How a shape is drawn: colours, and the width and dashes of its line."""

    fill: str = "none"
    stroke: str = INK
    width: float = 1.1
    dashes: str = ""


def rectangle(
    x: float, y: float, width: float, height: float, pen: Pen, radius: float = 0
) -> Shape:
    corner: Attributes = {"rx": radius} if radius else {}
    return _element(
        "rect", {"x": x, "y": y, "width": width, "height": height} | corner | _drawn(pen)
    )


def circle(x: float, y: float, radius: float, pen: Pen) -> Shape:
    at: Attributes = {"cx": x, "cy": y, "r": radius}
    return _element("circle", at | _drawn(pen))


def line(points: Sequence[tuple[float, float]], pen: Pen, *, arrow: str = "") -> Shape:
    """A line through `points`; `arrow` names the marker (see `drawing`) at its end."""
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    end: Attributes = {"marker-end": f"url(#{arrow})"} if arrow else {}
    return _element("polyline", {"points": path} | _drawn(pen) | end)


def polygon(points: Sequence[tuple[float, float]], pen: Pen) -> Shape:
    """A closed shape with its corners at `points`."""
    path = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    corners: Attributes = {"points": path}
    return _element("polygon", corners | _drawn(pen))


def text(
    x: float,
    y: float,
    words: str,
    *,
    size: float = 12,
    bold: bool = False,
    anchor: str = "start",
    fill: str = INK,
    turn: bool = False,
) -> Shape:
    """One line of plain text on the base line `y`; `turn` runs it upwards."""
    details: Attributes = {"x": x, "y": y, "font-size": size}
    if bold:
        details["font-weight"] = "bold"
    if anchor != "start":
        details["text-anchor"] = anchor
    if fill != INK:
        details["fill"] = fill
    if turn:
        details["transform"] = f"rotate(-90 {_number(x)} {_number(y)})"
    return _element("text", details, escape(for_terminal(words)))


def linked(shapes: Sequence[Shape], address: str, words: str) -> Shape:
    """`shapes` as one link to `address`, called `words` by those who do not see it."""
    return _element("a", {"href": address, "aria-label": for_terminal(words)}, "".join(shapes))


def drawing(
    id: str,
    shapes: Sequence[Shape],
    *,
    width: float,
    height: float,
    title: str,
    words: str,
    role: str = "img",
) -> str:
    """A whole drawing of `width` by `height` with its title and description; ids begin with `id`.

    The marker `{id}-arrow` is there for lines that end in an arrow. `role` is `group` for a
    drawing with links in it.
    """
    head = _element("path", {"d": "M0,0 L10,5 L0,10 z", "fill": INK})
    marker = _element(
        "marker",
        {
            "id": f"{id}-arrow",
            "viewBox": "0 0 10 10",
            "refX": 9,
            "refY": 5,
            "markerWidth": 7,
            "markerHeight": 7,
            "orient": "auto",
        },
        head,
    )
    background = rectangle(0, 0, width, height, Pen(fill=PAPER, stroke="none"))
    frame: Attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "viewBox": f"0 0 {_number(width)} {_number(height)}",
        "width": width,
        "height": height,
        "role": role,
        "aria-labelledby": f"{id}-title {id}-desc",
        "font-family": FONTS,
        "fill": INK,
    }
    inside = "\n".join(
        [
            _element("title", {"id": f"{id}-title"}, escape(for_terminal(title))),
            _element("desc", {"id": f"{id}-desc"}, escape(for_terminal(words))),
            _element("defs", {}, marker),
            background,
            *shapes,
        ]
    )
    return _element("svg", frame, f"\n{inside}\n") + "\n"


def _drawn(pen: Pen) -> Attributes:
    drawn: Attributes = {"fill": pen.fill, "stroke": pen.stroke}
    if pen.stroke != "none":
        drawn["stroke-width"] = pen.width
    if pen.dashes:
        drawn["stroke-dasharray"] = pen.dashes
    return drawn


def _element(name: str, attributes: Attributes, content: str = "") -> Shape:
    written = "".join(
        f" {key}={quoteattr(value if isinstance(value, str) else _number(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
