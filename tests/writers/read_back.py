"""What a person would read in each format, so that one test can ask all of them."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree
from lxml import html as lxml_html

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def page(content: bytes) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(content.decode("utf-8"))


def text_of(name: str, content: bytes) -> str:
    """The text of `content`; a PDF gives its metadata only, its pages being packed."""
    if name == "docx":
        parts = (docx_part(content), docx_part(content, "word/footnotes.xml"))
        paragraphs = [paragraph for part in parts for paragraph in part.iter(f"{W}p")]
        return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in paragraphs)
    if name == "html":
        return " ".join(page(content).xpath("string(//body)").split())
    if name == "pdf":
        return content.decode("latin-1")
    return re.sub(r"\\(.)", r"\1", content.decode("utf-8"))
