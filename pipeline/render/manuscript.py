"""The Markdown of a document into a tree that holds nothing but text and its structure.

Raw HTML, TeX, attributes, pictures from elsewhere and links that run something are refused or
taken as plain text; headings are put in an order without gaps.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pipeline.model.problem import ReviewError
from pipeline.notation.safe_text import without_controls
from pipeline.render import tree
from pipeline.render.pandoc import pandoc
from pipeline.render.tree import Node

_SWITCHED_OFF = (
    "raw_html",
    "raw_tex",
    "raw_attribute",
    "markdown_in_html_blocks",
    "native_divs",
    "native_spans",
    "latex_macros",
    "tex_math_dollars",
    "yaml_metadata_block",
    "pandoc_title_block",
    "implicit_figures",
    "link_attributes",
    "inline_code_attributes",
    "fenced_code_attributes",
    "table_attributes",
    "rebase_relative_paths",
)
DIALECT = "markdown" + "".join(f"-{name}" for name in _SWITCHED_OFF) + "+autolink_bare_uris"

OPEN, CLOSE = "\ue000", "\ue001"
"""Around the number of a placeholder; neither sign can come from text, for `harmless` bars them."""

_PLACEHOLDER = re.compile(r"\[\[(table|figure):([^\[\]\n]*)\]\]")
_MARKED = re.compile(f"{OPEN}(\\d+){CLOSE}")
_BARRED = re.compile("[\ue000-\ue00f\ufffe\uffff]")
_NO_NAME = re.compile(r"[^A-Za-z0-9_.\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u017f-]+")
_SAFE_LINK = re.compile(r"(?:https?://|mailto:|#)", re.IGNORECASE)


def harmless(value: Any) -> Any:
    """Text (also inside lists and mappings) without control, direction and private signs."""
    if isinstance(value, str):
        return _BARRED.sub("\ufffd", without_controls(value))
    if isinstance(value, Mapping):
        return {str(key): harmless(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [harmless(part) for part in value]
    return value


def read_manuscript(markdown: str) -> tuple[list[Node], tuple[tuple[str, str], ...]]:
    """The blocks of `markdown`, and its placeholders as (kind, id) in the order of the text.

    `[[table:ID]]` stands in the tree as a `Str` that holds its number between `OPEN` and `CLOSE`.
    It is found before pandoc reads the text, so an escaped `\\[\\[table:ID\\]\\]` from an export
    stays text. Raises `ReviewError` for pictures and links that documents do not take.
    """
    placeholders: list[tuple[str, str]] = []

    def mark(found: re.Match[str]) -> str:
        placeholders.append((found.group(1), found.group(2).strip()))
        return f"{OPEN}{len(placeholders) - 1}{CLOSE}"

    marked = _PLACEHOLDER.sub(mark, harmless(markdown))
    blocks = tree.from_json(pandoc(marked, source=DIALECT, target="json"))
    _refuse_foreign(blocks)
    blocks = tree.rewrite(blocks, lambda node: _bare(node, placeholders))
    return _unique_ids(_level_headings(blocks)), tuple(placeholders)


def placeholders_in(text: str) -> Iterable[tuple[str, int | None]]:
    """`text` in pieces: (text, None) or ("", number of a placeholder)."""
    for part, piece in enumerate(_MARKED.split(text)):
        if part % 2:
            yield "", int(piece)
        elif piece:
            yield piece, None


def is_safe_link(target: str) -> bool:
    return bool(_SAFE_LINK.match(target))


def _refuse_foreign(blocks: list[Node]) -> None:
    for node in tree.nodes_of(blocks):
        if node["t"] == "Image":
            raise ReviewError(
                f"the manuscript shows the picture {node['c'][2][0]!r}",
                "Documents hold only figures that the review makes: write [[figure:ID]] on a line "
                "of its own",
            )
        if node["t"] == "Link" and not is_safe_link(node["c"][2][0]):
            raise ReviewError(
                f"the manuscript links to {node['c'][2][0]!r}",
                "Links begin with https://, http:// or mailto:, or with # for a heading",
            )


def _bare(node: Node, placeholders: list[tuple[str, str]]) -> list[Node] | None:
    """Attributes gone but for the names of headings and the place of the references."""
    kind = node["t"]
    if kind in ("RawBlock", "RawInline"):
        shown = {"RawBlock": "CodeBlock", "RawInline": "Code"}[kind]
        return [{"t": shown, "c": [tree.attributes(), node["c"][1]]}]
    if kind in ("Code", "CodeBlock"):
        text = _MARKED.sub(
            lambda found: "[[{}:{}]]".format(*placeholders[int(found.group(1))]), node["c"][1]
        )
        return [{"t": kind, "c": [tree.attributes(), text]}]
    if kind not in tree.WHERE_ATTRIBUTES_STAND:
        return None
    where = tree.WHERE_ATTRIBUTES_STAND[kind]
    name = node["c"][where][0]
    if kind in ("Div", "Span") and name != "refs":
        name = ""
    content = [tree.attributes(name) if i == where else part for i, part in enumerate(node["c"])]
    return [{"t": kind, "c": tree.rewrite(content, lambda inner: _bare(inner, placeholders))}]


def _level_headings(blocks: list[Node]) -> list[Node]:
    """Headings that begin at level 1 and never skip a level, as readers of screens expect."""
    # a heading without words is none: readers of screens would stop at nothing
    blocks = [b for b in blocks if b["t"] != "Header" or tree.plain_text(b["c"][2]).strip()]
    levels = [block["c"][0] for block in blocks if block["t"] == "Header"]
    top = min(levels, default=1)
    before = 0
    made = []
    for block in blocks:
        if block["t"] == "Header":
            before = min(block["c"][0] - top + 1, before + 1)
            block = {"t": "Header", "c": [before, *block["c"][1:]]}
        made.append(block)
    return made


def _unique_ids(blocks: list[Node]) -> list[Node]:
    """Names of headings that every format takes, each once, and links that follow them."""
    taken: set[str] = set()
    now_called: dict[str, str] = {}

    def unique(node: Node) -> list[Node] | None:
        if node["t"] != "Header":
            return None
        level, (name, _, _), inlines = node["c"]
        # names of tables, figures and references are ours
        wanted = _NO_NAME.sub("-", name).strip("-")
        if not wanted or re.match(r"(?:table|figure|ref|refs|fn)(?:-|\Z)", wanted):
            wanted = f"section-{wanted}".rstrip("-")
        free, n = wanted, 1
        while free in taken:
            n += 1
            free = f"{wanted}-{n}"
        taken.add(free)
        now_called.setdefault(f"#{name}", f"#{free}")
        return [tree.header(level, inlines, free)]

    def following(node: Node) -> list[Node] | None:
        if node["t"] != "Link" or node["c"][2][0] not in now_called:
            return None
        return [tree.link(node["c"][1], now_called[node["c"][2][0]])]

    made: list[Node] = tree.rewrite(tree.rewrite(blocks, unique), following)
    return made
