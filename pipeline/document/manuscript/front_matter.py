"""The head of a manuscript: what kind of document it makes, between two lines `---`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from pipeline.model.problem import Problem
from pipeline.model.protocol import TypedNumber
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml

FULL = "full"
"""The kind of `manuscript.md`; `manuscript-KIND.md` makes the others."""

_HEAD = re.compile(
    r"\A\ufeff?---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*$", re.DOTALL | re.MULTILINE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A kind of document: what holds for it where the head of its manuscript says nothing."""

    name: str
    label: str
    formats: tuple[str, ...] = ("html", "docx", "pdf", "markdown")
    contents: bool = False
    annex: bool = False


KINDS: Mapping[str, DocumentKind] = {
    kind.name: kind
    for kind in (
        DocumentKind(name=FULL, label="Full review", contents=True, annex=True),
        DocumentKind(
            name="summary", label="Summary for practitioners", formats=("html", "docx", "pdf")
        ),
        DocumentKind(name="blog", label="Blog", formats=("html", "markdown")),
        DocumentKind(name="slides", label="Slides", formats=("pptx", "html")),
    )
}
"""The kinds that the program knows; any other `manuscript-KIND.md` is a plain document."""


def kind_of(name: str) -> DocumentKind:
    return KINDS.get(name) or DocumentKind(name=name, label=name.replace("-", " ").capitalize())


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontMatter:
    """What a manuscript says of its own document; empty and None: the protocol's, or the kind's.

    `pages` is the most pages that the PDF may have, 0 for any number. `annex`: whether the document
    carries what each sentence and number rests on.
    """

    title: str = ""
    subtitle: str = ""
    pages: int = 0
    formats: tuple[str, ...] = ()
    contents: bool | None = None
    annex: bool | None = None
    style: str = ""
    reference_docx: str = ""
    typed_numbers: tuple[TypedNumber, ...] = field(default=())


def read_front_matter(manuscript: str, file: str) -> tuple[FrontMatter, str, tuple[Problem, ...]]:
    """The head of `manuscript`, the text with the head blanked out (lines stay where they are),
    and what is wrong with the head."""
    head = _HEAD.match(manuscript.replace("\r\n", "\n"))
    if head is None:
        return FrontMatter(), manuscript, ()
    text = manuscript.replace("\r\n", "\n")
    blank = "\n" * head.group().count("\n")
    said, problems = into(FrontMatter, read_yaml("\n" + head["yaml"], file))
    return said or FrontMatter(), blank + text[head.end() :], problems
