"""The evidence annex as blocks, and the links of the text that lead into it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.model.document import (
    BESIDE,
    EVIDENCE_ANCHOR,
    JOINER,
    Document,
    Evidence,
    evidence_anchor,
)
from pipeline.model.statement import Step
from pipeline.render import tree
from pipeline.render.tree import Node

ANNEX = "evidence-annex"
"""The class of the Div that holds the annex."""
BESIDE_LINE = "beside"
"""The class of the Div that leads to the other half of a write-up."""
ENTRY, LABEL, NUMBER = "evidence", "evidence-label", "evidence-number"
"""The classes of an entry of the annex, of a label in the text, and of a number in the text."""

_LABEL = re.compile(r"E\d+\Z")


def evidence_link(node: Node) -> str:
    """The anchor in the annex that the link `node` leads to, or nothing."""
    if node["t"] != "Link":
        return ""
    target = str(node["c"][2][0])
    return target[1:] if target.startswith(f"#{EVIDENCE_ANCHOR}") else ""


def without_joiners(blocks: list[Node]) -> list[Node]:
    """`blocks` without the signs that part a label from the citation before it."""

    def bare(node: Node) -> list[Node] | None:
        if node["t"] != "Str" or JOINER not in node["c"]:
            return None
        text = node["c"].replace(JOINER, "")
        return [{"t": "Str", "c": text}] if text else []

    made: list[Node] = tree.rewrite(blocks, bare)
    return made


def is_label(node: Node) -> bool:
    """Whether a link to the annex is the label of a sentence; else it is a number."""
    return bool(_LABEL.match(tree.plain_text(node["c"][1])))


def without_links(blocks: list[Node]) -> list[Node]:
    """`blocks` with numbers that link to an annex as plain words, and without the labels."""

    def bare(node: Node) -> list[Node] | None:
        if not evidence_link(node):
            return None
        inlines: list[Node] = node["c"][1]
        return [] if is_label(node) else inlines

    made: list[Node] = tree.rewrite(blocks, bare)
    return made


def leading_elsewhere(blocks: list[Node], document: Document, suffix: str) -> list[Node]:
    """`blocks` with the links that lead into another file leading to the one with `suffix`.

    A label leads to the annex wherever that is, and there is none where no annex is; a number is a
    link only where the annex is in the same file.
    """
    beside = f"{document.companion.stem}{suffix}" if document.companion else ""
    annex_in = f"{document.evidence_in}{suffix}" if document.evidence_in else ""

    def there(node: Node) -> list[Node] | None:
        if node["t"] != "Link":
            return None
        target = str(node["c"][2][0])
        if target.startswith(f"#{BESIDE}") and beside:
            place = target.removeprefix(f"#{BESIDE}")
            return [tree.link(node["c"][1], f"{beside}#{place}" if place else beside)]
        anchor = evidence_link(node)
        if not anchor or document.evidence:
            return None
        inlines: list[Node] = node["c"][1]
        if not is_label(node):
            return inlines
        if not annex_in:
            return []
        return [{"t": "Superscript", "c": [tree.link(inlines, f"{annex_in}#{anchor}")]}]

    made: list[Node] = tree.rewrite(blocks, there)
    return made


def beside_line(document: Document) -> list[Node]:
    """What a reader is told of the other half of the write-up, at the head of this one."""
    other = document.companion
    if other is None:
        return []
    if other.is_supplement:
        said = [
            *tree.words("Tables and figures numbered S, and what each sentence marked E rests on,"),
            {"t": "Space"},
            *tree.words("stand in the"),
            {"t": "Space"},
            tree.link(tree.words("supplement"), f"#{BESIDE}"),
            {"t": "Str", "c": "."},
        ]
    else:
        said = [
            *tree.words("This belongs to the review"),
            {"t": "Space"},
            tree.link(tree.words(_one_line(other.title)), f"#{BESIDE}"),
            {"t": "Str", "c": "."},
        ]
    return [tree.division([tree.paragraph(said)], classes=[BESIDE_LINE])]


def annex(document: Document) -> list[Node]:
    """The annex with its heading; nothing for a document that has no evidence to tell."""
    sentences = [entry for entry in document.evidence if entry.label]
    numbers = [entry for entry in document.evidence if not entry.label]
    if not document.evidence:
        return []
    blocks: list[Node] = [
        tree.header(1, tree.words("Evidence annex"), "section-evidence-annex"),
        tree.paragraph(
            tree.words(
                "What each sentence and each number rests on, back to the line of the export. "
                "Labels (E1, E2 …) stand after the sentences in the text."
            )
        ),
    ]
    if sentences:
        blocks.append(tree.header(2, tree.words("Sentences"), "section-evidence-sentences"))
        blocks += [_entry(entry) for entry in sentences]
    if numbers:
        blocks.append(tree.header(2, tree.words("Numbers"), "section-evidence-numbers"))
        blocks += [_entry(entry) for entry in numbers]
    return [tree.division(blocks, classes=[ANNEX])]


def _entry(entry: Evidence) -> Node:
    head: list[Node] = []
    if entry.label:
        head = [tree.strong(tree.words(entry.label)), {"t": "Space"}]
    elif entry.said:
        head = [tree.strong(tree.words(_one_line(entry.said))), {"t": "Space"}]
    said = tree.words(_one_line(entry.said)) if entry.label else []
    blocks = [tree.paragraph([*head, *said])]
    blocks += _list(entry.steps)
    return tree.division(blocks, evidence_anchor(entry.id), [ENTRY])


def _list(steps: Sequence[Step]) -> Iterator[Node]:
    if steps:
        items = [[tree.plain(_step(step)), *_list(step.below)] for step in steps]
        yield {"t": "BulletList", "c": items}


def _step(step: Step) -> list[Node]:
    inlines = tree.words(_one_line(step.what))
    if step.place is not None:
        place = {"t": "Code", "c": [tree.attributes(), str(step.place)]}
        inlines += [{"t": "Space"}, place]
    return inlines


def _one_line(text: str) -> str:
    return " ".join(text.split())
