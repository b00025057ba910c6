"""A prepared document as one HTML file that asks nothing of the network and runs nothing.

Landmarks, a skip link, a table of contents, headings in order, head cells with scope, figures as
SVG with their words; light and dark, narrow and printed.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from html import escape
from importlib.resources import files

from lxml import etree
from lxml import html as lxml_html

from pipeline.model.document import BESIDE, Document
from pipeline.render import tree
from pipeline.render.annex_blocks import ENTRY, LABEL, NUMBER, evidence_link, is_label
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import is_wide, placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.svg.allowed import size_of
from pipeline.render.tree import Node

_DRAWING, _END = "\ue002", "\ue003"
"""Around the anchor of a figure, where its drawing goes once pandoc has written the rest."""

_DEEPEST_IN_CONTENTS = 2
_BROAD = 700
"""A drawing of more units than this is given more room than the text has."""


def html(prepared: Prepared) -> bytes:
    """The whole page as UTF-8."""
    said = prepared.document
    body, widths = _body(prepared)
    style = _style_sheet() + widths
    digest = base64.b64encode(hashlib.sha256(style.encode("utf-8")).digest()).decode("ascii")
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    language = escape(said.language or "en-GB", quote=True)
    notice = f'<p class="notice" role="note">{escape(said.notice)}</p>' if said.notice else ""
    page = [
        "<!DOCTYPE html>",
        f'<html lang="{language}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        *(f'<meta name="author" content="{escape(name, quote=True)}">' for name in said.authors),
        f"<title>{escape(said.title)}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        '<a class="skip" href="#main">Skip to the text</a>',
        "<header>",
        f"<h1>{escape(said.title)}</h1>",
        f'<p class="subtitle">{escape(said.subtitle)}</p>' if said.subtitle else "",
        f'<p class="authors">{escape(", ".join(said.authors))}</p>' if said.authors else "",
        _day(said.day),
        notice,
        "</header>",
        _contents(prepared.blocks) if said.contents else "",
        '<main id="main">',
        body,
        "</main>",
        f'<footer><p class="day">{escape(said.short_notice)}</p></footer>' if notice else "",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(line for line in page if line).encode("utf-8") + b"\n"


@cache
def _style_sheet() -> str:
    return files("pipeline.render").joinpath("templates", "page.css").read_text("utf-8")


def _day(day: str) -> str:
    return (
        f'<p class="day"><time datetime="{escape(day, quote=True)}">{escape(day)}</time></p>'
        * bool(day)
    )


def _contents(blocks: tuple[Node, ...]) -> str:
    """The headings of the two upper levels as nested lists of links."""
    lines: list[str] = []
    depth = 0
    for block in blocks:
        if block["t"] != "Header" or block["c"][0] > _DEEPEST_IN_CONTENTS:
            continue
        level, (name, _, _), inlines = block["c"]
        if level > depth:
            lines.append("<ol>" * (level - depth))
        else:
            lines.append("</li>" + "</ol></li>" * (depth - level))
        depth = level
        title = escape(tree.plain_text(inlines))
        lines.append(f'<li><a href="#{escape(name, quote=True)}">{title}</a>')
    if not lines:
        return ""
    lines.append("</li></ol>" * depth)
    return "\n".join(
        ['<nav aria-labelledby="contents">', '<h2 id="contents">Contents</h2>', *lines, "</nav>"]
    )


def _body(prepared: Prepared) -> tuple[str, str]:
    """The text as HTML, and the style rules for the widths of its tables' columns."""
    blocks = tree.rewrite(list(prepared.blocks), _with_drawing_place)
    written = pandoc(
        tree.to_json(_with_evidence(blocks, prepared.document)),
        source="json",
        target="html5",
        options=["--shift-heading-level-by=1", "--wrap=none", "--syntax-highlighting=none"],
    ).decode("utf-8")
    root = lxml_html.fragment_fromstring(written, create_parent="div")
    rules = [
        rule for number, table in enumerate(root.iter("table")) for rule in _dress(table, number)
    ]
    for anchor in [placed.anchor for placed in prepared.placed if placed.kind == "table"]:
        if is_wide(prepared.table(anchor)):
            for part in root.xpath("//div[@id=$anchor]", anchor=anchor):
                part.set("class", "placed table wide")
    for element in root.iter("hr", "section"):
        element.attrib.pop("style", None)
    text = "".join(etree.tostring(part, encoding="unicode", method="html") for part in root)
    return _with_drawings(text, prepared), "\n".join(rules)


def _with_evidence(blocks: list[Node], document: Document) -> list[Node]:
    """Links to the annex with their classes; each entry leads back to where it is first named."""
    named: dict[str, str] = {}

    beside = f"{document.companion.stem}.html" if document.companion else ""

    def link(node: Node) -> list[Node] | None:
        anchor = evidence_link(node)
        if not anchor and node["t"] == "Link" and node["c"][2][0].startswith(f"#{BESIDE}"):
            place = node["c"][2][0].removeprefix(f"#{BESIDE}")
            return [tree.link(node["c"][1], f"{beside}#{place}" if place else beside)]
        if not anchor:
            return None
        label = is_label(node)
        inlines: list[Node] = node["c"][1]
        kind = LABEL if label else NUMBER
        title = "What this sentence rests on" if label else "What this number rests on"
        target = f"{document.evidence_in}.html#{anchor}" if document.evidence_in else f"#{anchor}"
        id = "" if anchor in named else f"says-{anchor}"
        named.setdefault(anchor, id)
        made = {"t": "Link", "c": [tree.attributes(id, [kind]), inlines, [target, title]]}
        return [made]

    def entry(node: Node) -> list[Node] | None:
        if node["t"] != "Div" or ENTRY not in node["c"][0][1]:
            return None
        attributes, content = node["c"]
        other = document.companion
        back = named.get(attributes[0], "")
        where = f"#{back}" if back else ""
        if other is not None and attributes[0] in other.said:
            where = f"{beside}#says-{attributes[0]}"
        if not where:
            return None
        up = [tree.link(tree.words("Back to the text"), where)]
        return [{"t": "Div", "c": [attributes, [*content, tree.paragraph(up)]]}]

    made: list[Node] = tree.rewrite(tree.rewrite(blocks, link), entry)
    return made


def _with_drawing_place(node: Node) -> list[Node] | None:
    anchor = placed_in(node)
    if not anchor or "figure" not in node["c"][0][1]:
        return None
    [caption] = node["c"][1]
    place = tree.plain([{"t": "Str", "c": f"{_DRAWING}{anchor}{_END}"}])
    title = [None, [tree.plain(caption["c"])]]
    return [{"t": "Figure", "c": [tree.attributes(anchor), title, [place]]}]


def _with_drawings(text: str, prepared: Prepared) -> str:
    def drawing(found: re.Match[str]) -> str:
        figure = prepared.figure(found.group(1))
        width, _ = size_of(figure.svg)
        kind = "drawing broad" if width > _BROAD else "drawing"
        return (
            f'<div class="{kind}" tabindex="0" role="group" '
            f'aria-label="Drawing, described in words below">{figure.svg}</div>'
            f"<details><summary>The figure in words</summary><p>{escape(figure.alt)}</p></details>"
        )

    return re.sub(f"{_DRAWING}([^{_END}]*){_END}", drawing, text)


def _dress(table: lxml_html.HtmlElement, number: int) -> list[str]:
    """Head cells with scope, a frame that scrolls; gives the column widths as style rules."""
    name = f"t{number + 1}"
    rules = []
    for place, column in enumerate(table.iter("col"), start=1):
        width = re.search(r"width:\s*([0-9.]+)%", column.attrib.pop("style", ""))
        if width:
            rules.append(f"#{name} col:nth-child({place}){{width:{width.group(1)}%}}")
    for element in table.iter("table", "th", "td", "tr", "thead", "tbody"):
        style = element.attrib.pop("style", "")
        element.attrib.pop("class", None)
        if "right" in style:
            element.set("class", "number")
        elif "center" in style:
            element.set("class", "centred")
    for cell in table.iter("th"):
        cell.set("scope", "col" if cell.getparent().getparent().tag == "thead" else "row")
    frame = lxml_html.Element("div", {"class": "frame", "tabindex": "0", "role": "region"})
    caption = table.find("caption")
    if caption is not None:
        caption.set("id", f"{name}-caption")
        frame.set("aria-labelledby", f"{name}-caption")
    else:
        frame.set("aria-label", "Table")
    table.set("id", name)
    table.getparent().replace(table, frame)
    frame.append(table)
    return rules
