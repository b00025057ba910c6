"""How long a document of about 15 pages with 60 references takes in every format.

    python tests/benchmarks/documents/write_documents.py [FOLDER]

prints seconds and bytes for the citation pass and each format; with a FOLDER the files are kept.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from pipeline.model.document import Cell, Column, Document, Table
from pipeline.model.search import Arm
from pipeline.model.standing import Flow, Stand, Standing
from pipeline.render.documents import WRITERS
from pipeline.render.prepared import prepare
from pipeline.render.svg.flow import flow_figure

WORDS = ("people", "police", "risk", "offences", "contact", "behaviour", "sample", "outcome")


def sentence(dice: random.Random, words: int = 14) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(words)).capitalize() + "."


def a_document(dice: random.Random, references: int = 60) -> Document:
    keys = [f"source-{n:03d}" for n in range(references)]
    items = {
        key: {
            "id": key,
            "type": "article-journal",
            "title": sentence(dice, 11)[:-1],
            "author": [
                {"family": f"Name{n}", "given": "A. B."},
                {"family": "Other", "given": "C."},
            ],
            "issued": {"date-parts": [[2000 + n % 16]]},
            "container-title": "Journal of Examples",
            "volume": str(n),
            "page": f"{n}-{n + 9}",
            "DOI": f"10.1000/example.{n}",
        }
        for n, key in enumerate(keys)
    }
    cited = iter(keys)
    parts = ["[[figure:flow]]"]
    for section in range(10):
        parts.append(f"# Section {section}")
        for _ in range(6):
            text = " ".join(sentence(dice) for _ in range(6))
            parts.append(f"{text} [@{next(cited, keys[0])}].")
    parts.append("[[table:studies]]")
    columns = tuple(Column(id=f"c{n}", label=f"Column {n}") for n in range(8))
    rows = tuple(tuple(Cell(text=sentence(dice, 5)) for _ in columns) for _ in range(40))
    table = Table(id="studies", caption="Studies", columns=columns, rows=rows)
    census = {Stand("Database", Arm.DATABASES, standing): 40 for standing in Standing}
    flow = Flow(census=census, included_studies=frozenset(), included_reports=frozenset())
    return Document(
        title="A document to measure",
        markdown="\n\n".join(parts),
        day="2016-02-29",
        figures={"flow": flow_figure(flow)},
        tables={"studies": table},
        references=items,
    )


def main() -> None:
    document = a_document(random.Random(1))
    begun = time.perf_counter()
    prepared = prepare(document)
    print(f"citations   {time.perf_counter() - begun:6.2f} s")
    for name, writer in WRITERS.items():
        start = time.perf_counter()
        content = writer.write(prepared)
        print(f"{name:<10}  {time.perf_counter() - start:6.2f} s  {len(content):>10,} bytes")
        if len(sys.argv) > 1:
            Path(sys.argv[1], f"document{writer.suffix}").write_bytes(content)
    print(f"all         {time.perf_counter() - begun:6.2f} s")


if __name__ == "__main__":
    main()
