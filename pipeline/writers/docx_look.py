"""The look of the house for a Word file: styles, table rules, page, running head and foot.

Everything is set through named styles, so that a publisher can change it in one place.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.writers.prepared import Prepared

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_NAMES = {"w": W}
_TEXT, _HEADINGS = "Cambria", "Calibri"
_ACCENT, _SOFT = "1F4E79", "57606A"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def dress(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts of the Word file that pandoc wrote, in the look of the house."""
    made = dict(parts)
    made["word/styles.xml"] = _styles(made["word/styles.xml"], prepared.document.language)
    made["word/header1.xml"] = _head(prepared.document.title)
    made["word/footer1.xml"] = _foot(prepared.document.notice)
    made["[Content_Types].xml"] = _with_types(made["[Content_Types].xml"])
    relations = "word/_rels/document.xml.rels"
    made[relations] = _with_relations(made[relations])
    made["word/document.xml"] = _document(made["word/document.xml"])
    return made


def _w(name: str) -> str:
    return f"{{{W}}}{name}"


def _parsed(text: str) -> Any:
    return etree.fromstring(text)


def _written(root: Any) -> bytes:
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


# name -> (paragraph properties, run properties), in the order that Word asks for
_STYLES: Mapping[str, tuple[str, str]] = {
    "Normal": ("", f'{{font:{_TEXT}}}<w:sz w:val="21"/><w:szCs w:val="21"/>'),
    "BodyText": ('<w:spacing w:before="0" w:after="130" w:line="288" w:lineRule="auto"/>', ""),
    "FirstParagraph": ("", ""),
    "Compact": ('<w:spacing w:before="20" w:after="40" w:line="264" w:lineRule="auto"/>', ""),
    "Title": (
        '<w:keepNext/><w:spacing w:before="0" w:after="100"/><w:jc w:val="left"/>',
        f'{{font:{_HEADINGS}}}<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="46"/><w:szCs w:val="46"/>',
    ),
    "Subtitle": (
        '<w:keepNext/><w:spacing w:before="0" w:after="200"/><w:jc w:val="left"/>',
        f'{{font:{_HEADINGS}}}<w:color w:val="{_SOFT}"/><w:sz w:val="27"/><w:szCs w:val="27"/>',
    ),
    "Author": (
        '<w:spacing w:before="0" w:after="20"/><w:jc w:val="left"/>',
        f'{{font:{_HEADINGS}}}<w:b w:val="0"/><w:color w:val="auto"/><w:sz w:val="21"/>',
    ),
    "Date": (
        '<w:spacing w:before="40" w:after="200"/><w:jc w:val="left"/>',
        f'{{font:{_HEADINGS}}}<w:b w:val="0"/><w:color w:val="{_SOFT}"/><w:sz w:val="21"/>',
    ),
    "Heading1": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="480" w:after="140"/><w:outlineLvl w:val="0"/>',
        f'{{font:{_HEADINGS}}}<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="33"/><w:szCs w:val="33"/>',
    ),
    "Heading2": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="340" w:after="110"/><w:outlineLvl w:val="1"/>',
        f'{{font:{_HEADINGS}}}<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="26"/><w:szCs w:val="26"/>',
    ),
    "Heading3": (
        '<w:keepNext/><w:keepLines/><w:spacing w:before="260" w:after="90"/><w:outlineLvl w:val="2"/>',
        f'{{font:{_HEADINGS}}}<w:b/><w:color w:val="{_ACCENT}"/><w:sz w:val="23"/><w:szCs w:val="23"/>',
    ),
    "BlockText": (
        '<w:spacing w:before="100" w:after="130"/><w:ind w:left="480" w:right="480"/>',
        f'{{font:{_TEXT}}}<w:color w:val="{_SOFT}"/>',
    ),
    "DefinitionTerm": ('<w:keepNext/><w:spacing w:before="160" w:after="20"/>', "<w:b/>"),
    "Definition": ('<w:spacing w:before="0" w:after="100"/><w:ind w:left="360"/>', ""),
    "Bibliography": (
        '<w:spacing w:before="0" w:after="90" w:line="252" w:lineRule="auto"/>'
        '<w:ind w:left="400" w:hanging="400"/>',
        '<w:sz w:val="19"/><w:szCs w:val="19"/>',
    ),
    "FootnoteText": (
        '<w:spacing w:before="0" w:after="40"/>',
        '<w:sz w:val="17"/><w:szCs w:val="17"/>',
    ),
    "TableCaption": (
        '<w:keepNext/><w:spacing w:before="280" w:after="80"/>',
        f'{{font:{_HEADINGS}}}<w:i w:val="0"/><w:sz w:val="19"/><w:szCs w:val="19"/>',
    ),
    "ImageCaption": (
        '<w:spacing w:before="80" w:after="280"/>',
        f'{{font:{_HEADINGS}}}<w:i w:val="0"/><w:sz w:val="19"/><w:szCs w:val="19"/>',
    ),
    "CaptionedFigure": ('<w:keepNext/><w:spacing w:before="240" w:after="0"/>', ""),
    "Hyperlink": ("", f'<w:color w:val="{_ACCENT}"/>'),
}

_NEW_STYLES = f"""
<w:styles {_SPACES}>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="Notice"><w:name w:val="Notice"/>
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:pBdr>
<w:top w:val="single" w:sz="4" w:space="6" w:color="B58900"/>
<w:left w:val="single" w:sz="36" w:space="8" w:color="B58900"/>
<w:bottom w:val="single" w:sz="4" w:space="6" w:color="B58900"/>
<w:right w:val="single" w:sz="4" w:space="8" w:color="B58900"/></w:pBdr>
<w:shd w:val="clear" w:color="auto" w:fill="FFF9E8"/>
<w:spacing w:before="200" w:after="320" w:line="276" w:lineRule="auto"/>
<w:ind w:left="200" w:right="200"/></w:pPr>
<w:rPr>{{font:{_HEADINGS}}}</w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableText"><w:name w:val="Table Text"/>
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:before="30" w:after="30"/></w:pPr>
<w:rPr>{{font:{_HEADINGS}}}<w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableHead"><w:name w:val="Table Head"/>
<w:basedOn w:val="TableText"/><w:qFormat/><w:pPr><w:keepNext/></w:pPr><w:rPr><w:b/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="TableNote"><w:name w:val="Table Note"/>
<w:basedOn w:val="Normal"/><w:qFormat/><w:pPr><w:spacing w:before="60" w:after="60"/></w:pPr>
<w:rPr>{{font:{_HEADINGS}}}<w:color w:val="{_SOFT}"/><w:sz w:val="17"/><w:szCs w:val="17"/></w:rPr></w:style>
<w:style w:type="paragraph" w:customStyle="1" w:styleId="SectionEnd"><w:name w:val="Section End"/>
<w:basedOn w:val="Normal"/><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>
</w:pPr><w:rPr><w:sz w:val="2"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Header"><w:name w:val="header"/><w:basedOn w:val="Normal"/>
<w:pPr><w:spacing w:before="0" w:after="0"/></w:pPr>
<w:rPr>{{font:{_HEADINGS}}}<w:color w:val="{_SOFT}"/><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="paragraph" w:styleId="Footer"><w:name w:val="footer"/><w:basedOn w:val="Normal"/>
<w:pPr><w:pBdr><w:top w:val="single" w:sz="4" w:space="4" w:color="AAAAAA"/></w:pBdr>
<w:tabs><w:tab w:val="right" w:pos="9400"/></w:tabs><w:spacing w:before="0" w:after="0"/></w:pPr>
<w:rPr>{{font:{_HEADINGS}}}<w:color w:val="{_SOFT}"/><w:sz w:val="16"/></w:rPr></w:style>
<w:style w:type="table" w:styleId="Table"><w:name w:val="Table"/><w:basedOn w:val="TableNormal"/>
<w:qFormat/><w:tblPr><w:tblBorders>
<w:top w:val="single" w:sz="10" w:space="0" w:color="1B1F24"/>
<w:bottom w:val="single" w:sz="10" w:space="0" w:color="1B1F24"/>
<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D0D7DE"/></w:tblBorders>
<w:tblCellMar><w:top w:w="20" w:type="dxa"/><w:left w:w="80" w:type="dxa"/>
<w:bottom w:w="20" w:type="dxa"/><w:right w:w="80" w:type="dxa"/></w:tblCellMar></w:tblPr>
<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
<w:bottom w:val="single" w:sz="6" w:space="0" w:color="1B1F24"/></w:tcBorders>
<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr></w:style>
</w:styles>"""


def _with_fonts(text: str) -> str:
    for font in (_TEXT, _HEADINGS):
        fonts = " ".join(f'w:{use}="{font}"' for use in ("ascii", "hAnsi", "cs", "eastAsia"))
        text = text.replace(f"{{font:{font}}}", f"<w:rFonts {fonts}/>")
    return text


def _styles(content: bytes, language: str) -> bytes:
    root = etree.fromstring(content)
    known = {style.get(_w("styleId")): style for style in root.iter(_w("style"))}
    for name, (paragraph, run) in _STYLES.items():
        if name not in known:
            continue
        for tag, inner in (("pPr", paragraph), ("rPr", run)):
            if not inner:
                continue
            fresh = _parsed(_with_fonts(f"<w:{tag} {_SPACES}>{inner}</w:{tag}>"))
            old = known[name].find(_w(tag))
            if old is not None:
                known[name].replace(old, fresh)
            else:
                known[name].append(fresh)
    for style in _parsed(_with_fonts(_NEW_STYLES)):
        before = known.get(style.get(_w("styleId")))
        if before is not None:
            root.replace(before, style)
        else:
            root.append(style)
    for spoken in root.iter(_w("lang")):
        spoken.set(_w("val"), language)
    return _written(root)


def _document(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for table in root.iter(_w("tbl")):
        _dress_table(table)
    sections = list(root.iter(_w("sectPr")))
    for section in sections:
        for kind, relation in (("footer", "rIdHouseFoot"), ("header", "rIdHouseHead")):
            for old in section.findall(_w(f"{kind}Reference")):
                section.remove(old)
            reference = etree.Element(_w(f"{kind}Reference"))
            reference.set(_w("type"), "default")
            reference.set(f"{{{R}}}id", relation)
            section.insert(0, reference)
    last = sections[-1]
    for name in ("pgSz", "pgMar"):
        for old in last.findall(_w(name)):
            last.remove(old)
    last.append(_parsed(f'<w:pgSz {_SPACES} w:w="11906" w:h="16838"/>'))
    last.append(
        _parsed(
            f'<w:pgMar {_SPACES} w:top="1304" w:right="1247" w:bottom="1304" w:left="1247" '
            'w:header="624" w:footer="624" w:gutter="0"/>'
        )
    )
    # the running head does not repeat the title above the title
    last_first = sections[0]
    last_first.append(_parsed(f"<w:titlePg {_SPACES}/>"))
    reference = etree.Element(_w("footerReference"))
    reference.set(_w("type"), "first")
    reference.set(f"{{{R}}}id", "rIdHouseFoot")
    last_first.insert(0, reference)
    return _written(root)


def _dress_table(table: Any) -> None:
    for number, row in enumerate(table.findall(_w("tr"))):
        properties = row.find(_w("trPr"))
        is_head = properties is not None and properties.find(_w("tblHeader")) is not None
        if properties is None:
            properties = etree.Element(_w("trPr"))
            row.insert(0, properties)
        if properties.find(_w("cantSplit")) is None:
            properties.insert(0, etree.Element(_w("cantSplit")))
        for place, paragraph in enumerate(row.iter(_w("p"))):
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


def _with_relations(content: bytes) -> bytes:
    root = etree.fromstring(content)
    space = root.nsmap[None]
    for id, kind in (("rIdHouseHead", "header"), ("rIdHouseFoot", "footer")):
        entry = etree.SubElement(root, f"{{{space}}}Relationship")
        entry.set("Id", id)
        entry.set("Type", f"{R}/{kind}")
        entry.set("Target", f"{kind}1.xml")
    return _written(root)
