"""Reporting checklists filled in: where the document answers each item, and what is still open.

The lists are data (`checklists/*.yaml`). What the program writes is found by what was asked of it;
what only authors can say is found by the heading of a section that holds prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from pipeline.document.manuscript.claims import plain_text
from pipeline.document.manuscript.slots import CHECKLISTS, SUPPLEMENT
from pipeline.document.manuscript.statements import MARK
from pipeline.document.placing import PLACEHOLDER, alone
from pipeline.document.tables.rows import cell, column
from pipeline.model.document import Table
from pipeline.model.protocol import Protocol
from pipeline.model.statement import Statement, StatementKind
from pipeline.notation.typed import into
from pipeline.notation.yaml_text import read_yaml

_FEWEST_WORDS = 8
"""A section of fewer words of prose answers nothing."""
_HEADING = re.compile(r"^(#{1,6})\s+(.+?)\s*(?:\{#[^}]*\})?\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One item: what it asks, and where its answer may stand (see the head of prisma_2020.yaml)."""

    id: str
    topic: str
    asks: str
    where: tuple[str, ...] = ()
    headings: str = ""
    words: str = ""
    title: str = ""
    protocol: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    title: str
    about: str
    source: str
    items: tuple[ChecklistItem, ...]
    within: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A section of the filled manuscript: its headings from the top, and what is said in it."""

    path: tuple[str, ...] = ()
    prose: str = ""
    said: tuple[str, ...] = field(default=())

    @property
    def name(self) -> str:
        return " \u203a ".join(self.path) or "Head of the document"


@cache
def checklist(name: str) -> Checklist:
    """The list `name` (of `CHECKLISTS`)."""
    path = files("pipeline.document").joinpath("checklists", f"{name}.yaml")
    read, problems = into(Checklist, read_yaml(path.read_text("utf-8"), f"{name}.yaml"))
    assert read is not None, problems
    return read


def sections_of(text: str) -> tuple[Section, ...]:
    """The sections of a filled manuscript with its marks and placeholders still in it.

    Those of the supplement stand below a heading of that name.
    """
    review, _, supplement = text.partition(SUPPLEMENT)
    below = _sections(supplement, ("Supplement",)) if supplement else ()
    return (*_sections(review, ()), *below)


def _sections(text: str, under: tuple[str, ...]) -> tuple[Section, ...]:
    bounds = [
        (0, 0, ""),
        *((m.start(), len(m[1]), plain_text(m[2])) for m in _HEADING.finditer(text)),
    ]
    path: list[tuple[int, str]] = []
    found = []
    for n, (start, level, title) in enumerate(bounds):
        end = bounds[n + 1][0] if n + 1 < len(bounds) else len(text)
        if level:
            path = [one for one in path if one[0] < level] + [(level, title)]
        body = _HEADING.sub("", text[start:end])
        said = [mark[1] for mark in MARK.finditer(body)]
        # a table or figure answers where it stands, not where a sentence points to it
        said += [p.strip("[]") for p in alone(body)]
        prose = plain_text(PLACEHOLDER.sub("", MARK.sub(r"\2", body)))
        names = (*under, *(one for _, one in path))
        found.append(Section(path=names, prose=prose, said=tuple(dict.fromkeys(said))))
    return tuple(found)


def filled_checklists(
    text: str, statements: Mapping[str, Statement], protocol: Protocol, title: str
) -> Mapping[str, Table]:
    """Every list by the id of its table, filled in from the text of a manuscript."""
    sections = sections_of(text)
    made = (filled_checklist(name, sections, statements, protocol, title) for name in CHECKLISTS)
    return {table.id: table for table in made}


def filled_checklist(
    name: str,
    sections: Sequence[Section],
    statements: Mapping[str, Statement],
    protocol: Protocol,
    title: str,
) -> Table:
    """The list `name` with the place of each answer in the document, or that it is open."""
    asked = checklist(name)
    inside = [s for s in sections if not asked.within or _named(s, asked.within)]
    rows = []
    open_items = 0
    for item in asked.items:
        places = tuple(_places(item, inside, statements, protocol, title))
        open_items += not places
        told = "; ".join(places) or f"Open: {_open(item, protocol)}"
        rows.append((cell(item.id), cell(item.topic), cell(item.asks), cell(told)))
    n = len(asked.items)
    return Table(
        id=f"checklist-{name}",
        caption=f"{asked.title}: where this document answers each item",
        columns=(
            column("item", "Item", 0.4),
            column("topic", "Topic", 1.0),
            column("asks", "What is asked", 2.2),
            column("where", "Where it stands", 2.4),
        ),
        rows=tuple(rows),
        notes=(
            f"{asked.title}, for {asked.about} ({asked.source}). {n - open_items} of {n} items "
            "have a place in the document; whether it says enough is for authors and readers.",
        ),
    )


def _places(
    item: ChecklistItem,
    sections: Sequence[Section],
    statements: Mapping[str, Statement],
    protocol: Protocol,
    title: str,
) -> Iterator[str]:
    if item.title and re.search(item.title, f"{title} {protocol.kind}", re.IGNORECASE):
        yield "Title and kind of the review"
    silent = [name for name in item.protocol if not getattr(protocol, name)]
    if silent and not item.headings:
        return
    where = () if silent else item.where
    found: dict[str, None] = {}
    for section in sections:
        answers = [id for id in section.said if _answers(id, where, statements)]
        if answers:
            found[f"{section.name}{_shown(answers)}"] = None
        elif _has_prose(section) and (
            (item.headings and _named(section, item.headings))
            or (item.words and re.search(item.words, section.prose, re.IGNORECASE))
        ):
            found[section.name] = None
    yield from list(found)[:4]


_NOTHING = re.compile(r"(?:No|None|Nobody|Nothing)\b[^.]*\.|[^.]* is not recorded\.")
"""A text of one sentence that says that there is nothing."""


def _answers(id: str, where: Iterable[str], statements: Mapping[str, Statement]) -> bool:
    """Whether the statement `id` was asked for and says anything: a table without rows, or a
    sentence that nothing was done yet, answers no item."""
    if not _asked_for(id, where, statements):
        return False
    told = statements.get(id)
    if told is None:
        return True
    if told.kind is StatementKind.TABLE:
        return " | " in told.text  # its rows; a caption alone has none
    # what authors declare may well be that there is nothing
    return id.startswith("declarations:") or not _NOTHING.fullmatch(told.text.strip())


def _asked_for(id: str, where: Iterable[str], statements: Mapping[str, Statement]) -> bool:
    for wanted in where:
        if wanted == "claim:*":
            told = statements.get(id)
            if told is not None and told.kind is StatementKind.CLAIM:
                return True
        elif wanted.endswith("*"):
            if id.startswith(wanted[:-1]):
                return True
        elif id == wanted or id.startswith(f"{wanted}-"):
            return True
    return False


def _shown(answers: Sequence[str]) -> str:
    """` (table searches)` for the tables and figures among what answers."""
    drawn = [id.replace(":", " ").replace("_", " ") for id in answers if _is_placed(id)]
    return f" ({', '.join(drawn[:3])})" if drawn else ""


def _is_placed(id: str) -> bool:
    return id.startswith(("table:", "figure:"))


def _named(section: Section, pattern: str) -> bool:
    return any(re.search(rf"\b(?:{pattern})", name, re.IGNORECASE) for name in section.path)


def _has_prose(section: Section) -> bool:
    return len(section.prose.split()) >= _FEWEST_WORDS


def _open(item: ChecklistItem, protocol: Protocol) -> str:
    silent = [name for name in item.protocol if not getattr(protocol, name)]
    if silent:
        return f"fill in `{silent[0]}:` in the protocol"
    if item.where:
        kind, _, word = item.where[0].partition(":")
        if kind == "declarations":
            return f"fill in `{word}:` in the protocol"
        if kind in ("methods", "results", "table", "figure"):
            return f'place {{{{ {kind}("{word}") }}}}, or say why it does not apply'
    return "for the authors to say"
