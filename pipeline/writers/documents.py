"""A document into HTML, Word, PDF and Markdown: citations resolved once, then every format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.writers.docx import docx
from pipeline.writers.html import html
from pipeline.writers.markdown import markdown
from pipeline.writers.pdf import pdf
from pipeline.writers.prepared import Prepared, prepare

__all__ = [
    "WRITERS",
    "DocumentWriter",
    "Prepared",
    "docx",
    "html",
    "markdown",
    "pdf",
    "prepare",
]


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """One format: its name, the suffix of its files, a label for people, and the writer."""

    name: str
    suffix: str
    label: str
    write: Callable[[Prepared], bytes]


WRITERS: Mapping[str, DocumentWriter] = {
    writer.name: writer
    for writer in (
        DocumentWriter("html", ".html", "Web page", html),
        DocumentWriter("docx", ".docx", "Word document", docx),
        DocumentWriter("pdf", ".pdf", "PDF", pdf),
        DocumentWriter("markdown", ".md", "Markdown", markdown),
    )
}
