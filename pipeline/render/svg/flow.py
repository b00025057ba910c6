"""The PRISMA 2020 flow diagram in its four official layouts, sized by what stands in its boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.model.document import Figure
from pipeline.model.standing import Flow
from pipeline.render.svg import flow_words as words
from pipeline.render.svg.flow_words import Lines
from pipeline.render.svg.shapes import (
    PAPER,
    Pen,
    Shape,
    drawing,
    line,
    linked,
    rectangle,
    text,
    wrapped,
)

SIZE, LEADING = 12.0, 15.5
PAD, _INDENT = 8.0, 9.0
BAND, GAP, ACROSS, DOWN = 26.0, 12.0, 30.0, 26.0
_TOWER = 22
"""A box of reasons with more lines than this is made wider."""


@dataclass(frozen=True, slots=True)
class FlowColumn:
    name: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class FlowBox:
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
    box: FlowBox

    @property
    def middle(self) -> tuple[float, float]:
        return self.x + self.width / 2, self.y + self.height / 2


IDENTIFIED, SCREENED, SOUGHT, ASSESSED, INCLUDED, TOTAL = range(6)


def columns_of(flow: Flow) -> tuple[Mapping[str, FlowColumn], float]:
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
        columns[name] = FlowColumn(name, x, width)
        x += width + across
    return columns, x - across + 1


def _roomy(flow: Flow, key: str, width: float) -> float:
    """A width for the box of reasons: more where they would make a tower of it."""
    box = FlowBox(ASSESSED, "side", words.excluded(flow, key))
    for wider in (width, width + 90):
        if len(lines_of(box, wider)) <= _TOWER:
            return wider
    return width + 200


def boxes_of(flow: Flow) -> tuple[FlowBox, ...]:
    identified = ("database_results", "register_results", "dbr_carried_to_screening")
    removed = ("duplicates", "excluded_automatic", "excluded_other")
    boxes = [
        FlowBox(IDENTIFIED, "main", words.identified(flow), keys=identified),
        FlowBox(IDENTIFIED, "side", words.removed_before_screening(flow), keys=removed),
        _counted(flow, SCREENED, "main", "records_screened", "Records screened"),
        _counted(flow, SCREENED, "side", "records_excluded", "Records excluded"),
        FlowBox(INCLUDED, "main", words.included(flow)),
    ]
    arms = [("dbr", "main", "side", False)]
    if flow.has_other_sources:
        otherwise = words.identified_otherwise(flow)
        found = ("other_results", "other_carried_to_screening")
        boxes.append(FlowBox(IDENTIFIED, "other", otherwise, grey=True, keys=found))
        arms.append(("other", "other", "other_side", True))
    for arm, main, side, grey in arms:
        for row, column, key, label in (
            (SOUGHT, main, f"{arm}_sought_reports", "Reports sought for retrieval"),
            (SOUGHT, side, f"{arm}_notretrieved_reports", "Reports not retrieved"),
            (ASSESSED, main, f"{arm}_assessed", "Reports assessed for eligibility"),
        ):
            boxes.append(_counted(flow, row, column, key, label, grey))
        key = f"{arm}_excluded"
        boxes.append(FlowBox(ASSESSED, side, words.excluded(flow, key), grey, (key,)))
    if flow.is_update:
        boxes.append(FlowBox(IDENTIFIED, "previous", words.previous(flow), grey=True))
        boxes.append(FlowBox(TOTAL, "main", words.total(flow), grey=True))
    return tuple(boxes)


def _counted(
    flow: Flow, row: int, column: str, key: str, label: str, grey: bool = False
) -> FlowBox:
    return FlowBox(row, column, words.counted(flow, key, label), grey, (key,))


def lines_of(box: FlowBox, width: float) -> list[tuple[float, str]]:
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


def _height_of(box: FlowBox, width: float) -> float:
    return len(lines_of(box, width)) * LEADING + 2 * PAD - 3


def place(
    boxes: tuple[FlowBox, ...], columns: Mapping[str, FlowColumn], top: float
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


ID = "prisma-flow"
_WHITE, _GREY = Pen(fill=PAPER), Pen(fill="#e9e9e9")
_HEADING = {True: Pen(fill="#ffe7a3", width=1.1), False: Pen(fill="#d9d9d9", width=1.1)}
_STAGE = Pen(fill="#c9ddf0")
_ARROW = Pen(width=1.3)
_PENDING = Pen(fill="#fff3cd", dashes="5 3", width=1.4)


def flow_figure(flow: Flow) -> Figure:
    """The diagram as a figure of a document."""
    return Figure(
        id="flow",
        svg=flow_svg(flow),
        caption="PRISMA 2020 flow diagram of the selection of studies",
        alt=words.in_words(flow),
    )


Link = Callable[[tuple[str, ...]], str]


def flow_svg(flow: Flow, link: Link | None = None) -> str:
    """The diagram as SVG text with its title and its description in words.

    `link` gives the address behind a box from the keys of `BOXES` that it counts (none where it
    counts studies); without it nothing is a link.
    """
    columns, width = columns_of(flow)
    boxes = boxes_of(flow)
    strip, top = _strip(flow, width)
    headings, top = _headings(flow, columns, top)
    placed, bottom = place(boxes, columns, top + 16)
    notes, height = _notes(flow, width, bottom)
    shapes = [
        *strip,
        *headings,
        *_stages(placed, bottom),
        *_arrows(placed),
        *(shape for spot in placed.values() for shape in _linked(spot, link)),
        *notes,
    ]
    return drawing(
        ID,
        shapes,
        width=width,
        height=height,
        title="PRISMA 2020 flow diagram",
        words=words.in_words(flow),
        role="img" if link is None else "group",
    )


def _linked(spot: PlacedBox, link: Link | None) -> list[Shape]:
    shapes = _draw(spot)
    if link is None:
        return shapes
    said = " ".join(line.text for line in spot.box.lines)
    return [linked(shapes, link(spot.box.keys), said)]


def _draw(spot: PlacedBox) -> list[Shape]:
    shapes = [
        rectangle(spot.x, spot.y, spot.width, spot.height, _GREY if spot.box.grey else _WHITE)
    ]
    y = spot.y + PAD + SIZE - 2.5
    for moved, piece in lines_of(spot.box, spot.width):
        shapes.append(text(spot.x + PAD + moved, y, piece, size=SIZE))
        y += LEADING
    return shapes


def _arrows(placed: Mapping[tuple[int, str], PlacedBox]) -> list[Shape]:
    arrow = f"{ID}-arrow"

    def through(*points: tuple[float, float]) -> Shape:
        return line(points, _ARROW, arrow=arrow)

    shapes = []
    for row in (IDENTIFIED, SCREENED, SOUGHT, ASSESSED):
        for main, side in (("main", "side"), ("other", "other_side")):
            if (row, main) not in placed:
                continue
            here = placed[row, main]
            if (row, side) in placed:
                _, level = here.middle
                shapes.append(through((here.x + here.width, level), (placed[row, side].x, level)))
            below = next((r for r in range(row + 1, TOTAL + 1) if (r, main) in placed), None)
            if below is not None:
                x, _ = here.middle
                shapes.append(through((x, here.y + here.height), (x, placed[below, main].y)))
    new = placed[INCLUDED, "main"]
    if (ASSESSED, "other") in placed:
        last = placed[ASSESSED, "other"]
        x, level = last.middle[0], new.middle[1]
        shapes.append(through((x, last.y + last.height), (x, level), (new.x + new.width, level)))
    if (TOTAL, "main") in placed:
        whole = placed[TOTAL, "main"]
        shapes.append(through((new.middle[0], new.y + new.height), (new.middle[0], whole.y)))
        before = placed[IDENTIFIED, "previous"]
        x, level = before.middle[0], whole.middle[1]
        shapes.append(through((x, before.y + before.height), (x, level), (whole.x, level)))
    return shapes


def _stages(placed: Mapping[tuple[int, str], PlacedBox], bottom: float) -> list[Shape]:
    """The three bands at the left: which rows are identification, screening, inclusion."""
    first = {row: min(s.y for (r, _), s in placed.items() if r == row) for row in (0, 1, 4)}
    bands = (
        ("Identification", first[IDENTIFIED], first[SCREENED] - DOWN),
        ("Screening", first[SCREENED], first[INCLUDED] - DOWN),
        ("Included", first[INCLUDED], bottom),
    )
    shapes = []
    for label, top, end in bands:
        shapes.append(rectangle(1, top, BAND, end - top, _STAGE, radius=4))
        middle = (top + end) / 2
        shapes.append(
            text(
                1 + BAND / 2 + 4.2,
                middle,
                label,
                size=SIZE,
                bold=True,
                anchor="middle",
                turn=True,
            )
        )
    return shapes


def _headings(
    flow: Flow, columns: Mapping[str, FlowColumn], top: float
) -> tuple[list[Shape], float]:
    of = "new studies" if flow.is_update else "studies"
    spans = [("main", "side", f"Identification of {of} via databases and registers", True)]
    if flow.is_update:
        spans.insert(0, ("previous", "previous", "Previous studies", False))
    if flow.has_other_sources:
        spans.append(("other", "other_side", f"Identification of {of} via other methods", False))
    sized = []
    for first, last, label, main in spans:
        x = columns[first].x
        width = columns[last].x + columns[last].width - x
        sized.append((x, width, wrapped(label, width - 2 * PAD, SIZE, True), main))
    height = max(len(lines) for _, _, lines, _ in sized) * LEADING + 10
    shapes = []
    for x, width, lines, main in sized:
        shapes.append(rectangle(x, top, width, height, _HEADING[main], radius=4))
        y = top + (height - len(lines) * LEADING) / 2 + SIZE - 0.5
        for piece in lines:
            shapes.append(text(x + width / 2, y, piece, size=SIZE, bold=True, anchor="middle"))
            y += LEADING
    return shapes, top + height


def _strip(flow: Flow, width: float) -> tuple[list[Shape], float]:
    """The line that says that the review is not finished, over everything else."""
    said = words.in_progress(flow)
    if not said:
        return [], 1.0
    lines = wrapped(said, width - 2 * PAD - 4, SIZE, True)
    height = len(lines) * LEADING + 10
    shapes = [rectangle(1, 1, width - 2, height, _PENDING)]
    for number, piece in enumerate(lines):
        y = 6 + SIZE + number * LEADING
        shapes.append(text(1 + PAD, y, piece, size=SIZE, bold=True))
    return shapes, height + 11


def _notes(flow: Flow, width: float, bottom: float) -> tuple[list[Shape], float]:
    shapes = []
    y = bottom + 6
    for note in words.footnotes(flow):
        y += 4
        for piece in wrapped(note, width - 4, SIZE - 1):
            y += LEADING - 1
            shapes.append(text(2, y, piece, size=SIZE - 1))
    return shapes, (y + 6 if shapes else bottom + 1)
