"""A prepared document as slides: a heading a slide, its figure or table on it, each in its size."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipeline.render import tree
from pipeline.render.annex_blocks import without_links
from pipeline.render.docx import read_package, write_package
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.svg.allowed import size_of
from pipeline.render.svg.shapes import wrapped
from pipeline.render.tree import Node
from pipeline.render.typesetting import svg_to_png

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


_WIDEST_INCHES, _TALLEST_INCHES = 9.0, 3.4
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A_POINT = 12_700
"""English metric units, in which slides are measured."""


def pptx(prepared: Prepared) -> bytes:
    """The document as a PowerPoint file, the same bytes for the same document."""
    said = prepared.document
    blocks = without_links(list(prepared.blocks))
    blocks = [part for block in blocks for part in _slide_parts(block, prepared)]
    laid = slides_of([*_notice(said.notice), *blocks], said.title)
    below = " \u00b7 ".join(part for part in (said.subtitle, said.day) if part)
    meta: dict[str, Any] = {
        "title": {"t": "MetaInlines", "c": tree.words(said.title)},
        "subtitle": {"t": "MetaInlines", "c": tree.words(below)},
        "author": {
            "t": "MetaList",
            "c": [{"t": "MetaInlines", "c": tree.words(name)} for name in said.authors],
        },
        "lang": {"t": "MetaString", "c": said.language},
    }
    written = pandoc(
        tree.to_json(
            [part for slide in laid for part in slide.as_blocks()],
            {name: value for name, value in meta.items() if value["c"]},
        ),
        source="json",
        target="pptx",
        options=["--standalone", "--slide-level=1", "--syntax-highlighting=none"],
        seconds_since_1970=prepared.seconds_since_1970,
    )
    return write_package(_finished(read_package(written), prepared))


def _finished(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts with type in a size that fits, and the words of each figure for those who do not
    see it: pandoc gives a picture the name of its file there, which is the whole picture here.
    """
    words = [prepared.figure(p.anchor).alt for p in prepared.placed if p.kind == "figure"]
    made = dict(parts)
    slides = (name for name in parts if re.fullmatch(r"ppt/slides/slide\d+\.xml", name))
    for name in sorted(slides, key=lambda name: int(re.sub(r"\D", "", name))):
        root = etree.fromstring(parts[name])
        shown = [e for e in root.iter(f"{_P}cNvPr") if e.get("descr", "").startswith("data:")]
        for element in shown:
            element.set("descr", " ".join(words.pop(0).split()))
        fit(root)
        made[name] = bytes(
            etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        )
    return made


def fit(slide: etree._Element) -> None:
    """Gives the text and the table of `slide` the largest type that fits; captions go below."""
    for shape in slide.iter(f"{_P}sp"):
        place = shape.find(f".//{_P}ph")
        if shape.find(f".//{_P}cNvSpPr[@txBox]") is not None:
            _put_below(shape)
        elif place is not None and place.get("type") is None:
            _set_size(shape, text_size(_texts(shape)))
    for table in slide.iter(f"{_A}tbl"):
        widths = [int(column.get("w", "0")) / _A_POINT for column in table.iter(f"{_A}gridCol")]
        rows = [[" ".join(_texts(c)) for c in row.iter(f"{_A}tc")] for row in table.iter(f"{_A}tr")]
        _set_size(table, table_size(rows, widths))


def _texts(element: etree._Element) -> list[str]:
    return ["".join(t.text or "" for t in p.iter(f"{_A}t")) for p in element.iter(f"{_A}p")]


def _set_size(element: etree._Element, points: int) -> None:
    for run in element.iter(f"{_A}rPr"):
        run.set("sz", str(points * 100))


def _put_below(caption: etree._Element) -> None:
    for offset, extent in zip(caption.iter(f"{_A}off"), caption.iter(f"{_A}ext"), strict=True):
        offset.set("y", str(round(CAPTION_TOP * _A_POINT)))
        extent.set("cy", str(round(CAPTION_HEIGHT * _A_POINT)))
    _set_size(caption, CAPTION_SIZE)


def _notice(notice: str) -> list[Node]:
    if not notice:
        return []
    return [tree.header(1, tree.words("Please note")), tree.paragraph(tree.words(notice))]


def _slide_parts(block: Node, prepared: Prepared) -> list[Node]:
    anchor = placed_in(block)
    if not anchor:
        return [block]
    if "figure" in block["c"][0][1]:
        return [_picture(anchor, block, prepared)]
    return list(block["c"][1])


def _picture(anchor: str, node: Node, prepared: Prepared) -> Node:
    figure = prepared.figure(anchor)
    [caption] = node["c"][1]
    wide, tall = size_of(figure.svg)
    inches = min(_WIDEST_INCHES, _TALLEST_INCHES * wide / tall)
    png = base64.b64encode(svg_to_png(figure.svg)).decode("ascii")
    return tree.paragraph(
        [
            {
                "t": "Image",
                "c": [
                    tree.attributes("", (), [("width", f"{inches:.3f}in")]),
                    caption["c"],
                    [f"data:image/png;base64,{png}", ""],
                ],
            }
        ]
    )
