"""What a person would read in each format, so that one test can ask all of them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from pipeline.render.pandoc import pandoc

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def docx_part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def page(content: bytes) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(content.decode("utf-8"))


def _slides(content: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [n for n in package.namelist() if re.fullmatch(r"ppt/slides/slide\d+\.xml", n)]
        for name in sorted(names, key=lambda n: int(re.findall(r"\d+", n)[0])):
            for paragraph in etree.fromstring(package.read(name)).iter(f"{A}p"):
                yield "".join(t.text or "" for t in paragraph.iter(f"{A}t"))


def text_of(name: str, content: bytes) -> str:
    """The text of `content`; a PDF gives its metadata only, its pages being packed."""
    if name == "docx":
        parts = (docx_part(content), docx_part(content, "word/footnotes.xml"))
        paragraphs = [paragraph for part in parts for paragraph in part.iter(f"{W}p")]
        return "\n".join("".join(t.text or "" for t in p.iter(f"{W}t")) for p in paragraphs)
    if name == "pptx":
        return "\n".join(_slides(content))
    if name == "latex":
        # a reader of LaTeX that is not ours says what is printed
        options = ["--standalone", "--wrap=none"]
        text = content.decode("utf-8")
        said = pandoc(text, source="latex", target="plain", options=options).decode("utf-8")
        # pandoc loses figures at the head of a cell, and the subtitle: they stand in the source
        body = text.partition(r"\begin{document}")[2]
        return " ".join([*re.findall(r"\\subtitle\{(.*)\}", text), said, body])
    if name == "html":
        return " ".join(page(content).xpath("string(//body)").split())
    if name == "pdf":
        return content.decode("latin-1")
    return re.sub(r"\\(.)", r"\1", content.decode("utf-8"))
