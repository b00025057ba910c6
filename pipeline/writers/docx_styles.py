"""The styles of a Word file in the look of the house, as data, and how they are set.

Everything a reader sees is a named style, so a publisher can change it in one place.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lxml import etree

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
