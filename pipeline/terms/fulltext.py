"""The full text of a report as pages of text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """What a PDF says: the text of its pages, in the order of the file.

    `labels` are the page numbers that the file itself gives its pages ("" where it gives none);
    `fault` says in words why there is no text, and is empty where there is.
    """

    sha256: str
    title: str = ""
    pages: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    fault: str = ""
