"""The head of a document as pandoc's metadata, for the writers that let pandoc write it."""

from __future__ import annotations

from typing import Any

from pipeline.terms.document import Document
from pipeline.writers import tree


def head_of(document: Document) -> dict[str, Any]:
    """Title, subtitle, authors, day and language; what is empty is left in, and empty."""
    return {
        "title": {"t": "MetaInlines", "c": tree.words(document.title)},
        "subtitle": {"t": "MetaInlines", "c": tree.words(document.subtitle)},
        "author": {
            "t": "MetaList",
            "c": [{"t": "MetaInlines", "c": tree.words(name)} for name in document.authors],
        },
        "date": {"t": "MetaInlines", "c": tree.words(document.day)},
        "lang": {"t": "MetaString", "c": document.language},
    }
