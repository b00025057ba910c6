"""A prepared document as slides: a heading a slide, its figure or table on it."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

from pipeline.writers import tree
from pipeline.writers.docx_package import read_package, write_package
from pipeline.writers.drawing.svg_check import size_of
from pipeline.writers.evidence import without_links
from pipeline.writers.placement import placed_in
from pipeline.writers.prepared import Prepared
from pipeline.writers.programs import pandoc
from pipeline.writers.tree import Node
from pipeline.writers.typesetting import svg_to_png

_WIDEST_INCHES, _TALLEST_INCHES = 9.0, 4.6
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_ROWS = 6
"""More rows of a table than this go on to a further slide."""


def pptx(prepared: Prepared) -> bytes:
    """The document as a PowerPoint file, the same bytes for the same document."""
    said = prepared.document
    blocks = without_links(list(prepared.blocks), keep_labels=False)
    blocks = [part for block in blocks for part in _slide_parts(block, prepared)]
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
            [*_notice(said.notice), *blocks],
            {name: value for name, value in meta.items() if value["c"]},
        ),
        source="json",
        target="pptx",
        options=["--standalone", "--slide-level=1", "--syntax-highlighting=none"],
        seconds_since_1970=prepared.seconds_since_1970,
    )
    return write_package(_described(read_package(written), prepared))


def _described(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts with the words of each figure for those who do not see it.

    Pandoc gives a picture the name of its file there, which is the whole picture here.
    """
    words = [prepared.figure(p.anchor).alt for p in prepared.placed if p.kind == "figure"]
    made = dict(parts)
    slides = (name for name in parts if re.fullmatch(r"ppt/slides/slide\d+\.xml", name))
    for name in sorted(slides, key=lambda name: int(re.sub(r"\D", "", name))):
        root = etree.fromstring(parts[name])
        shown = [e for e in root.iter(f"{_P}cNvPr") if e.get("descr", "").startswith("data:")]
        for element in shown:
            element.set("descr", " ".join(words.pop(0).split()))
        if shown:
            made[name] = bytes(
                etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
            )
    return made


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
    table, *notes = block["c"][1]
    return [*_tables(table), *notes]


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


def _tables(table: Node) -> list[Node]:
    """The table in pieces that fit on a slide, the head on each."""
    attributes, (_, [caption]), columns, head, [[body, names, inner, rows]], foot = table["c"]
    pieces: list[Node] = []
    for start in range(0, max(len(rows), 1), _ROWS):
        part = rows[start : start + _ROWS]
        if start:
            pieces.append({"t": "HorizontalRule"})  # a new slide
        bodies = [[body, names, inner, part]]
        content = [attributes, [None, [caption]], columns, head, bodies, foot]
        pieces.append({"t": "Table", "c": content})
    return pieces
