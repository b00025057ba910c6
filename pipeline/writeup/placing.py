"""Tables and figures in the text: each placed once, where the manuscript asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pipeline.terms.problem import Place, Problem
from pipeline.writeup.figures import FIGURES
from pipeline.writeup.slots import CHECKLISTS, EVIDENCE, SEE_CLOSE, SEE_OPEN, Slots
from pipeline.writeup.tables import TABLES

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
