"""A document's blocks laid on slides: what stands on each, and in which size of type.

A slide holds text, or one picture, or as many rows of a table as fit; what does not fit goes on to
a further slide under the same heading. Measures are those of pandoc's own slides (16:9).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.writers import tree
from pipeline.writers.drawing.letters import wrapped
from pipeline.writers.tree import Node

WIDTH, TEXT_HEIGHT, TABLE_HEIGHT = 648.0, 262.0, 248.0
"""The room below the heading in points; a table leaves a line for its caption."""
TEXT_SIZES = (24, 22, 20, 18, 16, 14)
TABLE_SIZES = (12, 11, 10, 9, 8, 7, 6)
CAPTION_TOP, CAPTION_HEIGHT, CAPTION_SIZE = 346.0, 24.0, 12

_SMALLEST_TEXT, _USUAL_CELL = TEXT_SIZES[-1], TABLE_SIZES[0]
_INDENT, _CELL_MARGINS = 30.0, (15.0, 8.0)
_LINE, _BEFORE = 1.2, 0.25
"""The height of a line and the space before a paragraph, in sizes of type."""
_OTHER_FONT = 1.15
"""What a machine has instead of the font of the slides may be this much wider."""
_CONTINUED = " (continued)"
_BESIDE = ("notes", "columns")
"""Divs that pandoc lays on a slide by rules of its own."""


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands on one slide: `title` as inlines, and blocks of text or one table or picture."""

    title: list[Node]
    blocks: list[Node]

    def as_blocks(self) -> list[Node]:
        return [tree.header(1, self.title), *self.blocks]


def text_size(paragraphs: Sequence[str]) -> int:
    """The largest type in which `paragraphs` fit on a slide, else the smallest there is."""
    fits = (size for size in TEXT_SIZES if text_height(paragraphs, size) <= TEXT_HEIGHT)
    return next(fits, TEXT_SIZES[-1])


def table_size(rows: Sequence[Sequence[str]], widths: Sequence[float]) -> int:
    """The largest type in which `rows` fit on a slide, else the smallest there is."""
    fits = (size for size in TABLE_SIZES if table_height(rows, widths, size) <= TABLE_HEIGHT)
    return next(fits, TABLE_SIZES[-1])


def text_height(paragraphs: Sequence[str], size: float) -> float:
    """The height in points of `paragraphs` as one below the other on a slide."""
    across = (WIDTH - _INDENT) / _OTHER_FONT
    lines = sum(max(1, len(wrapped(text, across, size))) for text in paragraphs)
    return size * (lines * _LINE + len(paragraphs) * _BEFORE)


def table_height(rows: Sequence[Sequence[str]], widths: Sequence[float], size: float) -> float:
    """The height in points of `rows` of cells in columns of `widths` points."""
    beside, above = _CELL_MARGINS
    total = 0.0
    for row in rows:
        lines = [
            len(wrapped(text, max(width - beside, size) / _OTHER_FONT, size))
            for text, width in zip(row, widths, strict=False)
        ]
        total += max([1, *lines]) * size * _LINE + above
    return total


def slides_of(blocks: Sequence[Node], title: str) -> list[Slide]:
    """`blocks` parted into slides; what stands before the first heading is under `title`."""
    made: list[Slide] = []
    heading, text = tree.words(title), list[Node]()
    begun = False

    def turn(further: list[Node]) -> None:
        nonlocal text, begun
        if text or further:
            shown = [*heading, *tree.words(_CONTINUED)] if begun else heading
            made.append(Slide(shown, further or text))
            begun = True
        if not further:
            text = []

    for block in _flat(blocks):
        if block["t"] == "Header" and block["c"][0] == 1:
            turn([])
            heading, begun = block["c"][2], False
        elif block["t"] == "Table":
            turn([])
            for piece in _pieces(block):
                turn([piece])
        elif _is_picture(block):
            turn([])
            turn([block])
        else:
            for part in _parts(block):
                if text and text_height(_paragraphs([*text, part]), _SMALLEST_TEXT) > TEXT_HEIGHT:
                    turn([])
                text.append(part)
    turn([])
    return made


def _flat(blocks: Sequence[Node]) -> Iterator[Node]:
    for block in blocks:
        if block["t"] == "Div" and not set(_BESIDE) & set(block["c"][0][1]):
            yield from _flat(block["c"][1])
        else:
            yield block


def _is_picture(block: Node) -> bool:
    return block["t"] == "Para" and len(block["c"]) == 1 and block["c"][0]["t"] == "Image"


def _parts(block: Node) -> Iterator[Node]:
    """A list in its items, so that it may go on to a further slide; other blocks whole."""
    if block["t"] == "BulletList":
        yield from ({"t": "BulletList", "c": [item]} for item in block["c"])
    elif block["t"] == "OrderedList":
        (first, style, mark), items = block["c"]
        for number, item in enumerate(items, start=first):
            yield {"t": "OrderedList", "c": [[number, style, mark], [item]]}
    else:
        yield block


def _paragraphs(blocks: Sequence[Node]) -> list[str]:
    ends = ("Para", "Plain", "Header", "CodeBlock")
    return [tree.plain_text([node]) for node in tree.nodes_of(list(blocks)) if node["t"] in ends]


def _pieces(table: Node) -> Iterator[Node]:
    """The table in as many rows as fit on a slide, the head on each."""
    attributes, caption, columns, head, [[body, names, inner, rows]], foot = table["c"]
    widths = [WIDTH * (width.get("c") or 1 / len(columns)) for _, width in columns]
    above = table_height([_cells(row) for row in head[1]], widths, _USUAL_CELL)
    heights = [table_height([_cells(row)], widths, _USUAL_CELL) for row in rows]
    start = 0
    while start < max(len(rows), 1):
        end, used = start + 1, above + (heights[start] if rows else 0.0)
        while end < len(rows) and used + heights[end] <= TABLE_HEIGHT:
            used += heights[end]
            end += 1
        bodies = [[body, names, inner, rows[start:end]]]
        yield {"t": "Table", "c": [attributes, caption, columns, head, bodies, foot]}
        start = end


def _cells(row: list[list[list[object]]]) -> list[str]:
    return [tree.plain_text(cell[4]) for cell in row[1]]
