"""The signs of direction: one shape each, so that neither colour nor size is needed to tell them.

Triangles as in the effect direction plot (Hilton Boon & Thomson 2021).
"""

from __future__ import annotations

from enum import StrEnum

from pipeline.writers.drawing.svg import INK, PAPER, Pen, Shape, circle, polygon, text


class Way(StrEnum):
    """Where a result points in a drawing; what up and down mean is for the legend to say."""

    UP = "up"
    DOWN = "down"
    SAME = "same"  # no clear difference
    CONFLICTING = "conflicting"
    UNCLEAR = "unclear"


_FULL = Pen(fill=INK, stroke=INK, width=1)
_HOLLOW = Pen(fill=PAPER, stroke=INK, width=1.2)
SIGNS = {
    Way.UP: "\u25b2",
    Way.DOWN: "\u25bc",
    Way.SAME: "\u25c4\u25ba",
    Way.CONFLICTING: "\u25c1\u25b7",
    Way.UNCLEAR: "?",
}
"""The same signs in text."""


def in_words(up: str, down: str) -> dict[Way, str]:
    """What each sign says, where `up` and `down` are the words for the two triangles."""
    return {
        Way.UP: up,
        Way.DOWN: down,
        Way.SAME: "no clear difference",
        Way.CONFLICTING: "conflicting results",
        Way.UNCLEAR: "direction not stated",
    }


def sign(way: Way, x: float, y: float, radius: float) -> list[Shape]:
    """The sign of `way` around (`x`, `y`), no wider than twice `radius`."""
    r = radius
    match way:
        case Way.UP:
            return [polygon([(x - r, y + 0.8 * r), (x + r, y + 0.8 * r), (x, y - 0.9 * r)], _FULL)]
        case Way.DOWN:
            return [polygon([(x - r, y - 0.8 * r), (x + r, y - 0.8 * r), (x, y + 0.9 * r)], _FULL)]
        case Way.SAME | Way.CONFLICTING:
            pen = _FULL if way is Way.SAME else _HOLLOW
            h, gap = 0.7 * r, 0.12 * r
            left = [(x - gap, y - h), (x - gap, y + h), (x - r, y)]
            right = [(x + gap, y - h), (x + gap, y + h), (x + r, y)]
            return [polygon(left, pen), polygon(right, pen)]
        case Way.UNCLEAR:
            return [
                circle(x, y, 0.85 * r, _HOLLOW),
                text(x, y + 0.55 * r, "?", size=1.5 * r, bold=True, anchor="middle"),
            ]
