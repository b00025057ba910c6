"""Text of a record with words marked, as markup that nothing in the text can become."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup, escape

from pipeline.model.protocol import HighlightTerms
from pipeline.model.record import Record
from pipeline.notation.safe_text import for_terminal, without_controls
from pipeline.sessions.named_records import whose


def marked(text: str, terms: HighlightTerms, found: str = "") -> Markup:
    """`text` as HTML: words that speak for a record, against it, and those looked for, marked."""
    clean = without_controls(text)
    kinds = (("found", (found,)), ("for", terms.include), ("against", terms.exclude))
    patterns = [f"(?P<{kind}>{words})" for kind, given in kinds if (words := _either(given))]
    if not patterns:
        return escape(clean)
    parts, at = [], 0
    for hit in re.finditer("|".join(patterns), clean, re.IGNORECASE):
        parts.append(escape(clean[at : hit.start()]))
        parts.append(Markup('<mark class="{}">{}</mark>').format(hit.lastgroup, hit.group()))
        at = hit.end()
    return Markup("").join([*parts, escape(clean[at:])])


def about_record(record: Record, terms: HighlightTerms, within: str = "") -> Mapping[str, Any]:
    """What the page of a record shows of it, words of the protocol and `within` marked."""
    return {
        "record": record,
        "title": marked(record.title or "(no title in the export)", terms, within),
        "source": source_of(record),
        "abstract": marked(record.abstract.strip(), terms, within),
        "address": record.address,
        "whose": whose(record),
        "within": within,
    }


def _either(words: Iterable[str]) -> str:
    wanted = sorted({re.escape(w.strip()) for w in words if w.strip()}, key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(wanted)})\w*" if wanted else ""


def source_of(record: Record) -> str:
    """Authors, year, where it appeared, on one line: those that the export has."""
    names = [str(name) for name in record.author[:3]] + (["et al."] if record.author[3:] else [])
    parts = ("; ".join(names), str(record.issued or ""), record.container_title)
    return " · ".join(for_terminal(part) for part in parts if part)
