"""A prepared document as a tagged PDF, made by typst; PDF/UA-1 is the gate it passes."""

from __future__ import annotations

import json
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from pipeline.render import tree
from pipeline.render.annex_blocks import ANNEX, evidence_link, is_label, leading_elsewhere
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import has_short_rows, is_wide, placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.svg.allowed import size_of
from pipeline.render.tree import Node
from pipeline.render.typesetting import pdf_pages

_FORMAT = "typst-citations-smart"
_HIGH_MM = 90.0


def pdf(prepared: Prepared) -> bytes:
    """The document as PDF with title, language, bookmarks, running head and page numbers."""
    said = prepared.document
    drawings = {
        f"{placed.anchor}.svg": prepared.figure(placed.anchor).svg
        for placed in prepared.placed
        if placed.kind == "figure"
    }
    language, _, region = said.language.partition("-")
    sizes = {
        placed.anchor: _size_mm(*size_of(prepared.figure(placed.anchor).svg))
        for placed in prepared.placed
        if placed.kind == "figure"
    }
    spoken = {
        "title": said.title,
        "subtitle": said.subtitle,
        "authors": list(said.authors),
        "day": said.day,
        "notice": said.notice,
        "short": said.short_notice,
        "contents": said.contents,
        "language": language or "en",
        "region": region or None,
        "drawings": {
            placed.anchor: {
                "alt": prepared.figure(placed.anchor).alt,
                "width": sizes[placed.anchor][0],
                "floats": sizes[placed.anchor][1] > _HIGH_MM and not _is_part(placed.anchor, sizes),
            }
            for placed in prepared.placed
            if placed.kind == "figure"
        },
    }
    return pdf_pages(
        {"main": _frame() + _body(prepared), **drawings},
        inputs={"document": json.dumps(spoken, ensure_ascii=False)},
        seconds_since_1970=prepared.seconds_since_1970,
    )


def _is_part(anchor: str, anchors: Collection[str]) -> bool:
    """Whether this drawing is one of several parts (`ID`, `ID-2` …), which stay in their order."""
    whole, _, number = anchor.rpartition("-")
    return f"{anchor}-2" in anchors or (number.isdigit() and whole in anchors)


def _size_mm(width: float, height: float) -> tuple[float, float]:
    """Width and height of a drawing: type about as large as the text, never over the page."""
    widest, tallest, per_unit = 182.0, 215.0, 0.30
    wide = min(widest, per_unit * width, tallest * width / height)
    return round(wide, 1), round(wide * height / width, 1)


@cache
def _frame() -> str:
    return files("pipeline.render").joinpath("templates", "document.typ").read_text("utf-8")


def _body(prepared: Prepared) -> str:
    blocks = leading_elsewhere(list(prepared.blocks), prepared.document, ".pdf")
    blocks = tree.rewrite(blocks, lambda node: _for_typst(node, prepared))
    return pandoc(
        tree.to_json(blocks),
        source="json",
        target=_FORMAT,
        options=["--wrap=none", "--syntax-highlighting=none"],
    ).decode("utf-8")


def _for_typst(node: Node, prepared: Prepared) -> list[Node] | None:
    if node["t"] == "Div" and node["c"][0][0] == "refs":
        return [
            tree.raw("typst", "#reference-list["),
            *tree.rewrite(node["c"][1], lambda inner: _for_typst(inner, prepared)),
            tree.raw("typst", "]"),
        ]
    if node["t"] == "Div" and ANNEX in node["c"][0][1]:
        return [
            tree.raw("typst", "#evidence-annex["),
            *tree.rewrite(node["c"][1], lambda inner: _for_typst(inner, prepared)),
            tree.raw("typst", "]"),
        ]
    if evidence_link(node) and is_label(node):
        return [{"t": "Superscript", "c": [node]}]
    anchor = placed_in(node)
    if not anchor:
        return None
    # anchors are letters, digits, dots, lines and hyphens only, so they cannot leave their quotes
    if "figure" in node["c"][0][1]:
        [caption] = node["c"][1]
        return [
            tree.raw("typst", f'#drawing("{anchor}")['),
            tree.plain(caption["c"]),
            tree.raw("typst", f"] <{anchor}>"),
        ]
    table, *notes = node["c"][1]
    shape = prepared.table(anchor)
    turn = "sideways" if is_wide(shape) else "upright"
    whole = "true" if has_short_rows(shape) else "false"
    return [
        tree.raw("typst", f"#{turn}({whole})["),
        table,
        tree.raw("typst", f"<{anchor}>"),
        *([tree.raw("typst", "#notes["), *notes, tree.raw("typst", "]")] if notes else []),
        tree.raw("typst", "]"),
    ]


def page_count(content: bytes) -> int:
    """How many pages a PDF that this writer made has."""
    import io

    import pypdfium2

    document = pypdfium2.PdfDocument(io.BytesIO(content))
    try:
        return len(document)
    finally:
        document.close()
