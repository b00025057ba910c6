"""The marks of the slots as links, and the entries of the evidence annex that they lead to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from pipeline.snapshot import Snapshot
from pipeline.terms.document import JOINER, Evidence, evidence_anchor
from pipeline.terms.finding import Claim
from pipeline.terms.statement import Statement
from pipeline.terms.walk import Step
from pipeline.writeup.evidence_walk import in_review, steps_of
from pipeline.writeup.sayings import MARK


def with_links(
    text: str, statements: Mapping[str, Statement], known: Mapping[str, str] | None = None
) -> tuple[str, Mapping[str, str]]:
    """`text` with each mark as a Markdown link to the annex, and the labels by id of statement.

    A sentence gets a label after it ("E3"), numbered as the text goes; a number is the link
    itself. Where Markdown takes no link (in headings, link texts, code) the words stand alone.
    With `known`, the labels of another document's annex, links lead there or are left out.
    """
    labels: dict[str, str] = {}
    pieces: list[str] = []
    end = 0
    for mark in MARK.finditer(text):
        pieces.append(text[end : mark.start()])
        end = mark.end()
        id, words = mark[1], mark[2]
        if known is not None and id not in known:
            id = id.partition("/")[2]
        told = id in statements if known is None else id in known
        if not told or not _takes_links(text, mark.start()):
            pieces.append(words)
            continue
        if known is not None:
            labels[id] = known[id]
        elif words:
            labels.setdefault(id, "")
        elif not labels.get(id):
            labels[id] = f"E{sum(bool(label) for label in labels.values()) + 1}"
        # a label right after `[@key]` would be the name of a reference link
        joined = "" if words else JOINER
        pieces.append(f"{joined}[{words or labels[id]}](#{evidence_anchor(id)})")
    return "".join((*pieces, text[end:])), labels


def _takes_links(text: str, at: int) -> bool:
    start = max(text.rfind("\n\n", 0, at) + 2, 0)
    before = re.sub(r"\\.", "", MARK.sub("", text[start:at]))
    line = text[text.rfind("\n", 0, at) + 1 : at]
    in_brackets = before.count("[") > before.count("]")
    return not (line.lstrip().startswith("#") or in_brackets or before.count("`") % 2)


def evidence_of(
    labels: Mapping[str, str],
    statements: Mapping[str, Statement],
    claims: Mapping[str, Claim],
    snapshot: Snapshot,
) -> tuple[Evidence, ...]:
    """The entries of the annex: sentences by their label, then numbers as the text has them."""
    order = sorted(labels, key=lambda id: (not labels[id], int(labels[id][1:] or 0)))
    return tuple(
        Evidence(
            id=id,
            label=labels[id],
            said=_shortened(statements[id].text),
            steps=tuple(map(_placed, steps_of(statements[id], claims, snapshot))),
        )
        for id in order
    )


def _placed(step: Step) -> Step:
    place = in_review(step.place) if step.place else None
    return replace(step, place=place, below=tuple(map(_placed, step.below)))


def _shortened(text: str, most: int = 240) -> str:
    return text if len(text) <= most else f"{text[:most].rsplit(' ', 1)[0]} \u2026"
