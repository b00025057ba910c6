"""The look of the house for a Word file: styles, tables, pages, running head and foot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.model.document import EVIDENCE_ANCHOR
from pipeline.render.prepared import Prepared

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TEXT_FONT, HEADING_FONT = "Cambria", "Calibri"
ACCENT, SOFT, RULE, NOTICE = "1F4E79", "57606A", "1B1F24", "B58900"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A paragraph style: distances and `size` in points, `line` in lines; 0 changes nothing."""

    id: str
    name: str = ""
    based_on: str = ""
    font: str = ""
    size: float = 0
    bold: bool | None = None
    upright: bool = False
    colour: str = ""
    before: float = 0
    after: float = 0
    line: float = 1.15
    left: float = 0
    right: float = 0
    hanging: float = 0
    level: int = -1
    keep_next: bool = False
    extra: str = ""


def _heading(level: int, size: float, before: float, after: float) -> Style:
    return Style(
        id=f"Heading{level}",
        font=HEADING_FONT,
        size=size,
        bold=True,
        colour=ACCENT,
        before=before,
        after=after,
        line=1.05,
        level=level - 1,
        keep_next=True,
    )


def _small(id: str, name: str, **more: Any) -> Style:
    return Style(id=id, name=name, based_on="Normal", font=HEADING_FONT, **more)


def _border(side: str, width: int, space: int, colour: str) -> str:
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{colour}"/>'


_BOX = "".join(
    _border(side, 36 if side == "left" else 4, 8 if side in ("left", "right") else 6, NOTICE)
    for side in ("top", "left", "bottom", "right")
)
STYLES = (
    Style(id="Normal", font=TEXT_FONT, size=10.5, line=1),
    Style(id="BodyText", after=6.5, line=1.2),
    Style(id="Compact", before=1, after=2, line=1.1),
    Style(id="Title", font=HEADING_FONT, size=23, bold=True, colour=ACCENT, after=5, line=1),
    Style(id="Subtitle", font=HEADING_FONT, size=13.5, bold=False, colour=SOFT, after=10, line=1),
    Style(id="Author", font=HEADING_FONT, size=10.5, bold=False, colour="auto", after=1, line=1),
    Style(id="Date", font=HEADING_FONT, size=10.5, bold=False, colour=SOFT, before=2, after=10),
    _heading(1, 16.5, 24, 7),
    _heading(2, 13, 17, 5.5),
    _heading(3, 11.5, 13, 4.5),
    _heading(4, 10.5, 11, 4),
    Style(id="BlockText", font=TEXT_FONT, colour=SOFT, before=5, after=6.5, left=24, right=24),
    Style(id="DefinitionTerm", bold=True, before=8, after=1, keep_next=True),
    Style(id="Definition", after=5, left=18),
    Style(id="Bibliography", size=9.5, after=4.5, line=1.05, left=20, hanging=20),
    Style(id="FootnoteText", size=8.5, after=2, line=1),
    Style(
        id="TableCaption",
        font=HEADING_FONT,
        size=9.5,
        upright=True,
        before=14,
        after=4,
        keep_next=True,
    ),
    Style(id="ImageCaption", font=HEADING_FONT, size=9.5, upright=True, before=4, after=14),
    Style(id="CaptionedFigure", before=12, keep_next=True),
    _small(
        "Notice",
        "Notice",
        before=10,
        after=16,
        left=10,
        right=10,
        extra=f'<w:pBdr>{_BOX}</w:pBdr><w:shd w:val="clear" w:color="auto" w:fill="FFF9E8"/>',
    ),
    _small("TableText", "Table Text", size=8.5, before=1.5, after=1.5, line=1),
    Style(
        id="TableHead",
        name="Table Head",
        based_on="TableText",
        bold=True,
        before=1.5,
        after=1.5,
        line=1,
        keep_next=True,
    ),
    _small("TableNote", "Table Note", size=8.5, colour=SOFT, before=3, after=3, line=1),
    _small("Evidence", "Evidence", size=8.5, after=2, line=1),
    _small("TableEnd", "Table End", size=6, line=1),
    _small("SectionEnd", "Section End", size=1, line=0.1),
    _small("Header", "header", size=8, colour=SOFT, line=1),
    _small(
        "Footer",
        "footer",
        size=8,
        colour=SOFT,
        line=1,
        extra=f"<w:pBdr>{_border('top', 4, 4, 'AAAAAA')}</w:pBdr>"
        '<w:tabs><w:tab w:val="right" w:pos="9400"/></w:tabs>',
    ),
)

_TABLE = f"""
<w:style xmlns:w="{W}" w:type="table" w:styleId="Table"><w:name w:val="Table"/>
<w:basedOn w:val="TableNormal"/><w:qFormat/><w:tblPr><w:tblBorders>
{_border("top", 10, 0, RULE)}{_border("bottom", 10, 0, RULE)}{_border("insideH", 4, 0, "D0D7DE")}
</w:tblBorders><w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>
<w:bottom w:w="20" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>{_border("bottom", 6, 0, RULE)}</w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>"""


def with_styles(content: bytes, language: str) -> bytes:
    """`word/styles.xml` with the styles of the house and the language of the document."""
    root = etree.fromstring(content)
    known = {style.get(f"{{{W}}}styleId"): style for style in root.iter(f"{{{W}}}style")}
    for style in STYLES:
        old = known.get(style.id)
        if style.name or old is None:
            _put(root, old, etree.fromstring(_new_style(style)))
            continue
        # the format wants pPr before rPr, both at the end
        for tag, inner in (("pPr", _paragraph(style)), ("rPr", _run(style))):
            for before in old.findall(f"{{{W}}}{tag}"):
                old.remove(before)
            old.append(etree.fromstring(f'<w:{tag} xmlns:w="{W}">{inner}</w:{tag}>'))
    _put(root, known.get("Table"), etree.fromstring(_TABLE.strip()))
    for colour in known["Hyperlink"].iter(f"{{{W}}}color") if "Hyperlink" in known else ():
        colour.attrib.clear()
        colour.set(f"{{{W}}}val", ACCENT)
    for spoken in root.iter(f"{{{W}}}lang"):
        spoken.set(f"{{{W}}}val", language)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _put(parent: Any, old: Any, fresh: Any) -> None:
    if old is None:
        parent.append(fresh)
    else:
        parent.replace(old, fresh)


def _new_style(style: Style) -> str:
    custom = "" if style.id in ("Header", "Footer") else ' w:customStyle="1"'
    return (
        f'<w:style xmlns:w="{W}" w:type="paragraph"{custom} w:styleId="{style.id}">'
        f'<w:name w:val="{style.name or style.id}"/>'
        f'<w:basedOn w:val="{style.based_on or "Normal"}"/><w:qFormat/>'
        f"<w:pPr>{_paragraph(style)}</w:pPr><w:rPr>{_run(style)}</w:rPr></w:style>"
    )


def _paragraph(style: Style) -> str:
    """Paragraph properties in the order that the format asks for."""
    keep = "<w:keepNext/><w:keepLines/>" if style.keep_next else ""
    spacing = (
        f'<w:spacing w:before="{_twentieths(style.before)}" w:after="{_twentieths(style.after)}" '
        f'w:line="{round(style.line * 240)}" w:lineRule="auto"/>'
    )
    hanging = f' w:hanging="{_twentieths(style.hanging)}"' if style.hanging else ""
    indent = (
        f'<w:ind w:left="{_twentieths(style.left)}" w:right="{_twentieths(style.right)}"{hanging}/>'
        if style.left or style.right
        else ""
    )
    level = f'<w:outlineLvl w:val="{style.level}"/>' if style.level >= 0 else ""
    left = '<w:jc w:val="left"/>'
    return keep + style.extra + spacing + indent + left + level


def _run(style: Style) -> str:
    parts = []
    if style.font:
        fonts = " ".join(f'w:{use}="{style.font}"' for use in ("ascii", "hAnsi", "cs", "eastAsia"))
        parts.append(f"<w:rFonts {fonts}/>")
    if style.bold is not None:
        parts.append("<w:b/>" if style.bold else '<w:b w:val="0"/>')
    if style.upright:
        parts.append('<w:i w:val="0"/>')
    if style.colour:
        parts.append(f'<w:color w:val="{style.colour}"/>')
    if style.size:
        half_points = round(style.size * 2)
        parts.append(f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>')
    return "".join(parts)


def _twentieths(points: float) -> int:
    return round(points * 20)


R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_PICTURE = "http://schemas.openxmlformats.org/drawingml/2006/picture"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def dress(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts of the Word file that pandoc wrote, in the look of the house."""
    made = dict(parts)
    made["word/styles.xml"] = with_styles(made["word/styles.xml"], prepared.document.language)
    made["word/header1.xml"] = _head(prepared.document.title)
    made["word/footer1.xml"] = _foot(prepared.document.short_notice)
    made["[Content_Types].xml"] = _with_types(made["[Content_Types].xml"])
    relations = "word/_rels/document.xml.rels"
    made[relations] = _with_relations(made[relations])
    made["word/document.xml"] = _document(made["word/document.xml"])
    made["docProps/core.xml"] = _dated(made["docProps/core.xml"], prepared.document.day)
    return made


def dress_alike(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts of a Word file in the look that pandoc took from a reference document.

    Its styles, pages, head and foot stay as they are; only what the reader must not miss is ours:
    quiet links to the annex, rows that are not torn apart, and no time but the document's day.
    """
    made = dict(parts)
    root = etree.fromstring(made["word/document.xml"])
    _quiet_links(root)
    _describe_pictures(root)
    for row in root.iter(_w("tr")):
        _keep_whole(row)
    made["word/document.xml"] = _written(root)
    made["docProps/core.xml"] = _dated(made["docProps/core.xml"], prepared.document.day)
    return made


def _w(name: str) -> str:
    return f"{{{W}}}{name}"


def _parsed(text: str) -> Any:
    return etree.fromstring(text)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _document(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for table in root.iter(_w("tbl")):
        _dress_table(table)
    _quiet_links(root)
    _describe_pictures(root)
    sections = list(root.iter(_w("sectPr")))
    for section in sections:
        for kind, relation in (("footer", "rIdHouseFoot"), ("header", "rIdHouseHead")):
            for old in section.findall(_w(f"{kind}Reference")):
                section.remove(old)
            section.insert(0, _reference(kind, "default", relation))
    last = sections[-1]
    # footnotes are numbered through, also where a page turned sideways makes a new section
    for name in ("pgSz", "pgMar", "footnotePr"):
        for old in last.findall(_w(name)):
            last.remove(old)
    last.append(_parsed(f'<w:pgSz {_SPACES} w:w="11906" w:h="16838"/>'))
    last.append(
        _parsed(
            f'<w:pgMar {_SPACES} w:top="1304" w:right="1247" w:bottom="1304" w:left="1247" '
            'w:header="624" w:footer="624" w:gutter="0"/>'
        )
    )
    # on the first page the title stands in the text, so only the foot runs there
    first = sections[0]
    first.append(_parsed(f"<w:titlePg {_SPACES}/>"))
    first.insert(0, _reference("footer", "first", "rIdHouseFoot"))
    return _written(root)


def _reference(kind: str, pages: str, relation: str) -> Any:
    reference = etree.Element(_w(f"{kind}Reference"))
    reference.set(_w("type"), pages)
    reference.set(f"{{{R}}}id", relation)
    return reference


def _quiet_links(root: Any) -> None:
    """A link to the annex looks like the text around it: nearly every number is one."""
    for link in root.iter(_w("hyperlink")):
        if link.get(_w("anchor"), "").startswith(EVIDENCE_ANCHOR):
            for style in list(link.iter(_w("rStyle"))):
                style.getparent().remove(style)


def _describe_pictures(root: Any) -> None:
    """The words of each picture where pandoc put its bytes as their own description."""
    for drawing in root.iter(_w("drawing")):
        words = next((node.get("descr", "") for node in drawing.iter(f"{{{_DRAWING}}}docPr")), "")
        for picture in drawing.iter(f"{{{_PICTURE}}}cNvPr"):
            picture.set("descr", words)


def _keep_whole(row: Any) -> Any:
    """A row that is not cut in two by the end of a page; gives its properties."""
    properties = row.find(_w("trPr"))
    if properties is None:
        properties = etree.Element(_w("trPr"))
        row.insert(0, properties)
    if properties.find(_w("cantSplit")) is None:
        properties.insert(0, etree.Element(_w("cantSplit")))
    return properties


def _dress_table(table: Any) -> None:
    for row in table.findall(_w("tr")):
        is_head = _keep_whole(row).find(_w("tblHeader")) is not None
        for paragraph in row.iter(_w("p")):
            style = paragraph.find(f"{_w('pPr')}/{_w('pStyle')}")
            if style is None:
                layout = paragraph.find(_w("pPr"))
                if layout is None:
                    layout = etree.Element(_w("pPr"))
                    paragraph.insert(0, layout)
                style = etree.Element(_w("pStyle"))
                layout.insert(0, style)
            style.set(_w("val"), "TableHead" if is_head else "TableText")


def _head(title: str) -> bytes:
    return (
        f'{_XML}<w:hdr {_SPACES}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>'
        f'<w:r><w:t xml:space="preserve">{escape(title)}</w:t></w:r></w:p></w:hdr>'
    ).encode()


def _foot(notice: str) -> bytes:
    page = '<w:r><w:tab/></w:r><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    words = f'<w:r><w:t xml:space="preserve">{escape(notice)}</w:t></w:r>' if notice else ""
    return (
        f'{_XML}<w:ftr {_SPACES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
        f"{words}{page}</w:p></w:ftr>"
    ).encode()


def _with_types(content: bytes) -> bytes:
    root = etree.fromstring(content)
    space = root.nsmap[None]
    for kind in ("header", "footer"):
        part = f"/word/{kind}1.xml"
        if not root.xpath("//*[@PartName=$part]", part=part):
            entry = etree.SubElement(root, f"{{{space}}}Override")
            entry.set("PartName", part)
            entry.set("ContentType", f"{_OFFICE}.{kind}+xml")
    return _written(root)


def _dated(content: bytes, day: str) -> bytes:
    """The properties of the file with the document's day, or with none, never the clock's."""
    root = etree.fromstring(content)
    for element in list(root):
        if etree.QName(element).localname in ("created", "modified"):
            if day:
                element.text = f"{day[:10]}T00:00:00Z"
            else:
                root.remove(element)
    return _written(root)


def _with_relations(content: bytes) -> bytes:
    root = etree.fromstring(content)
    space = root.nsmap[None]
    for id, kind in (("rIdHouseHead", "header"), ("rIdHouseFoot", "footer")):
        entry = etree.SubElement(root, f"{{{space}}}Relationship")
        entry.set("Id", id)
        entry.set("Type", f"{R}/{kind}")
        entry.set("Target", f"{kind}1.xml")
    return _written(root)
