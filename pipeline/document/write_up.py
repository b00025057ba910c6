"""A snapshot and the authors' manuscript into a document: everything first, nothing by half."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from typing import Any

from pipeline.document import supplement
from pipeline.document.checklists import filled_checklists
from pipeline.document.citations import cited_names, with_keys
from pipeline.document.declarations import PARTS
from pipeline.document.manuscript.claim_slots import KnownClaims
from pipeline.document.manuscript.front_matter import FULL, FrontMatter, kind_of, read_front_matter
from pipeline.document.manuscript.prose import faults_of_prose
from pipeline.document.manuscript.slots import EVIDENCE, SUPPLEMENT, WORDS, Slots
from pipeline.document.manuscript.statements import MARK
from pipeline.document.manuscript.template import Template, without_marks
from pipeline.document.placing import (
    PLACEHOLDER,
    alone,
    evidence_of,
    faults_of_placing,
    placed_by_hand,
    with_links,
    with_references,
)
from pipeline.document.stated import faults_of_sentences
from pipeline.document.supplement import halves
from pipeline.document.tables.claims import evidence
from pipeline.model.document import Document, Evidence, Table
from pipeline.model.finding import Claim
from pipeline.model.problem import Place, Problem, Severity
from pipeline.model.statement import Statement
from pipeline.notation.spelling import day_in_words, written_in
from pipeline.snapshot import Snapshot

_TAGS = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<#.*?#>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteUp:
    """A document of one kind with what it says, and what it rests on.

    `file` is the manuscript's; `prose` is the text as Markdown without links to the annex. `tables`
    are all that can be made, for the files beside the document (of the full review only).
    `sentences` are the claims as Markdown, for manuscripts that say them again; `labels` those of
    the statements that the evidence annex tells ("E3", "" for a number). The `supplement` is a
    document of its own; tables, claims and statements of both are held here.
    """

    kind: str = FULL
    file: str = ""
    prose: str = ""
    front: FrontMatter = field(default_factory=FrontMatter)
    document: Document
    tables: Mapping[str, Table]
    claims: tuple[Claim, ...]
    statements: tuple[Statement, ...] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    supplement: WriteUp | None = None


def write_up(
    snapshot: Snapshot,
    manuscript: str,
    *,
    file: str = "manuscript.md",
    style: str = "",
    kind: str = FULL,
    base: WriteUp | None = None,
    beside: bool = True,
    sealed: bool = False,
) -> tuple[WriteUp | None, tuple[Problem, ...]]:
    """The write-up of `snapshot`, or None and every fault of the manuscript with its line.

    `manuscript` is the text of `file`; `style` the text of a CSL style ("" for the house's). A
    manuscript of another `kind` may say the claims of the full review, `base`, again. Without
    `beside` no table is made that the text does not place. What a `sealed` edition says was held
    against the guards of its day: those of today only warn.
    """
    with written_in(snapshot.review.protocol.language):
        return _write_up(snapshot, manuscript, file, style, kind, base, beside, sealed)


def _write_up(
    snapshot: Snapshot,
    manuscript: str,
    file: str,
    style: str,
    kind: str,
    base: WriteUp | None,
    beside: bool,
    sealed: bool,
) -> tuple[WriteUp | None, tuple[Problem, ...]]:
    front, manuscript, about_front = read_front_matter(manuscript, file)
    template = Template(without_marks(manuscript), file, WORDS)
    if template.problems or about_front:
        return None, (*about_front, *template.problems)
    slots = Slots(snapshot, template, kind, _known(base))
    slots.numbers.sealed = sealed
    text, stopped = template.fill(slots.context())
    problems = [*slots.problems, *stopped]
    if stopped:
        return None, _in_order(problems)
    problems += faults_of_prose(manuscript, file, front, slots)
    if kind == FULL:
        problems += faults_of_sentences(snapshot)
    if sealed:
        problems = [replace(p, severity=_of_today(p)) for p in problems]
    text = with_references(text)
    if kind == FULL and not slots.declared and any(say(snapshot) for _, say in PARTS.values()):
        text = _with_declarations(text, slots.declarations())
    problems += placed_by_hand(text, manuscript, slots)
    slots.tables[EVIDENCE] = evidence(tuple(slots.claimed.claims.values()), snapshot)
    title = front.title or snapshot.review.protocol.title
    said = slots.sayings.statements
    slots.tables |= filled_checklists(text, said, snapshot.review.protocol, title)
    problems += faults_of_placing(text, manuscript, slots)
    markdown, _ = with_keys(text, slots.names)
    problems += _unknown_citations(MARK.sub(r"\2", markdown), manuscript, slots)
    if any(p.severity is Severity.ERROR for p in problems):
        return None, _in_order(problems)
    if kind == FULL and beside:
        slots.make_all_tables()
    has_annex = kind_of(kind).annex if front.annex is None else front.annex
    known = None if has_annex else base.labels if base else {}
    prose = MARK.sub(r"\2", markdown).replace(SUPPLEMENT, "")
    markdown, labels = with_links(markdown, slots.sayings.statements, known)
    told: tuple[Evidence, ...] = ()
    evidence_in = ""
    if has_annex:
        claims = {**(_known(base).claims), **slots.claimed.claims}
        told = evidence_of(labels, slots.sayings.statements, claims, snapshot)
    elif labels:
        has_it = supplement.KIND if base and base.supplement else ""
        evidence_in = supplement.stem_of(snapshot.review.slug, has_it)
    contents = kind_of(kind).contents if front.contents is None else front.contents
    parts = halves(markdown)
    document = replace(
        _document(snapshot, slots, front, parts.review, style),
        contents=contents,
        evidence_in=evidence_in,
        evidence=() if parts.supplement else told,
    )
    beside_it = None
    if parts.supplement:
        second = _document(snapshot, slots, front, parts.supplement, style)
        second = replace(second, title=f"Supplement: {document.title}", subtitle="")
        document, second = supplement.joined(document, second, snapshot.review.slug, told)
        beside_it = WriteUp(
            kind=supplement.KIND,
            file=file,
            front=replace(front, pages=0),
            document=second,
            tables={},
            claims=(),
        )
    written = WriteUp(
        kind=kind,
        file=file,
        prose=prose,
        front=front,
        document=document,
        supplement=beside_it,
        tables={id: _with_keys(table, slots) for id, table in slots.tables.items()},
        claims=tuple(slots.claimed.claims.values()),
        statements=tuple(slots.sayings.statements.values()),
        sentences=slots.claimed.sentences,
        labels=labels,
    )
    return written, _in_order(problems)


def _draft_words(snapshot: Snapshot) -> str:
    """That this is no edition, where one was published before."""
    after = snapshot.draft_after
    if after is None:
        return ""
    return f"Draft after edition {after.number} of {day_in_words(after.on)}, not published."


_REFERENCES = re.compile(r"^#{1,2} References[ \t]*(?:\{[^}\n]*\})?[ \t]*$", re.MULTILINE)


def _with_declarations(text: str, declared: str) -> str:
    """`text` with the declarations before its references, or at its end."""
    section = f"# Declarations\n\n{declared}\n\n"
    end = text.find(SUPPLEMENT)
    end = end if end >= 0 else len(text)
    found = _REFERENCES.search(text, 0, end)
    at = found.start() if found else end
    return f"{text[:at].rstrip()}\n\n{section}{text[at:]}"


def _of_today(problem: Problem) -> Severity:
    """The severity of a fault in a sealed edition."""
    guard = problem.check in ("typed-number", "finding-direction")
    return Severity.WARNING if guard and problem.severity is Severity.ERROR else problem.severity


def _known(base: WriteUp | None) -> KnownClaims:
    if base is None:
        return KnownClaims()
    return KnownClaims(
        claims={claim.id: claim for claim in base.claims},
        sentences=base.sentences,
        statements={statement.id: statement for statement in base.statements},
    )


def _document(
    snapshot: Snapshot,
    slots: Slots,
    front: FrontMatter,
    markdown: str,
    style: str,
) -> Document:
    protocol = snapshot.review.protocol
    placed = sorted({(found[1], found[2]) for p in alone(markdown) if (found := _placed(p))})
    tables = {id: _with_keys(slots.tables[id], slots) for kind, id in placed if kind == "table"}
    keys = {name for name, _ in cited_names(markdown)}
    in_tables = (
        key for table in tables.values() for row in table.rows for c in row for key in c.cites
    )
    return Document(
        title=front.title or protocol.title,
        subtitle=front.subtitle if front.title or front.subtitle else protocol.subtitle,
        authors=tuple(author.name for author in protocol.authors),
        markdown=markdown,
        day=snapshot.day.isoformat() if snapshot.day else "",
        language=protocol.language,
        notice=" ".join((_draft_words(snapshot), *protocol.notice.split())).strip(),
        figures={id: made for id, made in slots.figures.items() if ("figure", id) in placed},
        tables={id: _named_once(table, keys, slots, style) for id, table in tables.items()},
        references={key: slots.names.item(key) for key in sorted({*keys, *in_tables})},
        style=style,
    )


def _placed(paragraph: str) -> re.Match[str] | None:
    return PLACEHOLDER.fullmatch(paragraph)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.place, p.what)))


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


def first_manuscript(kind: str = FULL) -> str:
    """The manuscript of a new review, or of another kind: it builds from the first day on."""
    name = "manuscript.md" if kind == FULL else f"manuscript-{kind}.md"
    return files("pipeline.document").joinpath("templates", name).read_text("utf-8")
