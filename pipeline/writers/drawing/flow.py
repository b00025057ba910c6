"""The PRISMA 2020 flow diagram in its four official layouts, sized by what stands in its boxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pipeline.terms.document import Figure
from pipeline.terms.standing import Flow
from pipeline.writers.drawing import flow_words as words
from pipeline.writers.drawing.flow_layout import (
    ASSESSED,
    BAND,
    DOWN,
    IDENTIFIED,
    INCLUDED,
    LEADING,
    PAD,
    SCREENED,
    SIZE,
    SOUGHT,
    TOTAL,
    Column,
    PlacedBox,
    boxes_of,
    columns_of,
    lines_of,
    place,
)
from pipeline.writers.drawing.letters import wrapped
from pipeline.writers.drawing.svg import (
    PAPER,
    Pen,
    Shape,
    drawing,
    line,
    linked,
    rectangle,
    text,
)
from pipeline.writers.flow_exchange import flow_csv, flow_json

__all__ = ["flow_csv", "flow_figure", "flow_json", "flow_svg"]

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


def _headings(flow: Flow, columns: Mapping[str, Column], top: float) -> tuple[list[Shape], float]:
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
