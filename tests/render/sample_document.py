"""One small document with everything in it that a writer meets."""

from __future__ import annotations

from dataclasses import replace

from pipeline.model.document import Cell, Column, Document, Figure, Table
from pipeline.render.svg.shapes import Pen, drawing, rectangle, text

REFERENCES = {
    "ada-2014": {
        "id": "ada-2014",
        "type": "article-journal",
        "title": "A study of one thing",
        "author": [{"family": "Ada", "given": "Ann"}, {"family": "Bell", "given": "Cy"}],
        "issued": {"date-parts": [[2014]]},
        "container-title": "Journal of Things",
        "volume": "3",
        "issue": "2",
        "page": "1-9",
        "DOI": "10.1000/one",
    },
    "psycinfo-2015-11-02:0007": {
        "id": "psycinfo-2015-11-02:0007",
        "type": "book",
        "title": "A book of two things",
        "author": [{"family": "Dee", "given": "Eve"}],
        "issued": {"date-parts": [[2015]]},
        "publisher": "A Press",
    },
}

MARKDOWN = """# Methods

As [[table:characteristics]] and [[figure:flow]] say [@ada-2014, p. 4].

[[figure:flow]]

## Studies

[[table:characteristics]]

Term
:   What it means^[A note that cites @psycinfo-2015-11-02:0007.]

- one
- two

# What is not known

See [the methods](#methods), "quoted".
"""


def a_figure(id: str = "flow") -> Figure:
    shapes = [rectangle(5, 5, 200, 40, Pen()), text(15, 30, "Records (n = 3)")]
    svg = drawing(id, shapes, width=210, height=50, title="A title", words="A description")
    return Figure(id=id, svg=svg, caption="The flow of records", alt="Three records were found.")


def a_table(rows: int = 2, id: str = "characteristics") -> Table:
    return Table(
        id=id,
        caption="Characteristics of studies",
        columns=(
            Column(id="study", label="Study", share=2),
            Column(id="n", label="Participants", numeric=True),
        ),
        rows=tuple(
            (Cell(text=f"Study {n}", cites=("ada-2014",)), Cell(text=f"{n},978"))
            for n in range(1, rows + 1)
        ),
        notes=("Participants analysed.",),
    )


def a_document(**changes: object) -> Document:
    document = Document(
        title="A review of things",
        subtitle="With everything in it",
        authors=("First Author", "Second Author"),
        day="2016-02-29",
        notice="This is an illustration, not evidence.",
        markdown=MARKDOWN,
        figures={"flow": a_figure()},
        tables={"characteristics": a_table()},
        references=REFERENCES,
    )
    return replace(document, **changes)  # type: ignore[arg-type]
