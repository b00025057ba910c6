"""The look of the house for a Word file: styles, tables, pages, running head and foot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.terms.document import EVIDENCE_ANCHOR
from pipeline.writers.docx_styles import W, with_styles
from pipeline.writers.prepared import Prepared

R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_SPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
_OFFICE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def dress(parts: Mapping[str, bytes], prepared: Prepared) -> dict[str, bytes]:
    """The parts of the Word file that pandoc wrote, in the look of the house."""
    made = dict(parts)
    made["word/styles.xml"] = with_styles(made["word/styles.xml"], prepared.document.language)
    made["word/header1.xml"] = _head(prepared.document.title)
    made["word/footer1.xml"] = _foot(prepared.document.notice)
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
