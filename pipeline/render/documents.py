"""A document into every format: its citations are resolved once, then each writer starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.render.docx import docx
from pipeline.render.html import html
from pipeline.render.latex import latex, latex_pictures
from pipeline.render.markdown import drawings, markdown
from pipeline.render.pdf import pdf
from pipeline.render.pptx import pptx
from pipeline.render.prepared import Prepared, prepare

__all__ = [
    "WRITERS",
    "DocumentWriter",
    "Prepared",
    "docx",
    "html",
    "latex",
    "markdown",
    "pdf",
    "pptx",
    "prepare",
]


def _nothing(prepared: Prepared) -> Mapping[str, bytes]:
    return {}


@dataclass(frozen=True, slots=True)
class DocumentWriter:
    """One format: its name, the suffix of its files, a label for people, and the writer.

    `beside` gives the files that the document needs beside it, by their path.
    """

    name: str
    suffix: str
    label: str
    write: Callable[[Prepared], bytes]
    beside: Callable[[Prepared], Mapping[str, bytes]] = _nothing


WRITERS: Mapping[str, DocumentWriter] = {
    writer.name: writer
    for writer in (
        DocumentWriter("html", ".html", "Web page", html),
        DocumentWriter("docx", ".docx", "Word document", docx),
        DocumentWriter("pdf", ".pdf", "PDF", pdf),
        DocumentWriter("markdown", ".md", "Markdown", markdown, drawings),
        DocumentWriter("latex", ".tex", "LaTeX", latex, latex_pictures),
        DocumentWriter("pptx", ".pptx", "Slides", pptx),
    )
}
