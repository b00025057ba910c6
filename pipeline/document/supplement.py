"""A review and its supplement: one filled text as two documents that lead to each other."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.document.manuscript.slots import SUPPLEMENT
from pipeline.document.placing import PLACEHOLDER, alone
from pipeline.model.document import Companion, Document, Evidence, evidence_anchor
from pipeline.notation.safe_text import for_file_name
from pipeline.render.placement import label_of

KIND = "supplement"
"""The kind of document that `{{ supplement() }}` makes, and what stands in its file name."""
NUMBERED = "S"

_NAMED = re.compile(r"^#{1,6}[ \t].*\{#([^}\s]+)[^}\n]*\}[ \t]*$", re.MULTILINE)
_LINKED = re.compile(r"\]\(#(evidence-[^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Halves:
    """The Markdown of a review and of its supplement, "" where it has none."""

    review: str
    supplement: str


def halves(text: str) -> Halves:
    review, _, supplement = text.partition(SUPPLEMENT)
    return Halves(review.rstrip() + "\n", supplement.lstrip()) if supplement else Halves(text, "")


def stem_of(slug: str, kind: str = "") -> str:
    """The file name of a document without its suffix."""
    return for_file_name(f"{slug}-{kind}" if kind else slug)


def joined(
    review: Document, supplement: Document, slug: str, evidence: tuple[Evidence, ...]
) -> tuple[Document, Document]:
    """Both documents as each sees the other; what sentences rest on is told in the supplement."""
    stem, other = stem_of(slug), stem_of(slug, KIND)
    named = frozenset(_LINKED.findall(review.markdown))
    told = frozenset(evidence_anchor(entry.id) for entry in evidence)
    first = replace(
        review,
        evidence_in=other if evidence else "",
        companion=_seen(supplement, other, NUMBERED, is_supplement=True),
    )
    seen = _seen(review, stem, "", is_supplement=False)
    second = replace(
        supplement,
        numbered=NUMBERED,
        evidence=evidence,
        companion=replace(seen, said=named & told),
    )
    return first, second


def _seen(document: Document, stem: str, before: str, *, is_supplement: bool) -> Companion:
    return Companion(
        stem=stem,
        title=document.title,
        is_supplement=is_supplement,
        labels=dict(_labels(document.markdown, before)),
        headings=frozenset(_NAMED.findall(document.markdown)),
    )


def _labels(text: str, before: str) -> Iterator[tuple[str, str]]:
    """The number of each table and figure that is placed in `text`, by `kind:ID`."""
    numbers = {"table": 0, "figure": 0}
    for paragraph in alone(text):
        found = PLACEHOLDER.fullmatch(paragraph)
        assert found is not None
        numbers[found[1]] += 1
        label = label_of(found[1], f"{before}{numbers[found[1]]}")
        yield f"{found[1]}:{found[2]}", label
