"""What a person or a program would read in each file that a build makes."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pypdfium2
from lxml import etree


def text_of(path: str, content: bytes) -> str:
    """The words of the file, packed formats unpacked, escapes of JSON and marks of XML undone."""
    suffix = path.rpartition(".")[2]
    if suffix == "pdf":
        with pypdfium2.PdfDocument(content) as pdf:
            pages = [page.get_textpage().get_text_bounded() for page in pdf]
            said = "\n".join([*map(str, pdf.get_metadata_dict().values()), *pages])
            return said.replace("\x02", "-")  # how pdfium tells a hyphen at the end of a line
    if suffix in ("docx", "pptx"):
        return "\n".join(_of_xml(part) for _, part in xml_parts(content))
    if suffix == "svg":
        return _of_xml(content)
    if suffix == "html":
        text = content.decode("utf-8")
        return f"{text}\n{re.sub(r'<[^>]*>', '', text)}"
    if suffix == "json":
        return "\n".join(_strings(json.loads(content)))
    return content.decode("utf-8-sig")


def xml_parts(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The XML inside an Office file by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                yield name, package.read(name)


def _of_xml(content: bytes) -> str:
    root = etree.fromstring(content)
    said = (value for element in root.iter() for value in element.attrib.values())
    return "\n".join(["".join(root.itertext()), *map(str, said)])


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for part in value:
            yield from _strings(part)
    elif isinstance(value, dict):
        for key, part in value.items():
            yield key
            yield from _strings(part)
