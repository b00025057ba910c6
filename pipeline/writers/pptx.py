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
from pipeline.writers.slides import (
    CAPTION_HEIGHT,
    CAPTION_SIZE,
    CAPTION_TOP,
    slides_of,
    table_size,
    text_size,
)
from pipeline.writers.tree import Node
from pipeline.writers.typesetting import svg_to_png

_WIDEST_INCHES, _TALLEST_INCHES = 9.0, 3.4
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_A_POINT = 12_700
"""English metric units, in which slides are measured."""


def pptx(prepared: Prepared) -> bytes:
    """The document as a PowerPoint file, the same bytes for the same document."""
    said = prepared.document
    blocks = without_links(list(prepared.blocks), keep_labels=False)
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
