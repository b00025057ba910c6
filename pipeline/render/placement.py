"""Figures and tables put where the text asks for them, numbered, and referred to by number."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.model.document import BESIDE, Cell, Companion, Document, Table
from pipeline.model.problem import ReviewError
from pipeline.render import tree
from pipeline.render.manuscript import placeholders_in
from pipeline.render.tree import Node

Placeholders = Sequence[tuple[str, str]]
PLACED = "placed"
"""The class of the Div that holds a placed figure or table; text has no classes."""

_LABELS = {"table": "Table", "figure": "Figure"}


@dataclass(frozen=True, slots=True)
class Placed:
    """A figure or table in the document: its kind, id, number in the text and anchor."""

    kind: str
    id: str
    number: int
    before: str = ""

    @property
    def label(self) -> str:
        return label_of(self.kind, f"{self.before}{self.number}")

    @property
    def anchor(self) -> str:
        return anchor_of(self.kind, self.id)


def label_of(kind: str, number: str) -> str:
    """`Table 3`, `Figure S1`."""
    return f"{_LABELS[kind]} {number}"


def anchor_of(kind: str, id: str) -> str:
    return f"{kind}-{re.sub(r'[^A-Za-z0-9_.-]', '-', id)}"


def place(
    blocks: list[Node], placeholders: Placeholders, document: Document
) -> tuple[list[Node], tuple[Placed, ...]]:
    """`blocks` with each placeholder replaced, and what was placed in the order of the text.

    A paragraph that is just a placeholder becomes the figure or table; one inside a sentence
    becomes a link ("Table 3"). Raises `ReviewError` for an unknown id, one that is placed twice,
    and one that is referred to but placed nowhere.
    """
    _refuse_unknown(placeholders, document)
    placed: dict[tuple[str, str], Placed] = {}
    numbers = {"table": 0, "figure": 0}
    for block in blocks:
        asked = _alone(block, placeholders)
        if asked is None:
            continue
        kind, id = asked
        if asked in placed:
            raise ReviewError(
                f"[[{kind}:{id}]] stands twice on a line of its own",
                f"Keep one; elsewhere write [[{kind}:{id}]] inside a sentence, as a reference",
            )
        numbers[kind] += 1
        placed[asked] = Placed(kind, id, numbers[kind], document.numbered)

    made: list[Node] = []
    for block in blocks:
        asked = _alone(block, placeholders)
        if asked is not None:
            made.append(_placed_block(placed[asked], document))
        else:
            made.extend(_referred([block], placeholders, placed, document.companion))
    return made, tuple(placed.values())


def placed_in(node: Node) -> str:
    """The anchor of the figure or table that the Div `node` holds, or nothing."""
    if node["t"] == "Div" and PLACED in node["c"][0][1]:
        return str(node["c"][0][0])
    return ""


def caption_inlines(placed: Placed, caption: str) -> list[Node]:
    label = tree.strong([{"t": "Str", "c": f"{placed.label}."}])
    return [label, {"t": "Space"}, *tree.words(_one_line(caption))]


def _refuse_unknown(placeholders: Placeholders, document: Document) -> None:
    known: Mapping[str, Mapping[str, object]] = {
        "table": document.tables,
        "figure": document.figures,
    }
    there_too = document.companion.labels if document.companion else {}
    for kind, id in placeholders:
        if id not in known[kind] and f"{kind}:{id}" not in there_too:
            ids = ", ".join(sorted(known[kind]))
            there = f"There are {ids}" if ids else f"This document has no {kind}s"
            raise ReviewError(f"[[{kind}:{id}]] names a {kind} that does not exist", there)


def _alone(block: Node, placeholders: Placeholders) -> tuple[str, str] | None:
    if block["t"] != "Para" or len(block["c"]) != 1 or block["c"][0]["t"] != "Str":
        return None
    pieces = list(placeholders_in(block["c"][0]["c"]))
    if len(pieces) == 1 and pieces[0][1] is not None:
        return placeholders[pieces[0][1]]
    return None


def _referred(
    blocks: list[Node],
    placeholders: Placeholders,
    placed: Mapping[tuple[str, str], Placed],
    companion: Companion | None,
) -> list[Node]:
    elsewhere = companion.labels if companion else {}

    def refer(node: Node) -> list[Node] | None:
        if node["t"] != "Str":
            return None
        inlines: list[Node] = []
        for text, number in placeholders_in(node["c"]):
            if number is None:
                inlines.append({"t": "Str", "c": text})
                continue
            kind, id = placeholders[number]
            if (kind, id) not in placed and f"{kind}:{id}" in elsewhere:
                label = {"t": "Str", "c": elsewhere[f"{kind}:{id}"].replace(" ", "\u00a0")}
                inlines.append(tree.link([label], f"#{BESIDE}{anchor_of(kind, id)}"))
                continue
            if (kind, id) not in placed:
                raise ReviewError(
                    f"the text refers to [[{kind}:{id}]], but that {kind} stands nowhere",
                    f"Write [[{kind}:{id}]] on a line of its own, with empty lines around it",
                )
            target = placed[kind, id]
            label = {"t": "Str", "c": target.label.replace(" ", "\u00a0")}
            inlines.append(tree.link([label], f"#{target.anchor}"))
        return inlines

    made: list[Node] = tree.rewrite(blocks, refer)
    return made


def _placed_block(placed: Placed, document: Document) -> Node:
    if placed.kind == "figure":
        caption = caption_inlines(placed, document.figures[placed.id].caption)
        return tree.division([tree.paragraph(caption)], placed.anchor, [PLACED, "figure"])
    table = document.tables[placed.id]
    notes = [tree.paragraph(tree.words(_one_line(note))) for note in table.notes]
    return tree.division(
        [_table(table, caption_inlines(placed, table.caption)), *notes],
        placed.anchor,
        [PLACED, "table"],
    )


def _table(table: Table, caption: list[Node]) -> Node:
    total = sum(column.share for column in table.columns) or 1.0
    columns = [
        [
            {"t": "AlignRight" if column.numeric else "AlignLeft"},
            {"t": "ColWidth", "c": round(column.share / total, 4)},
        ]
        for column in table.columns
    ]
    head = [_cell(tree.words(_one_line(column.label))) for column in table.columns]
    rows = []
    for number, row in enumerate(table.rows, start=1):
        if len(row) != len(table.columns):
            raise ReviewError(
                f"row {number} of the table {table.id!r} has {len(row)} cells, "
                f"its head has {len(table.columns)}",
                "This is a fault of the program; please report it",
            )
        rows.append([tree.attributes(), [_cell(_cell_inlines(cell)) for cell in row]])
    if not rows:
        none = _cell([{"t": "Emph", "c": tree.words("None.")}], across=len(table.columns))
        rows.append([tree.attributes(), [none]])
    names_its_rows = int(len(table.columns) > 1 and not table.columns[0].numeric)
    return {
        "t": "Table",
        "c": [
            tree.attributes(),
            [None, [tree.plain(caption)]],
            columns,
            [tree.attributes(), [[tree.attributes(), head]]],
            [[tree.attributes(), names_its_rows, [], rows]],
            [tree.attributes(), []],
        ],
    }


def _cell(inlines: list[Node], across: int = 1) -> list[object]:
    content = [tree.plain(inlines)] if inlines else []
    return [tree.attributes(), {"t": "AlignDefault"}, 1, across, content]


def _cell_inlines(cell: Cell) -> list[Node]:
    lines = [" ".join(line.split()) for line in cell.text.strip().split("\n")]
    inlines = tree.words("\n".join(lines))
    if not cell.cites:
        return inlines
    if inlines:
        return [*inlines, {"t": "Space"}, _cite(cell.cites, "NormalCitation")]
    named: list[Node] = []
    for key in cell.cites:
        # a cell that only cites names its studies: Ada (2014); Bell (2015)
        named += [{"t": "Str", "c": ";"}, {"t": "Space"}] if named else []
        named.append(_cite((key,), "AuthorInText"))
    return named


def _cite(keys: Sequence[str], mode: str) -> Node:
    citations = [
        {
            "citationId": key,
            "citationPrefix": [],
            "citationSuffix": [],
            "citationMode": {"t": mode},
            "citationNoteNum": 0,
            "citationHash": 0,
        }
        for key in keys
    ]
    return {"t": "Cite", "c": [citations, []]}


def _one_line(text: str) -> str:
    return " ".join(text.split())


LETTERS_ACROSS_UPRIGHT = 112
"""Letters of the small table type that fit beside each other on an upright A4 page (16 cm)."""

_GAP = 3
_LETTERS_OF_A_READABLE_LINE = 15
_LINES_OF_HALF_A_PAGE = 22


def is_wide(table: Table) -> bool:
    """Whether the columns of `table` would be too narrow to read on an upright page.

    A column needs its longest word, and about 15 letters a line when it holds running text.
    """
    if len(table.columns) < 5:
        return False
    total = sum(column.share for column in table.columns) or 1.0
    cramped = 0
    for place, column in enumerate(table.columns):
        texts = [column.label, *(row[place].text for row in table.rows if place < len(row))]
        longest_word = max((len(word) for text in texts for word in text.split()), default=0)
        longest = max(map(len, texts))
        need = max(min(longest_word, 18), min(longest, _LETTERS_OF_A_READABLE_LINE)) + _GAP
        if need > LETTERS_ACROSS_UPRIGHT * column.share / total:
            cramped += 1
    return (cramped > 0 and len(table.columns) >= 6) or cramped > 1


def has_short_rows(table: Table) -> bool:
    """Whether every row is surely lower than half a page, so that none need be cut in two."""
    total = sum(column.share for column in table.columns) or 1.0
    for row in table.rows:
        for column, cell in zip(table.columns, row, strict=False):
            letters = max(4.0, LETTERS_ACROSS_UPRIGHT * column.share / total - _GAP)
            lines = sum(1 + len(line) / letters * 1.3 for line in cell.text.split("\n"))
            if lines + len(cell.cites) > _LINES_OF_HALF_A_PAGE:
                return False
    return True
