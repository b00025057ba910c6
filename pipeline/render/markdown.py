"""A prepared document as Markdown that reads well as it stands and in any viewer (GFM).

Drawings lie beside it: `![words](figures/ID.svg)`; `drawings` gives those files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.model.document import BESIDE
from pipeline.render import tree
from pipeline.render.annex_blocks import evidence_link, is_label
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.tree import Node

Again = Callable[[list[Node]], list[Node]]

_FORMAT = "gfm-raw_html-smart-tex_math_gfm"
"""Dollar signs are escaped, so that sums of money are no formula where Markdown shows formulas."""


def markdown(prepared: Prepared) -> bytes:
    """The document as UTF-8 Markdown; citations are text, the reference list stands in it."""
    blocks = [*_title(prepared), *_flat(list(prepared.blocks), prepared)]
    return pandoc(
        tree.to_json(blocks),
        source="json",
        target=_FORMAT,
        options=["--wrap=none", "--columns=100"],
    )


def drawings(prepared: Prepared) -> Mapping[str, bytes]:
    """The drawings that the Markdown shows, by their path beside it."""
    return {
        _path(placed.anchor): prepared.figure(placed.anchor).svg.encode("utf-8") + b"\n"
        for placed in prepared.placed
        if placed.kind == "figure"
    }


def _path(anchor: str) -> str:
    return f"figures/{anchor.removeprefix('figure-')}.svg"


def _title(prepared: Prepared) -> list[Node]:
    said = prepared.document
    blocks = [tree.header(1, tree.words(said.title))]
    if said.subtitle:
        blocks.append(tree.paragraph([{"t": "Emph", "c": tree.words(said.subtitle)}]))
    by = " · ".join(part for part in (", ".join(said.authors), said.day) if part)
    if by:
        blocks.append(tree.paragraph(tree.words(by)))
    if said.notice:
        quoted = tree.paragraph([tree.strong(tree.words(said.notice))])
        blocks.append({"t": "BlockQuote", "c": [quoted]})
    return blocks


def _flat(blocks: list[Node], prepared: Prepared) -> list[Node]:
    """Blocks without what plain Markdown does not have: divs, spans, jumps inside the document."""

    other = prepared.document.companion
    shows_labels = bool(prepared.document.evidence) or (other is not None and other.is_supplement)

    def flat(node: Node) -> list[Node] | None:
        match node["t"]:
            case "Header":
                level, _, inlines = node["c"]
                return [tree.header(level + 1, again(inlines))]
            case "Div" if placed_in(node):
                return _placed(node, again, prepared)
            case "Div":
                return again(node["c"][1])
            case "Span" | "Cite":
                return again(node["c"][1])
            case "Link" if evidence_link(node) and is_label(node):
                label = tree.plain_text(node["c"][1])
                return [{"t": "Str", "c": f"\u00a0[{label}]"}] if shows_labels else []
            case "Link" if node["c"][2][0] == f"#{BESIDE}" and prepared.document.companion:
                file = f"{prepared.document.companion.stem}.md"
                return [tree.link(again(node["c"][1]), file)]
            case "Link" if node["c"][2][0].startswith("#"):
                return again(node["c"][1])
            case "SmallCaps" | "Underline":
                return again(node["c"])
            case "DefinitionList":
                return [part for item in node["c"] for part in _definition(item, again)]
            case _:
                return None

    def again(part: list[Node]) -> list[Node]:
        made: list[Node] = tree.rewrite(part, flat)
        return made

    return again(blocks)


def _placed(node: Node, again: Again, prepared: Prepared) -> list[Node]:
    anchor = placed_in(node)
    if "figure" in node["c"][0][1]:
        words = tree.words(" ".join(prepared.figure(anchor).alt.split()))
        picture = {"t": "Image", "c": [tree.attributes(), words, [_path(anchor), ""]]}
        return [tree.paragraph([picture]), *again(node["c"][1])]
    table, *notes = node["c"][1]
    attributes, (_, [caption]), *rest = table["c"]
    bare = {"t": "Table", "c": [attributes, [None, []], *_unwrapped(again(rest))]}
    return [tree.paragraph(caption["c"]), bare, *again(notes)]


def _unwrapped(rest: list[Any]) -> list[Any]:
    """Cells on one line, columns without widths: only such tables are tables of plain Markdown."""

    def one_line(node: Node) -> list[Node] | None:
        if node["t"] == "LineBreak":
            return [{"t": "Space"}, {"t": "Str", "c": "·"}, {"t": "Space"}]
        if node["t"] == "ColWidth":
            return [{"t": "ColWidthDefault"}]
        return None

    made: list[Any] = tree.rewrite(rest, one_line)
    return made


def _definition(item: Any, again: Again) -> list[Node]:
    term, definitions = item
    blocks = [block for definition in definitions for block in again(definition)]
    head = [tree.strong(again(term)), {"t": "Str", "c": ":"}, {"t": "Space"}]
    if blocks and blocks[0]["t"] in ("Para", "Plain"):
        return [tree.paragraph([*head, *blocks[0]["c"]]), *blocks[1:]]
    return [tree.paragraph(head), *blocks]
