"""SVG as text: shapes, the width of letters, long figures in parts that fit a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar
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


RESERVE = 1.03
"""Text is taken to be this much wider than measured."""

_FIRST = (0x20, 0xA0)

_REGULAR_ASCII = """
278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556
556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778
667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556
556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584
"""
_REGULAR_LATIN = """
278 333 556 556 556 556 260 556 333 737 370 556 584 333 737 552 400 549 333 333 333 576 537 333
333 333 365 556 834 834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500
556 556 556 556 278 278 278 278 556 556 556 556 556 556 556 549 611 556 556 556 556 500 556 500
"""
_BOLD_ASCII = """
278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556
556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 611 833 722 778
667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 611 556 611 556 333 611
611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 556 556 500 389 280 389 584
"""
_BOLD_LATIN = """
278 333 556 556 556 556 280 556 333 737 370 556 584 333 737 552 400 549 333 333 333 576 556 333
333 333 365 556 834 834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278
722 722 778 778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556
556 556 556 556 278 278 278 278 611 611 611 611 611 611 611 549 611 611 611 611 611 556 611 556
"""


def _widths(ascii: str, latin: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for first, widths in zip(_FIRST, (ascii, latin), strict=True):
        for offset, width in enumerate(widths.split()):
            found[chr(first + offset)] = int(width)
    # dashes, quotation marks, ellipsis
    found |= {"\u2013": 556, "\u2014": 1000, "\u2018": 278, "\u2019": 278, "\u201c": 500}
    found |= {"\u201d": 500, "\u2026": 1000, "\u2212": 584}
    return found


_WIDTHS = {
    False: _widths(_REGULAR_ASCII, _REGULAR_LATIN),
    True: _widths(_BOLD_ASCII, _BOLD_LATIN),
}
_OTHER_LETTER, _FULL_WIDTH = 780, 1050


@lru_cache(maxsize=4096)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """The width of one line of `text` in the unit of `size`, on the safe side."""
    widths = _WIDTHS[bold]
    return sum(widths.get(sign) or _unknown(sign) for sign in text) * size / 1000 * RESERVE


def wrapped(text: str, width: float, size: float, bold: bool = False) -> tuple[str, ...]:
    """`text` in lines no wider than `width`; a word that is too long is cut, best at a hyphen."""
    lines: list[str] = []
    line = ""
    # a no-break space holds "(n = 12)" together
    for word in filter(None, text.replace("\n", " ").split(" ")):
        longer = f"{line} {word}" if line else word
        if width_of(longer, size, bold) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while width_of(word, size, bold) > width and len(word) > 1:
            fits = next(
                n
                for n in range(len(word) - 1, 0, -1)
                if n == 1 or width_of(word[:n], size, bold) <= width
            )
            fits = max(word.rfind("-", 0, fits), word.rfind("/", 0, fits)) + 1 or fits
            lines.append(word[:fits])
            word = word[fits:]
        line = word
    return (*lines, line) if line else tuple(lines)


def _unknown(sign: str) -> int:
    if unicodedata.combining(sign):
        return 0
    return _FULL_WIDTH if unicodedata.east_asian_width(sign) in "WF" else _OTHER_LETTER


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
