"""Tables and figures placed where the manuscript asks, and the marks that lead to the annex."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.document.figures.catalogue import FIGURES
from pipeline.document.manuscript.slots import CHECKLISTS, EVIDENCE, SEE_CLOSE, SEE_OPEN, Slots
from pipeline.document.manuscript.statements import MARK
from pipeline.document.provenance import in_review, steps_of
from pipeline.document.tables import TABLES
from pipeline.model.document import JOINER, Evidence, evidence_anchor
from pipeline.model.finding import Claim
from pipeline.model.problem import Place, Problem
from pipeline.model.statement import Statement, Step
from pipeline.snapshot import Snapshot

PLACEHOLDER = re.compile(r"(?<!\\)\[\[(table|figure):([^\[\]\n]*)\]\]")


def with_references(text: str) -> str:
    """`text` with ` (Table 3)` where generated sentences refer to a table that stands in it."""
    placed = set(alone(text))

    def shown(found: re.Match[str]) -> str:
        return f" ({found[1]})" if found[1] in placed else ""

    marked = re.sub(f"{SEE_OPEN}([^{SEE_CLOSE}\n]*){SEE_CLOSE}", shown, text)
    return marked.replace(SEE_OPEN, "").replace(SEE_CLOSE, "")


def alone(text: str) -> list[str]:
    """The placeholders that are paragraphs of their own, in the order of the text."""
    paragraphs = (p.strip() for p in re.split(r"\n[ \t]*\n", text))
    return [p for p in paragraphs if PLACEHOLDER.fullmatch(p)]


def placed_by_hand(text: str, manuscript: str, slots: Slots) -> Iterator[Problem]:
    """Makes what `[[table:ID]]` asks for where people typed it; an unknown id is a problem."""
    known: Mapping[str, Mapping[str, object]] = {"table": TABLES, "figure": FIGURES}
    for kind, id in dict.fromkeys(PLACEHOLDER.findall(text)):
        if (kind, id) in slots.asked:
            continue
        if id in known[kind]:
            slots.table(id) if kind == "table" else slots.figure(id)
            slots.asked[kind, id] = line_of(f"[[{kind}:{id}]]", manuscript)
            continue
        made_last = (EVIDENCE, *(f"checklist-{name}" for name in CHECKLISTS))
        if kind == "table" and id in made_last:
            continue
        yield Problem(
            place=Place(file=slots.template.file, line=line_of(f"[[{kind}:{id}]]", manuscript)),
            what=f"[[{kind}:{id}]] names a {kind} that is not there",
            remedy=f"Known are {', '.join(known[kind])}",
            check="manuscript",
        )


def faults_of_placing(text: str, manuscript: str, slots: Slots) -> Iterator[Problem]:
    """Tables and figures that stand twice, or that are referred to and stand nowhere."""
    paragraphs = alone(text)
    for kind, id in dict.fromkeys(PLACEHOLDER.findall(text)):
        times = paragraphs.count(f"[[{kind}:{id}]]")
        made: Mapping[str, object] = slots.tables if kind == "table" else slots.figures
        if times == 1 or id not in made:
            continue
        line = slots.asked.get((kind, id)) or line_of(f"[[{kind}:{id}]]", manuscript)
        what = f"the {kind} {id!r} is referred to, but placed nowhere"
        remedy = f'Write {{{{ {kind}("{id}") }}}} on a line of its own, with empty lines around it'
        if times > 1:
            what = f"the {kind} {id!r} is placed {times} times"
            remedy = "Keep one; inside a sentence it is a reference"
        yield Problem(
            place=Place(file=slots.template.file, line=line),
            what=what,
            remedy=remedy,
            check="manuscript",
        )


def line_of(text: str, manuscript: str) -> int:
    at = manuscript.find(text)
    return manuscript.count("\n", 0, at) + 1 if at >= 0 else 0


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
