"""A document on its way: read, checked, its figures and tables in place, its citations resolved."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from pipeline.model.document import (
    BESIDE,
    Cell,
    Column,
    Companion,
    Document,
    Evidence,
    Figure,
    Table,
    evidence_anchor,
)
from pipeline.model.problem import ReviewError
from pipeline.model.statement import Step
from pipeline.render import tree
from pipeline.render.annex_blocks import annex, beside_line, evidence_link, without_joiners
from pipeline.render.citations import cite
from pipeline.render.manuscript import harmless, read_manuscript
from pipeline.render.placement import Placed, anchor_of, place
from pipeline.render.svg.allowed import checked_svg
from pipeline.render.tree import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """What every writer starts from.

    `document` is free of control signs, `blocks` is pandoc's tree with headings from level 1,
    `placed` names the figures and tables in the order of the text.
    """

    document: Document
    blocks: tuple[Node, ...]
    placed: tuple[Placed, ...]

    def table(self, anchor: str) -> Table:
        return self.document.tables[self._id(anchor)]

    def figure(self, anchor: str) -> Figure:
        return self.document.figures[self._id(anchor)]

    def _id(self, anchor: str) -> str:
        return next(placed.id for placed in self.placed if placed.anchor == anchor)

    @property
    def seconds_since_1970(self) -> int:
        """The document's day as the only time that a format may hold; 0 without a day."""
        if not self.document.day:
            return 0
        return int(datetime.fromisoformat(self.document.day).replace(tzinfo=UTC).timestamp())


def prepare(document: Document) -> Prepared:
    """`document` ready for every writer; this is the only pass over its citations.

    Raises `ReviewError` for what the text asks for and the document does not have (a figure, a
    table, a reference), for pictures and links that are not taken, and for a style that is none.
    """
    clean = _harmless(document)
    if not clean.title.strip():
        raise ReviewError("the document has no title", "Give the protocol a line `title: …`")
    _refuse_odd_day(clean)
    read, placeholders = read_manuscript(clean.markdown)
    blocks, placed = place(without_joiners(read), placeholders, clean)
    anchors = {evidence_anchor(entry.id) for entry in clean.evidence}
    blocks = _leading_beside(blocks, clean.companion)
    _refuse_dangling(blocks, anchors, clean)
    cited = cite(blocks, clean.references, style=clean.style, language=clean.language)
    both = (*beside_line(clean), *cited, *annex(clean))
    return Prepared(document=clean, blocks=both, placed=placed)


def _headings(blocks: list[Node]) -> set[str]:
    return {
        node["c"][tree.WHERE_ATTRIBUTES_STAND[node["t"]]][0]
        for node in tree.nodes_of(blocks)
        if node["t"] in ("Header", "Div", "Span")
    }


def _leading_beside(blocks: list[Node], companion: Companion | None) -> list[Node]:
    """`blocks` with links to headings that only the companion has leading there."""
    if companion is None or not companion.headings:
        return blocks
    here = _headings(blocks)

    def there(node: Node) -> list[Node] | None:
        if node["t"] != "Link" or not node["c"][2][0].startswith("#"):
            return None
        name = node["c"][2][0][1:]
        if name in here or name not in companion.headings:
            return None
        return [tree.link(node["c"][1], f"#{BESIDE}{name}")]

    made: list[Node] = tree.rewrite(blocks, there)
    return made


def _refuse_odd_day(document: Document) -> None:
    try:
        datetime.fromisoformat(document.day or "1970-01-01")
    except ValueError as fault:
        raise ReviewError(
            f"the day of the document is {document.day!r}", "Write year-month-day, like 2016-01-31"
        ) from fault


def _refuse_dangling(blocks: list[Node], evidence: set[str], said: Document) -> None:
    anchors = evidence | _headings(blocks)
    if said.companion is not None:
        placed = {anchor_of(*name.split(":", 1)) for name in said.companion.labels}
        anchors |= {f"{BESIDE}{name}" for name in (*said.companion.headings, *placed)}
    for node in tree.nodes_of(blocks):
        if node["t"] == "Link" and node["c"][2][0].startswith("#"):
            target = node["c"][2][0]
            if target[1:] not in anchors and not (said.evidence_in and evidence_link(node)):
                raise ReviewError(
                    f"the text links to {target}, and no heading is called that",
                    "Give the heading that name: `## Heading {" + target + "}`",
                )


def _harmless(document: Document) -> Document:
    plain: dict[str, Any] = {
        name: harmless(getattr(document, name))
        for name in ("title", "subtitle", "day", "language", "notice", "evidence_in")
    }
    other = document.companion
    return replace(
        document,
        **plain,
        companion=replace(other, title=harmless(other.title)) if other else None,
        authors=tuple(harmless(document.authors)),
        figures={id: _harmless_figure(figure) for id, figure in document.figures.items()},
        tables={id: _harmless_table(table) for id, table in document.tables.items()},
        evidence=tuple(_harmless_evidence(entry) for entry in document.evidence),
    )


def _harmless_evidence(entry: Evidence) -> Evidence:
    steps = tuple(map(_harmless_step, entry.steps))
    return replace(entry, label=harmless(entry.label), said=harmless(entry.said), steps=steps)


def _harmless_step(step: Step) -> Step:
    place = replace(step.place, file=harmless(step.place.file)) if step.place else None
    below = tuple(map(_harmless_step, step.below))
    return replace(step, what=harmless(step.what), place=place, below=below)


def _harmless_figure(figure: Figure) -> Figure:
    if not figure.alt.strip():
        raise ReviewError(
            f"the figure {figure.id!r} has no words for those who do not see it",
            "Say in one paragraph what it shows (`alt`)",
        )
    return replace(
        figure,
        svg=checked_svg(harmless(figure.svg), figure.id),
        caption=harmless(figure.caption),
        alt=harmless(figure.alt),
    )


def _harmless_table(table: Table) -> Table:
    columns = tuple(
        Column(id=c.id, label=harmless(c.label), share=c.share, numeric=c.numeric)
        for c in table.columns
    )
    rows = tuple(
        tuple(Cell(text=harmless(cell.text), cites=cell.cites) for cell in row)
        for row in table.rows
    )
    return replace(
        table,
        caption=harmless(table.caption),
        columns=columns,
        rows=rows,
        notes=tuple(harmless(table.notes)),
    )
