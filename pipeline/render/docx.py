"""A prepared document as a Word file: real tables with head rows that repeat, figures with words.

Pandoc writes the text; `docx_look` gives it the look of the house.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from pipeline.model.problem import ReviewError
from pipeline.render import tree
from pipeline.render.annex_blocks import ENTRY, evidence_link, is_label, leading_elsewhere
from pipeline.render.docx_look import dress, dress_alike
from pipeline.render.pandoc import pandoc
from pipeline.render.placement import is_wide, placed_in
from pipeline.render.prepared import Prepared
from pipeline.render.svg.allowed import size_of
from pipeline.render.tree import Node, head_of
from pipeline.render.typesetting import svg_to_png

_NO_DAY = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


def read_package(content: bytes) -> dict[str, bytes]:
    """The parts of an Office file by name."""
    with ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def write_package(parts: Mapping[str, bytes]) -> bytes:
    """`parts` as an Office file: the list of types first, the rest by name, no clock in it."""
    stream = BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED) as package:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = ZipInfo(name, _NO_DAY)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = 0  # the same on every operating system
            package.writestr(entry, parts[name])
    return stream.getvalue()


_WIDEST_INCHES, _TALLEST_INCHES = 6.3, 8.6
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_UPRIGHT = '<w:pgSz w:w="11906" w:h="16838"/>'
_SIDEWAYS = '<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'


def docx(prepared: Prepared) -> bytes:
    """The document as a Word file, the same bytes for the same document."""
    said = prepared.document
    pictures = {
        placed.anchor: _data_uri(svg_to_png(prepared.figure(placed.anchor).svg))
        for placed in prepared.placed
        if placed.kind == "figure"
    }
    blocks = [
        *_notice(said.notice),
        *_joined(tree.rewrite(_linked(prepared), lambda node: _for_word(node, prepared, pictures))),
    ]
    meta = head_of(said)
    look = []
    if said.reference_docx:
        _refuse_no_docx(said.reference_docx)
        look = ["--reference-doc=reference.docx"]
    written = pandoc(
        tree.to_json(blocks, {name: value for name, value in meta.items() if value["c"]}),
        source="json",
        target="docx",
        options=["--standalone", "--syntax-highlighting=none", *look],
        files={"reference.docx": said.reference_docx} if look else {},
        seconds_since_1970=prepared.seconds_since_1970,
    )
    parts = read_package(written)
    return write_package(dress_alike(parts, prepared) if look else dress(parts, prepared))


def _refuse_no_docx(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            sound = "word/document.xml" in package.namelist()
    except zipfile.BadZipFile:
        sound = False
    if not sound:
        raise ReviewError(
            "the file whose look is wanted is no Word document",
            'Name a .docx file; `reference_docx: ""` is the look of the house',
        )


def _notice(notice: str) -> list[Node]:
    if not notice:
        return []
    return [tree.division([tree.paragraph(tree.words(notice))], style="Notice")]


def _linked(prepared: Prepared) -> list[Node]:
    return leading_elsewhere(list(prepared.blocks), prepared.document, ".docx")


def _small(node: Node) -> list[Node] | None:
    """A line of the annex in its own style, also inside of lists."""
    if node["t"] not in ("Para", "Plain"):
        return None
    return [tree.division([tree.paragraph(_quiet(node["c"]))], style="Evidence")]


def _quiet(inlines: list[Node]) -> list[Node]:
    """Places in files as plain text: a second face in so small a type would shout."""
    made: list[Node] = tree.rewrite(
        inlines, lambda n: tree.words(n["c"][1]) if n["t"] == "Code" else None
    )
    return made


def _for_word(node: Node, prepared: Prepared, pictures: Mapping[str, str]) -> list[Node] | None:
    if evidence_link(node) and is_label(node):
        return [{"t": "Superscript", "c": [node]}]
    if node["t"] == "Div" and ENTRY in node["c"][0][1]:
        return [tree.division(tree.rewrite(node["c"][1], _small), node["c"][0][0])]
    anchor = placed_in(node)
    if not anchor:
        return None
    if "figure" in node["c"][0][1]:
        return [_figure(anchor, node, prepared, pictures[anchor])]
    table, *notes = node["c"][1]
    # pandoc makes a bookmark of a Div's name, which is where the links of the text jump to
    blocks = [tree.division([table], anchor)]
    if notes:
        blocks.append(tree.division(notes, style="Table Note"))
    # Word joins tables that touch, and text would stick to the last rule
    blocks.append(tree.division([tree.paragraph([{"t": "Str", "c": "\u00a0"}])], style="Table End"))
    if not is_wide(prepared.table(anchor)):
        return blocks
    return [_section_end(_UPRIGHT), *blocks, _section_end(_SIDEWAYS)]


def _figure(anchor: str, node: Node, prepared: Prepared, png: str) -> Node:
    figure = prepared.figure(anchor)
    wide, tall = size_of(figure.svg)
    inches = min(_WIDEST_INCHES, _TALLEST_INCHES * wide / tall, wide / 84)
    picture = {
        "t": "Image",
        "c": [
            tree.attributes("", (), [("width", f"{inches:.3f}in")]),
            tree.words(" ".join(figure.alt.split())),
            [png, ""],
        ],
    }
    [caption] = node["c"][1]
    return tree.division(
        [
            tree.division([tree.paragraph([picture])], style="Captioned Figure"),
            tree.division([tree.paragraph(caption["c"])], style="Image Caption"),
        ],
        anchor,
    )


def _data_uri(png: bytes) -> str:
    # pandoc's sandbox reads no picture from a file
    return "data:image/png;base64," + base64.b64encode(png).decode("ascii")


def _joined(blocks: list[Node]) -> list[Node]:
    """Wide tables that follow one another share a section: no empty upright page between them."""
    between = [_section_end(_SIDEWAYS), _section_end(_UPRIGHT)]
    kept: list[Node] = []
    for block in blocks:
        kept.append(block)
        if kept[-2:] == between:
            del kept[-2:]
    return kept


def _section_end(page: str) -> Node:
    """An empty paragraph that ends a section whose pages are `page`; the last one says the rest."""
    margins = (
        '<w:pgMar w:top="1304" w:right="1247" w:bottom="1304" w:left="1247" '
        'w:header="624" w:footer="624" w:gutter="0"/>'
    )
    return tree.raw(
        "openxml",
        f'<w:p {_WORD}><w:pPr><w:pStyle w:val="SectionEnd"/>'
        f'<w:sectPr><w:type w:val="nextPage"/>{page}{margins}</w:sectPr></w:pPr></w:p>',
    )
