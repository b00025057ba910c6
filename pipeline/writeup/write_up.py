"""A dossier and the authors' manuscript into a document: everything first, nothing by half."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from pipeline.terms.document import Document, Table
from pipeline.terms.finding import Claim
from pipeline.terms.problem import Place, Problem, Severity
from pipeline.terms.statement import Statement
from pipeline.writeup.citations import cited_names, with_keys
from pipeline.writeup.dossier import Dossier
from pipeline.writeup.figures import FIGURES
from pipeline.writeup.front_matter import read_front_matter
from pipeline.writeup.lists import WORDS
from pipeline.writeup.prose import faults_of_prose
from pipeline.writeup.sayings import MARK
from pipeline.writeup.slots import EVIDENCE, SEE_CLOSE, SEE_OPEN, Slots
from pipeline.writeup.tables import TABLES, all_tables
from pipeline.writeup.tables.evidence import evidence
from pipeline.writeup.template import Template, without_marks

_PLACEHOLDER = re.compile(r"(?<!\\)\[\[(table|figure):([^\[\]\n]*)\]\]")
_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<#.*?#>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteUp:
    """A document, every table that can be made (for the files beside it), and its claims."""

    document: Document
    tables: Mapping[str, Table]
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...] = ()


def write_up(
    dossier: Dossier, manuscript: str, *, file: str = "manuscript.md", style: str = ""
) -> tuple[WriteUp | None, tuple[Problem, ...]]:
    """The write-up of `dossier`, or None and every fault of the manuscript with its line.

    `manuscript` is the text of `file`; `style` the text of a CSL style ("" for the house's).
    """
    front, manuscript, about_front = read_front_matter(manuscript, file)
    template = Template(without_marks(manuscript), file, WORDS)
    if template.problems or about_front:
        return None, (*about_front, *template.problems)
    slots = Slots(dossier, template)
    text, stopped = template.fill(slots.context())
    problems = [*slots.problems, *stopped]
    if stopped:
        return None, _in_order(problems)
    problems += faults_of_prose(manuscript, file, front, slots)
    text = _with_references(MARK.sub(r"\2", text))
    problems += _placed_by_hand(text, manuscript, slots)
    slots.tables[EVIDENCE] = evidence(tuple(slots.claims.values()), dossier)
    problems += _placing(text, manuscript, slots)
    markdown, keys = with_keys(text, slots.names)
    problems += _unknown_citations(markdown, manuscript, slots)
    if any(p.severity is Severity.ERROR for p in problems):
        return None, _in_order(problems)
    made = {**all_tables(dossier), **slots.tables}
    tables = {id: _with_keys(table, slots) for id, table in made.items()}
    shown = sorted({id for kind, id in _PLACEHOLDER.findall(text) if kind == "table"})
    in_tables = (key for id in shown for row in tables[id].rows for c in row for key in c.cites)
    protocol = dossier.review.protocol
    document = Document(
        title=protocol.title,
        subtitle=protocol.subtitle,
        authors=tuple(author.name for author in protocol.authors),
        markdown=markdown,
        day=dossier.day.isoformat() if dossier.day else "",
        language=protocol.language,
        notice=" ".join(protocol.notice.split()),
        figures=slots.figures,
        tables={id: _named_once(tables[id], keys, slots, style) for id in shown},
        references={key: slots.names.item(key) for key in sorted({*keys, *in_tables})},
        style=style,
    )
    written = WriteUp(
        document=document,
        tables=tables,
        claims=tuple(slots.claims.values()),
        statements=tuple(slots.sayings.statements.values()),
    )
    return written, _in_order(problems)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.place, p.what)))


def _with_references(text: str) -> str:
    """`text` with ` (Table 3)` where generated sentences refer to a table that stands in it."""
    placed = set(_alone(text))

    def shown(found: re.Match[str]) -> str:
        return f" ({found[1]})" if found[1] in placed else ""

    marked = re.sub(f"{SEE_OPEN}([^{SEE_CLOSE}\n]*){SEE_CLOSE}", shown, text)
    return marked.replace(SEE_OPEN, "").replace(SEE_CLOSE, "")


def _alone(text: str) -> list[str]:
    """The placeholders that are paragraphs of their own, in the order of the text."""
    paragraphs = (p.strip() for p in re.split(r"\n[ \t]*\n", text))
    return [p for p in paragraphs if _PLACEHOLDER.fullmatch(p)]


def _placed_by_hand(text: str, manuscript: str, slots: Slots) -> Iterator[Problem]:
    """Makes what `[[table:ID]]` asks for where people typed it; an unknown id is a problem."""
    known: Mapping[str, Mapping[str, object]] = {"table": TABLES, "figure": FIGURES}
    for kind, id in dict.fromkeys(_PLACEHOLDER.findall(text)):
        if (kind, id) in slots.asked:
            continue
        if id in known[kind]:
            slots.table(id) if kind == "table" else slots.figure(id)
            slots.asked[kind, id] = _line_of(f"[[{kind}:{id}]]", manuscript)
            continue
        if (kind, id) == ("table", EVIDENCE):
            continue
        yield Problem(
            place=Place(file=slots.template.file, line=_line_of(f"[[{kind}:{id}]]", manuscript)),
            what=f"[[{kind}:{id}]] names a {kind} that is not there",
            remedy=f"Known are {', '.join(known[kind])}",
            check="manuscript",
        )


def _placing(text: str, manuscript: str, slots: Slots) -> Iterator[Problem]:
    """Tables and figures that stand twice, or that are referred to and stand nowhere."""
    alone = _alone(text)
    for kind, id in dict.fromkeys(_PLACEHOLDER.findall(text)):
        times = alone.count(f"[[{kind}:{id}]]")
        made: Mapping[str, object] = slots.tables if kind == "table" else slots.figures
        if times == 1 or id not in made:
            continue
        line = slots.asked.get((kind, id)) or _line_of(f"[[{kind}:{id}]]", manuscript)
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


def _unknown_citations(markdown: str, manuscript: str, slots: Slots) -> Iterator[Problem]:
    lines: dict[str, int] = {}
    blank = _TAGS.sub(lambda tag: re.sub(r"[^\n]", " ", tag.group()), manuscript)
    for name, line in cited_names(blank):
        lines.setdefault(name, line)
    for name in dict.fromkeys(name for name, _ in cited_names(markdown)):
        if not slots.names.key(name):
            yield Problem(
                place=Place(file=slots.template.file, line=lines.get(name, 0)),
                what=f"nothing is cited as @{name}.{slots.names.hint(name)}",
                remedy="Cite the id of a study, of a record or of an entry in references.yaml; "
                "an @ that cites nothing is written \\@",
                check="citation",
            )


def _with_keys(table: Table, slots: Slots) -> Table:
    """`table` with each citation under the key that the document uses for it."""
    rows = tuple(
        tuple(
            replace(
                cell,
                cites=tuple(dict.fromkeys(key for c in cell.cites if (key := slots.names.key(c)))),
            )
            for cell in row
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def _named_once(table: Table, cited: Collection[str], slots: Slots, style: str) -> Table:
    """`table` without "Aebi et al. 2014 (Aebi et al., 2014)": studies named, not cited as well.

    Only under a style that cites by author and year, only studies that are called by both, and
    only such that the prose cites, so that they stand in the list of references all the same.
    """
    if re.search(r'citation-format="(?:numeric|note|label)"', style):
        return table
    study = next((n for n, c in enumerate(table.columns) if c.id == "study"), None)
    if study is None:
        return table
    rows = tuple(
        tuple(
            replace(cell, cites=())
            if n == study and all(c in cited and _names(cell.text, c, slots) for c in cell.cites)
            else cell
            for n, cell in enumerate(row)
        )
        for row in table.rows
    )
    return replace(table, rows=rows)


def _names(text: str, key: str, slots: Slots) -> bool:
    """Whether `text` holds the first author's name and the year of the reference `key`."""
    item: Mapping[str, Any] = slots.names.item(key)
    authors = item.get("author") or [{}]
    family = authors[0].get("family", "")
    year = (item.get("issued") or {}).get("date-parts", [[0]])[0][0]
    return bool(family) and family in text and str(year) in text


def _line_of(text: str, manuscript: str) -> int:
    at = manuscript.find(text)
    return manuscript.count("\n", 0, at) + 1 if at >= 0 else 0


def first_manuscript() -> str:
    """The manuscript of a new review: it builds from the first day on."""
    return files("pipeline.writeup").joinpath("templates", "manuscript.md").read_text("utf-8")
