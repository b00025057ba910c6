"""Where the boxes of the flow diagram stand: columns by layout, rows as high as their fullest box.

{new, updated} review x {databases and registers only, also other methods}: columns that do not
apply are left out, as the template of PRISMA 2020 asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.terms.standing import Flow
from pipeline.writers.drawing import flow_words as words
from pipeline.writers.drawing.flow_words import Lines
from pipeline.writers.drawing.letters import wrapped

SIZE, LEADING = 12.0, 15.5
PAD, _INDENT = 8.0, 9.0
BAND, GAP, ACROSS, DOWN = 26.0, 12.0, 30.0, 26.0
_TOWER = 22
"""A box of reasons with more lines than this is made wider."""


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Box:
    """A box in a row and a column; `grey` for those that stand only where they apply.

    `keys` name the boxes of `terms.standing` that it counts; none where it counts studies.
    """

    row: int
    column: str
    lines: Lines
    grey: bool = False
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlacedBox:
    x: float
    y: float
    width: float
    height: float
    box: Box

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


IDENTIFIED, SCREENED, SOUGHT, ASSESSED, INCLUDED, TOTAL = range(6)


def columns_of(flow: Flow) -> tuple[Mapping[str, Column], float]:
    narrow = flow.is_update and flow.has_other_sources
    across = ACROSS - 8 * narrow
    wanted = [("main", 186.0 if narrow else 215.0)]
    side = 180.0 if narrow else 190.0 if flow.has_other_sources else 235.0
    wanted.append(("side", _roomy(flow, "dbr_excluded", side)))
    if flow.is_update:
        wanted.insert(0, ("previous", 130.0))
    if flow.has_other_sources:
        wanted.append(("other", 160.0))
        wanted.append(("other_side", _roomy(flow, "other_excluded", 160.0)))
    x = 1 + BAND + GAP
    columns = {}
    for name, width in wanted:
        columns[name] = Column(name, x, width)
        x += width + across
    return columns, x - across + 1


def _roomy(flow: Flow, key: str, width: float) -> float:
    """A width for the box of reasons: more where they would make a tower of it."""
    box = Box(ASSESSED, "side", words.excluded(flow, key))
    for wider in (width, width + 90):
        if len(lines_of(box, wider)) <= _TOWER:
            return wider
    return width + 200


def boxes_of(flow: Flow) -> tuple[Box, ...]:
    identified = ("database_results", "register_results", "dbr_carried_to_screening")
    removed = ("duplicates", "excluded_automatic", "excluded_other")
    boxes = [
        Box(IDENTIFIED, "main", words.identified(flow), keys=identified),
        Box(IDENTIFIED, "side", words.removed_before_screening(flow), keys=removed),
        _counted(flow, SCREENED, "main", "records_screened", "Records screened"),
        _counted(flow, SCREENED, "side", "records_excluded", "Records excluded"),
        Box(INCLUDED, "main", words.included(flow)),
    ]
    arms = [("dbr", "main", "side", False)]
    if flow.has_other_sources:
        otherwise = words.identified_otherwise(flow)
        found = ("other_results", "other_carried_to_screening")
        boxes.append(Box(IDENTIFIED, "other", otherwise, grey=True, keys=found))
        arms.append(("other", "other", "other_side", True))
    for arm, main, side, grey in arms:
        for row, column, key, label in (
            (SOUGHT, main, f"{arm}_sought_reports", "Reports sought for retrieval"),
            (SOUGHT, side, f"{arm}_notretrieved_reports", "Reports not retrieved"),
            (ASSESSED, main, f"{arm}_assessed", "Reports assessed for eligibility"),
        ):
            boxes.append(_counted(flow, row, column, key, label, grey))
        key = f"{arm}_excluded"
        boxes.append(Box(ASSESSED, side, words.excluded(flow, key), grey, (key,)))
    if flow.is_update:
        boxes.append(Box(IDENTIFIED, "previous", words.previous(flow), grey=True))
        boxes.append(Box(TOTAL, "main", words.total(flow), grey=True))
    return tuple(boxes)


def _counted(flow: Flow, row: int, column: str, key: str, label: str, grey: bool = False) -> Box:
    return Box(row, column, words.counted(flow, key, label), grey, (key,))


def lines_of(box: Box, width: float) -> list[tuple[float, str]]:
    """The lines of a box as they are set, each with its distance from the left."""
    lines: list[tuple[float, str]] = []
    for said in box.lines:
        moved = said.indent * _INDENT
        room = width - 2 * PAD - moved
        # what an entry runs over stands further in, so that entries stay apart
        hang = 0.0 if said.head or not said.indent else _INDENT * 0.7
        first, *more = wrapped(said.text, room, SIZE)
        lines.append((moved, first))
        if more:
            rest = said.text[len(first) :].strip()
            lines += [(moved + hang, piece) for piece in wrapped(rest, room - hang, SIZE)]
    return lines


def _height_of(box: Box, width: float) -> float:
    return len(lines_of(box, width)) * LEADING + 2 * PAD - 3


def place(
    boxes: tuple[Box, ...], columns: Mapping[str, Column], top: float
) -> tuple[dict[tuple[int, str], PlacedBox], float]:
    """Boxes on the page. Beside a higher neighbour a main box stands level with its first lines."""
    placed: dict[tuple[int, str], PlacedBox] = {}
    y = top
    for row in sorted({box.row for box in boxes}):
        here = {box.column: box for box in boxes if box.row == row}
        heights = {name: _height_of(box, columns[name].width) for name, box in here.items()}
        for name, box in here.items():
            partner = {"side": "main", "other_side": "other"}.get(name, "")
            down = max(0.0, (heights.get(partner, 0) - heights[name]) / 2)
            column = columns[name]
            placed[row, name] = PlacedBox(column.x, y + down, column.width, heights[name], box)
        y += max(heights.values()) + DOWN
    return placed, y - DOWN
