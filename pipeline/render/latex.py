"""A prepared document as LaTeX that LuaLaTeX and XeLaTeX set; drawings lie beside it as PNG.

Pandoc escapes every sign of the text that TeX would obey; nothing of a document is raw TeX.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.render import tree
from pipeline.render.annex_blocks import evidence_link, is_label, leading_elsewhere
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.svg.allowed import size_of
from pipeline.render.tree import Node, head_of
from pipeline.render.typesetting import svg_to_png

_WIDEST_CM, _TALLEST_CM = 16.0, 22.0
_CM_PER_UNIT = 0.03
_CAPTIONS = (
    "\\usepackage{caption}\n"
    "\\captionsetup{labelformat=empty,labelsep=none,justification=raggedright}"
)


def latex(prepared: Prepared) -> bytes:
    """The document as UTF-8 LaTeX, ready for `lualatex` in the folder in which it lies."""
    said = prepared.document
    blocks = leading_elsewhere(list(prepared.blocks), said, ".pdf")
    blocks = [*_notice(said.notice), *tree.rewrite(blocks, lambda node: _for_latex(node, prepared))]
    meta: dict[str, Any] = {
        **head_of(said),
        "papersize": {"t": "MetaString", "c": "a4"},
        # captions are numbered by the review itself
        "header-includes": {
            "t": "MetaBlocks",
            "c": [tree.raw("latex", _CAPTIONS)],
        },
        "geometry": {"t": "MetaString", "c": "margin=2.4cm"},
    }
    options = ["--standalone", "--wrap=none", "--syntax-highlighting=none"]
    if said.contents:
        options += ["--toc", "--toc-depth=2"]
    written = pandoc(
        tree.to_json(blocks, {name: value for name, value in meta.items() if value["c"]}),
        source="json",
        target="latex-smart",
        options=options,
        seconds_since_1970=prepared.seconds_since_1970,
    )
    return b"% !TEX program = lualatex\n" + written


def latex_pictures(prepared: Prepared) -> Mapping[str, bytes]:
    """The drawings that the LaTeX shows, by their path beside it."""
    return {
        _path(placed.anchor): svg_to_png(prepared.figure(placed.anchor).svg)
        for placed in prepared.placed
        if placed.kind == "figure"
    }


def _path(anchor: str) -> str:
    return f"figures/{anchor.removeprefix('figure-')}.png"


def _notice(notice: str) -> list[Node]:
    if not notice:
        return []
    quoted = tree.paragraph([tree.strong(tree.words(notice))])
    return [{"t": "BlockQuote", "c": [quoted]}]


def _for_latex(node: Node, prepared: Prepared) -> list[Node] | None:
    if node["t"] == "Cite":  # its links lead to the list of references all the same
        made: list[Node] = tree.rewrite(node["c"][1], lambda inner: _for_latex(inner, prepared))
        return made
    if evidence_link(node) and is_label(node):
        return [{"t": "Superscript", "c": [node]}]
    anchor = placed_in(node)
    if not anchor:
        return None
    if "figure" not in node["c"][0][1]:
        inside = tree.rewrite(node["c"][1], lambda inner: _for_latex(inner, prepared))
        return [tree.division(inside, anchor)]
    figure = prepared.figure(anchor)
    wide, tall = size_of(figure.svg)
    centimetres = min(_WIDEST_CM, _TALLEST_CM * wide / tall, _CM_PER_UNIT * wide)
    picture = {
        "t": "Image",
        "c": [
            tree.attributes("", (), [("width", f"{centimetres:.2f}cm")]),
            tree.words(" ".join(figure.alt.split())),
            [_path(anchor), ""],
        ],
    }
    [caption] = node["c"][1]
    return [tree.division([tree.paragraph([picture]), tree.paragraph(caption["c"])], anchor)]
